"""The pytest-html report: opens with the answer key, its rows escaped, sorted and linked."""

import os
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from answer_key import page
from answer_key.claims import claim_id

if TYPE_CHECKING:
    from answer_key.plugin import Recorder

DEFAULT_PATH = "report/pytest.html"


def add_options(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    if not pluginmanager.hasplugin("html"):
        # Our configuration sets these options of pytest-html, which `-p no:html` leaves undefined.
        for name in ("initial_sort", "render_collapsed"):
            parser.addini(name, "unused without pytest-html", default="")


def configure(config: pytest.Config, recorder: "Recorder") -> None:
    """Ask pytest-html, unless it is switched off, for a self-contained report."""
    if not config.pluginmanager.hasplugin("html") or config.option.collectonly:
        return
    if not config.option.htmlpath:
        config.option.htmlpath = str(config.rootpath / DEFAULT_PATH)
        config.option.self_contained_html = True
    config.pluginmanager.register(HtmlReport(recorder), "answer-key-html")


def link_from(config: pytest.Config, file: Path) -> str | None:
    """The address of the report, seen from another file; None if there will be no report."""
    path = getattr(config.option, "htmlpath", None)
    if not path:
        return None
    return quote(os.path.relpath(config.invocation_params.dir / path, file.parent))


class HtmlReport:
    """What the answer key adds to pytest-html's report."""

    def __init__(self, recorder: "Recorder") -> None:
        self.recorder = recorder
        self.linked: set[str] = set()  # the claims whose first row has been made

    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        recorder = self.recorder
        if recorder.record is not None:
            prefix.append(page.fragment(recorder.record, recorder.context, ""))

    def pytest_html_results_table_row(self, report: Any, cells: list[str]) -> None:
        """Escape the test's id, which pytest-html inserts as it is, and link its claim."""
        if hasattr(report, "refutation"):
            del cells[:]
        if not cells:
            return
        cells[1] = f'<td class="col-testId">{escape(report.nodeid)}</td>'
        claim = self.recorder.specification.claims.get(claim_id(report.nodeid))
        is_shown = report.when == "call" or report.outcome != "passed"
        if claim is not None and is_shown:
            name = "" if claim.id in self.linked else f' id="{claim.anchor}-row"'
            self.linked.add(claim.id)
            cells[3] = f'<td class="col-links"><a{name} href="#{claim.anchor}">claim</a></td>'
