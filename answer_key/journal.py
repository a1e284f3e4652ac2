"""What a run has found so far, on disk as it is found: what is left of a run whose process dies.

A journal lies beside the record that the run is going to write, and is gone when that is written.
Its first line is a record without cells; each other line is one event of `Cells`.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from answer_key import record, storage
from answer_key.record import Entry, Record

Event = dict[str, Any]


class Cells:
    """The cells of a run, as they begin and end; cells are known by their node ids."""

    def __init__(self) -> None:
        self.claims: dict[str, str] = {}
        self.places: dict[str, dict[str, Any]] = {}
        self.found: dict[str, dict[str, Any]] = {}

    def note(
        self, nodeid: str, claim: str, place: Any = None, cell: Any = None, **_: object
    ) -> None:
        """Note that a cell begins, where it runs, or what came of it: the worst of its phases."""
        self.claims[nodeid] = claim
        if place is not None:
            self.places[nodeid] = place
        if cell is not None:
            earlier = self.found.get(nodeid, cell)
            self.found[nodeid] = min(earlier, cell, key=record.severity)

    def running(self) -> list[str]:
        """The cells that have begun and not ended, but for those under a counterexample."""
        begun = self.claims.keys() - self.found.keys()
        return [nodeid for nodeid in begun if self.fault(nodeid) is None]

    def fault(self, nodeid: str) -> str | None:
        """The counterexample under which a cell runs."""
        fault: str | None = self.places.get(nodeid, {}).get("fault")
        return fault

    def complete(self, bare: Record) -> Record:
        """The record of the cells, from one that has the facts of all claims and no cells."""
        nowhere: dict[str, Any] = {"position": len(self.places), "cell": {}}
        places = {nodeid: self.places.get(nodeid, nowhere) for nodeid in self.found}
        by_claim: dict[str, list[Any]] = {}
        for nodeid in sorted(self.found, key=lambda nodeid: places[nodeid]["position"]):
            cell = {**places[nodeid]["cell"], **self.found[nodeid]}
            by_claim.setdefault(self.claims[nodeid], []).append(cell)
        claims: dict[str, Entry] = {
            key: {**facts, "cells": by_claim[key]}
            for key, facts in bare["claims"].items()
            if key in by_claim
        }
        return record.make(bare["environment"], claims)


class Journal:
    """The journal of a run that is going on; nothing is written where there can be none."""

    def __init__(self, target: Path, bare: Record) -> None:
        self.path = path_beside(target)
        self.file = None
        with contextlib.suppress(OSError):  # a full disk: the run goes on without
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.file = self.path.open("w", encoding="utf-8", errors="backslashreplace")
            _lock(self.file)
            self._write({"pid": os.getpid(), "record": bare})

    def note(self, **event: Any) -> None:
        self._write(event)

    def _write(self, line: Event) -> None:
        if self.file is not None:
            with contextlib.suppress(OSError):
                self.file.write(json.dumps(line, default=str) + "\n")
                self.file.flush()

    def close(self) -> None:
        """End it: the record is written."""
        if self.file is not None:
            self.file.close()
        self.path.unlink(missing_ok=True)


def path_beside(target: Path) -> Path:
    """Where the journal of a record lies."""
    return target.with_name(f"{target.name}.journal")


def recover(target: Path, words: str) -> Record | None:
    """The record of a run that died, if one left its journal behind; `words` were its last.

    The cells that had begun and not ended are crashed.
    """
    try:
        with path_beside(target).open(encoding="utf-8") as file:
            lines = list(_lines(file)) if _lock(file) else []  # else its run is going on
    except OSError:
        return None
    if not lines or "record" not in lines[0]:
        return None
    cells = Cells()
    for event in lines[1:]:
        cells.note(**event)
    for nodeid in cells.running():
        cells.note(nodeid, cells.claims[nodeid], cell=died(words))
    return cells.complete(lines[0]["record"])


def recover_file(target: Path) -> bool:
    """Write the record that a run which died left behind as a journal, if there is one."""
    found = recover(target, "The run ended here, and nobody was left to say why.")
    if found is None or not found["claims"]:
        return False
    storage.write(found, target)
    path_beside(target).unlink(missing_ok=True)
    return True


def died(words: str) -> dict[str, Any]:
    """What became of a cell whose process died."""
    error = {"type": "ProcessDied", "message": words}
    return {"outcome": "crashed", "error": error}


def _lines(file: Any) -> Iterator[Event]:
    for line in file:
        with contextlib.suppress(ValueError):  # the last one may be torn
            yield json.loads(line)


def _lock(file: Any) -> bool:
    """Hold a file for as long as it is open, so that others see that its writer lives."""
    try:
        import fcntl  # which Windows does not have
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
