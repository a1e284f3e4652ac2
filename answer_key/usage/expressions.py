"""What the expressions of a text stand for: its calls, with their arguments, and its values."""

import ast
import re
from typing import Any, ClassVar

from answer_key.usage.scopes import Scopes
from answer_key.usage.uses import Use
from answer_key.usage.values import (
    FOREIGN,
    FRACTION,
    GIVES,
    NUMBER,
    OWN,
    UNKNOWN,
    class_of,
    is_number,
    is_of_class,
    tail,
)
from answer_key.usage.walk import Handlers

_LONGEST_VALUE = 60
_INSTANCE = re.compile(r"[\[(]*(<[^>]*>)")
_ITERATORS = ("filter", "iter", "map", "zip")
_SUFFIXED = ("Path", "PurePath", "join", "joinpath", "str", "fspath", "abspath")


class Expressions(Scopes):
    """Reads expressions."""

    # Calls

    def call(self, node: ast.Call) -> str:
        function = node.func
        callee, target = self.callee(function)
        values = [self.visit(argument) for argument in node.args]
        line = function.end_lineno or function.lineno
        given = [(str(position), value, line) for position, value in enumerate(values)]
        for keyword in node.keywords:
            given.append((keyword.arg or "", self.visit(keyword.value), keyword.lineno))
        if target is not None:
            if target[1] in ("__call__", "__init__"):
                self.note(Use(*target), line)
            for argument, value, place in given or [("()", "", line)]:
                if argument:
                    self.note(Use(*target, argument, value), place)
        return self.called(function, callee, target, values)

    def callee(self, function: ast.expr) -> tuple[str, tuple[str, str] | None]:
        """What a function stands for, and the owner and name under which to note arguments."""
        owner = ""
        if isinstance(function, ast.Attribute) and self.path(function) is None:
            owner = self.visit(function.value)
            line = function.end_lineno or function.lineno
            value = self.member(owner, function.attr, line, function.value)
        else:
            value = self.visit(function)
        if value[0].isalpha():
            return value, ("", value) if self.names.has(value) else None
        if value[0] == "~":
            return value, (value[1:], "__init__")
        if is_of_class(value):
            return value, (value.strip("<>"), "__call__")
        if value[0] == "@":
            return value, (OWN, value[1:])
        if value == UNKNOWN and owner:
            return value, (owner.strip("<>~"), function.attr)  # type: ignore[attr-defined]
        if value == FOREIGN and isinstance(function, ast.Name):
            return value, ("", function.id)
        return value, None

    def called(
        self,
        function: ast.expr,
        callee: str,
        target: tuple[str, str] | None,
        values: list[str],
    ) -> str:
        """What a call results in."""
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        last = values[-1] if values else UNKNOWN
        if name == "super" and callee == FOREIGN:
            return f"<{self.owner}>" if self.owner else UNKNOWN
        if name in ("hasattr", "getattr") and len(values) > 1 and values[1][0] in "'\"":
            if values[0][0].isalpha():
                return self.reference(f"{values[0]}.{values[1][1:-1]}", function.lineno)
            return self.member(values[0], values[1][1:-1], function.lineno, function)
        if name in ("int", "len") and callee == FOREIGN:
            return NUMBER
        is_builtin = isinstance(function, ast.Name) and callee == FOREIGN
        if (is_builtin and name in _ITERATORS) or callee.startswith("itertools."):
            return GIVES + FOREIGN
        if callee == FOREIGN or (callee[0].isalpha() and not self.names.has(callee)):
            return last if name in _SUFFIXED and last[0] in "'\"" else FOREIGN
        if callee[0].isalpha():
            return f"<{class_of(callee)}>"
        if callee[0] == "~":
            return f"<{callee[1:]}>"
        if callee[0] == "@":
            return self.results.get(callee, UNKNOWN)
        if target is not None and target[0] not in ("", UNKNOWN) and callee == UNKNOWN:
            return f"<{class_of(target[0])}.{target[1]}>"
        # What an instance makes of something is the like of it: a layer of a symbolic input.
        made_of = _INSTANCE.match(values[0]) if callee[0] == "<" and values else None
        return made_of[1] if made_of else UNKNOWN

    # Values

    def constant(self, node: ast.Constant) -> str:
        value = node.value
        if isinstance(value, str):
            return repr(value[-_LONGEST_VALUE:])
        return repr(value) if value is None or isinstance(value, int | float) else FOREIGN

    def text(self, node: ast.JoinedStr) -> str:
        for each in node.values:
            if isinstance(each, ast.FormattedValue):
                self.visit(each.value)
        last = node.values[-1] if node.values else None
        return tail(self.constant(last)) if isinstance(last, ast.Constant) else "'…'"

    def operation(self, node: ast.BinOp) -> str:
        left, right = self.visit(node.left), self.visit(node.right)
        if left[0] in "'\"" and isinstance(node.op, ast.Mod):
            return tail(left)
        if right[0] in "'\"" and isinstance(node.op, ast.Add | ast.Div):
            return tail(right)
        if is_number(left) and is_number(right):
            is_fraction = isinstance(node.op, ast.Div) or "." in left + right
            return FRACTION if is_fraction else NUMBER
        return next((each for each in (left, right) if each[0] == "<"), UNKNOWN)

    def item(self, node: ast.Subscript) -> str:
        self.visit(node.value)
        self.visit(node.slice)
        is_shape = isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
        return NUMBER if is_shape and not isinstance(node.slice, ast.Slice) else UNKNOWN

    def choice(self, node: ast.IfExp) -> str:
        self.visit(node.test)
        value, other = self.visit(node.body), self.visit(node.orelse)
        return other if value in (UNKNOWN, "None") else value

    def sequence(self, node: ast.List | ast.Tuple) -> str:
        values = [self.visit(each) for each in node.elts]
        opened, closed = "[]" if isinstance(node, ast.List) else "()"
        return f"{opened}{', '.join(values[:3])}{closed}"

    def mapping(self, node: ast.Dict) -> str:
        keys = [self.visit(key) if key is not None else UNKNOWN for key in node.keys]
        for value in node.values:
            self.visit(value)
        return f"{{{', '.join(keys[:3])}}}"

    def comparison(self, node: ast.Compare) -> str:
        values = [self.visit(each) for each in (node.left, *node.comparators)]
        is_identity = isinstance(node.ops[0], ast.Is | ast.IsNot)
        found = (value for value in values if value[0] == "<" and not is_identity)
        return next(found, UNKNOWN)

    def comprehension(self, node: Any) -> str:
        self.scopes.append({})
        for each in node.generators:
            self.visit(each.iter)
            self.assign(each.target, UNKNOWN)
            for condition in each.ifs:
                self.visit(condition)
        names = [name for name in ("key", "elt", "value") if hasattr(node, name)]
        values = [self.visit(getattr(node, name)) for name in names]
        self.scopes.pop()
        return GIVES + values[0] if isinstance(node, ast.GeneratorExp) else UNKNOWN

    def lambda_(self, node: ast.Lambda) -> str:
        self.scopes.append({})
        self.parameters(node.args)
        self.visit(node.body)
        self.scopes.pop()
        return "lambda"

    handlers: ClassVar[Handlers] = {
        **Scopes.handlers,
        ast.BinOp: operation,
        ast.Call: call,
        ast.Compare: comparison,
        ast.Constant: constant,
        ast.Dict: mapping,
        ast.DictComp: comprehension,
        ast.GeneratorExp: comprehension,
        ast.IfExp: choice,
        ast.JoinedStr: text,
        ast.Lambda: lambda_,
        ast.List: sequence,
        ast.ListComp: comprehension,
        ast.SetComp: comprehension,
        ast.Subscript: item,
        ast.Tuple: sequence,
    }
