"""The specification as text: questions, their parts and their claims, read without running them.

Reading the source instead of importing it needs no TensorFlow, knows the claims that a run left
out or that ended its process, and finds every broken rule at once, with file and line.
"""

import ast
import functools
import hashlib
import re
import textwrap
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from answer_key import eras

LONGEST_SENTENCE = 100
MARKS = ("holds", "confirms", "corrects")
_ERA_TOLD = r"\b(until|since|in|before|from|but for) (TensorFlow |Keras |NumPy )?\d"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign
_FOR_CLASSES = "pytest.mark.usefixtures("


def holds(
    requirement: str, *, otherwise: type[BaseException] | None = None, was: str | None = None
) -> Any:
    """Declare the versions in which a claim holds, as pip writes them: `@holds("keras>=3")`.

    The distribution is `tensorflow`, `keras` (whatever `tf.keras` resolves to) or `numpy`; stacked
    declarations must all be met. Elsewhere the claim still runs and must fail, with the exception
    `otherwise` if one is given. `was` names the claim of the same question that says what was so
    before: `was="test_reduction_was_auto"`.
    """
    return pytest.mark.holds(requirement, otherwise=otherwise, was=was)


def core(claim: Any) -> Any:
    """Declare a claim that a full answer to its question needs."""
    return claim


def confirms(*statements: str) -> Any:
    """Declare the statements of the answer sheets that this claim shows to be true."""
    return pytest.mark.confirms(*statements)


def corrects(*statements: str) -> Any:
    """Declare the statements of the answer sheets that this claim shows to be false."""
    return pytest.mark.corrects(*statements)


@dataclass(frozen=True)
class Claim:
    """One test function: a sentence of an answer and the code that proves it.

    The code is in pieces: first what the test's body refers to in its module, last the body. Given
    are the arguments that the body names, parameters and fixtures.
    """

    id: str
    path: str
    line: int
    sentence: str
    details: str
    code: tuple[str, ...]
    source: str
    parameters: tuple[str, ...]
    given: tuple[str, ...]
    eras: tuple[str, ...]
    was: str | None
    is_core: bool
    confirms: tuple[str, ...]
    corrects: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The claim's id on the page."""
        return "ak-" + self.id.replace("::", "-")


@dataclass(frozen=True)
class Part:
    """A test class: the claims that make up one part of an answer, under a heading."""

    name: str
    heading: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Question:
    """One module of the specification."""

    key: str
    title: str
    answer: str
    path: str
    parts: tuple[Part, ...]

    @property
    def number(self) -> int:
        return int(self.key.removeprefix("q"))

    @property
    def claims(self) -> list[Claim]:
        return [claim for part in self.parts for claim in part.claims]


@dataclass(frozen=True)
class Specification:
    """All questions in order, every rule they break as `file:line: what`, and what fixtures give.

    A fixture's text is the first line of its docstring.
    """

    questions: tuple[Question, ...] = ()
    problems: tuple[str, ...] = ()
    fixtures: Mapping[str, str] = field(default_factory=dict)

    @functools.cached_property
    def claims(self) -> dict[str, Claim]:
        """All claims by id, in the order of the specification."""
        return {claim.id: claim for _, _, claim in self.outline()}

    @functools.cached_property
    def settling(self) -> dict[str, list[Claim]]:
        """The claims that confirm or correct a statement, by the statement's id."""
        found: dict[str, list[Claim]] = {}
        for claim in self.claims.values():
            for statement in claim.confirms + claim.corrects:
                found.setdefault(statement, []).append(claim)
        return found

    def outline(self) -> Iterator[tuple[Question, Part, Claim]]:
        """The claims in order, each with the question and the part that it belongs to."""
        for question in self.questions:
            for part in question.parts:
                for claim in part.claims:
                    yield question, part, claim


@functools.cache
def question_key(path: str) -> str:
    """`spec/test_q03_range_and_constant.py` is question `q03`."""
    match = re.match(r"test_(q\d\d)_", Path(path).name)
    if match is None:
        raise ValueError(f"{path}: a question's module is named test_qNN_subject.py")
    return match[1]


def claim_id(nodeid: str) -> str:
    """The id of the claim that a pytest item runs, such as `q03::TestElementTypes::test_range`.

    It does not change when the file is renamed or lies elsewhere. An item of another module than a
    question's keeps its node id, without the parameters.
    """
    path, _, test = nodeid.partition("::")
    try:
        return f"{question_key(path)}::{test.partition('[')[0]}"
    except ValueError:
        return nodeid.partition("[")[0]


