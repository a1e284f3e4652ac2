"""Writes a run's record and its page, and ends pytest's output with what became of the claims."""

import os
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from urllib.parse import quote

import pytest

from answer_key import page, record, storage
from answer_key.record import OUTCOMES, Record, RecordError

DEFAULT_RECORD = "record.json"
DEFAULT_PAGE = "answer-key.html"


def target(config: pytest.Config, option: str, default: str) -> Path:
    """Where a file of the run goes: where it is asked to, or its place in the project."""
    asked: str | None = config.getoption(option)
    if asked:
        return config.invocation_params.dir / Path(asked).expanduser()
    return report_folder(config) / default


def report_folder(config: pytest.Config) -> Path:
    """Where files of the run go that nothing else is said of."""
    return config.rootpath / str(config.getini("report_folder"))


class Files:
    """Listens to the record: the two files of a run, and the last lines in the terminal."""

    def __init__(self, config: pytest.Config, context: page.Context) -> None:
        self.config = config
        self.context = context
        self.record_path = target(config, "--record", DEFAULT_RECORD)
        self.page_path = target(config, "--answer-key", DEFAULT_PAGE)
        self.key: page.Key | None = None
        self.failure: str | None = None

    def check_targets(self) -> None:
        """Refuse, before anything is written, what cannot be, and two files on one path."""
        here, option = self.config.invocation_params.dir, self.config.option
        asked = {"--html": "htmlpath", "--junitxml": "xmlpath"}
        paths = {"--record": self.record_path, "--answer-key": self.page_path}
        paths |= {
            name: here / getattr(option, each)
            for name, each in asked.items()
            if getattr(option, each, None)
        }
        taken: dict[str, str] = {}
        for name, path in paths.items():
            _check_target(name, path)
            earlier = taken.setdefault(os.path.realpath(path), name)
            if earlier != name:
                raise pytest.UsageError(f"{name} and {earlier}: both are {path}")

    @pytest.hookimpl(trylast=True)  # when others have added to the record
    def pytest_answer_key_record(self, record: Record) -> int | None:
        self.key = page.Key(record, self.context)
        try:
            self.write(self.key)
        except RecordError as error:
            self.failure = str(error)
            return int(pytest.ExitCode.USAGE_ERROR)
        return None

    def write(self, key: page.Key) -> None:
        storage.write(key.record, self.record_path)
        storage.replace_file(self.page_path, key.document(self._link()))

    def _link(self) -> str | None:
        """The address of pytest-html's report, seen from the page; None if there will be none."""
        path = getattr(self.config.option, "htmlpath", None)
        if not path:
            return None
        report = self.config.invocation_params.dir / path
        return quote(os.path.relpath(report, self.page_path.parent))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        yield
        if self.key is not None:
            terminalreporter.section("answer key")
            for line in self.summary(self.key.record):
                terminalreporter.write_line(line, red=line.startswith("ERROR"))

    def summary(self, found: Record) -> list[str]:
        """What became of the claims, and the names of the files."""
        claims = found["claims"]
        total = len(self.context.study.specification.claims)
        ran = f"{total} claims" if len(claims) == total else f"{len(claims)} of {total} claims ran"
        counts = Counter(record.outcome(claim) for claim in claims.values())
        told = ", ".join(f"{counts[name]} {name}" for name in OUTCOMES if counts[name])
        if self.failure:
            return [f"{ran}: {told}", f"ERROR: {self.failure}"]
        here = self.config.invocation_params.dir
        paths = (self.record_path, self.page_path)
        return [f"{ran}: {told}", *(os.path.relpath(path, here) for path in paths)]


def _check_target(option: str, path: Path) -> None:
    if path.is_dir():
        raise pytest.UsageError(f"{option}: {path} is a folder; name a file")
    folder = next(parent for parent in path.parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise pytest.UsageError(f"{option}: cannot write into {folder}; name another file")
    if (
        len(os.fsencode(path.name)) > 200
    ):  # a file that replaces it, or its journal, has a longer one
        raise pytest.UsageError(f"{option}: the name of {path.name[:40]}… is too long")
