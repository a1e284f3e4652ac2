"""The Python of a notebook's cells."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

_SHELL = re.compile(r"\s*([%!?]|[\w.]+\?+\s*$|[\w, ]+=\s*[%!])")
# Cell magics whose cells are Python all the same.
_PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")


def cells(path: Path) -> Iterator[tuple[int, str]]:
    """The Python of a notebook's cells, numbered among all. Raises ValueError if it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        texts = [
            (number, "".join(cell["source"]))
            for number, cell in enumerate(found["cells"], 1)
            if cell["cell_type"] == "code"
        ]
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path}:1: cannot be read: {error}") from None
    except (KeyError, TypeError):
        raise ValueError(f"{path}:1: is no notebook with a list of cells") from None
    for number, text in texts:
        yield number, _without_magic(text)


def _without_magic(text: str) -> str:
    """A cell's Python: lines for IPython or for a shell are `pass`, so that lines keep numbers."""
    if text.startswith("%%") and not text.startswith(_PYTHON_CELLS):
        return ""
    lines, continues = [], False
    for line in text.split("\n"):
        is_shell = continues or _SHELL.match(line) is not None
        indent = line[: len(line) - len(line.lstrip())]
        lines.append("" if continues else indent + "pass" if is_shell else line)
        continues = is_shell and line.endswith("\\")
    return "\n".join(lines)
