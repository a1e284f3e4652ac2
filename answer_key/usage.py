"""The names that code uses and the lines in which it does, read without running the code.

A use is what is used and how: the function or class `keras.layers.Dense`; an attribute of an
instance, whose owner is known or `?`; an argument with its value, as far as the text tells it, or
`()` if there is none. A class derived from the subject uses its base: by being so (`class`); by a
method that it overrides (`def call`), whose arguments are its parameters, what it returns and what
it branches on; and by what it sets on `self` (`__setattr__`), the argument being the method that
does.
"""

import ast
import builtins
import functools
import json
import os
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from answer_key.reading import parse

SKIPPED = ("site-packages", "node_modules", "build", "__pycache__")
Place = tuple[int, int]  # the cell of a notebook, 0 in a module; and the line
# What an expression stands for is a text: `keras.layers.Dense` for what is imported, `<…>` for an
# instance of it, `~…` for a class derived from it, `@…` for a function defined here, `@.…` for
# what another module of the code defines, a constant as it is written, or one of these.
UNKNOWN = "?"
FOREIGN = "!"
NUMBER = "#"
OWN = "@"  # the owner of functions defined here
_LONGEST_VALUE = 60
_BUILTINS = frozenset(dir(builtins))
_INSTANCE = re.compile(r"[\[(]*(<[^>]*>)")
_SHELL = re.compile(r"\s*([%!?]|[\w.]+\?+\s*$|[\w, ]+=\s*[%!])")
# Cell magics whose cells are Python all the same.
_PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")
_SUFFIXED = ("Path", "PurePath", "join", "joinpath", "str", "fspath", "abspath")


class Use(NamedTuple):
    """What is used, of which owner if it is a member, and maybe an argument of a call of it."""

    owner: str
    name: str
    argument: str = ""
    value: str = ""


@dataclass(frozen=True)
class Names:
    """How imported names are made one: `tensorflow.keras.Model` is `keras.models.Model`."""

    table: Mapping[str, str]

    @functools.cached_property
    def roots(self) -> frozenset[str]:
        """The first parts of the names that belong to the subject."""
        return frozenset(name.partition(".")[0] for name in self.table.values())

    @functools.cached_property
    def _known(self) -> dict[str, str]:
        return {}

    def canonical(self, path: str) -> str:
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._resolved(path)
        return found

    def _resolved(self, path: str) -> str:
        for _ in range(len(self.table)):
            parts = path.split(".")
            beginnings = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
            known = next((each for each in beginnings if each in self.table), None)
            if known is None or self.table[known] == known:
                return path
            path = self.table[known] + path[len(known) :]
        return path

    def has(self, path: str) -> bool:
        return path.partition(".")[0] in self.roots


@dataclass
class File:
    """A module or a notebook, with the names that it uses."""

    path: str
    module: str
    uses: dict[Use, list[Place]] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    imports_subject: bool = False

    def where(self, place: Place) -> str:
        cell, line = place
        return f"{self.path}[cell {cell}]:{line}" if cell else f"{self.path}:{line}"


@dataclass(frozen=True)
class Code:
    """Someone's code, and what of it cannot be read, as `file:line: what`."""

    files: tuple[File, ...]
    problems: tuple[str, ...]


def read_code(paths: Sequence[Path], names: Names) -> Code:
    """Read modules and notebooks, and those in folders. Raises ValueError if there is no such."""
    found = dict.fromkeys(each for path in paths for each in _files(path))
    if not found:
        raise ValueError(f"{', '.join(map(str, paths))}: no module and no notebook in there")
    local = {part for path in found for part in (path.stem, *path.parent.parts)}
    files, problems = [], []
    for path in found:
        file = File(str(path), ".".join(path.with_suffix("").parts))
        reader = _Reader(names, file, local)
        read = _read_notebook if path.suffix == ".ipynb" else _read_module
        try:
            problems += read(path, reader)
        except ValueError as error:
            problems.append(str(error))
        files.append(file)
    return Code(tuple(_about(files)), tuple(problems))


