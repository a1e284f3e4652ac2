"""What differs about a claim between two records: the gravest, in words."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from answer_key import record
from answer_key.record import ASSERTIONS, Cell, Entry, Error
from answer_key.storage import printable

# What can differ, from the gravest on: a claim that still holds but shows other values; one that
# is no longer so, or newly so, without an error; an error that comes now; one that came before;
# another exception; another message; a claim that one record lacks, or of which each has another;
# one that a side did not check.
KINDS = (
    "value",
    "silent",
    "error",
    "possible",
    "exception",
    "message",
    "suite",
    "changed",
    "incomparable",
)
LONGEST_QUOTE = 200


@dataclass(frozen=True)
class Difference:
    """What differs about a claim, and in which cells, if it is not all of them.

    `flip` tells a claim that is "lost", so no more, from one that is "gained", newly so, and
    `exception` what it met where it is not so, but for a failed assertion.
    """

    kind: str
    what: str
    flip: str = ""
    exception: str = ""
    cells: tuple[str, ...] = ()


def between(before: Entry | None, after: Entry | None) -> Difference | None:
    """The gravest that differs between two entries of a claim, at least one of which there is."""
    if before is None or after is None:
        return Difference("suite", "is new" if before is None else "is gone")
    if before is after and after["cells"][0]["outcome"] != "unchecked":
        return None  # as most are of two kept records, found without looking closer
    if before["source"] != after["source"]:
        return Difference("changed", "the claim itself was changed between the runs")
    pairs = list(_checked_pairs(before, after))
    if not pairs:
        return Difference("incomparable", "was not checked on both sides")
    found: dict[Difference, list[Cell]] = {}
    for one, other in pairs:
        difference = _difference(one, other)
        if difference is not None:
            found.setdefault(difference, []).append(one)
    if not found:
        return None
    gravest, cells = min(found.items(), key=lambda item: KINDS.index(item[0].kind))
    if len(cells) == len(pairs):
        return gravest
    return replace(gravest, cells=tuple(map(_cell_name, cells)))


def _checked_pairs(before: Entry, after: Entry) -> Iterator[tuple[Cell, Cell]]:
    """The cells that both sides checked."""
    theirs = {record.key(cell): cell for cell in after["cells"]}
    for cell in before["cells"]:
        other = theirs.get(record.key(cell))
        if other is not None and "unchecked" not in (cell["outcome"], other["outcome"]):
            yield cell, other


def _cell_name(cell: Cell) -> str:
    params = ", ".join(f"{name}={value}" for name, value in sorted(cell.get("params", {}).items()))
    told = (cell.get("device"), cell.get("mode"), params)
    return printable(cell.get("case") or " ".join(filter(None, told)))


def _difference(before: Cell, after: Cell) -> Difference | None:
    if before["outcome"] != after["outcome"]:
        return _outcome_change(before, after)
    error, now = before.get("error"), after.get("error")
    if error is not None and now is not None:
        if _failure(error) != _failure(now):
            return Difference("exception", f"{_failure(error)} became {_failure(now)}")
        # The text of a failed assertion tells less than the sentence does.
        if error["message"] != now["message"] and error["type"] not in ASSERTIONS:
            _, told = _first_difference(error["message"].split("\n"), now["message"].split("\n"))
            return Difference("message", f"{_quoted(error['type'])} now says {told}")
    if _shown(before) != _shown(after):
        old, new = _first_difference(_shown(before), _shown(after))
        return Difference("value", f"it showed {old}, and shows {new}")
    return None


FLIPS = {("absent", "holds"): "gained", ("holds", "absent"): "lost"}
TOLD = {"gained": "is so now", "lost": "is no longer so", "": "was {}, is {}"}


def _outcome_change(before: Cell, after: Cell) -> Difference:
    was, now = before["outcome"], after["outcome"]
    flip = FLIPS.get((was, now), "")
    what = TOLD[flip].format(was, now)
    error = (before if now == "holds" else after).get("error")
    exception = _exception(error) if error is not None and error["type"] not in ASSERTIONS else ""
    told = after.get("error")
    if told is not None and (exception or now != "absent"):
        what += f" ({_exception(told)})"
    return Difference(_outcome_kind(before, after), what, flip, exception)


def _outcome_kind(before: Cell, after: Cell) -> str:
    """What another outcome is to code: silently different, an error now, or no longer one."""
    if "crashed" in (before["outcome"], after["outcome"]):
        return "error" if after["outcome"] == "crashed" else "possible"
    is_gained = after["outcome"] == "holds"
    error = (before if is_gained else after).get("error")
    # A claim about an error fails if that does not come.
    is_missing = error is not None and error["message"].startswith("DID NOT RAISE")
    if error is None or (error["type"] in ASSERTIONS and not is_missing):
        return "silent"
    return "error" if is_missing == is_gained else "possible"


def _exception(error: Error) -> str:
    first = error["message"].strip().split("\n")[0]
    return _quoted(error["type"]) + (f": {_quoted(first)}" if first else "")


def _failure(error: Error) -> str:
    return "a failed assertion" if error["type"] in ASSERTIONS else _quoted(error["type"])


def _first_difference(old: list[str], new: list[str]) -> tuple[str, str]:
    """The first lines that differ, as code; of long ones the part in which they do."""
    pairs = itertools.zip_longest(old, new, fillvalue="")
    before, after = next((one, other) for one, other in pairs if one != other)
    alike = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))
    same = len(list(alike))
    if same > LONGEST_QUOTE // 2:
        before, after = (f"…{line[same - 20 :]}" for line in (before, after))
    return _quoted(before), _quoted(after)


def _shown(cell: Cell) -> list[str]:
    """What a cell printed and exhibited, by lines."""
    lines = cell["output"].removesuffix("\n").split("\n") if "output" in cell else []
    for exhibit in cell.get("exhibits", ()):
        lines.append(exhibit["caption"])
        if exhibit["kind"] == "table":
            lines += [_row(row) for row in (exhibit["columns"], *exhibit["rows"])]
        else:
            lines += [exhibit["told"], exhibit["svg"]]
    return lines


def _row(values: list[record.Scalar]) -> str:
    return " | ".join(str(value).replace("|", r"\|") for value in values)


def _quoted(line: str) -> str:
    """A line as code, so that nothing in it acts as Markdown or as a mention; cut at a word."""
    if len(line) > LONGEST_QUOTE:
        head = line[:LONGEST_QUOTE]
        at_word = head.rpartition(" ")[0]
        line = f"{at_word if len(at_word) > LONGEST_QUOTE // 2 else head}…"
    return f"`{printable(line).replace('`', chr(39))}`" if line else "nothing"
