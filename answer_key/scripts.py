"""A claim as a script: its proof with all that it needs, to run as it is in an empty folder.

The suite's `fixtures/plain.py` says how fixtures, and what claims use of pytest, read in plain
Python; a fixture that only returns something reads so itself. All is read as text.
"""

import ast
import functools
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from answer_key import telling
from answer_key.claims import Claim, Specification

PLAIN = "fixtures/plain.py"
# How what stands for a fixture is entered.
_BLOCKS = {"each_{}": "for {0} in each_{0}():", "a_{}": "with a_{0}() as {0}:"}
_OF_PYTEST = re.compile(r"\bpytest\.(\w+)")
# What a script does without, though a claim's module imports it.
_HARNESS = {"answer_key", "fixtures", "pytest"}


@dataclass(frozen=True)
class Script:
    """The pieces of a script, in their order; the stand-ins are for fixtures and for pytest."""

    comments: tuple[str, ...]
    imports: tuple[str, ...]
    stand_ins: tuple[str, ...]
    helpers: tuple[str, ...]
    head: str
    body: str
    call: str

    @property
    def text(self) -> str:
        top = "\n".join([*(f"# {comment}" for comment in self.comments), "", *self.imports])
        proof = f"{self.head}\n{_indented(self.body)}"
        return "\n\n\n".join([top, *self.stand_ins, *self.helpers, proof, self.call]) + "\n"


@dataclass(frozen=True)
class StandIn:
    """A function or a class that scripts may need; of a fixture, with the fixtures it takes."""

    text: str
    module: "_Module"
    is_fixture: bool = False
    parameters: tuple[str, ...] = ()


class Scripts:
    """Makes the scripts of the claims of a specification."""

    def __init__(self, specification: Specification) -> None:
        self.sources = specification.modules
        self.modules: dict[str, _Module] = {}
        self.stand_ins: dict[str, StandIn] = {}
        for path in self.sources:
            if path.startswith("fixtures/"):
                self.stand_ins.update(self._module(path).fixtures)
        if PLAIN in self.sources:
            self.stand_ins.update(self._module(PLAIN).definitions)
        for entered in [name for name in self.stand_ins if self._block(name)]:
            del self.stand_ins[entered]

    def of(self, claim: Claim) -> Script | None:
        """A claim's script; None if it takes more than is known here, such as another fixture."""
        module = self._module(claim.path)
        try:
            return self._script(claim, module, module.tests[claim.id.partition("::")[2]])
        except (KeyError, SyntaxError):
            return None

    def _script(self, claim: Claim, module: "_Module", test: "_Test") -> Script:
        call = self._call(test)
        *helpers, body = map(_plain, claim.code)
        stand_ins = self._needed([*_OF_PYTEST.findall("\n".join(claim.code)), *_names(call)])
        imports = {line for text in (*helpers, body, call) for line in module.imports_for(text)}
        for stand_in in stand_ins:
            imports |= stand_in.module.imports_for(stand_in.text)
        if "import multiprocessing" in imports:  # a new process imports the script
            call = f'if __name__ == "__main__":\n{_indented(call)}'
        return Script(
            comments=(telling.plain(claim.sentence), claim.id),
            imports=_sorted(imports),
            stand_ins=tuple(stand_in.text for stand_in in stand_ins),
            helpers=tuple(helpers),
            head=f"def proof({', '.join(_parameters(test.node))}):",
            body=body,
            call=call,
        )

    def _module(self, path: str) -> "_Module":
        if path not in self.modules:
            self.modules[path] = _Module(*self.sources[path])
        return self.modules[path]

    def _call(self, test: "_Test") -> str:
        """The call of the proof with each value of its parameters. Raises KeyError."""
        if not all(map(self._block, test.used)):
            raise KeyError(test.used)
        parameters = _parameters(test.node)
        fixtures = [*test.used, *(name for name in parameters if name not in test.cases)]
        blocks = [f"for {names} in {values}:" for names, values in test.loops]
        blocks += [block for name in fixtures if (block := self._block(name))]
        passed = [name if name in test.cases else self._passed(name) for name in parameters]
        call = f"proof({', '.join(passed)})"
        for block in reversed(blocks):
            call = f"{block}\n{_indented(call)}"
        return call

    def _block(self, fixture: str) -> str:
        found = (block for name, block in _BLOCKS.items() if name.format(fixture) in self.stand_ins)
        return next(found, "").format(fixture)

    def _passed(self, fixture: str) -> str:
        """What the proof is given for a fixture. Raises KeyError if nothing stands for it."""
        if self._block(fixture) or not self.stand_ins[fixture].is_fixture:
            return fixture
        return f"{fixture}({', '.join(map(self._passed, self.stand_ins[fixture].parameters))})"

    def _needed(self, names: Iterable[str]) -> list[StandIn]:
        """The stand-ins of these names, and those that they need themselves."""
        found: set[str] = set()
        waiting = [name for name in names if name in self.stand_ins]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += _names(self.stand_ins[name].text) & self.stand_ins.keys()
        return [stand_in for name, stand_in in self.stand_ins.items() if name in found]