def read_text(text: str, names: Names) -> dict[Use, list[Place]]:
    """The uses of a text in which the subject's names need no import. Raises SyntaxError."""
    file = File("", "", imports_subject=True)
    reader = _Reader(names, file, set())
    reader.scopes[0].update({root: root for root in names.roots})
    reader.module(ast.parse(text))
    return file.uses


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif not path.is_dir():
        raise ValueError(f"{path}: there is no such file or folder")
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(each for each in folders if not _is_skipped(each))
        for name in sorted(files):
            if name.endswith((".py", ".ipynb")) and not name.startswith("."):
                yield Path(folder, name)


def _is_skipped(folder: str) -> bool:
    return folder.startswith(".") or folder in SKIPPED


def _about(files: list[File]) -> Iterator[File]:
    """The files that import the subject, or others of them that do: elsewhere `fit` is foreign."""
    concerned = {file.module for file in files if file.imports_subject}
    newest = concerned
    while newest:
        names = {module.removesuffix(".__init__").rpartition(".")[2] for module in newest}
        newest = {file.module for file in files if not names.isdisjoint(file.imports)} - concerned
        concerned = concerned | newest
    return (file for file in files if file.module in concerned)


def _read_module(path: Path, reader: "_Reader") -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, tree = parse(path, str(path))
    return list(reader.problems(tree, f"{path}:1"))


def _read_notebook(path: Path, reader: "_Reader") -> list[str]:
    """Read the cells of a notebook, one after the other, in one scope."""
    problems: list[str] = []
    for number, text in _cells(path):
        reader.cell = number
        where = f"{path}[cell {number}]"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except SyntaxError as error:
            problems.append(f"{where}:{error.lineno or 1}: Python cannot read it: {error.msg}")
        except (ValueError, RecursionError, MemoryError) as error:
            problems.append(f"{where}:1: cannot be read: {error}")
        else:
            problems += reader.problems(tree, f"{where}:1")
    return problems


def _cells(path: Path) -> Iterator[tuple[int, str]]:
    """The Python of a notebook's cells, numbered among all. Raises ValueError if it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        texts = [
            (number, "".join(cell["source"]))
            for number, cell in enumerate(found["cells"], 1)
            if cell["cell_type"] == "code"
        ]
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path}:1: cannot be read: {error}") from None
    except (KeyError, TypeError):
        raise ValueError(f"{path}:1: is no notebook with a list of cells") from None
    for number, text in texts:
        yield number, _without_magic(text)


def _without_magic(text: str) -> str:
    """A cell's Python: lines for IPython or for a shell are `pass`, so that lines keep numbers."""
    if text.startswith("%%") and not text.startswith(_PYTHON_CELLS):
        return ""
    lines, continues = [], False
    for line in text.split("\n"):
        is_shell = continues or _SHELL.match(line) is not None
        indent = line[: len(line) - len(line.lstrip())]
        lines.append("" if continues else indent + "pass" if is_shell else line)
        continues = is_shell and line.endswith("\\")
    return "\n".join(lines)


