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
    `subjects`, also under `faults`, or the file has a function for each claim, by its id.
    """

    file: str
    results: str
    functions: Mapping[str, str] = field(default_factory=dict)
    subjects: Sequence[str] = ()
    faults: Sequence[str] = ()


class CannotMark(Exception):
    """The specification cannot be run here; says why."""


def mark(suite: Path, claims: Iterable[Claim], job: Job, limit: float) -> dict[str, Mark]:
    """Run claims on a learner's file; the marks by the claims' ids. Raises CannotMark."""
    nodes = [f"{suite / claim.path}::{claim.id.partition('::')[2]}" for claim in claims]
    settings = suite / "pytest.ini"
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "job.json")
        results = Path(folder, "results")
        given.write_text(json.dumps(asdict(job) | {"results": str(results)}), encoding="utf-8")
        command = [
            *(sys.executable, "-m", "pytest", f"--rootdir={suite}"),
            *([f"--config-file={settings}"] if settings.exists() else ()),
            # In place of the plugin that makes records and pages.
            *("-p", "no:answer_key.plugin", "-p", "answer_key.practice.marking"),
            *("-p", "no:cacheprovider", "-p", "no:randomly", f"--practice-job={given}"),
            "--override-ini=enable_assertion_pass_hook=true",
            f"--timeout={limit}",
            # What is stuck where Python's signals do not reach it.
            *("-o", f"faulthandler_timeout={2 * limit}"),
            *("-o", "faulthandler_exit_on_timeout=true"),
            *nodes,
        ]
        ended = subprocess.run(
            command,
            env=_environment(suite),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        told = results.read_text(encoding="utf-8") if results.exists() else ""
    found = _read(told)
    if not found:
        raise CannotMark(_reason(ended))
    return found


def _environment(suite: Path) -> dict[str, str]:
    """The learner's, but for options that are meant for the learner's own pytest."""
    path = os.pathsep.join(filter(None, (str(suite), os.environ.get("PYTHONPATH"))))
    kept = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return {**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


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


def _reason(ended: "subprocess.CompletedProcess[str]") -> str:
    """What pytest said of why it ran nothing."""
    lines = (ended.stderr + ended.stdout).splitlines()
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return "\n".join(errors[:1] or lines[-20:] or [f"pytest ended with {ended.returncode}"])
