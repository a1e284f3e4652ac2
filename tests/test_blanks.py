"""What a claim asks, and where its card tells the answer."""

import dataclasses

import pytest

from answer_key import blanks, words
from answer_key.reading import read_specification

CLAIM = '''"""What is it?

It is this.
"""


class TestPart:
    """A part."""

    {decorator}
    def test_one(self):
        """{sentence}"""
        {code}
'''


@pytest.fixture
def claim(tmp_path):
    """The claim of a sentence and a code."""

    def make(sentence, *code, decorator=""):
        text = CLAIM.format(decorator=decorator, sentence=sentence, code="\n        ".join(code))
        (tmp_path / "test_q01_it.py").write_text(text, encoding="utf-8")
        specification = read_specification(tmp_path)
        assert specification.problems == ()
        return specification.claims["q01::TestPart::test_one"]

    return make


def answers(claim):
    return [blank.answer for blank in blanks.asked(claim)]


def told(claim):
    return [mask.answer for mask in blanks.masks(claim, blanks.asked(claim))]


def test_a_claim_asks_for_its_bold_words_and_tells_where_they_stand(claim):
    asking = claim("It makes **`int32`**, and **two** of them.", "assert kind() == 1")

    assert answers(asking) == ["int32", "two"]
    for blank in blanks.asked(asking):
        assert blank.piece is None
        assert asking.sentence[blank.start : blank.end].strip("`") == blank.answer


@pytest.mark.parametrize("word", ["not", "same", "even", "is", "both of the", "every", "`True`"])
def test_filler_is_not_asked_for_but_what_the_code_expects(claim, word):
    asking = claim(f"It does **{word}** do it.", "assert first() == 1", "assert last() == x.int32")

    assert answers(asking) == ["x.int32"]
    (blank,) = blanks.asked(asking)
    assert asking.code[blank.piece][blank.start : blank.end] == "x.int32"


@pytest.mark.parametrize(
    "expected", ["-1", "'text'", "[1, -2.5]", "(2, None)", "None", "np.int8", "[[True], [False]]"]
)
def test_a_short_literal_can_be_asked_for(claim, expected):
    assert answers(claim("It is **so**.", f"assert len('é') and it() == {expected}")) == []
    assert answers(claim("It is **so**.", f"assert 'é' == it() == {expected}")) == [expected]
    if expected != "None":
        code = f"assert it() == pytest.approx({expected}, rel=1e-3)"
        assert answers(claim("It is **so**.", code)) == [expected]


def test_the_class_of_an_instance_can_be_asked_for(claim):
    assert answers(claim("It is **so**.", "assert isinstance(it(), x.Tensor)")) == ["x.Tensor"]


@pytest.mark.parametrize(
    "code",
    [
        "assert it",
        "assert it() == other",
        "assert it() == f(1)",
        "assert it() == [1, other]",
        "assert it() != 1",
        "assert it() is not None",
        "assert it() is True",
        "assert it() == 0.125",
        "assert it() == [100, 200, 300, 400, 500, 600, 700, 800, 900]",
        "assert 'text' in it()",
        "assert [1, 2] * 2 == [1] * 4",
    ],
)
def test_what_cannot_be_known_is_not_asked_for(claim, code):
    assert answers(claim("It is **so**.", code)) == []


