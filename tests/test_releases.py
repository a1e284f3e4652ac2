"""Records of many releases: kept small, shown beside each claim, and as a page of their own."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from answer_key import cli, merging, record, storage, store
from answer_key.study import read_study

CLAIMS = '''
def test_always(self):
    """One is always **one**."""
    assert 1 == 1

@holds("keras<3")
def test_old(self):
    """Before Keras 3, it was **old**."""
    assert os.environ["KERAS"] == "2", "not old"

@holds("keras>=3", was="test_old")
@confirms("A1.1")
@corrects("A1.2")
def test_new(self):
    """From Keras 3 on, it is **new**.

    Instead: write `new`
    """
    assert {"3": True}[os.environ["KERAS"]]

@pytest.mark.parametrize("device", ["cpu", "gpu"])
@pytest.mark.parametrize("number, name", [(1, "one"), (2, "two")])
def test_prints(self, number, name, device):
    """It **prints** a version."""
    if device == "gpu":
        pytest.skip("no GPU is visible")
    print(name, os.environ["PRINTED"])
    assert number
'''

SHEETS = """
[A]
"A1.1" = "It is new."
"A1.2" = "It is old."
"""

# Name, TensorFlow, Keras, what a claim prints.
RUNS = [
    ("tf29", "2.9.3", "2.9.0", "a"),
    ("tf210", "2.10.1", "2.10.0", "a"),
    ("tf216", "2.16.2", "3.15.1", "a"),
    ("tf217", "2.17.1", "3.15.1", "b"),
    ("legacy", "2.17.1", "2.17.0", "b"),
]


@pytest.fixture(scope="module")
def made():
    """The records made so far, by name: those of a run are the same in every project."""
    return {}


@pytest.fixture
def runs(project, made, monkeypatch):
    """The paths of the records of some releases' runs."""
    project.write("spec/answer_sheets.toml", SHEETS)
    project.question(CLAIMS)
    return [run(project, made, monkeypatch, *each) for each in RUNS]


def run(project, made, monkeypatch, name, tensorflow, keras, printed):
    """The path of the record of a run on these versions, which is what the project is left with."""
    monkeypatch.setenv("KERAS", keras[0])
    monkeypatch.setenv("PRINTED", printed)
    project.versions(tensorflow=tensorflow, keras=keras)
    path = f"report/{name}.json"
    if name not in made:
        project.run(f"--record={path}")
        made[name] = (project.path / path).read_text(encoding="utf-8")
    return project.write(path, made[name])


@pytest.fixture
def kept(runs, project):
    """The folder in which they are kept."""
    result = command("keep", *runs)
    assert result.exit_code == 0, result.output
    return project.path / "records"


def command(*args):
    return CliRunner().invoke(cli.main, [str(arg) for arg in args])


# Keeping


def test_releases_are_kept_under_their_versions_and_variants_under_their_names(kept):
    names = {path.stem for path in kept.iterdir()}

    assert names == {"2.9", "2.10", "2.16", "2.17", "legacy"}


def test_a_kept_record_lacks_nothing_but_the_seconds(runs, kept):
    for path, name in zip(runs, ("2.9", "2.10", "2.16", "2.17", "legacy"), strict=True):
        full, short = storage.read(path), storage.read(kept / f"{name}.json")
        assert short == record.timeless(full)
        assert "seconds" in full["claims"]["q01::TestPart::test_always"]["cells"][0]
        assert '"seconds"' not in (kept / f"{name}.json").read_text()


def test_a_kept_record_has_a_line_for_each_claim(kept):
    lines = (kept / "2.17.json").read_text().splitlines()

    (line,) = [line for line in lines if "test_always" in line]
    claim = json.loads(f"{{{line.rstrip(',')}}}")["q01::TestPart::test_always"]
    assert claim.keys() == {"sentence", "source", "cells"}
    assert claim["cells"] == [{"outcome": "holds"}]


def test_keeping_twice_changes_no_byte(runs, kept):
    before = {path.name: path.read_bytes() for path in kept.iterdir()}

    command("keep", *runs)

    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before


def on_a_gpu(path):
    """The record at a path, as if there had been a GPU."""
    read = storage.read(path)
    for cell in read["claims"]["q01::TestPart::test_prints"]["cells"]:
        cell["outcome"] = "holds"
        cell.pop("reason", None)
    return read


