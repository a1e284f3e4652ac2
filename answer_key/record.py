"""Records: what one run found in one environment, as a JSON file.

The record is the hub: pages and comparisons are made from records, never from pytest's objects.
"""

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from answer_key import packing, sheets
from answer_key.claims import Claim, Specification

SCHEMA = 1

# From worst to best. A claim's outcome is that of its worst cell; a cell that could not be checked
# says nothing as long as another one could.
OUTCOMES = ("crashed", "broken", "stale", "absent", "holds", "unchecked")
FAILURES = ("crashed", "broken", "stale")
# How a claim's own assertions fail: `assert` and NumPy's, `pytest.raises` and `pytest.warns`.
ASSERTIONS = ("AssertionError", "Failed")

Record = dict[str, Any]


class RecordError(Exception):
    """A record that cannot be read, merged or written; names the file and the field."""


def entry(
    claim: Claim, cells: list[dict[str, Any]], refutations: list[dict[str, Any]]
) -> dict[str, Any]:
    """A claim's entry in a record, from its cells in order and the faults under which it failed."""
    facts: dict[str, Any] = {
        "question": claim.id.partition("::")[0],
        "sentence": claim.sentence,
        "era": list(claim.eras),
        "source": claim.source,
    }
    if refutations:
        facts["refutations"] = refutations
    return _fold(facts, cells)


