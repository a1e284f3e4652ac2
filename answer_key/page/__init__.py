"""The answer key: one record, with the prose and the code of the specification, as HTML.

Prose and code come from the specification, outcomes and outputs from the record. Every string is
escaped by the templates; only `markup` makes HTML, from text that it escapes itself.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from answer_key.claims import Claim, Part, Question, Specification
from answer_key.page import frame, markup
from answer_key.record import FAILURES, OUTCOMES, Record, severity
from answer_key.releases import Release, spans
from answer_key.sheets import Statement

MEANINGS = {
    "holds": "the assertions beside it passed",
    "absent": "not so in this release, as the claim's era says",
    "unchecked": "could not run here, for the reason given",
    "broken": "it is said of this release, and is false",
    "stale": "it is true outside its era, so the era is wrong",
    "crashed": "its process died, or it took too long",
}


@dataclass(frozen=True)
class Context:
    """What a record is shown with: prose and code, the statements to mark, the releases kept."""

    specification: Specification
    statements: Mapping[str, Statement]
    releases: Sequence[Release] = ()

    @functools.cached_property
    def stable(self) -> list[Release]:
        return [release for release in self.releases if release.is_stable]

    @functools.cached_property
    def variants(self) -> list[Release]:
        return [release for release in self.releases if not release.is_stable]


def document(record: Record, context: Context, report: str | None = None) -> str:
    """The whole page, in one file that loads nothing.

    `report` is the address of the pytest-html report of the same run, to whose rows the evidence
    links.
    """
    return frame.document("TensorFlow, proved: an answer key", _render(record, context, report, 1))


def fragment(record: Record, context: Context, report: str) -> str:
    """The same answer key with its style and script, for inclusion in another page."""
    return frame.fragment(_render(record, context, report, top=2))


def _render(record: Record, context: Context, report: str | None, top: int) -> Markup:
    specification = context.specification
    views = [
        QuestionView(question, record, context)
        for question in specification.questions
        if any(claim.id in record["claims"] for claim in question.claims)
    ]
    return Markup(
        frame.template("key.html").render(
            questions=views,
            releases=context.releases,
            environment=record["environment"],
            ran=len(record["claims"].keys() & specification.claims.keys()),
            total=len(specification.claims),
            gone=sorted(record["claims"].keys() - specification.claims.keys()),
            failures=[claim for view in views for claim in view.claims if claim.failed],
            meanings=MEANINGS,
            report=report,
            top=top,
        )
    )


class QuestionView:
    """A question as the templates show it."""

    def __init__(
        self,
        question: Question,
        record: Record,
        context: Context,
    ) -> None:
        self.question = question
        self.anchor = f"ak-{question.key}"
        self.parts: list[tuple[Part, list[ClaimView]]] = []
        number = 0
        for part in question.parts:
            views = []
            for claim in part.claims:
                number += 1
                label = f"{question.number}.{number}"
                views.append(ClaimView(claim, label, record["claims"].get(claim.id), context))
            self.parts.append((part, views))
        self.claims = [view for _, views in self.parts for view in views]
        self.as_declared = sum(view.outcome in ("holds", "absent") for view in self.claims)
        self.statements = [
            StatementView(statement, record, self._because(statement), context)
            for statement in context.statements.values()
            if statement.question == question.key
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
        record: Record,
        because: list["ClaimView"],
        context: Context,
    ) -> None:
        self.statement = statement
        self.mark = record["sheets"].get(statement.id, "unchecked")
        self.because = because
        self.history = spans(
            (release.name, release.marks.get(statement.id, "unchecked"))
            for release in context.stable
        )


class ClaimView:
    """A claim and its entry in the record (None if it did not run), as the templates show it."""

    def __init__(
        self, claim: Claim, label: str, entry: dict[str, Any] | None, context: Context
    ) -> None:
        self.claim = claim
        self.label = label
        self.entry = entry or {"cells": [], "outcome": "not run", "seconds": 0.0}
        self.outcome: str = self.entry["outcome"]
        self.failed = self.outcome in FAILURES
        self.error = self.entry.get("error")
        self.refutations = self.entry.get("refutations", [])
        self.changed = entry is not None and entry["source"] != claim.source
        self.history = spans((each.name, each.outcome(claim)) for each in context.stable)
        self.variants = [(each.name, each.outcome(claim)) for each in context.variants]
        pieces = [markup.code(piece) for piece in claim.code]
        self.code = Markup("\n\n\n").join(html for html, _ in pieces)
        fixtures = context.specification.fixtures
        self.given = [fixtures[name] for name in claim.given if name in fixtures]
        self.answers = [name for name in claim.parameters if name in pieces[-1][1]]

    @property
    def verdicts(self) -> list["Verdict"]:
        """What was found on each device, the execution modes that agree taken together."""
        modes: dict[tuple[str | None, str], list[str]] = {}
        worst: dict[tuple[str | None, str | None], dict[str, Any]] = {}
        for cell in self.entry["cells"]:
            place = (cell["device"], cell["mode"])
            worst[place] = min(worst.get(place, cell), cell, key=severity)
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
        return list(dict.fromkeys(cell["reason"] for cell in self._cells_with("reason")))

    @property
    def disagreements(self) -> list[str]:
        """On what merged runs disagree, each once: two outcomes, or what was shown."""
        found = (" and ".join(c["disagreement"]) for c in self._cells_with("disagreement"))
        return list(dict.fromkeys(found))

    def _cells_with(self, name: str) -> list[dict[str, Any]]:
        return [cell for cell in self.entry["cells"] if name in cell]

    @property
    def rows(self) -> list[tuple[list[Any], str]]:
        """The cases of a parametrised claim: the parameters' values and the worst outcome."""
        cases: dict[tuple[Any, ...], str] = {}
        for cell in self.entry["cells"]:
            values = tuple(cell["params"].get(name) for name in self.claim.parameters)
            outcome = cell["outcome"]
            cases[values] = min(cases.get(values, outcome), outcome, key=OUTCOMES.index)
        return [(list(values), outcome) for values, outcome in cases.items()]

    @property
    def outputs(self) -> list[str]:
        """What the claim printed, and what single cells printed instead, each text once."""
        printed = [self.entry.get("output", ""), *(c.get("output") for c in self.entry["cells"])]
        return [text for text in dict.fromkeys(printed) if text]

    @property
    def exhibits(self) -> list[dict[str, Any]]:
        """The tables and drawings of the claim, then those of single cells."""
        return [
            exhibit
            for place in (self.entry, *self.entry["cells"])
            for exhibit in place.get("exhibits", [])
        ]


@dataclass(frozen=True)
class Verdict:
    """What was found on one device, in the execution modes named."""

    device: str | None
    outcome: str
    modes: list[str]
