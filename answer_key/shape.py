"""Values of a declared shape: the check of what came from JSON, and the JSON Schema of it.

A shape is said once, as types: `TypedDict`s, `dict[str, X]`, `list[X]`, `Literal`s, unions, and
`Annotated` with those keywords of JSON Schema that `_LIMITS` knows. Of several `TypedDict`s in a
union the field `kind` says which one is meant. `mypy` checks the code against the same types.
"""

import functools
import re
from collections.abc import Callable, Collection
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

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

    def __init__(self, problem: str, *place: object) -> None:
        self.problem = problem
        self.place = list(place)

    def __str__(self) -> str:
        return ": ".join(filter(None, (".".join(map(str, self.place)), self.problem)))


Check = Callable[[Any], None]


def check(value: Any, kind: Any) -> None:
    """Check that a value read from JSON has a shape. Raises Misshapen."""
    _checker(kind)(value)


def _checker(kind: Any) -> Check:
    """The check of a type, made once: records have many values."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _limited(_checker(args[0]), args[1])
    if is_typeddict(kind):
        return _of_fields(kind)
    if origin is dict:
        return _of_object(*map(_checker, args))
    if origin is list:
        return _of_list(_checker(args[0]))
    if origin is Literal:
        return functools.partial(_check_choice, args)
    if args and all(map(is_typeddict, args)):
        return _of_kinds(args)
    return _of_types(args or (kind,))


def _of_types(kinds: tuple[Any, ...]) -> Check:
    # A whole number is a number, too; true and false are neither.
    allowed = {*kinds, int} if float in kinds else {*kinds}
    names = " or ".join(_NAMES[kind] for kind in kinds)

    def check(value: Any) -> None:
        if type(value) not in allowed:
            raise Misshapen(f"{names} is expected")

    return check


def _of_list(item: Check) -> Check:
    def check(value: Any) -> None:
        _expect(list, value)
        for place in enumerate(value):
            _check_within(item, *place)

    return check


def _of_object(key: Check, field: Check) -> Check:
    def check(value: Any) -> None:
        _expect(dict, value)
        for name, each in value.items():
            _check_within(key, name, name)
            _check_within(field, name, each)

    return check


@functools.cache
def _of_fields(kind: Any) -> Check:
    checks = {name: _checker(each) for name, each in _hints(kind).items()}

    def check(value: Any) -> None:
        _expect(dict, value)
        for name in sorted(kind.__required_keys__ - value.keys()):
            raise Misshapen("missing", name)
        for name, each in value.items():
            if name not in checks:
                raise Misshapen("there is no such field", name)
            _check_within(checks[name], name, each)

    return check


def _of_kinds(kinds: tuple[Any, ...]) -> Check:
    checks = {get_args(_hints(kind)["kind"])[0]: _checker(kind) for kind in kinds}
    choice = functools.partial(_check_choice, checks)

    def check(value: Any) -> None:
        _expect(dict, value)
        _check_within(choice, "kind", value.get("kind"))
        checks[value["kind"]](value)

    return check


def _limited(whole: Check, limits: dict[str, Any]) -> Check:
    def check(value: Any) -> None:
        whole(value)
        for name, limit in limits.items():
            keeps, problem = _LIMITS[name]
            if not keeps(value, limit):
                raise Misshapen(problem.format(limit=limit))

    return check


def _check_within(check: Check, name: object, value: Any) -> None:
    try:
        check(value)
    except Misshapen as problem:
        problem.place.insert(0, name)
        raise


def _check_choice(choices: Collection[str], value: Any) -> None:
    if not isinstance(value, str) or value not in choices:
        raise Misshapen(f"{value!r} is none of {', '.join(choices)}")


def _expect(kind: type, value: Any) -> None:
    if type(value) is not kind:
        raise Misshapen(f"{_NAMES[kind]} is expected")


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


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
