"""What becomes of a claim: every outcome, and what pytest says of it."""

import pytest

ADDS = '''
def test_adds(self):
    """Two and two is **four**."""
    assert 2 + 2 == 4
'''


def test_a_claim_that_is_true_holds(project):
    project.question(ADDS)

    result = project.run()

    assert result.ret == 0
    assert project.outcomes == {"adds": "holds"}
    assert project.claim("adds")["sentence"] == "Two and two is **four**."


def test_a_claim_that_is_false_is_broken_and_its_message_begins_with_its_sentence(project):
    project.question(
        '''
        def test_adds(self):
            """Two and two is **five**."""
            assert 2 + 2 == 5
        '''
    )

    result = project.run("-rf")

    assert result.ret == 1
    assert project.outcomes == {"adds": "broken"}
    assert project.cell("adds")["error"] == {
        "type": "AssertionError",
        "message": "assert (2 + 2) == 5",
    }
    result.stdout.fnmatch_lines(["FAILED *test_adds - Two and two is *"])
    result.stdout.fnmatch_lines(["Two and two is **five**.", "    def test_adds(self):"])


@pytest.mark.parametrize("style", ["long", "short", "line", "native", "no"])
def test_every_style_of_traceback_tells_of_a_broken_claim(project, style):
    project.question(
        '''
        def test_adds(self):
            """Two and two is **five**."""
            assert 2 + 2 == 5
        '''
    )

    result = project.run(f"--tb={style}", "-rf")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAILED *test_adds - Two and two is *"])


def test_outside_its_era_a_false_claim_is_absent(project):
    project.versions(keras="2.15.0")
    project.question(
        '''
        @holds("keras>=3")
        def test_saves(self):
            """From Keras 3 on, it **saves**."""
            assert int("no such format")
        '''
    )

    result = project.run()

    assert result.ret == 0
    assert project.outcomes == {"saves": "absent"}
    assert project.cell("saves")["error"]["type"] == "ValueError"
    assert project.claim("saves")["era"] == ["keras>=3"]


def test_outside_its_era_a_missing_exception_is_absent_too(project):
    project.versions(keras="2.15.0")
    project.question(
        '''
        @holds("keras>=3")
        def test_refuses(self):
            """From Keras 3 on, it **refuses**."""
            with pytest.raises(ValueError, match="no"):
                pass
        '''
    )

    assert project.run().ret == 0
    assert project.outcomes == {"refuses": "absent"}


def test_outside_its_era_a_true_claim_is_stale_and_fails_the_run(project):
    project.versions(keras="2.15.0")
    project.question(
        '''
        @holds("keras>=3")
        def test_saves(self):
            """From Keras 3 on, it **saves**."""
            assert True
        '''
    )

    result = project.run("-rf")

    assert result.ret == 1
    assert project.outcomes == {"saves": "stale"}
    result.stdout.fnmatch_lines(["FAILED *test_saves - From Keras 3 on*"])


def test_outside_its_era_the_wrong_exception_is_broken(project):
    project.versions(keras="2.15.0")
    project.question(
        '''
        @holds("keras>=3", otherwise=ValueError)
        def test_saves(self):
            """From Keras 3 on, it **saves**."""
            assert {}["format"]
        '''
    )

    assert project.run().ret == 1
    assert project.outcomes == {"saves": "broken"}


def test_stacked_eras_must_all_include_the_release(project):
    project.versions(keras="3.15.1", numpy="1.26.4")
    project.question(
        '''
        @holds("keras>=3")
        @holds("numpy>=2")
        def test_both(self):
            """From NumPy 2 on, it takes **both**."""
            assert False

        @holds("numpy>=2")
        @holds("keras>=3")
        def test_either(self):
            """From NumPy 2 on, it takes **either**."""
            assert False

        @holds("keras>=3")
        @holds("numpy<2")
        def test_met(self):
            """Before NumPy 2, it has **both**."""
            assert True
        '''
    )

    assert project.run().ret == 0
    assert project.outcomes == {"both": "absent", "either": "absent", "met": "holds"}
    assert project.claim("both")["era"] == ["keras>=3", "numpy>=2"]


def test_a_skipped_claim_is_unchecked_with_its_reason(project):
    project.question(
        ADDS
        + '''
def test_counts(self):
    """A GPU **counts**."""
    pytest.skip("no GPU is visible")
    assert True
'''
    )

    assert project.run().ret == 0
    assert project.outcomes == {"adds": "holds", "counts": "unchecked"}
    assert project.cell("counts")["reason"] == "no GPU is visible"


def test_a_run_that_checks_nothing_fails(project):
    project.question(
        '''
        def test_counts(self):
            """A GPU **counts**."""
            pytest.skip("no GPU is visible")
            assert True
        '''
    )

    assert project.run().ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize("era", ["", '@holds("keras<3")'])
def test_a_claim_that_asserts_nothing_at_run_time_fails_in_its_era_and_outside(project, era):
    project.question(
        f'''
        {era}
        def test_adds(self):
            """Before Keras 3, two and two is **four**."""
            if 2 + 2 == 5:
                assert True
        '''
    )

    result = project.run()

    assert result.ret == 1
    assert project.outcomes == {"adds": "broken"}
    assert "asserts nothing" in project.cell("adds")["error"]["message"]


