"""The `answer-key` command: pages and comparisons from records, without running TensorFlow.

Exit codes: 0 done, or no drift; 1 drift; 2 wrong usage, or a specification that breaks its rules;
3 a record could not be read, merged or kept, or what was made not be written; 4 nothing to compare.
"""

import ast
import contextlib
import functools
import gc
import itertools
import os
import re
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from answer_key import drift, page, record, sheets, store
from answer_key.claims import Specification, read_specification
from answer_key.page import releases

STREAM = Path("-")  # standard input or output
MOST_PROBLEMS = 20  # of a specification that are told

_A_PATH = click.Path(path_type=Path)
_A_FOLDER = click.Path(path_type=Path, file_okay=False)


def _existing(context: click.Context, option: click.Parameter, value: Path) -> Path:
    """Refuse a folder that is asked for and is not there; without the default one we can do."""
    asked = context.get_parameter_source(option.name or "") is not ParameterSource.DEFAULT
    if asked and not value.exists():
        raise click.BadParameter(f"Directory {str(value)!r} does not exist.")
    return value


_a_specification = click.option(
    "--spec",
    default="spec",
    show_default=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The specification, from which prose and code come.",
)
_in_records = functools.partial(
    click.option, "--records", default=store.FOLDER, show_default=True, type=_A_FOLDER
)
_kept_records = _in_records(callback=_existing, help="The folder of the records kept.")
_a_page = click.option(
    "-o", "--output", required=True, type=_A_PATH, help="The page; - is standard output."
)


def _version() -> str:
    try:
        return metadata.version("tensorflow-answer-key")
    except metadata.PackageNotFoundError:
        return "unknown (not installed)"


class _Commands(click.Group):
    """Commands whose trouble with a file is one line and exit code 3."""

    def invoke(self, ctx: click.Context) -> Any:
        gc.disable()  # what is read lives until the end, so collecting would only walk it
        try:
            return super().invoke(ctx)
        except (record.RecordError, OSError) as error:
            with contextlib.suppress(OSError):
                click.echo(f"Error: {record.printable(str(error))}", err=True)
            sys.exit(3)
        except KeyboardInterrupt:
            sys.exit(130)  # click would end with 1, which is drift


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="answer-key")
def main() -> None:
    """Work with the records of runs of the TensorFlow answer key."""


@main.command("page")
@click.argument("records_of_a_release", metavar="RECORDS", nargs=-1, required=True, type=_A_PATH)
@_a_page
@_a_specification
@_kept_records
def make_page(
    records_of_a_release: tuple[Path, ...], output: Path, spec: Path, records: Path
) -> None:
    """Make an answer key from RECORDS of one release, on one or several devices."""
    _check_output(output, records_of_a_release)
    specification, statements = _read_specification(spec)
    merged = record.merge([_read_record(path) for path in records_of_a_release])
    history = store.read_releases(records, specification, statements)
    context = page.Context(specification, statements, history)
    _write(output, page.document(merged, context))


@main.command("releases")
@click.argument("records", default=store.FOLDER, type=_A_FOLDER, callback=_existing)
@_a_page
@_a_specification
def make_releases(records: Path, output: Path, spec: Path) -> None:
    """Make a page of all releases, and what each changed, from the folder RECORDS."""
    _check_output(output, records.glob("*.json"))
    specification, statements = _read_specification(spec)
    history = store.read_releases(records, specification, statements)
    if not history:
        raise record.RecordError(f"{records}: no records in this folder")
    _write(output, releases.document(specification, history))


@main.command()
@click.argument("records_of_releases", metavar="RECORDS", nargs=-1, required=True, type=_A_PATH)
@_a_specification
@_in_records(help="The folder to keep them in.")
def keep(records_of_releases: tuple[Path, ...], spec: Path, records: Path) -> None:
    """Keep RECORDS of whole runs in which all was as declared, tf215.json as 2.15.json."""
    specification, _ = _read_specification(spec)
    for path in records_of_releases:
        _print(str(store.keep(path, records, specification)))