def _fold(facts: dict[str, Any], cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Put together an entry. A cell keeps what it told only where that is not the claim's: what the
    first cell printed and exhibited, and the error of the first cell with the claim's outcome."""
    outcome = min((cell["outcome"] for cell in cells), key=OUTCOMES.index)
    shared: dict[str, Any] = {
        "output": next((cell["output"] for cell in cells if cell.get("output")), ""),
        "exhibits": next((cell["exhibits"] for cell in cells if cell.get("exhibits")), []),
        "error": next((c.get("error") for c in cells if c["outcome"] == outcome), None),
    }
    # A cell that showed nothing says so where another did.
    nothing = {"output": "", "exhibits": []}
    silent = {name: empty for name, empty in nothing.items() if shared[name]}
    own = [
        {key: value for key, value in told.items() if key not in shared or value != shared[key]}
        for told in ({**silent, **c} if c["outcome"] != "unchecked" else c for c in cells)
    ]
    seconds = round(sum(cell["seconds"] for cell in cells), 4)
    told = {key: value for key, value in shared.items() if value}
    return {**facts, "outcome": outcome, "seconds": seconds, "cells": own, **told}


def unfold(folded: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells of an entry, each with all that it told again."""
    cells = []
    for cell in folded["cells"]:
        shared = {}
        if cell["outcome"] != "unchecked":
            shared["output"] = folded.get("output", "")
            shared["exhibits"] = folded.get("exhibits", [])
        if cell["outcome"] in (*FAILURES, "absent") and "error" in folded:
            shared["error"] = folded["error"]
        cells.append({**shared, **cell})
    return cells


def marks(
    statements: Mapping[str, sheets.Statement],
    specification: Specification,
    claims: Mapping[str, Any],
) -> dict[str, str]:
    """The mark of each statement whose question the specification answers."""
    outcomes = {key: claim["outcome"] for key, claim in claims.items()}
    answered = {question.key for question in specification.questions}
    return {
        statement.id: sheets.mark(statement, specification, outcomes)
        for statement in statements.values()
        if statement.question in answered
    }


def devices(claims: Mapping[str, Any]) -> list[str]:
    """The devices on which something was checked; a claim that names none ran on the CPU."""
    cells = [cell for claim in claims.values() for cell in claim["cells"]]
    return sorted({cell["device"] or "cpu" for cell in cells if cell["outcome"] != "unchecked"})


def merge(records: list[Record]) -> Record:
    """One record from runs of the same release on different devices; its marks are to be made anew.

    A cell that one run checked and another could not counts as checked; where two runs checked the
    same cell, the worse outcome stays, and the cell tells on what they disagree. Raises RecordError
    if the releases differ.
    """
    first = records[0]
    for other in records[1:]:
        for axis in ("tensorflow", "keras", "numpy"):
            ours, theirs = first["environment"][axis], other["environment"][axis]
            if ours != theirs:
                raise RecordError(
                    f"cannot merge records of {axis} {ours} and {axis} {theirs}; "
                    "name records of one release"
                )
    claims = dict(first["claims"])
    for other in records[1:]:
        for key, claim in other["claims"].items():
            claims[key] = _merged(claims[key], claim) if key in claims else claim
    environment = {**first["environment"], "devices": devices(claims)}
    return {**first, "environment": environment, "claims": claims}


def _merged(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    cells: dict[str, dict[str, Any]] = {}
    for cell in unfold(ours) + unfold(theirs):
        key = json.dumps([cell["device"], cell["mode"], cell["params"]], sort_keys=True)
        cells[key] = _worse(cells[key], cell) if key in cells else cell
    kept = ("question", "sentence", "era", "source", "refutations")
    facts = {name: value for name, value in ours.items() if name in kept}
    return _fold(facts, list(cells.values()))


def _worse(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Of two runs of a cell the worse, with what the other found if that is something else."""
    worse, better = sorted((one, other), key=severity)
    if better["outcome"] == "unchecked":
        return worse
    for name in ("outcome", "output", "exhibits"):
        if worse.get(name) != better.get(name):
            found = [worse["outcome"], better["outcome"]] if name == "outcome" else [name]
            return {**worse, "disagreement": found}
    return worse


def severity(cell: Mapping[str, Any]) -> int:
    """A key to sort cells by, the worst first."""
    return OUTCOMES.index(cell["outcome"])


def write(record: Record, path: Path) -> None:
    """Write a record, keys sorted, so that a diff in version control reads well."""
    replace_file(path, json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def replace_file(path: Path, text: str) -> None:
    """Replace a file whole or not at all, making its folder if need be. Raises RecordError."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            new.unlink()


def read(path: Path) -> Record:
    """Read and check a record. Raises RecordError naming the file and the field."""
    try:
        record: Record = json.loads(path.read_text(encoding="utf-8"))
        _check_schema(record)
        if "parts" in record:
            record = packing.unpack(record)
        _check_record(record)
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {error.strerror}") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RecordError(f"{path}: damaged, this is no JSON: {error}") from None
    except ValueError as error:
        raise RecordError(f"{path}: {error}") from None
    return record


class _Invalid(ValueError):
    """What is wrong with a record, beginning with the field."""


_NUMBER = (int, float)
_TEXT_OR_NULL = (str, type(None))
_RECORD = {"environment": dict, "claims": dict, "sheets": dict}
_ENVIRONMENT = {
    "tensorflow": str,
    "keras": str,
    "numpy": str,
    "python": str,
    "platform": str,
    "distributions": dict,
    "devices": list,
    "flags": dict,
}
_CLAIM = {
    "question": str,
    "sentence": str,
    "era": list,
    "source": str,
    "outcome": str,
    "seconds": _NUMBER,
    "cells": list,
}
_CELL = {
    "device": _TEXT_OR_NULL,
    "mode": _TEXT_OR_NULL,
    "params": dict,
    "outcome": str,
    "seconds": _NUMBER,
}
_TOLD = {
    "output": str,
    "exhibits": list,
    "error": dict,
    "reason": str,
    "disagreement": list,
    "refutations": list,
}
_EXHIBITS: dict[str, dict[str, Any]] = {
    "table": {"caption": str, "columns": list, "rows": list},
    "drawing": {"caption": str, "told": str, "svg": str},
}


def _check_schema(record: Any) -> None:
    schema = record.get("schema") if isinstance(record, dict) else None
    if type(schema) is not int:
        raise _Invalid("schema: missing; this is no record of an answer key")
    if schema > SCHEMA:
        raise _Invalid(f"schema: {schema} is newer than {SCHEMA}; update tensorflow-answer-key")


def _check_record(record: Any) -> None:
    _check_fields("", record, _RECORD)
    environment = record["environment"]
    _check_fields("environment.", environment, _ENVIRONMENT)
    _check_strings("environment.devices", environment["devices"])
    _check_strings("environment.distributions", environment["distributions"].values())
    for key, claim in record["claims"].items():
        _check_claim(f"claims.{key}.", claim)
    for key, mark in record["sheets"].items():
        _check_choice(f"sheets.{key}", mark, sheets.MARKS)


def _check_claim(place: str, claim: Any) -> None:
    _check_fields(place, claim, _CLAIM)
    _check_choice(f"{place}outcome", claim["outcome"], OUTCOMES)
    _check_strings(f"{place}era", claim["era"])
    if not claim["cells"]:
        raise _Invalid(f"{place}cells: empty")
    for number, cell in enumerate(claim["cells"]):
        _check_fields(f"{place}cells.{number}.", cell, _CELL)
        _check_choice(f"{place}cells.{number}.outcome", cell["outcome"], OUTCOMES)


def _check_fields(place: str, value: Any, fields: Mapping[str, Any]) -> None:
    if not isinstance(value, dict):
        raise _Invalid(f"{place.rstrip('.')}: not an object")
    for name, kind in fields.items():
        if name not in value:
            raise _Invalid(f"{place}{name}: missing")
        if not isinstance(value[name], kind) or isinstance(value[name], bool):
            raise _Invalid(f"{place}{name}: {_KINDS[kind]} is expected")
    for name in value.keys() & _TOLD.keys():
        kind = _TOLD[name]
        if not isinstance(value[name], kind):
            raise _Invalid(f"{place}{name}: {_KINDS[kind]} is expected")
    for number, exhibit in enumerate(value.get("exhibits", ())):
        _check_fields(f"{place}exhibits.{number}.", exhibit, {"kind": str})
        _check_choice(f"{place}exhibits.{number}.kind", exhibit["kind"], _EXHIBITS)
        _check_fields(f"{place}exhibits.{number}.", exhibit, _EXHIBITS[exhibit["kind"]])
    for number, refutation in enumerate(value.get("refutations", ())):
        place_of_it = f"{place}refutations.{number}."
        _check_fields(place_of_it, refutation, {"fault": str, "by": str})
    if "error" in value:
        _check_strings(f"{place}error", [value["error"].get(key) for key in ("type", "message")])


_KINDS = {
    str: "text",
    dict: "an object",
    list: "a list",
    _NUMBER: "a number",
    _TEXT_OR_NULL: "text or null",
}


def _check_choice(place: str, value: Any, choices: Iterable[str]) -> None:
    if value not in choices:
        raise _Invalid(f"{place}: {value!r} is none of {', '.join(choices)}")


def _check_strings(place: str, values: Iterable[Any]) -> None:
    if not all(isinstance(value, str) for value in values):
        raise _Invalid(f"{place}: texts are expected")
