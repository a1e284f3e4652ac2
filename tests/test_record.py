"""Records: written whole, read with care, merged; and the command that makes pages of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from answer_key import cli, drift, merging, record, storage
from answer_key.study import read_study

CLAIMS = '''
def test_adds(self):
    """Two and two is **four**."""
    print("four")
    assert 2 + 2 == 4

@pytest.mark.parametrize("device", ["cpu", "gpu"])
@pytest.mark.parametrize("number", [1, 2])
def test_places(self, number, device):
    """A number has a **place**."""
    if device not in os.environ["DEVICES"]:
        pytest.skip(f"no {device.upper()} is visible")
    print(f"{number} on {device}")
    assert number
'''


@pytest.fixture
def on(project, monkeypatch):
    """Run the project's claims on some devices and return the record's path."""
    project.question(CLAIMS)

    def run(devices, **versions):
        monkeypatch.setenv("DEVICES", devices)
        project.versions(**versions)
        path = project.path / f"{devices}.json"
        project.run("--record", str(path))
        return path

    return run


def test_a_record_round_trips(on):
    path = on("cpu")
    read = storage.read(path)

    storage.write(read, path.with_name("again.json"))

    assert path.with_name("again.json").read_bytes() == path.read_bytes()
    assert record.devices(read) == ["cpu"]


def test_a_records_keys_are_sorted_and_each_claim_has_a_line(on):
    text = on("cpu").read_text()

    lines = [line.rstrip(",") for line in text.splitlines()]
    claims = [json.loads(f"{{{line}}}") for line in lines if line.startswith('"q01::')]
    assert [list(claim) for claim in claims] == [
        ["q01::TestPart::test_adds"],
        ["q01::TestPart::test_places"],
    ]
    assert [line for line in lines if line.endswith(":{")] == ['"claims":{', '"environment":{']


def test_a_gpu_adds_to_what_a_claim_showed_only_what_is_another():
    def shown(*outputs):
        cells = [
            {"outcome": "unchecked" if output is None else "holds", "output": output, **place}
            for output, place in zip(outputs, places, strict=True)
        ]
        return record.shown({"cells": cells})

    places = [{"device": device, "params": {"n": n}} for device in ("cpu", "gpu") for n in (1, 2)]

    assert shown("a", "b", "a", "b") == shown("a", "b", None, None)
    assert shown("a", "b", "a", "c") != shown("a", "b", None, None)
    assert shown("a", "b", None, None) != shown("b", "a", None, None)


def test_runs_on_a_cpu_and_on_a_gpu_merge(on):
    cpu, gpu = storage.read(on("cpu")), storage.read(on("gpu"))

    both = merging.merge([cpu, gpu])

    assert record.devices(both) == ["cpu", "gpu"]
    claim = next(claim for key, claim in both["claims"].items() if "places" in key)
    told = {(c["device"], c["params"]["number"]): c["output"] for c in claim["cells"]}
    assert [cell["outcome"] for cell in claim["cells"]] == ["holds"] * 4
    assert told == {
        ("cpu", 1): "1 on cpu\n",
        ("gpu", 1): "1 on gpu\n",
        ("cpu", 2): "2 on cpu\n",
        ("gpu", 2): "2 on gpu\n",
    }


def test_merging_a_record_with_itself_changes_nothing(on):
    once = storage.read(on("cpu"))

    assert merging.merge([once, once]) == once


def test_where_two_runs_disagree_the_worse_outcome_stays_and_the_page_says_so(on, project):
    good = storage.read(on("cpu"))
    bad = json.loads(json.dumps(good))
    claim = next(claim for key, claim in bad["claims"].items() if "adds" in key)
    claim["cells"][0]["outcome"] = "broken"

    for order in ([good, bad], [bad, good]):
        merged = merging.merge(order)
        (cell,) = next(c["cells"] for k, c in merged["claims"].items() if "adds" in k)
        assert cell["outcome"] == "broken"
        assert cell["disagreement"] == ["broken", "holds"]

    storage.write(bad, project.path / "bad.json")
    command("page", project.path / "cpu.json", project.path / "bad.json", "-o", "both.html")
    page = (project.path / "both.html").read_text()
    assert page.count("Two runs of this release disagree here: broken and holds.") == 1


def test_two_runs_that_printed_something_else_disagree(on):
    one = storage.read(on("cpu"))
    other = json.loads(json.dumps(one))
    claim = next(claim for key, claim in other["claims"].items() if "adds" in key)
    claim["cells"][0]["output"] = "five"

    merged = merging.merge([one, other])

    (cell,) = next(c["cells"] for k, c in merged["claims"].items() if "adds" in k)
    assert cell["disagreement"] == ["output"]


@pytest.mark.parametrize(
    "axis, here, there",
    [
        ("tensorflow", "2.21.0", "2.15.1"),
        ("keras", "3.15.1", "2.15.0"),
        ("numpy", "2.4.6", "1.26.4"),
    ],
)
def test_records_of_two_releases_do_not_merge(on, axis, here, there):
    records = [storage.read(on("cpu")), storage.read(on("gpu", **{axis: there}))]

    with pytest.raises(record.RecordError) as refused:
        merging.merge(records)

    assert str(refused.value) == (
        f"cannot merge records of {axis} {here} and {axis} {there}; name records of one release"
    )


def test_a_cell_that_one_run_could_not_check_is_no_disagreement(on):
    cpu, gpu = storage.read(on("cpu")), storage.read(on("gpu"))

    for order in ([cpu, gpu], [gpu, cpu]):
        cells = [cell for c in merging.merge(order)["claims"].values() for cell in c["cells"]]
        assert [cell for cell in cells if "disagreement" in cell] == []


def test_claims_that_only_one_run_has_are_kept(on, project):
    on("cpu")
    parts = []
    for name in ("adds", "places"):
        project.run("-k", name, "--record", f"{name}.json")
        parts.append(storage.read(project.path / f"{name}.json"))

    both = merging.merge(parts)["claims"]

    assert both == parts[0]["claims"] | parts[1]["claims"]
    assert len(both) == 2


TELLING = '''
@pytest.mark.parametrize("execute", ["eager", "graph"])
def test_shows(self, execute, exhibit):
    """Each mode **shows** a table."""
    exhibit.table("What ran.", ["mode"], [[execute]])
    assert execute

@pytest.mark.parametrize("number", [0, 1, 2])
def test_breaks(self, number):
    """A number is at most **one**."""
    if number == 0:
        pytest.skip("none is none")
    print(number)
    assert number < 2

@holds("keras<3")
@pytest.mark.parametrize("key", ["a", "b", "c"])
def test_lacks(self, key):
    """Before Keras 3, every key **is** there."""
    assert {"b": int}[key]("x")

@pytest.mark.timeout(0.2)
def test_waits(self):
    """It **waits**."""
    time.sleep(10)
    assert True
'''


@pytest.fixture
def telling(project):
    """The record of a run whose cells told all that cells can tell."""
    project.question(TELLING)
    project.run()
    return project


def test_every_cell_tells_all_that_it_told(telling):
    def told(name, what):
        return [cell.get(what) for cell in telling.claim(name)["cells"]]

    assert told("shows", "mode") == ["eager", "graph"]
    assert [exhibits[0]["rows"] for exhibits in told("shows", "exhibits")] == [
        [["eager"]],
        [["graph"]],
    ]
    assert told("breaks", "outcome") == ["unchecked", "holds", "broken"]
    assert told("breaks", "output") == [None, "1\n", "2\n"]
    assert [error and error["message"] for error in told("breaks", "error")] == [
        None,
        None,
        "assert 2 < 2",
    ]
    assert [error["type"] for error in told("lacks", "error")] == [
        "KeyError",
        "ValueError",
        "KeyError",
    ]
    assert told("waits", "outcome") == ["crashed"]
    assert "Timeout" in told("waits", "error")[0]["message"]


def test_a_claim_that_is_stale_tells_why(project):
    project.question(
        '''
        @holds("keras<3")
        def test_old(self):
            """Before Keras 3, it was **old**."""
            assert True
        '''
    )
    project.run()

    assert project.error("old")["message"] == "It holds outside its era, so the era is wrong."


def test_what_follows_from_the_cells_is_that_of_the_worst(telling):
    breaks, lacks = map(telling.claim, ("breaks", "lacks"))

    assert record.outcome(breaks) == "broken"
    assert record.error(breaks) == {"type": "AssertionError", "message": "assert 2 < 2"}
    assert record.error(lacks)["message"] == "'a'"
    assert record.seconds(breaks) == sum(cell["seconds"] for cell in breaks["cells"])
    assert record.seconds({**breaks, "cells": [{"outcome": "holds"}]}) is None


def test_a_record_says_nothing_twice_and_nothing_that_is_not(telling):
    assert telling.record.keys() == {"schema", "environment", "claims"}
    for entry in telling.record["claims"].values():
        assert entry.keys() <= {"sentence", "source", "era", "cells"}
        for cell in entry["cells"]:
            assert [name for name, value in cell.items() if value in (None, "", [], {})] == []


ODD = '''
def named(name):
    def value():
        return name
    value.__name__ = "same"
    return value

class Bad:
    def __repr__(self):
        raise ValueError("no")

@pytest.mark.parametrize("value", [named("a"), named("b"), lambda: "c", lambda: "d"])
def test_named(self, value):
    """Some values have no **name** of their own."""
    print(value())
    assert value

@pytest.mark.parametrize("value", [0.5, float("nan"), 10**100, [1], None, True, object(), Bad()])
def test_valued(self, value):
    """Some values are no **JSON**."""
    assert True

@pytest.mark.parametrize("device", [["a"], "cpu"])
def test_placed(self, device):
    """A device is no **list**."""
    assert device

def test_says(self, record_property):
    """It **says** what no encoding has."""
    table = {"kind": "table", "caption": "\\udcff", "columns": [1, float("inf")], "rows": [[None]]}
    record_property("exhibit", table)
    assert True
'''


@pytest.fixture
def odd(project):
    """A project with claims that give a record what is hard to keep."""
    helpers, claims = ODD.split("@", 1)
    project.question("@" + claims)
    path = project.path / "spec/test_q01_arrays.py"
    path.write_text(path.read_text().replace("class TestPart", f"{helpers}class TestPart"))
    assert project.run().ret == 0
    return project


def test_two_cells_of_a_claim_are_never_taken_for_one(odd):
    for entry in odd.record["claims"].values():
        assert len({record.key(cell) for cell in entry["cells"]}) == len(entry["cells"])

    named = odd.claim("named")["cells"]
    assert [cell["params"]["value"] for cell in named] == ["same", "same", "<lambda>", "<lambda>"]
    assert [cell["output"] for cell in named] == ["a\n", "b\n", "c\n", "d\n"]


def test_one_of_two_cells_named_alike_is_compared_with_itself(odd):
    whole = odd.record
    odd.run("spec/test_q01_arrays.py::TestPart::test_named[same1]")

    found = drift.compare(whole, odd.record, read_study(odd.path / "spec"))

    assert found.compared == 1
    assert {change.kind for change in found.changes} == {"suite"}


def test_what_json_has_no_word_for_is_kept_as_text(odd):
    values = [cell.get("params", {}).get("value") for cell in odd.claim("valued")["cells"]]
    assert values == [0.5, "nan", str(10**100), "[1]", None, True, "<object object>", "<Bad>"]
    assert [cell["device"] for cell in odd.claim("placed")["cells"]] == ["['a']", "cpu"]
    (cell,) = odd.claim("says")["cells"]
    assert cell["exhibits"][0]["columns"] == [1, "inf"]


def test_a_lone_surrogate_loses_neither_record_nor_page(odd):
    path = odd.path / "report/record.json"
    (cell,) = odd.claim("says")["cells"]

    assert cell["exhibits"][0]["caption"] == "\udcff"
    assert r"\udcff" in path.read_text(encoding="utf-8")
    assert r"\udcff" in odd.page
    assert command("compare", path, path).exit_code == 0


def test_merging_loses_nothing_that_cells_and_claims_tell(telling):
    once = telling.record
    refutation = {"fault": "so", "sentence": "It is so.", "by": "Failed"}
    next(iter(once["claims"].values()))["refutations"] = [refutation]

    assert merging.merge([once, once]) == once


def test_a_claim_that_broke_in_one_run_tells_what_that_run_told(on):
    good = storage.read(on("cpu"))
    bad = json.loads(json.dumps(good))
    claim = next(claim for key, claim in bad["claims"].items() if "adds" in key)
    error = {"type": "OSError", "message": "no"}
    claim["cells"] = [{"outcome": "broken", "error": error}]

    for order in ([good, bad], [bad, good]):
        merged = next(c for k, c in merging.merge(order)["claims"].items() if "adds" in k)
        assert record.error(merged) == error
        assert "output" not in merged["cells"][0]


def test_a_claim_that_was_changed_between_the_runs_does_not_merge(on):
    one = storage.read(on("cpu"))
    other = json.loads(json.dumps(one))
    other["claims"]["q01::TestPart::test_adds"]["source"] = "0"

    with pytest.raises(record.RecordError, match="test_adds was changed between the runs"):
        merging.merge([one, other])


def test_two_runs_that_exhibited_something_else_disagree(telling):
    one, other = telling.record, telling.record
    claim = next(claim for key, claim in other["claims"].items() if "shows" in key)
    claim["cells"][0]["exhibits"][0]["rows"] = [["lazy"]]

    merged = next(c for k, c in merging.merge([one, other])["claims"].items() if "shows" in k)

    assert [cell.get("disagreement") for cell in merged["cells"]] == [["exhibits"], None]


def damage(path, change):
    content = json.loads(path.read_text())
    change(content, content["claims"]["q01::TestPart::test_adds"])
    path.write_text(json.dumps(content))


def in_cell(**values):
    return lambda record, claim: claim["cells"][0].update(values)


def in_record(**values):
    return lambda record, claim: record.update(values)


def in_environment(**values):
    return lambda record, claim: record["environment"].update(values)


TABLE = {"kind": "table", "caption": "c", "columns": [], "rows": []}
CELL = "claims.q01::TestPart::test_adds.cells.0"


@pytest.mark.parametrize(
    "change, problem",
    [
        (lambda record, claim: record.pop("schema"), "schema: missing; this is no record"),
        (in_record(schema=3), "schema: 3 is newer than 2; update"),
        (in_record(schema=1), "schema: 1 is older than 2; run the specification again"),
        (in_record(schema=0), "schema: 2 is expected"),
        (in_record(schema=-1), "schema: 2 is expected"),
        (in_record(schema=True), "schema: a whole number is expected"),
        (in_record(schema=2.0), "schema: a whole number is expected"),
        (in_record(schema="2"), "schema: a whole number is expected"),
        (in_record(parts={}), "parts: there is no such field"),
        (lambda record, claim: record.pop("claims"), "claims: missing"),
        (in_record(claims=[]), "claims: an object is expected"),
        (in_record(claims={"zz": {}}), "claims.zz: is not like ^q"),
        (lambda record, claim: record["environment"].pop("python"), "environment.python: missing"),
        (in_environment(versions={"keras": None}), "environment.versions.keras: text is expected"),
        (in_environment(flags={"A": 1}), "environment.flags.A: text or null is expected"),
        (lambda record, claim: claim.update(cells=[]), "test_adds.cells: is empty"),
        (lambda record, claim: claim.update(era=["a", 1]), "test_adds.era.1: text is expected"),
        (lambda record, claim: claim["cells"].append(1), "cells.1: an object is expected"),
        (lambda record, claim: claim["cells"][0].pop("outcome"), f"{CELL}.outcome: missing"),
        (in_cell(outcome="fine"), f"{CELL}.outcome: 'fine' is none of crashed, broken"),
        (in_cell(outcome=["holds"]), f"{CELL}.outcome: ['holds'] is none of"),
        (in_cell(params=5), f"{CELL}.params: an object is expected"),
        (in_cell(params={"a": [1]}), f"{CELL}.params.a: text or a whole number or"),
        (in_cell(seconds=True), f"{CELL}.seconds: a number is expected"),
        (in_cell(seconds=-1), f"{CELL}.seconds: is less than 0"),
        (in_cell(seconds=float("nan")), "damaged, this is no JSON: NaN is no number"),
        (in_cell(seconds=float("inf")), "damaged, this is no JSON: Infinity is no number"),
        (in_cell(error={}), f"{CELL}.error.message: missing"),
        (in_cell(exhibits=[{**TABLE, "rows": [1]}]), f"{CELL}.exhibits.0.rows.0: a list is"),
        (in_cell(exhibits=[{**TABLE, "kind": "film"}]), "0.kind: 'film' is none of table, drawing"),
        (in_cell(exhibits=[{"kind": "drawing"}]), f"{CELL}.exhibits.0.caption: missing"),
        (in_cell(exhibits=[{}]), f"{CELL}.exhibits.0.kind: None is none of table"),
        (in_cell(exhibits=[1]), f"{CELL}.exhibits.0: an object is expected"),
        (in_cell(colour="red"), f"{CELL}.colour: there is no such field"),
    ],
)
def test_a_damaged_record_is_refused_with_its_file_and_field(on, change, problem):
    path = on("cpu")
    damage(path, change)

    with pytest.raises(record.RecordError) as refused:
        storage.read(path)

    assert str(refused.value).startswith(f"{path}: ")
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"", "damaged"),
        (b'{"schema": 1, "cl', "damaged"),
        (b"\xff\xfe", "damaged"),
        (b"\xef\xbb\xbf{}", "damaged"),
        (b"[]", "schema"),
        (b"[" * 100_000, "damaged, nested too deeply"),
        (b'{"a": ' * 100_000, "damaged, nested too deeply"),
        (b'{"schema": 2, "schema": 2}', "schema: stands twice in one object"),
        (b'{"schema": 1' + b"0" * 5000 + b"}", "damaged"),
    ],
)
@pytest.mark.parametrize("args", [["compare", "record.json"], ["page", "-o", "a.html"], ["keep"]])
def test_what_is_no_record_is_refused_in_one_line(project, content, problem, args):
    project.question(CLAIMS)
    project.write("record.json", "").write_bytes(content)

    result = command(*args, "record.json")

    assert result.exit_code == 3
    assert result.output.startswith("Error: record.json: ")
    assert problem in result.output
    assert result.output.count("\n") == 1


def test_the_published_schema_is_current():
    published = Path(record.__file__).with_name("record.schema.json")

    assert json.loads(published.read_text()) == record.schema()


def test_the_schema_says_what_is_expected():
    definitions = record.schema()["$defs"]

    assert definitions["Cell"]["required"] == ["outcome"]
    assert definitions["Cell"]["properties"]["seconds"] == {"type": "number", "minimum": 0}
    assert definitions["Cell"]["properties"]["exhibits"]["items"] == {
        "anyOf": [{"$ref": "#/$defs/Table"}, {"$ref": "#/$defs/Drawing"}]
    }
    assert definitions["Record"]["properties"]["schema"]["const"] == record.SCHEMA


@pytest.mark.parametrize("path", sorted(Path(__file__).parents[1].glob("records/*.json")), ids=str)
def test_the_kept_records_can_be_read(path):
    assert storage.read(path)["claims"]


# Writing


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "record.json"
    path.write_text("old")
    monkeypatch.setattr(Path, "replace", lambda *args: os.stat("none"))

    with pytest.raises(record.RecordError, match=r"record\.json: cannot be written: No such file"):
        storage.replace_file(path, "new")

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "folder").mkdir()
    link, target = tmp_path / "link", tmp_path / "folder/target"
    link.symlink_to(target)

    for text in ("one", "two"):
        storage.replace_file(link, text)
        assert target.read_text() == text

    assert link.is_symlink()


def test_a_device_is_written_to_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    storage.replace_file(pipe, "new")

    assert os.read(reader, 10) == b"new"
    assert pipe.is_fifo()
    os.close(reader)


def test_a_folder_in_the_place_of_a_file_is_left_alone(tmp_path):
    folder = tmp_path / "record.json" / "kept"
    folder.mkdir(parents=True)

    with pytest.raises(record.RecordError, match=r"record\.json: cannot be written"):
        storage.replace_file(tmp_path / "record.json", "new")

    assert folder.is_dir()
    assert list(tmp_path.iterdir()) == [tmp_path / "record.json"]


# The command


def command(*args, **options):
    return CliRunner().invoke(cli.main, [str(arg) for arg in args], **options)


def process(*args, **options):
    """The command in a process of its own, for what only real streams do."""
    code = "from answer_key.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_a_page_of_a_cpu_and_a_gpu_record(on, project):
    cpu, gpu = on("cpu"), on("gpu")

    result = command("page", cpu, gpu, "-o", project.path / "both.html")

    assert result.exit_code == 0
    page = (project.path / "both.html").read_text()
    assert "cpu and gpu" in page
    assert "unchecked: no" not in page


def test_a_page_of_a_record_is_that_of_its_run(on, project):
    path = on("cpu")

    command("page", path, "-o", project.path / "again.html")

    made = (project.path / "again.html").read_text()
    links = [line for line in project.page.splitlines() if "pytest.html#" in line]
    assert [line for line in project.page.splitlines() if line not in links] == made.splitlines()


def test_a_claim_that_has_changed_since_the_run_says_so(on, project):
    path = on("cpu")
    source = project.path / "spec/test_q01_arrays.py"
    source.write_text(source.read_text().replace('print("four")', 'print("4")'))

    command("page", path, "-o", project.path / "changed.html")

    assert (project.path / "changed.html").read_text().count("has changed since this run") == 1


@pytest.mark.parametrize(
    "args, code, problem",
    [
        (["page"], 2, "Missing argument"),
        (["page", "cpu.json"], 2, "Missing option '-o'"),
        (["page", "none.json", "-o", "a.html"], 3, "none.json: cannot be read: No such file"),
        (["page", "spec", "-o", "a.html"], 3, "spec: cannot be read: Is a directory"),
        (["page", "pytest.ini", "-o", "a.html"], 3, "pytest.ini: damaged, this is no JSON"),
        (["page", "cpu.json", "-o", "spec"], 3, "spec: cannot be written"),
        (["page", "cpu.json", "-o", "a.html", "--spec", "none"], 2, "none: no specification"),
        (["nothing"], 2, "No such command 'nothing'"),
        (["page", "cpu.json", "-o", "cpu.json"], 2, "-o cpu.json is one of the records"),
        (["page", "cpu.json", "-o", "link.json"], 2, "-o link.json is one of the records"),
        (["page", "cpu.json", "-o", "a.html", "--records", "cpu.json"], 2, "is a file"),
        (["page", "cpu.json", "-o", "a.html", "--records", "none"], 2, "none is no folder"),
        (["page", "cpu.json", "-o", "a.html", "--spec", "report"], 2, "report: no specification"),
        (["compare", "n" * 300, "cpu.json"], 3, "File name too long"),
        (["compare", "-", "cpu.json"], 3, "standard input: damaged"),
    ],
)
def test_wrong_usage_has_a_clear_line_and_its_own_exit_code(on, args, code, problem):
    Path("link.json").symlink_to(on("cpu"))

    result = command(*args)

    assert result.exit_code == code
    assert isinstance(result.exception, SystemExit)
    assert problem in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "name, content, problem",
    [
        (
            "spec/test_q02_sums.py",
            b"def (",
            "spec/test_q02_sums.py:1: Python cannot read it: invalid syntax",
        ),
        (
            "spec/test_q02_sums.py",
            b"\xe9",
            "spec/test_q02_sums.py:1: Python cannot read it: invalid or missing encoding",
        ),
        ("spec/test_q02_sums.py", b"a = 1\0", "spec/test_q02_sums.py"),
        ("spec/test_q02_sums.py", b"'A sum.'", "the specification breaks its rules:"),
        ("spec/answer_sheets.toml", b"\xe9", "answer_sheets.toml: not a TOML file"),
        ("spec/answer_sheets.toml", b"[AB]", "a sheet is called by a capital letter, not 'AB'"),
        ("fixtures/odd.py", b"def (", "fixtures/odd.py:1: Python cannot read it: invalid syntax"),
    ],
)
@pytest.mark.parametrize("args", [["page", "cpu.json", "-o", "a.html"], ["keep", "cpu.json"]])
def test_a_specification_that_cannot_be_read_whole_is_refused(
    on, project, args, name, content, problem
):
    on("cpu")
    project.write(name, "").write_bytes(content)

    result = command(*args)

    assert result.exit_code == 2
    assert problem in result.output
    assert isinstance(result.exception, SystemExit)


def test_dashes_stand_for_standard_input_and_output(on, project):
    path = on("cpu")

    compared = command("compare", "-", path, input=path.read_text())
    printed = command("page", path, "-o", "-")
    command("page", path, "-o", "a.html")

    assert compared.exit_code == 0
    assert printed.output == (project.path / "a.html").read_text() + "\n"
    assert not (project.path / "-").exists()


def test_the_version_is_told():
    assert command("--version").output.startswith("answer-key, version ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("args", [["compare", "cpu.json", "cpu.json"], ["page", "cpu.json", "-o-"]])
def test_a_full_disk_is_one_line(on, args):
    on("cpu")

    with open("/dev/full", "w") as full:
        result = process(*args, stdout=full)

    assert result.stderr == ("Error: standard output: cannot be written: No space left on device\n")
    assert result.returncode == 3


def test_a_reader_that_has_gone_is_one_line(on):
    path = on("cpu")
    reading, writing = os.pipe()
    os.close(reading)

    with open(writing, "w") as pipe:
        result = process("compare", path, path, stdout=pipe)

    assert result.stderr == "Error: standard output: cannot be written: Broken pipe\n"
    assert result.returncode == 3


def test_a_device_given_as_page_stays_one(on):
    if not Path("/dev/null").is_char_device():
        pytest.skip("no /dev/null here")

    assert command("page", on("cpu"), "-o", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()
