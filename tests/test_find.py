"""The find box: what it finds on the real page, and how it is used."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from answer_key import cli

ROOT = Path(__file__).parents[1]
FIRST = 3

# What readers asked, and the claims of which one answers it.
QUERIES = """
promote: q02::TestElementTypes::test_two_types_do_not_add
copy numpy: q02::TestMemory::test_numpy_method_copies q02::TestMemory::test_conversion_copies
save custom loss: q05::TestSavedSubclass::test_keras_file q05::TestSavedSubclass::test_registered \
    q05::TestLostInSaving::test_without_get_config
retrace: q10::TestRetracing::test_dtype_and_shape_retrace \
    q10::TestRetracing::test_each_python_number_retraces
ragged: q04::TestRaggedTensors::test_rows_differ_in_length
why slow: q09::TestPrice::test_eager_layer_is_slower q09::TestPrice::test_py_function_is_slower \
    q10::TestRetracing::test_new_python_numbers_are_slow \
    q11::TestPrice::test_small_operations_are_slower
run_eagerly: q11::TestSwitches::test_every_kind_of_model
debug breakpoint: q11::TestDebugging::test_debugger_stops_in_a_layer
two optimizers: q08::TestSeveralOptimizers::test_train_step_with_two_optimizers \
    q08::TestSeveralOptimizers::test_list_of_optimizers_is_refused
epoch mean metric: q06::TestFunctionsAreAveraged::test_running_mean
does tf.constant copy my array: q02::TestMemory::test_conversion_copies
tf.constant copy: q02::TestMemory::test_conversion_copies
gradient none: q08::TestRulesOfTheLoop::test_none_gradients \
    q01::TestDifferentiation::test_unconnected
numpy in tf.function: q02::TestMixing::test_numpy_functions_while_tracing \
    q10::TestTracing::test_numpy_refuses_symbolic_tensors
Cannot convert a symbolic tf.Tensor to a numpy array: \
    q02::TestMixing::test_numpy_functions_while_tracing \
    q09::TestWhatCannotBeConverted::test_numpy_function \
    q10::TestTracing::test_numpy_refuses_symbolic_tensors
print once: q10::TestSideEffects::test_tf_print_prints_at_each_call \
    q01::TestGraphs::test_operations
layer vs model: q07::TestWhatOnlyAModelHas::test_layer_lacks_the_method \
    q07::TestNesting::test_layer_is_a_building_block q07::TestWhatBothHave::test_model_is_a_layer
optimiser: q01::TestTrainingKit::test_optimizers \
    q08::TestSeveralOptimizers::test_train_step_with_two_optimizers
breakpoints: q11::TestDebugging::test_debugger_stops_in_a_layer
serialization: q05::TestSavedSubclass::test_keras_file q05::TestSavedSubclass::test_registered
eager vs graph: q02::TestGraphsAndSessions::test_operations_run_at_once \
    q01::TestOptimisation::test_modes_agree q08::TestWhatAHandLoopForgets::test_hand_loop_is_eager
loss function vs class: q05::TestSubclass::test_functions_are_averaged \
    q05::TestFunction::test_closure_has_a_parameter
GAN: q08::TestWhatALoopIsFor::test_alternating_opponents
custom metric reset: q06::TestStateAndMethods::test_protocol \
    q06::TestStateAndMethods::test_default_reset_is_to_zero
"""
ANSWERS = {
    query: claims.split()
    for query, claims in (line.split(": ", 1) for line in QUERIES.strip().splitlines())
}


@pytest.fixture(scope="module")
def real_page(tmp_path_factory):
    """The page of a kept record of the whole specification."""
    path = tmp_path_factory.mktemp("page") / "key.html"
    arguments = ["page", str(ROOT / "records/2.21.json"), "-o", str(path)]
    CliRunner().invoke(cli.main, arguments, catch_exceptions=False)
    return path


def ask(tab, query):
    tab.locator(".ak-find input").fill(query)
    tab.wait_for_selector(".ak-find:not([aria-busy=true])")  # who asks early waits for the index


def addresses(tab):
    return tab.locator(".ak-found a").evaluate_all("(all) => all.map((each) => each.hash)")


def test_of_24_queries_at_least_22_find_their_claim_among_the_first_three(real_page, visit):
    tab = visit(real_page)
    ranks = {}
    for query, claims in ANSWERS.items():
        ask(tab, query)
        found = addresses(tab)
        assert found
        right = {f"#ak-{claim.replace('::', '-')}" for claim in claims}
        ranks[query] = next((at for at, each in enumerate(found, 1) if each in right), None)

    missed = {query: rank for query, rank in ranks.items() if rank is None or rank > FIRST}
    assert len(ranks) == 24
    assert len(missed) <= 2, missed


def test_every_query_has_a_claim_that_answers_it(real_page):
    text = real_page.read_text(encoding="utf-8")

    def is_shown(claim):
        return f'id="ak-{claim.replace("::", "-")}"' in text

    assert [query for query, claims in ANSWERS.items() if not any(map(is_shown, claims))] == []


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
    project.run()
    return project.path / "report/answer-key.html"


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
    tab.reload()
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
        bypass_csp=True,  # axe is a script that the page's policy would refuse
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
