"""What an answer key is about: `answer_key.toml` in the folder of the specification."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = "answer_key.toml"


@dataclass(frozen=True)
class Subject:
    """Title, axes and cells of a specification; the file `answer_key.toml` says what each is."""

    title: str = "Answer key"
    # What holds of every sentence that says nothing else.
    understood: str = ""
    # What decides by its version, with its label; the first names the releases.
    labels: Mapping[str, str] = field(default_factory=dict)
    # How to install what an axis is about, if not as `pip install AXIS`.
    install: Mapping[str, str] = field(default_factory=dict)
    # How the environments that an axis names are called, if not by its name: `tf215` for 2.15.
    short: Mapping[str, str] = field(default_factory=dict)
    # What undoes changes, by the name of the kept record that shows it.
    remedies: Mapping[str, str] = field(default_factory=dict)
    # The fixtures whose values tell a cell's device and mode, and the device of a claim without.
    device: str = ""
    mode: str = ""
    default_device: str = ""
    # The switches in the environment that change what the subject does.
    flags: tuple[str, ...] = ()
    # Rarer ones, kept only if they are set.
    rare_flags: tuple[str, ...] = ()
    core: Mapping[str, int] = field(default_factory=dict)
    # Under which name each imported one is known here, and what is also something else.
    names: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)

    @property
    def first_axis(self) -> str:
        return next(iter(self.labels))

    def most_core(self, question: str) -> int | None:
        """How many claims of a question may be core; None if the specification has no such."""
        return self.core.get(question, self.core.get("most"))


def read_subject(folder: Path) -> Subject:
    """Read a specification's `answer_key.toml`. Raises ValueError naming the file and the entry."""
    path = folder / FILE
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read: {error}") from None
    axes = _table(path, entries, "axes")
    if not axes or not all(isinstance(axis, dict) for axis in axes.values()):
        raise ValueError(f"{path}: axes: a table for each, such as [axes.numpy]")
    remedies = _table(path, entries, "remedies")
    if not all(isinstance(remedy, dict) for remedy in remedies.values()):
        raise ValueError(f"{path}: remedies: a table for each, such as [remedies.legacy]")
    cells = _table(path, entries, "cells")
    core = _table(path, entries, "core")
    if not all(isinstance(count, int) for count in core.values()):
        raise ValueError(f"{path}: core: numbers are expected, such as most = 12")
    return Subject(
        title=_text(path, entries, "title"),
        understood=str(entries.get("understood", "")),
        labels={axis: _text(path, table, "label") for axis, table in axes.items()},
        install={axis: str(table["install"]) for axis, table in axes.items() if "install" in table},
        short={axis: str(table["short"]) for axis, table in axes.items() if "short" in table},
        remedies={name: _text(path, table, "text") for name, table in remedies.items()},
        device=str(cells.get("device", "")),
        mode=str(cells.get("mode", "")),
        default_device=str(cells.get("default_device", "")),
        flags=tuple(map(str, entries.get("flags", ()))),
        rare_flags=tuple(map(str, entries.get("rare_flags", ()))),
        core=core,
        names=_texts(path, entries, "names"),
        kinds=_texts(path, entries, "kinds"),
    )


def find_folder(path: Path) -> Path | None:
    """The specification that a path lies in, or that lies in it; None if there is none."""
    path = path.resolve()
    for folder in (path, *path.parents):
        if (folder / FILE).is_file():
            return folder
    found = sorted(path.glob(f"*/{FILE}"))
    return found[0].parent.resolve() if found else None


def _table(path: Path, entries: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = entries.get(name, {})
    if not isinstance(table, dict):
        raise ValueError(f"{path}: {name}: a table is expected")
    return table


def _texts(path: Path, entries: Mapping[str, Any], name: str) -> dict[str, str]:
    table = _table(path, entries, name)
    return {key: _text(path, table, key) for key in table}


def _text(path: Path, entries: Mapping[str, Any], name: str) -> str:
    if not isinstance(entries.get(name), str):
        raise ValueError(f"{path}: {name}: a text is expected")
    return str(entries[name])
