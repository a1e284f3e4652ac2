"""What claims are about, and so which changes concern someone's code, and in which lines.

What a claim is about is told by names, written much as code is:

    tf.keras.losses.MSE                     a function, a class, a module
    tf.keras.layers.Layer.add_weight        a method or an attribute, of any layer
    .lr                                     of anything
    tf.keras.Model.fit(workers=*)           an argument, by name, `*` for any, or position, from 0
    tf.keras.Model.save(0='*.h5')           with such a value; `int`, `str`, `numbers` are known
    tf.keras.Model.save(0=* but '*.h5')     with another value; several `but` exclude several
    def tf.keras.Model.train_step           a method that is overridden; its arguments are its
                                            parameters, `return` what it returns, and `if` what
                                            it branches on
    tf.keras.layers.Layer.build.as_list     an attribute of what such a method is given
    class tf.keras.losses.Loss              a class that is derived from
    tf.Module.__setattr__(build=<tf.*)      an attribute set in a method: to an instance, here

What must be used together is joined by `&`; the lines of the first are shown.
"""

import builtins
import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from answer_key.claims import Claim, Specification
from answer_key.subject import Subject
from answer_key.usage import OWN, UNKNOWN, Code, File, Names, Place, Use, read_text

_ANY = "*"
_CONSTRUCTOR = "__init__"
_EXCEPTIONS = frozenset(name for name in dir(builtins) if name.endswith("Error"))
_DECLARED = re.compile(r"(?:(def|class) )?([\w.*]+)(?:\((\*|\w+)=(.*)\)|(\(\)))?")
_VALUES = {"int": r"-?\d+|#", "str": r"['\"].*", "numbers": r"[\[(]+-?[\d.].*", "*": ".*"}
_QUOTED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Pattern:
    """Uses of what is at a path, or of a member of owners of some kinds; of an argument, or not.

    Without kinds the owner may be any.
    """

    path: str = ""
    member: str = ""
    kinds: tuple[str, ...] = ()
    argument: str = ""
    value: str = _ANY

    def matches(self, use: Use) -> bool:
        return self._fits_owner(use.owner) and self._fits_argument(use)

    def _fits_owner(self, owner: str) -> bool:
        if owner == OWN:
            return not self.member
        if owner == UNKNOWN and not any(_ANY in kind for kind in self.kinds):
            return not self.member.removeprefix("def ").startswith("__")
        if not owner or not self.kinds:
            return True
        return any(
            _is_like(owner, kind) if _ANY in kind else f"{owner}.".startswith(f"{kind}.")
            for kind in self.kinds
        )

    def _fits_argument(self, use: Use) -> bool:
        if not self.argument:
            return not use.argument
        if not use.argument or self.argument not in (_ANY, use.argument):
            return False
        value, *others = self.value.split(" but ")
        return _is_like(use.value, value) and not any(_is_like(use.value, o) for o in others)


AnyOf = tuple[Pattern, ...]
Together = tuple[AnyOf, ...]  # the lines of the first are shown where the others are used, too


@functools.cache
def _expression(value: str) -> re.Pattern[str]:
    escaped = ".*".join(map(re.escape, value.split("*")))
    return re.compile(_VALUES.get(value, escaped), re.DOTALL)


def _is_like(text: str, value: str) -> bool:
    return _expression(value).fullmatch(text) is not None


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
        if _ANY in pattern.path:
            names = (name for name in self.found if _is_like(name, pattern.path))
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
    if not use.owner and use.argument and _is_class(use.name):
        yield _CONSTRUCTOR, Use(use.name, _CONSTRUCTOR, use.argument, use.value)


def _is_class(path: str) -> bool:
    return path.rpartition(".")[2][:1].isupper()


