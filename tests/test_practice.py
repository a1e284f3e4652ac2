"""Practice files: koans and exercises of a made-up specification, as a learner meets them."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from answer_key import cli
from answer_key.practice.collecting import OTHER_EDITION, TOO_LONG
from tests.conftest import little_space

CLAIMS = '''
@core
def test_sum(self):
    """The sum of 3 and 4 is **seven**.

    So adding is counting on.
    """
    total = 3 + 4

    print(total)
    assert total == 7

@core
def test_order(self, tmp_path):
    """A list keeps its **order**, as `reversed` shows."""
    letters = list("abc")

    assert tmp_path.exists()
    assert list(reversed(letters)) == ["c", "b", "a"]

@core
@pytest.mark.parametrize("number, is_odd", [(1, True), (2, False)])
def test_odd(self, number, is_odd):
    """A number is **odd** if 1 remains of it."""
    assert (number % 2 == 1) is is_odd

def test_not_core(self):
    """A claim that is **extra** is no koan."""
    assert 1 == 1
'''

MODULE = '''"""What is a stack?

A **list** with two ends.
"""

import numbers

from answer_key import core, holds

LIMIT = 3


class Stack:
    """Takes and gives back, last in, first out."""

    def __init__(self, limit=LIMIT):
        self.limit = limit
        self.items = []

    def push(self, item):
        if len(self.items) < self.limit:
            self.items.append(item)

    def pop(self):
        return self.items.pop()


def reference(items):
    return items[-1]


class TestStack:
    """A stack gives back what it took."""

    @core
    def test_last_in(self):
        """What came **last** is given first.

        Like plates.
        """
        stack = Stack()
        for item in (1, 2):
            stack.push(item)

        assert isinstance(stack.pop(), numbers.Number)
        assert stack.pop() == 1

    def test_as_the_reference(self):
        """It gives what the **reference** gives."""
        stack = Stack()
        stack.push(5)
        stack.push(6)

        assert stack.pop() == reference([5, 6])

    @holds("keras<3")
    def test_old(self):
        """Before Keras 3, a stack had a **limit** of 3."""
        assert Stack().limit == 4

    def test_mending(self):
        """A counter counts **up**."""
        counts = [0]

        def count():
            counts[0] += 1

        count()
        assert counts == [1]
'''

EXERCISES = """
[stack]
question = "q02"
title = "A stack"
task = "Write a stack."
subjects = ["Stack"]
claims = ["TestStack::test_last_in", "TestStack::test_old", "TestStack::test_as_the_reference"]
faults = ["the_reference_is_the_first"]

[counters]
question = "q02"
title = "A counter"
task = "Mend it."

[[counters.mend]]
claim = "TestStack::test_mending"
function = "count"
seen = "It counts down."
broken = '''
def count():
    counts[0] -= 1
'''
"""

FAULTS = '''"""Faults."""

import sys

from answer_key import refutes


@refutes("TestStack::test_as_the_reference")
def the_reference_is_the_first(monkeypatch):
    """The reference gives the first."""
    module = sys.modules["test_q02_stack"]
    monkeypatch.setattr(module, "reference", lambda items: items[0])
'''

RIGHT = """
class Stack:
    def __init__(self, limit=3):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop()
