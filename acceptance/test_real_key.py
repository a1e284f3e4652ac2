"""The real key in a browser: it is light, answers what is asked, and leaks nothing in the quiz."""

import re

import pytest

from tests.test_find import addresses, ask

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


def test_it_is_light(key, visit):
    tab = visit(key, "#ak-q02")
    assert key.stat().st_size / tab.locator(".ak-claim").count() < 2_000_000 / 750

    tab.locator(".ak-all").check()
    tab.wait_for_selector("#ak-q02-TestEquality .ak-claim")
    laid_out = "[...document.querySelectorAll('*')].filter((each) => each.checkVisibility()).length"
    assert 4000 < tab.evaluate(laid_out) < 15_000


def test_of_24_queries_at_least_22_find_their_claim_among_the_first_three(key, visit):
    tab = visit(key)
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


def test_every_query_has_a_claim_that_answers_it(key):
    text = key.read_text(encoding="utf-8")

    def is_shown(claim):
        return f'id="ak-{claim.replace("::", "-")}"' in text

    assert [query for query, claims in ANSWERS.items() if not any(map(is_shown, claims))] == []


CARDS = """() => {
  document.querySelectorAll(".ak-changed").forEach((fold) => { fold.open = true; });
  const cards = [...document.querySelectorAll(".ak-claim[data-source]")];
  document.querySelectorAll(".ak-part, .ak-claim").forEach((each) => {
    each.style.contentVisibility = "visible";
  });
  return cards.map((card) => ({
    id: card.id,
    answers: [...card.querySelectorAll("ak-q")].map((each) => each.textContent),
    text: card.innerText,
  }));
}"""

ARE_VISIBLE = "(elements) => elements.map((each) => each.checkVisibility())"

CARDS_OF_THE_QUIZ = """() => {
  const cards = [];
  const next = document.querySelector(".ak-next");
  for (; !next.disabled; next.click()) {
    const card = document.querySelector(".ak-asking .ak-claim");
    if (card) {
      cards.push({
        id: card.querySelector(".ak-label").hash,
        answers: [...card.querySelectorAll("ak-q")].map((each) => each.textContent),
        text: document.querySelector(".ak-asking").innerText,
      });
    }
  }
  return cards;
}"""

SMALL = {
    "that",
    "with",
    "from",
    "this",
    "when",
    "only",
    "each",
    "other",
    "every",
    "both",
    "some",
    "True",
    "False",
}


def readable(answers, text):
    """What of a card's text tells its answers: they themselves, and what begins as their words do.

    It is told otherwise than the page does it, so that it does not make the same mistakes.
    """
    names = re.findall(r"\w+", text)
    parts = [part for name in names for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)]
    found = set()
    for answer in answers:
        whole = rf"(?<!\w)(?<!\d\.){re.escape(answer)}(?!\w|\.\d)"
        found |= set(re.findall(whole, text, re.IGNORECASE)) if answer not in SMALL else set()
        for word in re.findall(r"\b[^\W\d]{4,}(?![\w.])", answer) if answer[0] not in "[(" else ():
            root = re.sub(r"(?<=\w{4})(ing|ed|es|s|e)$", "", word).lower()
            if word not in SMALL:
                found |= {each for each in [*names, *parts] if each.lower().startswith(root)}
    return found


@pytest.mark.timeout(300)  # it looks at some 700 cards
@pytest.mark.parametrize("script", [True, False])
def test_no_answer_can_be_read_in_its_own_card_while_it_is_asked(key, visit, script):
    tab = visit(key, "#quiz=all" if script else "", script=script)
    if not script:
        tab.locator(".ak-quiz").check()

    assert not any(tab.locator(".ak-part > .ak-heading").evaluate_all(ARE_VISIBLE))
    cards = tab.evaluate(CARDS_OF_THE_QUIZ if script else CARDS)

    assert len(cards) > 650
    assert [card["id"] for card in cards if not card["answers"] or len(card["text"]) < 40] == []
    told = {card["id"]: readable(card["answers"], card["text"]) for card in cards}
    assert {key: words for key, words in told.items() if words} == {}


def test_the_test_for_leaks_finds_them():
    assert readable(["learns"], "class LearnedSlope: pass") == {"LearnedSlope", "Learned"}
    assert readable(["clears"], "it has clear_after_read") == {"clear_after_read", "clear"}
    assert readable(["tf.gather"], "x = tf.gather_nd") == {"gather_nd", "gather"}
    assert readable(["[1, 2]"], "it is [1, 2], not [1, 23]") == {"[1, 2]"}
    assert readable(["int32"], "tf.int32 and int3") == {"int32"}
    assert readable(["40", "shape or type"], "40 and 140 have types") == {"40", "types"}