class Concerns:
    """What the claims of a specification are about, by the claims' ids.

    As far as it is not declared, it is taken from a claim's code: what its sentence names between
    backquotes; if it names nothing, what the fewest claims use. A change is about what was so
    before, since that is what code of before relies on.
    """

    def __init__(self, specification: Specification, subject: Subject) -> None:
        self.specification = specification
        self.names = Names(subject.names)
        self.subkinds: dict[str, list[str]] = {}
        for kind, general in subject.kinds.items():
            self.subkinds.setdefault(self.names.canonical(general), []).append(kind)

    def about(self, claim: Claim) -> tuple[Together, ...]:
        """What a claim is about; of a change it is declared, or told, where it says what was."""
        earlier = self.specification.earlier.get(claim.id)
        if claim.about or earlier is None:
            return self._about(claim)
        return self.about(earlier)

    def _about(self, claim: Claim) -> tuple[Together, ...]:
        if claim.about:
            return tuple(map(self.declared, claim.about))
        together = self.told(claim) or self.rarest(claim)
        return (together,) if together else ()

    # As declared

    def declared(self, text: str) -> Together:
        """Raises ValueError if a text cannot be read as one."""
        return tuple((self.pattern(part.strip()),) for part in text.split("&"))

    def pattern(self, text: str) -> Pattern:
        match = _DECLARED.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no name as code has it, such as tf.Module.call(x=)")
        word, path, argument, value, empty = match.groups()
        path = self.names.canonical(path)
        owner, _, name = path.rpartition(".")
        argument, value = empty or argument or "", value or _ANY
        if owner and not self.names.has(path):
            raise ValueError(
                f"{text!r}: {path.partition('.')[0]} is none of answer_key.toml's [names]"
            )
        if word == "class":
            return Pattern("", "class", self.kinds(path))
        if word == "def":
            return Pattern("", f"def {name}", self.kinds(owner), argument, value)
        of, _, method = owner.rpartition(".")
        if _is_class(of) and not _is_class(owner):
            kinds = tuple(f"{kind}.*.{method}" for kind in self.kinds(of))
            return Pattern("", name, kinds, argument, value)
        if _is_class(owner) or not owner:
            return Pattern(path if owner else "", name, self.kinds(owner), argument, value)
        return Pattern(path, argument=argument, value=value)

    def kinds(self, owner: str) -> tuple[str, ...]:
        """The kind of an owner, the module of its class, and the kinds that are this one, too."""
        if owner in ("", UNKNOWN):
            return ()
        module = owner.rpartition(".")[0]
        kind = module if module and module not in self.names.roots else owner
        found = [kind]
        for each in found:
            found += self.subkinds.get(each, ())
        return tuple(found)

    # As told by sentence and code

    @functools.cached_property
    def left(self) -> set[str]:
        """The claims of what is no longer so."""
        return {claim.id for claim in self.specification.earlier.values()}

    @functools.cached_property
    def uses(self) -> dict[str, dict[Use, list[Place]]]:
        """What the code of each claim uses."""
        return {key: self.read(claim) for key, claim in self.specification.claims.items()}

    def read(self, claim: Claim) -> dict[Use, list[Place]]:
        return read_text("\n".join(claim.code), self.names)

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
        if token.partition(".")[0] in self.names.roots and re.fullmatch(r"[\w.]+", token):
            return (self.pattern(token),)
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
            uses = read_text(token, self.names)
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
            self.of_use(use, value, _ANY if use.argument.isdigit() else use.argument)
            for use in uses
            if use.value[:1] in ("'", '"') and self.tells(use) and _is_like(use.value, value)
        )
        return tuple(dict.fromkeys(found))

    def of_word(self, token: str, word: str, use: Use) -> Iterator[Pattern]:
        beginning, within, _ = f"{use.name}.".partition(f".{token}.")
        if within and not use.owner and not use.argument:
            yield Pattern(f"{beginning}.{token}")
        elif use.argument:
            if use.argument == word:
                yield self.of_use(use, _ANY, word)
        elif use.name.rpartition(".")[2] in (word, f"def {word}"):
            yield self.of_use(use)
            if use.owner and use.name == word:  # to override it, too
                yield Pattern("", f"def {word}", self.kinds(use.owner))

    def of_use(self, use: Use, value: str = _ANY, argument: str = "") -> Pattern:
        """The uses that are like one of a claim: what one layer shows, others would."""
        if use.owner == OWN:
            return Pattern(argument=argument, value=value)
        if use.owner:
            return Pattern("", use.name, self.kinds(use.owner), argument, value)
        if argument and _is_class(use.name):
            return Pattern("", _CONSTRUCTOR, self.kinds(use.name), argument, value)
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
        return ((self.of_use(use, _ANY, use.argument),),)

    def tells(self, use: Use) -> bool:
        return use.owner not in (UNKNOWN, OWN) and (use.owner != "" or "." in use.name)


def _key(use: Use) -> str:
    return use.name if not use.owner else f"{use.name}({use.argument})"


def claims_about(concerns: Concerns, code: Code) -> list[Claim]:
    """The claims about names that the code uses."""
    finder = Finder(concerns, code)
    return [claim for claim in concerns.specification.claims.values() if finder.lines(claim)]


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
