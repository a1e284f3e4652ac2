"""Answer sheets: students' statements, marked by the outcomes of claims."""

import difflib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from answer_key import record
from answer_key.claims import Specification

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KINDS = ("behaviour", "opinion")
MARKS = ("right", "partly", "wrong", "outdated", "unchecked")


@dataclass(frozen=True)
class Statement:
    """One statement of a student's answer. An opinion is not marked."""

    id: str
    text: str
    kind: str

    @property
    def question(self) -> str:
        """The key of the question it answers: `A3.1` belongs to `q03`."""
        return f"q{int(self.id[1:].split('.')[0]):02d}"


def read_sheets(folder: Path) -> dict[str, Statement]:
    """The statements by id, in the order of `answer_sheets.toml`; none if there is no such file.

    Raises ValueError naming the file and the entry that is wrong.
    """
    path = folder / "answer_sheets.toml"
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path.name}: not a TOML file: {error}") from None
    statements = {}
    for sheet, entries in tables.items():
        if not isinstance(entries, dict):
            raise ValueError(f"{path.name}: {sheet} is no table of statements")
        if not re.fullmatch("[A-Z]", sheet):
            raise ValueError(f"{path.name}: a sheet is called by a capital letter, not {sheet!r}")
        for key, value in entries.items():
            statements[key] = _statement(path.name, sheet, key, value)
    return statements


def _statement(file: str, sheet: str, key: str, value: object) -> Statement:
    entry = {"text": value} if isinstance(value, str) else value
    if not re.fullmatch(rf"{sheet}[0-9]+\.[0-9]+", key):
        raise ValueError(f"{file}: {key!r} is no statement of sheet {sheet}, such as {sheet}1.2")
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise ValueError(f"{file}: {key} has no text")
    kind = entry.get("kind", "behaviour")
    unknown = sorted(entry.keys() - {"text", "kind"})
    if kind not in KINDS or unknown:
        raise ValueError(f"{file}: {key} has a kind of {' or '.join(KINDS)}, and nothing else")
    return Statement(key, entry["text"], kind)


def problems(specification: Specification, statements: Mapping[str, Statement]) -> Iterator[str]:
    """Statements that claims name wrongly, and those of answered questions that none settles."""
    settled = set()
    for claim in specification.claims.values():
        for key in claim.confirms + claim.corrects:
            settled.add(key)
            where = f"{claim.path}:{claim.line}"
            if key not in statements:
                near = difflib.get_close_matches(key, statements, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                yield f"{where}: the answer sheets have no statement {key}{hint}"
            elif statements[key].kind == "opinion":
                yield f"{where}: {key} is an opinion, which no claim can settle"
    answered = {question.key for question in specification.questions}
    for statement in statements.values():
        open_ = statement.id not in settled and statement.kind != "opinion"
        if open_ and statement.question in answered:
            yield f"answer_sheets.toml: no claim settles {statement.id}: {statement.text}"


def marks(
    statements: Mapping[str, Statement],
    specification: Specification,
    claims: Mapping[str, record.Entry],
) -> dict[str, str]:
    """The mark of each statement whose question the specification answers."""
    outcomes = {key: record.outcome(entry) for key, entry in claims.items()}
    answered = {question.key for question in specification.questions}
    return {
        statement.id: mark(statement, specification, outcomes)
        for statement in statements.values()
        if statement.question in answered
    }


def mark(statement: Statement, specification: Specification, outcomes: Mapping[str, str]) -> str:
    """A statement's mark, one of MARKS, from the outcomes of claims by their ids.

    A claim that holds is evidence for what it says, one that is absent shows that this is not so
    in this release, and one that could not be checked says nothing. A statement is unchecked if
    nothing was said of it, or if one of its claims failed.
    """
    claims = specification.settling.get(statement.id, [])
    confirming = {outcomes.get(claim.id) for claim in claims if statement.id in claim.confirms}
    correcting = {outcomes.get(claim.id) for claim in claims if statement.id in claim.corrects}
    if not confirming | correcting <= {"holds", "absent", "unchecked"}:
        return "unchecked"
    if "holds" in confirming:
        return "partly" if "holds" in correcting else "right"
    if "absent" in confirming:
        return "outdated"
    return "wrong" if "holds" in correcting else "unchecked"
