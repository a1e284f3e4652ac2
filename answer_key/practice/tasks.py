"""Tasks: functions in a learner's file, each a claim with something to fill in or to mend.

A task's name ends with the hash of its claim's code, by which it is found again; a claim that has
changed is another one. The file has no answers: the specification has them.
"""

import ast
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from answer_key import blanks, words
from answer_key.blanks import Blank
from answer_key.claims import Claim, Question
from answer_key.practice.exercises import Exercise, Mend, find
from answer_key.practice.learner import GAP, Function

NAME = re.compile(r"(koan|mend)_(\d+)_([0-9a-f]+)")


@dataclass(frozen=True)
class Task:
    """A function as it is written into a learner's file, and what is asked for in it.

    A task without answers is one to mend: the function that may be changed has the name `mended`.
    """

    name: str
    claim: Claim
    text: str
    answers: tuple[str, ...] = ()
    in_sentence: bool = False
    mended: str | None = None

    def filled(self, function: Function) -> list[ast.expr]:
        """What the learner put in place of the blanks. Raises ValueError if more was changed."""
        pairs = _pairs(_body(_parse(self.text)), _body(function), self._may_differ)
        return [node for _, node in pairs if isinstance(node, ast.expr)]

    def _may_differ(self, node: object) -> bool:
        if self.mended is not None:
            return isinstance(node, ast.FunctionDef) and node.name == self.mended
        return isinstance(node, ast.Name) and node.id == GAP

    def check(self, function: Function) -> str | None:
        """What is wrong as far as it can be told without running the code."""
        if self.in_sentence:
            return self._check_sentence(ast.get_docstring(function) or "")
        try:
            filled = self.filled(function)
        except ValueError:
            only = f"`{self.mended}`" if self.mended else "the blanks"
            return f"only {only} may be changed here, so that the claim remains what it is"
        own = {name for node in ast.walk(function) for name in _set_by(node)}
        for each in filled:
            if own & {node.id for node in ast.walk(each) if isinstance(node, ast.Name)}:
                return f"`{ast.unparse(each)}` is what the code computes; write what it comes to"
        return None

    def _check_sentence(self, text: str) -> str | None:
        shown = ast.get_docstring(_parse(self.text)) or ""
        pattern = r"\s+".join(map(re.escape, shown.split())).replace(GAP, "(.+?)")
        given = re.fullmatch(pattern, " ".join(text.split()))
        if given is None:
            return "only the gaps of the sentence may be changed"
        wrong = [
            word
            for word, answer in zip(given.groups(), self.answers, strict=True)
            if not _is_same(word, answer)
        ]
        return f"“{wrong[0]}” is not it" if wrong else None

    @property
    def shape(self) -> str:
        """What the answers look like: the first letters of names and words, dots for the others."""
        return "   ".join(map(_shape, self.answers))


def koans(question: Question) -> list[Task]:
    """The core claims of a question that have something to fill in, in their order."""
    claims = [claim for claim in question.claims if claim.is_core]
    written = [_koan(claim) for claim in claims]
    tasks = [task for task in written if task is not None]
    return [_named(task, "koan", number) for number, task in enumerate(tasks, start=1)]


def mends(exercise: Exercise) -> list[Task]:
    """What is to be mended in an exercise."""
    return [
        _named(_mend(mend), "mend", number) for number, mend in enumerate(exercise.mends, start=1)
    ]


def _named(task: Task, kind: str, number: int) -> Task:
    name = f"{kind}_{number}_{task.claim.source}"
    text = task.text.replace("def task(", f"def {name}(", 1)
    return Task(name, task.claim, text, task.answers, task.in_sentence, task.mended)


