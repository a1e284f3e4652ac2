"""Drift: what differs between two records, the gravest first, with an exit code of its own."""

import json
import re
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from answer_key import cli, drift, storage
from answer_key.reading import read_specification
from conftest import LABELS

CLAIMS = '''
def test_prints(self):
    """It **prints**."""
    print(os.environ["PRINTED"])
    assert True

@holds("keras>=3")
def test_new(self):
    """From Keras 3 on, it is **so**."""
    what = os.environ["ERROR"]
    if what == "none":
        assert True
    else:
        assert {}[what] if what == "key" else int(what)

@pytest.mark.parametrize("number", [1, 2])
def test_numbers(self, number):
    """Every number is **small**."""
    print(number if number == 1 else os.environ["SECOND"])
    assert number < 3

def test_skips(self):
    """A GPU is **here**."""
    if os.environ["SKIP"]:
        pytest.skip("no GPU is visible")
    assert True
'''

DEFAULTS = {"PRINTED": "a", "ERROR": "none", "SECOND": "2", "SKIP": ""}


@pytest.fixture
def run(project, monkeypatch):
    """Run the claims in some environment and return the record's path."""
    project.question(CLAIMS)

    def run(name, keras="3.15.1", **changes):
        for key, value in {**DEFAULTS, **changes}.items():
            monkeypatch.setenv(key, value)
        project.versions(keras=keras)
        path = project.path / "records" / f"{name}.json"
        project.run("--record", str(path))
        return path

    return run


def changes(*paths):
    found = drift.compare(*map(storage.read, paths), LABELS)
    return [
        (change.kind, change.claim.split("::test_")[1], change.what) for change in found.changes
    ]


@pytest.mark.parametrize("both", [{}, {"keras": "2.15.0", "ERROR": "x"}])
def test_the_same_twice_is_no_drift(run, both):
    assert changes(run("a", **both), run("b", **both)) == []


@pytest.mark.parametrize(
    "old, new, change",
    [
        (
            {},
            {"PRINTED": "b"},
            ("value", "prints", "it showed `a`, and shows `b`"),
        ),
        (
            {},
            {"PRINTED": "a\nb"},
            ("value", "prints", "it showed nothing, and shows `b`"),
        ),
        (
            {"PRINTED": "a\nb"},
            {},
            ("value", "prints", "it showed `b`, and shows nothing"),
        ),
        (
            {"keras": "2.15.0", "ERROR": "x"},
            {},
            ("outcome", "new", "is so now"),
        ),
        (
            {},
            {"keras": "2.15.0", "ERROR": "key"},
            ("outcome", "new", "is no longer so (`KeyError`: `'key'`)"),
        ),
        (
            {},
            {"keras": "2.15.0", "ERROR": "0"},
            ("outcome", "new", "is no longer so"),
        ),
        (
            {},
            {"ERROR": "x"},
            (
                "outcome",
                "new",
                "was holds, is broken "
                "(`ValueError`: `invalid literal for int() with base 10: 'x'`)",
            ),
        ),
        (
            {"keras": "2.15.0", "ERROR": "x"},
            {"keras": "2.15.0", "ERROR": "key"},
            ("exception", "new", "`ValueError` became `KeyError`"),
        ),
        (
            {"keras": "2.15.0", "ERROR": "x"},
            {"keras": "2.15.0", "ERROR": "y"},
            (
                "message",
                "new",
                "`ValueError` now says `invalid literal for int() with base 10: 'y'`",
            ),
        ),
        (
            {},
            {"SKIP": "1"},
            ("incomparable", "skips", "was not checked on both sides"),
        ),
        (
            {"SKIP": "1"},
            {},
            ("incomparable", "skips", "was not checked on both sides"),
        ),
    ],
)
def test_each_kind_of_drift(run, old, new, change):
    assert changes(run("old", **old), run("new", **new)) == [change]


def test_the_cells_that_differ_are_named(run):
    found = drift.compare(storage.read(run("a")), storage.read(run("b", SECOND="two")), LABELS)

    assert [change.cells for change in found.changes] == [("number=2",)]


def test_no_cells_are_named_if_all_differ(run):
    found = drift.compare(storage.read(run("a")), storage.read(run("b", PRINTED="b")), LABELS)

    assert [change.cells for change in found.changes] == [()]


