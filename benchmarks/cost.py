"""What a run costs beside its claims, as ratios of one session on one machine.

    python benchmarks/cost.py

Prints the times of `import tensorflow` alone, of the whole specification run serially and of
question 3, with what the harness (collection, outcomes, record, pages) adds to the import and the
claims. The limits: ten imports for the whole, of which the harness is 5 %; for question 3, 1.3
times the import and its claims.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from answer_key import record


def main() -> None:
    imports = statistics.median(timed("-c", "import tensorflow") for _ in range(3))
    print(f"import tensorflow          {imports:6.1f} s")
    whole, claims = run()
    harness = whole - imports - claims
    print(f"whole specification        {whole:6.1f} s = {whole / imports:.1f} imports")
    print(f"  its claims               {claims:6.1f} s")
    print(f"  the harness              {harness:6.1f} s = {harness / whole:.1%} of the run")
    one, claims = run("spec/test_q03_range_and_constant.py")
    ratio = one / (imports + claims)
    print(f"question 3                 {one:6.1f} s = {ratio:.2f} of the import and its claims")


def timed(*args: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *args], check=True, capture_output=True)
    return time.perf_counter() - start


def run(*args: str) -> tuple[float, float]:
    """The seconds of a run, and those of its claims."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record.json"
        wall = timed("-m", "pytest", "-p", "no:randomly", f"--record={path}", *args)
        claims = record.read(path)["claims"].values()
        return wall, sum(claim["seconds"] for claim in claims)


if __name__ == "__main__":
    main()
