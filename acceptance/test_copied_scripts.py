"""The scripts that the page gives to copy: they run as they are, and print what the record has."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from answer_key import environment, eras, record, storage
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
    made = Scripts(study.specification)
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
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", "CUDA_VISIBLE_DEVICES": "-1"},
            check=True,
        )
    output = printed.read_bytes()
    found = {}
    for name in scripts:
        start, end, error = json.loads((folder / "scripts" / name).with_suffix(".json").read_text())
        found[name] = output[start:end].decode(), error
    return found


def shown(entry):
    """What a claim's script is to print: its output and its exhibits, of each cell on the CPU."""
    for cell in entry["cells"]:
        if cell.get("device") == "gpu":
            continue
        yield cell.get("output", "")
        for exhibit in cell.get("exhibits", ()):
            yield f"{exhibit['caption']}\n"
            if exhibit["kind"] == "table":
                rows = [exhibit["columns"], *exhibit["rows"]]
                yield "".join(" | ".join(map(str, row)) + "\n" for row in rows)
            else:
                yield f"{exhibit['told']}\n"


# How the script of a claim about a GPU ends where there is none; the record may have seen one.
NEEDS_A_GPU = "SystemExit: This cannot be seen here: no GPU is visible."

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
    seen = [
        (got, wanted)
        for got, wanted in zip(found.values(), expected, strict=True)
        if not got[1].endswith(f"{NEEDS_A_GPU}\n")
    ]
    assert [got for got, _ in seen] == [wanted for _, wanted in seen]
    assert len(seen) > 15


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
def test_the_page_copies_each_script_as_it_was_tried(scripts, browser, key):
    tab = browser.new_page()
    tab.add_init_script(IN_SIGHT)
    tab.goto(key.as_uri())

    buttons = "document.querySelectorAll('.ak-copy:first-child')"
    tab.evaluate(f"{buttons}.forEach((button) => button.click())")
    copied = tab.evaluate("window.copied")
    tab.close()

    assert sorted(copied) == sorted(script.text for script in scripts.values())
