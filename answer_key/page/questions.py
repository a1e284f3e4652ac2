"""A question as the key shows it: its parts, what changed, and its answer sheets."""

from collections.abc import Mapping
from dataclasses import dataclass

from answer_key import drift
from answer_key.claims import Claim, Part, Question
from answer_key.page.claims import ClaimView
from answer_key.page.context import Context
from answer_key.record import Record
from answer_key.sheets import MARKS, Statement
from answer_key.store import spans

# What the quiz may be answered about a statement.
POSSIBLE_MARKS = [mark for mark in MARKS if mark != "unchecked"]


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
        # Where faults were tried, those under which no claim failed are not told.
        was_tried = any("refutations" in entry for entry in record["claims"].values())
        parts: list[tuple[Part, list[ClaimView]]] = []
        number = 0
        for part in question.parts:
            views = []
            for claim in part.claims:
                number += 1
                label = f"{question.number}.{number}"
                entry = record["claims"].get(claim.id)
                views.append(ClaimView(claim, label, entry, context, was_tried))
            parts.append((part, views))
        self.claims = [view for _, views in parts for view in views]
        # What proofs share, each once.
        found = {each.text: each for view in self.claims for each in view.helpers}
        self.helpers = list(found.values())
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
    def rubric(self) -> list[Part]:
        """The parts that a full answer needs: those with core claims, or all if there are none."""
        needed = [part for part, views in self.parts if any(view.claim.is_core for view in views)]
        return needed or [part for part, _ in self.parts]

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

    def _because(self, statement: Statement) -> list[ClaimView]:
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
        because: list[ClaimView],
        context: Context,
    ) -> None:
        self.statement = statement
        self.mark = mark
        self.is_asked = mark in POSSIBLE_MARKS
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


@dataclass(frozen=True)
class Change:
    """What was so and what is, and what to write instead."""

    was: ClaimView
    now: ClaimView
    instead: str
