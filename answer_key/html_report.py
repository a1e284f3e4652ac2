"""The pytest-html report: opens with the answer key, its rows escaped, sorted and linked."""

import os
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from answer_key import page
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
    config.pluginmanager.register(HtmlReport(context), "answer-key-html")


def link_from(config: pytest.Config, file: Path) -> str | None:
    """The address of the report, seen from another file; None if there will be no report."""
    path = getattr(config.option, "htmlpath", None)
    if not path:
        return None
    return quote(os.path.relpath(config.invocation_params.dir / path, file.parent))


class HtmlReport:
    """What the answer key adds to pytest-html's report."""

    def __init__(self, context: page.Context) -> None:
        self.context = context
        self.record: Record | None = None
        self.linked: set[str] = set()  # the claims whose first row has been made

    def pytest_answer_key_record(self, record: Record) -> None:
        self.record = record

    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        if self.record is not None:
            prefix.append(page.fragment(self.record, self.context, ""))

    def pytest_html_results_table_row(self, report: Any, cells: list[str]) -> None:
        """Escape the test's id, which pytest-html inserts as it is, and link its claim."""
        if hasattr(report, "refutation"):
            del cells[:]
        if not cells:
            return
        cells[1] = f'<td class="col-testId">{escape(report.nodeid)}</td>'
        claim = self.context.study.specification.claims.get(claim_id(report.nodeid) or "")
        is_shown = report.when == "call" or report.outcome != "passed"
        if claim is not None and is_shown:
            name = "" if claim.id in self.linked else f' id="{claim.anchor}-row"'
            self.linked.add(claim.id)
            cells[3] = f'<td class="col-links"><a{name} href="#{claim.anchor}">claim</a></td>'