def test_what_a_run_could_not_check_stays_as_it_was_kept(runs, kept):
    path = kept / "2.17.json"
    storage.write(on_a_gpu(path), path)

    assert command("keep", runs[3]).exit_code == 0

    cells = storage.read(path)["claims"]["q01::TestPart::test_prints"]["cells"]
    assert [cell["outcome"] for cell in cells if cell["device"] == "gpu"] == ["holds"] * 2


def test_nothing_stays_of_a_claim_that_was_changed_or_of_another_release(runs):
    full, changed = storage.read(runs[3]), on_a_gpu(runs[3])
    changed["claims"]["q01::TestPart::test_prints"]["source"] = "another"

    assert merging.completed(full, changed) == full
    assert merging.completed(full, on_a_gpu(runs[2])) == full


def test_a_partial_run_is_not_kept(project, kept):
    before = (kept / "2.17.json").read_bytes()
    project.run("-k", "always", "--record=report/tf217.json")

    result = command("keep", project.path / "report/tf217.json")

    assert result.exit_code == 3
    assert result.output.endswith(
        "tf217.json: not kept: q01::TestPart::test_old did not run; run the whole specification\n"
    )
    assert (kept / "2.17.json").read_bytes() == before


def test_a_run_with_a_failure_is_not_kept(project, runs, monkeypatch):
    monkeypatch.setenv("KERAS", "2")
    project.versions(keras="3.15.1")
    project.run("--record=report/tf217.json")

    result = command("keep", project.path / "report/tf217.json")

    assert result.exit_code == 3
    assert result.output.endswith("tf217.json: not kept: q01::TestPart::test_new is broken\n")


def test_a_run_of_other_claims_is_not_kept(project, runs):
    project.question(CLAIMS.replace("1 == 1", "2 == 2"))

    result = command("keep", runs[0])

    assert result.exit_code == 3
    assert "::test_always has changed since" in result.output


@pytest.mark.parametrize(
    "name, versions, problem",
    [
        (
            "tf217",
            {"tensorflow": "2.22.0rc0"},
            "2.22.0rc0 is no release yet; give the file another",
        ),
        ("tf217", {"tensorflow": "2.23.0.dev20261026"}, "2.23.0.dev20261026 is no release yet"),
        ("2.22", {"tensorflow": "2.22.0rc0"}, "2.22.0rc0 is no release yet"),
        ("2.9", {"tensorflow": "2.17.1"}, "it is of tensorflow 2.17.1; call the file 2.17.json"),
        ("keras-3.0", {"keras": "3.15.1"}, "it is of keras 3.15.1; call the file keras-3.15.json"),
        ("tf217", {"tensorflow": "junk"}, "'junk' is no version"),
    ],
)
def test_nothing_is_kept_under_the_name_of_a_release_that_it_is_not_of(
    runs, project, name, versions, problem
):
    content = json.loads(runs[3].read_text())
    content["environment"]["versions"].update(versions)
    path = project.write(f"report/{name}.json", json.dumps(content))

    result = command("keep", path)

    assert result.exit_code == 3
    assert f"{name}.json: not kept: {problem}" in result.output
    assert not (project.path / "records").exists()


@pytest.mark.parametrize(
    "name, versions, kept_as",
    [
        ("rc", {"tensorflow": "2.22.0rc0"}, "rc"),
        ("keras30", {"keras": "3.0.5"}, "keras-3.0"),
        ("keras-oldest", {"keras": "3.12.0"}, "keras-oldest"),
        ("tf217", {"tensorflow": "2.17.1.post1+local"}, "2.17"),
    ],
)
def test_a_record_is_kept_under_its_release_or_its_own_name(runs, project, name, versions, kept_as):
    content = json.loads(runs[3].read_text())
    content["environment"]["versions"].update(versions)

    result = command("keep", project.write(f"report/{name}.json", json.dumps(content)))

    assert result.output == f"records/{kept_as}.json\n"


def test_a_record_whose_cells_differ_in_their_parameters_is_kept_as_it_is(runs, project):
    content = json.loads(runs[3].read_text())
    cells = content["claims"]["q01::TestPart::test_prints"]["cells"]
    cells[0]["params"], cells[1]["params"] = {"a": 1}, {"b": None, "c": 0.5}
    runs[3].write_text(json.dumps(content))

    assert command("keep", runs[3]).exit_code == 0
    assert command("page", runs[3], "-o", "key.html").exit_code == 0
    kept = json.loads((project.path / "records/2.17.json").read_text())
    assert kept["claims"]["q01::TestPart::test_prints"]["cells"] == [
        {name: value for name, value in cell.items() if name != "seconds"} for cell in cells
    ]


