"""The scripts that the page gives to copy: they run as they are, and print what the record has."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from answer_key import cli, environment, eras, record, storage
from answer_key.scripts import Scripts
from answer_key.study import read_study

ROOT = Path(__file__).parents[1]

# Runs the scripts of each folder in a process that has imported TensorFlow and done nothing with
# it, each script in an empty folder. All print into one file: what a script starts may go on
# writing into the file that it was started with.
RUNNER = """
import json, os, pathlib, runpy, sys, tempfile, traceback
import tensorflow

def run(path):
    start = os.fstat(1).st_size
    error = ""
    with tempfile.TemporaryDirectory() as empty:
        os.chdir(empty)
        try:
            runpy.run_path(str(path), run_name="__main__")
        except BaseException:
            error = traceback.format_exc()
        os.chdir("/")
    sys.stdout.flush()
    path.with_suffix(".json").write_text(json.dumps([start, os.fstat(1).st_size, error]))

for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if os.fork() == 0:
        for path in sorted(folder.glob("*.py")):
            run(path)
        os._exit(0)
    os.wait()
"""


@pytest.fixture(scope="module")
def study():
    return read_study(ROOT / "spec")


@pytest.fixture(scope="module")
def scripts(study):
    """The claims' scripts, by the claims' ids."""
    made = Scripts(ROOT)
    return {key: made.of(claim) for key, claim in study.specification.claims.items()}


@pytest.fixture(scope="module")
def kept():
    return storage.read(ROOT / "records/2.21.json")["claims"]


def run(scripts, folder):
    """What the scripts print, by the names of their folders and files, and what ends them early."""
    for name, text in scripts.items():
        path = folder / "scripts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    printed, told = folder / "printed.txt", folder / "told.txt"
    with printed.open("ab") as output, told.open("ab") as errors:
        subprocess.run(
            [sys.executable, "-c", RUNNER, str(folder / "scripts")],
            stdout=output,
            stderr=errors,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"},
            check=True,
        )
    output = printed.read_bytes()
    found = {}
    for name in scripts:
        start, end, error = json.loads((folder / "scripts" / name).with_suffix(".json").read_text())
        found[name] = output[start:end].decode(), error
    return found


def shown(entry):
    """What a claim's script is to print: its output and its exhibits, of each of its cells."""
    for cell in entry["cells"]:
        yield cell.get("output", "")
        for exhibit in cell.get("exhibits", ()):
            yield f"{exhibit['caption']}\n"
            if exhibit["kind"] == "table":
                rows = [exhibit["columns"], *exhibit["rows"]]
                yield "".join(" | ".join(map(str, row)) + "\n" for row in rows)
            else:
                yield f"{exhibit['told']}\n"


# TensorFlow is imported once a group of questions: one group alone would take minutes.
GROUPS = 6


@pytest.mark.timeout(300)
@pytest.mark.tensorflow
@pytest.mark.skipif(find_spec("tensorflow") is None, reason="TensorFlow is not installed")
@pytest.mark.parametrize("group", range(GROUPS))
def test_the_scripts_of_core_claims_print_what_the_record_has(
    group, study, scripts, kept, tmp_path
):
    here = {axis: environment.distribution(axis)[1] for axis in study.subject.labels}
    asked = [
        claim
        for question in study.specification.questions[group::GROUPS]
        for claim in question.claims
        if claim.is_core and record.outcome(kept[claim.id]) == "holds"
        if eras.include(claim.eras, here)
    ]

    found = run(
        {f"{each.question}/{each.name}.py": scripts[each.id].text for each in asked}, tmp_path
    )

    expected = [("".join(shown(kept[claim.id])), "") for claim in asked]
    assert list(found.values()) == expected
    assert len(asked) > 15


def test_every_claim_has_a_script_that_needs_no_pytest(scripts):
    assert [key for key, script in scripts.items() if script is None] == []
    assert not any("pytest" in script.text for script in scripts.values())


