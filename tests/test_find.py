"""The find box: what it finds, and how it is used."""

import pytest

from tests.looking import reload

CLAIMS = '''
@core
@corrects("A1.1")
def test_total(self):
    """A sum is made **slowly**.

    Whoever wants a total adds up, with the colour of a number unseen.
    """
    assert 1 + 1 == 2

@pytest.mark.parametrize("function, result", [("basename", "b"), ("dirname", "a")])
def test_paths(self, function, result):
    """A path has **two** ends."""
    assert getattr(os.path, function)("a/b") == result

def test_raises(self):
    """A quotient may **fail**."""
    with pytest.raises(ZeroDivisionError, match="by zero"):
        1 / 0

@holds("keras<3")
def test_absent(self):
    """Before Keras 3, seven was a **number**."""
    assert int("seven") == 7
'''


def ask(tab, query):
    tab.locator(".ak-find input").fill(query)
    wait_for_results(tab)


def wait_for_results(tab):
    tab.wait_for_selector(".ak-find:not([aria-busy=true])")  # who asks early waits for the index


def addresses(tab):
    return tab.locator(".ak-found a").evaluate_all("(all) => all.map((each) => each.hash)")


@pytest.fixture
def page(project):
    """A page on which each claim can be found by something else."""
    project.write("spec/answer_sheets.toml", '[A]\n"A1.1" = "Sums are optimised."\n')
    project.question(CLAIMS, question="What is a sum, or a quotient?")
    project.question(
        '@core\ndef test_other(self):\n    """Bees **hum**."""\n    assert 1 == 1',
        number=2,
        subject="bees",
        question="What do bees do?",
    )
    return project.look() / "answer-key.html"


TOTAL = "1.1 A sum is made slowly."
PATHS = "1.2 A path has two ends."
RAISES = "1.3 A quotient may fail."
ABSENT = "1.4 Before Keras 3, seven was a number."
STATEMENT = "A1.1 Sums are optimised."


def titles(tab):
    spans = tab.locator(".ak-found a > span:first-child")
    return [" ".join(each.split()) for each in spans.all_inner_texts()]


# What is asked, and what stands among the first two for it.
ASKED = {
    "sums": TOTAL,
    "what about a total?": TOTAL,
    "fast": TOTAL,
    "color": TOTAL,
    "1.2": PATHS,
    "os.path.dirname": PATHS,
    "ZeroDivisionError: division by zero": RAISES,
    "invalid literal for int() with base 10: 'five'": ABSENT,
    " ".join(f"File {number}.py, in main" for number in range(99)) + ": division by zero": RAISES,
    "optimizing": STATEMENT,
    "part of the answer": "A part of the answer.",
    "bees do": "Q2 What do bees do?",
    "quotiant": RAISES,
    "quotient hums": RAISES,
}


def test_a_question_is_answered_by_whatever_says_it(page, visit):
    tab = visit(page)
    found = {}
    for query in ASKED:
        ask(tab, query)
        found[query] = titles(tab)[:2]

    assert {
        query: found[query] for query, first in ASKED.items() if first not in found[query]
    } == {}


# What is asked of a page that does not have all of it, and what is said of that.
LACKING = {
    "quotient": "",
    "quotiant": "Nothing has “quotiant”; this is about “quotient”.",
    "seven xylophones": "Nothing has “xylophones”.",
    "path seven": "Nothing has all of these words; first comes what has most.",
    "xylophones": "Nothing has “xylophones”. These are the questions:",
    "==": "These are the questions:",
}


def test_what_the_page_lacks_is_told_and_something_shown(page, visit):
    tab = visit(page)
    told = {}
    for query in LACKING:
        ask(tab, query)
        told[query] = tab.locator(".ak-found p").text_content()
        assert titles(tab)

    assert told == LACKING
    assert titles(tab) == ["Q1 What is a sum, or a quotient?", "Q2 What do bees do?"]


def test_results_show_where_and_mark_what_was_asked_for(page, visit):
    tab = visit(page)

    ask(tab, "totals fail by zero")

    first = tab.locator(".ak-found a", has_text=RAISES)
    marks = set(first.locator("mark").all_inner_texts())
    assert {"fail", "zero"} <= marks
    assert "by" not in marks
    assert "Q1 What is a sum, or a quotient?" in first.inner_text()
    assert tab.locator(".ak-find small[aria-live]").inner_text() == f"{len(titles(tab))} found"


def test_the_box_is_used_by_keys_alone(page, visit):
    tab = visit(page, "#ak-q02")

    tab.keyboard.press("/")
    tab.keyboard.type("a path / seven")
    wait_for_results(tab)
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    second = titles(tab)[1]
    assert tab.locator(".ak-found a:focus").inner_text().startswith(second[:3])
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("ArrowUp")
    assert tab.evaluate("document.activeElement.type") == "search"

    tab.keyboard.press("Escape")
    assert not tab.locator(".ak-found").is_visible()
    assert tab.locator(".ak-find input").input_value() == ""
    assert tab.url.endswith("#ak-q02")

    tab.keyboard.type("dirname")
    wait_for_results(tab)
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#ak-q01-TestPart-test_paths:target")
    assert not tab.locator(".ak-found").is_visible()


def test_what_is_asked_has_an_address(page, visit):
    tab = visit(page, "#find=path+ends")
    assert tab.locator(".ak-find input").input_value() == "path ends"
    assert titles(tab)[0] == PATHS

    ask(tab, "50 % of a quotient")
    tab.wait_for_url("**/*#find=50+%25+of+a+quotient")
    tab.locator(".ak-found a", has_text=RAISES).click()
    tab.wait_for_selector("#ak-q01-TestPart-test_raises:target")

    tab.go_back()
    tab.wait_for_selector(".ak-found")
    assert tab.locator(".ak-find input").input_value() == "50 % of a quotient"
    reload(tab)
    assert RAISES in titles(tab)


def test_the_results_leave_when_another_place_is_clicked(page, visit):
    tab = visit(page)
    ask(tab, "path")
    assert tab.locator(".ak-found").is_visible()

    tab.locator(".ak-title").click()
    assert not tab.locator(".ak-found").is_visible()

    tab.locator(".ak-find input").click()
    assert tab.locator(".ak-found").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_open_results_are_accessible_and_fit(page, visit, scheme, width, check_accessibility):
    tab = visit(
        page,
        color_scheme=scheme,
        viewport={"width": width, "height": 844},
    )

    ask(tab, "seven totals of os.path.dirname by zero")

    assert tab.locator(".ak-found mark").count() > 3
    check_accessibility(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    panel = tab.locator(".ak-found").bounding_box()
    assert panel["y"] + panel["height"] <= 844


def test_it_finds_in_the_key_that_opens_the_test_report(project, visit):
    project.question(CLAIMS.replace('@corrects("A1.1")\n', ""), question="What is a sum?")
    project.run()
    tab = visit(project.path / "report/pytest.html")
    tab.locator(".ak-folded-key > summary").click()

    ask(tab, "dirname")

    assert titles(tab) == [PATHS]
