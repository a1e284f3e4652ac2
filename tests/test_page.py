"""The pages, as text and in a real browser."""

import re

import pytest
from click.testing import CliRunner

from answer_key import cli, drawing, record, storage
from answer_key.page import markup
from tests.conftest import MODULE
from tests.looking import reload

EVIL = "<script>window.evil = 1</script>"

CLAIMS = f'''
@holds("keras>=3")
@confirms("A1.1")
def test_adds(self):
    """From Keras 3 on, two and two is **four**, says `a + b`.

    Because [the docs](https://docs.python.org/) *say* so: `{EVIL}`.
    """
    total = 2 + 2

    print("{EVIL}")
    assert total == 4

def test_evil(self):
    """A sentence with {EVIL} stays **text**."""
    assert "{EVIL}" == "{EVIL}"

@corrects("A1.2")
@pytest.mark.parametrize("left, right, out", [("{EVIL}", 2, 34), (1, 2, 3)])
def test_table(self, left, right, out):
    """A table has **columns**."""
    assert left and (right == 2) and out

@pytest.mark.parametrize("left, total", [(number, number + 2) for number in range(20)])
def test_long_table(self, left, total):
    """A long table **folds**."""
    assert left + 2 == total

def test_raises(self):
    """It **raises** an error."""
    with pytest.raises(ZeroDivisionError, match="division by zero"):
        1 / 0

@holds("keras<3")
def test_absent(self):
    """Before Keras 3, one is **two**."""
    assert 1 == 2

def test_unchecked(self):
    """A GPU is **here**."""
    pytest.skip("no GPU is visible")
    assert True

def test_broken(self):
    """One is **{EVIL}**."""
    assert 1 == "{EVIL}"
'''

SHEETS = """
[A]
"A1.1" = "Two and two is four, <b>or</b> so."
"A1.2" = "There are no tables."
"A1.3" = { text = "Tables are nice.", kind = "opinion" }
"""


@pytest.fixture
def reports(project):
    """The folder with both reports of one run."""
    project.write("spec/answer_sheets.toml", SHEETS)
    project.question(CLAIMS, question="What is `2 + 2`, and why?")
    return project.look()


def page_text(reports):
    return (reports / "answer-key.html").read_text(encoding="utf-8")


def test_the_page_is_one_file_under_a_strict_policy(reports):
    text = page_text(reports)

    assert re.search(
        r'Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-',
        text,
    )
    assert not re.search(r'(src|style)="', text.replace("style-src", ""))
    assert not re.search(r"<(link|img|iframe|object|form)\b", text)
    assert "unsafe-inline" not in text


def test_every_string_of_a_run_is_escaped_in_both_reports(reports, visit):
    for name in ("answer-key.html", "pytest.html"):
        assert EVIL not in (reports / name).read_text(encoding="utf-8")
        tab = visit(reports / name)
        assert tab.evaluate("window.evil") is None
        assert tab.locator(".ak-sentence", has_text=f"A sentence with {EVIL} stays").count() == 1
    assert tab.locator("#results-table .col-testId", has_text=f"test_table[{EVIL}").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_whole_page_has_no_accessibility_violation(
    reports, visit, scheme, width, check_accessibility
):
    tab = visit(
        reports / "answer-key.html",
        "#ak-q01-TestPart-test_adds",
        color_scheme=scheme,
        viewport={"width": width, "height": 844},
    )
    tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    tab.evaluate("new Promise(requestIdleCallback)")

    check_accessibility(tab)
    tab.evaluate("location.hash = '#quiz=all'")
    tab.wait_for_selector(".ak-asking .ak-card")
    check_accessibility(tab)


@pytest.mark.parametrize("script", [True, False])
def test_the_page_reads_without_a_script(reports, visit, script):
    tab = visit(reports / "answer-key.html", script=script)

    assert tab.locator(".ak-claim:visible").count() == 8
    assert tab.locator(".ak-question > h2").inner_text() == "Q1 What is 2 + 2, and why?"
    assert tab.locator(".ak-find").is_visible() == script
    assert tab.locator(".ak-switch").is_visible() == script


