"""The rules of the specification and of the answer sheets: broken ones stop the run, by line."""

import pytest

from answer_key import sheets
from answer_key.reading import read_specification

GOOD = '''
def test_adds(self):
    """Two and two is **four**."""
    assert 2 + 2 == 4
'''


def refused(project, *lines):
    result = project.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: the specification breaks its rules:", *lines])
    assert "Traceback" not in result.stderr.str()
    assert not list(project.path.glob("report/*"))


@pytest.mark.parametrize(
    "sentence, problem",
    [
        ("Two and two is four.", "no ?*bold* key word"),
        ("two and two is **four**.", "begins with a capital"),
        ("Two and two is **four**", "ends with a full stop"),
        ("Two and two should be **four**.", "no 'should'"),
        ("Tests that two and two is **four**.", "no 'test that'"),
        ("Two and two is **four**" + ", again" * 12 + ".", "has 108 characters; 100 at most"),
    ],
)
def test_a_sentence_that_breaks_a_rule_is_refused_with_file_and_line(project, sentence, problem):
    project.question(
        f'''
        def test_adds(self):
            """{sentence}

            Why."""
            assert 2 + 2 == 4
        '''
    )

    refused(project, f"spec/test_q01_arrays.py:16: *{problem}*")


def test_every_problem_is_told_at_once(project):
    project.question(
        '''
        def test_one(self):
            """One."""
            assert 1 == 1

        def test_two(self):
            """Two."""
            assert 2 == 2
        '''
    )

    refused(project, "spec/test_q01_arrays.py:16: *bold*", "spec/test_q01_arrays.py:20: *bold*")


def test_a_short_answer_is_short(project):
    path = project.question(GOOD)
    path.write_text(path.read_text().replace("?\n", "?\n\n" + "an array " * 60, 1))

    refused(project, "spec/test_q01_arrays.py:1: the short answer has 12? words; 100 at most")


def test_a_sentence_stands_only_once(project):
    project.question(GOOD)
    project.question(GOOD, number=2, subject="sums")

    refused(project, "spec/test_q02_sums.py:16: this sentence stands at *q01_arrays.py:16 already")


@pytest.mark.parametrize(
    "claims, problem",
    [
        ("def test_a(self):\n    assert True", "16: *begins with its sentence, on the first line"),
        (GOOD + GOOD, "20: test_adds stands twice in TestPart"),
        ('def test_a(self):\n    """It **is**."""\n    print(1)\n', "16: test_a asserts nothing"),
        ('@holds("keras 3")\n' + GOOD.lstrip(), "17: @holds: 'keras 3' is no requirement*"),
        ('@holds("torch>=2")\n' + GOOD.lstrip(), "17: @holds: 'torch>=2' is not about one of*"),
        ('@holds("keras")\n' + GOOD.lstrip(), "17: @holds: 'keras' names no version"),
        (
            '@holds("keras>=3")\n' + GOOD.lstrip(),
            "17: *a claim with an era tells it: 'Before *",
        ),
        (  # "except in" is understood
            '@holds("keras>=3.1")\n' + GOOD.lstrip().replace("**.", "**, but for Keras 3.0."),
            "17: *a claim with an era tells it: 'Before *",
        ),
        ("@confirms(STATEMENT)\n" + GOOD.lstrip(), "16: @confirms takes strings, written out"),
    ],
)
def test_a_claim_that_breaks_a_rule_is_refused(project, claims, problem):
    project.question(claims)

    refused(project, f"spec/test_q01_arrays.py:{problem}")


@pytest.mark.parametrize(
    "name, text, problem",
    [
        ("test_q01_a.py", '"""No question."""\n', "1: a module's docstring is its question*"),
        ("test_arrays.py", '"""What?\n\nThis."""\n', "1: a question's module is named*"),
        (
            "test_q01_a.py",
            '"""What?\n\nThis."""\n\ndef test_a():\n    """It **is**."""\n    assert 1\n',
            "5: test_a belongs in a class*",
        ),
        ("test_q01_a.py", '"""What?\n\nThis."""\nclass TestA: pass\n', "4: TestA needs a doc*"),
        (
            "test_q01_a.py",
            '"""What?\n\nThis."""\n@holds("numpy<2")\nclass TestA:\n    """A part."""\n',
            "5: decorate the claims, not their class",
        ),
    ],
)
def test_a_module_that_breaks_a_rule_is_refused(project, name, text, problem):
    project.write(f"spec/{name}", text)

    refused(project, f"spec/{name}:{problem}")


def test_the_rules_are_not_the_business_of_other_tests(project):
    project.question('def test_one(self):\n    """One."""\n    assert 1\n')
    project.write("tests/test_other.py", "def test_other():\n    assert True\n")

    assert project.run("tests").ret == 0
    assert not (project.path / "report").exists()


