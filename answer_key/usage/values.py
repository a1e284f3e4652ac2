"""What an expression stands for, which is a text.

`keras.layers.Dense` is what is imported, `<…>` an instance of it, `~…` a class derived from it,
`@…` a function defined here, `@.…` what another module of the code defines; a constant is as it is
written; `^…` gives such values one after another, as a generator does; or it is one of these.
"""

from answer_key.usage.names import is_class

UNKNOWN = "?"
FOREIGN = "!"
NUMBER = "#"
FRACTION = "#."
GIVES = "^"  # and then what
OWN = "@"  # the owner of functions defined here


def class_of(path: str) -> str:
    """The class that a call makes an instance of: `tf.data.Dataset.range` makes a Dataset."""
    parts = path.split(".")
    for count, part in enumerate(parts[:-1], 1):
        if part[0].isupper():
            return ".".join(parts[:count])
    return path


def is_of_class(value: str) -> bool:
    return value[0] == "<" and is_class(value)


def is_number(value: str) -> bool:
    return value[0] == NUMBER or value.lstrip("-")[:1].isdigit()


def tail(text: str) -> str:
    """A text of which only the end is known."""
    return f"{text[0]}…{text[1:]}"
