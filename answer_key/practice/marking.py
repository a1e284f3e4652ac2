"""The pytest plugin that marks a learner's file where the claims run; `marks.py` starts it."""

import dataclasses
import importlib
import inspect
import json
import sys
import types
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from answer_key import environment, eras, hooks
from answer_key.claims import Claim, claim_id
from answer_key.judge import BREAKS, Judge
from answer_key.plugin import counterexample, declare_marks
from answer_key.practice.marks import Job, Mark
from answer_key.refutation import Refuter
from answer_key.study import Study, read_study
from answer_key.subject import find_folder
from answer_key.texts import message, timed_out

__all__ = ["counterexample"]  # the fixture, which is the other plugin's

MOST_LINES = 8  # of what an assertion tells


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--practice-job", type=Path, help="what to mark, as marks.py writes it")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.add_hookspecs(hooks)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    declare_marks(config)
    folder = find_folder(config.rootpath)
    assert folder is not None  # marks.py names it
    study = read_study(folder)
    if study.problems:
        raise pytest.UsageError("\n".join([BREAKS, *study.problems]))
    try:
        versions = environment.describe(study.subject, config.hook)["versions"]
    except environment.Unusable as error:
        raise pytest.UsageError(str(error)) from None
    job = Job(**json.loads(config.option.practice_job.read_text(encoding="utf-8")))
    judge = Judge(config, study, versions)
    config.pluginmanager.register(judge, "answer-key-judge")
    if job.faults:
        config.pluginmanager.register(Refuter(_under(study, job), versions), "answer-key-refuter")
    config.pluginmanager.register(Marker(job, judge), "answer-key-marker")


def _under(study: Study, job: Job) -> Study:
    """The study with no other counterexamples than those that any right solution must heed."""
    faults = tuple(each for each in study.counterexamples.faults if each.name in job.faults)
    chosen = dataclasses.replace(study.counterexamples, faults=faults)
    return dataclasses.replace(study, counterexamples=chosen)


class Marker:
    """Runs the claims on the learner's code, and notes what came of each as it is known."""

    def __init__(self, job: Job, judge: Judge) -> None:
        self.job = job
        self.judge = judge
        self.file = Path(job.file)
        self.solution: types.ModuleType | BaseException | None = None

    def note(self, **told: object) -> None:
        with open(self.job.results, "a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.note(begun=claim_id(nodeid))

    def pytest_runtest_logfinish(self) -> None:
        self.note()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        claim = self._claim(item)
        if not eras.include(claim.eras, self.judge.versions):
            pytest.skip(", ".join(claim.eras))

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
        solution = self.load()
        with pytest.MonkeyPatch.context() as patch:
            for name in self.job.subjects:
                patch.setattr(pyfuncitem.module, name, getattr(solution, name))
            if self.job.functions:
                function = getattr(solution, self.job.functions[self._claim(pyfuncitem).id])
                patch.setattr(pyfuncitem, "obj", _callable_as(function, pyfuncitem))
            return (yield)

    def load(self) -> types.ModuleType:
        """The learner's module; imported here, within the time that a claim has."""
        if self.solution is None:
            sys.path.append(str(self.file.parent))
            pytest.register_assert_rewrite(self.file.stem)
            try:
                self.solution = importlib.import_module(self.file.stem)
            except Exception as error:
                self.solution = error
        if isinstance(self.solution, BaseException):
            raise self.solution
        assert self.solution is not None
        return self.solution

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        found = self.mark(item, call, report)
        if found is not None:
            self.note(claim=self._claim(item).id, mark=dataclasses.asdict(found))
            if found.outcome == "slow":
                item.session.shouldstop = "a claim took too long"
        return report

    def mark(
        self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
    ) -> Mark | None:
        """What one phase of a claim finds; None if it finds nothing."""
        refutation = getattr(report, "refutation", None)
        if refutation is not None:
            survived = refutation["result"] == "survived"
            return Mark("looks right", refutation["sentence"]) if survived else None
        if call.excinfo is None:
            if call.when != "call":
                return None
            asserted = self.judge.has_asserted
            return Mark("right") if asserted else Mark("wrong", "nothing is asserted")
        error, line = call.excinfo.value, self._line(call.excinfo)
        if timed_out(error):
            return Mark("slow", "", line)
        if isinstance(error, pytest.skip.Exception):
            is_elsewhere = not eras.include(self._claim(item).eras, self.judge.versions)
            return Mark("elsewhere" if is_elsewhere else "unchecked", message(error))
        return Mark("wrong", _told(call.excinfo, self.file), line)

    def _claim(self, item: pytest.Item) -> Claim:
        claim = self.judge.claim(item)
        assert claim is not None  # only claims are named to pytest
        return claim

    def _line(self, excinfo: pytest.ExceptionInfo[BaseException]) -> int | None:
        """Where the learner's file was when it happened."""
        error = excinfo.value
        if isinstance(error, SyntaxError) and error.filename == str(self.file):
            return error.lineno
        lines = [entry.lineno + 1 for entry in excinfo.traceback if entry.path == self.file]
        return lines[-1] if lines else None


def _callable_as(function: Any, item: pytest.Function) -> Any:
    """The learner's function, to be called with all that the claim is given."""
    wanted = inspect.signature(function).parameters

    def call(**given: Any) -> None:
        function(**{name: value for name, value in given.items() if name in wanted})

    return call


def _told(excinfo: pytest.ExceptionInfo[BaseException], file: Path) -> str:
    """What was asserted and what came instead, or the error that the code raised."""
    error = excinfo.value
    lines = message(error).strip().splitlines()
    lines = [line for line in lines if not line.startswith(" + ")]  # where a value came from
    told = "\n".join([*lines[:MOST_LINES], *["…"] * (len(lines) > MOST_LINES)])
    if not isinstance(error, AssertionError | pytest.fail.Exception):
        return f"{type(error).__name__}: {told}"
    last = excinfo.traceback[-1]
    statement = str(last.statement).strip()
    return told if last.path == file or not statement else f"{statement}\n{told}"
