"""The hooks of an answer key; a conftest, or any plugin of pytest's, may implement them."""

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from answer_key.record import Record
    from answer_key.study import Study


@pytest.hookspec
def pytest_answer_key_packages(packages: dict[str, str]) -> None:
    """Change from which import package the version of an axis comes: `packages[axis] = package`.

    Without a change it is the package that bears the axis's name.
    """


@pytest.hookspec
def pytest_answer_key_unstable() -> list[tuple["re.Pattern[str]", str]]:  # type: ignore[empty-body]
    """What differs from run to run in texts of the subject: patterns, and what stands for them."""


@pytest.hookspec
def pytest_answer_key_record(record: "Record", study: "Study", config: pytest.Config) -> int | None:
    """Take the record of a run that has ended, before pytest writes its own reports.

    Called once, in the controlling process, also for a run that was cut short or whose process
    died. Whoever adds to the record does so in an implementation that is `tryfirst`. A number
    returned is an exit code: the run fails with it, unless it fails anyway.
    """
