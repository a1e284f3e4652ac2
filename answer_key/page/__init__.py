"""The answer key: one record, with the prose and the code of the specification, as HTML.

Prose and code come from the specification, outcomes and outputs from the record. Every string is
escaped by the templates; only `markup` makes HTML, from text that it escapes itself.
"""

import functools
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from answer_key import drift, sheets
from answer_key import record as records
from answer_key.claims import Claim, Part, Question
from answer_key.page import frame, markup
from answer_key.record import (
    FAILURES,
    OUTCOMES,
    Cell,
    Drawing,
    Entry,
    Outcome,
    Record,
    Scalar,
    Table,
)
from answer_key.sheets import Statement
from answer_key.store import History, Release, Span, span_names, spans
from answer_key.study import Study

MEANINGS = {
    "holds": "the assertions beside it passed",
    "absent": "not so in this release, as the claim's era says",
    "unchecked": "could not run here, for the reason given",
    "broken": "it is said of this release, and is false",
    "stale": "it is true outside its era, so the era is wrong",
    "crashed": "its process died, or it took too long",
}

# What says nothing of a release.
QUIET = {"unchecked", "not run"}


@dataclass(frozen=True)
class Context:
    """What a record is shown with: the specification, and the releases kept."""

    study: Study
    releases: Sequence[Release] = ()

    @functools.cached_property
    def history(self) -> History:
        return History(self.releases, self.study.subject)


def document(record: Record, context: Context, report: str | None = None) -> str:
    """The whole page, in one file that loads nothing.

    `report` is the address of the pytest-html report of the same run, to whose rows the evidence
    links.
    """
    return frame.document(
        f"{context.study.subject.title}: an answer key", _render(record, context, report, 1)
    )


def fragment(record: Record, context: Context, report: str) -> str:
    """The same answer key with its style and script, for inclusion in another page."""
    return frame.fragment(_render(record, context, report, top=2))


def _render(record: Record, context: Context, report: str | None, top: int) -> Markup:
    specification = context.study.specification
    marks = sheets.marks(context.study.statements, specification, record["claims"])
    views = [
        QuestionView(question, record, marks, context)
        for question in specification.questions
        if any(claim.id in record["claims"] for claim in question.claims)
    ]
    text = frame.template("key.html").render(
        questions=views,
        subject=context.study.subject,
        releases=context.releases,
        environment=record["environment"],
        devices=records.devices(record),
        ran=len(record["claims"].keys() & specification.claims.keys()),
        total=len(specification.claims),
        gone=sorted(record["claims"].keys() - specification.claims.keys()),
        failures=[claim for view in views for claim in view.claims if claim.failed],
        meanings=MEANINGS,
        report=report,
        top=top,
    )
    # A lone surrogate of a record has no place in a file; pytest-html, too, would fail on it.
    return Markup(text.encode("utf-8", "backslashreplace").decode())


class QuestionView:
    """A question as the templates show it."""

    def __init__(
        self,
        question: Question,
        record: Record,
        marks: Mapping[str, str],
        context: Context,
    ) -> None:
        self.question = question
        self.anchor = f"ak-{question.key}"
        parts: list[tuple[Part, list[ClaimView]]] = []
        number = 0
        for part in question.parts:
            views = []
            for claim in part.claims:
                number += 1
                label = f"{question.number}.{number}"
                views.append(ClaimView(claim, label, record["claims"].get(claim.id), context))
            parts.append((part, views))
        self.claims = [view for _, views in parts for view in views]
        self.changes = self._changes(context.study.specification.earlier)
        # What is not so here, though something else is, stands apart from what is.
        pairs = [view for change in self.changes for view in (change.was, change.now)]
        self.apart = [view for view in self.claims if view in pairs and view.outcome == "absent"]
        kept = [(part, [view for view in views if view not in self.apart]) for part, views in parts]
        self.parts = [(part, views) for part, views in kept if views]
        shown = [view for _, views in self.parts for view in views]
        has_core = any(view.claim.is_core for view in shown)
        for view in shown:
            view.is_first = view.claim.is_core or view.failed or not has_core
        self.statements = [
            StatementView(statement, marks[statement.id], self._because(statement), context)
            for statement in context.study.statements.values()
            if statement.question == question.key
        ]

    @property
    def left_out(self) -> dict[str, list[tuple[Part, str]]]:
        """The core parts that no statement of a sheet is about, with their first core claims."""
        found: dict[str, list[tuple[Part, str]]] = {}
        for sheet in dict.fromkeys(view.statement.id[0] for view in self.statements):
            about = {
                view.claim.id
                for each in self.statements
                for view in each.because
                if each.statement.id[0] == sheet
            }
            found[sheet] = [
                (part, core[0].anchor)
                for part in self.question.parts
                if (core := [claim for claim in part.claims if claim.is_core])
                and about.isdisjoint(claim.id for claim in part.claims)
            ]
        return found

    def _changes(self, earlier: Mapping[str, Claim]) -> list["Change"]:
        """The changes of which this record shows one side."""
        views = {view.claim.id: view for view in self.claims}
        pairs = [(views[earlier[key].id], now) for key, now in views.items() if key in earlier]
        return [
            Change(was, now, drift.instead(now.claim))
            for was, now in pairs
            if "absent" in (was.outcome, now.outcome)
        ]

    def _because(self, statement: Statement) -> list["ClaimView"]:
        return [
            view
            for view in self.claims
            if statement.id in view.claim.confirms + view.claim.corrects
        ]