def test_kept_records_are_read_in_the_order_of_releases_and_variants_come_last(kept, project):
    (kept / "2.9.json").rename(kept / "alone.json")
    for name in ("keras-3.2", "keras-3.10"):
        (kept / f"{name}.json").write_bytes((kept / "legacy.json").read_bytes())
    study = read_study(project.path / "spec")

    read = store.read_releases(kept, study)

    assert [release.name for release in read] == [
        "2.10",
        "2.16",
        "2.17",
        "keras-3.2",
        "keras-3.10",
        "alone",
        "legacy",
    ]
    axes = ["tensorflow"] * 3 + ["keras"] * 2 + [None] * 2
    assert [release.axis for release in read] == axes
    assert store.read_releases(project.path / "none", study) == []


def test_a_claim_was_not_run_where_another_one_or_none_had_its_name(kept, project):
    project.question(
        CLAIMS.replace("1 == 1", "2 == 2").replace("test_prints", "test_speaks"),
    )
    study = read_study(project.path / "spec")
    (old, *_) = store.read_releases(kept, study)

    outcomes = {
        key.split("test_")[-1]: old.outcome(c) for key, c in study.specification.claims.items()
    }

    assert outcomes == {
        "always": "not run",
        "old": "holds",
        "new": "absent",
        "speaks": "not run",
    }


def test_releases_in_a_row_in_which_something_is_the_same_are_put_together():
    found = [("2.9", "a"), ("2.10", "a"), ("2.16", "b"), ("2.17", "a"), ("2.18", "a")]

    assert store.spans(found) == [
        store.Span("2.9–2.10", 2, "a"),
        store.Span("2.16", 1, "b"),
        store.Span("2.17–2.18", 2, "a"),
    ]


def test_keeping_names_the_kept_records(runs):
    result = command("keep", *runs[:2])

    assert [line.split("records/")[-1] for line in result.output.splitlines()] == [
        "2.9.json",
        "2.10.json",
    ]


# Axes


@pytest.fixture
def keras_kept(kept, project, made, monkeypatch):
    """Records of two Keras releases beside those of TensorFlow, which have one of them."""
    for version in ("3.0.5", "3.1.1", "3.15.0"):
        name = "keras" + "".join(version.split(".")[:2])
        path = run(project, made, monkeypatch, name, "2.16.2", version, version)
        assert command("keep", path).exit_code == 0
    return read_study(project.path / "spec")


def test_an_axis_has_its_own_records_and_before_them_those_of_the_releases(keras_kept):
    releases = store.read_releases(Path("records"), keras_kept)

    axes = store.History(releases, keras_kept.subject).axes

    def names(axis):
        return [(point.name, point.release.name) for point in axes[axis]]

    assert names("keras") == [
        ("2.9", "2.9"),
        ("2.10", "2.10"),
        ("3.0", "keras-3.0"),
        ("3.1", "keras-3.1"),
        ("3.15", "keras-3.15"),
    ]
    assert names("tensorflow") == [(name, name) for name in ("2.9", "2.10", "2.16", "2.17")]
    assert names("numpy") == [("2.4", "2.17")]


def test_a_claim_that_is_unchecked_here_tells_where_it_was_checked(project, monkeypatch, visit):
    project.question(
        '''
        def test_there(self):
            """It is **there**."""
            if "GPU" not in os.environ:
                pytest.skip("no GPU is visible")
            assert os.environ["GPU"]
        '''
    )
    monkeypatch.setenv("GPU", "1")
    project.run("--record=report/tf221.json")
    assert command("keep", "report/tf221.json").exit_code == 0
    monkeypatch.delenv("GPU")
    project.run("--record=record.json")

    command("page", "record.json", "-o", "key.html")

    tab = visit(project.path / "key.html", "#ak-q01-TestPart-test_there")
    strip = tab.locator(".ak-strip").inner_text()
    assert " ".join(strip.split()) == "TensorFlow ✓ holds in 2.21"


def test_a_claim_stands_on_the_axis_of_its_era(keras_kept, project, visit):
    command("page", "records/2.17.json", "-o", "key.html")
    tab = visit(project.path / "key.html", "#ak-q01-TestPart-test_old")
    strips = tab.locator(".ak-strip").all_inner_texts()

    assert [" ".join(text.split()) for text in strips] == [
        "Keras ○ absent in 2.9–2.10 ✓ holds in 3.0–3.15",
        "TensorFlow ✓ holds in 2.9–2.16 ✓ holds in 2.17 other output",
        "Keras ✓ holds in 2.9–2.10 ○ absent in 3.0–3.15",
    ]


