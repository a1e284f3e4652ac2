"""The steps of a practice file: which are right, which is the next one, and how that is told."""

import textwrap
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from answer_key.claims import Claim
from answer_key.practice import marks
from answer_key.practice.learner import Solution
from answer_key.practice.marks import Job, Mark
from answer_key.practice.tasks import NAME, Task
from answer_key.study import Study

WIDTH = 92
# Why a step has to wait that is not the next one, or needs not be done.
_REASONS = {
    "elsewhere": "it is about other releases than the ones here",
    "old": "it was written for another edition",
    "unchecked": "it cannot be checked here",
}
PASSED_OVER = (*_REASONS, "right")


def reason(state: Mark) -> str:
    """Why a step has to wait, or needs not be done."""
    told = _REASONS.get(state.outcome, "it comes later")
    return f"{told}: {state.text}" if state.text and state.outcome in _REASONS else told


@dataclass(frozen=True)
class Step:
    """One thing to get right; the claim is None if there is none such in this edition."""

    name: str
    claim: Claim | None
    task: Task | None = None

    @property
    def title(self) -> str:
        """Its name without a hash."""
        match = NAME.fullmatch(self.name)
        return f"{match[1]}_{match[2]}" if match else self.name


@dataclass
class Progress(ABC):
    """The steps of a file; `mark` finds what of them is right."""

    study: Study
    solution: Solution
    title: str
    steps: Sequence[Step]
    found: dict[str, Mark] = field(default_factory=dict)

    def mark(self, limit: float) -> None:
        """Find the state of each step, once. Raises CannotMark."""
        if not self.found:
            self.found = dict(self.first_look())
            self.found |= self.marked(limit)

    @abstractmethod
    def first_look(self) -> Iterator[tuple[str, Mark]]:
        """What the text of the file tells."""

    @abstractmethod
    def marked(self, limit: float) -> dict[str, Mark]:
        """What the claims tell."""

    def run(self, steps: Sequence[Step], job: Job, limit: float) -> dict[str, Mark]:
        claims = {step.name: step.claim for step in steps if step.claim is not None}
        if not claims:
            return {}
        suite = self.study.folder.parent
        found = marks.mark(suite, claims.values(), job, limit)
        return {name: found[claim.id] for name, claim in claims.items() if claim.id in found}

    def state(self, step: Step) -> Mark:
        return self.found.get(step.name, Mark("to do"))

    @property
    def states(self) -> list[Mark]:
        return [self.state(step) for step in self.steps]

    @property
    def next(self) -> Step | None:
        """The first step that is not right yet."""
        return next((s for s in self.steps if self.state(s).outcome not in PASSED_OVER), None)

    def explain(self, step: Step, with_hint: bool) -> str:
        """What is not right yet, where, and on asking a hint."""
        state = self.state(step)
        lines = [*self.what(step, state)]
        if with_hint:
            lines += ["", *self.hint(step)]
        return "\n".join(lines)

    @abstractmethod
    def what(self, step: Step, state: Mark) -> Iterator[str]: ...

    @abstractmethod
    def hint(self, step: Step) -> Iterator[str]: ...

    def summary(self, in_full: bool) -> Iterator[str]:
        """How far one has come, and what that has shown: the last sentence, or all of them."""
        right = [step for step in self.steps if self.state(step).outcome == "right"]
        bar = "█" * len(right) + "░" * (len(self.steps) - len(right))
        name = self.solution.path.stem
        yield f"{name}  {bar}  {len(right)} of {len(self.steps)}  {self.title}"
        for step in self.steps:
            state = self.state(step)
            if state.outcome in _REASONS:
                yield f"  {step.title}: {reason(state)}"
        for step in right if in_full else right[-1:]:
            if step.claim is not None:
                yield from _told(step.claim)


def _told(claim: Claim) -> Iterator[str]:
    yield ""
    yield f"  ✓ {claim.sentence}"
    yield from wrapped(claim.details)


def wrapped(text: str) -> list[str]:
    return [f"    {line}" for line in textwrap.wrap(" ".join(text.split()), WIDTH)]


def where(solution: Solution, line: int | None) -> str:
    return f"{solution.path.name}:{line}" if line else solution.path.name
