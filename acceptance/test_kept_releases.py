"""The releases page of the records kept."""

import json
import re

import pytest
from click.testing import CliRunner

from answer_key import cli, drift
from answer_key.page import markup

PAIRS = [
    ("2.15", "2.21"),
    ("2.12", "2.13"),
    ("2.13", "2.20"),
    ("2.15", "legacy"),
    ("2.14", "keras-3.4"),
    ("keras-3.0", "keras-3.15"),
    ("keras-3.6", "keras-3.9"),
]


def letters(text):
    """A text without marks and blanks."""
    return re.sub(r"\W+", "", text)


def is_told(text, item):
    """Whether an item of the page has a text of a comparison, where claims and pages are links."""
    return letters(markup.inline(text).striptags()) in item


@pytest.mark.parametrize("old, new", PAIRS)
def test_between_any_two_releases_the_page_tells_what_compare_tells(releases, visit, old, new):
    tab = visit(releases, f"#from={old}&to={new}")
    shown = [letters(each) for each in tab.locator(".ak-chosen li").all_inner_texts()]

    result = CliRunner().invoke(cli.main, ["compare", old, new, "--format", "json"])

    found = json.loads(result.stdout)
    compared = tab.locator(".ak-chosen p").first.inner_text()
    assert compared == f"{found['old']} → {found['new']}: {found['compared']} claims compared."
    expected = [
        (each["was"], each["is"], each["instead"])
        if each["was"] and each["is"]
        else (each["sentence"], each["instead"], each["what"])
        for each in found["changes"]
        if each["kind"] in drift.GRAVE
    ]
    assert expected
    for texts, item in zip(expected, shown, strict=True):
        assert all(is_told(text, item) for text in texts)


@pytest.mark.parametrize("width", [1280, 390])
def test_names_of_exceptions_are_whole_words(releases, visit, width):
    tab = visit(releases, viewport={"width": width, "height": 900})

    cut = tab.evaluate(
        """[...document.querySelectorAll(".ak-item td")]
        .filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.innerText)"""
    )

    assert cut == []
