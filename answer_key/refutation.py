"""`pytest --refute`: runs every claim also under its counterexamples, where it must fail."""

import contextlib
import functools
import importlib
import inspect
import sys
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from answer_key import eras, record
from answer_key.claims import claim_id
from answer_key.counterexamples import Counterexample
from answer_key.record import Entry, Record
from answer_key.study import Study
from answer_key.texts import message, timed_out

# What can come of a claim under a counterexample, and how pytest's progress shows it.
RESULTS = {
    "refuted": ("refuted", "r", ("REFUTED", {"green": True})),
    "survived": ("survived", "S", ("SURVIVED", {"yellow": True})),
    "faulty": ("failed", "F", ("FAULTY", {"red": True})),
    "unchecked": ("skipped", "-", ("UNCHECKED", {"yellow": True})),
}

# How pytest's id tells the run of a claim under no fault from the others.
AS_IT_IS = "as it is"

Fault = Callable[[pytest.MonkeyPatch], None]


class FaultyCounterexample(Exception):
    """A counterexample could not be put into what the claims are about."""


def of(item: pytest.Item) -> Fault | None:
    """The fault under which an item runs its claim; None if it runs the claim as it is."""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    fault: Fault | None = params.get("counterexample")
    return fault


class Refuter:
    """Runs beside the claims: adds the runs under a fault, and says what came of them."""

    def __init__(self, study: Study, versions: dict[str, str]) -> None:
        self.study = study
        self.versions = versions

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a claim as it is, and once under each fault; outside its era it fails anyway."""
        key = claim_id(metafunc.definition.nodeid)
        claim = self.study.specification.claims.get(key or "")
        if claim is None or not eras.include(claim.eras, self.versions):
            return
        faults = [
            _load(each, self.study.folder) for each in self.study.counterexamples.of(claim.id)
        ]
        if faults:
            metafunc.fixturenames.append("counterexample")
            ids = [AS_IT_IS, *(fault.__name__ for fault in faults)]
            metafunc.parametrize("counterexample", [None, *faults], ids=ids, indirect=True)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
        fault = of(pyfuncitem)
        if fault is None:
            return (yield)
        with pytest.MonkeyPatch.context() as monkeypatch:
            try:
                fault(monkeypatch)
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                raise FaultyCounterexample(f"{fault.__name__} cannot be applied: {what}") from error
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        fault = of(item)
        if fault is None or (call.when != "call" and call.excinfo is None):
            return report
        result = self.result(item, fault, report, call)
        claim, error = claim_id(item.nodeid), call.excinfo
        report.refutation = {  # type: ignore[attr-defined]
            "claim": claim,
            "fault": fault.__name__,
            "sentence": (fault.__doc__ or "").partition("\n")[0].strip(),
            "result": result,
            "by": error.typename if error else None,
            "message": message(error.value).strip().partition("\n")[0][:200] if error else "",
        }
        if result != "unchecked":
            report.outcome = "failed" if result == "faulty" else "passed"
        if report.passed:
            report.longrepr = None
        return report

    def result(
        self,
        item: pytest.Item,
        fault: Any,
        report: pytest.TestReport,
        call: pytest.CallInfo[None],
    ) -> str:
        if call.excinfo is None:
            return "survived"
        if report.skipped:
            return "unchecked"
        claim = (claim_id(item.nodeid) or "").partition("::")[2]
        if timed_out(call.excinfo.value):
            return "faulty"
        if isinstance(call.excinfo.value, fault.refutes[claim]):
            return "refuted"
        return "refuted" if self._is_own_assertion(call.excinfo, item) else "faulty"

    def _is_own_assertion(
        self, excinfo: pytest.ExceptionInfo[BaseException], item: pytest.Item
    ) -> bool:
        """Whether it is an assertion of the claim's, or of a function that it runs in a process."""
        if not isinstance(excinfo.value, AssertionError | pytest.fail.Exception):
            return False
        paths = [Path(entry.path) for entry in excinfo.traceback]
        places = [path for path in paths if not _only_checks(path)]
        suite = self.study.folder.parent
        own = (self.study.folder, suite, suite / "fixtures")
        return bool(places) and (places[-1] == item.path or places[-1].resolve().parent in own)


def _load(counterexample: Counterexample, folder: Path) -> Fault:
    if str(folder) not in sys.path:  # so that a fresh process finds the fault by its name, too
        sys.path.insert(0, str(folder))
    module = importlib.import_module(counterexample.module)
    fault: Fault = getattr(module, counterexample.name)
    return fault


def _only_checks(path: Path) -> bool:
    """Whether a frame is of a means to assert: pytest's, NumPy's, and our plugin that counts it."""
    return path == Path(contextlib.__file__) or any(map(path.is_relative_to, _checkers()))


@functools.cache
def _checkers() -> list[Path]:
    import numpy.testing

    modules = (inspect.getmodule(pytest.Item), numpy.testing, inspect.getmodule(Counterexample))
    return [Path(inspect.getfile(module)).parent for module in modules if module is not None]


