"""The answer key on paper: its sentences on a few pages, or all of it."""

import re
import textwrap

import pytest

from answer_key.page import paper

pytestmark = pytest.mark.timeout(300)  # to print and to read hundreds of pages takes its time

ONE = '''
@core
def test_kept(self):
    """Nothing that fits is **cut**."""
    assert 1 == 1

def test_later(self):
    """More is **printed**, too."""
    assert 2 == 2

@holds("keras<3")
def test_old(self):
    """Before Keras 3, it was **old**."""
    assert 1 == 3

@holds("keras>=3", was="test_old")
def test_new(self):
    """From Keras 3 on, it is **new**."""
    assert 3 == 3
'''


@pytest.fixture
def small(project):
    project.question(ONE)
    project.question('\ndef test_other(self):\n    """It is **other**."""\n    assert 4 == 4\n', 2)
    return project.look() / "answer-key.html"


LONG = """
def test_{name}(self):
    \"\"\"The sentence of {name} is **whole**.\"\"\"
    begin = "begin {name}"

{lines}
    assert begin != "end {name}"
"""


@pytest.mark.parametrize("which", [".ak-brief", ".ak-full"])
def test_nothing_is_cut_in_two_and_no_heading_stands_alone(project, visit, printed, which):
    names = [a + b for a in "bcdfghklmnprstvwxz" for b in "aeiou"]
    claims = [
        LONG.format(name=name, lines="    assert len(begin) > 6\n" * (2 + number * 7 % 11))
        for number, name in enumerate(names)
    ]
    parts = [
        f'\n\nclass Test{at}:\n    """Part {at}."""\n'
        + textwrap.indent("".join(claims[at : at + 3]), "    ")
        for at in range(0, len(names), 3)
    ]
    module = project.question(
        'def test_first(self):\n    """It is **first**."""\n    assert 1 == 1'
    )
    module.write_text(module.read_text() + "".join(parts))
    tab = visit(project.look() / "answer-key.html")
    tab.locator(which).check()

    pages = printed(tab)

    assert len(pages) > (1 if which == ".ak-brief" else 4)
    assert not any("Copythescript" in page or "Evidence" in page for page in pages)
    for number, name in enumerate(names):
        (page,) = [page for page in pages if f"Thesentenceof{name}is" in page]
        assert which == ".ak-brief" or (f'"begin{name}"' in page and f'"end{name}"' in page)
        assert number % 3 or f"Part{number}.1.{number + 2}Thesentenceof{name}is" in page


def test_pages_are_numbered_and_headed(small, visit, printed):
    tab = visit(small)
    assert printed(tab)[0].startswith("Arrays,proved:ananswerkey1of1")

    tab.locator(".ak-full").check()

    first, second = printed(tab)
    assert first.startswith("Arrays,proved:ananswerkeyQ1Whatisanarray?1of2")
    assert second.startswith("Arrays,proved:ananswerkeyQ2Whatisanarray?2of2")


def test_what_the_guide_keeps_for_later_is_printed(small, visit, printed):
    tab = visit(small, "#ak-q01")

    (page,) = printed(tab)

    for told in ("1.2Moreisprinted", "2.1Itisother", "Was:1.3BeforeKeras3", "Is:1.4FromKeras3"):
        assert told in page


def test_the_gaps_of_the_quiz_can_be_written_into(small, visit, printed):
    tab = visit(small, script=False)
    tab.locator(".ak-quiz").check()

    (page,) = printed(tab)

    assert "Nothingthatfitsis" in page
    assert "cut" not in page
    tab.emulate_media(media="print")
    gap = tab.locator(".ak-sentence ak-q").first
    shown = 'getComputedStyle(each, "::before")'
    assert gap.evaluate(f"(each) => {shown}.borderBottomStyle") == "solid"
    assert float(gap.evaluate(f"(each) => {shown}.width").removesuffix("px")) > 40


def test_a_running_head_is_a_string_whatever_is_in_it():
    css = paper.running_heads('</style> "a" \\', {"ak-q01": "word " * 40})

    assert css.splitlines()[0] == (r':root { --ak-running: "\3c \2f style\3e  \22 a\22  \5c "; }')
    assert "word word …" in css.replace("\\2026 ", "…")
    assert len(re.search('content: "(.*)"', css)[1]) <= paper.LONGEST_HEAD + 10