SHEETS = """
[A]
"A1.1" = "Two and two is four."
"A1.2" = { text = "Four is a nice number.", kind = "opinion" }
"A2.1" = "A sum is a number."
"""


def settling(statement, mark="confirms"):
    return f'@{mark}("{statement}")\n' + GOOD.lstrip()


@pytest.mark.parametrize(
    "statement, problem",
    [
        (
            "A1.7",
            "spec/test_q01_arrays.py:17: the answer sheets have no statement A1.7; "
            "did you mean A1.[12][?]",
        ),
        ("X9.9", "spec/test_q01_arrays.py:17: the answer sheets have no statement X9.9"),
        ("A1.2", "spec/test_q01_arrays.py:17: A1.2 is an opinion*"),
    ],
)
def test_a_statement_named_wrongly_is_refused(project, statement, problem):
    project.write("spec/answer_sheets.toml", SHEETS)
    project.question(settling(statement))

    refused(project, problem)


def test_a_statement_that_no_claim_settles_is_refused_once_its_question_is_answered(project):
    project.write("spec/answer_sheets.toml", SHEETS)
    project.question(GOOD)

    refused(project, "answer_sheets.toml: no claim settles A1.1: Two and two is four.")


@pytest.mark.parametrize(
    "text, problem",
    [
        ("[A\n", "answer_sheets.toml: not a TOML file*"),
        ('[A]\n"B1.1" = "It is."', "answer_sheets.toml: 'B1.1' is no statement of sheet A*"),
        ('[A]\n"A1.1" = 4', "answer_sheets.toml: A1.1 has no text"),
        ('[A]\n"A1.1" = { text = "It is.", kind = "fact" }', "*A1.1 has a kind of behaviour or *"),
        ('A = "It is."', "answer_sheets.toml: A is no table of statements"),
    ],
)
def test_a_damaged_sheet_is_refused(project, text, problem):
    project.write("spec/answer_sheets.toml", text)
    project.question(GOOD)

    refused(project, problem)


def marks(project, text, **versions):
    project.write("spec/answer_sheets.toml", SHEETS)
    project.versions(**versions)
    project.question(text)
    project.run()
    return marks_of(project)


def marks_of(project):
    """The marks that follow from the record of the last run."""
    specification = read_specification(project.path / "spec")
    statements = sheets.read_sheets(project.path / "spec")
    return sheets.marks(statements, specification, project.record["claims"])


FALSE = '''def test_fails(self):
    """Before Keras 3, two and two is **five**."""
    assert 2 + 2 == 5
'''


@pytest.mark.parametrize(
    "claims, mark",
    [
        (settling("A1.1"), "right"),
        (settling("A1.1", "corrects"), "wrong"),
        (
            settling("A1.1")
            + settling("A1.1", "corrects").replace("adds", "also").replace("two", "2"),
            "partly",
        ),
        ('@holds("keras<3")\n@confirms("A1.1")\n' + FALSE, "outdated"),
        (
            '@holds("keras<3")\n@confirms("A1.1")\n' + FALSE + settling("A1.1", "corrects"),
            "outdated",
        ),
        ('@holds("keras<3")\n@corrects("A1.1")\n' + FALSE + settling("A1.1"), "right"),
        ('@confirms("A1.1")\n' + FALSE, "unchecked"),
        ('@confirms("A1.1")\n' + FALSE + settling("A1.1"), "unchecked"),
    ],
)
def test_a_statements_mark_follows_from_the_outcomes_of_its_claims(project, claims, mark):
    assert marks(project, claims) == {"A1.1": mark, "A1.2": "unchecked"}


SKIPS = GOOD.lstrip().replace("adds", "skips").replace("two", "2") + '    pytest.skip("no GPU")\n'


@pytest.mark.parametrize(
    "claims, mark",
    [
        (settling("A1.1") + '@confirms("A1.1")\n' + SKIPS, "right"),
        (settling("A1.1", "corrects") + '@confirms("A1.1")\n' + SKIPS, "wrong"),
        (
            settling("A1.1")
            + '@corrects("A1.1")\n'
            + SKIPS
            + '@holds("keras<3")\n@confirms("A1.1")\n'
            + FALSE,
            "right",
        ),
        (GOOD + '@confirms("A1.1")\n' + SKIPS, "unchecked"),
    ],
)
def test_a_claim_that_cannot_be_checked_here_says_nothing_of_its_statement(project, claims, mark):
    assert marks(project, claims)["A1.1"] == mark


def test_a_statement_is_not_marked_on_part_of_its_claims(project):
    project.write("spec/answer_sheets.toml", SHEETS)
    project.question(
        settling("A1.1") + settling("A1.1").replace("adds", "also").replace("two", "2")
    )

    project.run("-k", "adds")

    assert marks_of(project)["A1.1"] == "unchecked"
