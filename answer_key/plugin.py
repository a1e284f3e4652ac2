"""The pytest plugin: finds the specification that a run is about, and puts its parts in place."""

import sys
from pathlib import Path

import pytest

from answer_key import (
    environment,
    files,
    hooks,
    html_report,
    page,
    record,
    refutation,
    storage,
    store,
)
from answer_key.baseline import Baseline
from answer_key.claims import claim_id
from answer_key.files import Files
from answer_key.garbage import uncollected
from answer_key.judge import BREAKS, Judge
from answer_key.outline import Outline
from answer_key.record import Environment
from answer_key.recorder import Recorder
from answer_key.study import Study, read_study
from answer_key.subject import FILE, find_folder
from answer_key.supervision import Supervisor, is_possible


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    group = parser.getgroup("answer key")
    group.addoption(
        "--record",
        metavar="PATH",
        help=f"where the run's record goes (default: report/{files.DEFAULT_RECORD})",
    )
    group.addoption(
        "--answer-key",
        metavar="PATH",
        help=f"where the page goes (default: report/{files.DEFAULT_PAGE})",
    )
    group.addoption(
        "--baseline",
        metavar="RECORD",
        help="a record to compare with, or the name of one that is kept; the run fails on drift",
    )
    group.addoption(
        "--refute",
        action="store_true",
        help="run each claim also under its counterexamples, where it must fail",
    )
    parser.addini("report_folder", "where the run's files go by default", default="report")
    html_report.add_options(parser, pluginmanager)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.add_hookspecs(hooks)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    declare_marks(config)
    folder = _asked_for(config)
    if folder is None or config.option.help:
        return
    with uncollected():
        _prepare(config, folder)


def _prepare(config: pytest.Config, folder: Path) -> None:
    """Read the specification that a run is about. Raises UsageError if the run cannot be one."""
    try:
        study = read_study(folder)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    _refuse_blindness(config)
    if study.problems:
        raise pytest.UsageError("\n".join([BREAKS, *study.problems]))
    try:
        described = environment.describe(study.subject, config.hook)
    except environment.Unusable as error:
        raise pytest.UsageError(str(error)) from None
    _register(config, study, described)


def declare_marks(config: pytest.Config) -> None:
    """Make the marks of claims known, also to a run that is not one of this plugin's."""
    config.addinivalue_line("markers", "holds(requirement): the versions in which a claim holds")
    config.addinivalue_line("markers", "confirms(*statements): statements the claim confirms")
    config.addinivalue_line("markers", "corrects(*statements): statements the claim corrects")


def _register(config: pytest.Config, study: Study, described: Environment) -> None:
    """Put in place what judges the claims and, in the controlling process, what gathers."""
    versions = described["versions"]
    register = config.pluginmanager.register
    register(Judge(config, study, versions), "answer-key-judge")
    if config.option.refute:
        register(refutation.Refuter(study, versions), "answer-key-refuter")
    if hasattr(config, "workerinput"):
        return
    try:
        kept = study.folder.parent / store.FOLDER
        context = page.Context(study, store.read_releases(kept, study))
        asked: str | None = config.option.baseline
        if asked:
            path = store.path_of(asked, kept, config.invocation_params.dir)
            remedies = store.read_remedies(kept, study.subject)
            register(Baseline(config, storage.read(path), remedies), "answer-key-baseline")
    except record.RecordError as error:
        raise pytest.UsageError(str(error)) from None
    if config.option.refute:
        register(refutation.Refutations(study), "answer-key-refutations")
    written = Files(config, context)
    register(written, "answer-key-files")
    recorder = Recorder(config, study, described, written.record_path)
    html_report.configure(config, written)
    if not config.option.collectonly:
        written.check_targets()
    register(recorder, "answer-key-recorder")
    if config.option.collectonly:
        register(Outline(study.specification), "answer-key-outline")
    elif is_possible(config):
        register(Supervisor(config, recorder, written), "answer-key-supervisor")


def _asked_for(config: pytest.Config) -> Path | None:
    """The specification that the run touches, if any; `pytest tests` touches none."""
    here = config.invocation_params.dir
    asked = (find_folder(here / str(argument).split("::")[0]) for argument in config.args)
    return next((folder for folder in asked if folder is not None), None)


def _refuse_blindness(config: pytest.Config) -> None:
    """Refuse to run without what proofs and records are made of: assertions and output."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    missing = None
    if sys.flags.optimize:
        missing = "Python's -O takes assertions out; run without it, and without PYTHONOPTIMIZE"
    elif config.getoption("assertmode", "plain") != "rewrite":
        missing = "assertions are not counted; run without --assert=plain and -p no:assertion"
    elif not config.getini("enable_assertion_pass_hook"):
        missing = "assertions are not counted; set enable_assertion_pass_hook = true"
    elif getattr(config.option, "capture", "no") != "fd":
        missing = "what claims print is not recorded; run without -s and --capture (-rP shows it)"
    if missing:
        raise pytest.UsageError(missing)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to run claims without a judge, in whatever way the run was started."""
    if config.pluginmanager.hasplugin("answer-key-judge"):
        return
    for folder in {item.path.parent for item in items if claim_id(item.nodeid)}:
        if (folder / FILE).is_file():
            raise pytest.UsageError(f"claims run only as such: name {folder} to pytest")


@pytest.fixture
def counterexample(request: pytest.FixtureRequest) -> refutation.Fault | None:
    """The fault under which the claim runs (`--refute`); None if it runs as it is."""
    fault: refutation.Fault | None = getattr(request, "param", None)
    return fault