def test_what_was_not_run_is_shown_as_that_on_an_axis(keras_kept, project, visit):
    path = project.path / "records/keras-3.1.json"
    content = json.loads(path.read_text())
    del content["claims"]["q01::TestPart::test_old"]
    path.write_text(json.dumps(content))
    command("page", "records/2.17.json", "-o", "key.html")

    tab = visit(project.path / "key.html", "#ak-q01-TestPart-test_old")
    strip = tab.locator(":target .ak-strip").inner_text()

    assert " ".join(strip.split()).endswith("○ absent in 3.0 – not run in 3.1 ○ absent in 3.15")


def test_the_page_tells_the_steps_of_each_axis_each_once(keras_kept, project, visit):
    assert command("releases", "-o", "releases.html").exit_code == 0
    tab = visit(project.path / "releases.html")

    changes = tab.locator(".ak-changes")
    assert changes.locator("h2").all_inner_texts() == [
        "What changed in TensorFlow 2.17",
        "What changed in TensorFlow 2.16",
        "What changed in TensorFlow 2.10",
        "What changed in Keras 3.15",
        "What changed in Keras 3.1",
        "What changed in Keras 3.0",
        "What differs in legacy",
    ]
    assert "it showed one 3.0.5, and shows one 3.1.1" in changes.nth(4).inner_text()
    assert changes.nth(5).inner_text().count("Before Keras 3, it was old.") == 1
    heads = tab.locator(".ak-releases thead tr").all_inner_texts()
    assert [head.split() for head in heads] == [
        ["Claim", "2.9", "2.10", "2.16", "2.17", "legacy"],
        ["Claim", "2.9", "2.10", "3.0", "3.1", "3.15", "legacy"],
    ]


def test_kept_records_of_an_axis_are_compared_by_name(keras_kept):
    result = command("compare", "keras-3.0", "keras-3.15")

    assert result.exit_code == 1
    assert "Because of Keras 3.0.5 → 3.15.0: 1" in result.output


# The boundaries that the records do not prove, by era.
ERAS = {
    "keras<3": [],
    "keras>=3.1": [],
    "keras>=3.2": ["Keras 3.2"],
    "keras>=3.16": ["Keras 3.16"],
    "tensorflow>=2.10,<2.16": ["TensorFlow 2.16"],
}


@pytest.mark.parametrize("era", ERAS)
def test_boundaries_that_no_two_neighbours_prove_are_named(keras_kept, project, era):
    project.question(
        CLAIMS.replace('@holds("keras<3")', f'@holds("{era}")').replace(', was="test_old"', "")
    )
    study = read_study(project.path / "spec")

    found = store.unproven_boundaries(study, store.read_releases(Path("records"), study))

    place = "there are no records of it and of the release before it (spec/test_q01_arrays.py:21)"
    assert found == [f"{boundary} is not proven: {place}" for boundary in ERAS[era]]
    result = command("releases", "-o", "releases.html")
    assert result.exit_code == 0
    assert result.stderr == "".join(f"Notice: {each}\n" for each in found)


# History on the answer key


def test_a_claim_shows_since_when_it_is_so(project, kept, visit):
    command("page", "records/2.17.json", "-o", "key.html")

    tab = visit(project.path / "key.html", "#ak-q01-TestPart-test_old")
    strips = tab.locator(".ak-strip").all_inner_texts()

    assert [" ".join(text.split()) for text in strips] == [
        "Keras ○ absent in 2.9–2.10 ✓ holds in 3.15",
        "TensorFlow ✓ holds in 2.9–2.16 ✓ holds in 2.17 other output",
        "Keras ✓ holds in 2.9–2.10 ○ absent in 3.15",
    ]
    assert tab.locator("#ak-q01-TestPart-test_always .ak-strip").count() == 0
    evidence = tab.locator("#ak-q01-TestPart-test_new .ak-evidence")
    evidence.locator("summary").press("Enter")
    assert "Also\nabsent in legacy" in evidence.inner_text()


def test_a_mark_shows_in_which_releases_it_was_given(project, kept, visit):
    command("page", "records/2.17.json", "-o", "key.html")

    marks = visit(project.path / "key.html").locator(".ak-since").all_inner_texts()

    assert marks == [
        "Keras: outdated in 2.9–2.10, right in 3.15",
        "Keras: unchecked in 2.9–2.10, wrong in 3.15",
    ]


