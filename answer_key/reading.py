"""The specification read as text, without running it.

Reading the source instead of importing it needs no TensorFlow, knows the claims that a run left
out or that ended its process, and finds all that is wrong at once, with file and line.
"""

import ast
import functools
import hashlib
import textwrap
import tokenize
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from answer_key.claims import Claim, Part, Question, Specification, question_key

MARKS = ("holds", "confirms", "corrects", "about", "asks")
Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef | ast.Assign | ast.AnnAssign
_FOR_CLASSES = "pytest.mark.usefixtures("
# Marks of pytest's that change neither whether a claim runs nor whether it may fail.
_PLAIN_MARKS = ("parametrize", "usefixtures", "timeout", "filterwarnings")


def read_specification(folder: Path) -> Specification:
    """Read every `test_*.py` of a folder such as `spec/`; paths begin with the folder's name."""
    beside = folder.parent / "fixtures"
    questions, problems = [], []
    fixtures: dict[str, str] = {}
    modules: dict[str, tuple[str, ast.Module]] = {}
    for path in (*sorted(folder.glob("test_*.py")), *sorted(beside.glob("*.py"))):
        reader = _Reader(f"{path.parent.name}/{path.name}")
        tree = reader.parse(path)
        if tree is not None:
            modules[reader.path] = reader.source, tree
        if tree is not None and path.parent == beside:
            fixtures.update(_fixtures(tree))
        elif tree is not None and (question := reader.question(tree)):
            questions.append(question)
        problems += reader.problems
    return Specification(tuple(questions), tuple(problems), fixtures, modules)


def parse(path: Path, name: str) -> tuple[str, ast.Module]:
    """A module's text and its tree. Raises ValueError, saying `file:line: what`."""
    try:
        with tokenize.open(path) as file:  # as Python reads it: byte order mark, coding, newlines
            text = file.read()
        return text, ast.parse(text)
    except SyntaxError as error:
        raise ValueError(
            f"{name}:{error.lineno or 1}: Python cannot read it: {error.msg}"
        ) from None
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{name}:1: cannot be read: {error}") from None


