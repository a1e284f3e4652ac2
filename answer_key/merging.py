"""One record from runs of the same release, of which one could check what another could not."""

from answer_key.record import Cell, Entry, Record, RecordError, key, severity, versions


def merge(records: list[Record]) -> Record:
    """One record from runs of the same release on different devices.

    A cell that one run checked and another could not counts as checked; where two runs checked the
    same cell, the worse outcome stays, and the cell tells on what they disagree. Raises RecordError
    if the releases differ, or a claim.
    """
    first, *others = records
    claims = dict(first["claims"])
    for other in others:
        _check_release(first, other)
        for name, theirs in other["claims"].items():
            claims[name] = _merged(name, claims[name], theirs) if name in claims else theirs
    return {**first, "claims": claims}


def completed(run: Record, kept: Record) -> Record:
    """A run's record, with what it could not check but a kept one of the same release did.

    A GPU is not in every machine. Of a claim that was changed since nothing is taken.
    """
    if versions(run) != versions(kept):
        return run
    earlier = kept["claims"]
    claims = {
        name: _completed(entry, earlier[name]) if name in earlier else entry
        for name, entry in run["claims"].items()
    }
    return {**run, "claims": claims}


def _completed(ours: Entry, kept: Entry) -> Entry:
    if ours["source"] != kept["source"]:
        return ours
    earlier = {key(cell): cell for cell in kept["cells"]}
    cells = [
        earlier.get(key(cell), cell) if cell["outcome"] == "unchecked" else cell
        for cell in ours["cells"]
    ]
    return {**ours, "cells": cells}


def _check_release(one: Record, other: Record) -> None:
    theirs = versions(other)
    for axis, ours in versions(one).items():
        if ours != theirs.get(axis):
            raise RecordError(
                f"cannot merge records of {axis} {ours} and {axis} {theirs.get(axis)}; "
                "name records of one release"
            )


def _merged(name: str, ours: Entry, theirs: Entry) -> Entry:
    if ours["source"] != theirs["source"]:
        raise RecordError(f"cannot merge: {name} was changed between the runs; run both again")
    cells: dict[tuple[object, ...], Cell] = {}
    for cell in ours["cells"] + theirs["cells"]:
        earlier = cells.get(key(cell))
        cells[key(cell)] = cell if earlier is None else _worse(earlier, cell)
    return {**theirs, **ours, "cells": list(cells.values())}


def _worse(one: Cell, other: Cell) -> Cell:
    """Of two runs of a cell the worse, with what the other found if that is something else."""
    worse, better = sorted((one, other), key=severity)
    found = _disagreement(worse, better)
    return {**worse, "disagreement": found} if found else worse


def _disagreement(worse: Cell, better: Cell) -> list[str]:
    if better["outcome"] == "unchecked":
        return []
    if worse["outcome"] != better["outcome"]:
        return [worse["outcome"], better["outcome"]]
    if worse.get("output") != better.get("output"):
        return ["output"]
    return ["exhibits"] if worse.get("exhibits") != better.get("exhibits") else []