def test_a_run_shows_the_history_too_and_what_has_changed_has_none(project, kept, monkeypatch):
    monkeypatch.setenv("KERAS", "3")
    monkeypatch.setenv("PRINTED", "b")
    project.versions(tensorflow="2.17.1", keras="3.15.1")
    project.question(CLAIMS.replace("1 == 1", "2 == 2"))

    project.run()

    assert project.page.count('<p class="ak-strip">') == 3
    assert "not run in" not in project.page


def test_a_damaged_record_is_told_before_the_run(project, kept):
    (kept / "2.16.json").write_text("{")

    result = project.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *2.16.json: damaged, this is no JSON*"])


# The page of releases


@pytest.fixture
def releases(project, kept):
    result = command("releases", "records", "-o", "releases.html")
    assert result.exit_code == 0, result.output
    return project.path / "releases.html"


def rows(tab):
    return [
        " ".join(row.inner_text().split())
        for row in tab.locator(".ak-item").all()
        if row.is_visible()
    ]


@pytest.mark.parametrize("script", [True, False])
def test_only_rows_that_change_are_shown_until_asked_for(releases, visit, script):
    tab = visit(releases, script=script)

    assert [row.split(".")[0] for row in rows(tab)] == [
        "It prints a version",
        "Before Keras 3, it was old",
        "From Keras 3 on, it is new",
    ]
    tab.locator(".ak-only-changes").uncheck()
    assert rows(tab)[0] == "One is always one. ✓ holds in 2.9–2.17 ✓ holds in legacy"


def test_a_cell_tells_how_a_claim_failed_and_that_it_printed_something_else(releases, visit):
    prints, old, new = rows(visit(releases))

    assert old.endswith("✓ holds in 2.9–2.10 ○ absent in 3.15 ✓ holds in legacy")
    assert new.endswith("○ absent in 2.9–2.10 KeyError ✓ holds in 3.15 ○ absent in legacy KeyError")
    assert prints.endswith("✓ holds in 2.9–2.16 ✓ holds in 2.17 other output ✓ holds in legacy")


def test_the_find_box_searches_all_rows(releases, visit):
    tab = visit(releases)

    tab.locator(".ak-find input").fill("ALWAYS one")

    assert [row.split(".")[0] for row in rows(tab)] == ["One is always one"]
    assert tab.locator(".ak-find small").inner_text() == "1 of 4"


def test_each_release_tells_what_it_changed(releases, visit):
    tab = visit(releases)

    changed = {
        section.locator("h2").inner_text(): section.locator("li").all_inner_texts()
        for section in tab.locator(".ak-changes").all()
    }
    assert list(changed) == [
        "What changed in TensorFlow 2.17",
        "What changed in TensorFlow 2.16",
        "What changed in TensorFlow 2.10",
        "What differs in legacy",
    ]
    assert changed["What changed in TensorFlow 2.17"] == [
        "Q1 It prints a version.\nit showed one a, and shows one b [cpu name=one, number=1]"
    ]
    assert changed["What changed in TensorFlow 2.10"] == []
    assert changed["What changed in TensorFlow 2.16"] == [
        "Q1 was Before Keras 3, it was old.\nis From Keras 3 on, it is new.\ninstead write new"
    ]
    assert "Because of Keras 2.10.0 → 3.15.1" in tab.locator("#ak-in-2\\.16").inner_text()
    link = tab.locator(".ak-changes a").first
    assert tab.locator(link.get_attribute("href")).count() == 1


# From one release to another


def choose(tab, axis, old, new):
    boxes = tab.locator("fieldset", has_text=axis).locator("select")
    boxes.nth(0).select_option(old)
    boxes.nth(1).select_option(new)


def told(tab):
    """The headings and changes that are shown, each on a line."""
    shown = tab.locator(".ak-chosen :is(h3, h4, li)").all()
    return [" ".join(each.inner_text().split()) for each in shown]


