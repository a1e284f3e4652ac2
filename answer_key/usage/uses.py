"""What a use is, and the files that have uses.

A use is what is used and how: the function or class `keras.layers.Dense`; an attribute of an
instance, whose owner is known or `?`; an argument with its value, as far as the text tells it, or
`()` if there is none. A class derived from the subject uses its base: by being so (`class`); by a
method that it overrides (`def call`), whose arguments are its parameters, what it returns and what
it branches on; and by what it sets on `self` (`__setattr__`), the argument being the method that
does.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

Place = tuple[int, int]  # the cell of a notebook, 0 in a module; and the line


class Use(NamedTuple):
    """What is used, of which owner if it is a member, and maybe an argument of a call of it."""

    owner: str
    name: str
    argument: str = ""
    value: str = ""


@dataclass
class File:
    """A module or a notebook, with the names that it uses."""

    path: str
    module: str
    uses: dict[Use, list[Place]] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    imports_subject: bool = False

    def where(self, place: Place) -> str:
        cell, line = place
        return f"{self.path}[cell {cell}]:{line}" if cell else f"{self.path}:{line}"
