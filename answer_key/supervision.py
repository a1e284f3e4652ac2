"""Lets a process of its own run the claims, so that one is left to tell if they end it.

The process that pytest was started in forks and waits. The other one goes on with the run, and
with whatever comes after it. If that dies (a crash in native code, `os._exit`, a signal), the one
that waits makes the record and the page of what was found, from the journal.
"""

import contextlib
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from answer_key import journal
from answer_key.files import Files
from answer_key.recorder import Recorder


class Supervisor:
    """Waits for the process that runs the session, and ends what that could not."""

    def __init__(self, config: pytest.Config, recorder: Recorder, files: Files) -> None:
        self.config = config
        self.recorder = recorder
        self.files = files

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        pid = _fork()
        if pid == 0:
            return
        with _passing_signals_to(pid):
            _, waited = os.waitpid(pid, 0)
        status = self.finish(os.waitstatus_to_exitcode(waited))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    def finish(self, status: int) -> int:
        """Make the record if the process died before it could; return the exit code."""
        code = 128 - status if status < 0 else status  # a signal's, as a shell says it
        cause = f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit code {code}"
        words = "".join(self.last_words()).strip()
        told = f"The process that ran it died: {cause}\n{words}".strip()
        found = journal.recover(self.recorder.path, told)
        if found is None:
            return code
        failed = self.recorder.finish(found, int(pytest.ExitCode.TESTS_FAILED))
        journal.path_beside(self.recorder.path).unlink(missing_ok=True)
        print(f"\nThe run died: {cause}", words, *self.files.summary(found), sep="\n")
        return code or failed

    def last_words(self) -> tuple[str, str]:
        """What was captured, and not yet told, when the process died: the file is shared."""
        capture = self.config.pluginmanager.getplugin("capturemanager")
        return capture.read_global_capture() if capture is not None else ("", "")


def is_possible(config: pytest.Config) -> bool:
    """Whether the run can be supervised: whoever passes plugins looks into the process itself."""
    return hasattr(os, "fork") and not config.invocation_params.plugins and sys.gettrace() is None


def _fork() -> int:
    with warnings.catch_warnings():
        # NumPy's threads, which wait for work and know of forks, are all that there is as yet.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


@contextlib.contextmanager
def _passing_signals_to(pid: int) -> Iterator[None]:
    """Pass on what is to end the run; a terminal sends its interrupt to both by itself."""

    def pass_on(number: int, _: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)

    handlers: dict[int, Any] = dict.fromkeys((signal.SIGTERM, signal.SIGHUP), pass_on)
    handlers[signal.SIGINT] = signal.SIG_IGN if os.isatty(0) else pass_on
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
