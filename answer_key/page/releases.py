"""The page of releases: what each changed, and every claim in every release."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from answer_key import drift, record
from answer_key.claims import Claim, Specification
from answer_key.page import frame
from answer_key.record import ASSERTIONS, OUTCOMES
from answer_key.store import Release, span_names


def document(specification: Specification, releases: Sequence[Release]) -> str:
    """The page, in one file that loads nothing; releases come in order, at least one."""
    body = frame.template("releases.html").render(
        releases=releases,
        changes=list(_changes(releases)),
        questions=[
            (question, [Row(claim, releases) for claim in question.claims])
            for question in specification.questions
        ],
        anchors={claim.id: claim.anchor for claim in specification.claims.values()},
        headings=drift.HEADINGS,
        grave=drift.GRAVE,
    )
    return frame.document("TensorFlow, release by release", Markup(body))


def _changes(releases: Sequence[Release]) -> Iterator[tuple[Release, Release, drift.Drift]]:
    """What each release changed, the newest first; a variant is compared with the newest."""
    stable = [release for release in releases if release.is_stable]
    pairs = list(itertools.pairwise(stable))[::-1]
    if stable:
        pairs += [(stable[-1], variant) for variant in releases if not variant.is_stable]
    for old, new in pairs:
        yield old, new, drift.compare(old.record, new.record)


# The outcomes that say something of a release.
SEEN = set(OUTCOMES) - {"unchecked"}


@dataclass(frozen=True)
class State:
    """What a claim came to in a release; the releases of a row that share one share a cell."""

    outcome: str
    error: str
    shown: str


class Row:
    """A claim in all releases, as the template shows it."""

    def __init__(self, claim: Claim, releases: Sequence[Release]) -> None:
        self.claim = claim
        states = [(release, _state(claim, release)) for release in releases]
        self.is_same = len({state for _, state in states if state.outcome in SEEN}) <= 1
        self.cells = list(_cells(states))


@dataclass(frozen=True)
class Cell:
    """Releases side by side with the same state; `note` says what their outcome does not."""

    names: str
    width: int
    outcome: str
    note: str


def _cells(states: list[tuple[Release, State]]) -> Iterator[Cell]:
    before: State | None = None
    for (_, state), group in itertools.groupby(states, _place):
        names = [release.name for release, _ in group]
        note = state.error
        if before is not None and before.outcome == state.outcome and before.shown != state.shown:
            note = "other output"
        yield Cell(span_names(names), len(names), state.outcome, note)
        before = state


def _place(each: tuple[Release, State]) -> tuple[str, State]:
    """Releases share a cell, variants stand for themselves."""
    release, state = each
    return "" if release.is_stable else release.name, state


def _state(claim: Claim, release: Release) -> State:
    entry = release.entry(claim)
    if entry is None:
        return State("not run", "", "")
    error = record.error(entry)
    name = "" if error is None or error["type"] in ASSERTIONS else error["type"]
    told = [[cell.get("output"), cell.get("exhibits")] for cell in entry["cells"]]
    return State(record.outcome(entry), name, json.dumps(told, sort_keys=True))