# All claims at once are in sight, and what is copied is noted.
IN_SIGHT = """
window.copied = [];
navigator.clipboard.writeText = async (text) => { window.copied.push(text); };
window.IntersectionObserver = class {
  constructor(told) { this.told = told; }
  observe(target) { queueMicrotask(() => this.told([{ target, isIntersecting: true }])); }
  unobserve() {}
};
"""


@pytest.mark.timeout(300)
def test_the_page_copies_each_script_as_it_was_tried(scripts, browser, tmp_path):
    page = tmp_path / "key.html"
    kept = str(ROOT / "records/2.21.json")
    CliRunner().invoke(cli.main, ["page", kept, "-o", str(page), "--spec", str(ROOT / "spec")])
    tab = browser.new_page()
    tab.add_init_script(IN_SIGHT)
    tab.goto(page.as_uri())

    buttons = "document.querySelectorAll('.ak-copy:first-child')"
    tab.evaluate(f"{buttons}.forEach((button) => button.click())")
    copied = tab.evaluate("window.copied")
    tab.close()

    assert sorted(copied) == sorted(script.text for script in scripts.values())


PLAIN = '''
import contextlib
import re


def each_way():
    """One way, then the other."""
    yield "left"
    yield "right"


@contextlib.contextmanager
def a_place():
    yield "here"


@contextlib.contextmanager
def raises(expected, match):
    try:
        yield
    except expected as error:
        assert re.search(match, str(error))
'''
FIXTURES = """
import math

import pytest


@pytest.fixture
def half():
    return math.pi / 2


@pytest.fixture
def quarter(half):
    return half / 2


@pytest.fixture
def asking(request):
    return request.param


@pytest.fixture
def place(): ...
"""
PROVED = '''
@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("one", [1, 2])
@pytest.mark.parametrize(
    "two, three",
    [
        (2, 3),
        (4, 5),
    ],
)
def test_all(self, way, one, two, three, quarter):
    """What it **needs** comes along, as `1 / 0`."""
    print(way, one, two, three, round(quarter, 2))
    with pytest.raises(ZeroDivisionError, match="by zero"):
        1 / 0
    assert os.sep

def test_asking(self, asking):
    """Of this no **script** is made."""
    assert asking
'''
SCRIPT = '''\
# What it needs comes along, as 1 / 0.
# q01::TestPart::test_all

import contextlib
import math
import os
import re


def half():
    return math.pi / 2


def quarter(half):
    return half / 2


def each_way():
    """One way, then the other."""
    yield "left"
    yield "right"


@contextlib.contextmanager
def a_place():
    yield "here"


@contextlib.contextmanager
def raises(expected, match):
    try:
        yield
    except expected as error:
        assert re.search(match, str(error))


def proof(way, one, two, three, quarter):
    print(way, one, two, three, round(quarter, 2))
    with raises(ZeroDivisionError, match="by zero"):
        1 / 0
    assert os.sep


for two, three in [
    (2, 3),
    (4, 5),
]:
    for one in [1, 2]:
        with a_place() as place:
            for way in each_way():
                proof(way, one, two, three, quarter(half()))
'''


@pytest.fixture
def proved(project):
    """The scripts of a project's claims, by the names of their tests."""
    project.write("fixtures/plain.py", PLAIN)
    project.write("fixtures/others.py", FIXTURES)
    project.question(PROVED)
    claims = read_study(project.path / "spec").specification.claims
    made = Scripts(project.path)
    return {claim.name: made.of(claim) for claim in claims.values()}


def test_a_script_has_all_that_its_proof_needs_and_nothing_else(proved):
    assert proved["test_all"].text == SCRIPT


def test_a_script_runs_in_an_empty_folder(proved, tmp_path):
    path = tmp_path / "script.py"
    path.write_text(proved["test_all"].text)

    child = subprocess.run(
        [sys.executable, path], cwd=tmp_path, capture_output=True, check=True, text=True
    )

    lines = child.stdout.splitlines()
    assert lines[:3] == ["left 1 2 3 0.79", "right 1 2 3 0.79", "left 2 2 3 0.79"]
    assert len(lines) == 8


def test_what_takes_a_fixture_that_nothing_stands_for_has_no_script(proved):
    assert proved["test_asking"] is None
