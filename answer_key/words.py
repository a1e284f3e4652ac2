"""Where a text tells an answer: by its words, other forms of them, or names made of them."""

import functools
import re
from collections.abc import Iterable

Range = tuple[int, int]
Key = tuple[str, ...]  # the stems of a word or a name; it is told where these stand in this order

# Words that ask for nothing, alone: what they say can be guessed, or is grammar.
_FILLER = """
    a again all almost alone already alike also always an and another any anything are as at away
    be been being both but by can cannot could do does done each either equal even ever every
    everything exactly few for from had has have here how in into is it its itself just less
    many may might more most much must neither never new no none nor not nothing now of off on once
    one only onto or other others out own really same several should so some something still such
    than that the their them then there these they this those to together too under up was were
    what when where whether which while who whose will with without yes yet you your true false
"""
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"
FILLER = frozenset([*_FILLER.split(), "True", "False"])
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS.split())}

_NUMBER = r"\d[\d_]*(?:\.\d+)?"
_TOKEN = re.compile(rf"(?<![\w)\]])-?{_NUMBER}(?!\w)|\w+")
# `LearnedSlope_2` has three units, `float32` two.
_UNIT = re.compile(rf"{_NUMBER}|[A-Z]{{2,}}s?(?![a-z])|[A-Z]?[a-z]+|[^\W_]")
_ENDING = re.compile("(?:izations?|ations?|ions?|ings?|edly|ed|es|ers?|ly|s|e|y)$")
_SHORTEST = 4  # of a stem, and of what tells an answer within a longer word


@functools.cache
def keys(answer: str) -> frozenset[Key]:
    """What tells an answer: each of its words that is no filler; none if it asks for nothing.

    Of a dotted name that is the last part, of a list the whole of it.
    """
    is_list = re.fullmatch(r"[\[(].*[\])]", answer)
    words = [answer] if is_list else re.findall(r"[\w.]*\w", answer)
    is_quoted = answer[:1] in ("'", '"')  # then it is a value, whatever word it is
    names = [_stems(_last(word)) for word in words if is_quoted or word not in FILLER]
    if not any(names):
        return frozenset()
    wholes = [[_whole(stems)] for stems in names if stems and not stems[0][0].isdigit()]
    phrase = _stems(" ".join(map(_last, words)))
    return frozenset(tuple(told) for told in (*names, *wholes, phrase) if told)


def tells(answers: Iterable[frozenset[Key]], text: str) -> list[Range]:
    """The words and numbers of a text that tell answers, as ranges of characters."""
    keys = frozenset[Key]().union(*answers)
    return joined({place for key in keys for place in _places(key, text)}, text)


@functools.lru_cache(maxsize=2**16)
def _places(key: Key, text: str) -> frozenset[Range]:
    """Where a text has a key's stems in this order, or a name that is the key."""
    units, wholes = _parts(text)
    found = {span for whole, span in wholes if key == (whole,)}
    begins = [place for place, (unit, _) in enumerate(units) if _is_told(key[0], unit)]
    for part in (units[place : place + len(key)] for place in begins):
        if len(part) == len(key) and all(map(_is_told, key[1:], (unit for unit, _ in part[1:]))):
            start, end = part[0][1][0], part[-1][1][1]
            found |= {(start, end)} if ":" not in text[start:end] else set()  # not a slice
    return frozenset(found)


def joined(ranges: Iterable[Range], text: str) -> list[Range]:
    """Ranges in order, those made one that overlap or that only a dot or the like joins."""
    whole: list[Range] = []
    for start, end in sorted(ranges):
        if whole and re.fullmatch(r"[.=-]?", text[whole[-1][1] : start]):
            first, last = whole.pop()
            start, end = first, max(end, last)
        whole.append((start, end))
    return whole


def _last(word: str) -> str:
    """The last part of a dotted name."""
    return word.rpartition(".")[2] if word[0].isalpha() else word


def _stems(text: str) -> list[str]:
    """The stems of words and parts of names; of numbers in names, those of several digits."""
    return [
        _stem(unit)
        for token in _TOKEN.findall(text)
        for unit in _UNIT.findall(token)
        if unit == token.lstrip("-") or not (unit.isdigit() and len(unit) == 1)
    ]


@functools.lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[list[tuple[str, Range]], list[tuple[str, Range]]]:
    """The stems of a text and its names of several, each with where its word or name stands."""
    tokens = [(_stems(token[0]), token.span()) for token in _TOKEN.finditer(text)]
    units = [(stem, span) for stems, span in tokens for stem in stems]
    return units, [(_whole(stems), span) for stems, span in tokens if len(stems) > 1]


@functools.cache
def _stem(word: str) -> str:
    """A word without its ending; a number as it is usually written."""
    word = word.lower()
    if word[0].isdigit():
        return word.replace("_", "").removesuffix(".0")
    ending = _ENDING.search(word, _SHORTEST)
    if ending is None or word.removesuffix("s") in _DIGITS:
        word = re.sub(r"(?<=\w\w[^s])s$", "", word)
        return _DIGITS.get(word, word)
    word = word[: ending.start()]
    if word.endswith("i"):  # "copies"
        return word[:-1] + "y"
    return re.sub(r"([^aeioulsfz])\1$", r"\1", word)  # "dropped"


def _whole(stems: Iterable[str]) -> str:
    """A name as if it were one word: `NumPy` as "numpy"."""
    return _stem("".join(stems))


def _is_told(answer: str, unit: str) -> bool:
    if len(answer) < _SHORTEST or answer[0].isdigit():
        return unit == answer
    return unit.startswith(answer) or unit.endswith(answer)
