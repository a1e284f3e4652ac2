"""The store of kept records: a folder with a record a release, and the history of a claim in it.

A kept record is a run's own record without the seconds, so that a new run changes only the lines of
what behaves otherwise.
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from answer_key import record, sheets, storage
from answer_key.claims import Claim
from answer_key.record import Entry, Record
from answer_key.study import Study

FOLDER = "records"


@dataclass(frozen=True)
class Release:
    """A kept record. Its name is a release's (`2.15`), or a variant's (`legacy`, `keras-3.0`)."""

    name: str
    record: Record
    marks: Mapping[str, str]

    @property
    def is_stable(self) -> bool:
        return re.fullmatch(r"\d+\.\d+", self.name) is not None

    def entry(self, claim: Claim) -> Entry | None:
        """A claim's entry; None if the release ran another claim, or none, by that name."""
        entry = self.record["claims"].get(claim.id)
        return entry if entry is not None and entry["source"] == claim.source else None

    def outcome(self, claim: Claim) -> str:
        entry = self.entry(claim)
        return "not run" if entry is None else record.outcome(entry)


@dataclass(frozen=True)
class Span:
    """Releases in a row in which something was the same."""

    names: str
    length: int
    what: str


def path_of(name: str, folder: Path, here: Path) -> Path:
    """The record that a name means: a file, or one that is kept in a folder. Raises RecordError."""
    if (here / name).exists():
        return here / name
    path = folder / f"{name}.json"
    if not path.exists():
        known = ", ".join(sorted(each.stem for each in folder.glob("*.json"))) or "none"
        raise record.RecordError(f"{name}: neither a file nor a kept record ({known})")
    return path


def read_releases(folder: Path, study: Study) -> list[Release]:
    """The records of a folder, releases first and in order; none if there is no such folder.

    Statements are marked by the outcomes kept and what claims say now. Raises RecordError.
    """
    releases = []
    for path in folder.glob("*.json"):
        read = storage.read(path)
        marks = sheets.marks(study.statements, study.specification, read["claims"])
        releases.append(Release(path.stem, read, marks))
    return sorted(releases, key=_order)


def _order(release: Release) -> tuple[bool, str, Version]:
    """Releases by their versions, then variants by their names, `keras-3.2` before `keras-3.10`."""
    name, version = re.fullmatch(r"(.*?)(\d+\.\d+)?", release.name, re.DOTALL).groups()  # type: ignore[union-attr]
    return not release.is_stable, name, Version(version or "0")


def spans(found: Iterable[tuple[str, str]]) -> list[Span]:
    """Pairs of a release's name and something found there, with what is the same put together."""
    history = []
    for what, group in itertools.groupby(found, key=lambda pair: pair[1]):
        names = [name for name, _ in group]
        history.append(Span(span_names(names), len(names), what))
    return history


def span_names(names: list[str]) -> str:
    """How to call releases in a row: by the first and the last."""
    return names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"


def keep(path: Path, folder: Path, study: Study) -> Path:
    """Keep the record of a whole run in which everything was as declared. Raises RecordError."""
    read = storage.read(path)
    try:
        _check_whole(read, study)
        target = folder / f"{_name(path.stem, read)}.json"
    except ValueError as problem:
        raise record.RecordError(f"{path}: not kept: {problem}") from None
    storage.write(record.timeless(read), target)
    return target


def _check_whole(read: Record, study: Study) -> None:
    claims = read["claims"]
    for key, claim in study.specification.claims.items():
        if key not in claims:
            raise ValueError(f"{key} did not run; run the whole specification")
        if claims[key]["source"] != claim.source:
            raise ValueError(f"{key} has changed since; run the whole specification")
    for key, entry in claims.items():
        if record.outcome(entry) in record.FAILURES:
            raise ValueError(f"{key} is {record.outcome(entry)}")


def _name(stem: str, read: Record) -> str:
    """What a record is kept as: `tf215` as `2.15`, `keras30` as `keras-3.0`, else as it is called.

    Raises ValueError if that is the name of a release which the record is not of.
    """
    axis, prefix = ("keras", "keras-") if stem.startswith("keras") else ("tensorflow", "")
    version = record.versions(read)[axis]
    is_number = re.fullmatch(r"(tf|keras)\d+", stem) is not None
    if not is_number and not re.fullmatch(r"(keras-)?\d+\.\d+", stem):
        return stem
    name = prefix + _release(version)
    if not is_number and stem != name:
        raise ValueError(f"it is of {axis} {version}; call the file {name}.json")
    return name


def _release(version: str) -> str:
    """The release that a version is one of. Raises ValueError for a candidate or a nightly."""
    try:
        found = Version(version)
    except InvalidVersion:
        raise ValueError(f"{version!r} is no version") from None
    if found.is_prerelease:
        raise ValueError(
            f"{version} is no release yet; give the file another name, such as rc.json"
        )
    return f"{found.major}.{found.minor}"
