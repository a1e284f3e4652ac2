"""Drift: what differs between two records, as sentences, the gravest first."""

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from answer_key import record
from answer_key.record import ASSERTIONS, Cell, Entry, Record
from answer_key.storage import printable

# What can differ, from the gravest on: a claim that still holds but shows other values; another
# outcome; another exception; another message; a claim that one record lacks, or of which each has
# another; one that a side did not check.
KINDS = ("value", "outcome", "exception", "message", "suite", "changed", "incomparable")
HEADINGS = {
    "value": "Silently different",
    "outcome": "No longer so, or newly so",
    "exception": "Fails with another exception",
    "message": "Fails with another message",
    "suite": "In one record only",
    "changed": "Changed themselves, so not comparable",
    "incomparable": "Not comparable",
}
# What says nothing of the subject: the claims, or the machines, differ.
APART = ("suite", "changed", "incomparable")
# What counts as drift; messages only if asked to.
GRAVE = ("value", "outcome", "exception")
# GitHub takes no more in the body of an issue.
LONGEST_MARKDOWN = 65_000
LONGEST_QUOTE = 200


@dataclass(frozen=True)
class Change:
    """What differs about one claim; `cells` names the cells, if it is not all of them.

    The texts are from a record, so they are single lines in which nothing acts on a terminal.
    """

    kind: str
    claim: str
    sentence: str
    what: str
    cells: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its question as readers know it: `Q3`."""
        return f"Q{int(self.claim.partition('::')[0].removeprefix('q'))}"


@dataclass(frozen=True)
class Drift:
    """The differences between two records, by question and gravity."""

    old: str
    new: str
    compared: int
    changes: tuple[Change, ...]

    def of(self, kind: str) -> list[Change]:
        return [change for change in self.changes if change.kind == kind]

    def fails(self, messages: bool) -> bool:
        """Whether behaviour differs; messages alone count only if asked to."""
        grave = (*GRAVE, "message") if messages else GRAVE
        return any(change.kind in grave for change in self.changes)

    def exit_code(self, messages: bool = False) -> int:
        """0 without drift, 1 with it, 4 if nothing could be compared, which is no good news."""
        return int(self.fails(messages)) if self.compared else 4


def compare(old: Record, new: Record, labels: Mapping[str, str]) -> Drift:
    """Compare two records claim by claim and cell by cell; `labels` are those of the axes."""
    keys = sorted(old["claims"].keys() | new["claims"].keys())
    changes = [change for key in keys if (change := _change(key, old, new)) is not None]
    incomparable = {change.claim for change in changes if change.kind in APART}
    changes.sort(key=lambda change: KINDS.index(change.kind))
    return Drift(
        _name(old, labels), _name(new, labels), len(keys) - len(incomparable), tuple(changes)
    )


def _name(found: Record, labels: Mapping[str, str]) -> str:
    ran_on = record.versions(found)
    axes = [axis for axis in dict.fromkeys([*labels, *ran_on]) if axis in ran_on]
    return ", ".join(f"{labels.get(axis, axis)} {printable(ran_on[axis])}" for axis in axes)


def _change(key: str, old: Record, new: Record) -> Change | None:
    before, after = old["claims"].get(key), new["claims"].get(key)
    if before is None or after is None:
        known = after or before
        assert known is not None
        what = "is new" if before is None else "is gone"
        return Change("suite", key, printable(known["sentence"]), what)
    kind, what, cells = _comparison(before, after)
    return Change(kind, key, printable(after["sentence"]), what, cells) if what else None


def _comparison(before: Entry, after: Entry) -> tuple[str, str, tuple[str, ...]]:
    """The gravest that differs between two entries: its kind, what it is, and in which cells."""
    if before["source"] != after["source"]:
        return "changed", "the claim itself was changed between the runs", ()
    pairs = list(_checked_pairs(before, after))
    if not pairs:
        return "incomparable", "was not checked on both sides", ()
    found: dict[tuple[str, str], list[str]] = {}
    for one, other in pairs:
        difference = _difference(one, other)
        if difference is not None:
            found.setdefault(difference, []).append(_cell_name(one))
    if not found:
        return "", "", ()
    (kind, what), cells = min(found.items(), key=lambda item: KINDS.index(item[0][0]))
    return kind, what, tuple(cells) if len(cells) < len(pairs) else ()


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


def _difference(before: Cell, after: Cell) -> tuple[str, str] | None:
    """The kind of what differs between two cells, and what it is; None if nothing does."""
    if before["outcome"] != after["outcome"]:
        return "outcome", _outcome_change(before, after)
    error, now = before.get("error"), after.get("error")
    if error is not None and now is not None:
        if error["type"] != now["type"]:
            return "exception", f"{_quoted(error['type'])} became {_quoted(now['type'])}"
        # The text of a failed assertion tells less than the sentence does.
        if error["message"] != now["message"] and error["type"] not in ASSERTIONS:
            _, told = _first_difference(error["message"].split("\n"), now["message"].split("\n"))
            return "message", f"{_quoted(error['type'])} now says {told}"
    if _shown(before) != _shown(after):
        old, new = _first_difference(_shown(before), _shown(after))
        return "value", f"it showed {old}, and shows {new}"
    return None


def _outcome_change(before: Cell, after: Cell) -> str:
    was, now = before["outcome"], after["outcome"]
    told = {("absent", "holds"): "is so now", ("holds", "absent"): "is no longer so"}
    what = told.get((was, now), f"was {was}, is {now}")
    error = after.get("error")
    if error is None or (now == "absent" and error["type"] in ASSERTIONS):
        return what
    says = f": {_quoted(_first_line(error['message']))}" if error["message"].strip() else ""
    return f"{what} ({_quoted(error['type'])}{says})"


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


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0]


def _quoted(line: str) -> str:
    """A line as code, so that nothing in it acts as Markdown or as a mention."""
    return f"`{printable(line[:LONGEST_QUOTE]).replace('`', chr(39))}`" if line else "nothing"


# Formats


def as_text(drift: Drift) -> str:
    """The drift for a terminal: a heading for each kind, under it the questions' changes."""
    lines = [f"From {drift.old}", f"  to {drift.new}", ""]
    for kind in KINDS:
        changes = drift.of(kind)
        lines += [f"{HEADINGS[kind]}: {len(changes)}"] * bool(changes)
        for label, group in itertools.groupby(changes, key=lambda change: change.label):
            lines += [f"  {label}"]
            for change in group:
                where = _where(change.cells)
                lines += [f"    {change.sentence}", f"      {change.what}{where}"]
        lines += [""] * bool(changes)
    return "\n".join([*lines, summary(drift)])


def as_markdown(drift: Drift) -> str:
    """The drift as the body of an issue, the least grave cut off where it would be too long."""
    blocks = [f"{_quoted(drift.old)} → {_quoted(drift.new)}\n\n{summary(drift)}\n"]
    for kind in KINDS:
        changes = drift.of(kind)
        blocks += [f"\n### {HEADINGS[kind]} ({len(changes)})\n\n"] * bool(changes)
        blocks += [
            f"- **{change.label}** {_prose(change.sentence)}\n"
            f"  {change.what}{_where([_quoted(cell) for cell in change.cells])}\n"
            for change in changes
        ]
    return _cut(blocks)


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


def as_json(drift: Drift) -> str:
    return json.dumps(asdict(drift), indent=1)


def _where(cells: Sequence[str]) -> str:
    return f" [{'; '.join(cells[:3])}{' …' if len(cells) > 3 else ''}]" if cells else ""


def summary(drift: Drift) -> str:
    """How many claims were compared, and how many of each kind of change there are."""
    counts = [f"{len(drift.of(kind))} {HEADINGS[kind].lower()}" for kind in KINDS if drift.of(kind)]
    return f"{drift.compared} claims compared: {', '.join(counts) or 'no difference'}."


FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}