def _fixtures(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(
            ast.unparse(each).startswith("pytest.fixture") for each in node.decorator_list
        ):
            yield node.name, docstring(node)[0]


def docstring(node: ast.Module | ast.ClassDef | Function) -> tuple[str, str]:
    """The first line of a docstring, and the others."""
    first, _, rest = (ast.get_docstring(node) or "").partition("\n")
    return first.strip(), rest.strip()


@dataclass
class _Reader:
    """Reads one module and notes what cannot be read as a question."""

    path: str
    problems: list[str] = field(default_factory=list)
    source: str = ""
    walked: dict[ast.AST, tuple[ast.AST, ...]] = field(default_factory=dict)

    def problem(self, line: int, what: str) -> None:
        self.problems.append(f"{self.path}:{line}: {what}")

    def parse(self, path: Path) -> ast.Module | None:
        try:
            self.source, tree = parse(path, self.path)
        except ValueError as error:
            self.problems.append(str(error))
            return None
        return tree

    def question(self, tree: ast.Module) -> Question | None:
        try:
            self.key = question_key(self.path)
        except ValueError as error:
            self.problem(1, str(error))
            return None
        title, answer = docstring(tree)
        if not title.endswith("?") or not answer:
            self.problem(1, "a module's docstring is its question, a blank line, the short answer")
        self.definitions = dict(_definitions(tree))
        for name, node in self.definitions.items():
            if name.startswith("test"):
                self.problem(node.lineno, f"{name} belongs in a class, which is a part's heading")
            if name == "pytestmark":
                self.problem(node.lineno, "mark the claims, not their module")
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        parts = [self.part(node) for node in classes if node.name.startswith("Test")]
        names = [part.name for part in parts]
        for node in classes:
            if names.count(node.name) > 1:
                self.problem(node.lineno, f"{node.name} stands {names.count(node.name)} times")
        return Question(self.key, title, answer, self.path, tuple(parts))

    def part(self, node: ast.ClassDef) -> Part:
        heading, _ = docstring(node)
        if not heading:
            self.problem(node.lineno, f"{node.name} needs a docstring, the heading of its part")
        if not all(ast.unparse(each).startswith(_FOR_CLASSES) for each in node.decorator_list):
            self.problem(node.lineno, "decorate the claims, not their class")
        claims: dict[str, Claim] = {}
        for child in node.body:
            if not isinstance(child, Function) or not child.name.startswith("test"):
                continue
            if child.name in claims:
                self.problem(child.lineno, f"{child.name} stands twice in {node.name}")
            claims[child.name] = self.claim(node.name, child)
        return Part(node.name, heading, tuple(claims.values()))

    def claim(self, part: str, node: Function) -> Claim:
        sentence, details = docstring(node)
        marks = self.marks(node)
        if not any(map(_asserts, self.within(node))):
            self.problem(node.lineno, f"{node.name} asserts nothing")
        helpers = self.helpers(node)
        used = self.names(node) - {"self"}
        return Claim(
            id=f"{self.key}::{part}::{node.name}",
            path=self.path,
            line=node.lineno,
            sentence=sentence,
            details=details,
            code=(*(self.lines(*_extent(each)) for each in helpers), self.body(node)),
            source=self.hash([*helpers, node]),
            parameters=self.parameters(node),
            given=tuple(each.arg for each in node.args.args if each.arg in used),
            eras=marks["holds"],
            was=_was(node),
            is_core=any(ast.unparse(each) == "core" for each in node.decorator_list),
            confirms=marks["confirms"],
            corrects=marks["corrects"],
            about=marks["about"],
            asks=next(iter(marks["asks"]), None),
        )

    def marks(self, node: Function) -> dict[str, tuple[str, ...]]:
        """The literal arguments of a claim's `holds`, `confirms`, `corrects` and `about`."""
        found: dict[str, tuple[str, ...]] = dict.fromkeys(MARKS, ())
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            what = ast.unparse(call.func if call else decorator)
            *_, name = what.split(".")
            if name in (*MARKS, "core") and (what != name or (call is None) != (name == "core")):
                self.problem(node.lineno, f"write @{name}{_SHOWN.get(name, '')}, nothing else")
            elif what.startswith("pytest.mark.") and name not in _PLAIN_MARKS:
                self.problem(node.lineno, f"@{what} hides what becomes of a claim: say @holds(…)")
            elif call is not None and name in MARKS:
                found[name] += self.strings(call, name)
        return found

    def strings(self, call: ast.Call, name: str) -> tuple[str, ...]:
        """The arguments of a mark, which takes strings, `holds` one of them."""
        values = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        texts = [value for value in values if isinstance(value, str)]
        if not texts or len(texts) != len(call.args):
            self.problem(call.lineno, f"@{name} takes strings, written out")
            return ()
        if name in _SINGLE and len(texts) > 1:
            self.problem(call.lineno, f"@{name} takes one {_SINGLE[name]}")
        for keyword in call.keywords:
            wanted = _KEYWORDS.get(keyword.arg or "")
            if wanted is None or not isinstance(keyword.value, wanted):
                told = f"{keyword.arg}={ast.unparse(keyword.value)}"
                self.problem(call.lineno, f"@{name} takes no {told}")
        return tuple(texts)

    def parameters(self, node: Function) -> tuple[str, ...]:
        """The argument names of `pytest.mark.parametrize`, in the order in which they stand."""
        names: list[str] = []
        for call in node.decorator_list:
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.parametrize":
                listed = call.args[0] if call.args else None
                if isinstance(listed, ast.Constant) and isinstance(listed.value, str):
                    names += listed.value.replace(",", " ").split()
                else:
                    self.problem(call.lineno, 'parametrize takes its names first, as "one, other"')
        return tuple(names)

    def helpers(self, node: Function) -> list[Definition]:
        """What else of the module a claim refers to, itself or through what it refers to."""
        found: dict[str, Definition] = {}
        waiting: list[ast.AST] = [node]
        while waiting:
            names = self.names(waiting.pop()) & self.definitions.keys()
            new = {name: self.definitions[name] for name in names}
            waiting += [helper for name, helper in new.items() if name not in found]
            found |= new
        # Names set together are one definition.
        return sorted({id(each): each for each in found.values()}.values(), key=lambda h: h.lineno)

    def hash(self, definitions: list[Definition]) -> str:
        """What tells one claim's code from another's: neither its prose nor its marks do."""
        nodes = (each for node in definitions for each in self.within(node))
        parts = [part for each in nodes for part in _unrun(each)]
        unrun = {line for part in parts for line in range(part.lineno, (part.end_lineno or 0) + 1)}
        pieces = [self.lines(*_extent(node), without=unrun) for node in definitions]
        return hashlib.sha256("\n".join(pieces).encode()).hexdigest()[:12]

    def names(self, node: ast.AST) -> set[str]:
        return {each.id for each in self.within(node) if isinstance(each, ast.Name)}

    def within(self, node: ast.AST) -> tuple[ast.AST, ...]:
        """A node and all that is in it; helpers are asked for it once for each of their claims."""
        if node not in self.walked:
            self.walked[node] = tuple(ast.walk(node))
        return self.walked[node]

    def body(self, node: Function) -> str:
        """What a function does: its text without decorators, signature and docstring."""
        start = node.body[0]
        documented = ast.get_docstring(node) is not None
        first = (start.end_lineno or 0) + 1 if documented else start.lineno
        return self.lines(first, node.end_lineno)

    @functools.cached_property
    def source_lines(self) -> list[str]:
        return self.source.split("\n")  # as `ast` counts: `splitlines` knows more line ends

    def lines(self, first: int, last: int | None, without: Container[int] = ()) -> str:
        numbered = enumerate(self.source_lines[first - 1 : last], start=first)
        text = "\n".join(line for number, line in numbered if number not in without)
        return textwrap.dedent(text).strip("\n")


def _extent(node: Definition) -> tuple[int, int | None]:
    """The first and the last line of a definition, its decorators included."""
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)]), node.end_lineno


