"""The workflows: a step fails if a command of its fails, and what must pass is listed once."""

import re
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))

# What bash does with any command that is no builtin: the one whose turn it is fails. Those of a
# pipe run at once, so each takes its number by making a file that must not be there yet.
COMMANDS = """
command_not_found_handle() {
    local number=1
    until (set -o noclobber; echo "$1" > "$CALLS/$number") 2> /dev/null; do
        number=$((number + 1))
    done
    [ "$number" -ne "$FAILING" ]
}
"""


def steps():
    """What each step runs, named by its workflow and line."""
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(r"^( *)(?:- )?run: (?:\|\n((?:\1 .*\n)+)|(.+)\n)", text, re.M):
            line = text.count("\n", 0, found.start()) + 1
            yield pytest.param(found[2] or found[3], id=f"{path.name}:{line}")


def calls_of(script, failing, folder):
    """Run a step as GitHub does, one command of it failing: the commands called, the exit code."""
    calls = Path(tempfile.mkdtemp(dir=folder))
    (folder / "commands.sh").write_text(COMMANDS)
    done = subprocess.run(
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={
            **{"PATH": "/nowhere", "BASH_ENV": str(folder / "commands.sh")},
            **{"CALLS": str(calls), "FAILING": str(failing), "GITHUB_OUTPUT": "output"},
        },
    )
    numbers = sorted(calls.iterdir(), key=lambda path: int(path.name))
    return [path.read_text().strip() for path in numbers], done.returncode


@pytest.mark.parametrize("script", list(steps()))
def test_a_step_fails_whichever_of_its_commands_does(script, tmp_path):
    for failing in range(1, 20):
        called, code = calls_of(script, failing, tmp_path)
        if len(called) < failing:
            break
        assert code != 0, f"{called[-1]} fails unseen"


@pytest.mark.parametrize(
    "script, called",
    [
        ('echo "found=$(tox list)" >> "$GITHUB_OUTPUT"', ["tox"]),
        ("tox list || true", ["tox"]),
        ("tox list; (jq .; sort)", ["tox", "jq", "sort"]),
    ],
)
def test_the_check_sees_a_command_that_is_hidden(script, called, tmp_path):
    codes = [calls_of(script, number + 1, tmp_path)[1] for number in range(len(called))]

    assert calls_of(script, 0, tmp_path)[0] == called
    assert (0 in codes) == (len(called) == 1)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_workflow_runs_its_steps_in_the_bash_that_minds_pipes(path):
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"\bshell: *(\S+)", text) == ["bash"]
    assert re.search(r"^defaults:\n  run:\n    shell: bash", text, re.M)


@pytest.mark.parametrize("path", [".ci/run", ".github/scripts/make_site.sh"])
def test_every_script_ends_at_the_first_command_that_fails(path):
    assert "\nset -euo pipefail\n" in (ROOT / path).read_text(encoding="utf-8")
