"""Records as files: written whole or not at all, read with care."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any, cast

from answer_key import shape
from answer_key.record import SCHEMA, Record, RecordError


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


def replace_file(path: Path, text: str | bytes) -> None:
    """Replace a file whole or not at all, making its folder if need be. Raises RecordError.

    A link is followed; what is no regular file, such as a device, is written to.
    """
    # A lone surrogate, which no encoding has, is written as JSON writes it.
    content = text.encode("utf-8", "backslashreplace") if isinstance(text, str) else text
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