def test_cells_that_one_run_lacks_are_not_compared(run, project):
    old = run("old")
    project.run("spec/test_q01_arrays.py::TestPart::test_numbers[1]", "--record", "one.json")

    found = drift.compare(storage.read(old), storage.read(project.path / "one.json"), LABELS)

    assert {change.what for change in found.changes} == {"is gone"}
    assert found.compared == 1


def test_the_gravest_that_differs_between_a_claims_cells_is_told(run, project):
    project.question(
        '''
        @pytest.mark.parametrize("number", [1, 2])
        def test_two(self, number):
            """Of two one **fails**."""
            print(os.environ["PRINTED"])
            assert number == 2 or os.environ["PRINTED"] == "a"
        '''
    )

    found = drift.compare(storage.read(run("a")), storage.read(run("b", PRINTED="b")), LABELS)

    assert [(change.kind, change.cells) for change in found.changes] == [("value", ("number=2",))]


def test_a_claim_that_was_changed_is_no_drift_of_tensorflow(run, project):
    old = run("old")
    project.question(CLAIMS.replace("number < 3", "number < 4"))

    assert changes(old, run("new")) == [
        ("changed", "numbers", "the claim itself was changed between the runs")
    ]


HELPED = '''
LIMIT: int = 1
LOW, HIGH = 1, 2

async def waits():
    """It waits."""
    return 1

def helper():
    """It helps.

    In many ways."""
    return LIMIT + HIGH  # as well

class TestPart:
    """A part of the answer."""

    @holds("keras>=3")
    @pytest.mark.parametrize("number", [1, 2])
    def test_helped(self, number):
        """From Keras 3 on, it is **helped**.

        Because."""
        assert helper() and waits
'''


@pytest.mark.parametrize(
    "old, new, is_changed",
    [
        ("Because.", "For this reason.", False),
        ("it is **helped**.", "it gets **help**.", False),
        ("It helps.", "It does help.", False),
        ("    In many ways.", "", False),
        (
            '@holds("keras>=3")',
            '@core\n    @holds("keras>=2.99")\n    @confirms(\n    "A1.1")',
            False,
        ),
        ("[1, 2]", "[1, 3]", True),
        ("LIMIT: int = 1", "LIMIT: int = 2", True),
        ("LOW, HIGH = 1, 2", "LOW, HIGH = 1, 3", True),
        ('"""It waits."""\n    return 1', '"""It waits."""\n    return 2', True),
        ("HIGH  # as well", "HIGH + 1  # as well", True),
        ("assert helper()", "assert not helper()", True),
    ],
)
def test_a_claim_is_another_if_its_code_is_not_if_its_prose_or_marks_are(
    project, old, new, is_changed
):
    def source(text):
        path = project.question("")
        path.write_text(path.read_text().split("class TestPart")[0] + text)
        (claim,) = read_specification(project.path / "spec").claims.values()
        return claim.source

    assert old in HELPED
    assert (source(HELPED) != source(HELPED.replace(old, new))) is is_changed


def test_claims_that_are_new_or_gone(run, project):
    old = run("old")
    project.question(CLAIMS.replace("test_prints", "test_speaks"))

    assert changes(old, run("new")) == [
        ("suite", "prints", "is gone"),
        ("suite", "speaks", "is new"),
    ]


def test_the_gravest_comes_first(run):
    old = run("old", keras="2.15.0", ERROR="x")
    new = run("new", keras="2.15.0", ERROR="y", PRINTED="b", SKIP="1")

    assert [kind for kind, _, _ in changes(old, new)] == ["value", "message", "incomparable"]


def test_what_cannot_be_compared_does_not_count_as_compared(run, project):
    assert (
        drift.compare(storage.read(run("old")), storage.read(run("new", SKIP="1")), LABELS).compared
        == 3
    )


# The command


def command(*args):
    return CliRunner().invoke(cli.main, ["compare", *map(str, args)])


def test_exit_codes(run, project):
    old, same = run("old"), run("same")
    drifted = run("drifted", PRINTED="b")
    said = [run(name, keras="2.15.0", ERROR=name) for name in ("x", "y")]
    empty = project.path / "empty.json"
    empty.write_text(json.dumps({**json.loads(old.read_text()), "claims": {}}))

    assert command(old, same).exit_code == 0
    assert command(old, drifted).exit_code == 1
    assert command(old, drifted, "--messages").exit_code == 1
    assert command(*said).exit_code == 0
    assert command(*said, "--messages").exit_code == 1
    assert command(old).exit_code == 2
    assert command(old, "none.json").exit_code == 3
    assert command(old, project.path).exit_code == 3
    assert command(old, empty).exit_code == 4
    assert command(empty, old, "--messages").exit_code == 4


