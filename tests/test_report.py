"""pytest-html's report: its own results first, the key in a fold."""

import pytest

CLAIMS = '''
def test_right(self):
    """One is **one**."""
    assert 1 == 1

def test_wrong(self):
    """One is **two**."""
    assert 1 == 2

def test_unchecked(self):
    """A GPU is **here**."""
    pytest.skip("no GPU is visible")
    assert True
'''
WRONG = "#ak-q01-TestPart-test_wrong"


@pytest.fixture
def report(project):
    project.question(CLAIMS)
    return project.look() / "pytest.html"


@pytest.fixture
def green(project):
    project.question(CLAIMS.replace("1 == 2", "2 == 2"))
    return project.look() / "pytest.html"


@pytest.fixture
def earlier(project):
    """A report that the project has already."""
    project.question(CLAIMS)
    project.run()
    return project.path / "report/pytest.html"


def in_order(tab, *selectors):
    places = [tab.locator(each).bounding_box()["y"] for each in selectors]
    return places == sorted(places)


def test_the_report_begins_with_its_results_and_leads_to_the_key(green, visit):
    tab = visit(green)

    bar = tab.locator(".ak-bar p")
    assert bar.inner_text() == "2 passed · 1 skipped — results ↓ · answer key ↓"
    assert in_order(tab, "h1", ".ak-bar", "#results-table", "#ak-key")
    assert tab.locator("#results-table").bounding_box()["y"] < 700
    assert not tab.locator("#ak-key .ak-title").is_visible()

    bar.locator("a", has_text="answer key").click()
    tab.locator("#ak-key .ak-title").wait_for(state="visible")


def test_what_failed_is_named_and_the_key_is_open(report, visit):
    tab = visit(report)

    assert tab.locator(".ak-bar p").inner_text().startswith("1 failed · 1 passed · 1 skipped — ")
    assert tab.locator(".ak-bar li").all_inner_texts() == ["broken: One is two."]
    assert tab.locator("#ak-key").get_attribute("open") is not None

    tab.locator(".ak-bar li a").click()
    assert tab.url.endswith(WRONG)
    assert tab.locator(f"{WRONG} .ak-code").is_visible()


@pytest.mark.parametrize("way", ["address", "link"])
def test_a_link_into_the_key_opens_it(green, visit, way):
    tab = visit(green, WRONG if way == "address" else "")
    if way == "link":
        tab.locator(f'#results-table a[href="{WRONG}"]').click()

    tab.wait_for_selector(f"{WRONG} .ak-code", state="visible")
    assert tab.locator(WRONG).bounding_box()["y"] < 900


def test_a_click_filters_the_rows_as_before(report, visit):
    tab = visit(report)

    tab.get_by_label("1 Failed").uncheck()

    shown = tab.locator("#results-table .col-testId").all_inner_texts()
    assert [each.rpartition("::")[2] for each in shown] == ["test_right", "test_unchecked"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_report_is_usable_on_a_phone_and_in_the_dark(
    report, visit, scheme, width, check_accessibility
):
    tab = visit(report, color_scheme=scheme, viewport={"width": width, "height": 844})

    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.title() == "Arrays, proved: the test report"
    assert tab.locator("html").get_attribute("lang") == "en"
    assert tab.locator("meta[name=viewport]").count() == 1
    check_accessibility(tab)


@pytest.mark.parametrize("args", [["-k", "nothing_has_this_name"], ["spec/none.py"]])
def test_a_run_of_nothing_leaves_an_earlier_report_as_it_is(earlier, project, args):
    before = earlier.read_bytes()

    result = project.run(*args)

    assert result.ret in (pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.USAGE_ERROR)
    assert earlier.read_bytes() == before
    result.stdout.no_fnmatch_line("*enerated html report*")


FULL = """

def pytest_html_results_summary():
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
"""


@pytest.mark.parametrize("has_earlier", [True, False])
def test_a_report_that_finds_no_space_is_told_and_costs_no_earlier_one(project, has_earlier):
    project.question(CLAIMS)
    if has_earlier:
        project.run()
        before = project.html_report
        assert len(before) > 50_000
    with (project.path / "conftest.py").open("a") as conftest:
        conftest.write(FULL)

    result = project.run_alone()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(
        [
            "3 claims: 1 broken, 1 holds, 1 unchecked",
            "ERROR: *report/pytest.html: cannot be written: File too large",
        ]
    )
    result.stdout.no_fnmatch_line("*enerated html report*")
    assert "Traceback" not in result.stderr.str() + result.stdout.str()
    files = {path.name for path in (project.path / "report").iterdir()}
    assert files == {"answer-key.html", "record.json"} | ({"pytest.html"} if has_earlier else set())
    assert not has_earlier or project.html_report == before


def test_an_internal_error_leaves_an_earlier_report_as_it_is(earlier, project):
    before = earlier.read_bytes()
    with (project.path / "conftest.py").open("a") as conftest:
        conftest.write(
            '\ndef pytest_runtestloop():\n    raise ZeroDivisionError("within pytest")\n'
        )

    result = project.run()

    assert result.ret == pytest.ExitCode.INTERNAL_ERROR
    assert earlier.read_bytes() == before
