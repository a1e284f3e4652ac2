"""Makes the record of a run, in its controlling process, and hands it to whoever wants it."""

from pathlib import Path
from typing import Any

import pytest

from answer_key import journal, record
from answer_key.claims import claim_id
from answer_key.journal import Cells, Journal
from answer_key.record import FAILURES, Environment, Record
from answer_key.study import Study


class Recorder:
    """Gathers the cells, and makes the record of whatever ran."""

    def __init__(self, config: pytest.Config, study: Study, environment: Environment, path: Path):
        self.config = config
        self.study = study
        self.path = path
        claims = study.specification.claims.values()
        facts = {claim.id: record.entry(claim, [], []) for claim in claims}
        self.bare = record.make(environment, facts)
        self.cells = Cells()
        self.journal: Journal | None = None
        self.refused: list[str] = []  # what a worker found, which cannot refuse to run by itself

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Begin the journal, unless the record goes to a device."""
        if not self.config.option.collectonly and (self.path.is_file() or not self.path.exists()):
            journal.recover_file(self.path)
            self.journal = Journal(self.path, self.bare)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.note(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = getattr(report, "answer_key", {})
        if report.when not in ("setup", "call", "teardown"):  # how xdist reports a dead worker
            if self.cells.fault(report.nodeid) is None:
                self.note(report.nodeid, cell=journal.died("The process that ran it died."))
        elif told and (report.when == "setup" or "cell" in told):
            self.note(report.nodeid, **told)

    def note(self, nodeid: str, **told: Any) -> None:
        claim = claim_id(nodeid)
        if claim in self.bare["claims"]:
            event = {"nodeid": nodeid, "claim": claim, **told}
            self.cells.note(**event)
            if self.journal is not None:
                self.journal.note(**event)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.refused = self.refused or getattr(node, "workeroutput", {}).get("refused", [])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.refused:
            terminalreporter.write_line("ERROR: " + "\n".join(self.refused), red=True)

    @pytest.hookimpl(tryfirst=True)  # before pytest writes its own reports, which tell drift, too
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Make the record of whatever ran; if nothing did, the old files stay."""
        session.exitstatus = self.finish(self.cells.complete(self.bare), int(session.exitstatus))
        if self.journal is not None:
            self.journal.close()

    def finish(self, found: Record, status: int) -> int:
        """Hand over a record, and return the run's exit code; `status` is what pytest says."""
        if self.refused:
            return int(pytest.ExitCode.USAGE_ERROR)
        if not found["claims"]:
            return status
        asked = self.config.hook.pytest_answer_key_record(
            record=found, study=self.study, config=self.config
        )
        outcomes = {record.outcome(claim) for claim in found["claims"].values()}
        if pytest.ExitCode.USAGE_ERROR in asked:  # something could not be written
            return int(pytest.ExitCode.USAGE_ERROR)
        if status != pytest.ExitCode.OK:
            return status
        if outcomes.intersection(FAILURES):
            return int(pytest.ExitCode.TESTS_FAILED)
        if outcomes == {"unchecked"}:
            return int(pytest.ExitCode.NO_TESTS_COLLECTED)
        return max((code for code in asked if code), default=status)
