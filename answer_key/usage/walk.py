"""The walk through the tree of a text, on which uses are noted."""

import ast
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from answer_key.usage.uses import File, Use
from answer_key.usage.values import UNKNOWN

Handlers = Mapping[type[ast.AST], Callable[[Any, Any], str]]


class Walk:
    """Walks through a tree in the order of its text, and notes what is used where.

    Reading it once must do: a name stands for what it was given last, and an attribute of `self`
    for what the methods above gave it.
    """

    def __init__(self, file: File) -> None:
        self.file = file
        self.uses = file.uses
        self.cell = 0

    def visit(self, node: ast.AST) -> str:
        handler = self.handlers.get(type(node))
        if handler is not None:
            return handler(self, node)
        for name in node._fields:
            value = getattr(node, name)
            if isinstance(value, list):
                for each in value:
                    if isinstance(each, ast.AST):
                        self.visit(each)
            elif isinstance(value, ast.AST):
                self.visit(value)
        return UNKNOWN

    def note(self, use: Use, line: int) -> None:
        places = self.uses.get(use)
        if places is None:
            self.uses[use] = [(self.cell, line)]
        elif places[-1] != (self.cell, line):
            places.append((self.cell, line))

    def leaf(self, node: ast.AST) -> str:
        return UNKNOWN

    handlers: ClassVar[Handlers] = {ast.Load: leaf, ast.Store: leaf}
