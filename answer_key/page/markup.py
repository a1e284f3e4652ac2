"""Text to HTML: Markdown prose and code, in which the quiz can hide what tells an answer."""

import builtins
import functools
import itertools
import keyword
import re
from collections.abc import Iterable, Iterator
from html import escape

from markdown_it import MarkdownIt
from markupsafe import Markup

from answer_key import blanks
from answer_key.claims import Claim
from answer_key.drawing import clean

# What is coloured, by the element that marks it: short, since no page has more of anything else.
# The rest, numbers too, is plain ink. One expression finds all of it in a tenth of a lexer's time,
# which was a third of the page's.
_COLOURED = re.compile(
    rf"""
    (?P<c> \#[^\n]* )
  | (?P<s> (?:\b[rbfuRBFU]{{1,2}})? (?: \"{{3}}.*?\"{{3}} | '{{3}}.*?'{{3}}
      | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' ) )
  | (?P<k> \b(?:{"|".join(keyword.kwlist)})\b )
  | (?P<b> ^[ ]*@[\w.]+ | (?<=\bdef[ ])\w+ | (?<=\bclass[ ])\w+
      | (?<![\w.])(?:{"|".join(filter(str.isidentifier, dir(builtins)))}|self|cls)\b )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)

# What the quiz asks for, and what else tells it: `quiz.css` shows gaps in place of them.
ASKED, MASKED = "ak-q", "ak-m"  # elements' names, short since there are thousands
_ELEMENTS = tuple((kind, f"<{kind}>", f"</{kind}>") for kind in (ASKED, MASKED))

# A range of characters that the quiz hides, and as which of these.
Hidden = tuple[int, int, str]
# For each of these what stands before and after it.
Tags = tuple[tuple[str, str, str], ...]


def hidden(claim: Claim) -> dict[int | None, tuple[Hidden, ...]]:
    """What the quiz hides of a claim, by the piece of its code; None is the sentence."""
    asked = blanks.asked(claim)
    kinds = [*((each, ASKED) for each in asked), *((e, MASKED) for e in blanks.masks(claim, asked))]
    found: dict[int | None, tuple[Hidden, ...]] = {}
    for blank, kind in kinds:
        found[blank.piece] = (*found.get(blank.piece, ()), (blank.start, blank.end, kind))
    return found


def sentence(text: str, hidden: Iterable[Hidden] = (), tags: Tags = _ELEMENTS) -> Markup:
    """A sentence's Markdown as HTML."""
    # Characters that mean nothing to Markdown stand for the tags meanwhile.
    marks = {kind: chr(0xE000 + 2 * place) for place, (kind, _, _) in enumerate(tags)}
    ends = {kind: chr(ord(mark) + 1) for kind, mark in marks.items()}
    for start, end, kind in sorted(hidden, reverse=True):
        text = f"{text[:start]}{marks[kind]}{text[start:end]}{ends[kind]}{text[end:]}"
    html = _markdown().renderInline(text)
    for kind, before, after in tags:
        html = re.sub(f"{marks[kind]}(.*?){ends[kind]}", rf"{before}\1{after}", html)
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
def code(text: str, hidden: tuple[Hidden, ...] = (), tags: Tags = _ELEMENTS) -> Markup:
    """Python code as coloured HTML."""
    opening = {kind: before for kind, before, _ in tags}
    closing = {kind: after for kind, _, after in tags}
    begins = {start: opening[kind] for start, _, kind in hidden}
    ends = {end: closing[kind] for _, end, kind in hidden}
    cuts = sorted({*begins, *ends})
    html = []
    for start, colour, value in _tokens(text):
        for offset, piece in _pieces(start, value, cuts):
            html += [ends.get(offset, ""), begins.get(offset, ""), _token(colour, piece)]
    return Markup("".join(html) + ends.get(len(text), ""))


def _tokens(text: str) -> Iterator[tuple[int, str | None, str]]:
    """What is coloured in a code, and what stands between: where, as what, and the text."""
    place = 0
    for found in _COLOURED.finditer(text):
        if place < found.start():
            yield place, None, text[place : found.start()]
        yield found.start(), found.lastgroup, found[0]
        place = found.end()
    if place < len(text):
        yield place, None, text[place:]


def _pieces(start: int, value: str, cuts: list[int]) -> list[tuple[int, str]]:
    """A token's text, cut where a blank begins or ends, each piece with its offset."""
    inner = [cut for cut in cuts if start < cut < start + len(value)]
    edges = [start, *inner, start + len(value)]
    return [(a, value[a - start : b - start]) for a, b in itertools.pairwise(edges)]


def _token(colour: str | None, text: str) -> str:
    told = escape(text, quote=False)
    return f"<ak-{colour}>{told}</ak-{colour}>" if colour else told
