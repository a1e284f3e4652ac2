"""Ways to run the specification: all give the same record, and none loses anything."""

import gc
import json
import os
import shutil

import pytest

CLAIMS = '''
def test_adds(self):
    """Two and two is **four**."""
    print("four")
    assert 2 + 2 == 4

@pytest.mark.parametrize("text", ["a", "b<c", ""])
@pytest.mark.parametrize("times", [1, 10])
def test_repeats(self, text, times):
    """A text times a number **repeats**."""
    print(text * times)
    assert len(text * times) == len(text) * times

@holds("keras<3")
def test_old(self):
    """Before Keras 3, something **was** so."""
    assert 1 == 2
'''


@pytest.fixture
def two_questions(project):
    project.question(CLAIMS)
    project.question(
        '''
        def test_fails(self):
            """Two and two is **five**."""
            assert 2 + 2 == 5
        ''',
        number=2,
        subject="sums",
        question="What is a sum?",
    )
    return project


def timeless(record):
    """A record without its seconds."""
    if isinstance(record, dict):
        return {key: timeless(value) for key, value in record.items() if key != "seconds"}
    return [timeless(value) for value in record] if isinstance(record, list) else record


def test_serial_parallel_and_random_runs_give_the_same_record(two_questions):
    pytest.importorskip("pytest_randomly", reason="runs in tox, where pytest-randomly is")
    two_questions.run()
    serial = timeless(two_questions.record)

    two_questions.run("-n", "2")
    assert timeless(two_questions.record) == serial

    two_questions.pytester.runpytest_inprocess("-p", "randomly", "-p", "random", "-n0")
    assert timeless(two_questions.record) == serial


def test_parallel_runs_give_the_record_of_a_serial_one(two_questions):
    two_questions.run()
    serial = timeless(two_questions.record)
    assert len(serial["claims"]) == 4

    two_questions.run("-n", "2")

    assert timeless(two_questions.record) == serial


@pytest.mark.parametrize(
    "args, ran",
    [
        (["-k", "adds"], ["adds"]),
        (["-n", "2", "-k", "adds or fails"], ["adds", "fails"]),
        (["spec/test_q02_sums.py"], ["fails"]),
        (["spec/test_q01_arrays.py::TestPart::test_adds"], ["adds"]),
    ],
)
def test_a_partial_run_says_so(two_questions, args, ran):
    result = two_questions.run(*args)

    assert sorted(two_questions.outcomes) == ran
    result.stdout.fnmatch_lines([f"{len(ran)} of 4 claims ran: *"])
    assert f"A partial run: {len(ran)} of 4 claims ran." in two_questions.page


def test_a_whole_run_does_not(two_questions):
    result = two_questions.run()

    result.stdout.fnmatch_lines(["4 claims: 1 broken, 1 absent, 2 holds"])
    assert "A partial run" not in two_questions.page


def test_last_failed_and_first_failure(two_questions):
    two_questions.run("-x", "-p", "cacheprovider")
    assert two_questions.outcomes == {
        "adds": "holds",
        "repeats": "holds",
        "old": "absent",
        "fails": "broken",
    }

    two_questions.run("--lf", "-p", "cacheprovider")

    assert two_questions.outcomes == {"fails": "broken"}


def test_without_pytest_html_the_answer_key_is_still_written(two_questions):
    result = two_questions.run("-p", "no:html")

    assert result.ret == 1
    assert len(two_questions.outcomes) == 4
    assert not (two_questions.path / "report/pytest.html").exists()
    assert "pytest.html" not in two_questions.page
    assert "Unknown config option" not in result.stdout.str()


def test_the_end_of_the_terminal_tells_of_outcomes_and_names_the_page(two_questions):
    lines = two_questions.run().stdout.lines

    assert lines[-4:-1] == [
        "4 claims: 1 broken, 1 absent, 2 holds",
        "report/record.json",
        "report/answer-key.html",
    ]


def test_collect_only_lists_the_sentences_and_writes_nothing(two_questions):
    result = two_questions.run("--collect-only")

    result.stdout.fnmatch_lines(
        [
            "What is an array[?]",
            "  A part of the answer.",
            "    Two and two is ?*four**.",
            "    A text times a number ?*repeats**.",
            "What is a sum[?]",
            "    Two and two is ?*five**.",
        ]
    )
    assert not list(two_questions.path.glob("report/*"))


def test_record_and_page_go_where_they_are_asked_to(two_questions):
    two_questions.run("--record", "deep/a.json", "--answer-key", "deep/er/a.html")

    assert json.loads((two_questions.path / "deep/a.json").read_text())["schema"] == 2
    page = (two_questions.path / "deep/er/a.html").read_text()
    assert 'href="../../report/pytest.html#' in page
    assert not (two_questions.path / "report/record.json").exists()


@pytest.mark.parametrize("option", ["--record", "--answer-key"])
@pytest.mark.parametrize(
    "target, problem",
    [("spec", "is a folder"), ("pytest.ini/file", "cannot write into*pytest.ini")],
)
def test_an_impossible_target_is_refused_before_the_run(two_questions, option, target, problem):
    result = two_questions.run(option, target)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {option}: *{problem}*"])


def test_a_target_that_cannot_be_written_in_the_end_is_told_and_fails_the_run(project):
    project.question(
        '''
        def test_blocks(self):
            """A folder **blocks** a file of its name."""
            os.makedirs("report/record.json/x")
            assert True
        '''
    )

    result = project.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(["ERROR: *record.json: cannot be written: Is a directory"])
    assert os.listdir(project.path / "report/record.json") == ["x"]


def test_a_run_in_which_nothing_ran_leaves_the_old_record(two_questions):
    two_questions.run()
    before = two_questions.record

    assert two_questions.run("-k", "nothing").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert two_questions.record == before


def test_what_is_not_installed_is_told_in_one_line(project):
    shutil.rmtree(project.path / "site/made_up_keras-3.15.1.dist-info")
    project.question(CLAIMS)

    result = project.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    told = "ERROR: made_up_keras is not installed; run: pip install made-up-keras"
    assert result.stderr.lines == [told, ""]


@pytest.mark.parametrize("version", ["2.21.0-custom-abc", "", "latest"])
def test_a_version_that_cannot_be_compared_is_told_in_one_line(project, version):
    project.versions(keras=version)
    project.question(CLAIMS)

    result = project.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: made-up-keras *: this is no version*"])


@pytest.mark.parametrize("is_refused", [False, True])
def test_garbage_is_collected_after_reading_if_it_was_before(project, is_refused):
    project.question("def test_a(self):\n    assert 1" if is_refused else CLAIMS)
    gc.enable()

    status = project.run().ret

    assert status == (pytest.ExitCode.USAGE_ERROR if is_refused else pytest.ExitCode.OK)
    assert gc.isenabled()
