"""Eras: the versions in which a claim holds, such as `keras>=3`."""

from collections.abc import Iterable, Mapping

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version

AXES = ("tensorflow", "keras", "numpy")


def parse(text: str) -> Requirement:
    """Read an era as pip writes it. Raises ValueError, saying what is wrong."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        raise ValueError(f'{text!r} is no requirement; write it as pip does: "keras>=3"') from None
    if requirement.name not in AXES or requirement.extras or requirement.marker:
        raise ValueError(f"{text!r} is not about one of {', '.join(AXES)}")
    if not requirement.specifier:
        raise ValueError(f"{text!r} names no version")
    return requirement


def includes(text: str, version: str) -> bool:
    """Whether a version lies in an era.

    A pre-release counts as the release it leads to (2.22.0rc0 and 2.22.0.dev1 as 2.22.0): it shows
    what that release does. An era that itself names a pre-release is compared exactly.
    """
    specifier = parse(text).specifier
    exact = any(Version(part.version.removesuffix(".*")).is_prerelease for part in specifier)
    present = Version(version) if exact else Version(Version(version).base_version)
    return specifier.contains(present, prereleases=True)


def include(eras: Iterable[str], versions: Mapping[str, str]) -> bool:
    """Whether the versions, by axis, lie in all of several eras."""
    return all(includes(era, versions[parse(era).name]) for era in eras)