@main.command("compare")
@click.argument("old")
@click.argument("new")
@_kept_records
@click.option("--format", "form", default="text", type=click.Choice(list(drift.FORMATS)))
@click.option("--messages", is_flag=True, help="Count messages that differ as drift, too.")
def compare(old: str, new: str, records: Path, form: str, messages: bool) -> None:
    """Tell what changed from OLD to NEW: two records, or releases such as 2.15; - is read."""
    found = drift.compare(*(_read_record(_record_path(name, records)) for name in (old, new)))
    text = drift.FORMATS[form](found)
    _print(_coloured(text) if form == "text" else text)
    sys.exit(found.exit_code(messages))


def _read_specification(spec: Path) -> tuple[Specification, dict[str, sheets.Statement]]:
    """The specification and the answer sheets, whole and without a broken rule."""
    try:
        specification, statements = read_specification(spec), sheets.read_sheets(spec)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _refusal([*_unreadable(spec)] or [str(error)]) from None
    if specification.problems:
        raise _refusal(["the specification breaks its rules:", *specification.problems])
    known = {Path(question.path).name for question in specification.questions}
    if known != {path.name for path in spec.glob("test_*.py")}:
        raise _refusal(_unreadable(spec))
    if not known:
        raise _refusal([f"{spec}: no specification, there is no test_qNN_….py in it"])
    return specification, statements


def _refusal(lines: Iterable[str]) -> click.UsageError:
    first = [record.printable(line) for line in itertools.islice(lines, MOST_PROBLEMS)]
    return click.UsageError("\n".join(first + ["…"] * (len(first) == MOST_PROBLEMS)))


def _unreadable(spec: Path) -> Iterator[str]:
    """The modules that Python cannot read, each with the line and the reason."""
    for path in sorted([*spec.glob("test_*.py"), *(spec.parent / "fixtures").glob("*.py")]):
        try:
            ast.parse(path.read_text(encoding="utf-8"))
        except SyntaxError as error:
            yield f"{path}:{error.lineno or 1}: {error.msg}"
        except (OSError, ValueError, RecursionError, MemoryError) as error:
            yield f"{path}: {error}"


def _record_path(name: str, records: Path) -> Path:
    """The record that a name means: a file, or a release's in the folder of records."""
    if name == str(STREAM) or Path(name).exists():
        return Path(name)
    path = records / f"{name}.json"
    if not path.exists():
        known = ", ".join(sorted(each.stem for each in records.glob("*.json"))) or "none"
        raise record.RecordError(f"{name}: neither a file nor a release in {records}/ ({known})")
    return path


def _read_record(path: Path) -> record.Record:
    if path == STREAM:
        return record.parse(sys.stdin.buffer.read() if sys.stdin else b"", "standard input")
    return record.read(path)


def _check_output(output: Path, inputs: Iterable[Path]) -> None:
    """Refuse to write a page over a record that it is made of."""
    if output.is_file() and any(path.exists() and path.samefile(output) for path in inputs):
        raise click.UsageError(f"-o {output} is one of the records; name another file")


def _write(output: Path, text: str) -> None:
    """Write a page and name its file, or print it."""
    if output == STREAM:
        _print(text.encode("utf-8", "backslashreplace"))
    else:
        record.replace_file(output, text)
        _print(str(output))


def _print(text: str | bytes) -> None:
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


def _coloured(text: str) -> str:
    """Headings and key words bold, code coloured; `click.echo` takes it out where it is no use."""
    text = re.sub(r"^\S.*", lambda line: click.style(line[0], bold=True), text, flags=re.MULTILINE)
    text = re.sub(r"\*\*(.+?)\*\*", lambda word: click.style(word[1], bold=True), text)
    return re.sub(r"`(.+?)`", lambda code: click.style(code[1], fg="cyan"), text)
