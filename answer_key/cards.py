"""`answer-key cards`: what the quiz asks as cards for Anki, a cloze each.

A card keeps its identity, that of its claim, so that a deck that is imported again updates the
cards that are there and keeps what is known of them.
"""

import csv
import hashlib
import importlib
import io
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import click

from answer_key import blanks, console, record, storage, store
from answer_key.claims import Claim, Question
from answer_key.page import markup
from answer_key.record import Entry, Record
from answer_key.study import Study

# Ids that Anki knows the deck's parts by; never to be changed.
_MODEL = 1_843_207_561
_FIELDS = ("Text", "Back Extra")  # as those of Anki's own clozes, into which a .tsv is imported

# In place of a cloze until all else in the text is escaped.
_OPEN, _ASKED, _MASKED = "\ue100", "\ue101", "\ue102"
_TAGS = ((markup.ASKED, _OPEN, _ASKED), (markup.MASKED, _OPEN, _MASKED))

BLANK_LINES = "\n\n\n"  # between the pieces of a code
_STYLE = """
.card { font: 20px/1.5 Georgia, serif; text-align: left; max-width: 40em; margin: 0 auto; }
pre, code { font: 15px/1.5 monospace; white-space: pre-wrap; }
.cloze, .cloze * { color: #0b57a4; font-weight: bold; }
.nightMode .cloze, .nightMode .cloze * { color: #86baff; }
.c, small { color: #777; }
.k { font-weight: bold; }
"""


@dataclass(frozen=True)
class Card:
    """A claim as a card: fields are HTML, the front with a cloze."""

    id: str
    deck: str
    tags: tuple[str, ...]
    front: str
    back: str


@click.command("cards")
@click.argument("questions", nargs=-1)
@click.option("-o", "--output", required=True, type=console.A_PATH, help="The deck to write.")
@click.option("--all", "is_whole", is_flag=True, help="All claims, not only the core ones.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["apkg", "tsv"]),
    help="[default: apkg, or tsv if OUTPUT ends so]",
)
@click.option("--record", "name", help="For outputs and versions [default: the newest kept].")
@console.a_specification
@console.kept_records
def cards(
    questions: tuple[str, ...],
    output: Path,
    is_whole: bool,
    form: str | None,
    name: str | None,
    spec: Path | None,
    records: Path | None,
) -> None:
    """Make a deck of cards for Anki of QUESTIONS such as q03, or of all."""
    study = console.read_whole(spec)
    folder = records or study.folder.parent / store.FOLDER
    path = store.path_of(name, folder, Path()) if name else store.newest(folder, study.subject)
    made = list(_cards(study, storage.read(path), _asked(questions, study), is_whole))
    is_text = form == "tsv" if form else output.suffix == ".tsv"
    storage.replace_file(output, _as_text(made) if is_text else _as_package(made))
    console.show(f"{output}: {len(made)} cards")


def _asked(keys: Iterable[str], study: Study) -> list[Question]:
    """The questions that are asked for; all if none is."""
    known = {question.key: question for question in study.specification.questions}
    for key in keys:
        if key not in known:
            raise click.UsageError(f"{key}: no such question; choose from {', '.join(known)}")
    return [known[key] for key in dict.fromkeys(keys)] or list(known.values())


def _cards(
    study: Study, record: Record, questions: Iterable[Question], is_whole: bool
) -> Iterator[Card]:
    for question in questions:
        title = question.title.replace("`", "").replace("::", ":").partition("? ")[0]
        deck = f"{study.subject.title}::Q{question.number:02d} {title.rstrip('?')}?"
        for claim in question.claims:
            if (claim.is_core or is_whole) and blanks.asked(claim):
                tags = (claim.question, *(["core"] if claim.is_core else []))
                back = _back(claim, record, study)
                yield Card(claim.id, deck, tags, _front(claim), back)


