"""Marks of a learner's file: the specification's claims are run on it, in a process of their own.

So whatever a learner's code does, it ends neither what marks it nor what has been found so far.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from answer_key.claims import Claim

# What a claim can find, the gravest first. Elsewhere: it is about other releases than this one.
# Before claims run, a step is to do, missing (not written at all), filled in, or old (of another
# edition).
OUTCOMES = ("died", "slow", "wrong", "looks right", "right", "elsewhere", "unchecked")


@dataclass(frozen=True)
class Mark:
    """What a claim found of a learner's code: a line and a text say what is not right."""

    outcome: str
    text: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Job:
    """What a run of the specification is to mark.

    Either claims run on the classes and functions of the learner's file that are named as
    `subjects`, also under `faults`, or the file has a function for each claim, by its id. What is
    found is written into the file `results`.
    """

    file: str
    functions: Mapping[str, str] = field(default_factory=dict)
    subjects: Sequence[str] = ()
    faults: Sequence[str] = ()
    results: str = ""


class CannotMark(Exception):
    """The specification cannot be run here; says why."""


def mark(suite: Path, claims: Iterable[Claim], job: Job, limit: float) -> dict[str, Mark]:
    """Run claims on a learner's file; the marks by the claims' ids. Raises CannotMark."""
    nodes = [f"{suite / claim.path}::{claim.id.partition('::')[2]}" for claim in claims]
    settings = suite / "pytest.ini"
    with tempfile.TemporaryDirectory() as folder:
        given, results = Path(folder, "job.json"), Path(folder, "results")
        given.write_text(json.dumps(asdict(job) | {"results": str(results)}), encoding="utf-8")
        said = run_pytest(
            [
                f"--rootdir={suite}",
                *([f"--config-file={settings}"] if settings.exists() else ()),
                # In place of the plugin that makes records and pages.
                *("-p", "no:answer_key.plugin", "-p", "answer_key.practice.marking"),
                *("-p", "no:cacheprovider", "-p", "no:randomly", f"--practice-job={given}"),
                "--override-ini=enable_assertion_pass_hook=true",
                f"--timeout={limit}",
                # What is stuck where Python's signals do not reach it.
                f"--override-ini=faulthandler_timeout={2 * limit}",
                "--override-ini=faulthandler_exit_on_timeout=true",
                *nodes,
            ],
            suite,
        )
        told = results.read_text(encoding="utf-8") if results.exists() else ""
    found = _read(told)
    if not found:
        raise CannotMark(_reason(said))
    return found


def run_pytest(arguments: list[str], suite: Path) -> str:
    """Run pytest in a process of its own; what it said, errors first."""
    package = Path(__file__).parents[2]
    path = filter(None, (str(suite), os.environ.get("PYTHONPATH"), str(package)))
    # Options for pytest in the environment are meant for the learner's own.
    kept = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        env={**kept, "PYTHONPATH": os.pathsep.join(path), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    return ended.stderr + ended.stdout


def _read(told: str) -> dict[str, Mark]:
    """The gravest mark of each claim's cells; of a cell that did not end, that its process died."""
    found: dict[str, Mark] = {}
    running = None
    for line in told.splitlines():
        entry = json.loads(line)
        running = entry.get("begun")
        if "mark" in entry:
            _note(found, entry["claim"], Mark(**entry["mark"]))
    if running is not None:
        _note(found, running, Mark("died", "its process ended"))
    return found


def _note(found: dict[str, Mark], claim: str, new: Mark) -> None:
    old = found.setdefault(claim, new)
    if OUTCOMES.index(new.outcome) < OUTCOMES.index(old.outcome):
        found[claim] = new


def _reason(said: str) -> str:
    """Why pytest ran nothing."""
    lines = said.splitlines()
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return "\n".join(errors[:1] or lines[-20:]) or "pytest did not run"
