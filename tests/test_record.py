"""Records: written whole, read with care, merged; and the command that makes pages of them."""

import json

import pytest
from click.testing import CliRunner

from answer_key import cli, record

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
    read = record.read(path)

    record.write(read, path.with_name("again.json"))

    assert path.with_name("again.json").read_bytes() == path.read_bytes()
    assert read["environment"]["devices"] == ["cpu"]


def test_a_records_keys_are_sorted(on):
    text = on("cpu").read_text()

    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_runs_on_a_cpu_and_on_a_gpu_merge(on):
    cpu, gpu = record.read(on("cpu")), record.read(on("gpu"))

    both = record.merge([cpu, gpu])

    assert both["environment"]["devices"] == ["cpu", "gpu"]
    claim = next(claim for key, claim in both["claims"].items() if "places" in key)
    told = {
        (c["device"], c["params"]["number"]): c.get("output", claim["output"])
        for c in claim["cells"]
    }
    assert [cell["outcome"] for cell in claim["cells"]] == ["holds"] * 4
    assert told == {
        ("cpu", 1): "1 on cpu\n",
        ("gpu", 1): "1 on gpu\n",
        ("cpu", 2): "2 on cpu\n",
        ("gpu", 2): "2 on gpu\n",
    }


def test_merging_a_record_with_itself_changes_nothing(on):
    once = record.read(on("cpu"))

    assert record.merge([once, once]) == once


def test_where_two_runs_disagree_the_worse_outcome_stays_and_the_page_says_so(on, project):
    good = record.read(on("cpu"))
    bad = json.loads(json.dumps(good))
    claim = next(claim for key, claim in bad["claims"].items() if "adds" in key)
    claim["cells"][0]["outcome"] = claim["outcome"] = "broken"

    for order in ([good, bad], [bad, good]):
        merged = record.merge(order)
        (cell,) = next(c["cells"] for k, c in merged["claims"].items() if "adds" in k)
        assert cell["outcome"] == "broken"
        assert cell["disagreement"] == ["broken", "holds"]

    record.write(bad, project.path / "bad.json")
    command("page", project.path / "cpu.json", project.path / "bad.json", "-o", "both.html")
    page = (project.path / "both.html").read_text()
    assert page.count("Two runs of this release disagree here: broken and holds.") == 1


def test_two_runs_that_printed_something_else_disagree(on):
    one = record.read(on("cpu"))
    other = json.loads(json.dumps(one))
    claim = next(claim for key, claim in other["claims"].items() if "adds" in key)
    claim["output"] = "five"

    merged = record.merge([one, other])

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
    records = [record.read(on("cpu")), record.read(on("gpu", **{axis: there}))]

    with pytest.raises(record.RecordError) as refused:
        record.merge(records)

    assert str(refused.value) == (
        f"cannot merge records of {axis} {here} and {axis} {there}; name records of one release"
    )


def test_a_cell_that_one_run_could_not_check_is_no_disagreement(on):
    cpu, gpu = record.read(on("cpu")), record.read(on("gpu"))

    for order in ([cpu, gpu], [gpu, cpu]):
        cells = [cell for c in record.merge(order)["claims"].values() for cell in c["cells"]]
        assert [cell for cell in cells if "disagreement" in cell] == []


def test_claims_that_only_one_run_has_are_kept(on, project):
    on("cpu")
    parts = []
    for name in ("adds", "places"):
        project.run("-k", name, "--record", f"{name}.json")
        parts.append(record.read(project.path / f"{name}.json"))

    both = record.merge(parts)["claims"]

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
    """Until Keras 3, every key **is** there."""
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


def test_every_cell_tells_again_what_it_told(telling):
    def told(name, what):
        return [cell.get(what) for cell in record.unfold(telling.claim(name))]

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


def test_a_cell_that_showed_nothing_is_not_taken_to_have_shown_what_another_did(project):
    project.question(
        '''
        @pytest.mark.parametrize("number", [0, 1, 2])
        def test_shows(self, number, exhibit):
            """Only one number is **shown**."""
            if number == 1:
                print(number)
                exhibit.table("One.", ["number"], [[number]])
            assert number < 3
        '''
    )
    project.run()

    cells = record.unfold(project.claim("shows"))

    assert [cell["output"] for cell in cells] == ["", "1\n", ""]
    assert [len(cell["exhibits"]) for cell in cells] == [0, 1, 0]
    assert record.merge([project.record, project.record]) == project.record


def test_a_claim_that_is_stale_tells_why_again(project):
    project.question(
        '''
        @holds("keras<3")
        def test_old(self):
            """Until Keras 3, it was **old**."""
            assert True
        '''
    )
    project.run()

    (cell,) = record.unfold(project.claim("old"))

    assert cell["error"]["message"] == "It holds outside its era, so the era is wrong."
    assert record.merge([project.record, project.record]) == project.record


