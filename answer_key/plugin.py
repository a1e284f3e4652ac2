"""The pytest plugin: turns a run of the specification into a record, and the record into a page.

Wherever claims run, a `Judge` attaches what it found to pytest's reports as plain values, which
travel from an xdist worker to the controller. There a `Recorder` makes the record of them.
"""

import functools
import os
import re
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from answer_key import (
    drift,
    environment,
    eras,
    html_report,
    page,
    record,
    refutation,
    sheets,
    store,
)
from answer_key.claims import Claim, Specification, claim_id, read_specification
from answer_key.counterexamples import Counterexamples, read_counterexamples
from answer_key.refutation import timed_out

DEFAULT_RECORD = "report/record.json"
DEFAULT_PAGE = "report/answer-key.html"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    group = parser.getgroup("answer key")
    group.addoption(
        "--record", metavar="PATH", help=f"where the run's record goes (default: {DEFAULT_RECORD})"
    )
    group.addoption(
        "--answer-key", metavar="PATH", help=f"where the page goes (default: {DEFAULT_PAGE})"
    )
    group.addoption(
        "--baseline", metavar="RECORD", help="a record to compare with; the run fails on drift"
    )
    group.addoption(
        "--refute",
        action="store_true",
        help="run each claim also under its counterexamples, where it must fail",
    )
    html_report.add_options(parser, pluginmanager)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "holds(requirement): the versions in which a claim holds")
    config.addinivalue_line("markers", "confirms(*statements): statements the claim confirms")
    config.addinivalue_line("markers", "corrects(*statements): statements the claim corrects")
    folder = config.rootpath / "spec"
    if not _is_asked_for(config, folder):
        return
    specification = read_specification(folder)
    config.pluginmanager.register(Judge(config, specification), "answer-key-judge")
    counterexamples = read_counterexamples(folder, specification)
    if config.option.refute:
        refuter = refutation.Refuter(specification, counterexamples)
        config.pluginmanager.register(refuter, "answer-key-refuter")
    if not hasattr(config, "workerinput"):
        recorder = Recorder(config, folder, specification, counterexamples)
        config.pluginmanager.register(recorder, "answer-key-recorder")
        if config.option.refute:
            recorder.refutations = refutation.Refutations(specification, counterexamples)
            config.pluginmanager.register(recorder.refutations, "answer-key-refutations")
        html_report.configure(config, recorder)


@pytest.fixture
def counterexample(request: pytest.FixtureRequest) -> refutation.Fault | None:
    """The fault under which the claim runs (`--refute`); None if it runs as it is."""
    fault: refutation.Fault | None = getattr(request, "param", None)
    return fault


def _is_asked_for(config: pytest.Config, folder: Path) -> bool:
    """Whether the run touches the specification; `pytest tests` does not."""
    here = config.invocation_params.dir
    asked = [(here / str(arg).split("::")[0]).resolve() for arg in config.args]
    return folder.is_dir() and any(
        path.is_relative_to(folder) or folder.is_relative_to(path) for path in asked
    )