@pytest.mark.parametrize(
    "proof",
    [
        'with pytest.raises(ValueError, match="x"): int("x")',
        'with pytest.warns(UserWarning, match="x"): __import__("warnings").warn("x")',
        'assert [pytest.raises(ValueError, int, "x")]',
    ],
)
def test_expected_exceptions_and_warnings_count_as_assertions(project, proof):
    project.question(
        f'''
        def test_fails(self):
            """It **fails**."""
            {proof}
        '''
    )

    assert project.run().ret == 0
    assert project.outcomes == {"fails": "holds"}


def test_after_a_run_pytests_own_contexts_are_as_they_were(project):
    contexts = (pytest.RaisesExc, type(pytest.warns(UserWarning)))  # noqa: PT030
    before = [context.__exit__ for context in contexts]
    project.question(ADDS)

    project.run()

    assert [context.__exit__ for context in contexts] == before


def test_the_terminal_tells_outside_which_era_a_claim_is_absent(project):
    project.question(
        '''
        @holds("keras<3")
        def test_adds(self):
            """Before Keras 3, two and two is **five**."""
            assert 2 + 2 == 5
        '''
    )

    result = project.run("-rx")

    result.stdout.fnmatch_lines(["XFAIL *::test_adds - not keras<3*"])


def test_an_exception_that_does_not_come_is_broken(project):
    project.question(
        '''
        def test_fails(self):
            """It **fails**."""
            with pytest.raises(ValueError, match="x"):
                int("1")
        '''
    )

    assert project.run().ret == 1
    assert project.outcomes == {"fails": "broken"}


def test_an_error_in_a_fixture_is_broken(project):
    project.question(
        '''
        @pytest.fixture
        def bad(self):
            yield
            raise OSError("cannot clean up")

        def test_adds(self, bad):
            """Two and two is **four**."""
            assert 2 + 2 == 4
        '''
    )

    assert project.run().ret == 1
    assert project.outcomes == {"adds": "broken"}
    assert project.cell("adds")["error"]["message"] == "cannot clean up"


@pytest.mark.parametrize("era", ["", '@holds("keras<3")'])
def test_a_claim_that_hangs_is_crashed_in_its_era_and_outside(project, era):
    project.question(
        f'''
        {era}
        @pytest.mark.timeout(0.2)
        def test_waits(self):
            """Before Keras 3, it **waits**."""
            time.sleep(10)
            assert True

        def test_adds(self):
            """Two and two is **four**."""
            assert 2 + 2 == 4
        '''
    )

    assert project.run().ret == 1
    assert project.outcomes == {"waits": "crashed", "adds": "holds"}


def test_a_worker_that_dies_is_a_crashed_claim_and_the_run_goes_on(project):
    project.question(
        '''
        @pytest.mark.parametrize("code", [3, 4])
        def test_dies(self, code):
            """It **dies**."""
            assert code
            os._exit(code)

        def test_adds(self):
            """Two and two is **four**."""
            assert 2 + 2 == 4
        '''
    )

    result = project.run("-n", "2")

    assert result.ret == 1
    assert project.outcomes == {"dies": "crashed", "adds": "holds"}
    cells = project.claim("dies")["cells"]
    assert [cell["params"] for cell in cells] == [{"code": 3}, {"code": 4}]
    assert "crashed" in project.page


def test_a_claim_that_ends_the_only_worker_is_recorded_too(project):
    project.question(
        '''
        def test_dies(self):
            """It **dies**."""
            assert os._exit(3)
        '''
    )

    project.run("-n", "1", "--max-worker-restart=0")

    assert project.outcomes == {"dies": "crashed"}


def test_a_claim_has_the_outcome_of_its_worst_cell(project):
    project.question(
        '''
        @pytest.mark.parametrize("number", [1, 2, 3])
        def test_small(self, number):
            """A number is **small**."""
            if number == 1:
                pytest.skip("one is too small")
            print(f"{number} is here")
            assert number < 3
        '''
    )

    assert project.run().ret == 1
    assert project.outcomes == {"small": "broken"}
    cells = project.claim("small")["cells"]
    assert [cell["outcome"] for cell in cells] == ["unchecked", "holds", "broken"]
    assert [cell.get("output") for cell in cells] == [None, "2 is here\n", "3 is here\n"]
    assert cells[2]["error"]["message"] == "assert 3 < 3"


@pytest.mark.parametrize(
    "cells, worst",
    [
        (["unchecked", "absent"], "absent"),
        (["absent", "stale"], "stale"),
        (["absent", "broken"], "broken"),
        (["stale", "broken"], "broken"),
        (["broken", "crashed"], "crashed"),
    ],
)
def test_outside_its_era_too_a_claim_has_the_outcome_of_its_worst_cell(project, cells, worst):
    project.question(
        f'''
        @holds("keras<3", otherwise=KeyError)
        @pytest.mark.parametrize("cell", {cells})
        @pytest.mark.timeout(1)
        def test_old(self, cell):
            """Before Keras 3, it was **old**."""
            if cell == "unchecked":
                pytest.skip("no GPU is visible")
            if cell == "crashed":
                time.sleep(10)
            if cell == "absent":
                raise KeyError(cell)
            assert cell == "stale"
        '''
    )

    project.run()

    assert [cell["outcome"] for cell in project.claim("old")["cells"]] == cells
    assert project.outcomes == {"old": worst}


@pytest.mark.parametrize("args", [[], ["-n", "2"]])
def test_what_a_claim_prints_is_recorded_without_what_differs_from_run_to_run(project, args):
    project.question(
        '''
        def test_prints(self, tmp_path):
            """It **prints**."""
            print(object(), tmp_path / "file")
            assert True
        '''
    )

    project.run(*args)

    assert project.cell("prints")["output"] == "<object object at 0x…> …/file\n"
