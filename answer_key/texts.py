"""What a cell told, as plain values that are the same on every run."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

Unstable = tuple["re.Pattern[str]", str]
# Addresses, and the temporary folders of pytest's; without backtracking in long words.
_ADDRESS = (re.compile(r"\b0x[0-9a-f]{9,16}\b"), "0x…")
_OWN_FOLDER = (
    re.compile(r"(?<![^\s'\"])[^\s'\"]*/pytest-of-[^/\s]+/pytest-\d+/(?:popen-gw\d+/)?\w+"),
    "…",
)
# Where packages are installed.
_PACKAGES = (re.compile(r"(?<![^\s'\"])[^\s'\"]*/(?:site|dist)-packages/"), "…/")
_PATHS = {"/pytest-of-": _OWN_FOLDER, "-packages/": _PACKAGES}


class Texts:
    """Makes what a cell told the same on every run; the subject says what else differs."""

    def __init__(self, unstable: Iterable[list[Unstable]], suite: Path) -> None:
        own = (re.compile(re.escape(f"{suite}/")), "…/")
        self.unstable = [_ADDRESS, own, *(each for several in unstable for each in several)]

    def stable(self, text: str) -> str:
        """A text without what differs from run to run: addresses, counters, temporary folders."""
        for mark, (pattern, replacement) in _PATHS.items():
            if mark in text:
                text = pattern.sub(replacement, text)
        for pattern, replacement in self.unstable:
            text = pattern.sub(replacement, text)
        return text

    def told(
        self, report: pytest.TestReport, call: pytest.CallInfo[None], outcome: str
    ) -> dict[str, Any]:
        """What a cell printed, the error it met, why it could not run."""
        told: dict[str, Any] = {}
        printed = "".join(text for name, text in report.sections if name == "Captured stdout call")
        if printed:
            told["output"] = self.stable(printed)
        exhibits = [content for name, content in report.user_properties if name == "exhibit"]
        if exhibits:
            told["exhibits"] = exhibits
        if outcome == "unchecked" and call.excinfo is not None:
            told["reason"] = message(call.excinfo.value)
        elif call.excinfo is not None:
            told["error"] = _error(self.stable(message(call.excinfo.value)), call.excinfo.typename)
        elif outcome == "stale":
            told["error"] = _error("It holds outside its era, so the era is wrong.")
        elif outcome == "broken":
            told["error"] = _error("No assertion ran: the claim asserts nothing.")
        return told


def _error(text: str, kind: str = "AssertionError") -> dict[str, str]:
    return {"type": kind, "message": text}


def message(error: BaseException) -> str:
    """An exception's text, also of one that cannot be printed."""
    try:
        return str(error)
    except Exception as problem:
        return f"<{type(error).__name__} that cannot be shown: {type(problem).__name__}>"


def timed_out(error: BaseException) -> bool:
    """Whether pytest-timeout ended a claim: its error is that of a failed `pytest.raises`, too."""
    return "from pytest-timeout" in message(error)
