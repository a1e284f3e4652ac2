"""How long pages and comparisons take for 3,000 claims and twenty releases; TensorFlow is not used.

    python benchmarks/scale.py

Makes a specification and its records in a temporary folder, then runs the very commands, each in a
process of its own. Prints its seconds on the processor, which other programs do not change, and the
peak of its memory; the limits are 5 s and 2 GB.
"""

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from answer_key import record, storage
from answer_key.reading import read_specification

SUBJECT = Path(__file__).parents[1] / "spec/answer_key.toml"
QUESTIONS, CLAIMS, RELEASES = 10, 300, 20
# A share of claims like that of our own: some parametrised, some printing, some with an era.
CLAIM = '''
    @holds("tensorflow>=2.2")
    @pytest.mark.parametrize("value, result", [(1, 1), (2, 4)])
    def test_{number}(self, value, result):
        """From TensorFlow 2.2 on, claim {number} of question {question} is about the **square**."""
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
        measure("page", "records/2.20.json", "-o", "key.html")
        measure("releases", "records", "-o", "releases.html")
        measure("compare", "2.19", "2.20", exit_code=1)


def make_specification() -> None:
    Path("spec").mkdir()
    subject, _, _ = SUBJECT.read_text().partition("[core]")  # of which no question here has any
    Path("spec/answer_key.toml").write_text(subject)
    for question in range(1, QUESTIONS + 1):
        claims = (CLAIM.format(question=question, number=number) for number in range(CLAIMS))
        source = MODULE.format(question=question) + "".join(claims)
        Path(f"spec/test_q{question:02d}_numbers.py").write_text(source)


def make_records() -> None:
    """One record a release, in each of which one claim in eighty behaves otherwise from then on.

    As among our own records, two releases then differ in one claim of twelve, on average.
    """
    chance = random.Random(0)
    claims = read_specification(Path("spec")).claims
    behaviours = {key: chance.randrange(3) for key in claims}
    for release in range(1, RELEASES + 1):
        for key in chance.sample(sorted(claims), len(claims) // 80):
            behaviours[key] += 1
        entries = {
            key: record.entry(claim, cells(behaviours[key]), []) for key, claim in claims.items()
        }
        environment = {
            "versions": {"tensorflow": f"2.{release}.0", "keras": "3.0.0", "numpy": "2.0.0"},
            "python": "3.11.7",
            "platform": "Linux-x86_64",
            "distributions": {"tensorflow": f"2.{release}.0"},
            "flags": {},
            "device": "cpu",
        }
        storage.write(record.make(environment, entries), Path(f"records/2.{release}.json"))


def cells(behaviour: int) -> list[record.Cell]:
    """What a claim came to: two behaviours show other values, every third is not as it says."""
    outcome: record.Outcome = "absent" if behaviour % 3 == 0 else "holds"
    return [
        {
            "params": {"value": value, "result": value**2},
            "outcome": outcome,
            "output": f"tf.Tensor([{behaviour} {behaviour}], shape=(2,), dtype=int32)\n",
        }
        for value in (1, 2)
    ]


def measure(*args: str, exit_code: int = 0) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "from answer_key.cli import main; main()", *args],
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = usage.ru_utime + usage.ru_stime
    assert os.waitstatus_to_exitcode(status) == exit_code, f"answer-key {args[0]} failed"
    print(f"answer-key {args[0]:9} {seconds:5.1f} s {usage.ru_maxrss / 1024**2:5.2f} GB")


if __name__ == "__main__":
    main()