class _Reader:
    """Walks through a tree in the order of its text, and notes what is used where.

    Reading it once must do: a name stands for what it was given last, and an attribute of `self`
    for what the methods above gave it.
    """

    def __init__(self, names: Names, file: File, local: set[str]) -> None:
        self.names, self.file, self.local = names, file, local
        self.uses = file.uses
        self.cell = 0
        self.scopes: list[dict[str, str]] = [{}]
        self.stars: list[str] = []
        self.attributes: dict[str, str] = {}
        self.owner = self.method = ""
        self.results: dict[str, str] = {}
        self.result = UNKNOWN

    def problems(self, tree: ast.Module, where: str) -> Iterator[str]:
        try:
            self.module(tree)
        except RecursionError:
            yield f"{where}: is nested too deeply to be read"

    def module(self, tree: ast.Module) -> None:
        for node in tree.body:
            self.visit(node)

    def visit(self, node: ast.AST) -> str:
        handler = _HANDLERS.get(type(node))
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

    def reference(self, path: str, line: int) -> str:
        path = self.names.canonical(path)
        if "." in path and self.names.has(path):
            self.note(Use("", path), line)
        return path

    # Names

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
        if _is_of_class(value):
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
        if callee == FOREIGN or (callee[0].isalpha() and not self.names.has(callee)):
            return last if name in _SUFFIXED and last[0] in "'\"" else FOREIGN
        if callee[0].isalpha():
            return f"<{_class_of(callee)}>"
        if callee[0] == "~":
            return f"<{callee[1:]}>"
        if callee[0] == "@":
            return self.results.get(callee, UNKNOWN)
        if target is not None and target[0] not in ("", UNKNOWN) and callee == UNKNOWN:
            return f"<{_class_of(target[0])}.{target[1]}>"
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
        return _tail(self.constant(last)) if isinstance(last, ast.Constant) else "'…'"

    def operation(self, node: ast.BinOp) -> str:
        left, right = self.visit(node.left), self.visit(node.right)
        if left[0] in "'\"" and isinstance(node.op, ast.Mod):
            return _tail(left)
        if right[0] in "'\"" and isinstance(node.op, ast.Add | ast.Div):
            return _tail(right)
        return next((each for each in (left, right) if _is_of_class(each)), UNKNOWN)

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
        for name in ("key", "elt", "value"):
            if hasattr(node, name):
                self.visit(getattr(node, name))
        self.scopes.pop()
        return UNKNOWN

    def lambda_(self, node: ast.Lambda) -> str:
        self.scopes.append({})
        self.parameters(node.args)
        self.visit(node.body)
        self.scopes.pop()
        return "lambda"

    # Statements

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

    def loop(self, node: ast.For | ast.AsyncFor) -> str:
        self.visit(node.iter)
        self.assign(node.target, UNKNOWN)
        self.statements(node.body)
        self.statements(node.orelse)
        return UNKNOWN

    def with_(self, node: ast.With | ast.AsyncWith) -> str:
        for item in node.items:
            value = self.visit(item.context_expr)
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
                self.scopes[-1][each.arg] = f"<{_class_of(self.owner)}.{node.name}>"

    def parameters(self, arguments: ast.arguments) -> None:
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            kind = self.visit(each.annotation) if each.annotation is not None else UNKNOWN
            is_known = self.names.has(kind) and kind.rpartition(".")[2][0].isupper()
            self.scopes[-1][each.arg] = f"<{kind}>" if is_known else UNKNOWN
        for other in (arguments.vararg, arguments.kwarg):
            if other is not None:
                self.scopes[-1][other.arg] = UNKNOWN

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


def _class_of(path: str) -> str:
    """The class that a call makes an instance of: `tf.data.Dataset.range` makes a Dataset."""
    parts = path.split(".")
    for count, part in enumerate(parts[:-1], 1):
        if part[0].isupper():
            return ".".join(parts[:count])
    return path


def _is_of_class(value: str) -> bool:
    return value[0] == "<" and value.rpartition(".")[2][0].isupper()


def _tail(text: str) -> str:
    """A text of which only the end is known."""
    return f"{text[0]}…{text[1:]}"


def _leaf(reader: _Reader, node: ast.AST) -> str:
    return UNKNOWN


_HANDLERS: dict[type[ast.AST], Callable[[_Reader, Any], str]] = {
    ast.AnnAssign: _Reader.assignment,
    ast.Assign: _Reader.assignment,
    ast.AsyncFor: _Reader.loop,
    ast.AsyncFunctionDef: _Reader.function,
    ast.AsyncWith: _Reader.with_,
    ast.Attribute: _Reader.attribute,
    ast.BinOp: _Reader.operation,
    ast.Call: _Reader.call,
    ast.ClassDef: _Reader.class_,
    ast.Compare: _Reader.comparison,
    ast.Constant: _Reader.constant,
    ast.Dict: _Reader.mapping,
    ast.DictComp: _Reader.comprehension,
    ast.For: _Reader.loop,
    ast.FunctionDef: _Reader.function,
    ast.GeneratorExp: _Reader.comprehension,
    ast.If: _Reader.branch,
    ast.IfExp: _Reader.choice,
    ast.Import: _Reader.import_,
    ast.ImportFrom: _Reader.import_from,
    ast.JoinedStr: _Reader.text,
    ast.Lambda: _Reader.lambda_,
    ast.List: _Reader.sequence,
    ast.ListComp: _Reader.comprehension,
    ast.Load: _leaf,
    ast.Name: _Reader.name,
    ast.NamedExpr: _Reader.assignment,
    ast.Return: _Reader.return_,
    ast.SetComp: _Reader.comprehension,
    ast.Store: _leaf,
    ast.Subscript: _Reader.item,
    ast.Tuple: _Reader.sequence,
    ast.While: _Reader.branch,
    ast.With: _Reader.with_,
}
