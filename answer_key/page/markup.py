"""Text to HTML: Markdown prose, and code in which the quiz's answers can be blanked."""

import ast
import functools
import itertools
import re
from collections.abc import Iterable
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

from answer_key.drawing import clean

# What is coloured; the rest is plain ink.
_COLOURS = {
    Keyword: "keyword",
    Operator.Word: "keyword",
    String: "string",
    Number: "number",
    Comment: "comment",
    Name.Builtin: "name",
    Name.Exception: "name",
    Name.Function: "name",
    Name.Class: "name",
    Name.Decorator: "name",
}

# An answer, and the gap that stands for it while the quiz is on.
_BLANK = '<span class="ak-blank"><span class="ak-gap">?</span><span class="ak-told">'
_BLANK_END = "</span></span>"

Range = tuple[int, int]


def sentence(text: str) -> Markup:
    """A sentence's Markdown as HTML, its bold words blanks of the quiz."""
    html = _markdown().renderInline(text)
    html = html.replace("<strong>", f"<strong>{_BLANK}").replace(
        "</strong>", f"{_BLANK_END}</strong>"
    )
    return Markup(html)


@functools.cache
def inline(text: object) -> Markup:
    """One line of Markdown as HTML."""
    return Markup(_linked(_markdown().renderInline(str(text))))


def told(text: str) -> Markup:
    """One line in which only `code` is marked, as what a comparison tells."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def breakable(name: str) -> Markup:
    """A name that may be broken where a word of it begins, as in `IndexError`."""
    return Markup("<wbr>").join(re.split(r"(?<=[a-z.])(?=[A-Z])", name))


def prose(text: str) -> Markup:
    """Paragraphs of Markdown as HTML."""
    return Markup(_linked(_markdown().render(text)))


def _linked(html: str) -> str:
    """Where a claim is named by its id, lead to it: `q03::TestTypes::test_int32`."""
    return re.sub(r"<code>(q(\d\d)::\w+::test_(\w+))</code>", _link, html)


def _link(found: re.Match[str]) -> str:
    anchor, words = found[1].replace("::", "-"), found[3].replace("_", " ")
    return f'<a href="#ak-{anchor}">Q{int(found[2])}: {words}</a>'


@functools.cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading"])


def drawing(svg: str) -> Markup:
    """A drawing of a record as SVG in which nothing can run or load; in words, why it is none."""
    try:
        return Markup(clean(svg))
    except ValueError as error:
        return Markup(escape(f"This drawing is not shown: {error}."))


@functools.cache
def code(text: str) -> tuple[Markup, frozenset[str]]:
    """Python code as coloured HTML, and the names that stand for an answer in the quiz."""
    answers = [answer for node in _nodes(text) for answer in _answers(node)]
    starts = _line_starts(text)
    ranges = sorted(_range(answer, text, starts) for answer in answers)
    names = (part.id for answer in answers for part in answer if isinstance(part, ast.Name))
    return Markup(_coloured(text, ranges)), frozenset(names)


def _nodes(text: str) -> Iterable[ast.AST]:
    try:
        return ast.walk(ast.parse(text))
    except (SyntaxError, ValueError):  # a piece that cannot stand alone has no answers to blank
        return ()


def _answers(node: ast.AST) -> list[list[ast.expr]]:
    """What the quiz blanks in a statement: the right sides of its assertions."""
    if isinstance(node, ast.Assert):
        return [[node.test]] if not isinstance(node.test, ast.Compare) else [node.test.comparators]
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("raises", "warns"):
        expected = [*node.args, *(keyword.value for keyword in node.keywords)]
        return [expected] if expected else []
    return []


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _range(nodes: list[ast.expr], text: str, starts: list[int]) -> Range:
    """The characters from the first node to the last; Python counts columns in bytes."""
    lines = text.split("\n")  # as Python does, which knows no other ends of lines

    def position(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    first, last = nodes[0], nodes[-1]
    return (
        position(first.lineno, first.col_offset),
        position(last.end_lineno or 0, last.end_col_offset or 0),
    )


def _coloured(text: str, blanks: list[Range]) -> str:
    """The text's tokens in spans, and each range of characters in a blank of the quiz."""
    begins, ends = {start for start, _ in blanks}, {end for _, end in blanks}
    cuts = sorted(begins | ends)
    html = []
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    for start, kind, value in lexer.get_tokens_unprocessed(text):
        for offset, piece in _pieces(start, value, cuts):
            if offset in ends:
                html.append(_BLANK_END)
            if offset in begins:
                html.append(_BLANK)
            html.append(_token(kind, piece))
    if len(text) in ends:
        html.append(_BLANK_END)
    return "".join(html)


def _pieces(start: int, value: str, cuts: list[int]) -> list[tuple[int, str]]:
    """A token's text, cut where a blank begins or ends, each piece with its offset."""
    inner = [cut for cut in cuts if start < cut < start + len(value)]
    edges = [start, *inner, start + len(value)]
    return [(a, value[a - start : b - start]) for a, b in itertools.pairwise(edges)]


def _token(kind: Any, text: str) -> str:
    colour = _colour(kind)
    return f'<span class="ak-{colour}">{escape(text)}</span>' if colour else escape(text)


@functools.cache
def _colour(kind: Any) -> str | None:
    return next((name for parent, name in _COLOURS.items() if kind in parent), None)