def read_specification(folder: Path) -> Specification:
    """Read every `test_*.py` of a folder such as `spec/`; paths begin with the folder's name."""
    questions, problems = [], []
    for path in sorted(folder.glob("test_*.py")):
        reader = _Reader(f"{folder.name}/{path.name}", path.read_text(encoding="utf-8"))
        question = reader.question()
        questions += [question] if question else []
        problems += reader.problems
    problems += _repeated_sentences(questions)
    fixtures = dict(_fixtures(folder.parent / "fixtures"))
    return Specification(tuple(questions), tuple(problems), fixtures)


def _fixtures(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any(
                ast.unparse(each).startswith("pytest.fixture") for each in node.decorator_list
            ):
                yield node.name, _docstring(node)[0]


def _repeated_sentences(questions: list[Question]) -> Iterator[str]:
    first: dict[str, Claim] = {}
    for question in questions:
        for claim in question.claims:
            earlier = first.setdefault(claim.sentence.casefold(), claim)
            if earlier is not claim:
                where = f"{earlier.path}:{earlier.line}"
                yield f"{claim.path}:{claim.line}: this sentence stands at {where} already"


@dataclass
class _Reader:
    """Reads one module and notes what breaks a rule."""

    path: str
    source: str
    problems: list[str] = field(default_factory=list)

    def problem(self, line: int, what: str) -> None:
        self.problems.append(f"{self.path}:{line}: {what}")

    def question(self) -> Question | None:
        try:
            key = question_key(self.path)
            tree = ast.parse(self.source)
        except ValueError as error:
            self.problem(1, str(error).removeprefix(f"{self.path}: "))
            return None
        except SyntaxError:
            return None  # pytest reports it better when it imports the module
        title, answer = _docstring(tree)
        if not title.endswith("?") or not answer:
            self.problem(1, "a module's docstring is its question, a blank line, the short answer")
        self.definitions = dict(_definitions(tree))
        for name, node in self.definitions.items():
            if name.startswith("test"):
                self.problem(node.lineno, f"{name} belongs in a class, which is a part's heading")
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        parts = tuple(self.part(node) for node in classes if node.name.startswith("Test"))
        return Question(key, title, answer, self.path, parts)

    def part(self, node: ast.ClassDef) -> Part:
        heading, _ = _docstring(node)
        if not heading:
            self.problem(node.lineno, f"{node.name} needs a docstring, the heading of its part")
        if not all(ast.unparse(each).startswith(_FOR_CLASSES) for each in node.decorator_list):
            self.problem(node.lineno, "decorate the claims, not their class")
        tests = [
            child
            for child in node.body
            if isinstance(child, ast.FunctionDef) and child.name.startswith("test")
        ]
        claims: dict[str, Claim] = {}
        for test in tests:
            if test.name in claims:
                self.problem(test.lineno, f"{test.name} stands twice in {node.name}")
            claims[test.name] = self.claim(node.name, test)
        return Part(node.name, heading, tuple(claims.values()))

    def claim(self, part: str, node: ast.FunctionDef) -> Claim:
        sentence, details = _docstring(node)
        marks = self.marks(node)
        for what in _sentence_problems(sentence, marks["holds"]):
            self.problem(node.lineno, what)
        if not any(map(_asserts, ast.walk(node))):
            self.problem(node.lineno, f"{node.name} asserts nothing")
        definitions = self.helpers(node)
        helpers = [self.text(helper) for helper in definitions]
        return Claim(
            id=claim_id(f"{self.path}::{part}::{node.name}"),
            path=self.path,
            line=node.lineno,
            sentence=sentence,
            details=details,
            code=(*helpers, self.body(node)),
            source=self.hash_of([*definitions, node]),
            parameters=_parameters(node),
            given=_given(node),
            eras=marks["holds"],
            was=_was(node),
            is_core=any(ast.unparse(each) == "core" for each in node.decorator_list),
            confirms=marks["confirms"],
            corrects=marks["corrects"],
        )

    def marks(self, node: ast.FunctionDef) -> dict[str, tuple[str, ...]]:
        """The literal arguments of a claim's `holds`, `confirms` and `corrects`."""
        found: dict[str, tuple[str, ...]] = dict.fromkeys(MARKS, ())
        for call in node.decorator_list:
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            name = call.func.id
            if name not in MARKS:
                continue
            values = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
            if len(values) != len(call.args) or not all(isinstance(v, str) for v in values):
                self.problem(call.lineno, f"@{name} takes strings, written out")
                continue
            found[name] += tuple(str(value) for value in values)
            if name == "holds":
                self.check_era(call.lineno, values)
        return found

    def check_era(self, line: int, values: list[Any]) -> None:
        try:
            (requirement,) = values
            eras.parse(requirement)
        except ValueError as error:
            self.problem(line, f"@holds: {error}")

    def helpers(self, node: ast.FunctionDef) -> list[Definition]:
        """What else of the module a claim refers to, itself or through what it refers to."""
        found: dict[str, Definition] = {}
        waiting: list[ast.AST] = [node]
        while waiting:
            names = {n.id for n in ast.walk(waiting.pop()) if isinstance(n, ast.Name)}
            new = {name: self.definitions[name] for name in names & self.definitions.keys()}
            waiting += [helper for name, helper in new.items() if name not in found]
            found |= new
        return sorted(set(found.values()), key=lambda helper: helper.lineno)

    def hash_of(self, definitions: list[Definition]) -> str:
        """A hash of what runs: not of docstrings, nor of the marks, which no record depends on."""
        parts = [part for node in definitions for each in ast.walk(node) for part in _unrun(each)]
        unrun = {line for part in parts for line in range(part.lineno, (part.end_lineno or 0) + 1)}
        pieces = [self.lines(*self.extent(node), without=frozenset(unrun)) for node in definitions]
        return hashlib.sha256("\n".join(pieces).encode()).hexdigest()[:12]

    def extent(self, node: Definition) -> tuple[int, int | None]:
        """The first and the last line of a definition with its decorators."""
        decorators = getattr(node, "decorator_list", [])
        return min([node.lineno, *(each.lineno for each in decorators)]), node.end_lineno

    def text(self, node: Definition) -> str:
        return self.lines(*self.extent(node))

    def body(self, node: ast.FunctionDef) -> str:
        """What a function does: its text without decorators, signature and docstring."""
        start = node.body[0]
        documented = ast.get_docstring(node) is not None
        first = (start.end_lineno or 0) + 1 if documented else start.lineno
        return self.lines(first, node.end_lineno)

    @functools.cached_property
    def source_lines(self) -> list[str]:
        return self.source.splitlines()

    def lines(self, first: int, last: int | None, without: Set[int] = frozenset()) -> str:
        found = enumerate(self.source_lines[first - 1 : last], first)
        text = "\n".join(line for number, line in found if number not in without)
        return textwrap.dedent(text).strip("\n")


def _definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """A module's functions, constants and classes by name, but for the parts of the answer."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("Test"):
            yield node.name, node
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for each in (each for target in targets for each in ast.walk(target)):
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                    yield each.id, node


def _unrun(node: ast.AST) -> Iterator[ast.stmt | ast.expr]:
    """A definition's docstring, if it has lines of its own, and its marks."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    if ast.get_docstring(node) is not None and node.body[0].lineno > node.lineno:
        yield node.body[0]
    for decorator in node.decorator_list:
        name = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(name, ast.Name) and name.id in (*MARKS, "core"):
            yield decorator


def _docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> tuple[str, str]:
    first, _, rest = (ast.get_docstring(node) or "").partition("\n")
    return first.strip(), rest.strip()


def _sentence_problems(sentence: str, eras: tuple[str, ...]) -> Iterator[str]:
    if not sentence:
        yield "a claim's docstring begins with its sentence, on the first line"
        return
    if len(sentence) > LONGEST_SENTENCE:
        yield f"the sentence has {len(sentence)} characters; {LONGEST_SENTENCE} at most"
    if not re.search(r"\*\*\S(.*?\S)?\*\*", sentence):
        yield "the sentence has no **bold** key word"
    if not re.search(r"[.!][\"'`*)]*$", sentence) or sentence[0].islower():
        yield "the sentence begins with a capital and ends with a full stop"
    if re.search(r"\bshould\b|\btests? that\b", sentence, re.IGNORECASE):
        yield "the sentence says what is: no 'should', no 'test that'"
    if eras and not re.search(_ERA_TOLD, sentence, re.IGNORECASE):
        yield "the sentence of a claim with an era tells it: 'Until Keras 3, …', 'Since Keras 3, …'"


def _was(node: ast.FunctionDef) -> str | None:
    """The test that a claim's `holds` names as what was so before."""
    calls = (call for call in node.decorator_list if isinstance(call, ast.Call))
    named = (keyword for call in calls for keyword in call.keywords if keyword.arg == "was")
    return next((ast.literal_eval(keyword.value) for keyword in named), None)


def _asserts(node: ast.AST) -> bool:
    if isinstance(node, ast.With):
        return any(
            ast.unparse(item.context_expr).startswith(("pytest.raises(", "pytest.warns("))
            for item in node.items
        )
    return isinstance(node, ast.Assert)


def _given(node: ast.FunctionDef) -> tuple[str, ...]:
    named = {
        each.id
        for statement in node.body
        for each in ast.walk(statement)
        if isinstance(each, ast.Name)
    }
    return tuple(argument.arg for argument in node.args.args if argument.arg in named - {"self"})


def _parameters(node: ast.FunctionDef) -> tuple[str, ...]:
    """The argument names of `pytest.mark.parametrize`, in the order in which they are written."""
    names: list[str] = []
    for call in node.decorator_list:
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.parametrize":
            listed = ast.literal_eval(call.args[0])
            names += listed.replace(",", " ").split() if isinstance(listed, str) else listed
    return tuple(names)