# What `holds` takes by name: a class, and the name of a test.
_KEYWORDS = {"otherwise": (ast.Name, ast.Attribute), "was": (ast.Constant,)}
_SINGLE = {"holds": "requirement; stack several", "asks": "answer"}
_SHOWN = dict.fromkeys(MARKS, '("…")') | {"holds": '("keras>=3")', "confirms": '("A1.1")'}


def _definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """A module's functions, constants and classes by name, but for the parts of the answer."""
    for node in tree.body:
        if isinstance(node, Function):
            yield node.name, node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("Test"):
            yield node.name, node
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in (n for target in targets for n in ast.walk(target)):
                if isinstance(name, ast.Name):
                    yield name.id, node


def _unrun(node: ast.AST) -> Iterator[ast.stmt | ast.expr]:
    """A definition's docstring, if it has lines of its own, and its marks."""
    if not isinstance(node, Function | ast.ClassDef):
        return
    if ast.get_docstring(node) is not None and node.body[0].lineno > node.lineno:
        yield node.body[0]
    yield from filter(_is_mark, node.decorator_list)


def _is_mark(decorator: ast.expr) -> bool:
    name = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
    return name in (*MARKS, "core")


def _was(node: Function) -> str | None:
    """The test that a claim's `holds` names as what was so before."""
    calls = (call for call in node.decorator_list if isinstance(call, ast.Call))
    named = (keyword.value for call in calls for keyword in call.keywords if keyword.arg == "was")
    return next((str(value.value) for value in named if isinstance(value, ast.Constant)), None)


def _asserts(node: ast.AST) -> bool:
    if isinstance(node, ast.With):
        return any(
            ast.unparse(item.context_expr).startswith(("pytest.raises(", "pytest.warns("))
            for item in node.items
        )
    return isinstance(node, ast.Assert)