class StatementView:
    """A statement of an answer sheet, marked, as the templates show it."""

    def __init__(
        self,
        statement: Statement,
        mark: str,
        because: list["ClaimView"],
        context: Context,
    ) -> None:
        self.statement = statement
        self.mark = mark
        self.because = because
        correcting = [view for view in because if statement.id in view.claim.corrects]
        held = [view.claim.sentence for view in correcting if view.outcome == "holds"]
        # What corrects it, in a clause.
        self.correction = held[0] if held and mark in ("wrong", "partly") else ""
        axis = context.history.axis(view.claim for view in because)
        self.axis = context.study.subject.labels[axis]
        self.history = spans(
            (point.name, point.release.marks.get(statement.id, "unchecked"))
            for point in context.history.axes[axis]
        )


class ClaimView:
    """A claim and its entry in the record (None if it did not run), as the templates show it."""

    def __init__(self, claim: Claim, label: str, entry: Entry | None, context: Context) -> None:
        self.claim = claim
        self.label = label
        self.is_first = True  # shown before a reader asks for all claims
        self.cells = entry["cells"] if entry else []
        self.outcome = records.outcome(entry) if entry else "not run"
        self.failed = self.outcome in FAILURES
        self.error = records.error(entry) if entry else None
        self.seconds = records.seconds(entry) if entry else None
        self.refutations = entry.get("refutations", []) if entry else []
        self.changed = entry is not None and entry["source"] != claim.source
        axis = context.history.axis([claim])
        self.axis = context.study.subject.labels[axis]
        points = context.history.axes[axis]
        found = [(point.name, _seen(claim, point.release)) for point in points]
        self.history = _told_apart(found)
        told = {what for _, what in found if what[0] not in QUIET}
        self.has_strip = len(told) > 1 or bool(told and claim.eras)
        self.variants = [(each.name, each.outcome(claim)) for each in context.history.variants]
        elsewhere = {outcome for _, outcome in self.variants}
        self.has_history = self.has_strip or not elsewhere <= {self.outcome, *QUIET}
        pieces = [markup.code(piece) for piece in claim.code]
        self.code = Markup("\n\n\n").join(html for html, _ in pieces)
        fixtures = context.study.specification.fixtures
        self.given = [fixtures[name] for name in claim.given if name in fixtures]
        self.answers = [name for name in claim.parameters if name in pieces[-1][1]]

    @property
    def verdicts(self) -> list["Verdict"]:
        """What was found on each device, the execution modes that agree taken together."""
        modes: dict[tuple[str | None, str], list[str]] = {}
        worst: dict[tuple[str | None, str | None], Cell] = {}
        for cell in self.cells:
            place = (cell.get("device"), cell.get("mode"))
            worst[place] = min(worst.get(place, cell), cell, key=records.severity)
        for (device, mode), cell in worst.items():
            names = modes.setdefault((device, cell["outcome"]), [])
            if mode is not None and cell["outcome"] != "unchecked":
                names.append(mode)
        if not modes:
            return [Verdict(None, self.outcome, [])]
        return [Verdict(device, outcome, names) for (device, outcome), names in modes.items()]

    @property
    def reasons(self) -> list[str]:
        """Why cells are unchecked, each reason once."""
        return list(dict.fromkeys(cell["reason"] for cell in self.cells if "reason" in cell))

    @property
    def disagreements(self) -> list[str]:
        """On what merged runs disagree, each once: two outcomes, or what was shown."""
        found = (" and ".join(cell.get("disagreement", ())) for cell in self.cells)
        return [what for what in dict.fromkeys(found) if what]

    @property
    def rows(self) -> list[tuple[list[Scalar], str]]:
        """The cases of a parametrised claim: the parameters' values and the worst outcome."""
        cases: dict[str, tuple[list[Scalar], Outcome]] = {}
        for cell in self.cells:
            params = cell.get("params", {})
            key = json.dumps([params, cell.get("case")], sort_keys=True)
            values = [params.get(name) for name in self.claim.parameters]
            _, outcome = cases.get(key, (values, cell["outcome"]))
            cases[key] = values, min(outcome, cell["outcome"], key=OUTCOMES.index)
        return list(cases.values())

    @property
    def outputs(self) -> list[str]:
        """What the cells printed, each text once."""
        printed = (cell.get("output", "") for cell in self.cells)
        return [text for text in dict.fromkeys(printed) if text]

    @property
    def exhibits(self) -> list[Table | Drawing]:
        """The tables and drawings of the cells, each once."""
        shown: list[Table | Drawing] = []
        for cell in self.cells:
            shown += [exhibit for exhibit in cell.get("exhibits", ()) if exhibit not in shown]
        return shown


def _seen(claim: Claim, release: Release) -> tuple[str, str]:
    """What a claim came to in a release, and what it showed there if it held."""
    entry, outcome = release.entry(claim), release.outcome(claim)
    if entry is None or outcome != "holds":
        return outcome, ""
    return outcome, str([(cell.get("output"), cell.get("exhibits")) for cell in entry["cells"]])


def _told_apart(found: Sequence[tuple[str, tuple[str, str]]]) -> list[Span]:
    """The outcomes by release; two like ones side by side showed different outputs."""
    history = []
    for (outcome, _), group in itertools.groupby(found, key=lambda pair: pair[1]):
        names = [name for name, _ in group]
        history.append(Span(span_names(names), len(names), outcome))
    return history


@dataclass(frozen=True)
class Change:
    """What was so and what is, and what to write instead."""

    was: ClaimView
    now: ClaimView
    instead: str


@dataclass(frozen=True)
class Verdict:
    """What was found on one device, in the execution modes named."""

    device: str | None
    outcome: str
    modes: list[str]
