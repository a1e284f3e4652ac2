"""What a run runs on, from package metadata: nothing here imports what a specification is about."""

import os
import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from packaging.version import InvalidVersion, Version

from answer_key.record import Environment
from answer_key.subject import Subject


class Unusable(Exception):
    """A package that the run needs is missing, or of no version; says what to do."""


def describe(subject: Subject, hook: Any) -> Environment:
    """The `environment` of a record. Raises Unusable.

    `hook` is pytest's: plugins may say from which package the version of an axis comes.
    """
    packages = {axis: axis for axis in subject.labels}
    hook.pytest_answer_key_packages(packages=packages)
    provided = metadata.packages_distributions()
    chosen = {
        axis: _distribution(provided, package, subject.install.get(package))
        for axis, package in packages.items()
    }
    return {
        "versions": {axis: version for axis, (_, version) in chosen.items()},
        "python": platform.python_version(),
        "platform": f"{platform.system()}-{platform.machine()}",
        "distributions": dict(sorted(chosen.values())),
        "flags": {flag: os.environ.get(flag) for flag in subject.flags},
        "device": subject.default_device,
    }


def _distribution(
    provided: Mapping[str, list[str]], package: str, install: str | None
) -> tuple[str, str]:
    """The distribution that provides an import name, and its version; the newest if several do."""
    names = set(provided.get(package, ())) or _namesake(package)
    if not names:
        how = install or f"pip install {package.replace('_', '-')}"
        raise Unusable(f"{package} is not installed; run: {how}")
    found = [(name, str(metadata.version(name))) for name in names]
    try:
        return max(found, key=lambda it: Version(it[1]))
    except InvalidVersion:
        told = ", ".join(f"{name} {version or 'without one'}" for name, version in found)
        raise Unusable(f"{told}: no version that can be compared, as 2.21.0 or 2.22.0rc0") from None


def _namesake(package: str) -> set[str]:
    """The distribution of the same name: Python 3.10 finds no other way to NumPy's."""
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return set()
    return {package}
