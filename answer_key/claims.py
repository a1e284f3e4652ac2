"""Questions, their parts and their claims, as they are read from the specification's text."""

import ast
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


def holds(
    requirement: str, *, otherwise: type[BaseException] | None = None, was: str | None = None
) -> pytest.MarkDecorator:
    """Declare the versions in which a claim holds, as pip writes them: `@holds("keras>=3")`.

    The distribution is an axis of `answer_key.toml`; stacked declarations must all be met.
    Elsewhere the claim still runs and must fail, with the exception `otherwise` if one is given.
    `was` names the claim of the same question that says what was so before: `was="test_old"`.
    """
    return pytest.mark.holds(requirement, otherwise=otherwise, was=was)


def core(claim: T) -> T:
    """Declare a claim that a full answer to its question needs."""
    return claim


def confirms(*statements: str) -> pytest.MarkDecorator:
    """Declare the statements of the answer sheets that this claim shows to be true."""
    return pytest.mark.confirms(*statements)


def corrects(*statements: str) -> pytest.MarkDecorator:
    """Declare the statements of the answer sheets that this claim shows to be false."""
    return pytest.mark.corrects(*statements)


def about(*names: str) -> Callable[[T], T]:
    """Declare the names in users' code that a claim is about, where its code does not tell them.

    One of them is enough; `answer_key/patterns.py` says how they are written.
    """
    return lambda claim: claim


def asks(answer: str) -> Callable[[T], T]:
    """Declare what the quiz asks of a claim: a text that stands in its sentence or its code.

    `answer_key/blanks.py` says what is asked of a claim that declares nothing.
    """
    return lambda claim: claim


@dataclass(frozen=True)
class Claim:
    """One test function: a sentence of an answer and the code that proves it.

    The code is in pieces: first what the test's body refers to in its module, last the body. Given
    are the arguments that the body names, parameters and fixtures.
    """

    id: str
    path: str
    line: int
    sentence: str
    details: str
    code: tuple[str, ...]
    source: str
    parameters: tuple[str, ...]
    given: tuple[str, ...]
    eras: tuple[str, ...]
    was: str | None
    is_core: bool
    confirms: tuple[str, ...]
    corrects: tuple[str, ...]
    about: tuple[str, ...] = ()
    asks: str | None = None

    @property
    def question(self) -> str:
        """The key of its question, such as `q03`."""
        return self.id.partition("::")[0]

    @property
    def name(self) -> str:
        """The name of its test function."""
        return self.id.rpartition("::")[2]

    @property
    def where(self) -> str:
        """Its file and line, for a message."""
        return f"{self.path}:{self.line}"

    @property
    def anchor(self) -> str:
        """The claim's id on the page."""
        return "ak-" + self.id.replace("::", "-")


@dataclass(frozen=True)
class Part:
    """A test class: the claims that make up one part of an answer, under a heading."""

    name: str
    heading: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Question:
    """One module of the specification."""

    key: str
    title: str
    answer: str
    path: str
    parts: tuple[Part, ...]

    @property
    def number(self) -> int:
        return int(self.key.removeprefix("q"))

    @property
    def claims(self) -> list[Claim]:
        return [claim for part in self.parts for claim in part.claims]


@dataclass(frozen=True)
class Specification:
    """All questions in order, what could not be read as `file:line: what`, and what fixtures give.

    A fixture's text is the first line of its docstring. `modules` has the text and the tree of each
    module that was read, by its path.
    """

    questions: tuple[Question, ...] = ()
    problems: tuple[str, ...] = ()
    fixtures: Mapping[str, str] = field(default_factory=dict)
    modules: Mapping[str, tuple[str, ast.Module]] = field(default_factory=dict)

    @functools.cached_property
    def claims(self) -> dict[str, Claim]:
        """All claims by id, in the order of the specification."""
        return {claim.id: claim for _, _, claim in self.outline()}

    @functools.cached_property
    def settling(self) -> dict[str, list[Claim]]:
        """The claims that confirm or correct a statement, by the statement's id."""
        found: dict[str, list[Claim]] = {}
        for claim in self.claims.values():
            for statement in claim.confirms + claim.corrects:
                found.setdefault(statement, []).append(claim)
        return found

    @functools.cached_property
    def earlier(self) -> dict[str, Claim]:
        """What was so before, by the id of the claim that says what is so now."""
        by_name = {(claim.question, claim.name): claim for claim in self.claims.values()}
        pairs = {
            claim.id: by_name.get((claim.question, claim.was))
            for claim in self.claims.values()
            if claim.was is not None
        }
        return {key: earlier for key, earlier in pairs.items() if earlier is not None}

    def outline(self) -> Iterator[tuple[Question, Part, Claim]]:
        """The claims in order, each with the question and the part that it belongs to."""
        for question in self.questions:
            for part in question.parts:
                for claim in part.claims:
                    yield question, part, claim


@functools.cache
def question_key(path: str) -> str:
    """`spec/test_q03_range_and_constant.py` is question `q03`. Raises ValueError."""
    match = re.match(r"test_(q\d\d)_", Path(path).name)
    if match is None:
        raise ValueError("a question's module is named test_qNN_subject.py")
    return match[1]


@functools.cache
def claim_id(nodeid: str) -> str | None:
    """The id of the claim that a pytest item runs, from its node id; None if it cannot be one.

    `spec/test_q03_range.py::TestTypes::test_int32[cpu-eager]` runs `q03::TestTypes::test_int32`.
    """
    path, _, test = nodeid.partition("[")[0].partition("::")
    try:
        return f"{question_key(path)}::{test}"
    except ValueError:
        return None