def _koan(claim: Claim) -> Task | None:
    """A claim with blanks in its code, or else in its sentence; None if it has neither."""
    in_code = blanks.of_code(claim)
    if in_code:
        sentence = _without(claim.sentence, _told(claim, in_code)).replace("**", "")
        code = _without(claim.code[-1], ((each.start, each.end) for each in in_code))
        text = _function(claim, sentence, code)
        return Task("", claim, text, tuple(each.answer for each in in_code))
    asked = blanks.asked(claim)
    if not asked or asked[0].piece is not None:
        return None
    gaps = [(each.start, each.end) for each in asked]
    last = len(claim.code) - 1
    hidden = [each for each in blanks.masks(claim, asked) if each.piece in (None, last)]
    elsewhere = [(each.start, each.end) for each in hidden if each.piece is None]
    sentence = _without(claim.sentence, gaps, elsewhere).replace("**", "")
    code = _without(claim.code[-1], (), [(h.start, h.end) for h in hidden if h.piece == last])
    text = _function(claim, sentence, _commented(code))
    return Task("", claim, text, tuple(each.answer for each in asked), in_sentence=True)


def _told(claim: Claim, in_code: Iterable[Blank]) -> list[tuple[int, int]]:
    """What of a sentence tells what its code asks for, and its key words."""
    told = list(blanks.hidden(tuple(in_code), claim.sentence))
    told += [(each.start, each.end) for each in blanks.of_sentence(claim)]
    return told


def _mend(mend: Mend) -> Task:
    code = mend.claim.code[-1]
    node = find(mend.function, code)
    assert node is not None  # as `read_exercises` has made sure
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    lines = code.split("\n")
    broken = textwrap.indent(mend.broken, " " * node.col_offset)
    code = "\n".join([*lines[: first - 1], broken, *lines[node.end_lineno :]])
    text = _function(mend.claim, f"Mend `{mend.function}`. {mend.seen}", code)
    return Task("", mend.claim, text, mended=mend.function)


def _function(claim: Claim, sentence: str, code: str) -> str:
    documented = textwrap.indent(docstring(sentence), "    ")
    gap = "\n" if code.startswith(("@", "def ", "class ")) else ""
    body = textwrap.indent(code, "    ")
    return f"def task({', '.join(claim.given)}):\n{documented}\n{gap}{body}"


def _commented(code: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in code.split("\n"))


def docstring(text: str) -> str:
    quotes = 'r"""' if "\\" in text else '"""'
    return f'{quotes}{text}"""'


def _without(
    text: str, gaps: Iterable[tuple[int, int]], hidden: Iterable[tuple[int, int]] = ()
) -> str:
    """A text with gaps to fill in, and without what would tell the answers."""
    ranges = [(*each, GAP) for each in gaps] + [(*each, "…") for each in hidden]
    end = len(text)
    for start, stop, mark in sorted(ranges, reverse=True):
        if stop <= end:  # one that overlaps the one behind it is told already
            text = text[:start] + mark + text[stop:]
            end = start
    return text


def _pairs(
    expected: object, node: object, may_differ: Callable[[object], bool]
) -> Iterator[tuple[object, object]]:
    """What may differ of two trees, in both. Raises ValueError if more does."""
    if may_differ(expected):
        yield expected, node
    elif type(expected) is not type(node):
        raise ValueError(expected)
    elif isinstance(expected, ast.AST):
        for name in expected._fields:
            yield from _pairs(getattr(expected, name, None), getattr(node, name, None), may_differ)
    elif isinstance(expected, list) and isinstance(node, list):
        if len(expected) != len(node):
            raise ValueError(expected)
        for one, other in zip(expected, node, strict=True):
            yield from _pairs(one, other, may_differ)
    elif expected != node:
        raise ValueError(expected)


def _parse(text: str) -> Function:
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def _body(function: Function) -> list[ast.stmt]:
    """What a function does, without its docstring, in which a gap may stand."""
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def _set_by(node: ast.AST) -> Iterator[str]:
    """The names that a function gets or sets itself."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if isinstance(node, ast.arg):
        yield node.arg


def _shape(answer: str) -> str:
    module, dot, name = answer.rpartition(".")
    if module.replace(".", "").isidentifier():
        return f"{module}{dot}{_shape(name)}"
    return re.sub(r"(?<=\w)\w|\d", "·", answer)


def _is_same(given: str, answer: str) -> bool:
    """Whether two texts are one answer: in whatever letters, quotes, and forms of a word."""
    keys = words.keys(answer)
    return _plain(given) == _plain(answer) or bool(keys and keys == words.keys(given))


def _plain(text: str) -> str:
    return re.sub(r"[\s`*\"'.]", "", text).casefold()
