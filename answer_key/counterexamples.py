"""Counterexamples: small deliberate faults of the subject under which claims must fail.

They stand in `spec/counterexamples/qNN.py`, one function a fault. Like claims they are read as
text, so that the controller of a run knows them without the subject.
"""

import ast
import functools
import sys
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answer_key.claims import Specification
from answer_key.reading import parse

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# At most one claim in so many may do without a counterexample, for a reason written down.
ONE_EXCEPTION_IN = 50

Error = type[BaseException] | tuple[()]


def refutes(*claims: str, by: Error = ()) -> Any:
    """Declare the claims, each as `TestPart::test_name`, that must fail under this fault.

    They must fail by an assertion of their own, or by the exception `by` if the claim is about one.
    """

    def declare(fault: Callable[..., None]) -> Callable[..., None]:
        declared: dict[str, Error] = getattr(fault, "refutes", {})
        fault.refutes = {**declared, **dict.fromkeys(claims, by)}  # type: ignore[attr-defined]
        return fault

    return declare


@dataclass(frozen=True)
class Counterexample:
    """A fault: the function that puts it into the subject, and the claims that it refutes."""

    name: str
    path: str
    line: int
    sentence: str
    claims: tuple[str, ...]

    @property
    def module(self) -> str:
        """Its module, as pytest makes `spec/` importable."""
        return f"counterexamples.{Path(self.path).stem}"


@dataclass(frozen=True)
class Counterexamples:
    """All counterexamples, the claims excepted with the reason, and every broken rule."""

    faults: tuple[Counterexample, ...]
    excepted: Mapping[str, str]
    problems: tuple[str, ...]

    def of(self, claim: str) -> list[Counterexample]:
        return self._by_claim.get(claim, [])

    @functools.cached_property
    def _by_claim(self) -> Mapping[str, list[Counterexample]]:
        found: dict[str, list[Counterexample]] = {}
        for fault in self.faults:
            for claim in fault.claims:
                found.setdefault(claim, []).append(fault)
        return found


def read_counterexamples(folder: Path, specification: Specification) -> Counterexamples:
    """Read `counterexamples/` of a folder such as `spec/`."""
    faults: list[Counterexample] = []
    problems: list[str] = []
    modules = {question.key: question.path for question in specification.questions}
    for path in sorted((folder / "counterexamples").glob("q*.py")):
        name = f"{folder.name}/counterexamples/{path.name}"
        if path.stem not in modules:
            problems.append(f"{name}:1: there is no question {path.stem}")
            continue
        try:
            _, tree = parse(path, name)
        except ValueError as error:
            problems.append(str(error))
            continue
        faults += _faults(name, path.stem, tree)
    excepted, broken = _exceptions(folder / "counterexamples" / "excepted.toml", modules)
    problems += broken
    problems += _problems(faults, excepted, specification)
    return Counterexamples(tuple(faults), excepted, tuple(problems))


def _faults(path: str, question: str, tree: ast.Module) -> Iterator[Counterexample]:
    """The functions of a module that declare what they refute; others are helpers."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        claims = [
            f"{question}::{argument.value}"
            for call in node.decorator_list
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "refutes"
            for argument in call.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if claims:
            sentence = (ast.get_docstring(node) or "").partition("\n")[0].strip()
            yield Counterexample(node.name, path, node.lineno, sentence, tuple(claims))


def _exceptions(file: Path, questions: Container[str]) -> tuple[dict[str, str], list[str]]:
    """The claims excepted, with the reasons, from a table for each question."""
    if not file.exists():
        return {}, []
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        unknown = [question for question in tables if question not in questions]
        if unknown:
            raise ValueError(f"there is no question {unknown[0]}")
        return {
            f"{question}::{claim}": str(reason)
            for question, table in tables.items()
            for claim, reason in table.items()
        }, []
    except (OSError, ValueError, AttributeError) as error:
        what = f"{file.name}: a table for each question, such as [q03], of claims and reasons: "
        return {}, [what + str(error)]


def _problems(
    faults: list[Counterexample], excepted: Mapping[str, str], specification: Specification
) -> Iterator[str]:
    names: dict[tuple[str, str], Counterexample] = {}
    for fault in faults:
        where = f"{fault.path}:{fault.line}"
        if not fault.sentence.endswith("."):
            yield f"{where}: the docstring of {fault.name} is a sentence that says what is wrong"
        if names.setdefault((fault.path, fault.name), fault) is not fault:
            yield f"{where}: {fault.name} stands twice"
        for claim in fault.claims:
            if claim not in specification.claims:
                yield f"{where}: there is no claim {claim}"
    refuted = {claim for fault in faults for claim in fault.claims}
    for claim in excepted:
        if claim not in specification.claims:
            yield f"excepted.toml: there is no claim {claim}"
        elif claim in refuted:
            yield f"excepted.toml: {claim} has a counterexample"
    most = -(-len(specification.claims) // ONE_EXCEPTION_IN)
    if len(excepted) > most:
        yield f"excepted.toml: {len(excepted)} claims are excepted; at most {most} may be"
