"""`pytest --baseline`: what differs from a record, as failures of the run."""

from collections.abc import Generator, Mapping

import pytest

from answer_key import drift, telling
from answer_key.record import Record
from answer_key.study import Study


class Baseline:
    """Listens to the record, and compares it with the baseline; what did not run says nothing."""

    def __init__(
        self, config: pytest.Config, baseline: Record, remedies: Mapping[str, Record]
    ) -> None:
        self.config = config
        self.baseline = baseline
        self.remedies = remedies
        self.drift: drift.Drift | None = None

    def pytest_answer_key_record(self, record: Record, study: Study) -> int | None:
        claims = self.baseline["claims"]
        if len(record["claims"]) < len(study.specification.claims):
            claims = {key: claim for key, claim in claims.items() if key in record["claims"]}
        self.drift = drift.compare(
            {**self.baseline, "claims": claims}, record, study, self.remedies
        )
        for change in self.drift.changes:
            if change.kind in drift.GRAVE:
                path = study.specification.claims[change.claim].path
                self.config.hook.pytest_runtest_logreport(report=_report(change, path))
        return self.drift.exit_code() or (1 if self.unlike() else None)

    def unlike(self) -> list[drift.Change]:
        """The claims that the baseline has otherwise, or not: it is of another specification."""
        assert self.drift is not None
        return self.drift.of("suite", "changed")

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Count drift, but not among the tests that are done: these are 100 % already."""
        return ("failed", "", "") if hasattr(report, "drift") else None

    @pytest.hookimpl(wrapper=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        yield
        if self.drift is not None:
            terminalreporter.section("drift from the baseline")
            terminalreporter.write_line(telling.plain(telling.as_text(self.drift)))
            if self.unlike():
                what = f"{len(self.unlike())} claims are others than the baseline's: make it anew."
                terminalreporter.write_line(what, red=True)


def _report(change: drift.Change, path: str) -> pytest.TestReport:
    """A failed report for pytest's own reports, JUnit's among them."""
    name = change.claim.partition("::")[2]
    told = "\n".join(f"{word}: {text}" if word else text for word, text in telling.facts(change))
    return pytest.TestReport(
        nodeid=f"{path}::{name}[drift]",
        location=(path, None, name),
        keywords={},
        outcome="failed",
        longrepr=f"Drift from the baseline\n{told}",
        when="call",
        drift=change.claim,
    )
