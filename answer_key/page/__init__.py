"""The answer key: one record, with the prose and the code of the specification, as HTML.

Prose and code come from the specification, outcomes and outputs from the record. Every string is
escaped by the templates; only `markup` makes HTML, from text that it escapes itself.
"""

from collections import Counter
from collections.abc import Mapping

from markupsafe import Markup

from answer_key import record as records
from answer_key import sheets, telling
from answer_key.page import frame
from answer_key.page.context import Context
from answer_key.page.questions import POSSIBLE_MARKS, QuestionView
from answer_key.page.table import ScriptTable
from answer_key.record import FAILURES, Record

__all__ = ["Context", "Key"]

STYLES = ("page.css", "find.css", "quiz.css", "print.css")
SCRIPTS = ("slices.js", "quiz.js", "guide.js", "contents.js", "copy.js", "search.js", "find.js")

MEANINGS = {
    "holds": "the assertions beside it passed",
    "absent": "not so in this release, as the claim's era says",
    "unchecked": "could not run here, for the reason given",
    "broken": "it is said of this release, and is false",
    "stale": "it is true outside its era, so the era is wrong",
    "crashed": "its process died, or it took too long",
}


class Key:
    """The answer key of one record, made once for all that shows it."""

    def __init__(self, record: Record, context: Context) -> None:
        self.record = record
        self.context = context
        specification = context.study.specification
        marks = sheets.marks(context.study.statements, specification, record["claims"])
        self.questions = [
            QuestionView(question, record, marks, context)
            for question in specification.questions
            if any(claim.id in record["claims"] for claim in question.claims)
        ]
        self.claims = [claim for question in self.questions for claim in question.claims]
        scripts = ScriptTable(context.scripts)
        for each in self.claims:
            each.script = scripts.of(each.claim)
        self.texts = list(scripts.texts)

    def document(self, report: str | None = None) -> str:
        """The whole page, in one file that loads nothing.

        `report` is the address of the pytest-html report of the same run, to whose rows the
        evidence links.
        """
        return frame.document(
            f"{self.context.study.subject.title}: an answer key",
            self._render(report, top=1),
            STYLES,
            SCRIPTS,
            {
                f"ak-{question.key}": f"Q{question.number} {telling.plain(question.title)}"
                for question in self.context.study.specification.questions
            },
        )

    def fragment(self, report: str, counts: Mapping[str, int]) -> str:
        """The same key in a fold, for pytest-html's report, of which `counts` has the results."""
        claims = self.context.study.specification.claims
        found = {key: records.outcome(entry) for key, entry in self.record["claims"].items()}
        return frame.fragment(
            self._render(report, top=2),
            STYLES,
            SCRIPTS,
            counts=dict(sorted(counts.items())),
            failures=[(what, claims[key]) for key, what in found.items() if what in FAILURES],
        )

    def _render(self, report: str | None, top: int) -> Markup:
        known, ran = self.context.study.specification.claims.keys(), self.record["claims"].keys()
        text = frame.template("key.html").render(
            questions=self.questions,
            subject=self.context.study.subject,
            releases=self.context.releases,
            environment=self.record["environment"],
            devices=records.devices(self.record),
            ran=len(ran & known),
            total=len(known),
            gone=sorted(ran - known),
            failures=[claim for claim in self.claims if claim.failed],
            reasons=Counter(
                reason for claim in self.claims for reason in claim.reasons
            ).most_common(),
            meanings=MEANINGS,
            possible_marks=POSSIBLE_MARKS,
            texts=self.texts,
            source=self._source(),
            report=report,
            top=top,
        )
        # A lone surrogate of a record has no place in a file; pytest-html, too, would fail on it.
        return Markup(text.encode("utf-8", "backslashreplace").decode())

    def _source(self) -> str:
        """What a citation names: the key, and what it ran on."""
        subject, versions = self.context.study.subject, records.versions(self.record)
        told = [f"{label} {versions[axis]}" for axis, label in subject.labels.items()]
        return ", ".join([subject.title, *told])
