"""The files that a learner is given: koans of a question, or an exercise."""

import ast
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from answer_key.claims import Claim, Question
from answer_key.practice import tasks
from answer_key.practice.exercises import Exercise
from answer_key.practice.learner import GAP
from answer_key.practice.tasks import docstring
from answer_key.study import Study

WIDTH = 96
UNWRITTEN = "write it"

# Beside the files: what lets pytest mark them.
CONFTEST = '''"""Lets pytest mark what `answer-key practice` has written into this folder."""

from answer_key.practice.collecting import *  # noqa: F403
'''

_HOW = "Run `pytest {folder}` as often as you like, with `--hint` for a hint."
_KOANS = f"""Put in place of each {GAP}, from the top down, what is so: in the code what the \
assertion expects, in a sentence the missing word. Change nothing else."""
_MEND = """Each of these functions breaks a rule. Mend the one that is named, and change nothing \
around it: the assertions below it tell when it is right."""


def names(study: Study) -> list[str]:
    """All that can be practised: exercises, and questions that no exercise is named after."""
    return sorted({*study.exercises, *(each.key for each in study.specification.questions)})


def text(name: str, study: Study, folder: str) -> str:
    """The file to practise an exercise or a question with. Raises ValueError."""
    how = _HOW.format(folder=folder)
    exercise = study.exercises.get(name)
    questions = {each.key: each for each in study.specification.questions}
    if exercise is None:
        question = questions.get(name)
        if question is None:
            raise ValueError(
                f"{name}: nothing to practise has this name; choose from " + ", ".join(names(study))
            )
        return _of_tasks(question, tasks.koans(question), [question.title, _KOANS, how], study)
    question = questions[exercise.question]
    head = [exercise.title, exercise.task]
    if exercise.mends:
        return _of_tasks(question, tasks.mends(exercise), [*head, _MEND, how], study)
    return _of_exercise(question, exercise, [*head, how], study)


def _of_tasks(question: Question, written: list[tasks.Task], head: list[str], study: Study) -> str:
    module = _read(question, study)
    pieces = [module.decorators(task.claim) + task.text for task in written]
    return _file(head, module, pieces)


def _of_exercise(question: Question, exercise: Exercise, head: list[str], study: Study) -> str:
    codes = [exercise.code(subject) for subject in exercise.subjects]
    given = _names_in(*codes) - set(exercise.subjects)
    return _file(head, _read(question, study), list(map(stub, codes)), given)


def stub(code: str) -> str:
    """What is given of a class or a function to be written: its signature and its docstring."""
    (node,) = ast.parse(code).body
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    said = ast.get_docstring(node)
    lines = [docstring(said)] if said else []
    if isinstance(node, ast.FunctionDef):
        head = f"def {node.name}({ast.unparse(node.args)}):"
        return _indented(head, [*lines, f'raise NotImplementedError("{UNWRITTEN}")'])
    init = next((each for each in node.body if getattr(each, "name", "") == "__init__"), None)
    if isinstance(init, ast.FunctionDef):
        lines += ["", stub(ast.unparse(init))] if lines else [stub(ast.unparse(init))]
    bases = ", ".join(map(ast.unparse, node.bases))
    head = f"class {node.name}({bases}):" if bases else f"class {node.name}:"
    return _indented(head, lines or ["..."])


def _indented(head: str, lines: Iterable[str]) -> str:
    return "\n".join([head, *(textwrap.indent(line, "    ") for line in lines)])


@dataclass(frozen=True)
class _Module:
    """A module of the specification, as far as a learner's file refers to it."""

    name: str
    defined: frozenset[str]
    imports: tuple[tuple[str, str], ...]  # a name, and the statement that imports it
    marks: Mapping[str, str] = field(default_factory=dict)  # a claim's parameters, by its test

    def decorators(self, claim: Claim) -> str:
        return self.marks.get(claim.id.partition("::")[2], "")


def _read(question: Question, study: Study) -> _Module:
    source, tree = study.specification.modules[question.path]
    defined = frozenset(name for node in tree.body for name in _defined(node))
    imports = [
        (alias.asname or alias.name.partition(".")[0], f"import {_alias(alias)}")
        for node in tree.body
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    imports += [
        (alias.asname or alias.name, f"from {node.module} import {_alias(alias)}")
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module != "answer_key"
        for alias in node.names
    ]
    stem = Path(question.path).stem
    return _Module(stem, defined, tuple(imports), dict(_marks(tree, source)))


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    if isinstance(node, ast.Assign):
        targets = (each for target in node.targets for each in ast.walk(target))
        yield from (each.id for each in targets if isinstance(each, ast.Name))


def _alias(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _marks(tree: ast.Module, source: str) -> Iterator[tuple[str, str]]:
    """The decorators that give the parameters of claims, as they are written."""
    lines = source.split("\n")
    parts = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    tests = [
        (part, node) for part in parts for node in part.body if isinstance(node, ast.FunctionDef)
    ]
    for part, node in tests:
        for each in node.decorator_list:
            if ast.unparse(each).startswith("pytest.mark.parametrize("):
                found = "\n".join(lines[each.lineno - 1 : each.end_lineno])
                yield f"{part.name}::{node.name}", textwrap.dedent(found) + "\n"


def _file(
    head: Iterable[str], module: _Module, pieces: list[str], given: Iterable[str] = ()
) -> str:
    """A learner's file: what to do, what is imported, and the pieces to work on."""
    used = _names_in(*pieces).union(given)
    imports = "\n".join(statement for name, statement in module.imports if name in used)
    helpers = _helpers(module.name, sorted(used & module.defined))
    title, *paragraphs = head
    told = "\n\n".join([title, *("\n".join(_wrapped(each)) for each in paragraphs)])
    parts = ["\n\n".join(filter(None, [docstring(f"{told}\n"), imports, helpers])), *pieces]
    return "\n\n\n".join(parts) + "\n"


def _helpers(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line if names else ""
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def _wrapped(paragraphs: str) -> Iterator[str]:
    """Paragraphs, each a line or several, and lists, as lines of a docstring."""
    for line in paragraphs.split("\n"):
        indent = "  " if line.startswith("- ") else ""
        yield from textwrap.wrap(line, WIDTH, subsequent_indent=indent) or [""]


def _names_in(*codes: str) -> frozenset[str]:
    nodes = (node for code in codes for node in ast.walk(ast.parse(code)))
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))
