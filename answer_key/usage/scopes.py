"""What the names in a text stand for: as imported, given or looked up; and of what they are."""

import ast
import builtins
from typing import ClassVar

from answer_key.usage.names import Names, is_class
from answer_key.usage.uses import File, Use
from answer_key.usage.values import FOREIGN, UNKNOWN
from answer_key.usage.walk import Handlers, Walk

_BUILTINS = frozenset(dir(builtins))


class Scopes(Walk):
    """Reads names."""

    def __init__(self, names: Names, file: File, local: set[str]) -> None:
        super().__init__(file)
        self.names, self.local = names, local
        self.scopes: list[dict[str, str]] = [{}]
        self.stars: list[str] = []
        self.attributes: dict[str, str] = {}
        self.owner = self.method = ""
        self.results: dict[str, str] = {}
        self.result = UNKNOWN

    def reference(self, path: str, line: int) -> str:
        path = self.names.canonical(path)
        if "." in path and self.names.has(path):
            self.note(Use("", path), line)
        return path

    # Imports

    def import_(self, node: ast.Import) -> str:
        for alias in node.names:
            self.imported(alias.name, node.lineno)
            first = alias.name.partition(".")[0]
            self.scopes[-1][alias.asname or first] = self.named(
                alias.name if alias.asname else first
            )
        return UNKNOWN

    def import_from(self, node: ast.ImportFrom) -> str:
        module = node.module or ""
        is_local = node.level > 0 or module.partition(".")[0] in self.local
        for alias in node.names:
            path = f"{module}.{alias.name}" if module else alias.name
            self.file.imports.update((module.rpartition(".")[2], alias.name))
            if is_local and not self.names.has(self.names.canonical(path)):
                self.scopes[-1][alias.asname or alias.name] = f"@.{path}"
            elif alias.name == "*":
                self.imported(module, node.lineno)
                self.stars.append(module)
            else:
                self.imported(path, alias.lineno)
                self.scopes[-1][alias.asname or alias.name] = self.names.canonical(path)
        return UNKNOWN

    def imported(self, path: str, line: int) -> None:
        self.file.imports.add(path.rpartition(".")[2])
        self.file.imports_subject |= self.names.has(self.reference(path, line))

    def named(self, path: str) -> str:
        """What an imported name stands for."""
        found = self.names.canonical(path)
        is_local = path.partition(".")[0] in self.local and not self.names.has(found)
        return f"@.{path}" if is_local else found

    # Names

    def name(self, node: ast.Name) -> str:
        value = self.lookup(node.id)
        if value == FOREIGN and node.id.endswith("Error"):
            self.note(Use("", node.id), node.lineno)
        if value[0].isalpha() and "." in value:
            self.reference(value, node.lineno)
        return value

    def lookup(self, name: str) -> str:
        for scope in reversed(self.scopes):
            value = scope.get(name)
            if value is not None:
                return value
        if name in _BUILTINS:
            return FOREIGN
        for module in self.stars:
            path = self.names.canonical(f"{module}.{name}")
            if self.names.has(path):
                return path
        return UNKNOWN

    def attribute(self, node: ast.Attribute) -> str:
        inner, line = node.value, node.end_lineno or node.lineno
        if isinstance(inner, ast.Attribute | ast.Name):
            path = self.path(node)
            if path is not None:
                return self.reference(path, line)
        owner = self.visit(inner)
        return self.member(owner, node.attr, line, inner)

    def path(self, node: ast.AST) -> str | None:
        """The dotted path of a chain of attributes of something imported, not yet noted."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        root = self.lookup(node.id)
        is_imported = root[0].isalpha() or root.startswith("@.")
        return ".".join([root, *reversed(parts)]) if is_imported else None

    def member(self, owner: str, name: str, line: int, inner: ast.AST) -> str:
        if owner[0] == "<" or owner == UNKNOWN:
            if isinstance(inner, ast.Name) and inner.id == "self" and name in self.attributes:
                return self.attributes[name]
            self.note(Use(owner.strip("<>"), name), line)
            return UNKNOWN
        if owner[0] == "~":
            self.note(Use(owner[1:], name), line)
            return UNKNOWN
        return FOREIGN

    # What names are given

    def assign(self, target: ast.AST, value: str) -> None:
        if isinstance(target, ast.Name):
            self.scopes[-1][target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                self.assign(each, UNKNOWN)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, UNKNOWN)
        else:
            self.visit(target)
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                self.set(target.value.id, target, value)

    def set(self, name: str, target: ast.Attribute, value: str) -> None:
        if name != "self":
            return
        self.attributes[target.attr] = value
        if self.owner and self.method:
            self.note(Use(self.owner, "__setattr__", self.method, value), target.lineno)

    def parameters(self, arguments: ast.arguments) -> None:
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            kind = self.visit(each.annotation) if each.annotation is not None else UNKNOWN
            is_known = self.names.has(kind) and is_class(kind)
            self.scopes[-1][each.arg] = f"<{kind}>" if is_known else UNKNOWN
        for other in (arguments.vararg, arguments.kwarg):
            if other is not None:
                self.scopes[-1][other.arg] = UNKNOWN

    handlers: ClassVar[Handlers] = {
        **Walk.handlers,
        ast.Attribute: attribute,
        ast.Import: import_,
        ast.ImportFrom: import_from,
        ast.Name: name,
    }
