"""What a claim asks in the quiz, on cards and in practice, and where else its card tells it.

A claim asks for one thing, by these rules, the first that fits:

1. What it says itself: `@asks("float32")`, which stands in its sentence or in its code.
2. The bold words of its sentence, unless they are filler or a coin toss ("not", "same", "even"),
   or so many other places of the card tell them that to hide these would hide what it is about.
3. The right side of its last assertion that is short and a literal: a number, a text, a name such
   as `module.int32`, a few of them in a list; `None`, but not `True`; the class of an `isinstance`.
   Never a whole table, an expression, a variable, a number of three decimals, or a bare `assert`;
   nor what stands in the code twice, for it is not known but copied.
4. Else nothing: it is no card.

Wherever the card tells the answer, it is masked, too: the words themselves, other forms of them
(`learned` for "learns"), names made of them (`LearnedSlope`), a number written as a word, and
`pytest.raises(…)` if the answer is that something fails.
"""

import ast
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answer_key import words
from answer_key.claims import Claim
from answer_key.words import Range

LONGEST = 40  # characters of an answer in the code
MOST_MASKS = 8  # other places of a sentence and a claim's own code that tell it

# What `pytest.raises` and `pytest.warns` tell, by the stems of answers.
_FAILING = {stem: "pytest.raises(" for stem in ("rais", "refus", "fail", "error", "reject")}
_FAILING["warn"] = "pytest.warns("


@dataclass(frozen=True)
class Blank:
    """A range of characters of a claim's sentence, or of a piece of its code, and what is there.

    `piece` counts the pieces of `Claim.code`; the sentence is None.
    """

    piece: int | None
    start: int
    end: int
    answer: str


@functools.cache
def asked(claim: Claim) -> tuple[Blank, ...]:
    """What a claim asks for: nothing, one thing, or all bold words of its sentence."""
    if claim.asks is not None:
        return tuple(_declared(claim))
    told, body = of_sentence(claim), len(claim.code) - 1
    if told and sum(mask.piece in (None, body) for mask in masks(claim, told)) <= MOST_MASKS:
        return told
    literals = ((blank,) for blank in reversed(of_code(claim)))
    return next((each for each in literals if not _stands_twice(claim, each)), ())


def _stands_twice(claim: Claim, literal: Sequence[Blank]) -> bool:
    return any(mask.piece is not None for mask in masks(claim, literal))


def of_sentence(claim: Claim) -> tuple[Blank, ...]:
    """The bold words of a claim's sentence; nothing if one of them is filler."""
    found = re.finditer(r"\*\*(.+?)\*\*", claim.sentence)
    blanks = [Blank(None, *each.span(1), each[1].replace("`", "")) for each in found]
    return tuple(blanks) if all(words.keys(blank.answer) for blank in blanks) else ()


def of_code(claim: Claim) -> tuple[Blank, ...]:
    """The short literals that a claim's assertions expect, in order.

    Each is an expression: the code with a name in its place is still Python.
    """
    text, piece = claim.code[-1], len(claim.code) - 1
    nodes = [each for node in _nodes(text) for each in _expected(node) if _is_short(each)]
    ranges = sorted(extent(node, text) for node in nodes)
    blanks = [Blank(piece, start, end, text[start:end]) for start, end in ranges]
    return tuple(blank for blank in blanks if words.keys(blank.answer))


def masks(claim: Claim, blanks: Sequence[Blank]) -> list[Blank]:
    """Where else a claim's sentence and code tell the answers of blanks."""
    found = []
    for piece, text in [(None, claim.sentence), *enumerate(claim.code)]:
        own = [(blank.start, blank.end) for blank in blanks if blank.piece == piece]
        told = hidden(blanks, text)
        if piece is not None:
            told = words.joined([*told, *_failures(blanks, text)], text)
        found += [
            Blank(piece, start, end, text[start:end])
            for start, end in told
            if not any(start < last and first < end for first, last in own)
        ]
    return found


def hidden(blanks: Sequence[Blank], text: str) -> list[Range]:
    """Where a text, such as an output or a heading, tells the answers of blanks."""
    return words.tells((words.keys(blank.answer) for blank in blanks), text)


def _declared(claim: Claim) -> Iterator[Blank]:
    """Where the text that a claim asks for stands: in its sentence, or last in its code."""
    last = len(claim.code) - 1
    for piece, text in ((None, claim.sentence), (last, claim.code[last])):
        start = text.rfind(claim.asks) if claim.asks else -1
        if start >= 0:
            yield Blank(piece, start, start + len(claim.asks or ""), claim.asks or "")
            return


def _failures(blanks: Sequence[Blank], text: str) -> Iterator[Range]:
    """The calls in a code that tell that something fails, if that is an answer."""
    stems = {key[0] for blank in blanks for key in words.keys(blank.answer) if len(key) == 1}
    calls = {_FAILING[stem] for stem in stems & _FAILING.keys()}
    for node in _nodes(text) if calls else ():
        if isinstance(node, ast.Call) and ast.unparse(node).startswith(tuple(calls)):
            yield extent(node, text)


@functools.lru_cache(maxsize=2**12)
def _nodes(text: str) -> tuple[ast.AST, ...]:
    try:
        return tuple(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):  # a piece that cannot stand alone asks for nothing
        return ()


def extent(node: ast.expr, text: str) -> Range:
    """The characters of an expression; Python counts columns in bytes."""
    lines = text.split("\n")  # as Python does, which knows no other ends of lines

    def position(line: int, column: int) -> int:
        before = sum(len(each) + 1 for each in lines[: line - 1])
        return before + len(lines[line - 1].encode()[:column].decode())

    return (
        position(node.lineno, node.col_offset),
        position(node.end_lineno or 0, node.end_col_offset or 0),
    )


def _expected(node: ast.AST) -> Iterator[ast.expr]:
    """What an assertion says that something is."""
    test = node.test if isinstance(node, ast.Assert) else None
    if isinstance(test, ast.Compare) and isinstance(test.ops[-1], ast.Eq | ast.Is):
        yield _exact(test.comparators[-1])
    if isinstance(test, ast.Call) and ast.unparse(test.func) == "isinstance":
        yield test.args[1]


def _exact(node: ast.expr) -> ast.expr:
    """What `pytest.approx` is given."""
    is_about = isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.approx"
    return node.args[0] if is_about and isinstance(node, ast.Call) else node


def _is_short(node: ast.expr) -> bool:
    text = ast.unparse(node)
    return len(text) <= LONGEST and not re.search(r"\.\d{3}", text) and _is_literal(node)


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, bool)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and _is_literal(node.operand)
    if isinstance(node, ast.List | ast.Tuple):
        return all(isinstance(each, ast.Constant) or _is_literal(each) for each in node.elts)
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute)