GUIDED = '''"""What is {0}?

The **short** answer to {0}.
"""

from answer_key import core, holds


class TestFirst:
    """The first point of {0}."""

    @core
    def test_core(self):
        """The core of {0} is **{0}**."""
        assert "{0}" == "{0}"

    def test_more(self):
        """More of {0} is **more**."""
        assert 1 == 1


class TestSecond:
    """The second point of {0}."""

    def test_rest(self):
        """The rest of {0} is **rest**."""
        assert 2 == 2
'''


@pytest.fixture
def guided(project):
    """The page of two questions with core claims and others."""
    for number, subject in enumerate(["apes", "bees"], start=1):
        project.write(f"spec/test_q{number:02d}_{subject}.py", GUIDED.format(subject))
    return project.look() / "answer-key.html"


def sentences(tab):
    shown = tab.locator(".ak-sentence:visible").all_text_contents()
    return [" ".join(each.split()) for each in shown]  # far from the window none is laid out


def comes_to_show(tab, *expected):
    """Whether these are the sentences that an act leads to: it takes the browser a moment."""
    for _ in range(50):
        if sentences(tab) == list(expected):
            return True
        tab.wait_for_timeout(20)
    return False


APES = "1.1 The core of apes is apes."
ALL_APES = [APES, "1.2 More of apes is more.", "1.3 The rest of apes is rest."]
BEES = "2.1 The core of bees is bees."


def test_the_page_opens_with_an_overview(guided, visit, check_accessibility):
    tab = visit(guided)

    assert comes_to_show(tab)
    told = tab.locator(".ak-overview").inner_text()
    words = ["What is apes?", "The short answer to apes.", "The second point of apes.", "bees?"]
    assert all(word in told for word in words)
    check_accessibility(tab)

    tab.locator(".ak-overview a", has_text="The second point of bees.").click()
    assert comes_to_show(tab, BEES)
    assert not tab.locator(".ak-overview").is_visible()
    assert tab.locator(".ak-nav [aria-current=true]").inner_text() == "Q2 What is bees?"

    tab.go_back()
    tab.wait_for_selector(".ak-overview")
    assert comes_to_show(tab)


def parts(tab):
    return [each.inner_text() for each in tab.locator(".ak-nav ul a:visible").all()]


def test_the_contents_list_the_parts_of_the_question_and_mark_where_one_is(guided, visit):
    tab = visit(guided, viewport={"width": 1280, "height": 300})
    assert parts(tab) == []

    tab.evaluate("location.hash = '#ak-q02-TestFirst'")
    tab.wait_for_selector(".ak-nav [aria-current=location]:has-text('first point of bees')")
    assert parts(tab) == ["The first point of bees.", "The second point of bees."]

    tab.evaluate("location.hash = '#ak-q02-TestSecond'")
    tab.wait_for_selector(".ak-nav [aria-current=location]:has-text('second point of bees')")


@pytest.mark.parametrize("script", [True, False])
def test_the_contents_are_within_reach_on_a_phone(guided, visit, script, check_accessibility):
    phone = {"width": 390, "height": 844}
    tab = visit(guided, "#ak-q01", viewport=phone, script=script)
    assert not tab.locator(".ak-nav").is_visible()

    tab.locator(".ak-contents").click()
    if script:
        check_accessibility(tab)
    tab.locator(".ak-nav a", has_text="Q2").click()

    assert tab.url.endswith("#ak-q02")
    assert not script or comes_to_show(tab, BEES)
    assert tab.locator(".ak-nav").is_visible() != script


def test_the_way_past_the_head_leaves_what_is_shown(guided, visit):
    tab = visit(guided)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the questions"

    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('.ak-overview a, .ak-overview summary')")

    tab = visit(guided, "#ak-q02")
    tab.evaluate("location.hash = '#ak-content'")
    assert comes_to_show(tab, BEES)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("place", ["", "#ak-q01", "#quiz=all", "#find=apes"])
def test_a_keyboard_reaches_all_and_shows_where_it_is(guided, visit, walk, place, width):
    tab = visit(guided, place, viewport={"width": width, "height": 400})
    tab.evaluate("new Promise(requestIdleCallback)")
    tab.evaluate("document.activeElement.blur()")

    stations = walk(tab)

    assert ("ak-scope" if "quiz" in place else "Skip to the questions") in stations[-1]
    assert len(stations) > 10


