"""`answer-key run`: from any directory, and about any subject."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from answer_key import running

SUBJECT = """
title = "Versions, proved"

[axes.packaging]
label = "packaging"
"""

CLAIMS = '''"""What is a version?

A version is **ordered** by its numbers.
"""

from packaging.version import Version

from answer_key import holds


class TestOrder:
    """Versions are ordered by their numbers."""

    def test_numbers(self):
        """Version 2.10 comes **after** version 2.9."""
        newer = Version("2.10")

        print(newer)
        assert newer > Version("2.9")

    @holds("packaging<22")
    def test_legacy(self):
        """Before packaging 22, there were **legacy** versions."""
        from packaging.version import LegacyVersion

        assert LegacyVersion("x")
'''

FAULTS = '''from packaging.version import Version

from answer_key import refutes


@refutes("TestOrder::test_numbers")
def versions_are_texts(monkeypatch):
    """Versions are compared as texts."""
    monkeypatch.setattr(Version, "__gt__", lambda one, other: str(one) > str(other))
'''


@pytest.fixture
def suite(tmp_path):
    """A folder with an answer key about `packaging`: a file that says so, and a module."""
    folder = tmp_path / "suite/claims"
    (folder / "counterexamples").mkdir(parents=True)
    (folder / "answer_key.toml").write_text(SUBJECT)
    (folder / "test_q01_versions.py").write_text(CLAIMS)
    (folder / "counterexamples/q01.py").write_text(FAULTS)
    return folder


@pytest.fixture
def answer_key(tmp_path, monkeypatch):
    """Call the command in an empty directory."""
    here = tmp_path / "here"
    here.mkdir()
    root = str(Path(running.__file__).parents[1])
    monkeypatch.setenv("PYTHONPATH", root)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def call(*args):
        command = [sys.executable, "-c", "from answer_key.cli import main; main()", *args]
        result = subprocess.run(command, cwd=here, text=True, capture_output=True, check=False)
        assert "Traceback" not in result.stderr
        return result

    call.here = here
    return call


def files(folder):
    return sorted(path for path in folder.rglob("*"))


def test_an_answer_key_about_anything_runs_from_anywhere_and_writes_only_a_report(
    suite, answer_key
):
    before = files(suite.parent)

    result = answer_key("run", "--spec", str(suite))

    assert result.returncode == 0, result.stdout + result.stderr
    assert "2 claims: 1 absent, 1 holds" in result.stdout
    page = (answer_key.here / "report/answer-key.html").read_text()
    assert "<title>Versions, proved" in page
    assert "TensorFlow" not in page
    assert os.listdir(answer_key.here) == ["report"]
    assert files(suite.parent) == before


def test_it_is_refuted_by_a_question(suite, answer_key):
    result = answer_key("run", "--spec", str(suite), "--refute", "q01", "-p", "no:html")

    assert result.returncode == 0, result.stdout + result.stderr
    assert "q01  1 refuted, 1 absent" in result.stdout


def test_pytests_arguments_are_passed_on(suite, answer_key):
    result = answer_key("run", "--spec", str(suite), "-k", "numbers", "-n", "1", "-p", "no:html")

    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 of 2 claims ran: 1 holds" in result.stdout


@pytest.mark.parametrize(
    "args, problem",
    [
        (["run", "q77"], "q77: no such question; choose from q01"),
        (["run", "--spec", "nowhere"], "nowhere: no specification"),
    ],
)
def test_what_cannot_be_run_is_one_line(suite, answer_key, args, problem):
    asked = args if "--spec" in args else [*args[:1], "--spec", str(suite), *args[1:]]

    result = answer_key(*asked)

    assert result.returncode == 2
    assert problem in result.stderr
