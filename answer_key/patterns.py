"""How the names that a claim is about are written, and the uses that they match.

What a claim is about is told by names, written much as code is:

    tf.keras.losses.MSE                     a function, a class, a module
    tf.keras.layers.Layer.add_weight        a method or an attribute, of any layer
    .lr                                     of anything
    tf.keras.Model.fit(workers=*)           an argument, by name, `*` for any, or position, from 0
    tf.keras.Model.save(0='*.h5')           with such a value; `int`, `str`, `numbers` are known
    tf.keras.Model.save(0=* but '*.h5')     with another value; several `but` exclude several
    tf.keras.Model.fit(0=^(*, None))        what gives such values one after another, as a
                                            generator does; `^!` is an iterator such as `zip`
    def tf.keras.Model.train_step           a method that is overridden; its arguments are its
                                            parameters, `return` what it returns, and `if` what
                                            it branches on
    tf.keras.layers.Layer.build.as_list     an attribute of what such a method is given
    class tf.keras.losses.Loss              a class that is derived from
    tf.Module.__setattr__(build=<tf.*)      an attribute set in a method: to an instance, here

What must be used together is joined by `&`; the lines of the first are shown.
"""

import functools
import re
from dataclasses import dataclass

from answer_key.subject import Subject
from answer_key.usage.names import Names, is_class
from answer_key.usage.uses import Use
from answer_key.usage.values import OWN, UNKNOWN

ANY = "*"
CONSTRUCTOR = "__init__"
_DECLARED = re.compile(r"(?:(def|class) )?([\w.*]+)(?:\((\*|\w+)=(.*)\)|(\(\)))?")
_VALUES = {"int": r"-?\d+|#", "str": r"['\"].*", "numbers": r"[\[(]+-?[\d.].*", "*": ".*"}


@dataclass(frozen=True)
class Pattern:
    """Uses of what is at a path, or of a member of owners of some kinds; of an argument, or not.

    Without kinds the owner may be any.
    """

    path: str = ""
    member: str = ""
    kinds: tuple[str, ...] = ()
    argument: str = ""
    value: str = ANY

    def matches(self, use: Use) -> bool:
        return self._fits_owner(use.owner) and self._fits_argument(use)

    def _fits_owner(self, owner: str) -> bool:
        if owner == OWN:
            return not self.member
        if owner == UNKNOWN and not any(ANY in kind for kind in self.kinds):
            return not self.member.removeprefix("def ").startswith("__")
        if not owner or not self.kinds:
            return True
        return any(
            is_like(owner, kind) if ANY in kind else f"{owner}.".startswith(f"{kind}.")
            for kind in self.kinds
        )

    def _fits_argument(self, use: Use) -> bool:
        if not self.argument:
            return not use.argument
        if not use.argument or self.argument not in (ANY, use.argument):
            return False
        value, *others = self.value.split(" but ")
        return is_like(use.value, value) and not any(is_like(use.value, o) for o in others)


AnyOf = tuple[Pattern, ...]
Together = tuple[AnyOf, ...]  # the lines of the first are shown where the others are used, too


@functools.cache
def _expression(value: str) -> re.Pattern[str]:
    escaped = ".*".join(map(re.escape, value.split("*")))
    return re.compile(_VALUES.get(value, escaped), re.DOTALL)


def is_like(text: str, value: str) -> bool:
    return _expression(value).fullmatch(text) is not None


class Notation:
    """Reads patterns as they are written, by the names and the kinds of a subject."""

    def __init__(self, subject: Subject) -> None:
        self.names = Names(subject.names)
        self.subkinds: dict[str, list[str]] = {}
        for kind, general in subject.kinds.items():
            self.subkinds.setdefault(self.names.canonical(general), []).append(kind)

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
        argument, value = empty or argument or "", value or ANY
        if owner and not self.names.has(path):
            raise ValueError(
                f"{text!r}: {path.partition('.')[0]} is none of answer_key.toml's [names]"
            )
        if word == "class":
            return Pattern("", "class", self.kinds(path))
        if word == "def":
            return Pattern("", f"def {name}", self.kinds(owner), argument, value)
        of, _, method = owner.rpartition(".")
        if is_class(of) and not is_class(owner):
            kinds = tuple(f"{kind}.*.{method}" for kind in self.kinds(of))
            return Pattern("", name, kinds, argument, value)
        if is_class(owner) or not owner:
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
