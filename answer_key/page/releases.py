"""The page of releases: what each changed, and every claim in every release."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from answer_key import drift, record, telling
from answer_key.claims import Claim, Question
from answer_key.page import frame
from answer_key.record import ASSERTIONS, OUTCOMES
from answer_key.store import History, Point, Release, span_names
from answer_key.study import Study

# With more columns than this, a single one has no room for a word.
MOST_WIDE_COLUMNS = 12


def document(study: Study, releases: Sequence[Release]) -> str:
    """The page, in one file that loads nothing; releases come in order, at least one."""
    history = History(releases, study.subject)
    body = frame.template("releases.html").render(
        releases=releases,
        subject=study.subject,
        tables=list(_tables(study, history)),
        changes=list(_changes(study, history)),
        anchors={claim.id: claim.anchor for claim in study.specification.claims.values()},
        grave=drift.GRAVE,
        most_wide=MOST_WIDE_COLUMNS,
        by_cause=telling.by_cause,
        facts=telling.facts,
    )
    return frame.document(
        f"{study.subject.title}, release by release", Markup(body), ("filter.js",)
    )


@dataclass(frozen=True)
class Step:
    """What one release changed from the one before it, or in what a variant differs."""

    anchor: str
    title: str
    drift: drift.Drift


def _changes(study: Study, history: History) -> Iterator[Step]:
    """What each release changed, axis by axis, the newest first; then the variants.

    A release tells it on its own axis only. A variant is compared with the newest release.
    """
    remedies = {
        each.name: each.record for each in history.variants if each.name in study.subject.remedies
    }

    def step(old: Release, new: Release, title: str) -> Step:
        found = drift.compare(old.record, new.record, study, remedies)
        return Step(f"ak-in-{new.name}", title, found)

    for axis, points in history.axes.items():
        label = study.subject.labels[axis]
        for old, new in list(itertools.pairwise(points))[::-1]:
            if new.release.axis == axis:
                yield step(old.release, new.release, f"What changed in {label} {new.name}")
    for newest in history.axes[study.subject.first_axis][-1:]:
        for variant in history.variants:
            yield step(newest.release, variant, f"What differs in {variant.name}")


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
    told = [[cell.get("output"), cell.get("exhibits")] for cell in entry["cells"]]
    return State(record.outcome(entry), name, json.dumps(told, sort_keys=True))
