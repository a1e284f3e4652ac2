"""`pytest --refute`: claims under counterexamples, which no claim may survive."""

import pytest

# What the claims are about: a library that faults can be put into.
LIBRARY = """
def double(number):
    return 2 * number

def refuse():
    raise ValueError("no")
"""

CLAIMS = '''
def test_doubles(self):
    """Two doubles to **four**."""
    import library
    assert library.double(2) == 4

def test_refuses(self):
    """It **refuses**."""
    import library
    with pytest.raises(ValueError, match="no"):
        library.refuse()

@pytest.mark.parametrize("number", [0, 1])
def test_zero_too(self, number):
    """Every number **doubles**."""
    import library
    print(number)
    assert library.double(number) == number + number

@holds("keras<3")
def test_old(self):
    """Before Keras 3, it was **old**."""
    assert False
'''

FAULTS = '''
from answer_key import refutes

import library

@refutes("TestPart::test_doubles", "TestPart::test_zero_too")
def double_triples(monkeypatch):
    """`double` triples."""
    monkeypatch.setattr(library, "double", lambda number: 3 * number)

@refutes("TestPart::test_refuses")
def nothing_is_refused(monkeypatch):
    """Nothing is refused."""
    monkeypatch.setattr(library, "refuse", lambda: None)

@refutes("TestPart::test_refuses", by=KeyError)
def the_wrong_error(monkeypatch):
    """It is refused with a `KeyError`."""
    def refuse():
        raise KeyError("no")
    monkeypatch.setattr(library, "refuse", refuse)
'''


@pytest.fixture
def study(project, monkeypatch):
    """A project whose claims have counterexamples."""
    monkeypatch.syspath_prepend(project.path)
    project.write("library.py", LIBRARY)
    project.question(CLAIMS)
    project.write("spec/counterexamples/q01.py", FAULTS)
    return project


def faults(study, text):
    study.write("spec/counterexamples/q01.py", text)


def test_every_claim_is_refuted(study):
    result = study.run("--refute")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["q01  3 refuted, 1 absent", "4 claims: 1 absent, 3 holds"])


def test_what_this_release_cannot_refute_is_said_and_named_on_asking(study):
    told = "Only a release in which they hold can refute 1 claims that are absent here"

    brief, whole = study.run("--refute"), study.run("--refute", "-v")

    brief.stdout.fnmatch_lines([f"{told}; -v names them."])
    whole.stdout.fnmatch_lines([f"{told}:", "    q01::TestPart::test_*"])


def test_the_record_tells_under_which_faults_a_claim_failed(study):
    study.run("--refute")

    assert study.claim("refuses")["refutations"] == [
        {"fault": "nothing_is_refused", "sentence": "Nothing is refused.", "by": "Failed"},
        {
            "fault": "the_wrong_error",
            "sentence": "It is refused with a `KeyError`.",
            "by": "KeyError",
        },
    ]
    assert "refutations" not in study.claim("old")
    assert [cell["params"] for cell in study.claim("zero_too")["cells"]] == [
        {"number": 0},
        {"number": 1},
    ]


def test_a_cell_is_the_same_one_with_and_without_counterexamples(study):
    study.question(CLAIMS.replace("[0, 1]", "[abs, float]").replace("(number)", "(1)"))
    faults(study, FAULTS)
    study.run()
    plain = study.claim("zero_too")["cells"]
    study.run("--refute")

    refuted = study.claim("zero_too")["cells"]
    assert [cell["case"] for cell in refuted] == [cell["case"] for cell in plain]


def test_the_page_says_under_which_faults_a_claim_failed(study):
    study.run("--refute")

    assert study.page.count("Would fail if: ") == 4
    assert "Would fail if: Nothing is refused. And did: <code>Failed</code>." in study.page


def test_without_the_option_nothing_is_refuted(study):
    study.run()

    assert "refutations" not in study.claim("refuses")
    assert "Would fail if: Nothing is refused.</p>" in study.page


def test_the_html_report_has_rows_for_claims_as_they_are_only(study, visit):
    study.run("--refute")

    tab = visit(study.path / "report/pytest.html")
    rows = tab.locator("#results-table .col-testId").all_inner_texts()
    assert sorted(row.split("::test_")[1] for row in rows) == [
        "doubles[as it is]",
        "old",
        "refuses[as it is]",
        "zero_too[as it is-0]",
        "zero_too[as it is-1]",
    ]


@pytest.mark.parametrize("processes", [[], ["-n", "2"]])
@pytest.mark.parametrize("line", ['setattr(library, "double"', 'setattr(library, "refuse", lambda'])
def test_a_patch_taken_out_makes_the_run_fail(study, line, processes):
    taken_out = [
        "    pass" if f"monkeypatch.{line}" in each else each for each in FAULTS.splitlines()
    ]
    faults(study, "\n".join(taken_out))

    result = study.run("--refute", *processes)

    assert result.ret == 1
    result.stdout.fnmatch_lines(["SURVIVED, so it proves nothing: q01::*", "    *s*"])


def test_a_claim_without_a_counterexample_makes_the_run_fail(study):
    faults(study, FAULTS.replace('"TestPart::test_doubles", ', ""))

    result = study.run("--refute")

    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "q01  1 without, 2 refuted, 1 absent",
            "WITHOUT a counterexample: q01::TestPart::test_doubles",
        ]
    )