def test_releases_are_named_by_their_records(run):
    run("2.15", PRINTED="b")
    run("2.21")

    result = command("2.15", "2.21")
    assert result.exit_code == 1
    assert "It prints." in result.output

    unknown = command("2.15", "2.14")
    assert unknown.exit_code == 3
    assert "2.14: neither a file nor a kept record (2.15, 2.21)" in unknown.output


def test_the_formats_tell_the_same(run):
    old, new = run("old"), run("new", PRINTED="b")

    text, markdown = command(old, new).output, command(old, new, "--format", "markdown").output
    told = json.loads(command(old, new, "--format", "json").output)

    for output in (text, markdown):
        assert "Silently different" in output
        assert "it showed a, and shows b" in output.replace("`", "")
        assert "4 claims compared: 1 silently different." in output
    assert told["compared"] == 4
    assert [change["kind"] for change in told["changes"]] == ["value"]


def test_text_and_markdown_tell_the_releases_from_the_old_to_the_new(run):
    old, new = run("old", keras="3.14.0"), run("new", PRINTED="b")

    assert command(old, new).output == (
        "From TensorFlow 2.21.0, Keras 3.14.0, NumPy 2.4.6\n"
        "  to TensorFlow 2.21.0, Keras 3.15.1, NumPy 2.4.6\n"
        "\n"
        "Silently different: 1\n"
        "  Q1\n"
        "    It prints.\n"
        "      it showed a, and shows b\n"
        "\n"
        "4 claims compared: 1 silently different.\n"
    )
    assert command(old, new, "--format", "markdown").output.strip() == (
        "`TensorFlow 2.21.0, Keras 3.14.0, NumPy 2.4.6` → "
        "`TensorFlow 2.21.0, Keras 3.15.1, NumPy 2.4.6`\n"
        "\n"
        "4 claims compared: 1 silently different.\n"
        "\n"
        "### Silently different (1)\n"
        "\n"
        "- **Q1** It **prints**.\n"
        "  it showed `a`, and shows `b`"
    )


def test_markdown_fits_into_an_issue(run):
    found = drift.compare(storage.read(run("a")), storage.read(run("b", PRINTED="b")), LABELS)
    many = drift.Drift(found.old, found.new, 9000, found.changes * 9000)

    text = drift.as_markdown(many)

    assert len(text) <= drift.LONGEST_MARKDOWN
    shown = text.count("\n- ")
    assert text.endswith(f"shows `b`\n\n… and {9000 - shown} more.\n")


EVIL = "@team `@team`\n# head\n- [x](http://y)<img src=z>\x1b]0;title\x07\x9b2J www.x.y #1 ```"


def hostile(path, **environment):
    """A record in whose every text something waits to act."""
    read = json.loads(path.read_text())
    read["environment"]["versions"].update(tensorflow=EVIL, **environment)
    for entry in read["claims"].values():
        entry["sentence"] = EVIL
        for cell in entry["cells"]:
            cell["params"] = {EVIL: EVIL, "number": cell.get("params", {}).get("number")}
            cell["output"] = cell.get("output", "") + EVIL
    return read


@pytest.fixture
def hostile_records(run, project):
    old, new = hostile(run("old"), keras=EVIL), hostile(run("new"))
    claims = new["claims"]
    claims["q01::TestPart::test_prints"]["cells"][0]["output"] = EVIL * 2
    claims["q01::TestPart::test_numbers"]["cells"][0]["output"] = EVIL * 3
    error = {"type": EVIL, "message": EVIL}
    claims["q01::TestPart::test_new"]["cells"][0].update(outcome="broken", error=error)
    for name, read in (("old", old), ("new", new)):
        project.write(f"{name}.json", json.dumps(read))
    return "old.json", "new.json"


@pytest.mark.parametrize("form", drift.FORMATS)
def test_nothing_in_a_record_acts_on_a_terminal(hostile_records, form):
    result = command(*hostile_records, "--format", form)

    assert result.exit_code == 1
    assert "team" in result.output
    assert re.findall(r"[^\x20-\x7e\n→…\u200b]", result.output) == []


def test_nothing_in_a_record_acts_as_markdown(hostile_records):
    text = command(*hostile_records, "--format", "markdown").output

    html = MarkdownIt("commonmark", {"html": True}).render(text)
    assert set(re.findall(r"<(\w+)", html)) == {"p", "h3", "ul", "li", "strong", "code"}
    assert html.count("<li>") == 3
    assert html.count("<h3>") == 2
    outside_code = re.sub(r"<code>.*?</code>", "", html)
    assert "team" in outside_code
    assert re.findall(r"[@#]\w", outside_code) == []