def test_what_lies_between_two_releases_is_told_alone_and_has_an_address(
    keras_kept, project, visit
):
    command("releases")
    tab = visit(project.path / "report/releases.html")
    assert not tab.locator(".ak-chosen").is_visible()
    offered = [box.input_value() for box in tab.locator("select").all()]
    assert offered == ["2.16", "2.17", "keras-3.1", "keras-3.15"]

    choose(tab, "Keras", "2.10", "3.0")

    assert tab.url.endswith("#from=2.10&to=keras-3.0")
    assert tab.locator(".ak-chosen h2").inner_text() == "What changed from Keras 2.10 to 3.0"
    changes = [
        "Because of Keras 2.10.0 → 3.0.5",
        "Silently different (1)",
        "Q1 was Before Keras 3, it was old. is From Keras 3 on, it is new. instead write new",
    ]
    assert told(tab)[:3] == changes
    assert tab.locator("output").inner_text() == "2 changes"
    assert not tab.locator(".ak-releases").first.is_visible()
    again = visit(project.path / "report/releases.html", "#from=2.10&to=keras-3.0")
    assert told(again) == told(tab)
    chosen = again.locator("fieldset", has_text="Keras").locator("select").nth(1)
    assert chosen.locator("option:not(:disabled)").all_inner_texts() == ["3.0", "3.1", "3.15"]

    tab.locator(".ak-all-releases").click()
    tab.wait_for_selector(".ak-chosen", state="hidden")
    assert tab.locator(".ak-releases").first.is_visible()


def test_an_unknown_choice_is_told_what_can_be_chosen(releases, visit):
    tab = visit(releases, "#from=2.9&to=2.99")

    assert tab.locator(".ak-chosen").inner_text() == (
        "It is not known what changed from 2.9 to 2.99; go from one of 2.9, 2.10, 2.16, 2.17."
    )


def test_a_way_to_a_variant_is_told_too(releases, visit):
    tab = visit(releases)

    choose(tab, "TensorFlow", "2.10", "legacy")

    assert told(tab)[-1].startswith("Q1 It prints a version. it showed one a, and shows one b")


def test_a_change_leads_to_its_row_and_opens_the_proof(releases, visit):
    tab = visit(releases, "#from=2.10&to=2.16", viewport={"width": 1280, "height": 500})

    tab.locator(".ak-chosen a", has_text="was").click()

    row = tab.locator("tr:target")
    assert "Before Keras 3, it was old." in row.inner_text()
    head = tab.locator("table:has(:target) thead th").first.bounding_box()
    assert row.bounding_box()["y"] >= head["y"] + head["height"]
    assert row.locator("th").evaluate("(each) => getComputedStyle(each).outlineStyle") == "solid"
    proof = row.locator("+ .ak-row-proof pre")
    assert 'assert os.environ["KERAS"] == "2", "not old"' in proof.inner_text()


def test_what_a_variant_is_stands_above_it(releases, visit):
    tab = visit(releases)

    assert tab.locator(".ak-note").first.inner_text() == (
        "legacy is no release, but TensorFlow 2.17.1, Keras 2.17.0, NumPy 2.4.6."
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", ["releases", "page records/2.10.json"])
def test_both_pages_have_no_accessibility_violation(
    kept, project, visit, page, width, scheme, check_accessibility
):
    assert command(*page.split(), "-o", "made.html").exit_code == 0
    tab = visit(
        project.path / "made.html",
        color_scheme=scheme,
        viewport={"width": width, "height": 844},
    )
    tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    tab.evaluate("document.querySelectorAll('.ak-only-changes').forEach((box) => box.click())")

    check_accessibility(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 390])
def test_a_keyboard_reaches_all_of_the_page(releases, visit, walk, width):
    tab = visit(releases, viewport={"width": width, "height": 400})

    stations = walk(tab)

    assert "Skip to the releases" in stations[0]


def test_the_heads_stay_in_sight(releases, visit):
    tab = visit(releases, viewport={"width": 1280, "height": 200})

    tab.locator(".ak-item").last.scroll_into_view_if_needed()

    assert tab.locator(".ak-releases").last.locator("th").first.bounding_box()["y"] >= 0


@pytest.mark.parametrize(
    "args, code, problem",
    [
        (["releases", "none", "-o", "a.html"], 2, "none is no folder"),
        (["releases", "spec", "-o", "a.html"], 3, "spec: no records in this folder"),
        (["releases", "records", "-o", "spec"], 3, "spec: cannot be written: Is a directory"),
        (["keep", "none.json"], 3, "none.json: cannot be read: No such file"),
        (["keep", "spec"], 3, "spec: cannot be read: Is a directory"),
    ],
)
def test_wrong_usage_has_a_clear_line_and_its_own_exit_code(kept, args, code, problem):
    result = command(*args)

    assert result.exit_code == code
    assert problem in result.output
