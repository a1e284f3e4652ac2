"""The answer key: one record, with the prose and the code of the specification, as HTML.

Prose and code come from the specification, outcomes and outputs from the record. Every string is
escaped by the templates; only `markup` makes HTML, from text that it escapes itself.
"""

import base64
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from answer_key.claims import Claim, Part, Question, Specification
from answer_key.page import markup
from answer_key.record import FAILURES, OUTCOMES, Record
from answer_key.sheets import Statement

# How each outcome and each mark is shown: a symbol beside the word, never colour alone.
SYMBOLS = {
    "holds": "✓",
    "broken": "✗",
    "crashed": "✗",
    "stale": "!",
    "absent": "○",
    "unchecked": "–",
    "not run": "–",
    "right": "✓",
    "wrong": "✗",
    "partly": "±",
    "outdated": "○",
}
MEANINGS = {
    "holds": "the assertions beside it passed",
    "absent": "not so in this release, as the claim's era says",
    "unchecked": "could not run here, for the reason given",
    "broken": "it is said of this release, and is false",
    "stale": "it is true outside its era, so the era is wrong",
    "crashed": "its process died, or it took too long",
}
LONGEST_OPEN_TABLE = 12


def document(
    record: Record,
    specification: Specification,
    statements: Mapping[str, Statement],
    report: str | None = None,
) -> str:
    """The whole page, in one file that loads nothing.

    `report` is the address of the pytest-html report of the same run, to whose rows the evidence
    links.
    """
    style, script = _asset("page.css"), _asset("page.js")
    return _template("page.html").render(
        body=_render(record, specification, statements, report, top=1),
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'",
    )


def fragment(
    record: Record, specification: Specification, statements: Mapping[str, Statement], report: str
) -> str:
    """The same answer key with its style and script, for inclusion in another page."""
    return _template("fragment.html").render(
        body=_render(record, specification, statements, report, top=2),
        style=_asset("page.css"),
        script=_asset("page.js"),
    )


def _render(
    record: Record,
    specification: Specification,
    statements: Mapping[str, Statement],
    report: str | None,
    top: int,
) -> Markup:
    views = [
        QuestionView(question, record, specification, statements)
        for question in specification.questions
        if any(claim.id in record["claims"] for claim in question.claims)
    ]
    return Markup(
        _template("key.html").render(
            questions=views,
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
        specification: Specification,
        statements: Mapping[str, Statement],
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
                views.append(ClaimView(claim, label, record["claims"].get(claim.id)))
            self.parts.append((part, views))
        self.claims = [view for _, views in self.parts for view in views]
        self.as_declared = sum(view.outcome in ("holds", "absent") for view in self.claims)
        self.statements = [
            (statement, record["sheets"].get(statement.id, "unchecked"), self._because(statement))
            for statement in statements.values()
            if statement.question == question.key
        ]

    def _because(self, statement: Statement) -> list["ClaimView"]:
        return [
            view
            for view in self.claims
            if statement.id in view.claim.confirms + view.claim.corrects
        ]


class ClaimView:
    """A claim and its entry in the record (None if it did not run), as the templates show it."""

    def __init__(self, claim: Claim, label: str, entry: dict[str, Any] | None) -> None:
        self.claim = claim
        self.label = label
        self.entry = entry or {"cells": [], "outcome": "not run", "seconds": 0.0}
        self.outcome: str = self.entry["outcome"]
        self.failed = self.outcome in FAILURES
        self.error = self.entry.get("error")
        self.changed = entry is not None and entry["source"] != claim.source
        self.code, blanked = markup.code(claim.code)
        self.answers = [name for name in claim.parameters if name in blanked]

    @property
    def verdicts(self) -> list["Verdict"]:
        """What was found on each device, the execution modes that agree taken together."""
        modes: dict[tuple[str | None, str], list[str]] = {}
        worst: dict[tuple[str | None, str | None], dict[str, Any]] = {}
        for cell in self.entry["cells"]:
            place = (cell["device"], cell["mode"])
            worst[place] = min(worst.get(place, cell), cell, key=_severity)
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
        return list(dict.fromkeys(c["reason"] for c in self.entry["cells"] if "reason" in c))

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


def _severity(cell: dict[str, Any]) -> int:
    return OUTCOMES.index(cell["outcome"])


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@functools.cache
def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


@functools.cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("answer_key", "page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals["symbols"] = SYMBOLS
    environment.globals["longest_open_table"] = LONGEST_OPEN_TABLE
    environment.filters["sentence"] = markup.sentence
    environment.filters["inline"] = markup.inline
    environment.filters["prose"] = markup.prose
    environment.filters["drawing"] = markup.drawing
    return environment.get_template(name)
