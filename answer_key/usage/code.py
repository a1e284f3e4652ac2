"""Someone's code: its modules and notebooks, found and read."""

import ast
import os
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from answer_key.reading import parse
from answer_key.usage.names import Names
from answer_key.usage.notebooks import cells
from answer_key.usage.statements import Statements
from answer_key.usage.uses import File, Place, Use

SKIPPED = ("site-packages", "node_modules", "build", "__pycache__")


@dataclass(frozen=True)
class Code:
    """Someone's code, and what of it cannot be read, as `file:line: what`."""

    files: tuple[File, ...]
    problems: tuple[str, ...]


def read_code(paths: Sequence[Path], names: Names) -> Code:
    """Read modules and notebooks, and those in folders. Raises ValueError if there is no such."""
    found = dict.fromkeys(each for path in paths for each in _files(path))
    if not found:
        raise ValueError(f"{', '.join(map(str, paths))}: no module and no notebook in there")
    local = {part for path in found for part in (path.stem, *path.parent.parts)}
    files, problems = [], []
    for path in found:
        file = File(str(path), ".".join(path.with_suffix("").parts))
        reader = Statements(names, file, local)
        read = _read_notebook if path.suffix == ".ipynb" else _read_module
        try:
            problems += read(path, reader)
        except ValueError as error:
            problems.append(str(error))
        files.append(file)
    return Code(tuple(_about(files)), tuple(problems))


def read_text(text: str, names: Names) -> dict[Use, list[Place]]:
    """The uses of a text in which the subject's names need no import. Raises SyntaxError."""
    file = File("", "", imports_subject=True)
    reader = Statements(names, file, set())
    reader.scopes[0].update({root: root for root in names.roots})
    reader.module(ast.parse(text))
    return file.uses


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif not path.is_dir():
        raise ValueError(f"{path}: there is no such file or folder")
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(each for each in folders if not _is_skipped(each))
        for name in sorted(files):
            if name.endswith((".py", ".ipynb")) and not name.startswith("."):
                yield Path(folder, name)


def _is_skipped(folder: str) -> bool:
    return folder.startswith(".") or folder in SKIPPED


def _about(files: list[File]) -> Iterator[File]:
    """The files that import the subject, or others of them that do: elsewhere `fit` is foreign."""
    concerned = {file.module for file in files if file.imports_subject}
    newest = concerned
    while newest:
        names = {module.removesuffix(".__init__").rpartition(".")[2] for module in newest}
        newest = {file.module for file in files if not names.isdisjoint(file.imports)} - concerned
        concerned = concerned | newest
    return (file for file in files if file.module in concerned)


def _read_module(path: Path, reader: Statements) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, tree = parse(path, str(path))
    return list(reader.problems(tree, f"{path}:1"))


def _read_notebook(path: Path, reader: Statements) -> list[str]:
    """Read the cells of a notebook, one after the other, in one scope."""
    problems: list[str] = []
    for number, text in cells(path):
        reader.cell = number
        where = f"{path}[cell {number}]"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except SyntaxError as error:
            problems.append(f"{where}:{error.lineno or 1}: Python cannot read it: {error.msg}")
        except (ValueError, RecursionError, MemoryError) as error:
            problems.append(f"{where}:1: cannot be read: {error}")
        else:
            problems += reader.problems(tree, f"{where}:1")
    return problems
