"""Drift: what differs between two records, as sentences, the gravest first."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from answer_key.record import ASSERTIONS, FAILURES, Record, unfold

# What can differ, from the gravest on: a claim that still holds but shows other values; another
# outcome; another exception; another message; a claim that one record lacks; one that cannot be
# compared, because a side did not check it or the claim itself differs.
KINDS = ("value", "outcome", "exception", "message", "suite", "incomparable")
HEADINGS = {
    "value": "Silently different",
    "outcome": "No longer so, or newly so",
    "exception": "Fails with another exception",
    "message": "Fails with another message",
    "suite": "In one record only",
    "incomparable": "Not comparable",
}
# What counts as drift; messages only if asked to.
GRAVE = ("value", "outcome", "exception")
# GitHub takes no more in the body of an issue.
LONGEST_MARKDOWN = 65_000


@dataclass(frozen=True)
class Change:
    """What differs about one claim; `cells` names the cells, if it is not all of them."""

    kind: str
    claim: str
    question: str
    sentence: str
    what: str
    cells: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its question as readers know it: `Q3`."""
        return f"Q{int(self.question.removeprefix('q'))}"


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


def compare(old: Record, new: Record) -> Drift:
    """Compare two records claim by claim and cell by cell."""
    names = [_name(record) for record in (old, new)]
    keys = sorted(old["claims"].keys() | new["claims"].keys())
    changes = [change for key in keys for change in _changes(key, old, new)]
    incomparable = {change.claim for change in changes if change.kind in ("suite", "incomparable")}
    changes.sort(key=lambda change: KINDS.index(change.kind))
    return Drift(names[0], names[1], len(keys) - len(incomparable), tuple(changes))


def _name(record: Record) -> str:
    environment = record["environment"]
    return ", ".join(
        f"{label} {environment[axis]}"
        for label, axis in (("TensorFlow", "tensorflow"), ("Keras", "keras"), ("NumPy", "numpy"))
    )


def _changes(key: str, old: Record, new: Record) -> Iterator[Change]:
    before, after = old["claims"].get(key), new["claims"].get(key)
    known = after or before
    assert known is not None
    facts = {"claim": key, "question": known["question"], "sentence": known["sentence"]}
    if before is None or after is None:
        yield Change("suite", what="is new" if before is None else "is gone", **facts)
        return
    if before["source"] != after["source"]:
        yield Change("incomparable", what="the claim itself was changed between the runs", **facts)
        return
    if before == after and after["outcome"] != "unchecked":
        return
    pairs = list(_checked_pairs(before, after))
    if not pairs:
        yield Change("incomparable", what="was not checked on both sides", **facts)
        return
    found: dict[tuple[str, str], list[str]] = {}
    for cell, one, other in pairs:
        difference = _difference(one, other)
        if difference is not None:
            found.setdefault(difference, []).append(cell)
    if found:
        (kind, what), cells = min(found.items(), key=lambda item: KINDS.index(item[0][0]))
        yield Change(
            kind, what=what, cells=tuple(cells) if len(cells) < len(pairs) else (), **facts
        )


def _checked_pairs(before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """The cells that both sides checked, with what to call them."""
    ours, theirs = ({_cell_name(cell): cell for cell in unfold(entry)} for entry in (before, after))
    for name, cell in ours.items():
        other = theirs.get(name)
        if other is not None and "unchecked" not in (cell["outcome"], other["outcome"]):
            yield name, cell, other


def _cell_name(cell: dict[str, Any]) -> str:
    params = ", ".join(f"{name}={value}" for name, value in sorted(cell["params"].items()))
    return " ".join(filter(None, (cell["device"], cell["mode"], params)))


def _difference(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, str] | None:
    """The kind of what differs between two cells, and what it is; None if nothing does."""
    if before["outcome"] != after["outcome"]:
        return "outcome", _outcome_change(before, after)
    error, now = before.get("error", {}), after.get("error", {})
    if error.get("type") != now.get("type"):
        return "exception", f"`{error.get('type')}` became `{now.get('type')}`"
    # The text of a failed assertion tells less than the sentence does.
    if error.get("message") != now.get("message") and error["type"] not in ASSERTIONS:
        _, told = _first_difference(error["message"].split("\n"), now["message"].split("\n"))
        return "message", f"`{error['type']}` now says {told}"
    if _shown(before) != _shown(after):
        old, new = _first_difference(_shown(before), _shown(after))
        return "value", f"it showed {old}, and shows {new}"
    return None


def _outcome_change(before: dict[str, Any], after: dict[str, Any]) -> str:
    was, now = before["outcome"], after["outcome"]
    told = {("absent", "holds"): "is so now", ("holds", "absent"): "is no longer so"}
    what = told.get((was, now), f"was {was}, is {now}")
    error = after.get("error", {})
    if now in FAILURES or (now == "absent" and error.get("type") not in ASSERTIONS):
        what += f" (`{error.get('type')}`: {_quoted(error.get('message', ''))})"
    return what


def _first_difference(old: list[str], new: list[str]) -> tuple[str, str]:
    """The first lines that differ, as code."""
    pairs = itertools.zip_longest(old, new, fillvalue="")
    before, after = next((one, other) for one, other in pairs if one != other)
    return _quoted(before), _quoted(after)


def _shown(cell: dict[str, Any]) -> list[str]:
    exhibits = [json.dumps(each, ensure_ascii=False) for each in cell.get("exhibits", ())]
    return [*cell.get("output", "").splitlines(), *exhibits]


def _quoted(text: str) -> str:
    """The first line as code, so that nothing in it acts as Markdown or as a mention."""
    line = text.strip().split("\n")[0][:200].replace("`", "'")
    return f"`{line}`" if line else "nothing"


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
                lines += [f"    {change.sentence}", f"      {_told(change)}"]
        lines += [""] * bool(changes)
    return "\n".join([*lines, summary(drift)])


def as_markdown(drift: Drift) -> str:
    """The drift as the body of an issue, the least grave cut off where it would be too long."""
    blocks = [f"**{drift.old}** → **{drift.new}**\n\n{summary(drift)}\n"]
    for kind in KINDS:
        changes = drift.of(kind)
        blocks += [f"\n### {HEADINGS[kind]} ({len(changes)})\n\n"] * bool(changes)
        blocks += [
            f"- **{change.label}** {change.sentence}\n  {_told(change)}\n" for change in changes
        ]
    return _cut(blocks)


def _cut(blocks: list[str]) -> str:
    length = 0
    for number, block in enumerate(blocks):
        length += len(block)
        if length > LONGEST_MARKDOWN - 100:
            left = sum(block.startswith("- ") for block in blocks[number:])
            return "".join(blocks[:number]) + f"\n… and {left} more.\n"
    return "".join(blocks)


def as_json(drift: Drift) -> str:
    return json.dumps(asdict(drift), indent=1, ensure_ascii=False)


def _told(change: Change) -> str:
    where = f" [{'; '.join(change.cells[:3])}{' …' if len(change.cells) > 3 else ''}]"
    return " ".join(change.what.split()) + (where if change.cells else "")


def summary(drift: Drift) -> str:
    """How many claims were compared, and how many of each kind of change there are."""
    counts = [f"{len(drift.of(kind))} {HEADINGS[kind].lower()}" for kind in KINDS if drift.of(kind)]
    return f"{drift.compared} claims compared: {', '.join(counts) or 'no difference'}."


FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}
