"""What a run costs beside its claims, as ratios of one session on one machine.

    python benchmarks/cost.py

Runs the whole specification and question 3 three times each, serially and each after a bare
`import tensorflow`, and prints medians; then runs the whole once more while it looks, a hundred
times a second, at what is being done, which tells the share of each part. Bytecode is written and
kept, as Python does by default. The limits: ten imports for the whole; 5 % of it for the harness,
that is for `answer_key` and pytest's collection; for question 3, 1.3 times the import and its
claims.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from types import FrameType

import pytest

import answer_key
from answer_key import record, storage

ROOT = Path(__file__).parents[1]
QUESTION_3 = "spec/test_q03_range_and_constant.py"

# A moment belongs to the first part that a function in the stack is a mark of: name and file.
PARTS = {
    "import tensorflow": ("<module>", "/tensorflow/__init__.py"),
    "outcomes, record, page": ("", str(Path(answer_key.__file__).parent)),
    "claims": ("pytest_pyfunc_call", "/_pytest/python.py"),
    "fixtures": ("", str(ROOT / "fixtures")),
    "collection": ("perform_collect", "/_pytest/main.py"),
}
REST = "pytest, plugins, exit"


def main() -> None:
    timed("-m", "pytest", "--collect-only")  # writes the bytecode
    rounds = [measured("spec") for _ in range(3)]
    ratios = [whole / bare for bare, whole, _ in rounds]
    print(f"import tensorflow   {median(bare for bare, _, _ in rounds):5.1f} s")
    print(f"whole specification {median(whole for _, whole, _ in rounds):5.1f} s", end=" = ")
    print(f"{median(ratios):.1f} imports ({min(ratios):.1f} to {max(ratios):.1f})")
    shares = watched()
    for part, share in shares.items():
        print(f"    {part:24}{share:6.1%}")
    print(f"  the harness {shares['outcomes, record, page'] + shares['collection']:.1%}")
    rounds = [measured(QUESTION_3) for _ in range(3)]
    ratio = median(whole / (bare + claims) for bare, whole, claims in rounds)
    print(f"question 3          {median(whole for _, whole, _ in rounds):5.1f} s", end=" = ")
    print(f"{ratio:.2f} of the import and its claims")


def measured(path: str) -> tuple[float, float, float]:
    """The seconds of a bare import, of a run just after it, and of that run's claims."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "record.json"
        bare = timed("-c", "import tensorflow")
        whole = timed("-m", "pytest", f"--record={target}", path)
        claims = storage.read(target)["claims"].values()
        return bare, whole, sum(record.seconds(entry) or 0 for entry in claims)


def timed(*args: str, **environment: str) -> float:
    environment = {**os.environ, **environment}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    # Not captured: the fork server, which outlives the run for a moment, holds a pipe open.
    nowhere = subprocess.DEVNULL
    subprocess.run(
        [sys.executable, *args], check=True, stdout=nowhere, stderr=nowhere, env=environment
    )
    return time.perf_counter() - start


def watched() -> dict[str, float]:
    """The share of each part in a run of the whole specification."""
    with tempfile.NamedTemporaryFile() as seen:
        here = str(Path(__file__).parent)
        # pytest-timeout has the same timer.
        args = ("-m", "pytest", "-p", "cost", "-p", "no:timeout", "spec")
        whole = timed(*args, PYTHONPATH=here, COST=seen.name)
        seconds: dict[str, float] = json.load(seen)
    shares = {part: seconds.get(part, 0) / whole for part in PARTS}
    return {**shares, REST: 1 - sum(shares.values())}


def part_of(frame: FrameType | None) -> str:
    stack = []
    while frame is not None:
        stack.append((frame.f_code.co_name, frame.f_code.co_filename))
        frame = frame.f_back
    for part, (name, file) in PARTS.items():
        if any(name in function and file in place for function, place in stack):
            return part
    return REST


SECONDS: defaultdict[str, float] = defaultdict(float)
LAST = [time.perf_counter()]


def look(_: int, frame: FrameType | None) -> None:
    """Add the time since the last look to the part that the main thread is in."""
    now = time.perf_counter()
    SECONDS[part_of(frame)] += now - LAST[0]
    LAST[0] = now


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Look on in the process that runs the claims: no timer comes along into a fork."""
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)


def pytest_unconfigure() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    Path(os.environ["COST"]).write_text(json.dumps(SECONDS))


if __name__ == "__main__":
    main()