class Refutations:
    """In the controller: what came of each claim under its counterexamples."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.found: dict[str, list[dict[str, Any]]] = {}
        self.begun: dict[str, str] = {}  # the faults under which cells run, by node id
        self.verdicts: dict[str, str] = {}  # by claim, once the record is made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        refutation = getattr(report, "refutation", None)
        fault = getattr(report, "answer_key", {}).get("place", {}).get("fault")
        if fault is not None:
            self.begun[report.nodeid] = fault
        if report.when not in ("setup", "call", "teardown") and report.nodeid in self.begun:
            refutation = _killing(report.nodeid, self.begun[report.nodeid])
        if refutation is not None:
            self.found.setdefault(refutation["claim"], []).append(refutation)

    @pytest.hookimpl(tryfirst=True)
    def pytest_answer_key_record(self, record: Record) -> int | None:
        """Put the faults under which claims failed into the record."""
        for key, claim in record["claims"].items():
            refutations = self.of(key)
            if refutations:
                claim["refutations"] = refutations
        self.verdicts = {key: self.verdict(key, claim) for key, claim in record["claims"].items()}
        is_complete = _FAILURES.keys().isdisjoint(self.verdicts.values())
        return None if is_complete else int(pytest.ExitCode.TESTS_FAILED)

    @pytest.hookimpl(wrapper=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        yield
        if self.verdicts:
            terminalreporter.section("counterexamples")
            terminalreporter.write_line("\n".join(self.lines()))
        absent = [key for key, verdict in self.verdicts.items() if verdict == "absent"]
        if absent:
            terminalreporter.write_line(
                f"Only a release in which they hold can refute {len(absent)} claims that are "
                "absent here" + ("; -v names them." if terminalreporter.verbosity <= 0 else ":")
            )
        if terminalreporter.verbosity > 0:
            terminalreporter.write_line("\n".join(f"    {key}" for key in absent))

    def pytest_report_teststatus(self, report: pytest.TestReport) -> Any:
        refutation = getattr(report, "refutation", None)
        return RESULTS[refutation["result"]] if refutation else None

    def of(self, claim: str) -> list[record.Refutation]:
        """The faults under which a claim failed, as its record tells them."""
        refuted = [each for each in self.found.get(claim, ()) if each["result"] == "refuted"]
        by_fault: dict[str, record.Refutation] = {
            each["fault"]: {
                "fault": each["fault"],
                "sentence": each["sentence"],
                "by": each["by"],
            }
            for each in refuted
        }
        return list(by_fault.values())

    def verdict(self, key: str, entry: Entry) -> str:
        """What the run showed of a claim: of one that holds as it is, what its faults did."""
        outcome = record.outcome(entry)
        if outcome != "holds":
            return outcome
        faults = self.study.counterexamples.of(key)
        if not faults:
            return "excepted" if key in self.study.counterexamples.excepted else "without"
        results = [self.result(key, fault) for fault in faults]
        return min(results, key=("faulty", "survived", "unchecked", "refuted").index)

    def result(self, key: str, fault: Counterexample) -> str:
        """Under a fault one of a claim's cells must fail, and none for another reason."""
        results = {
            each["result"] for each in self.found.get(key, ()) if each["fault"] == fault.name
        }
        order = ("faulty", "refuted", "survived")
        return next((result for result in order if result in results), "unchecked")

    def lines(self) -> list[str]:
        """What was refuted, by question, and each claim of which that cannot be said."""
        known = self.study.specification.claims
        by_question: dict[str, Counter[str]] = {}
        for key, verdict in self.verdicts.items():
            by_question.setdefault(known[key].question, Counter())[verdict] += 1
        counted = [
            f"{question}  {', '.join(f'{count} {verdict}' for verdict, count in counts.items())}"
            for question, counts in by_question.items()
        ]
        return counted + [
            f"{_FAILURES[verdict]}: {key}{self.blame(key, verdict)}"
            for key, verdict in self.verdicts.items()
            if verdict in _FAILURES
        ]

    def blame(self, claim: str, verdict: str) -> str:
        """The counterexamples that the claim survived, or the errors of those that are faulty."""
        told = [
            " ".join(filter(None, (each["fault"], each["by"], each["message"])))
            for each in self.found.get(claim, ())
            if each["result"] == verdict
        ]
        return "".join(f"\n    {line}" for line in dict.fromkeys(told))


def _killing(nodeid: str, fault: str) -> dict[str, Any]:
    """A fault that ends its process shows nothing of a claim."""
    told = {"claim": claim_id(nodeid), "fault": fault, "sentence": "", "result": "faulty"}
    return {**told, "by": None, "message": "its process died"}


# Why a run under counterexamples fails.
_FAILURES = {
    "survived": "SURVIVED, so it proves nothing",
    "faulty": "FAULTY counterexample",
    "without": "WITHOUT a counterexample",
}
