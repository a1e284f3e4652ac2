"""What a run runs on, from package metadata: nothing here imports what a specification is about."""

import functools
import os
import platform
import sys
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
    chosen = {
        axis: distribution(package, subject.install.get(package))
        for axis, package in packages.items()
    }
    rare = {flag: os.environ[flag] for flag in subject.rare_flags if flag in os.environ}
    return {
        "versions": {axis: version for axis, (_, version) in chosen.items()},
        "python": platform.python_version(),
        "platform": f"{platform.system()}-{platform.machine()}",
        "distributions": dict(sorted(chosen.values())),
        "flags": {**{flag: os.environ.get(flag) for flag in subject.flags}, **rare},
        "device": subject.default_device,
    }


def distribution(package: str, install: str | None = None) -> tuple[str, str]:
    """The distribution that provides an import name, and its version; the newest if several do.

    Raises Unusable, saying what to `install`.
    """
    names = {name for folder in sys.path for name in _providers(folder).get(package, ())}
    if not names:
        how = install or f"pip install {package.replace('_', '-')}"
        raise Unusable(f"{package} is not installed; run: {how}")
    found = [(name, metadata.version(name)) for name in names]
    try:
        return max(found, key=lambda it: Version(it[1]))
    except (InvalidVersion, TypeError):
        told = ", ".join(f"{name} {version or 'without one'}" for name, version in found)
        raise Unusable(
            f"{told}: this is no version (PEP 440), so nobody can tell what holds in it; "
            "install another build"
        ) from None


@functools.cache  # it takes longer than all else here
def _providers(folder: str) -> Mapping[str, set[str]]:
    """The names of a folder's distributions, by the packages that they provide."""
    found: dict[str, set[str]] = {}
    for each in metadata.distributions(path=[folder]):
        name = each.metadata["Name"]
        # Older ones list their packages; of others the files tell, or at least the name.
        told = (each.read_text("top_level.txt") or "").split()
        for package in told or {file.parts[0] for file in each.files or ()} or {name}:
            found.setdefault(package, set()).add(name)
    return found
