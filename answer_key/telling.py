"""Drift in words: for a terminal, as an issue, and for programs."""

import itertools
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict

from answer_key.drift import Change, Drift
from answer_key.storage import printable

HEADINGS = {
    "value": "Silently different",
    "silent": "Silently different",
    "error": "An error now",
    "possible": "Newly possible",
    "exception": "Fails with another exception",
    "message": "Fails with another message",
}
NOT_COMPARABLE = {
    "suite": "in one record only",
    "changed": "changed themselves",
    "incomparable": "not checked on both sides",
}
# GitHub takes no more in the body of an issue.
LONGEST_MARKDOWN = 65_000
# Lines of the user's code that are shown of each change.
MOST_LINES = 5
# As wide as a terminal that does not tell.
WIDTH = 100
NARROWEST = 40
MARKED = re.compile(r"`([^`\n]+)`|\*\*(.+?)\*\*")

LINK = re.compile(r"\[([^]]+)\]\(([^)]+)\)")


# What all forms tell


def by_cause(
    drift: Drift, kinds: Iterable[str] = tuple(HEADINGS)
) -> Iterator[tuple[str, str, list[tuple[str, list[Change]]]]]:
    """What is because of the same: how to call that, what undoes it, the changes by gravity."""
    for cause, group in itertools.groupby(drift.of(*kinds), key=lambda change: change.cause):
        changes = list(group)
        headed = itertools.groupby(changes, key=lambda change: HEADINGS[change.kind])
        gravity = [(heading, list(each)) for heading, each in headed]
        yield _cause(drift, cause), undone(drift, changes), gravity


def _cause(drift: Drift, axes: Sequence[str]) -> str:
    if axes:
        return f"Because of {' and '.join(str(drift.moved[axis]) for axis in axes)}"
    if not drift.moved:
        return "With the same versions"
    *first, last = (move.label for move in drift.moved.values())
    return f"Cause not known: {', '.join(first)} or {last}"


def undone(drift: Drift, changes: Sequence[Change]) -> str:
    """How many changes each remedy undoes; nothing if none does."""
    told = []
    for name, text in drift.remedies.items():
        count = sum(name in change.undone_by for change in changes)
        told += [f"{count} of {len(changes)} undone by {text}."] * bool(count)
    return " ".join(told)


def facts(change: Change) -> list[tuple[str, str]]:
    """What is told of a change, each with its word: what was, what is, what to do instead."""
    where = _where(change.cells)
    if change.was and change.now:
        raises, _, exception = change.what.partition(" ")
        told = [("was", change.was), ("is", f"{change.now}{where}")]
        told += [("instead", change.instead), (raises, exception)]
    else:
        told = [("", change.sentence), ("instead", change.instead), ("", f"{change.what}{where}")]
    told += [("in", _lines(change.lines))]
    return [(word, text) for word, text in told if text]


def _lines(lines: Sequence[str]) -> str:
    """Some lines of code, and a count of the rest."""
    shown = [f"`{printable(line).replace('`', chr(39))}`" for line in lines[:MOST_LINES]]
    rest = len(lines) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def _where(cells: Sequence[str]) -> str:
    return f" [{'; '.join(cells[:3])}{' …' if len(cells) > 3 else ''}]" if cells else ""


def not_comparable(drift: Drift) -> str:
    """What says nothing of the subject, on one line; nothing if there is no such."""
    counts = [(len(drift.of(kind)), what) for kind, what in NOT_COMPARABLE.items()]
    told = ", ".join(f"{count} {what}" for count, what in counts if count)
    return f"Not comparable: {told}." if told else ""


def summary(drift: Drift) -> str:
    """How many claims were compared, and how many of each kind of change there are."""
    if not drift.compared:
        return "0 claims compared, so nothing is known."
    headings = [HEADINGS[kind].lower() for kind in HEADINGS for _ in drift.of(kind)]
    told = [f"{count} {heading}" for heading, count in Counter(headings).items()]
    nothing = "no difference" if drift.others is None else "nothing that concerns this code"
    counts = f"{drift.compared} claims compared: {', '.join(told) or nothing}."
    if not drift.others:
        return counts
    others = "1 other change does" if drift.others == 1 else f"{drift.others} other changes do"
    return f"{counts} {others} not concern this code."


# For a terminal


