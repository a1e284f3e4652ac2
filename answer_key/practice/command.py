"""`answer-key practice`: writes practice files."""

import contextlib
from pathlib import Path

import click

from answer_key import console
from answer_key.practice import writing
from answer_key.record import RecordError
from answer_key.study import Study


@click.command("practice")
@click.argument("names", metavar="[QUESTIONS] [EXERCISES]", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=console.A_FOLDER,
    default=Path("practice"),
    show_default=True,
    help="The folder to write into.",
)
@console.a_specification
def practice(names: tuple[str, ...], output: Path, spec: Path | None) -> None:
    """Write files to practise with: koans of QUESTIONS such as q03, and EXERCISES.

    Without a name, list what there is. `pytest practice` marks what you write.
    """
    study = console.read_whole(spec)
    if not names:
        console.show("\n".join(_listed(study)))
        return
    try:
        texts = {
            output / f"{name}.py": writing.text(name, study, str(output))
            for name in dict.fromkeys(names)
        }
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    for path in texts:
        if path.exists():
            raise RecordError(f"{path} is there already, and stays as it is; -o names a new folder")
    _write_conftest(output / "conftest.py")
    for path, text in texts.items():
        _write(path, text)
        console.show(str(path))
    console.show(f"Now: pytest {output}")


def _listed(study: Study) -> list[str]:
    questions = {each.key: each.title for each in study.specification.questions}
    titles = {**questions, **{each.name: each.title for each in study.exercises.values()}}
    width = max(map(len, titles), default=0)
    return [f"{name:{width}}  {titles[name]}" for name in writing.names(study)]


def _write_conftest(path: Path) -> None:
    """Make sure that pytest marks what is in the folder."""
    if not path.exists():
        _write(path, writing.CONFTEST)
    elif path.read_text(encoding="utf-8") != writing.CONFTEST:
        raise RecordError(f"{path} is another program's; -o names a new folder")


def _write(path: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all. Raises RecordError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as undo, open(path, "x", encoding="utf-8") as file:
            undo.callback(path.unlink)
            file.write(text)
            file.flush()
            undo.pop_all()
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror}") from None
