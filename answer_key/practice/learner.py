"""What a learner's file has, read as text."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from answer_key.reading import parse

GAP = "___"  # which Python takes for a name
Function = ast.FunctionDef


@dataclass(frozen=True)
class Solution:
    """A learner's file: what it defines, by name."""

    path: Path
    definitions: Mapping[str, ast.FunctionDef | ast.ClassDef]

    def where(self, node: ast.AST) -> str:
        return f"{self.path.name}:{getattr(node, 'lineno', 1)}"


def read_solution(path: Path) -> Solution:
    """Read a learner's file. Raises ValueError, saying `file:line: what`, if Python cannot."""
    _, tree = parse(path, path.name)
    nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return Solution(path, {node.name: node for node in nodes})


def gaps(function: Function, in_sentence: bool) -> Iterator[ast.AST]:
    """The blanks that are still to be filled in: in the sentence, or else in the code."""
    if in_sentence:
        if GAP in (ast.get_docstring(function) or ""):
            yield function.body[0]
        return
    for node in ast.walk(function):
        if GAP in (getattr(node, "id", None), getattr(node, "attr", None)):
            yield node
