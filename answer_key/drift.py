"""Drift: what differs between two records, each change once, by its cause, the gravest first."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from answer_key import difference, eras, record
from answer_key.claims import Claim, Specification
from answer_key.difference import KINDS
from answer_key.record import Record
from answer_key.storage import printable
from answer_key.study import Study

# What says nothing of the subject: the claims, or the machines, differ.
APART = ("suite", "changed", "incomparable")
# What counts as drift; messages only if asked to.
GRAVE = ("value", "silent", "error", "possible", "exception")


@dataclass(frozen=True)
class Change:
    """What differs about one claim, or about two of which one says what was and one what is.

    `was` is a sentence that is no longer so, `now` one that is newly so, `earlier` the id of the
    claim that said what was, if `claim` has such a partner. `cause` names the axes because of which
    it differs, if they are known, `cells` the cells, if it is not all of them, and `lines` those of
    the user's code that it concerns, if such was named.

    The texts are from a record, so they are single lines in which nothing acts on a terminal; but
    for `instead`, what to write now, which is the specification's.
    """

    kind: str
    claim: str
    sentence: str
    what: str
    cells: tuple[str, ...] = ()
    was: str = ""
    now: str = ""
    exception: str = ""
    earlier: str = ""
    instead: str = ""
    where: str = ""
    cause: tuple[str, ...] = ()
    undone_by: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its question as readers know it: `Q3`."""
        return f"Q{int(self.claim.partition('::')[0].removeprefix('q'))}"


@dataclass(frozen=True)
class Move:
    """An axis whose version differs."""

    label: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.label} {self.old} → {self.new}"


@dataclass(frozen=True)
class Drift:
    """The differences between two records, by cause and gravity.

    `moved` has the axes whose versions differ, and `remedies` what may undo changes, by name; of
    `others` it is told only how many there are, as they do not concern the user's code.
    """

    old: str
    new: str
    compared: int
    changes: tuple[Change, ...]
    moved: Mapping[str, Move] = field(default_factory=dict)
    remedies: Mapping[str, str] = field(default_factory=dict)
    others: int | None = None

    def of(self, *kinds: str) -> list[Change]:
        return [change for change in self.changes if change.kind in kinds]

    def fails(self, messages: bool) -> bool:
        """Whether behaviour differs; messages alone count only if asked to."""
        return bool(self.of(*GRAVE, *["message"] * messages))

    def exit_code(self, messages: bool = False) -> int:
        """0 without drift, 1 with it, 4 if nothing could be compared, which is no good news."""
        return int(self.fails(messages)) if self.compared else 4


def compare(
    old: Record, new: Record, study: Study, remedies: Mapping[str, Record] | None = None
) -> Drift:
    """Compare two records claim by claim and cell by cell.

    The specification says which claims belong together, and because of which axis they differ.
    `remedies` are records of what may undo a change, by name.
    """
    labels, specification = study.subject.labels, study.specification
    keys = sorted(old["claims"].keys() | new["claims"].keys())
    found = [change for key in keys if (change := _change(key, old, new)) is not None]
    apart = sum(change.kind in APART for change in found)
    moved = _moved(old, new, labels)
    undoing = {name: each for name, each in (remedies or {}).items() if each not in (old, new)}
    changes = [
        _explained(change, specification, moved, undoing, old)
        for change in _joined(found, specification)
    ]
    places = dict.fromkeys([*specification.claims, *keys])
    order = {key: place for place, key in enumerate(places)}
    changes.sort(key=lambda change: (*_gravity(change, list(labels)), order[change.claim]))
    texts = {name: study.subject.remedies.get(name, name) for name in undoing}
    return Drift(
        _name(old, labels), _name(new, labels), len(keys) - apart, tuple(changes), moved, texts
    )


def _name(found: Record, labels: Mapping[str, str]) -> str:
    ran_on = record.versions(found)
    axes = [axis for axis in dict.fromkeys([*labels, *ran_on]) if axis in ran_on]
    return ", ".join(f"{labels.get(axis, axis)} {printable(ran_on[axis])}" for axis in axes)


def _gravity(change: Change, axes: Sequence[str]) -> tuple[bool, bool, list[int], int]:
    """What is apart comes last, and before it what has no known cause."""
    cause = [axes.index(axis) for axis in change.cause]
    return change.kind in APART, not cause, cause, KINDS.index(change.kind)


def _change(key: str, old: Record, new: Record) -> Change | None:
    before, after = old["claims"].get(key), new["claims"].get(key)
    found, known = difference.between(before, after), after or before
    if found is None or known is None:
        return None
    sentence = printable(known["sentence"])
    return Change(
        found.kind,
        key,
        sentence,
        found.what,
        found.cells,
        was=sentence if found.flip == "lost" else "",
        now=sentence if found.flip == "gained" else "",
        exception=found.exception,
    )


# Why it differs, and what undoes it