class Judge:
    """Runs beside the claims: makes their eras count, and says of each cell what came of it."""

    def __init__(self, config: pytest.Config, specification: Specification) -> None:
        self.config = config
        self.specification = specification
        self.versions: dict[str, Any] = {}
        self.cells: dict[str, dict[str, Any]] = {}
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

    def pytest_sessionstart(self) -> None:
        self.versions = environment.describe()

    def claim(self, item: pytest.Item) -> Claim | None:
        """The claim that an item runs as it is; None for one under a counterexample."""
        if refutation.of(item) is not None:
            return None
        return self.specification.claims.get(claim_id(item.nodeid))

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Note where a cell runs, here where items still come in the order of collection."""
        if self.claim(item) is None:
            return
        place = {}
        if hasattr(item, "callspec"):
            params = {k: v for k, v in item.callspec.params.items() if k != "counterexample"}
            case = "-".join(each for each in item.callspec.id.split("-") if each != "as it is")
            place = record.place(params, case)
        self.cells[item.nodeid] = {**place, "position": len(self.cells)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Outside its era a claim still runs, and must fail."""
        for item in items:
            for mark in item.iter_markers("holds"):
                requirement = mark.args[0]
                if eras.includes(requirement, self.versions[eras.parse(requirement).name]):
                    continue
                # A `pytest.raises` that meets no exception fails with pytest's own, which is no
                # Exception.
                expected = mark.kwargs["otherwise"] or (Exception, pytest.fail.Exception)
                xfail = pytest.mark.xfail(reason=f"not {requirement}", raises=expected, strict=True)
                item.add_marker(xfail)
                _tell_briefly(item, expected)

    def pytest_runtest_setup(self) -> None:
        self.has_asserted = False

    def pytest_assertion_pass(self) -> None:
        self.has_asserted = True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        claim = self.claim(item)
        if claim is None:
            return report
        outcome = self.outcome(report, call)
        if outcome is None:
            return report
        cell = {**self.cells[item.nodeid], "outcome": outcome, "seconds": round(call.duration, 4)}
        cell.update(_told(report, call, outcome))
        if outcome in record.FAILURES:
            report.outcome = "failed"
            vars(report).pop("wasxfail", None)  # with it, pytest would not count the failure
            _begin_with(claim.sentence, report, cell["error"]["message"])
        report.cell = cell  # type: ignore[attr-defined]
        return report

    def outcome(self, report: pytest.TestReport, call: pytest.CallInfo[None]) -> str | None:
        """The outcome that one phase of a claim decides; None if it decides nothing."""
        if call.excinfo is not None:
            if timed_out(call.excinfo.value):
                return "crashed"
            if hasattr(report, "wasxfail"):
                return "absent"
            return "unchecked" if report.skipped else "broken"
        if call.when != "call":
            return None
        if not self.has_asserted:
            return "broken"
        return "stale" if report.failed else "holds"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Tell the controller where cells run: a report of one that ends its process does not."""
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["cells"] = self.cells


def _tell_briefly(item: pytest.Item, expected: Any) -> None:
    """Show an expected failure as one line: to quote its source takes longer than the claim."""
    in_full = item.repr_failure

    def brief(excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        return excinfo.exconly() if isinstance(excinfo.value, expected) else in_full(excinfo)

    item.repr_failure = brief  # type: ignore[method-assign, assignment]


def _told(report: pytest.TestReport, call: pytest.CallInfo[None], outcome: str) -> dict[str, Any]:
    """What a cell printed, the error it met, why it could not run: the same on every run."""
    told: dict[str, Any] = {}
    printed = "".join(text for name, text in report.sections if name == "Captured stdout call")
    if printed:
        told["output"] = _stable(printed)
    exhibits = [content for name, content in report.user_properties if name == "exhibit"]
    if exhibits:
        told["exhibits"] = exhibits
    if outcome == "unchecked" and call.excinfo is not None:
        told["reason"] = str(call.excinfo.value)
    elif call.excinfo is not None:
        message = _stable(str(call.excinfo.value))
        told["error"] = {"type": call.excinfo.typename, "message": message}
    elif outcome == "stale":
        told["error"] = _error("It holds outside its era, so the era is wrong.")
    elif outcome == "broken":
        told["error"] = _error("No assertion ran: the claim asserts nothing.")
    return told


def _error(message: str) -> dict[str, str]:
    return {"type": "AssertionError", "message": message}


def _stable(text: str) -> str:
    """A text without what differs from run to run: addresses, counters, temporary folders."""
    text = re.sub(r"\b0x[0-9a-f]{6,}", "0x…", text)
    text = re.sub(r"(__(?:inference|forward|backward)_\w+?)_\d+\b", r"\1", text)
    own_folder = r"[^\s'\"]*/pytest-of-[^/]+/pytest-\d+/(popen-gw\d+/)?\w+"
    return re.sub(own_folder, "…", text)


def _begin_with(sentence: str, report: pytest.TestReport, message: str) -> None:
    """Let all that pytest shows of a failure, long and short, begin with the claim's sentence."""
    crash = getattr(report.longrepr, "reprcrash", None)
    traceback = getattr(report.longrepr, "reprtraceback", None)
    if crash is None or traceback is None:
        report.longrepr = f"{sentence}\n{message}"
        return
    crash.message = f"{sentence} {crash.message}"
    if traceback.reprentries and hasattr(traceback.reprentries[0], "lines"):
        traceback.reprentries[0].lines.insert(0, sentence)


