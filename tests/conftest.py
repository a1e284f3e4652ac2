"""A tiny project with a made-up specification, run by the real plugin; it needs no TensorFlow."""

import json
import textwrap
from pathlib import Path

import pytest

from answer_key import environment

pytest_plugins = ["pytester"]

ROOT = str(Path(__file__).parents[1])

VERSIONS = {
    "tensorflow": "2.21.0",
    "keras": "3.15.1",
    "numpy": "2.4.6",
    "python": "3.11.7",
    "platform": "Linux-x86_64",
    "distributions": {"keras": "3.15.1", "numpy": "2.4.6", "tensorflow": "2.21.0"},
    "flags": {"TF_USE_LEGACY_KERAS": None},
}

INI = """
[pytest]
testpaths = spec
enable_assertion_pass_hook = true
initial_sort = testId
render_collapsed = passed,skipped,xfailed
"""

# An xdist worker does not know of this project's folder, in which `fixtures` is.
CONFTEST = """
import sys

sys.path.append({root!r})

import answer_key.environment

answer_key.environment.describe = lambda: {versions!r}
pytest_plugins = ["answer_key.plugin", "fixtures.exhibits"]
"""

MODULE = '''"""{question}

The **short** answer.
"""

import os, time

import pytest

from answer_key import confirms, corrects, holds


class TestPart:
    """A part of the answer."""

'''


class Project:
    """A folder with a specification; `run` runs pytest on it in this process."""

    def __init__(self, pytester):
        self.pytester = pytester
        self.path = pytester.path
        pytester.makefile(".ini", pytest=INI)
        self.versions()

    def versions(self, **versions):
        """Let the project run on these versions; the others stay as they are."""
        self.pytester.makeconftest(CONFTEST.format(root=ROOT, versions={**VERSIONS, **versions}))

    def question(self, claims, number=1, subject="arrays", question="What is an array?"):
        """Write a question's module: the claims stand in one class, from line 16 on."""
        body = textwrap.indent(textwrap.dedent(claims).strip("\n"), "    ")
        source = MODULE.format(question=question) + body + "\n"
        return self.write(f"spec/test_q{number:02d}_{subject}.py", source)

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *args):
        return self.pytester.runpytest_inprocess("-p", "no:randomly", *args)

    @property
    def record(self):
        return json.loads((self.path / "report/record.json").read_text(encoding="utf-8"))

    @property
    def outcomes(self):
        """The outcomes by the names of the tests."""
        claims = self.record["claims"]
        return {key.split("::test_")[1]: claim["outcome"] for key, claim in claims.items()}

    def claim(self, name):
        claims = self.record["claims"]
        return next(claim for key, claim in claims.items() if key.endswith(f"::test_{name}"))

    @property
    def page(self):
        return (self.path / "report/answer-key.html").read_text(encoding="utf-8")

    @property
    def html_report(self):
        return (self.path / "report/pytest.html").read_text(encoding="utf-8")


@pytest.fixture
def project(pytester, monkeypatch):
    """A project without a question; see `Project`."""
    monkeypatch.setattr(environment, "describe", environment.describe)  # undoes the conftest's
    return Project(pytester)