def _explained(
    change: Change,
    specification: Specification,
    moved: Mapping[str, Move],
    remedies: Mapping[str, Record],
    old: Record,
) -> Change:
    """A change with what the specification tells of it, its cause, and what undoes it."""
    claim = specification.claims.get(change.claim)
    is_asked_for = change.now or change.kind == "error"
    cause = _cause(change, specification, moved)
    was = record.versions(old)
    # Where the cause has not moved yet, a remedy shows nothing.
    telling = {
        name: each
        for name, each in remedies.items()
        if all(record.versions(each).get(axis) != was.get(axis) for axis in cause)
    }
    return replace(
        change,
        where=claim.where if claim else "",
        instead=instead(claim) if claim and is_asked_for else "",
        cause=cause,
        undone_by=tuple(name for name, each in telling.items() if _is_undone(change, old, each)),
    )


def _moved(old: Record, new: Record, labels: Mapping[str, str]) -> dict[str, Move]:
    before, after = record.versions(old), record.versions(new)
    versions = {axis: (before.get(axis, "none"), after.get(axis, "none")) for axis in labels}
    return {
        axis: Move(labels[axis], printable(was), printable(now))
        for axis, (was, now) in versions.items()
        if was != now
    }


def _cause(
    change: Change, specification: Specification, moved: Mapping[str, Move]
) -> tuple[str, ...]:
    """The axes because of which a claim differs: those of its eras, or the only one that moved."""
    claims = [specification.claims.get(key) for key in (change.claim, change.earlier)]
    told = [era for claim in claims if claim for era in claim.eras]
    on_moved = [era for era in told if eras.parse(era).name in moved]
    decisive = [era for era in on_moved if _crosses(era, moved[eras.parse(era).name])]
    named = {eras.parse(era).name for era in decisive or on_moved}
    if not named and len(moved) == 1:
        named = set(moved)
    return () if change.kind in APART else tuple(axis for axis in moved if axis in named)


def _crosses(era: str, move: Move) -> bool:
    """Whether one of two versions lies in an era; a record may call anything a version."""
    try:
        return eras.includes(era, move.old) != eras.includes(era, move.new)
    except ValueError:
        return False


def _is_undone(change: Change, old: Record, remedy: Record) -> bool:
    """Whether its claims come to the same, and show the same, with a remedy as in the old record.

    How a claim fails matters only to a change of that.
    """
    if change.kind in APART:
        return False
    for key in filter(None, (change.claim, change.earlier)):
        again = difference.between(old["claims"].get(key), remedy["claims"].get(key))
        is_less = again is None or KINDS.index(again.kind) > KINDS.index(change.kind)
        if not is_less or (again is not None and again.kind not in ("exception", "message")):
            return False
    return True


# Two claims that tell one change


def _joined(changes: Iterable[Change], specification: Specification) -> Iterator[Change]:
    """The changes, those of two claims about one thing made one."""
    by_claim = {change.claim: change for change in changes}
    pairs = [
        (change, earlier)
        for change in by_claim.values()
        if (earlier := _partner(change, by_claim, specification)) is not None
    ]
    joined = {each.claim for pair in pairs for each in pair}
    told = {each for claim in joined for each in _history(claim, specification)}
    for key, change in by_claim.items():
        # How a claim about another era fails now is the same change once more.
        is_told = not told.isdisjoint(_history(key, specification))
        if key not in joined and not (is_told and change.kind in ("exception", "message")):
            yield change
    for pair in pairs:
        lost, gained = pair if pair[0].was else pair[::-1]
        # What becomes of code is what became of the claim that is no longer so; where that was
        # about an error, the other one met it.
        failed = gained if lost.kind == "possible" else lost
        raises = "raised" if lost.kind == "possible" else "raises"
        yield replace(
            gained,
            kind=lost.kind,
            what=f"{raises} {failed.exception}" if failed.exception else "",
            was=lost.was,
            exception=failed.exception,
            earlier=lost.claim,
        )


def _partner(
    change: Change, changes: Mapping[str, Change], specification: Specification
) -> Change | None:
    """What says of the same thing what was so in an earlier era, if that changed in return.

    Between the two there may be claims about eras that neither record is of.
    """
    for key in _history(change.claim, specification)[1:]:
        other = changes.get(key)
        if other is not None and (_is_opposite(change, other) or _is_opposite(other, change)):
            return other
    return None


def _history(claim: str, specification: Specification) -> list[str]:
    """A claim, and what says what was so before it, and before that."""
    found = [claim]
    while (earlier := specification.earlier.get(found[-1])) and earlier.id not in found:
        found.append(earlier.id)
    return found


def _is_opposite(lost: Change, gained: Change) -> bool:
    return bool(lost.was and not lost.now and gained.now and not gained.was)


def instead(claim: Claim) -> str:
    """What a claim's details say to do `Instead:`, without where to read more."""
    found = re.search(r"\bInstead: (.+?)(?=\n\n|\Z)", claim.details, re.DOTALL)
    text = " ".join(found[1].split()) if found else ""
    return re.sub(r" See (the )?\[[^]]*\]\([^)]*\)\.$", "", text)
