"""Exercises: what a learner writes or mends, and the claims that mark it.

They stand in `spec/exercises.toml`. In one kind of exercise the learner writes classes and
functions that stand in a module of the specification; its claims then run on the learner's. In the
other kind the learner mends a function within a claim.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answer_key.claims import Claim, Specification

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = "exercises.toml"


@dataclass(frozen=True)
class Mend:
    """A claim in which a function is replaced by one that breaks a rule, and what is seen of it."""

    claim: Claim
    function: str
    seen: str
    broken: str


@dataclass(frozen=True)
class Exercise:
    """What is to be written, or mended, and the claims that mark it, in the order to go by.

    Faults are counterexamples under which these claims must fail, whatever a right solution is.
    """

    name: str
    title: str
    task: str
    claims: tuple[Claim, ...]
    subjects: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    mends: tuple[Mend, ...] = ()

    @property
    def question(self) -> str:
        return self.claims[0].question

    def code(self, subject: str) -> str:
        """The specification's own solution: how its module defines a subject."""
        pieces = (piece for claim in self.claims for piece in claim.code[:-1])
        return next(piece for piece in pieces if defined(piece) == subject)


def defined(code: str) -> str | None:
    """The name of the class or function that a piece of code defines, if it is such."""
    node = ast.parse(code).body[0]
    return node.name if isinstance(node, ast.FunctionDef | ast.ClassDef) else None


def read_exercises(
    folder: Path, specification: Specification
) -> tuple[dict[str, Exercise], list[str]]:
    """The exercises of a specification by name, and every one that is not as it has to be."""
    path = folder / FILE
    if not path.exists():
        return {}, []
    where = f"{folder.name}/{FILE}"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return {}, [f"{where}: cannot be read: {error}"]
    found, problems = {}, []
    for name, table in tables.items():
        try:
            found[name] = _exercise(name, table, specification)
        except (KeyError, TypeError, AttributeError) as error:
            problems.append(f"{where}: {name}: {_told(error)}")
        except ValueError as error:
            problems.append(f"{where}: {name}: {error}")
    return found, problems


def _told(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else "is not as the others are"


def _exercise(name: str, table: Mapping[str, Any], specification: Specification) -> Exercise:
    if not name.isidentifier():
        raise ValueError("its name is that of a module")
    question = str(table["question"])

    def claim(test: str) -> Claim:
        try:
            return specification.claims[f"{question}::{test}"]
        except KeyError:
            raise ValueError(f"there is no claim {question}::{test}") from None

    mends = tuple(
        Mend(claim(each["claim"]), each["function"], each["seen"].strip(), each["broken"].strip())
        for each in table.get("mend", ())
    )
    exercise = Exercise(
        name,
        table["title"].strip(),
        table["task"].strip(),
        tuple(mend.claim for mend in mends) or tuple(map(claim, table["claims"])),
        tuple(table.get("subjects", ())),
        tuple(table.get("faults", ())),
        mends,
    )
    for problem in _problems(exercise):
        raise ValueError(problem)
    return exercise


def _problems(exercise: Exercise) -> Iterator[str]:
    if not exercise.claims:
        yield "no claim marks it"
    if not exercise.mends and not exercise.subjects:
        yield "it names no subjects, and nothing to mend"
    for claim in exercise.claims if exercise.subjects else ():
        if not {defined(piece) for piece in claim.code[:-1]} & set(exercise.subjects):
            yield f"{claim.id} is about none of {', '.join(exercise.subjects)}"
    for mend in exercise.mends:
        if find(mend.function, mend.claim.code[-1]) is None:
            yield f"{mend.claim.id} defines no {mend.function}"
        if defined(mend.broken) != mend.function:
            yield f"what is to be mended in {mend.claim.id} is no {mend.function}"


def find(name: str, code: str) -> ast.FunctionDef | None:
    """The function of this name in a code, however deep."""
    nodes = ast.walk(ast.parse(code))
    named = (node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == name)
    return next(named, None)
