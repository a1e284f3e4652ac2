"""What imported names are called: one name for all the ways to import it."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """How imported names are made one: `tensorflow.keras.Model` is `keras.models.Model`."""

    table: Mapping[str, str]

    @functools.cached_property
    def roots(self) -> frozenset[str]:
        """The first parts of the names that belong to the subject."""
        return frozenset(name.partition(".")[0] for name in self.table.values())

    @functools.cached_property
    def _known(self) -> dict[str, str]:
        return {}

    def canonical(self, path: str) -> str:
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._resolved(path)
        return found

    def _resolved(self, path: str) -> str:
        for _ in range(len(self.table)):
            parts = path.split(".")
            beginnings = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
            known = next((each for each in beginnings if each in self.table), None)
            if known is None or self.table[known] == known:
                return path
            path = self.table[known] + path[len(known) :]
        return path

    def has(self, path: str) -> bool:
        return path.partition(".")[0] in self.roots


def is_class(path: str) -> bool:
    """Whether a path ends as the names of classes are written."""
    return path.rpartition(".")[2][:1].isupper()
