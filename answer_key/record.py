"""Records: what one run found in one environment, as a JSON file.

The record is the hub: pages and comparisons are made from records, never from pytest's objects. It
has one shape, in memory and on disk, which the types below say; nothing is kept that follows from
the rest, such as a claim's outcome. `record.schema.json` says the same to other programs.
"""

import math
import numbers
import re
from collections.abc import Iterable, Mapping
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


def shown(entry: Entry) -> str:
    """What a claim printed and exhibited: a GPU, which few runs have, adds nothing by the same."""
    checked = (cell for cell in entry["cells"] if cell["outcome"] != "unchecked")
    told = {str((key(cell)[1:], cell.get("output"), cell.get("exhibits"))) for cell in checked}
    return str(sorted(told))


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


def key(cell: Cell) -> tuple[object, ...]:
    """What tells a cell from the others of its claim."""
    params = sorted((name, repr(value)) for name, value in cell.get("params", {}).items())
    return cell.get("device"), cell.get("mode"), cell.get("case"), tuple(params)


def timeless(record: Record) -> Record:
    """A record without the seconds, which differ from run to run."""
    claims = {
        name: {**entry, "cells": [_without_seconds(cell) for cell in entry["cells"]]}
        for name, entry in record["claims"].items()
    }
    return cast(Record, {**record, "claims": claims})


def _without_seconds(cell: Cell) -> Cell:
    return cast(Cell, {name: value for name, value in cell.items() if name != "seconds"})


def schema() -> dict[str, Any]:
    """The JSON Schema of a record."""
    return shape.schema(Record, title="A record of a run of an answer key")
