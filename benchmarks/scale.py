"""How long pages and comparisons take for 3,000 claims and twenty releases; TensorFlow is not used.

    python benchmarks/scale.py

Makes a specification and its records in a temporary folder, then runs the very commands, each in a
process of its own. Prints seconds and the peak of its memory; the limits are 5 s and 2 GB.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from answer_key import packing, record
from answer_key.claims import read_specification

QUESTIONS, CLAIMS, RELEASES = 10, 300, 20
# A share of claims like that of our own: some parametrised, some printing, some with an era.
CLAIM = '''
    @holds("keras>=3")
    @pytest.mark.parametrize("value, result", [(1, 1), (2, 4)])
    def test_{number}(self, value, result):
        """Of question {question}, claim {number} is that the result is the **square**."""
        numbers = tf.constant([value, value])

        squares = tf.square(numbers)

        print(squares)
        assert squares.numpy().tolist() == [result, result]
'''
MODULE = '''"""Is this question number {question}?

Yes, it is.
"""

import pytest
import tensorflow as tf

from answer_key import holds


class TestPart:
    """A part."""
'''


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_specification()
        make_records()
        for args in (
            ["page", "records/2.20.json", "-o", "key.html"],
            ["releases", "records", "-o", "releases.html"],
            ["compare", "2.19", "2.20"],
        ):
            measure(args)


def make_specification() -> None:
    Path("spec").mkdir()
    for question in range(1, QUESTIONS + 1):
        claims = (CLAIM.format(question=question, number=number) for number in range(CLAIMS))
        source = MODULE.format(question=question) + "".join(claims)
        Path(f"spec/test_q{question:02d}_numbers.py").write_text(source)


def make_records() -> None:
    """One record a release, in each of which about one claim in twenty behaves otherwise."""
    chance = random.Random(0)
    claims = read_specification(Path("spec")).claims
    shown = {key: 1 for key in claims}
    for release in range(1, RELEASES + 1):
        for key in chance.sample(sorted(claims), len(claims) // 20):
            shown[key] += 1
        entries = {
            key: record.entry(claim, cells(release, shown[key]), [])
            for key, claim in claims.items()
        }
        environment = {
            "tensorflow": f"2.{release}.0",
            "keras": "3.0.0",
            "numpy": "2.0.0",
            "python": "3.11.7",
            "platform": "Linux-x86_64",
            "distributions": {"tensorflow": f"2.{release}.0"},
            "devices": ["cpu"],
            "flags": {},
        }
        made = {"schema": 1, "environment": environment, "claims": entries, "sheets": {}}
        record.replace_file(Path(f"records/2.{release}.json"), packing.text(packing.pack(made)))


def cells(release: int, shown: int) -> list[dict[str, object]]:
    outcome = "absent" if (release + shown) % 7 == 0 else "holds"
    return [
        {
            "device": None,
            "mode": None,
            "params": {"value": value, "result": value**2},
            "outcome": outcome,
            "seconds": 0.01,
            "output": f"tf.Tensor([{shown} {shown}], shape=(2,), dtype=int32)\n",
        }
        for value in (1, 2)
    ]


def measure(args: list[str]) -> None:
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", "from answer_key.cli import main; main()", *args],
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    assert os.waitstatus_to_exitcode(status) in (0, 1), f"answer-key {args[0]} failed"
    print(f"answer-key {args[0]:9} {seconds:5.1f} s {usage.ru_maxrss / 1024**2:5.2f} GB")


if __name__ == "__main__":
    main()
