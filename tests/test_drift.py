"""Drift: what differs between two records, the gravest first, with an exit code of its own."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from answer_key import cli, difference, drift, storage, telling
from answer_key.reading import read_specification
from answer_key.study import read_study
from tests.conftest import SUBJECT

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


def study():
    return read_study(Path("spec"))


def changes(*paths):
    found = drift.compare(*map(storage.read, paths), study())
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
            ("possible", "new", "is so now"),
        ),
        (
            {"keras": "2.15.0", "ERROR": "0"},
            {},
            ("silent", "new", "is so now"),
        ),
        (
            {},
            {"keras": "2.15.0", "ERROR": "key"},
            ("error", "new", "is no longer so (`KeyError`: `'key'`)"),
        ),
        (
            {},
            {"keras": "2.15.0", "ERROR": "0"},
            ("silent", "new", "is no longer so"),
        ),
        (
            {},
            {"ERROR": "x"},
            (
                "error",
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
            {"keras": "2.15.0", "ERROR": "0"},
            ("exception", "new", "`ValueError` became a failed assertion"),
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
    found = drift.compare(storage.read(run("a")), storage.read(run("b", SECOND="two")), study())

    assert [change.cells for change in found.changes] == [("number=2",)]


def test_no_cells_are_named_if_all_differ(run):
    found = drift.compare(storage.read(run("a")), storage.read(run("b", PRINTED="b")), study())

    assert [change.cells for change in found.changes] == [()]


def test_cells_that_one_run_lacks_are_not_compared(run, project):
    old = run("old")
    project.run("spec/test_q01_arrays.py::TestPart::test_numbers[1]", "--record", "one.json")

    found = drift.compare(storage.read(old), storage.read(project.path / "one.json"), study())

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

    found = drift.compare(storage.read(run("a")), storage.read(run("b", PRINTED="b")), study())

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
        ("suite", "speaks", "is new"),
        ("suite", "prints", "is gone"),
    ]


def test_the_gravest_comes_first(run):
    old = run("old", keras="2.15.0", ERROR="x")
    new = run("new", keras="2.15.0", ERROR="y", PRINTED="b", SKIP="1")

    assert [kind for kind, _, _ in changes(old, new)] == ["value", "message", "incomparable"]


def test_what_cannot_be_compared_does_not_count_as_compared(run, project):
    assert (
        drift.compare(
            storage.read(run("old")), storage.read(run("new", SKIP="1")), study()
        ).compared
        == 3
    )


# One change told by two claims

HISTORY = '''
@holds("keras<3")
def test_first(self):
    """Before Keras 3, it was the **first**."""
    if os.environ["IT"] == "key":
        {}["first"]
    assert os.environ["IT"] == "first"

@holds("keras>=3,<3.5", was="test_first")
def test_second(self):
    """In Keras 3.0 to 3.4, it is the **second**.

    Why, and how.
    Instead: write `second`,
    as [it](https://example.org/it) says. See the [guide](https://example.org).

    More.
    """
    assert os.environ["IT"] == "second"

@holds("keras>=3.5", was="test_second")
def test_third(self):
    """From Keras 3.5 on, it is the **third**."""
    assert {"third": True, "key": True}[os.environ["IT"]]

@holds("keras>=3.5")
def test_alone(self):
    """From Keras 3.5 on, something **else** is so."""
    assert os.environ["IT"] in ("third", "key")
'''


@pytest.fixture
def tell(project, monkeypatch):
    """Run the claims on two versions of Keras, where `it` is something, and compare."""

    def tell(*runs, text=HISTORY, **kept):
        project.question(text)
        records = []
        for number, (keras, it) in enumerate(runs):
            monkeypatch.setenv("IT", it)
            project.versions(keras=keras)
            project.run(f"--record=run{number}.json")
            records.append(storage.read(project.path / f"run{number}.json"))
        remedies = {name: records[number] for name, number in kept.items()}
        return drift.compare(records[0], records[1], study(), remedies)

    return tell


FIRST, SECOND, THIRD = (
    "Before Keras 3, it was the **first**.",
    "In Keras 3.0 to 3.4, it is the **second**.",
    "From Keras 3.5 on, it is the **third**.",
)


@pytest.mark.parametrize(
    "old, new, was, now",
    [
        (("2.15.0", "first"), ("3.4.0", "second"), FIRST, SECOND),
        (("3.4.0", "second"), ("3.5.0", "third"), SECOND, THIRD),
        (("2.15.0", "first"), ("3.5.0", "third"), FIRST, THIRD),
        (("3.4.0", "second"), ("2.15.0", "first"), SECOND, FIRST),
        (("3.5.0", "third"), ("2.15.0", "first"), THIRD, FIRST),
    ],
)
def test_two_claims_tell_one_change_in_either_direction(tell, old, new, was, now):
    changes = [change for change in tell(old, new).changes if "alone" not in change.claim]

    assert [(change.was, change.now) for change in changes] == [(was, now)]
    (change,) = changes
    by_sentence = {each.sentence: each for each in study().specification.claims.values()}
    assert (change.claim, change.earlier) == (by_sentence[now].id, by_sentence[was].id)
    assert change.where == by_sentence[now].where
    told = "write `second`, as [it](https://example.org/it) says."
    assert change.instead == (told if now == SECOND else "")


def test_a_claim_without_a_partner_stays_as_it_is(tell):
    found = tell(("3.4.0", "second"), ("3.5.0", "third"))

    (change,) = [change for change in found.changes if "alone" in change.claim]
    assert (change.earlier, change.was, change.what) == ("", "", "is so now")


@pytest.mark.parametrize(
    "details, told",
    [
        ("Instead: write `it`.", "write `it`."),
        ("It is slow. Instead: write `it`\n        anew.\n\n        More.", "write `it` anew."),
        (
            "Instead: it. See [this](https://example.org), too.",
            "it. See [this](https://example.org), too.",
        ),
        ("Instead: it. See the\n        [guide](https://example.org).", "it."),
        ("It says: do it instead.", ""),
    ],
)
def test_what_to_do_instead_is_taken_from_the_details(project, details, told):
    project.question(
        f'''
        def test_it(self):
            """It is **so**.

            {details}
            """
            assert True
    '''.replace("\n        ", "\n")
    )
    (claim,) = study().specification.claims.values()

    assert drift.instead(claim) == told


def test_a_change_tells_the_exception_that_code_meets_now(tell):
    gone, _ = tell(("2.15.0", "first"), ("3.5.0", "key")).changes[::-1]

    assert (gone.kind, gone.what) == ("error", "raises `KeyError`: `'first'`")
    assert gone.exception == "`KeyError`: `'first'`"


def test_what_raised_and_does_no_longer_is_told_with_what_it_raised(tell):
    text = HISTORY.replace(
        """    if os.environ["IT"] == "key":
        {}["first"]
    assert os.environ["IT"] == "first"
""",
        """    with pytest.raises(KeyError):
        {"second": 2}[os.environ["IT"]]
""",
    ).replace('assert os.environ["IT"] == "second"', 'assert {"second": 2}[os.environ["IT"]]')

    (change,) = tell(("2.15.0", "first"), ("3.4.0", "second"), text=text).changes

    assert (change.kind, change.what) == ("possible", "raised `KeyError`: `'first'`")


def test_how_a_claim_of_another_era_fails_is_no_second_change(tell):
    found = tell(("3.4.0", "second"), ("3.5.0", "key"))

    assert [change.claim.split("test_")[1] for change in found.changes] == ["third", "alone"]


# By cause


@pytest.mark.parametrize(
    "era, versions, heading",
    [
        ('@holds("keras>=3")', {"keras": "2.15.0"}, "Because of Keras 2.15.0 → 3.15.1"),
        (
            '@holds("keras>=3")',
            {"keras": "2.15.0", "numpy": "1.26.4"},
            "Because of Keras 2.15.0 → 3.15.1",
        ),
        (
            '@holds("keras>=3")\n@holds("numpy>=1")',
            {"keras": "2.15.0", "numpy": "1.26.4"},
            "Because of Keras 2.15.0 → 3.15.1",
        ),
        (
            '@holds("keras>=3")\n@holds("numpy>=2")',
            {"keras": "2.15.0", "numpy": "1.26.4"},
            "Because of Keras 2.15.0 → 3.15.1 and NumPy 1.26.4 → 2.4.6",
        ),
        ("", {"numpy": "1.26.4"}, "Because of NumPy 1.26.4 → 2.4.6"),
        ("", {"keras": "3.14.0", "numpy": "1.26.4"}, "Cause not known: Keras or NumPy"),
        (
            "",
            {"tensorflow": "2.20.0", "keras": "3.14.0", "numpy": "1.26.4"},
            "Cause not known: TensorFlow, Keras or NumPy",
        ),
        ("", {}, "With the same versions"),
        ('@holds("keras>=2")', {"numpy": "1.26.4"}, "Because of NumPy 1.26.4 → 2.4.6"),
    ],
)
def test_a_change_is_told_by_the_axis_that_moved(project, monkeypatch, era, versions, heading):
    project.question(
        f"{era}\n"
        "def test_it(self):\n"
        '    """From 3 on, it is **so**."""\n'
        '    print(os.environ["IT"])\n'
        '    assert os.environ["IT"] == "new" or os.environ["HOLDS"]'
    )
    monkeypatch.setenv("HOLDS", "" if versions.get("keras") == "2.15.0" else "1")
    for it, ran_on in (("old", versions), ("new", {})):
        monkeypatch.setenv("IT", it)
        project.versions(**ran_on)
        project.run(f"--record={it}.json")

    output = command("old.json", "new.json").output

    assert f"\n\n{heading}: 1\n  Silently different: 1\n" in output


def test_causes_come_in_the_order_of_axes_and_the_unknown_one_last():
    def change(kind, *cause):
        return drift.Change(kind, "q01::TestPart::test_a", "It is.", "is so now", cause=cause)

    moves = {axis: drift.Move(axis, "1", "2") for axis in ("keras", "numpy")}
    found = drift.Drift(
        "a",
        "b",
        3,
        (change("error", "keras"), change("value", "numpy"), change("value")),
        moves,
    )

    assert [cause for cause, _, _ in telling.by_cause(found)] == [
        "Because of keras 1 → 2",
        "Because of numpy 1 → 2",
        "Cause not known: keras or numpy",
    ]


def test_what_a_remedy_undoes_is_counted(tell):
    old, new = ("2.15.0", "first"), ("3.4.0", "second")

    undone = tell(old, new, ("2.16.0", "first"), legacy=2)
    kept = tell(old, new, ("2.16.0", "second"), legacy=2)

    assert [change.undone_by for change in undone.changes] == [("legacy",)]
    assert "1 of 1 undone by legacy." in telling.as_text(undone)
    assert [change.undone_by for change in kept.changes] == [()]
    assert "undone" not in telling.as_text(kept)


def test_a_remedy_of_the_old_version_shows_nothing(tell):
    old, new = ("2.15.0", "first"), ("3.4.0", "second")

    found = tell(old, new, ("2.15.0", "first"), legacy=2)

    assert [change.undone_by for change in found.changes] == [()]


def test_a_kept_remedy_is_read_and_called_as_the_subject_says(run, project):
    project.write("spec/answer_key.toml", SUBJECT + '[remedies.back]\ntext = "`BACK=1`"\n')
    run("old")
    run("new", PRINTED="b")
    run("back", keras="3.14.0")

    text = command("old", "new").output
    told = json.loads(command("old", "new", "--format", "json").output)

    assert "1 of 1 undone by BACK=1." in text
    assert told["remedies"] == {"back": "`BACK=1`"}
    assert [change["undone_by"] for change in told["changes"]] == [["back"]]
    assert "undone" not in command("old", "back").output


def test_a_baseline_tells_what_a_remedy_undoes(run, project, monkeypatch):
    project.write("spec/answer_key.toml", SUBJECT + '[remedies.back]\ntext = "`BACK=1`"\n')
    old = run("old")
    run("back", keras="3.14.0")
    project.versions()
    monkeypatch.setenv("PRINTED", "b")

    result = project.run("--baseline", str(old))

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*BACK=1*"])


def test_a_remedy_without_a_text_is_refused(run, project):
    old = run("old")
    project.write("spec/answer_key.toml", SUBJECT + "[remedies]\nback = 1\n")

    result = command(old, old)

    assert result.exit_code == 2
    assert "answer_key.toml: remedies: a table for each, such as [remedies.legacy]" in result.output


def test_what_is_not_comparable_is_one_line_before_the_last(run, project):
    old, new = run("old"), run("new", SKIP="1", PRINTED="b")

    *_, rest, _, last = command(old, new).output.splitlines()

    assert rest == "Not comparable: 1 not checked on both sides."
    assert last == "3 claims compared: 1 silently different."


# The width of lines


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_lines_fit_the_terminal(run, monkeypatch, columns):
    words = "a `b c` " * 30
    old, new = run("old"), run("new", PRINTED=f"{words}{'x' * 300} and  so  on")
    monkeypatch.setenv("COLUMNS", str(columns))

    lines = command(old, new).output.splitlines()

    assert max(map(len, lines)) <= columns
    assert max(map(len, lines)) > columns * 0.7
    assert "`" not in "".join(lines)


def test_marks_are_repeated_on_each_line_and_spaces_kept(monkeypatch):
    change = drift.Change("value", "q01::TestPart::test_a", "A **b `c d` e** f.", "`1  2` is `3`")
    monkeypatch.setenv("COLUMNS", "40")

    text = telling.as_text(drift.Drift("old", "new", 1, (change,)))

    assert "      A **b** **`c`** **`d`** **e** f.\n      `1`  `2` is `3`\n" in text
    assert "      A b c d e f.\n      1  2 is 3\n" in telling.plain(text)


def test_a_long_message_is_cut_at_a_word(run):
    old, new = run("old"), run("new", PRINTED="word " * 100)

    ((_, _, told),) = changes(old, new)

    assert told.endswith("word word…`")
    assert len(told) <= difference.LONGEST_QUOTE + len("it showed `a`, and shows `…`")


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
        "Because of Keras 3.14.0 → 3.15.1: 1\n"
        "  Silently different: 1\n"
        "    Q1  spec/test_q01_arrays.py:16\n"
        "      It prints.\n"
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
        "### Because of Keras 3.14.0 → 3.15.1\n"
        "\n"
        "#### Silently different (1)\n"
        "\n"
        "- **Q1** (`spec/test_q01_arrays.py:16`) It **prints**.\n"
        "  it showed `a`, and shows `b`"
    )


def test_markdown_fits_into_an_issue(run):
    found = drift.compare(storage.read(run("a")), storage.read(run("b", PRINTED="b")), study())
    many = drift.Drift(found.old, found.new, 9000, found.changes * 9000)

    text = telling.as_markdown(many)

    assert len(text) <= telling.LONGEST_MARKDOWN
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


@pytest.mark.parametrize("form", telling.FORMATS)
def test_nothing_in_a_record_acts_on_a_terminal(hostile_records, form):
    result = command(*hostile_records, "--format", form)

    assert result.exit_code == 1
    assert "team" in result.output
    assert re.findall(r"[^\x20-\x7e\n→…\u200b]", result.output) == []


def test_nothing_in_a_record_acts_as_markdown(hostile_records):
    text = command(*hostile_records, "--format", "markdown").output

    html = MarkdownIt("commonmark", {"html": True}).render(text)
    assert set(re.findall(r"<(\w+)", html)) == {"p", "h3", "h4", "ul", "li", "strong", "code"}
    assert html.count("<li>") == 3
    assert html.count("<h4>") == 2
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

    text = telling.as_markdown(drift.Drift("old", "new", 1, (change,)))

    assert f"- **Q1** {markdown}\n" in text


def test_an_outcome_without_an_error_is_told_without_one(run):
    old, new = storage.read(run("old")), storage.read(run("new"))
    new["claims"]["q01::TestPart::test_prints"]["cells"] = [{"outcome": "crashed"}]

    assert [change.what for change in drift.compare(old, new, study()).changes] == [
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
    result.stdout.fnmatch_lines(["  Silently different: 1", "      It prints."])
    result.assert_outcomes(passed=5, failed=1)
    assert "[100%]" in result.stdout.str()
    assert "[120%]" not in result.stdout.str()


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
    result.stdout.fnmatch_lines(
        [
            "Not comparable: 4 changed themselves.",
            "0 claims compared, so nothing is known.",
        ]
    )


def test_a_baseline_that_cannot_be_read_is_refused_before_the_run(project):
    project.question(CLAIMS)

    result = project.run("--baseline", "none.json")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: none.json: neither a file nor a kept record*"])
