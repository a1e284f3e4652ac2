"""A tiny project with a made-up specification, run by the real plugin; it needs no TensorFlow."""

import json
import os
import shutil
import textwrap
from pathlib import Path

import pytest
from playwright.sync_api import Error, sync_playwright

from answer_key import environment, record

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
        return {key.split("::test_")[1]: record.outcome(claim) for key, claim in claims.items()}

    def claim(self, name):
        claims = self.record["claims"]
        return next(claim for key, claim in claims.items() if key.endswith(f"::test_{name}"))

    def error(self, name):
        """The error of a claim's worst cell."""
        return record.error(self.claim(name))

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


@pytest.fixture(scope="session")
def browser():
    """Chromium: Debian's, or the one that Playwright installs."""
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=installed, args=["--no-sandbox", "--disable-gpu"]
            )
        except Error as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(
                f"no browser: apt install chromium, or playwright install chromium ({error})"
            )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Open a file in a new tab; its errors and the answers of its policy fail the test."""
    complaints = []
    contexts = []

    def open_(path, anchor="", **options):
        contexts.append(
            browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        )
        tab = contexts[-1].new_page()
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("console", lambda message: complaints.append(message.text))
        tab.goto(path.as_uri() + anchor)
        return tab

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
