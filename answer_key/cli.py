"""The `answer-key` command: pages and comparisons from records, without running TensorFlow.

Exit codes: 0 done, or no drift; 1 drift; 2 wrong usage; 3 a record could not be read or merged, or
a page not written; 4 nothing to compare.
"""

import sys
from pathlib import Path

import click

from answer_key import drift, page, record, sheets
from answer_key.claims import read_specification


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Work with the records of runs of the TensorFlow answer key."""


@main.command("page")
@click.argument("records", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The page.")
@click.option(
    "--spec",
    default="spec",
    show_default=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The specification, from which prose and code come.",
)
def make_page(records: tuple[Path, ...], output: Path, spec: Path) -> None:
    """Make an answer key from RECORDS of one release, on one or several devices."""
    specification = read_specification(spec)
    try:
        statements = sheets.read_sheets(spec)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    try:
        merged = record.merge([record.read(path) for path in records])
        merged["sheets"] = record.marks(statements, specification, merged["claims"])
        record.replace_file(output, page.document(merged, specification, statements))
    except record.RecordError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(3)
    click.echo(output)


@main.command("compare")
@click.argument("old")
@click.argument("new")
@click.option(
    "--records",
    default="records",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where releases named by OLD and NEW have their records.",
)
@click.option("--format", "form", default="text", type=click.Choice(list(drift.FORMATS)))
@click.option("--messages", is_flag=True, help="Count messages that differ as drift, too.")
def compare(old: str, new: str, records: Path, form: str, messages: bool) -> None:
    """Tell what changed from OLD to NEW: two records, or releases such as 2.15."""
    try:
        found = drift.compare(*(record.read(_record_path(name, records)) for name in (old, new)))
    except record.RecordError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(3)
    click.echo(drift.FORMATS[form](found))
    sys.exit(4 if not found.compared else int(found.fails(messages)))


def _record_path(name: str, records: Path) -> Path:
    """The record that a name means: a file, or a release's in the folder of records."""
    if Path(name).exists():
        return Path(name)
    path = records / f"{name}.json"
    if not path.exists():
        known = ", ".join(sorted(each.stem for each in records.glob("*.json"))) or "none"
        raise record.RecordError(f"{name}: neither a file nor a release in {records}/ ({known})")
    return path