@pytest.mark.parametrize(
    "answer, text, expected",
    [
        ("learns", "class LearnedSlope(Layer):", ["LearnedSlope"]),
        ("clears", "clear_after_read=0, clear, unclear", ["clear_after_read", "clear", "unclear"]),
        ("raises", "It raised; they raise a praise", ["raised", "raise", "praise"]),
        ("copies", "to copy is copying", ["copy", "copying"]),
        ("dropped", "It drops.", ["drops"]),
        ("int32", "int64 and tf.int32 and 32", ["int32"]),
        ("64-bit", "float64, float32, bit", ["float64", "bit"]),
        ('"off"', "on or off", ["off"]),
        ("x.where", "where is x.where_nd", ["where", "where_nd"]),
        ("x.gather", "x.gather_nd(x, gathered)", ["gather_nd", "gathered"]),
        ("train_step", "step, train, train_step, TrainStep", ["train_step", "TrainStep"]),
        ("two", "2 of 12 and 2.0 and x2", ["2", "2.0"]),
        ("-1", "it is [-1] and 3-1, not 12", ["-1", "1"]),
        ("[1, 2]", "[1 2] and 1, 3 and (1, 2.0)", ["1 2", "1, 2.0"]),
        ("training=True", "f(x, training=True)", ["training=True"]),
        ("as in NumPy", "numpy_like, in NumPy", ["numpy_like", "NumPy"]),
        ("zero", "zeros, 0", ["zeros", "0"]),
        ("dates", "datetime", ["datetime"]),
        ("100_000", "100000", ["100000"]),
        ("batch size", "the size of a batch", ["size", "batch"]),
        ("NumPy", "num, numpy", ["numpy"]),
        ("GPU", "GPUs, /gpu:0", ["GPUs", "gpu"]),
    ],
)  # fmt: skip
def test_an_answer_is_told_by_its_forms_and_names_made_of_it(answer, text, expected):
    found = words.tells([words.keys(answer)], text)

    assert [text[start:end] for start, end in found] == expected


def test_where_else_the_card_tells_the_answer_is_masked(claim):
    asking = claim("It **sums** the sum of rows.", "total = sum_up(rows)", "assert total == 3")

    assert answers(asking) == ["sums"]
    assert told(asking) == ["sum", "sum_up"]


def test_that_it_fails_is_told_by_what_expects_it(claim):
    code = ['with pytest.raises(TypeError, match="no"):', "    it()"]

    assert told(claim("It is **refused**.", *code)) == ['pytest.raises(TypeError, match="no")']
    assert told(claim("It raises a **`TypeError`**.", *code)) == ["TypeError"]
    assert told(claim("It **warns**.", *code)) == []


def test_what_stands_everywhere_is_not_asked_for(claim):
    asking = claim("It is a **list**.", *["list.append(list)"] * 5, "assert list.size == 7")

    assert answers(asking) == ["7"]


def test_what_stands_twice_in_the_code_is_copied_and_not_asked_for(claim):
    code = ["it('first')", "assert it().first == 8", "assert it().name == 'first'"]

    assert answers(claim("It is **so**.", *code)) == ["8"]


def test_a_claim_may_say_what_it_asks(claim):
    code = "assert it() == 'é' + kind"

    assert answers(claim("It is **so**, as ever.", code, decorator='@asks("ever")')) == ["ever"]
    asking = claim("It is **so**, as ever.", code, decorator='@asks("kind")')
    (blank,) = blanks.asked(asking)
    assert asking.code[blank.piece][blank.start :] == "kind"


def test_what_a_claim_asks_must_stand_in_it(project):
    project.question(
        '''
        @asks("three")
        def test_one(self):
            """One is **one**."""
            assert 1 == 1
        '''
    )

    project.run().stderr.fnmatch_lines(
        ["*test_q01_arrays.py:17: @asks: 'three' stands neither in the sentence nor in the code"]
    )


@pytest.mark.parametrize("odd", ["\u2028", "\x0c", "\x85", "\x1c", "\u2029"])
def test_a_character_that_ends_no_line_of_python_moves_no_blank(claim, odd):
    asking = claim("It is **so**.", f"a = '{odd}'", f"assert it('é{odd}') == 'ü{odd}'")

    assert answers(asking) == [f"'ü{odd}'"]


def test_code_that_python_cannot_read_asks_for_nothing(claim):
    asking = dataclasses.replace(claim("It is **so**.", "assert 1 == 2"), code=("  assert 1 ==",))

    assert answers(asking) == []
