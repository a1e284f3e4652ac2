"""`pytest --refute`: runs every claim also under its counterexamples, where it must fail."""

import contextlib
import functools
import importlib
import inspect
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import _pytest
import pytest

import answer_key
from answer_key import environment, eras, record
from answer_key.claims import Claim, Specification, claim_id
from answer_key.counterexamples import Counterexample, Counterexamples

# What can come of a claim under a counterexample, and how pytest's progress shows it.
RESULTS = {
    "refuted": ("refuted", "r", ("REFUTED", {"green": True})),
    "survived": ("survived", "S", ("SURVIVED", {"yellow": True})),
    "faulty": ("failed", "F", ("FAULTY", {"red": True})),
    "unchecked": ("skipped", "-", ("UNCHECKED", {"yellow": True})),
}

Fault = Callable[[pytest.MonkeyPatch], None]


class FaultyCounterexample(Exception):
    """A counterexample could not be put into TensorFlow."""


def of(item: pytest.Item) -> Fault | None:
    """The fault under which an item runs its claim; None if it runs the claim as it is."""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    fault: Fault | None = params.get("counterexample")
    return fault


def timed_out(error: BaseException) -> bool:
    """Whether pytest-timeout ended a claim: its error is that of a failed `pytest.raises`, too."""
    return "from pytest-timeout" in str(error)


class Refuter:
    """Runs beside the claims: adds the runs under a fault, and says what came of them."""

    def __init__(self, specification: Specification, counterexamples: Counterexamples) -> None:
        self.specification = specification
        self.counterexamples = counterexamples
        self.versions: dict[str, Any] = {}

    def pytest_sessionstart(self) -> None:
        self.versions = environment.describe()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a claim as it is, and once under each fault; outside its era it fails anyway."""
        claim = self.specification.claims.get(claim_id(metafunc.definition.nodeid))
        if claim is None or not eras.include(claim.eras, self.versions):
            return
        faults = [_load(each) for each in self.counterexamples.of(claim.id)]
        if faults:
            metafunc.fixturenames.append("counterexample")
            ids = ["as it is", *(fault.__name__ for fault in faults)]
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
            "message": str(error.value).strip().partition("\n")[0][:200] if error else "",
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
        claim = claim_id(item.nodeid).partition("::")[2]
        if timed_out(call.excinfo.value):
            return "faulty"
        if isinstance(call.excinfo.value, fault.refutes[claim]):
            return "refuted"
        return "refuted" if _is_own_assertion(call.excinfo, item) else "faulty"


def _load(counterexample: Counterexample) -> Fault:
    module = importlib.import_module(counterexample.module)
    fault: Fault = getattr(module, counterexample.name)
    return fault


def _is_own_assertion(excinfo: pytest.ExceptionInfo[BaseException], item: pytest.Item) -> bool:
    """Whether it is an assertion of the claim's, or of a function that it runs in a process."""
    if not isinstance(excinfo.value, AssertionError | pytest.fail.Exception):
        return False
    places = [entry.path for entry in excinfo.traceback if not _only_checks(Path(entry.path))]
    fixtures = item.config.rootpath / "fixtures"
    return bool(places) and (places[-1] == item.path or Path(places[-1]).parent == fixtures)


def _only_checks(path: Path) -> bool:
    """Whether a frame is of a means to assert: pytest's, NumPy's, and our plugin that counts it."""
    return path == Path(contextlib.__file__) or any(map(path.is_relative_to, _checkers()))


@functools.cache
def _checkers() -> list[Path]:
    import numpy.testing

    return [Path(inspect.getfile(module)).parent for module in (_pytest, numpy.testing, answer_key)]


class Refutations:
    """In the controller: what came of each claim under its counterexamples."""

    def __init__(self, specification: Specification, counterexamples: Counterexamples) -> None:
        self.specification = specification
        self.counterexamples = counterexamples
        self.found: dict[str, list[dict[str, Any]]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        refutation = getattr(report, "refutation", None)
        if refutation is not None:
            self.found.setdefault(refutation["claim"], []).append(refutation)

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

    def verdict(self, claim: Claim, outcome: str) -> str:
        """What the run showed of a claim that as it is has this outcome."""
        if outcome != "holds":
            return outcome
        results = [self.result(claim, fault) for fault in self.counterexamples.of(claim.id)]
        if not results:
            return "excepted" if claim.id in self.counterexamples.excepted else "without"
        return min(results, key=("faulty", "survived", "unchecked", "refuted").index)

    def result(self, claim: Claim, fault: Counterexample) -> str:
        """Under a fault one of a claim's cells must fail, and none for another reason."""
        results = {
            each["result"] for each in self.found.get(claim.id, ()) if each["fault"] == fault.name
        }
        order = ("faulty", "refuted", "survived")
        return next((result for result in order if result in results), "unchecked")

    def summary(self, claims: Mapping[str, record.Entry]) -> tuple[list[str], bool]:
        """The lines that tell what was refuted, and whether every claim was, or is excepted."""
        verdicts = {
            key: self.verdict(self.specification.claims[key], record.outcome(entry))
            for key, entry in claims.items()
        }
        by_question: dict[str, Counter[str]] = {}
        for key, verdict in verdicts.items():
            by_question.setdefault(key.partition("::")[0], Counter())[verdict] += 1
        lines = [
            f"{question}  {', '.join(f'{count} {verdict}' for verdict, count in counts.items())}"
            for question, counts in by_question.items()
        ]
        bad = {key: verdict for key, verdict in verdicts.items() if verdict in _FAILURES}
        lines += [
            f"{_FAILURES[verdict]}: {key}{self.blame(key, verdict)}" for key, verdict in bad.items()
        ]
        return lines, not bad

    def blame(self, claim: str, verdict: str) -> str:
        """The counterexamples that the claim survived, or the errors of those that are faulty."""
        told = [
            " ".join(filter(None, (each["fault"], each["by"], each["message"])))
            for each in self.found.get(claim, ())
            if each["result"] == verdict
        ]
        return "".join(f"\n    {line}" for line in dict.fromkeys(told))


# Why a run under counterexamples fails.
_FAILURES = {
    "survived": "SURVIVED, so it proves nothing",
    "faulty": "FAULTY counterexample",
    "without": "WITHOUT a counterexample",
}
