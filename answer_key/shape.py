"""Values of a declared shape: the check of what came from JSON, and the JSON Schema of it.

A shape is said once, as types: `TypedDict`s, `dict[str, X]`, `list[X]`, `Literal`s, unions, and
`Annotated` with those keywords of JSON Schema that `_LIMITS` knows. Of several `TypedDict`s in a
union the field `kind` says which one is meant. `mypy` checks the code against the same types.
"""

import functools
import re
import types
from collections.abc import Callable
from typing import (
    Annotated,
    Any,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

_NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
    dict: "an object",
    list: "a list",
}
# How JSON Schema calls them.
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}

# The keywords with which a type may be annotated: whether a value keeps to one, and what if not.
_LIMITS: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "const": (lambda value, only: value == only, "{limit} is expected"),
    "minimum": (lambda value, least: value >= least, "is less than {limit}"),
    "minItems": (lambda value, least: len(value) >= least, "is empty"),
    "pattern": (lambda value, pattern: re.fullmatch(pattern, value), "is not like {limit}"),
}


class Misshapen(ValueError):
    """What is wrong with a value, beginning with the field: `cells.0.params: an object is …`."""


def check(value: Any, kind: Any, place: str = "") -> None:
    """Check that a value read from JSON has a shape. Raises Misshapen."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        check(value, args[0], place)
        _check_limits(value, args[1], place)
    elif is_typeddict(kind):
        _check_fields(value, kind, place)
    elif origin is dict:
        _expect(isinstance(value, dict), place, _NAMES[dict])
        for key, each in value.items():
            check(key, args[0], _join(place, key))
            check(each, args[1], _join(place, key))
    elif origin is list:
        _expect(isinstance(value, list), place, _NAMES[list])
        for number, each in enumerate(value):
            check(each, args[0], _join(place, number))
    elif origin is Literal:
        _check_choice(value, args, place)
    elif origin in (Union, types.UnionType) and all(map(is_typeddict, args)):
        _expect(isinstance(value, dict), place, _NAMES[dict])
        by_kind = {get_args(_hints(each)["kind"])[0]: each for each in args}
        _check_choice(value.get("kind"), by_kind, _join(place, "kind"))
        check(value, by_kind[value["kind"]], place)
    else:
        kinds = args or (kind,)
        names = " or ".join(_NAMES[each] for each in kinds)
        _expect(any(_is(value, each) for each in kinds), place, names)


def _check_fields(value: Any, kind: Any, place: str) -> None:
    _expect(isinstance(value, dict), place, _NAMES[dict])
    hints = _hints(kind)
    for name in sorted(kind.__required_keys__ - value.keys()):
        raise Misshapen(f"{_join(place, name)}: missing")
    for name, each in value.items():
        if name not in hints:
            raise Misshapen(f"{_join(place, name)}: there is no such field")
        check(each, hints[name], _join(place, name))


def _check_limits(value: Any, limits: dict[str, Any], place: str) -> None:
    for name, limit in limits.items():
        keeps, problem = _LIMITS[name]
        if not keeps(value, limit):
            raise Misshapen(f"{place}: {problem.format(limit=limit)}")


def _check_choice(value: Any, choices: Any, place: str) -> None:
    if not isinstance(value, str) or value not in choices:
        raise Misshapen(f"{place}: {value!r} is none of {', '.join(choices)}")


def _expect(fits: bool, place: str, what: str) -> None:
    if not fits:
        raise Misshapen(f"{place or 'the whole'}: {what} is expected")


def _is(value: Any, kind: Any) -> bool:
    """Whether a value is of one of JSON's simple types; a whole number is a number, too."""
    return type(value) is kind or (kind is float and type(value) is int)


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _join(place: str, name: object) -> str:
    return f"{place}.{name}" if place else str(name)


def schema(kind: Any, **head: str) -> dict[str, Any]:
    """The JSON Schema of a `TypedDict`; `head` stands at its top."""
    definitions: dict[str, Any] = {}
    whole = _schema(kind, definitions)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **head, **whole} | {
        "$defs": definitions
    }


def _schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return {**_schema(args[0], definitions), **args[1]}
    if is_typeddict(kind):
        if kind.__name__ not in definitions:
            definitions[kind.__name__] = {}  # keeps its place before those that it names
            definitions[kind.__name__] = _fields_schema(kind, definitions)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if origin is dict:
        keys = _schema(args[0], definitions)
        names = {} if keys == {"type": "string"} else {"propertyNames": keys}
        return {"type": "object", **names, "additionalProperties": _schema(args[1], definitions)}
    if origin is list:
        return {"type": "array", "items": _schema(args[0], definitions)}
    if origin is Literal:
        return {"enum": list(args)}
    if args:
        return {"anyOf": [_schema(each, definitions) for each in args]}
    return {"type": _TYPES[kind]}


def _fields_schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = _hints(kind)
    return {
        "description": " ".join((kind.__doc__ or "").split()),
        "type": "object",
        "properties": {name: _schema(each, definitions) for name, each in hints.items()},
        "required": sorted(kind.__required_keys__),
        "additionalProperties": False,
    }
