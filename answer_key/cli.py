"""The `answer-key` command: makes pages from records, without running TensorFlow.

Exit codes: 0 done, 2 wrong usage, 3 a record could not be read or merged, or a page not written.
"""

import sys
from pathlib import Path

import click

from answer_key import page, record, sheets
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