def test_each_control_acts_by_keyboard(guided, visit):
    tab = visit(guided, "#ak-q01", viewport={"width": 390, "height": 844})

    def press(selector, key):
        tab.locator(selector).first.focus()
        tab.keyboard.press(key)

    press(".ak-legend summary", "Enter")
    assert tab.locator(".ak-legend dl").is_visible()
    press(".ak-part .ak-more", "Enter")
    assert comes_to_show(tab, *ALL_APES[:2])
    press(".ak-all", "Space")
    assert comes_to_show(tab, *ALL_APES)
    press(".ak-claim .ak-evidence summary", "Space")
    assert tab.locator("#ak-q01-TestFirst-test_core .ak-evidence dl").is_visible()
    press(".ak-contents", "Space")
    press(".ak-nav a:has-text('Q2')", "Enter")
    tab.wait_for_selector("#ak-q02:target")
    assert not tab.locator(".ak-nav").is_visible()
    press(".ak-tools .ak-start", "Enter")
    tab.wait_for_selector(".ak-asking .ak-card")
    press(".ak-show", "Enter")
    assert tab.locator(".ak-knew").is_visible()
    press(".ak-leave", "Enter")
    tab.wait_for_selector(".ak-overview")


def test_what_a_finger_or_a_mouse_aims_at_is_large_enough(guided, visit):
    tab = visit(guided, "#ak-q01", viewport={"width": 390, "height": 844})
    tab.locator(".ak-contents").click()
    tab.wait_for_selector(".ak-copy")

    small = tab.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, label")]
          .filter((each) => each.checkVisibility() && !each.closest("p.ak-subtitle, td"))
          .map((each) => [each.textContent, each.getBoundingClientRect()])
          .filter(([text, box]) => box.width > 1 && (box.width < 24 || box.height < 24))
          .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""
    )

    assert small == []


HELPED = '''"""What is shared?

The **short** answer.
"""


def total(*numbers):
    return sum(numbers)


ONE, TWO = 1, 2


class TestPart:
    """A part of the answer."""

    def test_sum(self):
        """A **sum** is shared."""
        assert total(ONE, TWO) == 3

    def test_long(self):
        """A long line is **not wrapped**."""
        assert total(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) == 78
'''
FAULTS = '''
from answer_key.counterexamples import refutes


@refutes("TestPart::test_sum")
def nothing_is_shared(monkeypatch):
    """Nothing is `shared`."""
'''


@pytest.fixture
def helped(project):
    """The page of a question whose claims share helpers, on a phone."""
    project.write("spec/test_q01_shared.py", HELPED)
    project.write("spec/counterexamples/q01.py", FAULTS)
    return project.look() / "answer-key.html"


def test_helpers_stand_once_a_question_and_are_led_to(helped, visit):
    tab = visit(helped)
    claim = tab.locator("#ak-q01-TestPart-test_sum")
    assert claim.locator(".ak-code").inner_text() == "assert total(ONE, TWO) == 3"
    assert tab.locator(".ak-helpers .ak-code").count() == 2
    assert not tab.locator(".ak-helpers .ak-code").first.is_visible()

    claim.locator(".ak-helper", has_text="ONE, TWO").click()

    assert tab.locator(":target").inner_text() == "ONE, TWO = 1, 2"
    assert tab.locator(":target").is_visible()


@pytest.mark.parametrize("width, focusable", [(1280, ["-1", "-1"]), (390, ["-1", "0"])])
def test_code_scrolls_where_it_is_too_long_and_a_keyboard_reaches_it(
    helped, visit, width, focusable
):
    tab = visit(helped, viewport={"width": width, "height": 844})
    tab.wait_for_selector(".ak-copy")
    tab.evaluate("new Promise(requestIdleCallback)")

    code = tab.locator(".ak-claim .ak-code")
    heights = [each.bounding_box()["height"] for each in code.all()]
    assert max(heights) - min(heights) < 20  # of a scroll bar
    assert [str(each.evaluate("(each) => each.tabIndex")) for each in code.all()] == focusable
    assert tab.evaluate("document.documentElement.scrollWidth") == width


def test_what_would_make_a_claim_fail_stands_beside_its_sentence(helped, visit):
    notes = visit(helped).locator(".ak-prose .ak-fault")

    assert notes.all_inner_texts() == ["Would fail if: Nothing is shared."]


