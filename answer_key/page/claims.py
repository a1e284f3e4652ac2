"""A claim as the key shows it: what it says, its proof, and what came of it."""

import ast
import functools
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from answer_key import blanks
from answer_key import record as records
from answer_key.claims import Claim
from answer_key.page import markup
from answer_key.page.context import Context
from answer_key.record import FAILURES, OUTCOMES, Cell, Drawing, Entry, Outcome, Scalar, Table
from answer_key.store import Release, Span, span_names

# What says nothing of a release.
QUIET = {"unchecked", "not run"}


class ClaimView:
    """A claim and its entry in the record (None if it did not run), as the templates show it."""

    def __init__(
        self,
        claim: Claim,
        label: str,
        entry: Entry | None,
        context: Context,
        was_tried: bool,
    ) -> None:
        self.claim = claim
        self.label = label
        self.script = ""  # what it takes from the table of scripts
        self.is_first = True  # shown before a reader asks for all claims
        self.cells = entry["cells"] if entry else []
        self.outcome = records.outcome(entry) if entry else "not run"
        self.failed = self.outcome in FAILURES
        self.error = records.error(entry) if entry else None
        self.seconds = records.seconds(entry) if entry else None
        declared = [] if was_tried else context.study.counterexamples.of(claim.id)
        found = entry.get("refutations", []) if entry else []
        self.faults = [Fault(each["sentence"], each["by"]) for each in found]
        self.faults += [Fault(each.sentence) for each in declared]
        self.changed = entry is not None and entry["source"] != claim.source
        axis = context.history.axis([claim])
        self.axis = context.study.subject.labels[axis]
        points = context.history.axes[axis]
        seen = [(point.name, _seen(claim, point.release)) for point in points]
        self.history = _told_apart(seen)
        told = {what for _, what in seen if what[0] not in QUIET}
        self.has_strip = len(told) > 1 or bool(told and (claim.eras or self.outcome == "unchecked"))
        elsewhere = [(each.name, each.outcome(claim)) for each in context.history.variants]
        self.variants = [
            (name, what) for name, what in elsewhere if what not in {self.outcome, *QUIET}
        ]
        *helpers, body = claim.code
        self.helpers = [HelperView(piece, claim.question) for piece in helpers]
        self.asked = () if self.failed else blanks.asked(claim)
        hidden = markup.hidden(claim) if self.asked else {}
        self.sentence = markup.sentence(claim.sentence, hidden.get(None, ()))
        self.code = markup.code(body, hidden.get(len(helpers), ()))
        fixtures = context.study.specification.fixtures
        self.given = [fixtures[name] for name in claim.given if name in fixtures]

    def tells(self, *texts: object) -> bool:
        """Whether what else the card shows tells the answer that the quiz asks for."""
        return any(blanks.hidden(self.asked, str(text)) for text in texts)

    @property
    def command(self) -> str:
        """What runs this claim."""
        return f"answer-key run {self.claim.question} -k {self.claim.name}"

    @property
    def verdicts(self) -> list["Verdict"]:
        """What is to be told of the outcome; that a claim holds goes without saying."""
        checked = [verdict for verdict in self.found if verdict.outcome != "unchecked"]
        if len(checked) == 1 and self.outcome == "holds":
            return [Verdict(None, "holds", each.modes) for each in checked if each.modes]
        return checked or self.found[:1]

    @property
    def found(self) -> list["Verdict"]:
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
    def has_outcomes(self) -> bool:
        """Whether the cases came to different outcomes, so that each is told with its own."""
        return len({outcome for _, outcome in self.rows}) > 1

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


@dataclass(frozen=True)
class HelperView:
    """What proofs of a question share, shown once: a function, a class, or constants."""

    text: str
    question: str

    @functools.cached_property
    def names(self) -> str:
        """What it defines, as in `ROWS, COLUMNS`."""
        nodes = ast.parse(self.text).body
        return ", ".join(name for node in nodes for name in _defined(node))

    @property
    def anchor(self) -> str:
        return f"ak-{self.question}-{self.names.partition(',')[0]}"

    @property
    def code(self) -> Markup:
        return markup.code(self.text)


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        found = (each for target in targets for each in ast.walk(target))
        yield from (each.id for each in found if isinstance(each, ast.Name))


def _seen(claim: Claim, release: Release) -> tuple[str, str]:
    """What a claim came to in a release, and what it showed there if it held."""
    entry, outcome = release.entry(claim), release.outcome(claim)
    if entry is None or outcome != "holds":
        return outcome, ""
    return outcome, records.shown(entry)


def _told_apart(found: Sequence[tuple[str, tuple[str, str]]]) -> list[Span]:
    """The outcomes by release; two like ones side by side showed different outputs."""
    history = []
    for (outcome, _), group in itertools.groupby(found, key=lambda pair: pair[1]):
        names = [name for name, _ in group]
        history.append(Span(span_names(names), len(names), outcome))
    return history


@dataclass(frozen=True)
class Fault:
    """What would make a claim fail, and the exception by which it did, if the run tried."""

    sentence: str
    by: str = ""


@dataclass(frozen=True)
class Verdict:
    """What was found on one device, in the execution modes named."""

    device: str | None
    outcome: str
    modes: list[str]