def test_a_claim_tells_what_its_first_cells_told(telling):
    shows, breaks, lacks = map(telling.claim, ("shows", "breaks", "lacks"))

    assert shows["exhibits"][0]["rows"] == [["eager"]]
    assert shows.keys().isdisjoint({"output", "error", "refutations"})
    assert (breaks["outcome"], breaks["output"]) == ("broken", "1\n")
    assert breaks["error"] == {"type": "AssertionError", "message": "assert 2 < 2"}
    assert lacks["error"]["message"] == "'a'"
    assert ["error" in cell for cell in lacks["cells"]] == [False, True, True]
    for claim in (shows, breaks, lacks):
        assert claim["seconds"] == round(sum(cell["seconds"] for cell in claim["cells"]), 4)


def test_merging_loses_nothing_that_cells_and_claims_tell(telling):
    once = telling.record
    next(iter(once["claims"].values()))["refutations"] = [{"fault": "It is so.", "by": "Failed"}]

    assert record.merge([once, once]) == once


def test_a_claim_that_broke_in_one_run_tells_what_that_run_told(on):
    good = record.read(on("cpu"))
    bad = json.loads(json.dumps(good))
    claim = next(claim for key, claim in bad["claims"].items() if "adds" in key)
    claim["cells"][0]["outcome"] = claim["outcome"] = "broken"
    claim["error"] = {"type": "OSError", "message": "no"}
    del claim["output"]

    for order in ([good, bad], [bad, good]):
        merged = next(c for k, c in record.merge(order)["claims"].items() if "adds" in k)
        assert merged["error"] == {"type": "OSError", "message": "no"}
        assert "output" not in merged


def test_two_runs_that_exhibited_something_else_disagree(telling):
    one, other = telling.record, telling.record
    claim = next(claim for key, claim in other["claims"].items() if "shows" in key)
    claim["exhibits"][0]["rows"] = [["lazy"]]

    merged = next(c for k, c in record.merge([one, other])["claims"].items() if "shows" in k)

    assert [cell.get("disagreement") for cell in merged["cells"]] == [["exhibits"], None]


def damage(path, change):
    content = json.loads(path.read_text())
    change(content, next(iter(content["claims"].values())))
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    "change, field",
    [
        (lambda record, claim: record.pop("schema"), "schema: missing; this is no record"),
        (lambda record, claim: record.update(schema=2), "schema: 2 is newer than 1; update"),
        (lambda record, claim: record.update(schema="1"), "schema: missing"),
        (lambda record, claim: record.pop("claims"), "claims: missing"),
        (lambda record, claim: record.update(claims=[]), "claims: an object is expected"),
        (lambda record, claim: record["environment"].pop("numpy"), "environment.numpy: missing"),
        (
            lambda record, claim: record["environment"].update(devices=[1]),
            "environment.devices: te",
        ),
        (
            lambda record, claim: claim.update(outcome="fine"),
            "test_adds.outcome: 'fine' is none of",
        ),
        (lambda record, claim: claim.update(cells=[]), "test_adds.cells: empty"),
        (lambda record, claim: claim["cells"].append(1), "test_adds.cells.1: not an object"),
        (
            lambda record, claim: claim["cells"][0].pop("device"),
            "test_adds.cells.0.device: missing",
        ),
        (
            lambda record, claim: claim.update(seconds=True),
            "test_adds.seconds: a number is expected",
        ),
        (lambda record, claim: claim.update(error={}), "test_adds.error: texts are expected"),
        (
            lambda record, claim: record.update(sheets={"A1.1": "good"}),
            "sheets.A1.1: 'good' is none",
        ),
    ],
)
def test_a_damaged_record_is_refused_with_its_file_and_field(on, change, field):
    path = on("cpu")
    damage(path, change)

    with pytest.raises(record.RecordError) as refused:
        record.read(path)

    assert str(path) in str(refused.value)
    assert field in str(refused.value)


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"", "damaged"),
        (b'{"schema": 1, "cl', "damaged"),
        (b"\xff\xfe", "damaged"),
        (b"[]", "schema"),
    ],
)
def test_what_is_no_record_is_refused(tmp_path, content, problem):
    path = tmp_path / "record.json"
    path.write_bytes(content)

    with pytest.raises(record.RecordError, match=problem):
        record.read(path)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "record.json"
    path.write_text("old")

    with pytest.raises(UnicodeEncodeError):
        record.replace_file(path, "\ud800")

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_place_of_a_file_is_left_alone(tmp_path):
    folder = tmp_path / "record.json" / "kept"
    folder.mkdir(parents=True)

    with pytest.raises(record.RecordError, match=r"record\.json: cannot be written"):
        record.replace_file(tmp_path / "record.json", "new")

    assert folder.is_dir()
    assert list(tmp_path.iterdir()) == [tmp_path / "record.json"]


# The command


def command(*args):
    return CliRunner().invoke(cli.main, [str(arg) for arg in args])


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
        (["page", "cpu.json", "-o", "a.html", "--spec", "none"], 2, "'none' does not exist"),
        (["nothing"], 2, "No such command 'nothing'"),
    ],
)
def test_wrong_usage_has_a_clear_line_and_its_own_exit_code(on, args, code, problem):
    on("cpu")

    result = command(*args)

    assert result.exit_code == code
    assert problem in result.output
    assert "Traceback" not in result.output
