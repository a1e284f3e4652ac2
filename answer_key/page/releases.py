"""The page of releases: what each changed, and every claim in every release."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from answer_key import record
from answer_key.claims import Claim, Question
from answer_key.page import frame
from answer_key.page.changes import Changes
from answer_key.record import ASSERTIONS, OUTCOMES
from answer_key.store import History, Point, Release, span_names
from answer_key.study import Study

# With more columns than this, a single one has no room for a word.
MOST_WIDE_COLUMNS = 12

STYLES = ("page.css", "releases.css", "print.css")
SCRIPTS = ("filter.js", "releases.js")


def document(study: Study, releases: Sequence[Release]) -> str:
    """The page, in one file that loads nothing; releases come in order, at least one."""
    history = History(releases, study.subject)
    body = frame.template("releases.html").render(
        releases=releases,
        subject=study.subject,
        tables=list(_tables(study, history)),
        variants=list(_variants(history)),
        changes=Changes(study, history),
        anchors={claim.id: claim.anchor for claim in study.specification.claims.values()},
        most_wide=MOST_WIDE_COLUMNS,
    )
    return frame.document(
        f"{study.subject.title}, release by release", Markup(body), STYLES, SCRIPTS
    )


@dataclass(frozen=True)
class Variant:
    """A kept record that is of no release, and what it is."""

    name: str
    told: str


def _variants(history: History) -> Iterator[Variant]:
    usual = [each.record["environment"]["flags"].items() for each in history.releases if each.axis]
    for variant in history.variants:
        ran_on, flags = record.versions(variant.record), variant.record["environment"]["flags"]
        told = ", ".join(
            f"{label} {ran_on[axis]}" for axis, label in history.subject.labels.items()
        )
        switches = [
            f"`{name}={value}`"
            for name, value in flags.items()
            if value and not any((name, value) in each for each in usual)
        ]
        yield Variant(variant.name, f"{told} with {', '.join(switches)}" if switches else told)


# The outcomes that say something of a release.
SEEN = set(OUTCOMES) - {"unchecked"}


@dataclass(frozen=True)
class State:
    """What a claim came to in a release; the releases of a row that share one share a cell."""

    outcome: str
    error: str
    shown: str


@dataclass(frozen=True)
class Cell:
    """Releases side by side with the same state; `note` says what their outcome does not."""

    names: str
    width: int
    outcome: str
    note: str


class Row:
    """A claim in all releases of an axis, and in the variants, as the template shows it."""

    def __init__(self, claim: Claim, points: Sequence[Point], variants: Sequence[Release]) -> None:
        self.claim = claim
        self.proof = "\n\n\n".join(claim.code)
        states = [(point.name, _state(claim, point.release)) for point in points]
        apart = [(variant.name, _state(claim, variant)) for variant in variants]
        self.is_same = len({state for _, state in states + apart if state.outcome in SEEN}) <= 1
        self.cells = list(_cells(states, apart))


@dataclass(frozen=True)
class Table:
    """The claims that stand on an axis, by question."""

    axis: str
    label: str
    columns: list[str]
    questions: list[tuple[Question, list[Row]]]


def _tables(study: Study, history: History) -> Iterator[Table]:
    for axis, points in history.axes.items():
        columns = [point.name for point in points] + [each.name for each in history.variants]
        questions = []
        for question in study.specification.questions:
            claims = [claim for claim in question.claims if history.axis([claim]) == axis]
            if claims:
                rows = [Row(claim, points, history.variants) for claim in claims]
                questions.append((question, rows))
        if questions:
            yield Table(axis, study.subject.labels[axis], columns, questions)


def _cells(
    states: Sequence[tuple[str, State]], apart: Sequence[tuple[str, State]]
) -> Iterator[Cell]:
    """Releases that share a state share a cell, variants stand for themselves."""
    groups = [
        (state, [name for name, _ in group])
        for state, group in itertools.groupby(states, key=lambda each: each[1])
    ]
    before: State | None = None
    for state, names in [*groups, *((state, [name]) for name, state in apart)]:
        note = state.error
        if before is not None and before.outcome == state.outcome and before.shown != state.shown:
            note = "other output"
        yield Cell(span_names(names), len(names), state.outcome, note)
        before = state


def _state(claim: Claim, release: Release) -> State:
    entry = release.entry(claim)
    if entry is None:
        return State("not run", "", "")
    error = record.error(entry)
    name = "" if error is None or error["type"] in ASSERTIONS else error["type"]
    return State(record.outcome(entry), name, record.shown(entry))
