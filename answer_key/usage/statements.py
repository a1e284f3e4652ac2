"""What the statements of a text do: they give names, branch, and define functions and classes."""

import ast
from collections.abc import Iterator
from typing import Any, ClassVar

from answer_key.usage.expressions import Expressions
from answer_key.usage.uses import Use
from answer_key.usage.values import GIVES, UNKNOWN, class_of
from answer_key.usage.walk import Handlers


class Statements(Expressions):
    """Reads statements, and so a whole text."""

    def problems(self, tree: ast.Module, where: str) -> Iterator[str]:
        try:
            self.module(tree)
        except RecursionError:
            yield f"{where}: is nested too deeply to be read"

    def module(self, tree: ast.Module) -> None:
        for node in tree.body:
            self.visit(node)

    def assignment(self, node: Any) -> str:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        parts = targets[0].elts if isinstance(targets[0], ast.Tuple | ast.List) else ()
        values = node.value.elts if isinstance(node.value, ast.Tuple | ast.List) else ()
        if parts and len(parts) == len(values):
            for part, each in zip(parts, values, strict=True):
                self.assign(part, self.visit(each))
            return UNKNOWN
        value = self.visit(node.value) if node.value is not None else UNKNOWN
        for target in targets:
            self.assign(target, value)
        return value

    def loop(self, node: ast.For | ast.AsyncFor) -> str:
        self.visit(node.iter)
        self.assign(node.target, UNKNOWN)
        self.statements(node.body)
        self.statements(node.orelse)
        return UNKNOWN

    def with_(self, node: ast.With | ast.AsyncWith) -> str:
        for item in node.items:
            # What a generator gives, if it is one that `contextlib` makes a context of.
            value = self.visit(item.context_expr).removeprefix(GIVES)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value)
        self.statements(node.body)
        return UNKNOWN

    def statements(self, nodes: list[ast.stmt]) -> None:
        for node in nodes:
            self.visit(node)

    def branch(self, node: ast.If | ast.While) -> str:
        value = self.visit(node.test)
        if self.method and value[0] == "<":
            self.note(Use(self.owner, f"def {self.method}", "if", value), node.lineno)
        self.statements(node.body)
        self.statements(node.orelse)
        return UNKNOWN

    def return_(self, node: ast.Return) -> str:
        value = self.visit(node.value) if node.value is not None else UNKNOWN
        if self.method:
            self.note(Use(self.owner, f"def {self.method}", "return", value), node.lineno)
        if value != UNKNOWN:
            self.result = value
        return UNKNOWN

    def yield_(self, node: ast.Yield) -> str:
        self.result = GIVES + (self.visit(node.value) if node.value is not None else "None")
        return UNKNOWN

    # Definitions

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        for decorator in node.decorator_list:
            self.visit(decorator)
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        is_method = self.owner != "" and "self" not in self.scopes[-1] and bool(node.args.args)
        if is_method:
            self.note(Use(self.owner, f"def {node.name}"), node.lineno)
        key = f"@{node.name}"
        self.scopes[-1][node.name] = key
        outer = self.result, self.method
        self.result, self.method = UNKNOWN, node.name if is_method else ""
        self.scopes.append({})
        self.parameters(node.args)
        if is_method:
            self.given(node)
        self.statements(node.body)
        self.scopes.pop()
        self.results[key] = self.result
        self.result, self.method = outer
        return UNKNOWN

    def given(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """What a method of a derived class is given: itself, and what its base calls it with."""
        first, *others = (*node.args.args, *node.args.kwonlyargs)
        if first.arg == "self":
            self.scopes[-1]["self"] = f"<{self.owner}>"
        for each in others:
            self.note(Use(self.owner, f"def {node.name}", each.arg), node.lineno)
            if self.owner != UNKNOWN:
                self.scopes[-1][each.arg] = f"<{class_of(self.owner)}.{node.name}>"

    def class_(self, node: ast.ClassDef) -> str:
        for each in (*node.decorator_list, *(keyword.value for keyword in node.keywords)):
            self.visit(each)
        base = self.base(node)
        outer = self.owner, self.attributes, self.method
        self.owner, self.attributes, self.method = base, {}, ""
        if base not in ("", UNKNOWN):
            self.note(Use(base, "class"), node.lineno)
        self.scopes.append({})
        self.statements(node.body)
        self.scopes.pop()
        self.owner, self.attributes, self.method = outer
        self.scopes[-1][node.name] = f"~{base}" if base not in ("", UNKNOWN) else UNKNOWN
        return UNKNOWN

    def base(self, node: ast.ClassDef) -> str:
        """What of the subject a class is derived from; `?` if that is not known."""
        values = [self.visit(base) for base in node.bases]
        owned = [value[1:] for value in values if value[0] == "~"]
        named = [value for value in values if value[0].isalpha() and self.names.has(value)]
        is_open = any(value == UNKNOWN or value.startswith("@.") for value in values)
        return next(iter((*owned, *named)), UNKNOWN if is_open else "")

    handlers: ClassVar[Handlers] = {
        **Expressions.handlers,
        ast.AnnAssign: assignment,
        ast.Assign: assignment,
        ast.AsyncFor: loop,
        ast.AsyncFunctionDef: function,
        ast.AsyncWith: with_,
        ast.ClassDef: class_,
        ast.For: loop,
        ast.FunctionDef: function,
        ast.If: branch,
        ast.NamedExpr: assignment,
        ast.Return: return_,
        ast.While: branch,
        ast.With: with_,
        ast.Yield: yield_,
    }
