"""Ways to run the specification: all give the same record, and none loses anything."""

import importlib
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from answer_key import environment, hooks
from answer_key.subject import read_subject
from conftest import ROOT
from fixtures import subject

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


SUBJECT = read_subject(Path(ROOT) / "spec")


@pytest.fixture
def packages():
    """pytest's plugins: what is to be said of the packages, as this project's runs hear it."""
    manager = pytest.PytestPluginManager()
    manager.add_hookspecs(hooks)
    manager.register(subject)
    return manager


def distributions(folder, **versions):
    """Make the metadata of installed distributions; `a_b` stands for `a-b`."""
    for name, version in versions.items():
        top = {"tf_nightly": "tensorflow", "tensorflow_cpu": "tensorflow", "keras_nightly": "keras"}
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        name = name.replace("_", "-")
        info.joinpath("METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
        info.joinpath("top_level.txt").write_text(
            top.get(info.name.split("-")[0], name.replace("-", "_"))
        )


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Let these distributions be all that is installed."""

    def install(**versions):
        distributions(tmp_path, numpy="2.4.6", **versions)
        monkeypatch.setattr(sys, "path", [str(tmp_path)])
        importlib.invalidate_caches()

    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    return install


@pytest.mark.parametrize(
    "versions, tensorflow, keras",
    [
        ({"tensorflow": "2.21.0", "keras": "3.15.1"}, "2.21.0", "3.15.1"),
        ({"tensorflow_cpu": "2.15.1", "keras": "2.15.0"}, "2.15.1", "2.15.0"),
        (
            {"tf_nightly": "2.23.0.dev20261026", "keras_nightly": "3.16.0.dev2026102603"},
            "2.23.0.dev20261026",
            "3.16.0.dev2026102603",
        ),
    ],
)
def test_the_versions_are_those_of_whatever_distribution_provides_them(
    installed, packages, versions, tensorflow, keras
):
    installed(**versions)

    described = environment.describe(SUBJECT, packages.hook)

    assert described["versions"] == {"tensorflow": tensorflow, "keras": keras, "numpy": "2.4.6"}
    names = {name.replace("_", "-"): version for name, version in versions.items()}
    assert described["distributions"] == {**names, "numpy": "2.4.6"}


def test_a_distribution_that_names_no_package_is_found_by_its_own_name(
    installed, packages, tmp_path
):
    installed(tensorflow="2.21.0", keras="3.15.1")
    (tmp_path / "numpy-2.4.6.dist-info/top_level.txt").unlink()

    assert environment.describe(SUBJECT, packages.hook)["versions"]["numpy"] == "2.4.6"


@pytest.mark.parametrize(
    "flag, tensorflow, keras",
    [
        ("1", "2.21.0", "2.21.0"),
        ("true", "2.21.0", "2.21.0"),
        ("0", "2.21.0", "3.15.1"),
        ("1", "2.13.1", "3.15.1"),
    ],
)
def test_keras_is_the_one_that_tensorflow_resolves_to(
    installed, packages, monkeypatch, flag, tensorflow, keras
):
    installed(tensorflow=tensorflow, keras="3.15.1", tf_keras="2.21.0")
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", flag)

    described = environment.describe(SUBJECT, packages.hook)
    assert described["versions"]["keras"] == keras


@pytest.mark.parametrize(
    "versions, command",
    [
        ({}, 'pip install "tensorflow-answer-key[tensorflow]"'),
        ({"tensorflow": "2.21.0"}, "pip install keras"),
    ],
)
def test_a_missing_package_is_named_with_the_command_to_install_it(
    installed, packages, versions, command
):
    installed(**versions)

    with pytest.raises(environment.Unusable) as missing:
        environment.describe(SUBJECT, packages.hook)

    assert command in str(missing.value)


def test_legacy_keras_that_is_missing_is_named(installed, packages, monkeypatch):
    installed(tensorflow="2.21.0", keras="3.15.1")
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")

    with pytest.raises(environment.Unusable, match="pip install tf-keras"):
        environment.describe(SUBJECT, packages.hook)