@dataclass(frozen=True)
class _Test:
    """A test function as pytest runs it: once for each case of its loops."""

    node: ast.FunctionDef
    loops: list[tuple[str, str]] = field(default_factory=list)
    used: list[str] = field(default_factory=list)

    @property
    def cases(self) -> set[str]:
        """The names that its loops set."""
        return {name for names, _ in self.loops for name in names.split(", ")}


class _Module:
    """A module's text, by what scripts take from it."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self.lines = text.split("\n")  # as `ast` counts them
        self.imports = list(_imports(tree))
        nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        self.definitions = {node.name: StandIn(self._lines(node), self) for node in nodes}
        self.fixtures = {
            node.name: StandIn(self._lines(node, node.lineno), self, True, _parameters(node))
            for node in nodes
            if isinstance(node, ast.FunctionDef) and _only_returns(node)
        }
        self.tests = {
            f"{part.name}::{node.name}": self._test(part, node)
            for part in nodes
            for node in part.body
            if isinstance(part, ast.ClassDef) and isinstance(node, ast.FunctionDef)
        }

    def imports_for(self, code: str) -> set[str]:
        """The imports that code of this module needs, a line each."""
        names = _names(code)
        return {
            line
            for name, line in self.imports
            if (name in code if "." in name else name in names)  # `import os.path` binds `os`
        }

    def _test(self, part: ast.ClassDef, node: ast.FunctionDef) -> _Test:
        loops, used = [], []
        decorators = [*part.decorator_list, *node.decorator_list]
        for call in (each for each in decorators if isinstance(each, ast.Call)):
            name, arguments = ast.unparse(call.func), call.args
            if name == "pytest.mark.usefixtures":
                used += [ast.literal_eval(each) for each in arguments]
            elif name == "pytest.mark.parametrize":
                names = ast.literal_eval(arguments[0]).replace(",", " ").split()
                values = [each.value for each in call.keywords if each.arg == "argvalues"]
                loops.append((", ".join(names), self._value([*arguments[1:], *values][0])))
        # Pytest goes fastest through the first.
        return _Test(node, loops[::-1], used)

    def _value(self, node: ast.expr) -> str:
        """An expression's text, which begins where the line does."""
        lines = [line.encode() for line in self.lines[node.lineno - 1 : node.end_lineno]]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        first, *rest = [line.decode() for line in lines]
        return "\n".join([first, textwrap.dedent("\n".join(rest))]) if rest else first

    def _lines(self, node: ast.FunctionDef | ast.ClassDef, first: int | None = None) -> str:
        """A definition's text, its decorators included if no first line is given."""
        start = first or min([node.lineno, *(each.lineno for each in node.decorator_list)])
        text = "\n".join(self.lines[start - 1 : node.end_lineno])
        return re.sub(r"  # noqa: \w+", "", _plain(text))


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What a module imports: the name that code uses, and a line that imports only that."""
    for node in tree.body:
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            origin = f"from {node.module} " if isinstance(node, ast.ImportFrom) else ""
            line = f"{origin}import {ast.unparse(alias)}"
            if _root(line) not in _HARNESS:
                yield alias.asname or alias.name, line


def _plain(code: str) -> str:
    """Code that finds by its name alone what stands for something of pytest."""
    return _OF_PYTEST.sub(r"\1", code)


@functools.cache
def _names(code: str) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name))


def _parameters(node: ast.FunctionDef) -> tuple[str, ...]:
    return tuple(each.arg for each in node.args.args if each.arg != "self")


def _only_returns(node: ast.FunctionDef) -> bool:
    """Whether a function is a fixture that is plain Python without its decorator."""
    is_fixture = any(ast.unparse(each).startswith("pytest.fixture") for each in node.decorator_list)
    yields = any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(node))
    return is_fixture and not yields and "request" not in _parameters(node)


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" if line.strip() else line for line in code.split("\n"))


def _root(line: str) -> str:
    """The package from which a line imports."""
    return line.split()[1].partition(".")[0]


def _sorted(imports: Iterable[str]) -> tuple[str, ...]:
    """Lines that import, those of Python's own modules first, and apart."""
    own = sorted(line for line in imports if _root(line) in sys.stdlib_module_names)
    others = sorted(set(imports).difference(own))
    return (*own, "", *others) if own and others else (*own, *others)
