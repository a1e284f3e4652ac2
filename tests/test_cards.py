"""Decks for Anki: what a card shows, and that it is the same card when it is made again."""

import csv
import html
import json
import re
import sqlite3
import sys
import zipfile

import pytest
from click.testing import CliRunner

from answer_key import cli
from tests.conftest import little_space

CLAIMS = '''
@core
def test_sum(self):
    """Two and {{two}} `a::b` is **four**, they say.

    Because of `q01::TestPart::test_more`, see [the docs](https://docs.python.org/).
    """
    print("<4>", sep="")
    assert 2 + 2 == 4

@core
def test_list(self):
    """It is **so**."""
    assert [1, 2][::-1] == [2, 1]

def test_more(self):
    """Grass is **green**."""
    assert "green" == "gr" + "een"

@core
def test_none(self):
    """It is **even** so."""
    assert True
'''
MORE = '''
@core
def test_bee(self):
    """A bee has **wings**."""
    assert "wings"
'''
SUM = (
    "Two and {{two}} a::b is [?], they say.",
    'print("<[...]>", sep="")\nassert 2 + 2 == [...]',
)
LIST = ("It is so.", "assert [1, 2][::-1] == [?]")


@pytest.fixture
def project(project):
    """The project with two questions and a kept record of them."""
    project.question(CLAIMS)
    project.question(MORE, number=2, subject="bees", question="What is a bee? And what is none?")
    project.run("--record=records/2.21.json")
    return project


def make(*arguments, code=0):
    result = CliRunner().invoke(cli.main, ["cards", *arguments])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.stderr


def seen(front):
    """The sentence and the code of a front, as Anki shows them before the answer."""
    shown = re.sub(r"\{\{c1::.*?(::\?)?\}\}", lambda found: "[?]" if found[1] else "[...]", front)
    parts = re.fullmatch(r"<p>(.*)</p><pre>(.*)</pre>", shown, re.DOTALL).groups()
    return tuple(html.unescape(re.sub("<[^>]+>", "", part)) for part in parts)


def notes(path, folder):
    """The notes of a deck by guid: tags and fields; and the ids of the decks and of the model."""
    pytest.importorskip("genanki", reason="genanki is not installed")
    with zipfile.ZipFile(path) as package:
        package.extract("collection.anki2", folder)
    with sqlite3.connect(folder / "collection.anki2") as collection:
        rows = collection.execute("select guid, tags, flds from notes order by id").fetchall()
        assert collection.execute("select count(*) from cards").fetchone() == (len(rows),)
        decks, models = map(json.loads, *collection.execute("select decks, models from col"))
    found = {guid: (sorted(tags.split()), *fields.split("\x1f")) for guid, tags, fields in rows}
    return found, {deck["name"]: key for key, deck in decks.items()}, list(models)


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        lines = list(csv.reader((line for line in file), delimiter="\t"))
    return [line for line in lines if not line[0].startswith("#")]


def test_a_deck_has_the_core_claims_that_ask_something(project, tmp_path):
    assert make("-o", "deck.apkg") == "deck.apkg: 3 cards\n"

    found, _, _ = notes("deck.apkg", tmp_path)

    assert list(found) == [
        "q01::TestPart::test_sum",
        "q01::TestPart::test_list",
        "q02::TestPart::test_bee",
    ]
    tags, front, back = found["q01::TestPart::test_sum"]
    assert tags == ["core", "q01"]
    assert seen(front) == SUM
    assert "<p>Because of Q1: more, see <a href=" in back
    assert "<pre>&lt;4&gt;</pre>" in back
    assert "holds on TensorFlow 2.21.0, Keras 3.15.1, NumPy 2.4.6" in back
    assert seen(found["q01::TestPart::test_list"][1]) == LIST


def test_the_same_claim_is_the_same_card_in_the_same_deck(project, tmp_path):
    make("q01", "-o", "one.apkg")
    project.question(CLAIMS.replace("they say", "says everyone"))
    make("--all", "-o", "other.apkg")

    one, decks, model = notes("one.apkg", tmp_path)
    other, more_decks, same_model = notes("other.apkg", tmp_path)

    assert one.keys() < other.keys()
    assert decks.items() < more_decks.items()
    assert more_decks.keys() - decks.keys() == {"Arrays, proved::Q02 What is a bee?"}
    assert model == same_model == ["1843207561"]


def test_a_file_of_text_needs_no_genanki(project, monkeypatch):
    monkeypatch.setitem(sys.modules, "genanki", None)

    assert make("q01", "--all", "-o", "deck.tsv") == "deck.tsv: 3 cards\n"

    found = rows("deck.tsv")
    assert [row[0].partition("test_")[2] for row in found] == ["sum", "list", "more"]
    assert [row[1] for row in found] == ["Arrays, proved::Q01 What is an array?"] * 3
    assert [row[2] for row in found] == ["q01 core", "q01 core", "q01"]
    assert seen(found[0][3]) == SUM
    told = make("-o", "deck.apkg", code=2)
    assert 'pip install "tensorflow-answer-key[cards]"; --format tsv does without' in told


def test_outputs_and_versions_are_those_of_the_record(project):
    project.versions(keras="2.15.0")
    project.run("--record=old.json")
    project.question(CLAIMS.replace("2 + 2 == 4", "1 + 3 == 4"))

    make("-o", "deck.tsv", "--record", "old.json")

    first, second, _ = rows("deck.tsv")
    assert "&lt;4&gt;" not in first[4]
    assert "not run on TensorFlow 2.21.0, Keras 2.15.0" in first[4]
    assert "holds on TensorFlow 2.21.0, Keras 2.15.0" in second[4]


@pytest.mark.parametrize(
    "arguments, told, code",
    [
        (["q99", "-o", "x.tsv"], "q99: no such question; choose from q01, q02", 2),
        (["-o", "x.tsv", "--record", "2.1"], "2.1: neither a file nor a kept record (2.21)", 3),
        (["-o", "x.tsv", "--records", "spec"], "no record of a release is kept in this", 3),
        (["-o", "spec"], "spec: cannot be written", 3),
        ([], "Missing option '-o'", 2),
    ],
)
def test_what_is_wrong_is_told_in_a_line(project, arguments, told, code):
    assert told in make(*arguments, code=code)
    assert not (project.path / "x.tsv").exists()


@pytest.mark.parametrize("form", ["apkg", "tsv"])
def test_a_full_disk_is_one_line(project, form):
    pytest.importorskip("genanki", reason="genanki is not installed")
    deck = project.path / f"deck.{form}"
    deck.write_text("an earlier one")

    with little_space(100):
        told = make("-o", str(deck), code=3)

    assert re.fullmatch(r"Error: .*deck.* cannot be (made|written).*\n", told)
    assert deck.read_text() == "an earlier one"