def test_a_claim_is_cited_by_what_lasts(helped, visit):
    tab = visit(helped)
    tab.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")

    tab.locator("#ak-q01-TestPart-test_sum .ak-copy", has_text="Cite").click()

    assert tab.evaluate("window.copied") == (
        "“A sum is shared.” Arrays, proved, TensorFlow 2.21.0, Keras 3.15.1, NumPy 2.4.6, "
        "q01::TestPart::test_sum."
    )


def test_what_did_not_run_is_told_once(reports, visit):
    told = visit(reports / "answer-key.html").locator(".ak-subtitle").all_inner_texts()

    assert told[-1] == "What did not run here: no GPU is visible (1 claim)."


def test_one_question_stands_at_a_time_and_leads_to_the_next(guided, visit):
    tab = visit(guided, "#ak-q01")
    assert comes_to_show(tab, APES)

    tab.locator(".ak-turn a:visible", has_text="Next").click()
    assert comes_to_show(tab, BEES)

    tab.locator(".ak-turn a:visible", has_text="Previous").click()
    assert comes_to_show(tab, APES)

    tab.locator(".ak-tools a", has_text="Overview").click()
    assert comes_to_show(tab)
    assert tab.locator(".ak-overview").is_visible()


def test_core_claims_come_first_and_the_others_on_demand(guided, visit):
    tab = visit(guided, "#ak-q01")
    assert tab.locator(".ak-claim:visible .ak-core").count() == 1
    buttons = [each.inner_text().split("\n")[0] for each in tab.locator(".ak-more:visible").all()]
    assert buttons == ["1 more claim", "1 claim"]
    assert tab.locator("h3:visible", has_text="The second point of apes.").count() == 1

    tab.locator(".ak-more:visible").nth(1).click()
    assert comes_to_show(tab, APES, ALL_APES[2])

    tab.locator(".ak-all").check()
    assert comes_to_show(tab, *ALL_APES)
    assert tab.locator(".ak-more:visible").count() == 0

    reload(tab)
    assert comes_to_show(tab, *ALL_APES)
    tab.locator(".ak-all").uncheck()
    assert comes_to_show(tab, APES)


def test_a_link_to_a_claim_opens_it_wherever_it_is_hidden(guided, visit):
    tab = visit(guided, "#ak-q02-TestFirst-test_more")
    more = "2.2 More of bees is more."
    assert comes_to_show(tab, BEES, more)
    assert tab.locator(":target").evaluate("(each) => each.getBoundingClientRect().top") < 900

    tab.locator(".ak-find input").fill("the rest of apes")
    assert comes_to_show(tab, BEES, more)
    tab.locator(".ak-found a").first.click()
    assert comes_to_show(tab, APES, ALL_APES[2])
    assert tab.locator(".ak-find input").input_value() == ""


def test_what_the_guide_hides_is_found_by_the_browser(guided, visit):
    tab = visit(guided)

    tab.evaluate(
        """document.getElementById("ak-q02-TestSecond-test_rest")
        .dispatchEvent(new Event("beforematch", {bubbles: true}))"""
    )

    assert tab.locator(".ak-question[hidden=until-found]").count() == 1
    assert comes_to_show(tab, BEES, "2.3 The rest of bees is rest.")


CHANGED = '''
@holds("keras<3")
def test_old(self):
    """Before Keras 3, it was **old**."""
    assert 1 == 2

@core
@holds("keras>=3", was="test_old")
def test_new(self):
    """From Keras 3 on, it is **new**.

    Instead: write `new`.
    """
    assert 1 == 1

def test_same(self):
    """It is the **same**."""
    assert 2 == 2
'''
OLD, NEW = "1.1 Before Keras 3, it was old.", "1.2 From Keras 3 on, it is new."


@pytest.fixture
def changed(project):
    """The page of a question about which something changed."""
    project.question(CHANGED)
    return project.look() / "answer-key.html"


@pytest.mark.parametrize("script", [True, False])
def test_what_changed_stands_in_a_fold_of_its_own(changed, visit, script):
    tab = visit(changed, script=script)
    assert comes_to_show(tab, *([NEW] if script else [NEW, "1.3 It is the same."]))

    tab.locator(".ak-changed summary", has_text="What changed").click()

    row = tab.locator(".ak-changed tbody tr")
    assert row.inner_text().split("\t") == [OLD, NEW, "write new."]
    assert tab.locator(".ak-changed .ak-claim").is_visible()

    if not script:
        tab.locator(".ak-quiz").check()
        assert not row.is_visible()