def test_an_excepted_claim_needs_none(study):
    faults(study, FAULTS.replace('"TestPart::test_doubles", ', ""))
    study.write("spec/counterexamples/excepted.toml", '[q01]\n"TestPart::test_doubles" = "no"\n')

    result = study.run("--refute")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["q01  1 excepted, 2 refuted, 1 absent"])


@pytest.mark.parametrize(
    "patch",
    [
        "raise AttributeError",  # the patch itself breaks
        'monkeypatch.delattr(library, "double")',  # the claim fails by an AttributeError
        'monkeypatch.setattr(library, "double", refuse)',  # an assertion that is not the claim's
        'monkeypatch.setattr(library, "double", library.refuse)',  # an undeclared exception
    ],
)
def test_a_claim_that_fails_for_another_reason_is_not_refuted(study, patch):
    faults(
        study,
        "from answer_key import refutes\nimport library\n\n"
        "def refuse(number):\n    assert False\n\n"
        '@refutes("TestPart::test_doubles")\ndef fault(monkeypatch):\n'
        f'    """Wrong."""\n    {patch}\n',
    )

    result = study.run("--refute", "-k", "doubles")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAULTY counterexample: *::test_doubles", "    fault *"])


CALLS = '''
def test_doubles(self):
    """Two doubles to **four**."""
    import lab, library
    assert library.call(lab.doubled) == 4
'''

TRIPLES = '''
from answer_key import refutes

import library

@refutes("TestPart::test_doubles")
def double_triples(monkeypatch):
    """`double` triples."""
    monkeypatch.setattr(library, "double", lambda number: 3 * number)
'''

LAB = """
import library

def doubled():
    result = library.double(2)
    assert result == 4
    return result
"""


@pytest.mark.parametrize("folder, verdict", [("fixtures", "refuted"), ("helpers", "faulty")])
def test_an_assertion_of_a_function_in_fixtures_is_the_claims_own(
    study, monkeypatch, folder, verdict
):
    monkeypatch.syspath_prepend(study.path / folder)
    study.write("library.py", LIBRARY + "\ndef call(function):\n    return function()\n")
    study.write(f"{folder}/lab.py", LAB)
    study.question(CALLS)
    faults(study, TRIPLES)

    result = study.run("--refute")

    result.stdout.fnmatch_lines([f"q01  1 {verdict}"])


def test_a_claim_that_was_not_run_under_its_counterexample_is_unchecked(study):
    result = study.run("--refute", "-k", "doubles and not double_triples")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["q01  1 unchecked"])


@pytest.mark.parametrize(
    "double, told",
    [
        ("lambda number: pytest.skip('no')", "q01  2 unchecked"),
        ("lambda number: 3 * number if number else pytest.skip('no')", "q01  2 refuted"),
    ],
)
def test_a_cell_that_skips_under_a_counterexample_says_nothing(study, double, told):
    faults(study, "import pytest\n" + FAULTS.replace("lambda number: 3 * number", double))

    result = study.run("--refute", "-k", "doubles or zero_too")

    assert result.ret == 0
    result.stdout.fnmatch_lines([told])


def test_a_claim_that_hangs_is_not_refuted(study):
    faults(
        study,
        "import time\n\nfrom answer_key import refutes\nimport library\n\n"
        '@refutes("TestPart::test_doubles")\ndef fault(monkeypatch):\n'
        '    """It hangs."""\n    monkeypatch.setattr(library, "double", time.sleep)\n',
    )

    result = study.run("--refute", "-k", "doubles", "--timeout=0.2")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAULTY counterexample: *::test_doubles"])


def test_a_claim_that_fails_as_it_is_is_not_refuted(study):
    study.write("library.py", LIBRARY.replace("2 * number", "5 * number"))

    result = study.run("--refute", "-k", "doubles")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["q01  1 broken"])


def test_a_fault_is_undone_before_the_next_claim(study):
    study.run("--refute")
    assert study.outcomes["doubles"] == "holds"

    study.run("--refute")
    assert study.outcomes["zero_too"] == "holds"


@pytest.mark.parametrize(
    "file, text, problem",
    [
        (
            "q01.py",
            FAULTS.replace("test_doubles", "test_halves"),
            "q01.py:7: there is no claim q01::TestPart::test_halves",
        ),
        ("q01.py", FAULTS.replace("triples.", "triples"), "q01.py:7: the docstring of double"),
        ("q01.py", FAULTS.replace("nothing_is_refused", "double_triples"), "stands twice"),
        ("q02.py", FAULTS, "q02.py:1: there is no question q02"),
        ("excepted.toml", '[q01]\n"TestPart::test_none" = ""\n', "there is no claim q01"),
        ("excepted.toml", '[q01]\n"TestPart::test_doubles" = ""\n', "test_doubles has a counter"),
        ("excepted.toml", "[q02]\n", "excepted.toml: a table for each question"),
        ("excepted.toml", "[q01\n", "excepted.toml: a table for each question"),
        (
            "excepted.toml",
            '[q01]\n"TestPart::test_old" = ""\n"TestPart::test_b" = ""\n',
            "2 claims are excepted; at most 1 may be",
        ),
    ],
)
def test_broken_rules_are_told_with_their_place(study, file, text, problem):
    study.write(f"spec/counterexamples/{file}", text)

    result = study.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert problem in result.stderr.str()
