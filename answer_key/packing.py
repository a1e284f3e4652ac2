"""The short form in which records are kept in version control.

It leaves out what is so by default, and the seconds, so that it is small and a new run changes only
the lines of what behaves otherwise. Claims stand under their part, each on one line.
"""

import json
from typing import Any

_ENTRY: dict[str, Any] = {"era": [], "outcome": "holds", "params": [], "cells": [{}]}
# An entry names its parameters once; a cell has their values in that order.
_CELL: dict[str, Any] = {"device": None, "mode": None, "params": [], "outcome": "holds"}


def pack(record: dict[str, Any]) -> dict[str, Any]:
    """The short form of a record; `unpack` makes a record of it again."""
    parts: dict[str, dict[str, Any]] = {}
    for key, entry in record["claims"].items():
        part, _, test = key.rpartition("::")
        names = sorted(entry["cells"][0]["params"])
        cells = [_without(_with_values(cell, names), _CELL) for cell in entry["cells"]]
        short = {**entry, "cells": cells, "params": names}
        parts.setdefault(part, {})[test] = _without(short, _ENTRY)
    rest = {name: value for name, value in record.items() if name != "claims"}
    return {**rest, "parts": parts}


def _with_values(cell: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {**cell, "params": [cell["params"][name] for name in names]}


def _without(told: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """What differs from the defaults, but for what the key tells, and the time it took."""
    return {
        name: value
        for name, value in told.items()
        if name not in ("question", "seconds") and (name not in defaults or value != defaults[name])
    }


def unpack(short: dict[str, Any]) -> dict[str, Any]:
    """The record of a short form. Raises ValueError if it is none."""
    claims = {
        f"{part}::{test}": _entry(part, told)
        for part, tests in _object("parts", short["parts"]).items()
        for test, told in _object(f"parts.{part}", tests).items()
    }
    rest = {name: value for name, value in short.items() if name != "parts"}
    return {**rest, "claims": claims}


def _entry(part: str, told: Any) -> dict[str, Any]:
    full = {**_ENTRY, **_object(f"parts.{part}", told), "seconds": 0.0}
    names, cells = full.pop("params"), full["cells"]
    if not isinstance(names, list) or not isinstance(cells, list):
        raise ValueError(f"parts.{part}: params and cells are lists")
    full["cells"] = [_cell(names, _object(f"parts.{part}", cell)) for cell in cells]
    return {**full, "question": part.partition("::")[0]}


def _cell(names: list[str], told: dict[str, Any]) -> dict[str, Any]:
    full = {**_CELL, **told, "seconds": 0.0}
    return {**full, "params": dict(zip(names, full["params"], strict=True))}


def _object(place: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{place}: an object is expected")
    return value


def text(short: dict[str, Any]) -> str:
    """The short form as JSON, keys sorted, with each claim on one line."""
    return _lines(short, depth=3) + "\n"


def _lines(value: Any, depth: int) -> str:
    if depth == 0 or not isinstance(value, dict) or not value:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    fields = (f"{json.dumps(key)}:{_lines(value[key], depth - 1)}" for key in sorted(value))
    return "{\n" + ",\n".join(fields) + "\n}"
