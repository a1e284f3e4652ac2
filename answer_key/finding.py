"""The lines of someone's code that claims concern."""

from collections.abc import Iterable, Iterator

from answer_key.claims import Claim
from answer_key.concerns import Concerns
from answer_key.patterns import ANY, CONSTRUCTOR, AnyOf, Pattern, Together, is_like
from answer_key.usage.code import Code
from answer_key.usage.names import is_class
from answer_key.usage.uses import File, Place, Use


class Index:
    """The uses of a file by what may be asked for: a path or one it begins with, or a member."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.found: dict[str, list[tuple[Use, list[Place]]]] = {}
        for use, places in file.uses.items():
            for name, known in _asked_for(use):
                self.found.setdefault(name, []).append((known, places))

    def places(self, patterns: AnyOf) -> set[Place]:
        return {
            place
            for pattern in patterns
            for use, places in self.candidates(pattern)
            if pattern.matches(use)
            for place in places
        }

    def candidates(self, pattern: Pattern) -> Iterator[tuple[Use, list[Place]]]:
        names: Iterable[str] = (pattern.path, pattern.member)
        if ANY in pattern.path:
            names = (name for name in self.found if is_like(name, pattern.path))
        elif not pattern.path and not pattern.member:
            names = (f"({pattern.argument}",)
        for name in names:
            yield from self.found.get(name, ())

    def lines(self, together: Together) -> set[Place]:
        first, *others = together
        places = self.places(first)
        return places if places and all(map(self.places, others)) else set()


def _asked_for(use: Use) -> Iterator[tuple[str, Use]]:
    yield use.name, use
    if not use.owner and not use.argument:
        parts = use.name.split(".")
        for count in range(2, len(parts)):
            yield ".".join(parts[:count]), use
    if use.argument:
        yield f"({use.argument}", use
    if not use.owner and use.argument and is_class(use.name):
        yield CONSTRUCTOR, Use(use.name, CONSTRUCTOR, use.argument, use.value)


class Finder:
    """Finds the lines of someone's code that claims concern."""

    def __init__(self, concerns: Concerns, code: Code) -> None:
        self.concerns = concerns
        self.indexes = [Index(file) for file in code.files]

    def lines(self, claim: Claim | None) -> list[str]:
        about = self.concerns.about(claim) if claim is not None else ()
        return [
            index.file.where(place)
            for index in self.indexes
            for place in sorted({place for each in about for place in index.lines(each)})
        ]


def claims_about(concerns: Concerns, code: Code) -> list[Claim]:
    """The claims about names that the code uses."""
    finder = Finder(concerns, code)
    return [claim for claim in concerns.specification.claims.values() if finder.lines(claim)]
