"""A tiny project with a made-up specification, run by the real plugin; it needs no TensorFlow."""

import contextlib
import json
import resource
import shutil
import sys
import textwrap
from pathlib import Path

import pytest

from answer_key import page, record  # noqa: F401  - the page once, not anew in each run

pytest_plugins = ["pytester", "tests.looking"]

ROOT = str(Path(__file__).parents[1])

LABELS = {"tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy"}

VERSIONS = {"tensorflow": "2.21.0", "keras": "3.15.1", "numpy": "2.4.6"}

INI = """
[pytest]
testpaths = spec
enable_assertion_pass_hook = true
initial_sort = testId
render_collapsed = passed,skipped,xfailed
"""

SUBJECT = """
title = "Arrays, proved"
flags = ["ARRAYS_BACKEND"]

[axes.tensorflow]
label = "TensorFlow"
short = "tf"

[axes.keras]
label = "Keras"

[axes.numpy]
label = "NumPy"

[cells]
device = "device"
mode = "execute"
default_device = "cpu"
"""

# An xdist worker does not know of this project's folder, in which `fixtures` is. The versions are
# those of distributions that the project makes up; the real ones may be installed, too.
CONFTEST = """
import sys

sys.path[:0] = [{site!r}]
sys.path.append({root!r})
pytest_plugins = ["answer_key.plugin", "fixtures.exhibits"]


def pytest_answer_key_packages(packages):
    packages.update({{axis: f"made_up_{{axis}}" for axis in packages}})
"""

MODULE = '''"""{question}

The **short** answer.
"""

import os, time

import pytest

from answer_key import confirms, core, corrects, holds


class TestPart:
    """A part of the answer."""

'''


REPORTS: dict[tuple, Path] = {}


class Project:
    """A folder with a specification; `run` runs pytest on it in this process."""

    def __init__(self, pytester):
        self.pytester = pytester
        self.path = pytester.path
        pytester.makefile(".ini", pytest=INI)
        pytester.makeconftest(CONFTEST.format(root=ROOT, site=str(self.path / "site")))
        self.write("spec/answer_key.toml", SUBJECT)
        self.versions()

    def versions(self, **versions):
        """Let the project run on these versions; the others stay as they are."""
        shutil.rmtree(self.path / "site", ignore_errors=True)
        for axis, version in {**VERSIONS, **versions}.items():
            info = f"site/made_up_{axis}-{version}.dist-info"
            self.write(f"{info}/METADATA", f"Name: made-up-{axis}\nVersion: {version}\n")
            self.write(f"{info}/top_level.txt", f"made_up_{axis}\n")

    def question(self, claims, number=1, subject="arrays", question="What is an array?"):
        """Write a question's module: the claims stand in one class, from line 16 on."""
        body = textwrap.indent(textwrap.dedent(claims).strip("\n"), "    ")
        source = MODULE.format(question=question) + body + "\n"
        return self.write(f"spec/test_q{number:02d}_{subject}.py", source)

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *args):
        return self.pytester.runpytest_inprocess("-p", "no:randomly", *args)

    def run_alone(self, *args, **options):
        """Run pytest in a process of its own, as a user does: it has a supervisor there."""
        return self.pytester.runpytest_subprocess("-p", "no:randomly", *args, **options)

    def look(self):
        """The folder of the reports of a run, to be looked at only: equal projects share one."""
        files = [path for path in sorted(self.path.rglob("*")) if path.is_file()]
        texts = [path.read_text(encoding="utf-8").replace(str(self.path), "") for path in files]
        key = (*(path.relative_to(self.path) for path in files), *texts)
        if key not in REPORTS:
            self.run()
            REPORTS[key] = self.path / "report"
        return REPORTS[key]

    @property
    def record(self):
        return json.loads((self.path / "report/record.json").read_text(encoding="utf-8"))

    @property
    def outcomes(self):
        """The outcomes by the names of the tests."""
        claims = self.record["claims"]
        return {key.split("::test_")[1]: record.outcome(claim) for key, claim in claims.items()}

    def claim(self, name):
        claims = self.record["claims"]
        return next(claim for key, claim in claims.items() if key.endswith(f"::test_{name}"))

    def error(self, name):
        """The error of a claim's worst cell."""
        return record.error(self.claim(name))

    def cell(self, name):
        """The only cell of a claim."""
        (cell,) = self.claim(name)["cells"]
        return cell

    @property
    def page(self):
        return (self.path / "report/answer-key.html").read_text(encoding="utf-8")

    @property
    def html_report(self):
        return (self.path / "report/pytest.html").read_text(encoding="utf-8")


@pytest.fixture
def project(pytester, monkeypatch):
    """A project without a question; see `Project`."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    # A module that is written twice in a second would be run from what was compiled the first time.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return Project(pytester)


@contextlib.contextmanager
def little_space(size):
    """No file can grow beyond a size, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
