"""The store of kept records: a folder with a record a release, and the history of a claim in it.

A kept record is a run's own record without the seconds, so that a new run changes only the lines of
what behaves otherwise.
"""

import functools
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from answer_key import eras, merging, record, sheets, storage
from answer_key.claims import Claim
from answer_key.record import Entry, Record
from answer_key.study import Study
from answer_key.subject import Subject

FOLDER = "records"


@dataclass(frozen=True)
class Release:
    """A kept record: of a release on an axis (`2.15` on the first, `keras-3.0`), or a variant."""

    name: str
    record: Record
    marks: Mapping[str, str]
    axis: str | None = None

    def entry(self, claim: Claim) -> Entry | None:
        """A claim's entry; None if the release ran another claim, or none, by that name."""
        entry = self.record["claims"].get(claim.id)
        return entry if entry is not None and entry["source"] == claim.source else None

    def outcome(self, claim: Claim) -> str:
        entry = self.entry(claim)
        return "not run" if entry is None else record.outcome(entry)


@dataclass(frozen=True)
class Point:
    """A release where it stands on an axis, called by its version there."""

    name: str
    release: Release
    version: Version

    def comes_after(self, other: "Point") -> bool:
        """Whether no release lies between it and an earlier one, as far as numbers tell."""
        before, here = other.version, self.version
        next_ones = ((before.major, before.minor + 1), (before.major + 1, 0))
        return (here.major, here.minor) in next_ones


@dataclass(frozen=True)
class History:
    """The kept records on the axes of a subject."""

    releases: Sequence[Release]
    subject: Subject

    @functools.cached_property
    def variants(self) -> list[Release]:
        return [release for release in self.releases if release.axis is None]

    @functools.cached_property
    def axes(self) -> dict[str, list[Point]]:
        """The points of each axis, in order; each version stands there once.

        The releases of the first axis stand on the others, too, where these have none of their own.
        """
        return {axis: self._points(axis) for axis in self.subject.labels}

    def _points(self, axis: str) -> list[Point]:
        theirs = [each for each in self.releases if each.axis == self.subject.first_axis]
        own = [each for each in self.releases if each.axis == axis]
        found: dict[str, Point] = {}
        for release in theirs + own:
            version = _version(record.versions(release.record).get(axis, ""))
            if version is not None:
                name = f"{version.major}.{version.minor}"
                found[name] = Point(name, release, version)
        return sorted(found.values(), key=lambda point: point.version)

    def axis(self, claims: Iterable[Claim]) -> str:
        """The axis on which claims stand: that of the first era, else the first."""
        found = (eras.parse(era).name for claim in claims for era in claim.eras)
        return next(found, self.subject.first_axis)


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


def newest(folder: Path, subject: Subject) -> Path:
    """The kept record of the newest release. Raises RecordError if there is none."""
    kept = folder.glob("*.json")
    own = [path for path in kept if _axis_of(path.stem, subject) == subject.first_axis]
    if not own:
        raise record.RecordError(f"{folder}: no record of a release is kept in this folder")
    return max(own, key=lambda path: _order(path.stem))


def read_releases(folder: Path, study: Study) -> list[Release]:
    """The records of a folder, releases first and in order; none if there is no such folder.

    Statements are marked by the outcomes kept and what claims say now. Raises RecordError.
    """
    releases = []
    for path in folder.glob("*.json"):
        read = storage.read(path)
        marks = sheets.marks(study.statements, study.specification, read["claims"])
        axis = _axis_of(path.stem, study.subject)
        releases.append(Release(path.stem, read, marks, axis))
    axes = [*study.subject.labels, None]
    releases.sort(key=lambda release: (axes.index(release.axis), *_order(release.name)))
    for before, after in itertools.pairwise(releases):
        _share(before.record["claims"], after.record["claims"])
    return releases


def _share(before: dict[str, Entry], after: dict[str, Entry]) -> None:
    """Let equal entries be one object: each pair of releases is compared, which it makes quick."""
    for key, entry in before.items():
        if after.get(key) == entry:
            after[key] = entry


def read_remedies(folder: Path, subject: Subject) -> dict[str, Record]:
    """The records kept of what undoes changes, by name. Raises RecordError."""
    paths = {name: folder / f"{name}.json" for name in subject.remedies}
    return {name: storage.read(path) for name, path in paths.items() if path.exists()}


def _axis_of(name: str, subject: Subject) -> str | None:
    """The axis of whose release a record is called: `keras-3.0`, or `2.15` of the first."""
    for axis in subject.labels:
        if re.fullmatch(rf"{re.escape(_prefix(axis, subject))}\d+\.\d+", name):
            return axis
    return None


def _prefix(axis: str, subject: Subject) -> str:
    return "" if axis == subject.first_axis else f"{axis}-"


def _order(name: str) -> tuple[str, Version]:
    """By the number with which a name may end: `keras-3.2` before `keras-3.10`."""
    head, version = re.fullmatch(r"(.*?)(\d+\.\d+)?", name, re.DOTALL).groups()  # type: ignore[union-attr]
    return head, Version(version or "0")


def unproven_boundaries(study: Study, releases: Sequence[Release]) -> list[str]:
    """The boundaries of eras without records of the releases on both sides, and where they are."""
    axes = History(releases, study.subject).axes
    found: dict[tuple[str, Version], list[str]] = {}
    for claim in study.specification.claims.values():
        for era in claim.eras:
            for boundary in map(Version, eras.boundaries(era)):
                found.setdefault((eras.parse(era).name, boundary), []).append(claim.where)
    return [
        f"{study.subject.labels[axis]} {boundary} is not proven: there are no records of it and of "
        f"the release before it ({', '.join(dict.fromkeys(places))})"
        for (axis, boundary), places in sorted(found.items())
        if not _is_proven(boundary, axes[axis])
    ]


def _is_proven(boundary: Version, points: Sequence[Point]) -> bool:
    return any(
        before.version < boundary <= after.version and after.comes_after(before)
        for before, after in itertools.pairwise(points)
    )


def _version(text: str) -> Version | None:
    """The release that a version is, or leads to; None for what is no version."""
    try:
        return Version(Version(text).base_version)
    except InvalidVersion:
        return None


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
    """Keep the record of a whole run in which everything was as declared. Raises RecordError.

    What this run could not check stays as the record that it replaces has it, if that is of the
    same release and the claim the same.
    """
    read = storage.read(path)
    try:
        _check_whole(read, study)
        target = folder / f"{_name(path.stem, read, study.subject)}.json"
    except ValueError as problem:
        raise record.RecordError(f"{path}: not kept: {problem}") from None
    if target.exists():
        read = merging.completed(read, storage.read(target))
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


def _name(stem: str, read: Record, subject: Subject) -> str:
    """What a record is kept as: `tf215` as `2.15`, `keras30` as `keras-3.0`, else as it is called.

    Raises ValueError if that is the name of a release which the record is not of.
    """
    for axis in subject.labels:
        is_number = (
            re.fullmatch(rf"{re.escape(subject.short.get(axis, axis))}\d+", stem) is not None
        )
        if is_number or _axis_of(stem, subject) == axis:
            version = record.versions(read)[axis]
            name = _prefix(axis, subject) + _release(version)
            if not is_number and stem != name:
                raise ValueError(f"it is of {axis} {version}; call the file {name}.json")
            return name
    return stem


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
