"""What claims are about, and so which changes concern someone's code."""

import builtins
import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from answer_key.claims import Claim, Specification
from answer_key.patterns import ANY, CONSTRUCTOR, AnyOf, Notation, Pattern, Together, is_like
from answer_key.subject import Subject
from answer_key.usage.code import read_text
from answer_key.usage.names import is_class
from answer_key.usage.uses import Place, Use
from answer_key.usage.values import OWN, UNKNOWN

_EXCEPTIONS = frozenset(name for name in dir(builtins) if name.endswith("Error"))
_QUOTED = re.compile(r"`([^`]+)`")


class Concerns:
    """What the claims of a specification are about, by the claims' ids.

    As far as it is not declared, it is taken from a claim's code: what its sentence names between
    backquotes; if it names nothing, what the fewest claims use. A change is about what was so
    before, since that is what code of before relies on.
    """

    def __init__(self, specification: Specification, subject: Subject) -> None:
        self.specification = specification
        self.notation = Notation(subject)

    def about(self, claim: Claim) -> tuple[Together, ...]:
        """What a claim is about; of a change it is declared, or told, where it says what was."""
        earlier = self.specification.earlier.get(claim.id)
        if claim.about or earlier is None:
            return self._about(claim)
        return self.about(earlier)

    def _about(self, claim: Claim) -> tuple[Together, ...]:
        if claim.about:
            return tuple(map(self.notation.declared, claim.about))
        together = self.told(claim) or self.rarest(claim)
        return (together,) if together else ()

    @functools.cached_property
    def left(self) -> set[str]:
        """The claims of what is no longer so."""
        return {claim.id for claim in self.specification.earlier.values()}

    @functools.cached_property
    def uses(self) -> dict[str, dict[Use, list[Place]]]:
        """What the code of each claim uses."""
        return {key: self.read(claim) for key, claim in self.specification.claims.items()}

    def read(self, claim: Claim) -> dict[Use, list[Place]]:
        return read_text("\n".join(claim.code), self.notation.names)

    @functools.cached_property
    def frequency(self) -> Counter[str]:
        """How many claims use a name."""
        return Counter(name for uses in self.uses.values() for name in {_key(use) for use in uses})

    def told(self, claim: Claim) -> Together:
        """What the sentence names, as the code uses it; the rarest first."""
        named = [self.named(token, claim) for token in _QUOTED.findall(claim.sentence)]
        found = [patterns for patterns in named if patterns]
        return tuple(sorted(found, key=self.commonness))

    def commonness(self, patterns: AnyOf) -> tuple[bool, int]:
        keys = (each.path or f"{each.member}({each.argument})" for each in patterns)
        return not patterns[0].argument, min(self.frequency[key] for key in keys)

    def named(self, token: str, claim: Claim) -> AnyOf:
        uses = self.uses[claim.id]
        if "(" in token:
            return self.called(token)
        if token.partition(".")[0] in self.notation.names.roots and re.fullmatch(r"[\w.]+", token):
            return (self.notation.pattern(token),)
        word = re.fullmatch(r"(?:[\w]+\.)*(\w+)(=.*)?", token)
        if word is None or token[0] in "'\"":
            return self.valued(token, uses)
        if word[1] in _EXCEPTIONS and claim.id not in self.left:
            return ()  # an exception of now, which code of before did not meet
        matches = (self.of_word(token, word[1], use) for use in uses)
        found = tuple(dict.fromkeys(each for several in matches for each in several))
        return found or ((Pattern(argument=word[1]),) if word[2] else ())

    def called(self, token: str) -> AnyOf:
        try:
            uses = read_text(token, self.notation.names)
        except SyntaxError:
            return ()
        given = [use for use in uses if use.argument and "." in use.name]
        named = [use for use in given if not use.argument.isdigit()]
        return tuple(self.of_use(use, use.value, use.argument) for use in named) or tuple(
            self.of_use(use, argument=use.argument) for use in given[:1]
        )

    def valued(self, token: str, uses: Iterable[Use]) -> AnyOf:
        """The arguments whose text is, or ends with, what a sentence quotes."""
        text = token.strip("'\"")
        value = repr(text) if token[0] in "'\"" else f"*{text}'" if text[0] == "." else f"*{text}*"
        found = (
            self.of_use(use, value, ANY if use.argument.isdigit() else use.argument)
            for use in uses
            if use.value[:1] in ("'", '"') and self.tells(use) and is_like(use.value, value)
        )
        return tuple(dict.fromkeys(found))

    def of_word(self, token: str, word: str, use: Use) -> Iterator[Pattern]:
        beginning, within, _ = f"{use.name}.".partition(f".{token}.")
        if within and not use.owner and not use.argument:
            yield Pattern(f"{beginning}.{token}")
        elif use.argument:
            if use.argument == word:
                yield self.of_use(use, ANY, word)
        elif use.name.rpartition(".")[2] in (word, f"def {word}"):
            yield self.of_use(use)
            if use.owner and use.name == word:  # to override it, too
                yield Pattern("", f"def {word}", self.notation.kinds(use.owner))

    def of_use(self, use: Use, value: str = ANY, argument: str = "") -> Pattern:
        """The uses that are like one of a claim: what one layer shows, others would."""
        if use.owner == OWN:
            return Pattern(argument=argument, value=value)
        if use.owner:
            return Pattern("", use.name, self.notation.kinds(use.owner), argument, value)
        if argument and is_class(use.name):
            return Pattern("", CONSTRUCTOR, self.notation.kinds(use.name), argument, value)
        return Pattern(use.name, argument=argument, value=value)

    def rarest(self, claim: Claim) -> Together:
        """What the fewest claims use of what the body of a claim does."""
        start = sum(piece.count("\n") + 1 for piece in claim.code[:-1])
        own = [
            use
            for use, places in self.uses[claim.id].items()
            if places[-1][1] > start
            and self.tells(use)
            and not (use.argument.isdigit() or use.name.startswith("__"))
        ]
        if not own:
            return ()
        use = min(own, key=lambda each: (self.frequency[_key(each)], each.argument != ""))
        return ((self.of_use(use, ANY, use.argument),),)

    def tells(self, use: Use) -> bool:
        return use.owner not in (UNKNOWN, OWN) and (use.owner != "" or "." in use.name)


def _key(use: Use) -> str:
    return use.name if not use.owner else f"{use.name}({use.argument})"