@pytest.mark.parametrize(
    "sentence, markdown",
    [
        ("`@tf.function` of an **int**.", "`@tf.function` of an **int**."),
        ("An **int** is below 2**63.", r"An \*\*int\*\* is below 2\*\*63."),
        ("It is some_name, ``` @ www.", "It is some\\_name, \\`\\`\\` @\u200b www\\."),
    ],
)
def test_only_bold_and_code_of_a_sentence_act_as_markdown(sentence, markdown):
    change = drift.Change("value", "q01::TestPart::test_a", sentence, "it showed `a`")

    text = drift.as_markdown(drift.Drift("old", "new", 1, (change,)))

    assert f"- **Q1** {markdown}\n" in text


def test_an_outcome_without_an_error_is_told_without_one(run):
    old, new = storage.read(run("old")), storage.read(run("new"))
    new["claims"]["q01::TestPart::test_prints"]["cells"] = [{"outcome": "crashed"}]

    assert [change.what for change in drift.compare(old, new, LABELS).changes] == [
        "was holds, is crashed"
    ]


def test_exhibits_are_compared_by_what_they_show_and_told_by_the_row(project, monkeypatch):
    project.question(
        '''
        def test_shows(self, exhibit):
            """It **shows**."""
            exhibit.table("A table", ["a", "b"], [[1, 2], [3, os.environ["SHOWN"]]])
            assert True
        '''
    )
    monkeypatch.setenv("SHOWN", "4")
    project.run("--record=old.json")
    assert project.run("--baseline=old.json").ret == 0

    monkeypatch.setenv("SHOWN", "5")
    project.run("--record=new.json")

    assert changes(project.path / "old.json", project.path / "new.json") == [
        ("value", "shows", "it showed `3 | 4`, and shows `3 | 5`")
    ]


def test_of_long_lines_the_part_that_differs_is_told(run):
    old, new = run("old", PRINTED="a" * 300 + "b"), run("new", PRINTED="a" * 300 + "c")

    ((_, _, told),) = changes(old, new)

    assert told == f"it showed `…{'a' * 20}b`, and shows `…{'a' * 20}c`"


# pytest --baseline


def test_a_run_is_compared_with_its_baseline_and_fails_on_drift(run, project, monkeypatch):
    baseline = run("baseline")

    assert project.run("--baseline", str(baseline)).ret == 0
    monkeypatch.setenv("PRINTED", "b")
    result = project.run("--baseline", str(baseline))

    assert result.ret == 1
    result.stdout.fnmatch_lines(["Silently different: 1", "*It ?*prints**."])
    result.assert_outcomes(passed=5, failed=1)


@pytest.mark.parametrize("processes", [[], ["-n", "2"]])
def test_drift_is_a_failure_in_junits_report(run, project, monkeypatch, processes):
    baseline = run("baseline")
    monkeypatch.setenv("PRINTED", "b")

    project.run("--baseline", str(baseline), "--junitxml=junit.xml", *processes)

    suite = ElementTree.parse(project.path / "junit.xml").getroot().find("testsuite")
    assert (suite.get("tests"), suite.get("failures")) == ("6", "1")
    (failed,) = [case for case in suite.iter("testcase") if case.find("failure") is not None]
    assert failed.get("name") == "test_prints[drift]"
    assert "it showed `a`, and shows `b`" in failed.find("failure").text


def test_a_partial_run_is_compared_in_what_ran(run, project):
    result = project.run("-k", "numbers", "--baseline", str(run("baseline")))

    assert result.ret == 0
    result.stdout.fnmatch_lines(["1 claims compared: no difference."])


def test_a_baseline_with_which_nothing_can_be_compared_is_not_green(run, project):
    baseline = run("baseline")
    old = json.loads(baseline.read_text())
    for entry in old["claims"].values():
        entry["source"] = "another"
    baseline.write_text(json.dumps(old))

    result = project.run("--baseline", str(baseline))

    assert result.ret == 4
    result.stdout.fnmatch_lines(["0 claims compared: 4 changed themselves, so not comparable."])


def test_a_baseline_that_cannot_be_read_is_refused_before_the_run(project):
    project.question(CLAIMS)

    result = project.run("--baseline", "none.json")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: none.json: neither a file nor a kept record*"])