def _front(claim: Claim) -> str:
    """The sentence and the code, with a cloze wherever they tell the answer."""
    hidden = markup.hidden(claim)
    sentence = markup.sentence(claim.sentence, hidden.get(None, ()), _TAGS)
    code = [
        markup.code(text, hidden.get(piece, ()), _TAGS) for piece, text in enumerate(claim.code)
    ]
    return _clozes(f"<p>{sentence}</p><pre>{BLANK_LINES.join(code)}</pre>")


def _clozes(html: str) -> str:
    """Clozes in place of their marks, and nothing else that Anki takes for one or does not know."""
    html = re.sub(r"<ak-(\w)>", r'<span class="\1">', html)
    html = re.sub(r"</ak-\w>", "</span>", html)
    for sign in ("{{", "}}", "::"):
        html = html.replace(sign, f"{sign[0]}&#{ord(sign[1])};")
    html = html.replace(_OPEN, "{{c1::")
    return html.replace(_ASKED, "::?}}").replace(_MASKED, "}}")


def _back(claim: Claim, found: Record, study: Study) -> str:
    """Why it is so, what the claim printed, and on which versions."""
    entry = found["claims"].get(claim.id)
    is_known = entry is not None and entry["source"] == claim.source
    printed = _printed(entry) if entry is not None and is_known else ""
    outcome = record.outcome(entry) if entry is not None and is_known else "not run"
    versions = record.versions(found)
    environment = ", ".join(
        f"{label} {versions.get(axis, '?')}" for axis, label in study.subject.labels.items()
    )
    why = re.sub(r'<a href="#[^>]*>(.*?)</a>', r"\1", markup.prose(claim.details))
    told = [
        why,  # without links to other claims, which are other cards
        f"<pre>{escape(printed)}</pre>" if printed else "",
        f"<small>{outcome} on {escape(environment)}; {escape(claim.id)}</small>",
    ]
    return "".join(told)


def _printed(entry: Entry) -> str:
    outputs = dict.fromkeys(cell.get("output", "") for cell in entry["cells"])
    return "\n".join(output.rstrip("\n") for output in outputs if output)


def _as_text(cards: Iterable[Card]) -> str:
    """A file that Anki imports as it is: its first lines tell what the columns are."""
    text = io.StringIO()
    text.write("#separator:tab\n#html:true\n#notetype:Cloze\n")
    text.write("#guid column:1\n#deck column:2\n#tags column:3\n")
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerows(
        (each.id, each.deck, " ".join(each.tags), each.front, each.back) for each in cards
    )
    return text.getvalue()


def _as_package(cards: Iterable[Card]) -> bytes:
    genanki = _genanki()
    template = {
        "name": "Cloze",
        "qfmt": "{{cloze:Text}}",
        "afmt": "{{cloze:Text}}<hr>{{Back Extra}}",
    }
    model = genanki.Model(
        _MODEL,
        "Answer key",
        fields=[{"name": name} for name in _FIELDS],
        templates=[template],
        css=_STYLE,
        model_type=genanki.Model.CLOZE,
    )
    decks: dict[str, Any] = {}
    for card in cards:
        deck = decks.setdefault(card.deck, genanki.Deck(_number(card.deck), card.deck))
        fields = [card.front, card.back]
        deck.add_note(genanki.Note(model, fields, guid=card.id, tags=card.tags))
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "deck.apkg")
            genanki.Package(list(decks.values())).write_to_file(path)
            return path.read_bytes()
    except (sqlite3.Error, OSError) as error:
        where = tempfile.gettempdir()
        raise record.RecordError(f"the deck cannot be made in {where}: {error}") from None


def _number(text: str) -> int:
    """A number that is always the same for a text, as large as Anki's ids may be."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:7], 16) + 1_000_000_000


def _genanki() -> Any:
    try:
        return importlib.import_module("genanki")
    except ImportError:
        raise click.UsageError(
            'an .apkg is made with genanki: pip install "tensorflow-answer-key[cards]";'
            " --format tsv does without"
        ) from None
