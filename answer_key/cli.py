"""The `answer-key` command: pages and comparisons from records, without running TensorFlow.

Exit codes: 0 done, or no drift; 1 drift; 2 wrong usage; 3 a record could not be read, merged or
kept, or a page not written; 4 nothing to compare.
"""

import gc
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from answer_key import drift, page, record, releases, sheets
from answer_key.claims import Specification, read_specification
from answer_key.page import matrix

_A_PATH = click.Path(path_type=Path)
_a_specification = click.option(
    "--spec",
    default="spec",
    show_default=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The specification, from which prose and code come.",
)
_kept_records = click.option(
    "--records",
    default=releases.FOLDER,
    show_default=True,
    type=_A_PATH,
    help="The folder of the records kept, one a release.",
)
_a_page = click.option("-o", "--output", required=True, type=_A_PATH, help="The page.")


class _Commands(click.Group):
    """Commands whose trouble with a record is one line and exit code 3."""

    def invoke(self, ctx: click.Context) -> Any:
        gc.disable()  # what is read lives until the end, so collecting would only walk it
        try:
            return super().invoke(ctx)
        except record.RecordError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(3)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
    specification, statements = _read(spec)
    merged = record.merge([record.read(path) for path in records_of_a_release])
    merged["sheets"] = record.marks(statements, specification, merged["claims"])
    history = releases.read_releases(records, specification, statements)
    context = page.Context(specification, statements, history)
    record.replace_file(output, page.document(merged, context))
    click.echo(output)


@main.command("releases")
@click.argument("records", default=releases.FOLDER, type=click.Path(path_type=Path, exists=True))
@_a_page
@_a_specification
def make_releases(records: Path, output: Path, spec: Path) -> None:
    """Make a page of all releases, and what each changed, from the folder RECORDS."""
    specification, statements = _read(spec)
    history = releases.read_releases(records, specification, statements)
    if not history:
        raise record.RecordError(f"{records}: no records in this folder")
    record.replace_file(output, matrix.document(specification, history))
    click.echo(output)


@main.command()
@click.argument("records_of_releases", metavar="RECORDS", nargs=-1, required=True, type=_A_PATH)
@_a_specification
@_kept_records
def keep(records_of_releases: tuple[Path, ...], spec: Path, records: Path) -> None:
    """Keep RECORDS of whole runs in which all was as declared, tf215.json as 2.15.json."""
    specification, _ = _read(spec)
    for path in records_of_releases:
        click.echo(releases.keep(path, records, specification))


@main.command("compare")
@click.argument("old")
@click.argument("new")
@_kept_records
@click.option("--format", "form", default="text", type=click.Choice(list(drift.FORMATS)))
@click.option("--messages", is_flag=True, help="Count messages that differ as drift, too.")
def compare(old: str, new: str, records: Path, form: str, messages: bool) -> None:
    """Tell what changed from OLD to NEW: two records, or releases such as 2.15."""
    found = drift.compare(*(record.read(_record_path(name, records)) for name in (old, new)))
    style: Callable[[str], str] = _coloured if form == "text" else str
    click.echo(style(drift.FORMATS[form](found)))
    sys.exit(4 if not found.compared else int(found.fails(messages)))


def _read(spec: Path) -> tuple[Specification, dict[str, sheets.Statement]]:
    try:
        return read_specification(spec), sheets.read_sheets(spec)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _record_path(name: str, records: Path) -> Path:
    """The record that a name means: a file, or a release's in the folder of records."""
    if Path(name).exists():
        return Path(name)
    path = records / f"{name}.json"
    if not path.exists():
        known = ", ".join(sorted(each.stem for each in records.glob("*.json"))) or "none"
        raise record.RecordError(f"{name}: neither a file nor a release in {records}/ ({known})")
    return path


def _coloured(text: str) -> str:
    """Headings and key words bold, code coloured; `click.echo` takes it out where it is no use."""
    text = re.sub(r"^\S.*", lambda line: click.style(line[0], bold=True), text, flags=re.MULTILINE)
    text = re.sub(r"\*\*(.+?)\*\*", lambda word: click.style(word[1], bold=True), text)
    return re.sub(r"`(.+?)`", lambda code: click.style(code[1], fg="cyan"), text)
