"""The pytest-html report: opens with its results and the key, its rows escaped and linked."""

import os
import re
from collections import Counter
from collections.abc import Generator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from answer_key import page, storage
from answer_key.claims import claim_id
from answer_key.record import Record

DEFAULT = "pytest.html"


def add_options(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    if not pluginmanager.hasplugin("html"):
        # Our configuration sets these options of pytest-html, which `-p no:html` leaves undefined.
        for name in ("initial_sort", "render_collapsed"):
            parser.addini(name, "unused without pytest-html", default="")


def configure(config: pytest.Config, context: page.Context) -> None:
    """Ask pytest-html, unless it is switched off, for a self-contained report."""
    option = config.option
    if not config.pluginmanager.hasplugin("html") or option.collectonly or option.setuponly:
        return
    if not option.htmlpath:
        option.htmlpath = str(config.rootpath / str(config.getini("report_folder")) / DEFAULT)
        option.self_contained_html = True
    path = config.invocation_params.dir / os.path.expandvars(option.htmlpath)
    config.pluginmanager.register(HtmlReport(context, path.expanduser()), "answer-key-html")


def link_from(config: pytest.Config, file: Path) -> str | None:
    """The address of the report, seen from another file; None if there will be no report."""
    path = getattr(config.option, "htmlpath", None)
    if not path:
        return None
    return quote(os.path.relpath(config.invocation_params.dir / path, file.parent))


class HtmlReport:
    """What the answer key adds to pytest-html's report."""

    def __init__(self, context: page.Context, path: Path) -> None:
        self.context = context
        self.path = path
        self.record: Record | None = None
        self.counts: Counter[str] = Counter()  # the rows by what pytest-html calls their outcome
        self.linked: set[str] = set()  # the claims whose first row has been made

    def pytest_answer_key_record(self, record: Record) -> None:
        self.record = record

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Leave an earlier report as it is if nothing ran of which this one could tell."""
        is_kept = not self.counts and self.path.is_file()
        earlier = self.path.read_text(encoding="utf-8") if is_kept else None
        result = yield
        if earlier is not None:
            storage.replace_file(self.path, earlier)
        return result

    def pytest_html_report_title(self, report: Any) -> None:
        report.title = f"{self.context.study.subject.title}: the test report"

    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        if self.record is not None:
            prefix.append(page.fragment(self.record, self.context, "", self.counts))

    def pytest_html_results_table_row(self, report: Any, cells: list[str]) -> None:
        """Escape the test's id, which pytest-html inserts as it is, and link its claim."""
        if hasattr(report, "refutation"):
            del cells[:]
        if not cells:
            return
        cells[1] = f'<td class="col-testId">{escape(report.nodeid)}</td>'
        claim = self.context.study.specification.claims.get(claim_id(report.nodeid) or "")
        is_shown = report.when in ("call", "collect") or report.outcome != "passed"
        if is_shown:
            self.counts[re.sub("<[^>]*>", "", cells[0]).lower()] += 1
        if claim is not None and is_shown:
            name = "" if claim.id in self.linked else f' id="{claim.anchor}-row"'
            self.linked.add(claim.id)
            cells[3] = f'<td class="col-links"><a{name} href="#{claim.anchor}">claim</a></td>'
