"""The pytest-html report: opens with its results and the key, its rows escaped and linked."""

import os
import re
from collections import Counter
from collections.abc import Generator
from html import escape
from pathlib import Path
from typing import Any

import pytest

from answer_key.claims import claim_id
from answer_key.files import Files, report_folder

DEFAULT = "pytest.html"


def add_options(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    if not pluginmanager.hasplugin("html"):
        # Our configuration sets these options of pytest-html, which `-p no:html` leaves undefined.
        for name in ("initial_sort", "render_collapsed"):
            parser.addini(name, "unused without pytest-html", default="")


def configure(config: pytest.Config, files: Files) -> None:
    """Ask pytest-html, unless it is switched off, for a self-contained report."""
    option = config.option
    if not config.pluginmanager.hasplugin("html") or option.collectonly or option.setuponly:
        return
    if not option.htmlpath:
        option.htmlpath = str(report_folder(config) / DEFAULT)
        option.self_contained_html = True
    path = config.invocation_params.dir / os.path.expandvars(option.htmlpath)
    config.pluginmanager.register(HtmlReport(files, path.expanduser()), "answer-key-html")


class HtmlReport:
    """What the answer key adds to pytest-html's report."""

    def __init__(self, files: Files, path: Path) -> None:
        self.files = files
        self.path = Path(os.path.realpath(path))
        self.is_begun = False  # whether pytest-html is about to write its report
        self.failure: str | None = None
        self.counts: Counter[str] = Counter()  # the rows by what pytest-html calls their outcome
        self.linked: set[str] = set()  # the claims whose first row has been made

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Leave an earlier report as it is if nothing ran, or the new one cannot be written."""
        earlier = _set_aside(self.path)
        is_new = False
        try:
            result = yield
            is_new = bool(self.counts) or earlier is None
            return result
        except OSError as error:
            if not self.is_begun:
                raise
            self.failure = f"{self.path}: cannot be written: {error.strerror}"
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
            return None
        finally:
            if not is_new:
                _take_back(self.path, earlier)
                _silence(session.config)
            elif earlier is not None:
                earlier.unlink()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        yield
        if self.failure is not None:
            terminalreporter.write_line(f"ERROR: {self.failure}", red=True)

    def pytest_html_report_title(self, report: Any) -> None:
        report.title = f"{self.files.context.study.subject.title}: the test report"

    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        self.is_begun = True
        if self.files.key is not None:
            prefix.append(self.files.key.fragment("", self.counts))

    def pytest_html_results_table_row(self, report: Any, cells: list[str]) -> None:
        """Escape the test's id, which pytest-html inserts as it is, and link its claim."""
        if hasattr(report, "refutation"):
            del cells[:]
        if not cells:
            return
        cells[1] = f'<td class="col-testId">{escape(report.nodeid)}</td>'
        claim = self.files.context.study.specification.claims.get(claim_id(report.nodeid) or "")
        is_shown = report.when in ("call", "collect") or report.outcome != "passed"
        if is_shown:
            self.counts[re.sub("<[^>]*>", "", cells[0]).lower()] += 1
        if claim is not None and is_shown:
            name = "" if claim.id in self.linked else f' id="{claim.anchor}-row"'
            self.linked.add(claim.id)
            cells[3] = f'<td class="col-links"><a{name} href="#{claim.anchor}">claim</a></td>'


def _set_aside(path: Path) -> Path | None:
    """Rename an earlier report, which needs no space on a disk; the name that it has now."""
    if not path.is_file():
        return None
    return path.rename(path.with_name(f".{path.name}.{os.getpid()}"))


def _take_back(path: Path, earlier: Path | None) -> None:
    """Put what there was in place of what pytest-html has written, if anything."""
    if earlier is not None:
        earlier.replace(path)
    elif path.is_file():
        path.unlink()


def _silence(config: pytest.Config) -> None:
    """Keep pytest-html from naming a report that it has not made."""
    from pytest_html.basereport import BaseReport  # type: ignore[import-untyped]

    for plugin in config.pluginmanager.get_plugins():
        if isinstance(plugin, BaseReport):
            config.pluginmanager.unregister(plugin)
