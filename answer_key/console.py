"""What the commands of `answer-key` share: options, reading, writing, and one line for trouble."""

import contextlib
import itertools
import os
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from answer_key import record, running, storage
from answer_key.garbage import uncollected
from answer_key.study import Study, read_study

STREAM = Path("-")  # standard input or output
MOST_PROBLEMS = 20  # of a specification that are told

A_PATH = click.Path(path_type=Path)
A_FOLDER = click.Path(path_type=Path, file_okay=False)


a_specification = click.option(
    "--spec",
    type=A_FOLDER,
    help="The specification [default: the one in this folder, or the one installed].",
)
kept_records = click.option(
    "--records",
    type=A_FOLDER,
    help="The folder of the records kept [default: the one beside the specification].",
)
a_page = click.option(
    "-o", "--output", required=True, type=A_PATH, help="The page; - is standard output."
)
users_code = click.option(
    "--code",
    multiple=True,
    type=A_PATH,
    help="Code of yours, read and not run: only what concerns it. May be given repeatedly.",
)


def version() -> str:
    try:
        return metadata.version("tensorflow-answer-key")
    except metadata.PackageNotFoundError:
        return "unknown (not installed)"


class Commands(click.Group):
    """Commands whose trouble with a file is one line and exit code 3."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with uncollected():
                return super().invoke(ctx)
        except (record.RecordError, OSError) as error:
            with contextlib.suppress(OSError):
                click.echo(f"Error: {storage.printable(str(error))}", err=True)
            sys.exit(3)
        except KeyboardInterrupt:
            sys.exit(130)  # click would end with 1, which is drift


def specification(spec: Path | None) -> Path:
    try:
        return running.specification(spec)
    except ValueError as error:
        raise click.UsageError(storage.printable(str(error))) from None


def read_whole(spec: Path | None) -> Study:
    """The specification and all that belongs to it, whole and without a broken rule."""
    try:
        study = read_study(specification(spec))
    except (ValueError, RecursionError, MemoryError) as error:
        raise refusal([str(error)]) from None
    if study.problems:
        raise refusal(["the specification breaks its rules:", *study.problems])
    return study


def refusal(lines: Iterable[str]) -> click.UsageError:
    first = [storage.printable(line) for line in itertools.islice(lines, MOST_PROBLEMS)]
    return click.UsageError("\n".join(first + ["…"] * (len(first) == MOST_PROBLEMS)))


def write(output: Path, text: str) -> None:
    """Write a page and name its file, or print it."""
    if output == STREAM:
        show(text.encode("utf-8", "backslashreplace"))
    else:
        storage.replace_file(output, text)
        show(str(output))


def show(text: str | bytes) -> None:
    """Print a text, whatever is in it. Raises RecordError where standard output takes no more."""
    if sys.stdout is None:  # closed: whoever did that asks for the exit code alone
        return
    if isinstance(text, str):
        text = text.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding)
    try:
        click.echo(text)
    except OSError as error:
        # What waits in the buffer would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise record.RecordError(f"standard output: cannot be written: {error.strerror}") from None
