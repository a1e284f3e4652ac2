"""The `answer-key` command: pages and comparisons from records, without running TensorFlow.

Exit codes: 0 done, or no drift; 1 drift; 2 wrong usage, or a specification that breaks its rules;
3 a record could not be read, merged or kept, or what was made not be written; 4 nothing to compare.
"""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from answer_key import (
    advice,
    console,
    drift,
    finding,
    journal,
    merging,
    page,
    record,
    running,
    storage,
    store,
    telling,
)
from answer_key.cards import cards
from answer_key.concerns import Concerns
from answer_key.page import releases
from answer_key.practice.command import practice
from answer_key.study import Study
from answer_key.usage.code import Code, read_code
from answer_key.usage.names import Names


@click.group(cls=console.Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(console.version(), prog_name="answer-key")
def main() -> None:
    """Run an answer key, and work with the records of its runs."""


main.add_command(practice)
main.add_command(cards)


@main.command("page")
@click.argument(
    "records_of_a_release", metavar="RECORDS", nargs=-1, required=True, type=console.A_PATH
)
@console.a_page
@console.a_specification
@console.kept_records
def make_page(
    records_of_a_release: tuple[Path, ...],
    output: Path,
    spec: Path | None,
    records: Path | None,
) -> None:
    """Make an answer key from RECORDS of one release, on one or several devices."""
    _check_output(output, records_of_a_release)
    study = console.read_whole(spec)
    merged = merging.merge([_read_record(path) for path in records_of_a_release])
    context = page.Context(study, store.read_releases(_kept(study.folder, records), study))
    console.write(output, page.Key(merged, context).document())


@main.command("releases")
@click.argument("records", required=False, type=console.A_FOLDER)
@click.option(
    "-o",
    "--output",
    default=Path("report/releases.html"),
    show_default=True,
    type=console.A_PATH,
    help="The page; - is standard output.",
)
@console.a_specification
def make_releases(records: Path | None, output: Path, spec: Path | None) -> None:
    """Make a page of all releases, and what each changed, from the folder RECORDS."""
    study = console.read_whole(spec)
    folder = _kept(study.folder, records)
    _check_output(output, folder.glob("*.json"))
    history = store.read_releases(folder, study)
    if not history:
        raise record.RecordError(f"{folder}: no records in this folder")
    console.write(output, releases.document(study, history))
    for boundary in store.unproven_boundaries(study, history):
        click.echo(f"Notice: {boundary}", err=True)


@main.command()
@click.argument(
    "records_of_releases", metavar="RECORDS", nargs=-1, required=True, type=console.A_PATH
)
@console.a_specification
@console.kept_records
def keep(records_of_releases: tuple[Path, ...], spec: Path | None, records: Path | None) -> None:
    """Keep RECORDS of whole runs in which all was as declared, tf215.json as 2.15.json.

    What such a run could not check, for want of a GPU, say, stays as it was kept before.
    """
    study = console.read_whole(spec)
    folder = records or study.folder.parent / store.FOLDER
    for path in records_of_releases:
        console.show(os.path.relpath(store.keep(path, folder, study)))


@main.command("compare")
@click.argument("old")
@click.argument("new")
@console.a_specification
@console.kept_records
@click.option("--format", "form", default="text", type=click.Choice(list(telling.FORMATS)))
@click.option("--messages", is_flag=True, help="Count messages that differ as drift, too.")
@console.users_code
@click.argument("more_code", metavar="", nargs=-1, type=console.A_PATH)
def compare(
    old: str,
    new: str,
    spec: Path | None,
    records: Path | None,
    form: str,
    messages: bool,
    code: tuple[Path, ...],
    more_code: tuple[Path, ...],
) -> None:
    """Tell what changed from OLD to NEW: two records, or kept ones such as 2.15; - is read."""
    if more_code and not code:
        raise click.UsageError(f"two records are compared, so what is {more_code[0]}?")
    study = console.read_whole(spec)
    folder = _kept(study.folder, records)
    one, other = (_read_record(_record_path(name, folder)) for name in (old, new))
    found = drift.compare(one, other, study, store.read_remedies(folder, study.subject))
    if code:
        about = Concerns(study.specification, study.subject)
        found = advice.concerning(found, about, _read_code((*code, *more_code), study))
    text = telling.FORMATS[form](found)
    console.show(_coloured(text) if form == "text" else text)
    sys.exit(found.exit_code(messages))


@main.command("run", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", metavar="[QUESTIONS] [PYTEST'S ARGUMENTS]", nargs=-1)
@console.a_specification
@console.users_code
def run(arguments: tuple[str, ...], spec: Path | None, code: tuple[Path, ...]) -> None:
    """Run the claims of QUESTIONS such as q03, or all, and write report/ into this folder."""
    folder = console.specification(spec)
    try:
        if code:
            study = console.read_whole(spec)
            arguments = _claims_about(_read_code(code, study), study, arguments)
        sys.exit(running.run(folder, arguments))
    except ValueError as error:
        raise click.UsageError(storage.printable(str(error))) from None


def _read_code(paths: tuple[Path, ...], study: Study) -> Code:
    """A user's code; what of it cannot be read is named, and skipped."""
    try:
        code = read_code(paths, Names(study.subject.names))
    except ValueError as error:
        raise click.BadParameter(storage.printable(str(error)), param_hint="--code") from None
    for problem in code.problems:
        click.echo(storage.printable(f"Skipped: {problem}"), err=True)
    return code


def _claims_about(code: Code, study: Study, arguments: tuple[str, ...]) -> tuple[str, ...]:
    """Pytest's arguments for the claims, of the questions asked for, about names in the code."""
    about = Concerns(study.specification, study.subject)
    asked = set(filter(running.is_question, arguments))
    others = [each for each in arguments if each not in asked]
    chosen = [
        f"{study.folder.parent / claim.path}::{claim.id.partition('::')[2]}"
        for claim in finding.claims_about(about, code)
        if not asked or claim.question in asked
    ]
    if not chosen:
        raise ValueError("no claim is about names that this code uses")
    return (*chosen, *others)


def _kept(specification: Path, asked: Path | None) -> Path:
    """The folder of kept records: the one asked for, or the one beside a specification."""
    if asked is not None and not asked.is_dir():
        raise click.BadParameter(f"{asked} is no folder", param_hint="--records")
    return asked or specification.parent / store.FOLDER


def _record_path(name: str, kept: Path) -> Path:
    return Path(name) if name == str(console.STREAM) else store.path_of(name, kept, Path())


def _read_record(path: Path) -> record.Record:
    if path == console.STREAM:
        return storage.parse(sys.stdin.buffer.read() if sys.stdin else b"", "standard input")
    journal.recover_file(path)  # of a run that died, and of which nobody was left to tell
    return storage.read(path)


def _check_output(output: Path, inputs: Iterable[Path]) -> None:
    """Refuse to write a page over a record that it is made of."""
    if output.is_file() and any(path.exists() and path.samefile(output) for path in inputs):
        raise click.UsageError(f"-o {output} is one of the records; name another file")


def _coloured(text: str) -> str:
    """Headings and key words bold, code coloured; `click.echo` takes it out where it is no use."""

    def styled(found: re.Match[str]) -> str:
        if found[1]:
            return click.style(found[1], fg="cyan")
        return click.style(telling.plain(found[2]), bold=True)

    text = telling.MARKED.sub(styled, text)
    return re.sub(r"^\S.*", lambda line: click.style(line[0], bold=True), text, flags=re.MULTILINE)