"""


class Learner:
    """A learner at work in the folder `practice` of a project."""

    def __init__(self, project, monkeypatch):
        self.project = project
        monkeypatch.chdir(project.path)

    def asks(self, *arguments):
        return CliRunner().invoke(cli.main, ["practice", *arguments])

    def path(self, name="q01"):
        return self.project.path / f"practice/{name}.py"

    def text(self, name="q01"):
        return self.path(name).read_text(encoding="utf-8")

    def writes(self, text, name="q01"):
        self.path(name).write_text(text, encoding="utf-8")

    def fills(self, *answers, name="q01"):
        """Fill in the next blanks of the code and of sentences that are asked for, in order."""
        for answer in answers:
            self.writes(self.text(name).replace("== ___", f"== {answer}", 1), name)

    def runs(self, *arguments, where="practice"):
        """Run `pytest practice`; the exit code, and what is seen."""
        result = self.project.run(where, *arguments)
        return result.ret, result.stdout.str() + result.stderr.str()


@pytest.fixture
def learner(project, monkeypatch):
    project.question(CLAIMS)
    return Learner(project, monkeypatch)


@pytest.fixture
def student(project, monkeypatch):
    """A learner with exercises."""
    project.write("spec/test_q02_stack.py", MODULE)
    project.write("spec/exercises.toml", EXERCISES)
    project.write("spec/counterexamples/q02.py", FAULTS)
    return Learner(project, monkeypatch)


# --- what is written


def test_koans_have_no_answers(learner):
    result = learner.asks("q01")

    text = learner.text()
    assert result.exit_code == 0
    assert result.output.splitlines() == ["practice/q01.py", "Now: pytest practice"]
    assert '"""The sum of 3 and 4 is ___."""' in text
    assert "assert total == ___" in text
    assert text.count("def koan_") == 3
    assert not re.search(r"test_sum|seven|== 7|extra|'c', 'b'", text)
    compile(text, "q01.py", "exec")


def test_what_there_is_is_listed(learner, student):
    names = [line.split()[0] for line in student.asks().output.splitlines()]

    assert names == ["counters", "q01", "q02", "stack"]


def test_files_that_are_there_stay(learner):
    learner.asks("q01")
    learner.fills("7")
    before = learner.text()

    result = learner.asks("q01")

    assert result.exit_code == 3
    assert result.output == (
        "Error: practice/q01.py is there already, and stays as it is; -o names a new folder\n"
    )
    assert learner.text() == before


def test_someone_elses_conftest_stays(learner):
    learner.project.write("practice/conftest.py", "mine = True\n")

    result = learner.asks("q01")

    assert (result.exit_code, result.output.count("\n")) == (3, 1)
    assert "practice/conftest.py is another program's" in result.output
    assert not learner.path().exists()


def test_an_unknown_question(learner):
    result = learner.asks("q01", "q77")

    assert result.exit_code == 2
    assert "q77: nothing to practise has this name; choose from q01" in result.output
    assert not learner.path().exists()


def test_an_unwritable_folder(learner):
    learner.project.write("file", "")

    result = learner.asks("q01", "-o", "file/practice")

    assert (result.exit_code, result.output.count("\n")) == (3, 1)
    assert "file/practice/conftest.py: cannot be written" in result.output


def test_a_full_disk_leaves_no_half_file(learner):
    with little_space(500):
        result = learner.asks("q01")

    assert result.exit_code == 3
    assert result.output == "Error: practice/q01.py: cannot be written: File too large\n"
    assert not learner.path().exists()
    assert learner.asks("q01").exit_code == 0


# --- koans


def test_the_first_blank_is_shown(learner):
    learner.asks("q01")

    code, seen = learner.runs()

    assert code == 1
    assert "fill in the blank" in seen
    assert "assert total == ___" in seen
    assert "0 of 3" in seen
    assert "1 failed, 2 skipped" in seen
    assert "reversed" not in seen.partition("= practice =")[0]


def test_a_wrong_answer_shows_what_the_code_gave(learner):
    learner.asks("q01")
    learner.fills("8")

    code, seen = learner.runs()

    assert code == 1
    assert "this is not right yet" in seen
    assert "assert 7 == 8" in seen
    assert "Hint" not in seen


def test_a_hint_does_not_tell_the_answer(learner):
    learner.asks("q01")

    _, seen = learner.runs("--hint")

    assert "It looks like this: ·" in seen
    assert "So adding is counting on." in seen
    assert "seven" not in seen


def test_a_solved_koan_shows_its_sentence_and_why(learner):
    learner.asks("q01")
    learner.fills("7")

    code, seen = learner.runs()

    assert code == 1
    assert "1 of 3" in seen
    assert "✓ The sum of 3 and 4 is **seven**." in seen
    assert "So adding is counting on." in seen
    assert "list(reversed(letters)) == ___" in seen


def test_all_koans_solved(learner):
    learner.asks("q01")
    learner.fills("7", '["c", "b", "a"]')
    learner.writes(learner.text().replace("number is ___", "number is odd"))

    code, seen = learner.runs("-v")

    assert code == 0
    assert "3 of 3" in seen
    assert seen.count("✓") == 3


def test_blanks_may_be_filled_in_any_order(learner):
    learner.asks("q01")
    head, _, last = learner.text().rpartition("== ___")
    learner.writes(f"{head}== ['c', 'b', 'a']{last}")

    code, seen = learner.runs()

    assert code == 1
    assert "1 of 3" in seen
    assert "assert total == ___" in seen


@pytest.mark.parametrize(
    "old, new, told",
    [
        ("total = 3 + 4", "total = 8", "only the blanks may be changed here"),
        ("== ___", "== total", "`total` is what the code computes; write what it comes to"),
    ],
)
def test_only_blanks_are_filled_in(learner, old, new, told):
    learner.asks("q01")
    learner.writes(learner.text().replace(old, new, 1).replace("== ___", "== 7", 1))

    code, seen = learner.runs()

    assert code == 1
    assert told in seen


def test_a_word_is_filled_into_a_sentence(learner):
    learner.project.question('''
        @core
        def test_order(self):
            """A `list` keeps its **order**.

            Order is what a set lacks.
            """
            assert sorted([2, 1]) != [2, 1]
    ''')
    learner.asks("q01")
    assert '"""A `list` keeps its ___."""' in learner.text()
    assert "# assert sorted([2, 1]) != [2, 1]" in learner.text()

    _, before = learner.runs("--hint")
    learner.writes(learner.text().replace("its ___.", "its length."))
    _, wrong = learner.runs()
    learner.writes(learner.text().replace("its length.", "its Orders."))
    code, right = learner.runs()

    assert "It looks like this: o····" in before
    assert "… is what a set lacks." in before
    assert "“length” is not it" in wrong
    assert code == 0
    assert "1 of 1" in right


def test_other_releases_are_told(learner):
    learner.project.question('''
        @core
        @holds("keras<3")
        def test_old(self):
            """Before Keras 3, one was **one**."""
            assert 1 == 2
    ''')
    learner.asks("q01")

    code, seen = learner.runs()

    assert code == 0
    assert "koan_1: it is about other releases than the ones here: keras<3" in seen


# --- what can go wrong


def test_a_syntax_error(learner):
    learner.asks("q01")
    learner.writes(learner.text().replace("total = 3 + 4", "total = = 4"))

    code, seen = learner.runs()

    (line,) = [line for line in seen.splitlines() if line.startswith("q01.py:")]
    assert code == 2
    assert re.match(r"q01\.py:\d+: Python cannot read it: invalid syntax", line)


@pytest.mark.parametrize("where", ["practice", "practice/q01.py"])
def test_an_endless_loop(learner, where):
    learner.asks("q01")
    learner.fills("7")
    learner.writes(learner.text() + "\nwhile True:\n    pass\n")

    code, seen = learner.runs("--limit=1", where=where)

    assert code == TOO_LONG
    assert "this took too long, and was ended" in seen


def test_a_process_that_ends(learner):
    learner.asks("q01")
    learner.fills("7")
    learner.writes(learner.text() + "\nimport os\nos._exit(3)\n")

    code, seen = learner.runs()

    assert code == TOO_LONG
    assert "this ended its process" in seen


def test_an_error_in_the_learners_module(learner):
    learner.asks("q01")
    learner.fills("7")
    learner.writes(learner.text() + "\nmissing\n")

    code, seen = learner.runs()

    assert code == 1
    assert "NameError: name 'missing' is not defined" in seen


def test_a_file_of_another_edition(learner):
    learner.asks("q01")
    learner.project.question(CLAIMS.replace("total = 3 + 4", "total = 4 + 3"))

    code, seen = learner.runs()

    assert code == OTHER_EDITION
    assert "koan_1: it was written for another edition" in seen
    assert "list(reversed(letters)) == ___" in seen


def test_what_is_taught_is_missing(learner):
    learner.asks("q01")
    learner.fills("7")
    learner.project.versions()
    shutil.rmtree(next((learner.project.path / "site").glob("made_up_keras-*")))

    code, seen = learner.runs()

    assert code == 4
    assert "made_up_keras is not installed; run: pip install made-up-keras" in seen


def test_nothing_left_of_a_file(learner):
    learner.asks("q01")
    learner.writes("")

    code, seen = learner.runs()

    assert code == 2
    assert "q01.py: nothing of what `answer-key practice` wrote is left in it" in seen


# --- exercises


def test_a_stub_is_the_subjects_signature(student):
    student.asks("stack")

    text = student.text("stack")
    assert "class Stack:\n" in text
    assert "def __init__(self, limit=LIMIT):" in text
    assert "from test_q02_stack import LIMIT" in text
    assert "def push" not in text


def test_an_exercise_is_not_begun(student):
    student.asks("stack")

    code, seen = student.runs()

    assert code == 1
    assert re.search(r"stack\.py:\d+: `Stack` is not written yet", seen)
    assert "0 of 3" in seen


def test_an_exercise_is_right(student):
    student.asks("stack")
    student.writes(RIGHT, "stack")

    code, seen = student.runs()

    assert code == 0
    assert "2 of 3" in seen
    assert "test_old: it is about other releases than the ones here: keras<3" in seen


@pytest.mark.parametrize(
    "solution, told",
    [
        (RIGHT.replace("pop()", "pop(0)"), "assert stack.pop() == 1\n  assert 2 == 1"),
        (RIGHT.replace("self.items.append", "self.item.append"), "AttributeError: "),
        (RIGHT.replace("Stack", "Staple"), "there is no `Stack` in it"),
    ],
)
def test_an_exercise_is_wrong(student, solution, told):
    student.asks("stack")
    student.writes(solution, "stack")

    code, seen = student.runs()

    assert code == 1
    assert told in seen


def test_a_wrong_line_is_named(student):
    student.asks("stack")
    student.writes(RIGHT.replace("self.items.append", "self.item.append"), "stack")

    _, seen = student.runs("--hint")

    assert "stack.py:7: of what is written here, this is not so yet" in seen
    assert "What came **last** is given first." in seen
    assert "Like plates." in seen
    assert "spec/test_q02_stack.py:36" in seen


def test_a_solution_that_only_looks_right(student):
    student.asks("stack")
    student.writes(
        "import test_q02_stack\n"
        + RIGHT.replace(
            "return self.items.pop()",
            "last = test_q02_stack.reference(self.items)\n"
            "        self.items.remove(last)\n"
            "        return last",
        ),
        "stack",
    )

    code, seen = student.runs()

    assert code == 1
    assert "this only looks right" in seen
    assert "The reference gives the first." in seen


def test_mending(student):
    student.asks("counters")
    assert "counts[0] -= 1" in student.text("counters")

    code, broken = student.runs()
    student.writes(student.text("counters").replace("-= 1", "+= 1"), "counters")
    mended_code, mended = student.runs()
    student.writes(student.text("counters").replace("== [1]", "!= [2]"), "counters")
    changed_code, changed = student.runs()

    assert (code, mended_code, changed_code) == (1, 0, 1)
    assert "assert [-1] == [1]" in broken
    assert "✓ A counter counts **up**." in mended
    assert "only `count` may be changed here" in changed


@pytest.mark.parametrize(
    "old, new, told",
    [
        ("test_last_in", "test_gone", "stack: there is no claim q02::TestStack::test_gone"),
        ('["Stack"]', '["Queue"]', "q02::TestStack::test_last_in is about none of Queue"),
        ('title = "A stack"', "", "stack: 'title' is missing"),
        ('function = "count"', 'function = "up"', "q02::TestStack::test_mending defines no up"),
        ("[stack]", "[stack", "exercises.toml: cannot be read"),
    ],
)
def test_exercises_keep_their_rules(student, old, new, told):
    student.project.write("spec/exercises.toml", EXERCISES.replace(old, new))

    result = student.asks("stack")

    assert result.exit_code == 2
    assert told in result.output


def test_other_tests_in_the_folder_are_left_to_pytest(learner):
    learner.asks("q01")
    learner.project.write("practice/test_mine.py", "def test_mine():\n    assert True\n")

    _, seen = learner.runs()

    assert "1 failed, 1 passed, 2 skipped" in seen


def test_the_suite_itself_is_not_touched(learner):
    learner.asks("q01")
    learner.fills("7")
    before = sorted(Path(learner.project.path).rglob("*"))

    learner.runs("-p", "no:cacheprovider")

    assert sorted(Path(learner.project.path).rglob("*")) == before