def test_the_fold_opens_for_what_is_found_or_linked_to_in_it(changed, visit, check_accessibility):
    tab = visit(changed)

    assert comes_to_show(tab, NEW)

    tab.locator(".ak-find input").fill("was old")
    tab.locator(".ak-found a").first.click()
    assert comes_to_show(tab, NEW, OLD)
    for width in (1280, 390):
        tab.set_viewport_size({"width": width, "height": 844})
        check_accessibility(tab)
        assert tab.evaluate("document.documentElement.scrollWidth") == width


def test_what_changed_is_printed_as_a_table(changed, visit):
    tab = visit(changed)

    tab.emulate_media(media="print")

    assert tab.locator(".ak-changed td:visible").count() == 3
    assert comes_to_show(tab, NEW, "1.3 It is the same.")


def test_all_questions_stand_without_a_script_and_in_print(guided, visit):
    tab = visit(guided, script=False)
    assert len(sentences(tab)) == 6
    assert tab.locator(".ak-overview").is_visible()

    tab = visit(guided)
    tab.emulate_media(media="print")
    bees = [each.replace("1.", "2.", 1).replace("apes", "bees") for each in ALL_APES]
    assert comes_to_show(tab, *ALL_APES, *bees)


@pytest.mark.parametrize("width", [390, 860, 1280])
def test_nothing_scrolls_sideways(reports, visit, width):
    tab = visit(reports / "answer-key.html", viewport={"width": width, "height": 844})
    tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    assert tab.evaluate("document.documentElement.scrollWidth") == width


def test_a_claims_verdict_is_told_in_words(reports, visit):
    tab = visit(reports / "answer-key.html")

    def verdict(name):
        told = tab.locator(f"#ak-q01-TestPart-test_{name} .ak-verdicts")
        told.scroll_into_view_if_needed()  # far from the window nothing has a text
        return told.inner_text().replace("\n", " ")

    assert verdict("adds") == "era keras>=3"
    assert tab.locator("#ak-q01-TestPart-test_raises .ak-verdicts").count() == 0
    assert verdict("absent") == "○ absent era keras<3"
    assert verdict("unchecked") == "– unchecked"
    assert verdict("broken") == "✗ broken"
    assert (
        tab.locator("#ak-q01-TestPart-test_unchecked .ak-note").inner_text()
        == "Unchecked: no GPU is visible."
    )
    assert "1 of the claims failed: 1.8 broken" in tab.locator(".ak-notice").inner_text()


def test_tables_and_drawings_stand_beside_their_claim_and_are_told_in_words(
    project, visit, check_accessibility
):
    project.question(
        f'''
        def test_shows(self, exhibit):
            """It **shows** what it measured."""
            exhibit.table("A table", ["call", "`count`"], [["f(1)", 2], ["{EVIL}", 3]])
            exhibit.bars("Bars", {{"short": 1, "{EVIL}": 10}})
            exhibit.boxes("Boxes", {{"row 0": [1, 2], "row 1": []}})
            assert True
        '''
    )
    project.run()
    tab = visit(project.path / "report/answer-key.html")
    figures = tab.locator("#ak-q01-TestPart-test_shows figure")

    assert figures.nth(0).locator("tbody tr").nth(1).inner_text().split("\t") == [EVIL, "3"]
    assert figures.nth(1).locator("rect").count() == 2
    told = [each.get_attribute("aria-label") for each in tab.locator(".ak-drawing").all()]
    assert told == [f"short: 1, {EVIL}: 10", "row 0: [1, 2], row 1: []"]
    check_accessibility(visit(project.path / "report/answer-key.html"))


