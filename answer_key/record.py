"""Records: what one run found in one environment, as a JSON file.

The record is the hub: pages and comparisons are made from records, never from pytest's objects. It
has one shape, in memory and on disk, which the types below say; nothing is kept that follows from
the rest, such as a claim's outcome. `record.schema.json` says the same to other programs.
"""

import contextlib
import json
import math
import numbers
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict, cast, get_args

from answer_key import shape
from answer_key.claims import Claim

SCHEMA = 2

# From worst to best. A claim's outcome is that of its worst cell; a cell that could not be checked
# says nothing as long as another one could.
Outcome = Literal["crashed", "broken", "stale", "absent", "holds", "unchecked"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
FAILURES = ("crashed", "broken", "stale")
# How a claim's own assertions fail: `assert` and NumPy's, `pytest.raises` and `pytest.warns`.
ASSERTIONS = ("AssertionError", "Failed")

ClaimId = Annotated[str, {"pattern": r"^q\d\d::\w+::\w+$"}]
Scalar = str | int | float | bool | None


class Error(TypedDict):
    """The exception that a cell met."""

    type: str
    message: str


class Table(TypedDict):
    """A table that a claim exhibits."""

    kind: Literal["table"]
    caption: str
    columns: list[Scalar]
    rows: list[list[Scalar]]


class Drawing(TypedDict):
    """A drawing that a claim exhibits, and what it shows in words."""

    kind: Literal["drawing"]
    caption: str
    told: str
    svg: str


class Refutation(TypedDict):
    """A fault under which a claim failed: its name, its sentence, and the exception by which."""

    fault: str
    sentence: str
    by: str


class _Found(TypedDict):
    outcome: Outcome


class Cell(_Found, total=False):
    """What came of a claim in one place. What is not there was nothing, or is not known.

    The parameters are those of pytest without device and mode; where one is told by its name only,
    `case` is pytest's own id, so that no two cells are alike.
    """

    device: str
    mode: str
    params: dict[str, Scalar]
    case: str
    seconds: Annotated[float, {"minimum": 0}]
    output: str
    exhibits: list[Table | Drawing]
    error: Error
    reason: str
    disagreement: list[str]


class _Claimed(TypedDict):
    sentence: str
    source: str
    cells: Annotated[list[Cell], {"minItems": 1}]


class Entry(_Claimed, total=False):
    """What came of a claim; `source` is a hash of its code, `era` where it says that it holds."""

    era: list[str]
    refutations: list[Refutation]


class Environment(TypedDict):
    """What a run ran on: versions by axis, and the device of claims that name none."""

    versions: dict[str, str]
    python: str
    platform: str
    distributions: dict[str, str]
    flags: dict[str, str | None]
    device: str


class Record(TypedDict):
    """What a run found in its environment, by the ids of claims."""

    schema: Annotated[int, {"const": SCHEMA}]
    environment: Environment
    claims: dict[ClaimId, Entry]


class RecordError(Exception):
    """A record that cannot be read, merged or written; names the file and the field."""


# Making a record


def make(environment: Mapping[str, Any], claims: Mapping[str, Entry]) -> Record:
    """The record of a run, with nothing in it that JSON could not hold."""
    made = {"schema": SCHEMA, "environment": environment, "claims": claims}
    return cast(Record, plain(made))


def entry(claim: Claim, cells: Iterable[Mapping[str, Any]], refutations: list[Refutation]) -> Entry:
    """A claim's entry in a record, from its cells in order and the faults under which it failed."""
    facts = {"era": list(claim.eras), "refutations": refutations}
    told = {name: value for name, value in facts.items() if value}
    found = [dict(cell) for cell in cells]
    return cast(Entry, {"sentence": claim.sentence, "source": claim.source, "cells": found, **told})


def place(params: Mapping[str, object], case: str, device: str, mode: str) -> dict[str, Any]:
    """Where a cell runs, from pytest's parameters and its id for them.

    `device` and `mode` are the parameters that tell these.
    """
    others = {name: value for name, value in params.items() if name not in (device, mode)}
    told = {
        "device": _text(params.get(device)),
        "mode": _text(params.get(mode)),
        "params": {name: _scalar(value) for name, value in others.items()},
        "case": "" if all(map(_is_scalar, others.values())) else case,
    }
    return {name: value for name, value in told.items() if value}


def plain(value: object) -> Any:
    """A value as JSON holds it: what it has no word for becomes text."""
    if isinstance(value, Mapping):
        return {_text(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return _scalar(value)


def _scalar(value: object) -> Scalar:
    return cast(Scalar, value) if _is_scalar(value) else _text(value)


def _is_scalar(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return value.bit_length() < 64
    return value is None or isinstance(value, str)


def _text(value: object) -> str:
    """A value in words that are the same on every run: a name, or what `repr` says; "" for None."""
    if value is None:
        return ""
    try:
        if isinstance(value, str | numbers.Number):
            return str(value)
        name = getattr(value, "__name__", None)
        return name if isinstance(name, str) else re.sub(r" at 0x[0-9a-f]+", "", repr(value))
    except Exception:  # whatever an object of the specification's may raise
        return f"<{type(value).__name__}>"


# What follows from a record


def severity(cell: Mapping[str, object]) -> int:
    """A key to sort cells by, the worst first."""
    return OUTCOMES.index(cell["outcome"])


def outcome(entry: Entry) -> Outcome:
    """A claim's outcome, that of its worst cell."""
    return min(entry["cells"], key=severity)["outcome"]


def error(entry: Entry) -> Error | None:
    """The error that a claim's worst cell met, the first of them."""
    return min(entry["cells"], key=severity).get("error")


def seconds(entry: Entry) -> float | None:
    """How long a claim took; None where that is not known."""
    known = [cell["seconds"] for cell in entry["cells"] if "seconds" in cell]
    return sum(known) if known else None


def versions(record: Record) -> dict[str, str]:
    """The versions that decide, by axis."""
    return record["environment"]["versions"]


def devices(record: Record) -> list[str]:
    """The devices on which something was checked; a claim may name none."""
    unnamed = record["environment"]["device"]
    cells = [cell for entry in record["claims"].values() for cell in entry["cells"]]
    return sorted({cell.get("device", unnamed) for cell in cells if cell["outcome"] != "unchecked"})


def key(cell: Cell) -> str:
    """What tells a cell from the others of its claim."""
    told = [cell.get("device"), cell.get("mode"), cell.get("params"), cell.get("case")]
    return json.dumps(told, sort_keys=True)


def timeless(record: Record) -> Record:
    """A record without the seconds, which differ from run to run."""
    claims = {
        name: {**entry, "cells": [_without_seconds(cell) for cell in entry["cells"]]}
        for name, entry in record["claims"].items()
    }
    return cast(Record, {**record, "claims": claims})


def _without_seconds(cell: Cell) -> Cell:
    return cast(Cell, {name: value for name, value in cell.items() if name != "seconds"})


# Merging


def merge(records: list[Record]) -> Record:
    """One record from runs of the same release on different devices.

    A cell that one run checked and another could not counts as checked; where two runs checked the
    same cell, the worse outcome stays, and the cell tells on what they disagree. Raises RecordError
    if the releases differ, or a claim.
    """
    first, *others = records
    claims = dict(first["claims"])
    for other in others:
        _check_release(first, other)
        for name, theirs in other["claims"].items():
            claims[name] = _merged(name, claims[name], theirs) if name in claims else theirs
    return {**first, "claims": claims}


def _check_release(one: Record, other: Record) -> None:
    theirs = versions(other)
    for axis, ours in versions(one).items():
        if ours != theirs.get(axis):
            raise RecordError(
                f"cannot merge records of {axis} {ours} and {axis} {theirs.get(axis)}; "
                "name records of one release"
            )


def _merged(name: str, ours: Entry, theirs: Entry) -> Entry:
    if ours["source"] != theirs["source"]:
        raise RecordError(f"cannot merge: {name} was changed between the runs; run both again")
    cells: dict[str, Cell] = {}
    for cell in ours["cells"] + theirs["cells"]:
        earlier = cells.get(key(cell))
        cells[key(cell)] = cell if earlier is None else _worse(earlier, cell)
    return {**theirs, **ours, "cells": list(cells.values())}


def _worse(one: Cell, other: Cell) -> Cell:
    """Of two runs of a cell the worse, with what the other found if that is something else."""
    worse, better = sorted((one, other), key=severity)
    found = _disagreement(worse, better)
    return {**worse, "disagreement": found} if found else worse


def _disagreement(worse: Cell, better: Cell) -> list[str]:
    if better["outcome"] == "unchecked":
        return []
    if worse["outcome"] != better["outcome"]:
        return [worse["outcome"], better["outcome"]]
    if worse.get("output") != better.get("output"):
        return ["output"]
    return ["exhibits"] if worse.get("exhibits") != better.get("exhibits") else []


# Files


def write(record: Record, path: Path) -> None:
    """Write a record, keys sorted and each claim on one line, so that a diff reads well."""
    replace_file(path, _lines(record, depth=2) + "\n")


def _lines(value: object, depth: int) -> str:
    if depth == 0 or not isinstance(value, dict) or not value:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    fields = (
        f"{json.dumps(name, ensure_ascii=False)}:{_lines(value[name], depth - 1)}"
        for name in sorted(value)
    )
    return "{\n" + ",\n".join(fields) + "\n}"


def replace_file(path: Path, text: str) -> None:
    """Replace a file whole or not at all, making its folder if need be. Raises RecordError.

    A link is followed; what is no regular file, such as a device, is written to.
    """
    # A lone surrogate, which no encoding has, is written as JSON writes it.
    content = text.encode("utf-8", "backslashreplace")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            _replace(Path(os.path.realpath(path)), content)
    except OSError as problem:
        raise RecordError(f"{path}: cannot be written: {problem.strerror}") from problem


def _replace(path: Path, content: bytes) -> None:
    new = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        new.write_bytes(content)
        new.replace(path)
    finally:
        with contextlib.suppress(OSError):
            new.unlink()


def read(path: Path) -> Record:
    """Read and check a record. Raises RecordError naming the file and the field."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise RecordError(f"{path}: cannot be read: {problem.strerror}") from None
    return parse(content, str(path))


def parse(content: bytes, name: str) -> Record:
    """The record that a text holds. Raises RecordError naming where it is from, and the field."""
    try:
        found = json.loads(
            content.decode(), object_pairs_hook=_object, parse_constant=_not_a_number
        )
        _check_schema(found)
        shape.check(found, Record)
    except shape.Misshapen as problem:
        raise RecordError(f"{name}: {problem}") from None
    except ValueError as problem:
        raise RecordError(f"{name}: damaged, this is no JSON: {problem}") from None
    except RecursionError:
        raise RecordError(f"{name}: damaged, nested too deeply") from None
    return cast(Record, found)


def _object(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(fields)
    if len(found) < len(fields):
        names = [name for name, _ in fields]
        twice = next(name for name in names if names.count(name) > 1)
        raise shape.Misshapen("stands twice in one object", twice)
    return found


def _not_a_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _check_schema(found: Any) -> None:
    number = found.get("schema") if isinstance(found, dict) else None
    if number is None:
        raise shape.Misshapen("missing; this is no record of an answer key", "schema")
    if type(number) is int and 0 < number < SCHEMA:
        raise shape.Misshapen(
            f"{number} is older than {SCHEMA}; run the specification again for a new record",
            "schema",
        )
    if type(number) is int and number > SCHEMA:
        raise shape.Misshapen(
            f"{number} is newer than {SCHEMA}; update tensorflow-answer-key", "schema"
        )


def printable(text: str) -> str:
    """A text on one line in which no character acts on a terminal: such ones are spelled out."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of a record."""
    return shape.schema(Record, title="A record of a run of an answer key")
