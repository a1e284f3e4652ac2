"""Eras: the versions in which a claim holds, such as `keras>=3`."""

import functools
import re
from collections.abc import Container, Iterable, Mapping

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version


def parse(text: str, axes: Container[str] | None = None) -> Requirement:
    """Read an era as pip writes it, on one of the axes. Raises ValueError, saying what is wrong."""
    requirement = _requirement(text)
    is_known = axes is None or requirement.name in axes
    if not is_known or requirement.extras or requirement.marker or requirement.url:
        raise ValueError(f"{text!r} is not about one of {', '.join(map(str, _listed(axes)))}")
    if not requirement.specifier:
        raise ValueError(f"{text!r} names no version")
    return requirement


@functools.cache
def _requirement(text: str) -> Requirement:
    try:
        return Requirement(text)
    except InvalidRequirement:
        raise ValueError(f'{text!r} is no requirement; write it as pip does: "keras>=3"') from None


def _listed(axes: object) -> Iterable[object]:
    return axes if isinstance(axes, Iterable) else ("the axes",)


@functools.cache
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


def meet(old: str, new: str) -> bool:
    """Whether one era begins where the other, on the same axis, ends, and they share no version."""
    if parse(old).name != parse(new).name:
        return False
    sides = [
        (includes(old, before), includes(new, before), includes(old, after), includes(new, after))
        for before, after in map(_edge, _named_versions(old) | _named_versions(new))
    ]
    apart = not any((a and b) or (c and d) for a, b, c, d in sides)
    return apart and (True, False, False, True) in sides


def boundaries(era: str) -> list[str]:
    """The versions at which an era begins or ends, from the lowest on."""
    found = sorted(_named_versions(era), key=Version)
    return [at for at in found if includes(era, _edge(at)[0]) != includes(era, at)]


def _named_versions(era: str) -> set[str]:
    """The versions at which an era may begin or end: `!=3.0.*` begins anew at 3.1."""
    found = set()
    for part in parse(era).specifier:
        found.add(part.version.removesuffix(".*"))
        if part.version.endswith(".*") or part.operator in ("==", "!=", "~=", "<=", ">"):
            *head, last = re.findall(r"\d+", part.version)
            found.add(".".join([*head, str(int(last) + 1)]))
    return found


def _edge(version: str) -> tuple[str, str]:
    """The last release that comes before a version, and the version: 3 comes after 2.99999."""
    numbers = [int(number) for number in re.findall(r"\d+", Version(version).base_version)]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    numbers[-1] -= 1
    return ".".join(map(str, [*numbers, 99999])), version
