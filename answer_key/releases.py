"""Records of many releases: the folder in which they are kept, and the history of a claim in them.

They are kept in the short form of `packing`.
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from answer_key import packing, record, sheets
from answer_key.claims import Claim, Specification

FOLDER = "records"


@dataclass(frozen=True)
class Release:
    """A kept record. Its name is a release's (`2.15`), or a variant's (`legacy`)."""

    name: str
    record: record.Record
    marks: Mapping[str, str]

    @property
    def is_stable(self) -> bool:
        return re.fullmatch(r"\d+\.\d+", self.name) is not None

    def outcome(self, claim: Claim) -> str:
        """A claim's outcome; `not run` if the release ran another claim, or none, by that name."""
        entry = self.record["claims"].get(claim.id)
        known = entry is not None and entry["source"] == claim.source
        return str(entry["outcome"]) if entry is not None and known else "not run"


@dataclass(frozen=True)
class Span:
    """Releases in a row in which something was the same."""

    names: str
    length: int
    what: str


def read_releases(
    folder: Path, specification: Specification, statements: Mapping[str, sheets.Statement]
) -> list[Release]:
    """The records of a folder, releases first and in order; none if there is no such folder.

    Statements are marked by the outcomes kept and what claims say now. Raises RecordError.
    """
    releases = []
    for path in sorted(folder.glob("*.json")):
        read = record.read(path)
        marks = record.marks(statements, specification, read["claims"])
        releases.append(Release(path.stem, read, marks))
    return sorted(releases, key=_order)


def _order(release: Release) -> tuple[bool, Version, str]:
    version = Version(release.name) if release.is_stable else Version("0")
    return not release.is_stable, version, release.name


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


def name_of(path: Path, read: record.Record) -> str:
    """What a record is kept as: `tf215.json` as `2.15`, `keras30.json` as `keras-3.0`, any other
    under its own name."""
    for axis, stem, prefix in (("tensorflow", "tf", ""), ("keras", "keras", "keras-")):
        if re.fullmatch(stem + r"\d+", path.stem):
            version = Version(read["environment"][axis])
            return f"{prefix}{version.major}.{version.minor}"
    return path.stem


def keep(path: Path, folder: Path, specification: Specification) -> Path:
    """Keep the record of a whole run in which everything was as declared. Raises RecordError."""
    read = record.read(path)
    claims = read["claims"]
    for key, claim in specification.claims.items():
        if key not in claims or claims[key]["source"] != claim.source:
            ran = "did not run" if key not in claims else "has changed since"
            raise record.RecordError(f"{path}: not kept: {key} {ran}; run the whole specification")
    for key, entry in claims.items():
        if entry["outcome"] in record.FAILURES:
            raise record.RecordError(f"{path}: not kept: {key} is {entry['outcome']}")
    target = folder / f"{name_of(path, read)}.json"
    record.replace_file(target, packing.text(packing.pack(read)))
    return target
