"""All that is known of a specification without running it, read once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from answer_key import rules, sheets
from answer_key.claims import Specification
from answer_key.counterexamples import Counterexamples, read_counterexamples
from answer_key.practice.exercises import Exercise, read_exercises
from answer_key.reading import read_specification
from answer_key.sheets import Statement
from answer_key.subject import Subject, read_subject


@dataclass(frozen=True)
class Study:
    """A specification with what it is about, and what stands beside it in its folder."""

    folder: Path
    subject: Subject
    specification: Specification
    statements: Mapping[str, Statement]
    counterexamples: Counterexamples
    exercises: Mapping[str, Exercise]
    problems: tuple[str, ...]


def read_study(folder: Path) -> Study:
    """Read the folder of a specification, such as `spec/`, and find what breaks its rules.

    Raises ValueError if `answer_key.toml`, which says what it is about, cannot be read.
    """
    subject = read_subject(folder)
    specification = read_specification(folder)
    counterexamples = read_counterexamples(folder, specification)
    exercises, misfits = read_exercises(folder, specification)
    statements: Mapping[str, Statement] = {}
    unreadable = []
    try:
        statements = sheets.read_sheets(folder)
    except ValueError as error:
        unreadable.append(str(error))
    problems = [*specification.problems, *rules.problems(specification, subject), *unreadable]
    problems += [*counterexamples.problems, *misfits]
    problems += sheets.problems(specification, statements) if not unreadable else ()
    return Study(
        folder,
        subject,
        specification,
        statements,
        counterexamples,
        exercises,
        tuple(_in_order(problems)),
    )


def _in_order(problems: list[str]) -> Iterator[str]:
    """Problems with a file and a line in the order of these, then the others."""

    def place(problem: str) -> tuple[bool, str, int]:
        path, _, rest = problem.partition(":")
        line = rest.partition(":")[0]
        return (not line.isdigit(), path, int(line)) if line.isdigit() else (True, "", 0)

    yield from sorted(dict.fromkeys(problems), key=place)
