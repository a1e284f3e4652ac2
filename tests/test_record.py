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


def test_records_of_two_releases_do_not_merge(on):
    records = [record.read(on("cpu")), record.read(on("gpu", tensorflow="2.15.1"))]

    with pytest.raises(record.RecordError, match=r"of tensorflow 2\.21\.0 and tensorflow 2\.15\.1"):
        record.merge(records)


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