class Recorder:
    """Runs in the controller: checks the specification, makes the record and the page."""

    def __init__(
        self,
        config: pytest.Config,
        folder: Path,
        specification: Specification,
        counterexamples: Counterexamples,
    ) -> None:
        self.config = config
        self.folder = folder
        self.specification = specification
        self.counterexamples = counterexamples
        self.refutations: refutation.Refutations | None = None
        self.context = page.Context(specification, {})
        self.environment: dict[str, Any] = {}
        self.found: dict[str, dict[str, Any]] = {}  # the cells that ran, by node id
        self.places: dict[str, dict[str, Any]] = {}  # where cells run, as the workers told
        self.record: record.Record | None = None
        self.baseline: record.Record | None = None
        self.drift: drift.Drift | None = None
        self.refuted: list[str] = []  # what the run under counterexamples showed, for the terminal
        self.failure: str | None = None

    def target(self, option: str, default: str) -> Path:
        asked: str | None = self.config.getoption(option)
        if asked:
            return self.config.invocation_params.dir / asked
        return self.config.rootpath / default

    @property
    def record_path(self) -> Path:
        return self.target("--record", DEFAULT_RECORD)

    @property
    def page_path(self) -> Path:
        return self.target("--answer-key", DEFAULT_PAGE)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Refuse to run a specification that breaks its rules or cannot run here."""
        problems = [*self.specification.problems, *self.counterexamples.problems]
        try:
            statements = sheets.read_sheets(self.folder)
            problems += sheets.problems(self.specification, statements)
        except ValueError as error:
            problems.append(str(error))
        if problems:
            raise pytest.UsageError("\n".join(["the specification breaks its rules:", *problems]))
        try:
            self.environment = environment.describe()
        except environment.MissingPackage as error:
            raise pytest.UsageError(str(error)) from None
        self.read_records(statements)
        _check_target("--record", self.record_path)
        _check_target("--answer-key", self.page_path)

    def read_records(self, statements: dict[str, sheets.Statement]) -> None:
        """Read what the run is shown and compared with, before it costs any time."""
        folder = self.config.rootpath / store.FOLDER
        path: str | None = self.config.getoption("--baseline")
        try:
            history = store.read_releases(folder, self.specification, statements)
            self.context = page.Context(self.specification, statements, history)
            if path:
                self.baseline = record.read(self.config.invocation_params.dir / path)
        except record.RecordError as error:
            raise pytest.UsageError(str(error)) from None

    def pytest_report_collectionfinish(self, items: list[pytest.Item]) -> list[str]:
        """`--collect-only` lists the claims' sentences under their questions and headings."""
        if not self.config.option.collectonly:
            return []
        collected = {claim_id(item.nodeid) for item in items}
        lines: list[str] = []
        question = part = None
        for each_question, each_part, claim in self.specification.outline():
            if claim.id not in collected:
                continue
            if each_question is not question:
                question = each_question
                lines.append(question.title)
            if each_part is not part:
                part = each_part
                lines.append(f"  {part.heading}")
            lines.append(f"    {claim.sentence}")
        return lines

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        cell = getattr(report, "cell", None)
        if report.when not in ("setup", "call", "teardown"):  # how xdist reports a dead worker
            cell = {
                "outcome": "crashed",
                "error": {"type": "ProcessDied", "message": "The process that ran it died."},
            }
        if cell is not None:
            earlier = self.found.get(report.nodeid, cell)
            self.found[report.nodeid] = min(earlier, cell, key=record.severity)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.places.update(getattr(node, "workeroutput", {}).get("cells", {}))

    @pytest.hookimpl(tryfirst=True)  # before pytest writes its own reports, which tell drift, too
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Make the record and the page of whatever ran; if nothing did, the old ones stay."""
        claims = self.entries()
        if not claims:
            return
        if all(record.outcome(entry) == "unchecked" for entry in claims.values()):
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        self.record = record.make(self.environment, claims)
        self.compare(session)
        self.judge_refutations(session)
        link = html_report.link_from(self.config, self.page_path)
        try:
            record.write(self.record, self.record_path)
            text = page.document(self.record, self.context, link)
            record.replace_file(self.page_path, text)
        except record.RecordError as error:
            self.failure = str(error)
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def compare(self, session: pytest.Session) -> None:
        """Compare what ran with the baseline; what did not run says nothing."""
        if self.baseline is None or self.record is None:
            return
        claims = self.baseline["claims"]
        if len(self.record["claims"]) < len(self.specification.claims):
            claims = {key: claim for key, claim in claims.items() if key in self.record["claims"]}
        self.drift = drift.compare({**self.baseline, "claims": claims}, self.record)
        for change in self.drift.changes:
            if change.kind in drift.GRAVE:
                self.config.hook.pytest_runtest_logreport(report=_drift_report(change))
        if session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = self.drift.exit_code()  # pytest's codes mean the same

    def judge_refutations(self, session: pytest.Session) -> None:
        if self.refutations is None or self.record is None:
            return
        self.refuted, complete = self.refutations.summary(self.record["claims"])
        if not complete and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def entries(self) -> dict[str, record.Entry]:
        """The record's claims, in the order of the specification."""
        cells: dict[str, list[dict[str, Any]]] = {}
        nowhere = {"position": len(self.places)}
        for nodeid, cell in self.found.items():
            place = self.places.get(nodeid, nowhere)
            cells.setdefault(claim_id(nodeid), []).append({**place, **cell})
        for several in cells.values():
            several.sort(key=lambda cell: cell.pop("position"))
        return {
            key: record.entry(
                claim, cells[key], self.refutations.of(key) if self.refutations else []
            )
            for key, claim in self.specification.claims.items()
            if key in cells
        }

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        yield
        if self.record is None:
            return
        if self.drift is not None:
            terminalreporter.section("drift from the baseline")
            terminalreporter.write_line(drift.as_text(self.drift))
        if self.refuted:
            terminalreporter.section("counterexamples")
            terminalreporter.write_line("\n".join(self.refuted))
        claims = self.record["claims"]
        total = len(self.specification.claims)
        ran = f"{total} claims" if len(claims) == total else f"{len(claims)} of {total} claims ran"
        counts = Counter(map(record.outcome, claims.values()))
        told = ", ".join(f"{counts[name]} {name}" for name in record.OUTCOMES if counts[name])
        terminalreporter.section("answer key")
        terminalreporter.write_line(f"{ran}: {told}")
        if self.failure:
            terminalreporter.write_line(f"ERROR: {self.failure}", red=True)
            return
        here = self.config.invocation_params.dir
        for path in (self.record_path, self.page_path):
            terminalreporter.write_line(os.path.relpath(path, here))


def _drift_report(change: drift.Change) -> pytest.TestReport:
    """A failed report for pytest's own reports, JUnit's among them."""
    question, _, name = change.claim.partition("::")
    return pytest.TestReport(
        nodeid=f"{change.claim}[drift]",
        location=(question, None, name),
        keywords={},
        outcome="failed",
        longrepr=f"{change.sentence}\nDrift from the baseline: {change.what}",
        when="call",
    )


def _check_target(option: str, path: Path) -> None:
    if path.is_dir():
        raise pytest.UsageError(f"{option}: {path} is a folder; name a file")
    folder = next(parent for parent in path.parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise pytest.UsageError(f"{option}: cannot write into {folder}; name another file")