def test_what_a_fixture_gives_is_told_where_a_claim_names_it(project, visit):
    pair = 'import pytest\n\n\n@pytest.fixture\ndef pair():\n    """{}"""\n    return 1, 2\n'
    project.write("fixtures/pairs.py", pair.format("`pair` is one and two, <b>not</b> three."))
    conftest = project.path / "conftest.py"
    conftest.write_text(conftest.read_text() + "\n\n" + pair.format(""))
    project.question(
        '''
        def test_named(self, pair):
            """It has **two** numbers."""
            assert len(pair) == 2

        def test_not_named(self, pair):
            """Nobody asks for **its** numbers."""
            assert True
        '''
    )
    project.run()
    tab = visit(project.path / "report/answer-key.html")
    told = tab.locator("#ak-q01-TestPart-test_named .ak-proof .ak-note")

    assert told.inner_text() == "pair is one and two, <b>not</b> three."
    assert tab.locator("#ak-q01-TestPart-test_not_named .ak-proof .ak-note").count() == 0


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><script>evil()</script></svg>",
        "<svg onload='evil()'></svg>",
        "<svg><a href='https://evil.example'></a></svg>",
        "<svg><image href='https://evil.example/x.png'></image></svg>",
        "<svg><rect fill='url(https://evil.example)'></rect></svg>",
        "<svg><style>* { display: none }</style></svg>",
        "<svg><foreignObject><p>evil</p></foreignObject></svg>",
        "<!DOCTYPE svg [<!ENTITY evil 'evil'>]><svg>&evil;</svg>",
        "<p>evil</p>",
        "<svg>",
        f"<svg>{'<g>' * 20_000}{'</g>' * 20_000}</svg>",
    ],
    ids=lambda svg: svg[:30],
)
def test_a_drawing_that_could_do_harm_is_refused_and_the_page_says_so(svg):
    with pytest.raises(ValueError, match="a drawing"):
        drawing.clean(svg)

    assert markup.drawing(svg).startswith("This drawing is not shown: a drawing")


@pytest.mark.parametrize("odd", ["\u2028", "\x0c", "\x85", "\x1c", "\u2029"])
def test_a_character_that_ends_no_line_of_python_ends_none_of_the_pages_code(odd):
    text = f'a = "{odd}"\nassert a == "é{odd}"'

    html = markup.code(text, ((text.index('"é'), len(text), markup.ASKED),))

    assert re.sub("<[^>]+>", "", html) == text
    assert f'<ak-q><ak-s>"é{odd}"' in html


def test_code_that_python_cannot_read_is_shown():
    assert re.sub("<[^>]+>", "", markup.code("  assert 1 ==")) == "  assert 1 =="


def test_what_a_record_says_neither_turns_nor_widens_the_page(reports, project, visit):
    made = storage.read(reports / "record.json")
    made["environment"]["platform"] = "\u202eLinux"
    made["environment"]["python"] = "W" * 400
    cell = made["claims"]["q01::TestPart::test_adds"]["cells"][0]
    table = {"kind": "table", "caption": "W" * 400, "columns": ["one"], "rows": [["W" * 400]]}
    made["claims"]["q01::TestPart::test_adds"]["cells"] = [{**cell, "exhibits": [table]}]
    storage.write(made, project.path / "odd.json")

    CliRunner().invoke(cli.main, ["page", "odd.json", "-o", "odd.html"])

    tab = visit(project.path / "odd.html", viewport={"width": 390, "height": 844})
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    assert (
        tab.locator("bdi", has_text="Linux").evaluate("(each) => each.textContent") == "\u202eLinux"
    )


def test_a_time_is_told_only_where_it_is_worth_a_word(reports, project):
    made = storage.read(reports / "record.json")
    made = record.timeless(made)
    for name, seconds in (("adds", 0.0004), ("evil", 1.2345)):
        made["claims"][f"q01::TestPart::test_{name}"]["cells"][0]["seconds"] = seconds
    storage.write(made, project.path / "timed.json")

    CliRunner().invoke(cli.main, ["page", "timed.json", "-o", "timed.html"])

    text = (project.path / "timed.html").read_text()
    assert re.findall("<dt>Time</dt><dd>(.*)</dd>", text) == ["1.2 s"]


def test_tables_and_parameters_may_hold_whatever_json_can(reports, project):
    made = storage.read(reports / "record.json")
    values = [None, 1, 0.5, True, "text\udcff"]
    for entry in made["claims"].values():
        for cell in entry["cells"]:
            cell["exhibits"] = [
                {"kind": "table", "caption": "\udcff", "columns": values, "rows": [values]}
            ]
            cell["params"] = {str(value): value for value in values}
            cell["disagreement"] = ["output"]
    storage.write(made, project.path / "odd.json")

    result = CliRunner().invoke(cli.main, ["page", "odd.json", "-o", "odd.html"])

    assert result.exit_code == 0
    assert r"text\udcff</td>" in (project.path / "odd.html").read_text()


