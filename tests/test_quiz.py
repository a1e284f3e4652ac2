"""The quiz, in a real browser: what it hides, how it is answered, and what it remembers."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.looking import SEEN, reload

ROOT = Path(__file__).parents[1]

CLAIMS = '''
def test_more(self):
    """Grass is **green**."""
    print("green", "leaf")
    assert "gr" + "een" == "green"

@core
@confirms("A1.1")
def test_first(self):
    """Two and two is **four**, as sums say.

    Because of this.
    """
    print(2 + 2)
    assert 2 + 2 == 4

@core
@corrects("A1.2")
@pytest.mark.parametrize("word", ["blue", "red"])
def test_second(self, word):
    """The sky, `sky_blue`, is **blue**."""
    print("sky")
    assert word

def test_none(self):
    """It is **so**."""
    assert True
'''
BEES = '''
@core
def test_bees(self):
    """A bee has **six** legs."""
    assert 3 + 3 == 6
'''
SHEETS = """
[A]
"A1.1" = "Two and two is four."
"A1.2" = "The sky is red."
"A1.3" = { text = "Sums are nice.", kind = "opinion" }
"""


@pytest.fixture
def project(project):
    """The project with two questions."""
    project.write("spec/answer_sheets.toml", SHEETS)
    project.question(CLAIMS)
    project.question(BEES, number=2, subject="bees", question="What is a bee?")
    return project


@pytest.fixture
def key(project):
    """The page of a run of it."""
    return project.look() / "answer-key.html"


@pytest.fixture
def quiz(key, visit):
    """Open the quiz of a question."""
    return lambda name="q01", **options: visit(key, f"#quiz={name}", **options)


def asked(tab):
    # What has come into view a moment ago may not be laid out yet, and then has no text.
    tab.wait_for_function("document.querySelector('.ak-asking').innerText")
    return tab.locator(".ak-asking").inner_text()


def standing(tab):
    return tab.locator(".ak-standing").inner_text()


def start(tab, name):
    for scope in ("all", name):
        tab.locator(".ak-scope").select_option(scope)
    tab.locator(".ak-asking").focus()


def press(tab, *keys):
    for key in keys:
        tab.keyboard.press(key)


# What it hides


def test_the_fold_without_a_script_hides_what_tells_the_answer(key, visit):
    tab = visit(key, script=False)
    assert not tab.locator(".ak-drill").is_visible()
    card = tab.locator("#ak-q01-TestPart-test_more")
    assert card.locator(".ak-output").inner_text() == "green leaf\n"

    tab.locator(".ak-quiz").check()

    assert "green" not in card.inner_text()
    assert tab.locator("#ak-q01 .ak-part > .ak-place").inner_text() == "Part 1 of 1"
    assert not tab.locator("#ak-q01 .ak-part > .ak-heading").is_visible()
    second = tab.locator("#ak-q01-TestPart-test_second")
    assert second.locator(".ak-sentence").inner_text() == "1.3 The sky, , is ."
    assert second.locator("td code").all_inner_texts() == ["", "red"]
    assert second.locator(".ak-output").inner_text() == "sky\n"
    assert "Because" not in tab.locator("#ak-q01-TestPart-test_first").inner_text()
    assert tab.locator("#ak-q01-TestPart-test_none .ak-reveal").count() == 0

    card.locator(".ak-shown").check()

    assert card.locator(".ak-sentence").inner_text() == "1.1 Grass is green."
    assert card.locator(".ak-output").is_visible()
    assert "blue" not in second.inner_text()


def test_a_statement_is_answered_and_a_question_marked_without_a_script_too(key, visit):
    tab = visit(key, script=False)
    tab.locator(".ak-quiz").check()
    rows = tab.locator(".ak-sheets tbody tr")
    assert rows.nth(1).inner_text().split("\n")[0] == "A1.2 The sky is red."
    assert not rows.nth(1).locator(".ak-verdict").is_visible()
    assert rows.nth(2).locator("input").count() == 0

    rows.nth(1).get_by_label("right").check()

    assert rows.nth(1).locator(".ak-verdict").inner_text() == "✗ wrong"
    assert not rows.nth(0).locator(".ak-verdict").is_visible()

    answer = tab.locator("#ak-q01 .ak-answer")
    answer.locator("textarea").fill("an array")
    assert not answer.locator(".ak-hide").nth(0).is_visible()
    answer.locator(".ak-shown").check()
    assert "The short answer." in answer.inner_text()
    answer.get_by_label("A part of the answer.").check()


# How it is answered


def test_core_cards_come_first_then_statements_the_question_and_the_others(quiz):
    tab = quiz()
    seen = []

    while tab.locator(".ak-next").is_enabled():
        seen.append(" ".join(asked(tab).split("\n")[0].split()))
        press(tab, "n")

    assert seen == [
        "Two and two is , as sums say.",
        "The sky, , is .",
        "Q1 What is an array?",
        "Q1 What is an array?",
        "Q1 What is an array?",
        "Grass is .",
    ]
    assert asked(tab) == "That was all."
    press(tab, "p")
    assert asked(tab).startswith("Grass is")


def test_the_keyboard_reveals_and_says_what_was_known(quiz):
    tab = quiz()
    assert standing(tab) == "Card 1 of 6. Known: 0 of 5 core"
    press(tab, "1", "2")
    assert standing(tab) == "Card 1 of 6. Known: 0 of 5 core"

    press(tab, " ")
    assert tab.locator(".ak-said").inner_text() == "The answer: four"
    assert "Because of this." in asked(tab)
    assert tab.evaluate("document.activeElement.className") == "ak-asking"
    press(tab, "2")
    assert standing(tab) == "Card 2 of 6. Known: 1 of 5 core"
    assert asked(tab).startswith("The sky")

    press(tab, " ", "1")
    assert standing(tab) == "Card 3 of 7. Known: 1 of 5 core"
    press(tab, "n", "n", "n")
    assert asked(tab).startswith("The sky")


@pytest.mark.parametrize(
    "typed, said, focused",
    [
        ("Four", "Yes: four", "ak-knew"),
        ("`four`", "Yes: four", "ak-knew"),
        ("5", "No: four", "ak-again"),
    ],
)
def test_an_answer_may_be_typed(quiz, typed, said, focused):
    tab = quiz()
    tab.locator(".ak-typing input").fill(typed)

    press(tab, "1", "Backspace", "Enter")

    assert tab.locator(".ak-said").inner_text() == said
    assert tab.evaluate("document.activeElement.className") == focused
    assert not tab.locator(".ak-typing").is_visible()
    press(tab, "Enter")
    assert asked(tab).startswith("The sky")
    assert tab.locator(".ak-typing input").input_value() == ""


def test_a_statement_is_marked_as_it_is_answered(quiz):
    tab = quiz()
    press(tab, "n", "n", "n")

    tab.locator(".ak-asking").get_by_label("right").click()

    assert tab.locator(".ak-said").inner_text() == "No: wrong"
    assert "The sky, sky_blue, is blue." in asked(tab)
    press(tab, "p")
    tab.locator(".ak-asking").get_by_label("wrong").focus()
    press(tab, "ArrowLeft", "ArrowLeft", "Enter")
    assert tab.locator(".ak-said").inner_text() == "Yes: right"


def test_a_link_of_a_card_leads_out_of_the_quiz_and_back(quiz):
    tab = quiz()
    press(tab, "n", "n", " ")

    tab.locator(".ak-asking a", has_text="1.2").click()
    tab.wait_for_selector("#ak-q01-TestPart-test_first")
    assert not tab.locator(".ak-drill").is_visible()
    assert "four" in tab.locator("#ak-q01-TestPart-test_first").inner_text()

    tab.go_back()
    tab.wait_for_selector(".ak-asking")
    assert standing(tab) == "Card 3 of 6. Known: 0 of 5 core"


def test_the_quiz_starts_from_a_question_and_changes_it(key, visit):
    tab = visit(key, "#ak-q02")
    assert not tab.locator(".ak-fold").is_visible()

    tab.locator("#ak-q02 .ak-start").click()
    assert asked(tab).startswith("A bee has")
    assert tab.locator(".ak-scope option").all_inner_texts() == [
        "All questions",
        "Q1 What is an array? (0 of 5)",
        "Q2 What is a bee? (0 of 2)",
    ]

    tab.locator(".ak-scope").select_option("all")
    assert standing(tab) == "Card 1 of 8. Known: 0 of 7 core"
    assert tab.url.endswith("#quiz=all")
    tab.locator(".ak-leave").click()
    tab.wait_for_selector(".ak-overview")
    assert not tab.locator(".ak-drill").is_visible()


# What it remembers


def test_it_goes_on_after_a_reload_and_asks_again_what_was_missed(quiz):
    tab = quiz()
    press(tab, " ", "2", " ", "1")

    reload(tab)

    assert asked(tab).startswith("The sky")
    assert standing(tab) == "Card 1 of 5. Known: 1 of 5 core"
    tab.locator(".ak-missed").check()
    assert standing(tab) == "Card 1 of 1. Known: 1 of 5 core"
    press(tab, " ", "2")
    assert asked(tab).startswith("That was all. Come back on ")


def test_a_known_card_comes_back_after_days_that_grow(quiz):
    tab = quiz("q02", alone=True)
    now = datetime.now()
    for days in (1, 3, 7, 16, 35, 35):
        tab.clock.set_fixed_time(now)
        start(tab, "q02")
        assert asked(tab).startswith("A bee has")
        press(tab, " ", "2")
        tab.clock.set_fixed_time(now + timedelta(days=days - 0.5))
        start(tab, "q02")
        assert asked(tab).startswith("Q2 What is a bee?")
        now += timedelta(days=days + 0.5)


def test_known_ahead_of_time_it_comes_back_no_later(quiz):
    tab = quiz("q02")
    press(tab, " ", "2", " ", "2")
    before = tab.evaluate(SEEN)

    reload(tab)
    assert asked(tab).startswith("A bee has")
    press(tab, " ", "2")

    assert tab.evaluate(SEEN) == before


def test_a_claim_that_changed_is_new(project, visit):
    project.run()
    tab = visit(project.path / "report/answer-key.html", "#quiz=q02")
    press(tab, " ", "2")
    project.question(BEES.replace("3 + 3", "2 + 4"), 2, "bees", "What is a bee?")
    project.run()

    reload(tab)

    assert asked(tab).startswith("A bee has")
    assert standing(tab) == "Card 1 of 2. Known: 0 of 2 core"


def test_all_can_be_forgotten(quiz):
    tab = quiz("q02")
    press(tab, " ", "2")
    tab.once("dialog", lambda dialog: dialog.accept())

    tab.locator(".ak-forget").click()

    assert standing(tab) == "Card 1 of 2. Known: 0 of 2 core"
    reload(tab)
    assert standing(tab) == "Card 1 of 2. Known: 0 of 2 core"


@pytest.mark.parametrize("kept", ["{", "null", "[1]", "5"])
def test_what_is_kept_may_be_anything(quiz, kept):
    tab = quiz("q02")
    name = "answer-key-quiz ak-q02-TestPart-test_bees"
    tab.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [name, kept])

    reload(tab)
    press(tab, " ", "2")

    assert standing(tab) == "Card 2 of 2. Known: 1 of 2 core"


def test_a_page_that_does_not_see_what_was_kept_writes_over_its_card_only(quiz):
    tab = quiz("q02", alone=True)
    press(tab, " ", "2")
    tab.add_init_script("Object.keys = () => []")

    reload(tab)
    assert standing(tab) == "Card 1 of 2. Known: 0 of 2 core"
    press(tab, "n", " ", "2")

    kept = tab.evaluate("Object.entries(localStorage).map(([name]) => name)")
    assert sorted(kept) == ["answer-key-quiz ak-q02-TestPart-test_bees", "answer-key-quiz q02"]


def test_where_nothing_may_be_kept_it_says_so_and_goes_on(quiz):
    tab = quiz("q02", alone=True)
    assert not tab.locator(".ak-forgetful").is_visible()
    forbid = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})"
    tab.add_init_script(forbid)

    tab.reload()

    assert tab.locator(".ak-forgetful").is_visible()
    press(tab, " ", "2")
    assert standing(tab) == "Card 2 of 2. Known: 1 of 2 core"


# How it looks


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_quiz_has_no_accessibility_violation(quiz, scheme, width, check_accessibility):
    size = {"width": width, "height": 844}
    tab = quiz(color_scheme=scheme, viewport=size)

    for _ in range(7):
        check_accessibility(tab, ".ak-drill")
        assert tab.evaluate("document.documentElement.scrollWidth") == width
        press(tab, " ")
        check_accessibility(tab, ".ak-drill")
        press(tab, "n")


def test_on_a_phone_the_controls_stand_where_the_thumb_is(quiz):
    tab = quiz(viewport={"width": 390, "height": 844})

    for name in ("show", "again", "knew"):
        button = tab.locator(f".ak-{name}")
        assert button.bounding_box()["y"] > 700
        assert button.bounding_box()["height"] >= 44
        press(tab, " ")
    assert tab.locator(".ak-said").bounding_box()["y"] > 700


def test_the_quiz_is_not_printed(quiz):
    tab = quiz()

    tab.emulate_media(media="print")

    assert not tab.locator(".ak-drill").is_visible()
    assert tab.locator("#ak-q01-TestPart-test_first").is_visible()


def test_the_report_of_pytest_has_the_quiz_too(project, visit):
    tab = visit(project.look() / "pytest.html", "#quiz=q01")

    press(tab, " ", "2")

    assert asked(tab).startswith("The sky")
    assert standing(tab) == "Card 2 of 6. Known: 1 of 5 core"


def test_a_link_that_ends_the_quiz_lands_where_it_leads(quiz):
    tab = quiz("q02")
    tab.set_viewport_size({"width": 390, "height": 300})

    tab.evaluate("location.hash = 'ak-q02'")
    tab.wait_for_selector(".ak-drill", state="hidden")

    assert tab.evaluate("document.querySelector(':target').getBoundingClientRect().top") < 300