def as_text(drift: Drift) -> str:
    """The drift as wide as the terminal; in it `code` and **bold** are marked word by word."""
    width = max(shutil.get_terminal_size((WIDTH, 24)).columns, NARROWEST)
    lines = _wrapped(drift.old, width, "From ", "     ") + _wrapped(
        drift.new, width, "  to ", "     "
    )
    for cause, remedy, gravity in by_cause(drift):
        count = sum(len(changes) for _, changes in gravity)
        lines += ["", *_wrapped(f"{cause}: {count}", width, "", "")]
        lines += _wrapped(remedy, width, "  ", "  ") if remedy else []
        for heading, changes in gravity:
            lines += [f"  {heading}: {len(changes)}"]
            lines += [line for change in changes for line in _change(change, width)]
    rest = not_comparable(drift)
    lines += ["", *_wrapped(rest, width, "", "")] if rest else []
    return "\n".join([*lines, "", *_wrapped(summary(drift), width, "", "")])


def _change(change: Change, width: int) -> Iterator[str]:
    yield f"    {change.label}  {change.where}".rstrip()
    for word, text in facts(change):
        first = f"      {word:<9}" if word else " " * 6
        text = LINK.sub(r"\1 (\2)", text) if word == "instead" else text
        yield from _wrapped(text, width, first, " " * max(len(first), 8))


def _wrapped(text: str, width: int, first: str, rest: str) -> list[str]:
    """The lines of a text; what is marked in it is marked anew on each, word by word."""
    longest = width - max(len(first), len(rest))
    words = _marked_by_word(re.sub(rf"(\S{{{longest}}})(?=\S)", r"\1 ", text)).split(" ")
    lines = [first + words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if len(plain(longer)) <= width:
            lines[-1] = longer
        else:
            lines.append(rest + word)
    return lines


def _marked_by_word(text: str) -> str:
    def mark(found: re.Match[str]) -> str:
        sign = "`" if found[1] else "**"
        inner = found[1] or _marked_by_word(found[2])
        return " ".join(f"{sign}{word}{sign}" if word else "" for word in inner.split(" "))

    return MARKED.sub(mark, text)


def plain(text: str) -> str:
    """A text without its marks."""
    return MARKED.sub(lambda found: found[1] or plain(found[2]), text)


# As an issue


def as_markdown(drift: Drift) -> str:
    """The drift as the body of an issue, the least grave cut off where it would be too long."""
    blocks = [f"{_code(drift.old)} → {_code(drift.new)}\n\n{summary(drift)}\n"]
    for cause, remedy, gravity in by_cause(drift):
        blocks += [f"\n### {_inactive(cause)}\n", f"\n{remedy}\n" * bool(remedy)]
        for heading, changes in gravity:
            blocks += [f"\n#### {heading} ({len(changes)})\n\n", *map(_item, changes)]
    rest = not_comparable(drift)
    return _cut([*blocks, f"\n{rest}\n" * bool(rest)])


def _item(change: Change) -> str:
    where = f" ({_code(change.where)})" if change.where else ""
    lines = [
        f"{word}: {text if word == 'instead' else _prose(text)}" if word else _prose(text)
        for word, text in facts(change)
    ]
    return f"- **{change.label}**{where} " + "\n  ".join(lines) + "\n"


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`"


def _prose(sentence: str) -> str:
    """A sentence in whose Markdown only **bold** and `code` act."""
    pieces = re.split(r"(`[^`]+`|\*\*)", sentence)
    is_bold_paired = pieces.count("**") % 2 == 0
    return "".join(
        piece if number % 2 and (piece != "**" or is_bold_paired) else _inactive(piece)
        for number, piece in enumerate(pieces)
    )


def _inactive(text: str) -> str:
    """A text in which no Markdown acts, nor what GitHub looks for once it has made HTML of it."""
    text = re.sub(r"([\\`*_~<>\[\]&$:|]|(?<=www)\.)", r"\\\1", text)
    return re.sub("[@#]", "\\g<0>\u200b", text)


def _cut(blocks: list[str]) -> str:
    length = 0
    for number, block in enumerate(blocks):
        length += len(block)
        if length > LONGEST_MARKDOWN - 100:
            left = sum(block.startswith("- ") for block in blocks[number:])
            return "".join(blocks[:number]) + f"\n… and {left} more.\n"
    return "".join(blocks)


# For programs


def as_json(drift: Drift) -> str:
    """The drift with an object a change; `is` is what its field `now` says."""
    changes = [_renamed(asdict(change) | {"label": change.label}) for change in drift.changes]
    return json.dumps({**asdict(drift), "changes": changes}, indent=1)


def _renamed(change: dict[str, object]) -> dict[str, object]:
    return {"is" if name == "now" else name: value for name, value in change.items()}


FORMATS: dict[str, Callable[[Drift], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