def test_the_sheets_are_marked_with_the_claims_behind_each_mark(reports, visit):
    rows = visit(reports / "answer-key.html").locator(".ak-sheets tbody tr")

    told = [row.inner_text().replace("\t", " | ") for row in rows.all()]

    assert told == [
        "A1.1 Two and two is four, <b>or</b> so. | ✓ right | 1.1",
        "A1.2 There are no tables. | ✗ wrong | 1.3 A table has columns.",
        "A1.3 Tables are nice. | – unchecked an opinion | –",
    ]
    assert rows.nth(0).locator("a").get_attribute("href") == "#ak-q01-TestPart-test_adds"


def test_the_two_reports_link_to_each_other(reports, visit):
    tab = visit(reports / "answer-key.html")
    tab.locator("#ak-q01-TestPart-test_raises summary").click()
    tab.locator("#ak-q01-TestPart-test_raises .ak-evidence a").click()
    assert "/report/pytest.html" in tab.url
    row = tab.locator(":target")
    assert "TestPart::test_raises" in row.locator("xpath=ancestor::tr").inner_text()

    row.click()
    assert tab.url.endswith("#ak-q01-TestPart-test_raises")
    assert tab.locator(":target .ak-sentence").inner_text() == "1.5 It raises an error."


def test_the_rows_of_the_report_stand_in_order(project, visit):
    for number, subject in enumerate(["zebras", "yaks", "apes"], start=1):
        project.question(
            f'''
            def test_{subject}(self):
                """Question {number} is about **{subject}**."""
                time.sleep({0.2 if number == 1 else 0})
                assert {number}
            ''',
            number=number,
            subject=subject,
        )
    project.run("-n", "2")

    rows = visit(project.path / "report/pytest.html").locator("#results-table .col-testId")

    assert [row.inner_text()[:13] for row in rows.all()] == [f"spec/test_q0{n}" for n in (1, 2, 3)]


def test_the_page_prints_without_its_tools(reports, visit, tmp_path):
    tab = visit(reports / "answer-key.html")

    tab.emulate_media(media="print")

    assert not tab.locator(".ak-tools").is_visible()
    assert tab.locator(".ak-claim:visible").count() == 8
    assert tab.pdf(path=tmp_path / "key.pdf").startswith(b"%PDF")


def test_a_claim_named_in_details_is_led_to(project):
    project.question(
        '''
        def test_one(self):
            """One is **one**.

            See `q01::TestPart::test_two`.
            """
            assert 1 == 1

        def test_two(self):
            """Two is **two**."""
            assert 2 == 2
        '''
    )

    project.run()

    assert '<a href="#ak-q01-TestPart-test_two">Q1: two</a>' in project.page


def test_a_link_to_a_claim_that_is_none_is_refused(project):
    project.question(
        '''
        def test_one(self):
            """One is **one**.

            See `q01::TestPart::test_three`.
            """
            assert 1 == 1
        '''
    )

    result = project.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no claim q01::TestPart::test_three to link to"])


TWO_PARTS = '''    @corrects("A1.1")
    def test_adds(self):
        """Two and two is **four**."""
        assert 2 + 2 == 4


class TestOther:
    """The other part."""

    @core
    @corrects("B1.1")
    def test_more(self):
        """Two and four is **six**."""
        assert 2 + 4 == 6
'''


def test_a_sheet_is_told_what_it_leaves_out_and_what_corrects_it(project):
    sheets = '[A]\n"A1.1" = "Two and two is five."\n[B]\n"B1.1" = "Sums are odd."\n'
    project.write("spec/answer_sheets.toml", sheets)
    project.write("spec/test_q01_sums.py", MODULE.format(question="What is a sum?") + TWO_PARTS)

    project.run()

    text = " ".join(project.page.split())
    assert "<small>Two and two is <strong>four</strong>.</small>" in text
    part = '<a href="#ak-q01-TestOther-test_more">The other part.</a>'
    assert f"No statement of sheet A is about: {part}" in text
    assert "No statement of sheet B is about" not in text
