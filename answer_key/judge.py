"""Runs beside the claims, and says of each cell what came of it.

What a `Judge` found travels as plain values on pytest's reports, in the attribute `answer_key`,
also from an xdist worker to the controller.
"""

import functools
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from answer_key import eras, record, refutation
from answer_key.claims import Claim, claim_id
from answer_key.record import FAILURES
from answer_key.study import Study
from answer_key.texts import Texts, message, timed_out

BREAKS = "the specification breaks its rules:"


def refuse(config: pytest.Config, problems: list[str]) -> None:
    """Refuse to run: here, or from an xdist worker, which would show a traceback, by word."""
    if not hasattr(config, "workeroutput"):
        raise pytest.UsageError("\n".join(problems))
    config.workeroutput["refused"] = problems


class Judge:
    """Makes the claims' eras count, and tells of each cell where it ran and its outcome."""

    def __init__(self, config: pytest.Config, study: Study, versions: dict[str, str]) -> None:
        self.config = config
        self.study = study
        self.versions = versions
        self.texts = Texts(config.hook.pytest_answer_key_unstable(), study.folder.parent)
        self.places: dict[str, dict[str, Any]] = {}
        self.ours: dict[Path, bool] = {}  # whether a module is one of the specification's
        self.opened: set[str] = set()  # the questions whose modules pytest has collected
        self.has_asserted = False
        self._count_expected_exceptions()

    def _count_expected_exceptions(self) -> None:
        """Count a `with pytest.raises` or `pytest.warns` that met what it expects."""
        for context in (pytest.RaisesExc, type(pytest.warns(UserWarning))):  # noqa: PT030
            leave = context.__exit__

            def leave_and_count(*args: Any, leave: Any = leave) -> Any:
                result = leave(*args)
                self.has_asserted = True
                return result

            context.__exit__ = leave_and_count  # type: ignore[method-assign]
            self.config.add_cleanup(functools.partial(setattr, context, "__exit__", leave))

    def claim(self, item: pytest.Item) -> Claim | None:
        """The claim that an item runs, as it is or under a counterexample."""
        key = claim_id(item.nodeid)
        return self.study.specification.claims.get(key) if key and self._is_ours(item) else None

    def _is_ours(self, item: pytest.Item) -> bool:
        """Whether an item stands in the specification; asked several times a test."""
        if item.path not in self.ours:
            self.ours[item.path] = self.study.folder in item.path.resolve().parents
        return self.ours[item.path]

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Note where a cell runs, here where items still come in the order of collection."""
        claim = self.claim(item)
        if claim is None:
            return
        params = dict(item.callspec.params) if hasattr(item, "callspec") else {}
        params.pop("counterexample", None)
        fault = refutation.of(item)
        pieces = item.callspec.id.split("-") if hasattr(item, "callspec") else []
        case = "-".join(piece for piece in pieces if piece != refutation.AS_IT_IS)
        subject = self.study.subject
        self.places[item.nodeid] = {
            "position": len(self.places),
            "fault": fault and fault.__name__,
            "cell": record.place(params, case, subject.device, subject.mode),
        }

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        key = claim_id(f"{report.nodeid}::")
        if key is not None and not report.failed:
            self.opened.add(key.partition("::")[0])

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuse what was collected otherwise than it was read; see to claims outside their era."""
        problems = list(self._differences(items))
        if problems:
            refuse(self.config, [BREAKS, *problems])
            items.clear()
        for item in items:
            claim = self.claim(item)
            if claim is not None and not eras.include(claim.eras, self.versions):
                _tell_briefly(item, self.expected(item))

    def _differences(self, items: list[pytest.Item]) -> Iterator[str]:
        """What stands in the specification and is no claim, and claims that pytest passed over."""
        found = set()
        for item in items:
            if not self._is_ours(item):
                continue
            claim = self.claim(item)
            where = f"{self.study.folder.name}/{item.path.name}:{(item.location[1] or 0) + 1}"
            if claim is None:
                yield f"{where}: {item.nodeid.partition('::')[2]} is run, but it is no claim here"
                continue
            found.add(claim.id)
            declared = sorted(mark.args[0] for mark in item.iter_markers("holds"))
            if declared != sorted(claim.eras):
                yield f"{where}: its eras stand on itself, as @holds(…)"
        if self._selects_within_modules():
            return
        for claim in self.study.specification.claims.values():
            if claim.question in self.opened and claim.id not in found:
                yield f"{claim.where}: {claim.name} was read as a claim, and pytest passed it over"

    def _selects_within_modules(self) -> bool:
        """Whether the user chose among a module's tests even before all of them were collected."""
        option = self.config.option
        chosen = [getattr(option, name, None) for name in ("lf", "failedfirst", "stepwise")]
        return any("::" in argument for argument in self.config.args) or any(chosen)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        self.has_asserted = False  # also what a fixture asserted while it was set up

    def pytest_assertion_pass(self) -> None:
        self.has_asserted = True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        place = self.places.get(item.nodeid)
        if place is None:
            return report
        told: dict[str, Any] = {"place": place} if call.when == "setup" else {}
        report.answer_key = told  # type: ignore[attr-defined]
        claim = self.claim(item)
        if claim is None or place["fault"] is not None:
            return report
        outcome = self.outcome(item, claim, call)
        if outcome is None:
            return report
        cell = {"outcome": outcome, "seconds": round(call.duration, 4)}
        told["cell"] = record.plain(cell | self.texts.told(report, call, outcome))
        if outcome == "absent":
            report.outcome = "skipped"
            report.wasxfail = f"not {', '.join(claim.eras)}"
        if outcome in FAILURES:
            report.outcome = "failed"
            vars(report).pop("wasxfail", None)  # with it, pytest would not count the failure
            _begin_with(claim.sentence, report, told["cell"]["error"]["message"])
        return report

    def outcome(self, item: pytest.Item, claim: Claim, call: pytest.CallInfo[None]) -> str | None:
        """The outcome that one phase of a claim decides; None if it decides nothing."""
        is_outside = not eras.include(claim.eras, self.versions)
        if call.excinfo is not None:
            if timed_out(call.excinfo.value):
                return "crashed"
            if isinstance(call.excinfo.value, pytest.skip.Exception):
                return "unchecked"
            if call.when == "call" and is_outside and self._is_declared(item, call.excinfo):
                return "absent"
            return "broken"
        if call.when != "call":
            return None
        if not self.has_asserted:
            return "broken"
        return "stale" if is_outside else "holds"

    def expected(self, item: pytest.Item) -> tuple[type[BaseException], ...]:
        """How a claim must fail outside its eras: as the ones that are not met declare."""
        found: list[type[BaseException]] = []
        for mark in item.iter_markers("holds"):
            (requirement,) = mark.args
            if not eras.includes(requirement, self.versions[eras.parse(requirement).name]):
                # A `pytest.raises` that meets no exception fails with pytest's own, which is no
                # Exception.
                otherwise = mark.kwargs["otherwise"]
                found += [otherwise] if otherwise else [Exception, pytest.fail.Exception]
        return tuple(found)

    def _is_declared(self, item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Whether the era declares such a failure: no `pytest.xfail`, and no misspelt name."""
        error = excinfo.value
        if isinstance(error, pytest.xfail.Exception):
            return False
        is_misspelt = isinstance(error, NameError) and excinfo.traceback[-1].path == item.path
        expected = self.expected(item)
        return isinstance(error, expected) and not (is_misspelt and NameError not in expected)


def _tell_briefly(item: pytest.Item, expected: tuple[type[BaseException], ...]) -> None:
    """Show an expected failure as one line: to quote its source takes longer than the claim."""
    in_full = item.repr_failure

    def brief(excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        return message(excinfo.value) if isinstance(excinfo.value, expected) else in_full(excinfo)

    item.repr_failure = brief  # type: ignore[method-assign, assignment]


def _begin_with(sentence: str, report: pytest.TestReport, text: str) -> None:
    """Let all that pytest shows of a failure, long and short, begin with the claim's sentence."""
    crash = getattr(report.longrepr, "reprcrash", None)
    traceback = getattr(report.longrepr, "reprtraceback", None)
    if crash is None or traceback is None:
        report.longrepr = f"{sentence}\n{text}"
        return
    crash.message = f"{sentence} {crash.message}"
    if traceback.reprentries and hasattr(traceback.reprentries[0], "lines"):
        traceback.reprentries[0].lines.insert(0, sentence)
