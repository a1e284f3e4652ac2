"""How `pytest practice` collects practice files, and tells how far one has come.

The `conftest.py` beside the files imports these hooks. Exit codes are pytest's (0 all is right,
1 something is not yet, 2 Python cannot read a file, 4 the specification cannot be run), and:
6 a claim took too long or ended its process, 7 a file was written for another edition.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from answer_key import running
from answer_key.practice import progress, steps
from answer_key.practice.marks import CannotMark
from answer_key.practice.steps import Progress, Step
from answer_key.practice.writing import names
from answer_key.study import Study, read_study

__all__ = [
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_pycollect_makemodule",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
]

TOO_LONG, OTHER_EDITION = 6, 7
LIMIT = 30.0

_STUDY = pytest.StashKey[Study]()
_FILES = pytest.StashKey[list["PracticeFile"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("practice")
    group.addoption("--hint", action="store_true", help="a hint on what is not right yet")
    group.addoption(
        "--limit",
        type=float,
        default=LIMIT,
        metavar="SECONDS",
        help=f"what a claim may take (default: {LIMIT:.0f})",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if not _is_practice(file_path, parent.config):
        return None
    file = PracticeFile.from_parent(parent, path=file_path)
    parent.config.stash.setdefault(_FILES, []).append(file)
    return file


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Keep pytest from importing a practice file, as it does a file that is named to it."""
    is_ours = _is_practice(module_path, parent.config)
    return Unread.from_parent(parent, path=module_path) if is_ours else None


def _is_practice(path: Path, config: pytest.Config) -> bool:
    if path.suffix != ".py" or path.stem == "conftest":
        return False
    return path.stem in names(_study(config))


def _study(config: pytest.Config) -> Study:
    study = config.stash.get(_STUDY, None)
    if study is None:
        try:
            study = read_study(running.specification())
        except ValueError as error:
            raise pytest.UsageError(str(error)) from None
        config.stash[_STUDY] = study
    return study


class Unread(pytest.File):
    """A practice file as pytest's own collection sees it: there is nothing in it."""

    def collect(self) -> Iterator[pytest.Item]:
        return iter(())


class PracticeFile(pytest.File):
    """A practice file: its steps are what there is to be done, in order."""

    progress: Progress | None = None

    def collect(self) -> Iterator[pytest.Item]:
        try:
            self.progress = progress.read(self.path, _study(self.config))
        except ValueError as error:
            raise self.CollectError(str(error)) from None
        for step in self.progress.steps:
            yield StepItem.from_parent(self, name=step.title, step=step)


class StepItem(pytest.Item):
    """A step: it passes if it is right, fails if it is the first that is not, else has to wait."""

    def __init__(self, step: Step, **options: Any) -> None:
        super().__init__(**options)
        self.step = step

    @property
    def progress(self) -> Progress:
        assert isinstance(self.parent, PracticeFile)
        assert self.parent.progress is not None
        return self.parent.progress

    def runtest(self) -> None:
        try:
            self.progress.mark(self.config.getoption("limit", LIMIT))
        except CannotMark as error:
            pytest.exit(f"{self.path.name}: {error}", returncode=int(pytest.ExitCode.USAGE_ERROR))
        state = self.progress.state(self.step)
        if state.outcome == "right":
            return
        if self.step is not self.progress.next:
            pytest.skip(steps.reason(state))
        raise NotYet(self.progress.explain(self.step, self.config.getoption("hint", False)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        if isinstance(excinfo.value, NotYet):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.path.name}: {self.name}"


class NotYet(Exception):
    """A step is not right yet."""


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return
    outcomes = {
        each.outcome
        for file in session.config.stash.get(_FILES, [])
        for each in (file.progress.states if file.progress else ())
    }
    if outcomes & {"slow", "died"}:
        session.exitstatus = TOO_LONG
    elif "old" in outcomes:
        session.exitstatus = OTHER_EDITION


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    files = [each for each in terminalreporter.config.stash.get(_FILES, []) if each.progress]
    if not files:
        return
    terminalreporter.section("practice")
    in_full = terminalreporter.verbosity > 0
    for file in files:
        assert file.progress is not None
        terminalreporter.write_line("\n".join(file.progress.summary(in_full)))
