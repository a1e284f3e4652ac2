"""A tiny project with a made-up specification, run by the real plugin; it needs no TensorFlow."""

import importlib.util
import json
import os
import shutil
import sys
import textwrap
from pathlib import Path

import pytest

from answer_key import record

pytest_plugins = ["pytester"]

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


def pytest_configure(config):
    config.addinivalue_line("markers", "tensorflow: runs the real TensorFlow")
    config.addinivalue_line("markers", "browser: looks at a page in Chromium")


def pytest_collection_modifyitems(items):
    missing = importlib.util.find_spec("tensorflow") is None
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if missing and item.get_closest_marker("tensorflow"):
            item.add_marker(pytest.mark.skip(reason="TensorFlow is not installed"))


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


@pytest.fixture(scope="session")
def browser():
    """Chromium: Debian's, or the one that Playwright installs."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    with api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=installed, args=["--no-sandbox", "--disable-gpu"]
            )
        except api.Error as error:
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


@pytest.fixture
def check_accessibility():
    """Let axe look at a tab; it finds nothing to complain of."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")

    def check(tab):
        results = axe.Axe().run(tab)
        assert results.violations_count == 0, results.generate_report()

    return check


# Where the keyboard has come to, and whether one sees it: it is marked, and nothing covers it.
STATION = """() => {
  const here = document.activeElement;
  if (here === document.body) {
    return null;
  }
  window.reached = (window.reached ?? new Set()).add(here);
  const { left, right, top, bottom } = here.getBoundingClientRect();
  const [x, y] = [(left + Math.min(right, left + 40)) / 2, (top + bottom) / 2];
  const seen = document.elementFromPoint(x, y);
  const isSeen = seen !== null && (here.contains(seen) || seen.contains(here));
  const isMarked = getComputedStyle(here).outlineStyle !== "none";
  return [here.outerHTML.slice(0, 90), isSeen && isMarked];
}"""

UNREACHED = """() => {
  const names = new Set([...window.reached].map((each) => each.name).filter(Boolean));
  return [...document.querySelectorAll("a[href], button, summary, input, select, textarea")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled)
    .filter((each) => !window.reached.has(each) && !(each.type === "radio" && names.has(each.name)))
    .map((each) => each.outerHTML.slice(0, 90));
}"""


@pytest.fixture
def walk():
    """Go through a tab with Tab, and back: all that acts is reached, and seen when it is."""

    def walk_(tab):
        stations = []
        for key in ("Tab", "Shift+Tab"):
            for _ in range(500):
                tab.keyboard.press(key)
                station = tab.evaluate(STATION)
                if station is None:
                    break
                stations.append(station)
            else:
                pytest.fail(f"{key} leads nowhere out of {stations[-5:]}")
        assert [element for element, is_seen in stations if not is_seen] == []
        assert tab.evaluate(UNREACHED) == []
        return [element for element, _ in stations]

    return walk_
