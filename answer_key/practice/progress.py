"""How far a learner has come in a file, of koans, of functions to mend, or of an exercise."""

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from answer_key import blanks
from answer_key.practice import tasks
from answer_key.practice.exercises import Exercise
from answer_key.practice.learner import Solution, gaps, read_solution
from answer_key.practice.marks import Job, Mark
from answer_key.practice.steps import Progress, Step, where, wrapped
from answer_key.practice.tasks import NAME
from answer_key.practice.writing import stub
from answer_key.study import Study


class Tasks(Progress):
    """Koans, or functions to mend."""

    def first_look(self) -> Iterator[tuple[str, Mark]]:
        for step in self.steps:
            yield step.name, self._look(step)

    def _look(self, step: Step) -> Mark:
        function = self.solution.definitions[step.name]
        assert isinstance(function, ast.FunctionDef)
        if step.task is None:
            return Mark("old", line=function.lineno)
        blank = next(gaps(function, step.task.in_sentence), None)
        if blank is not None:
            return Mark("to do", line=getattr(blank, "lineno", None))
        wrong = step.task.check(function)
        if wrong is not None:
            return Mark("wrong", wrong, function.lineno)
        return Mark("right" if step.task.in_sentence else "filled")

    def marked(self, limit: float) -> dict[str, Mark]:
        """Run what is filled in, and what may be about other releases."""
        steps = [
            step
            for step in self.steps
            if step.claim is not None
            and (self.found[step.name].outcome == "filled" or step.claim.eras)
        ]
        functions = {step.claim.id: step.name for step in steps if step.claim is not None}
        job = Job(str(self.solution.path), functions=functions)
        found = self.run(steps, job, limit)
        return {
            name: state
            for name, state in found.items()
            if self.found[name].outcome == "filled" or state.outcome == "elsewhere"
        }

    def what(self, step: Step, state: Mark) -> Iterator[str]:
        function = self.solution.definitions[step.name]
        yield f"{where(self.solution, state.line or function.lineno)}: {_WHAT[state.outcome]}"
        yield ""
        yield from _quoted(self.solution, function)
        if state.text:
            yield ""
            yield state.text

    def hint(self, step: Step) -> Iterator[str]:
        assert step.claim is not None
        assert step.task is not None
        yield "Hint:"
        asked = blanks.of_code(step.claim) or blanks.asked(step.claim)
        details = step.claim.details
        if step.task.answers:
            yield f"    It looks like this: {step.task.shape}"
            for start, end in sorted(blanks.hidden(asked, details), reverse=True):
                details = f"{details[:start]}…{details[end:]}"
        else:
            yield f"    {step.claim.sentence}"
        yield from wrapped(details)


_WHAT = {
    "to do": "fill in the blank",
    "filled": "this was not reached, for another claim took too long",
    "wrong": "this is not right yet",
    "slow": "this took too long, and was ended",
    "died": "this ended its process",
}


def _quoted(solution: Solution, node: ast.AST) -> Iterator[str]:
    """A function, with the comments that follow on it."""
    lines = solution.path.read_text(encoding="utf-8-sig").split("\n")
    first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
    for number, line in enumerate(lines[first - 1 :], start=first):
        if number > last and not line.startswith("    #"):
            return
        yield f"{number:5}  {line}".rstrip()


@dataclass(kw_only=True)
class Written(Progress):
    """An exercise: what is to be written, and the claims about it."""

    exercise: Exercise

    def first_look(self) -> Iterator[tuple[str, Mark]]:
        """Whether everything is there at all."""
        missing = self._missing()
        if missing is not None:
            for step in self.steps:
                yield step.name, missing

    def _missing(self) -> Mark | None:
        for name in self.exercise.subjects:
            node = self.solution.definitions.get(name)
            if node is None:
                return Mark("missing", f"there is no `{name}` in it")
            if ast.dump(node) == ast.dump(ast.parse(stub(self.exercise.code(name))).body[0]):
                return Mark("missing", f"`{name}` is not written yet", node.lineno)
        return None

    def marked(self, limit: float) -> dict[str, Mark]:
        if self.found:
            return {}
        subjects, faults = self.exercise.subjects, self.exercise.faults
        job = Job(str(self.solution.path), subjects=subjects, faults=faults)
        return self.run(self.steps, job, limit)

    def what(self, step: Step, state: Mark) -> Iterator[str]:
        place = where(self.solution, state.line)
        if state.outcome == "missing":
            yield f"{place}: {state.text}"
            return
        assert step.claim is not None
        yield f"{place}: {_NOT_SO[state.outcome]}"
        yield ""
        yield f"  {step.claim.sentence}"
        if state.outcome == "looks right":
            yield ""
            yield "It must not be so with a fault in what it is checked with, and still is:"
            yield f"  {state.text}"
        elif state.text:
            yield ""
            yield textwrap.indent(state.text, "  ")

    def hint(self, step: Step) -> Iterator[str]:
        assert step.claim is not None
        yield "Hint:"
        yield from wrapped(step.claim.details)
        yield f"    The claim: {self.study.folder.parent / step.claim.path}:{step.claim.line}"


_NOT_SO = {
    "to do": "this was not reached",
    "wrong": "of what is written here, this is not so yet",
    "looks right": "this only looks right",
    "slow": "this took too long, and was ended",
    "died": "this ended its process",
}


def read(path: Path, study: Study) -> Progress:
    """The steps of a practice file. Raises ValueError if Python cannot read it."""
    solution = read_solution(path)
    exercise = study.exercises.get(path.stem)
    if exercise is not None and not exercise.mends:
        steps = [Step(claim.name, claim) for claim in exercise.claims]
        return Written(study, solution, exercise.title, steps, exercise=exercise)
    if exercise is not None:
        known, title = tasks.mends(exercise), exercise.title
    else:
        question = next(each for each in study.specification.questions if each.key == path.stem)
        known, title = tasks.koans(question), question.title
    by_source = {task.claim.source: task for task in known}
    steps = []
    for name in solution.definitions:
        match = NAME.fullmatch(name)
        if match is not None:
            task = by_source.get(match[3])
            steps.append(Step(name, task.claim if task else None, task))
    if not steps:
        raise ValueError(f"{path.name}: nothing of what `answer-key practice` wrote is left in it")
    return Tasks(study, solution, title, steps)
