"""What new-tensorflow.yml runs: which TensorFlow is new, and whom to tell what it changes."""

import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / ".github/scripts/new_tensorflow.py"

CLAIMS = '''
def test_prints(self):
    """It **prints**."""
    print(os.environ["PRINTED"])
    assert os.environ["PRINTED"] != "false"

def test_adds(self):
    """Two and two is **four**."""
    assert 2 + 2 == 4
'''

# GitHub's command line tool, keeping the issues in a file; `GH_TROUBLE` is what it suffers from.
GH = """#!{python}
import json, os, pathlib, sys
store = pathlib.Path({store!r})
issues = json.loads(store.read_text()) if store.exists() else []
if os.environ.get("GH_TROUBLE") == " ".join(sys.argv[1:3]):
    sys.exit("HTTP 502\\nBad Gateway")
match sys.argv[1:]:
    case ["issue", "list", "--app", app, "--state", "open", *_]:
        print(json.dumps([each for each in issues if each["open"] and each["app"] == app]))
    case ["issue", "create", "--title", title, "--body-file", "-"]:
        body, number = sys.stdin.read(), len(issues) + 1
        issues.append(dict(number=number, title=title, body=body, open=True, app="github-actions"))
    case ["issue", "edit", number, "--body-file", "-"]:
        issues[int(number) - 1]["body"] = sys.stdin.read()
    case ["issue", "close", number, "--comment", comment]:
        issues[int(number) - 1].update(open=False, comment=comment)
    case other:
        sys.exit(f"unknown: {{other}}")
store.write_text(json.dumps(issues))
"""

# The command, installed or not.
COMMAND = """#!/bin/sh
PYTHONPATH={root} exec {python} -c "from answer_key.cli import main; main()" "$@"
"""


def call(*args, **environment):
    return subprocess.run(
        [sys.executable, SCRIPT, *map(str, args)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


def told_in_one_line(result):
    """What a step says that could not be done: nothing but one line, and its own exit code."""
    assert result.returncode == 3
    assert result.stdout == ""
    assert result.stderr.startswith("::error::")
    assert result.stderr.count("\n") == 1
    return result.stderr.strip()


@pytest.fixture
def index():
    """A package index that answers with what is put into the dictionary that this yields."""
    answers = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            answer = answers.get(self.path.split("/")[-2])
            self.send_response(404 if answer is None else 200)
            self.end_headers()
            self.wfile.write((answer or "").encode())

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield answers, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def listed(*versions):
    """An index's answer: the releases of a package, `2.22.0rc1 yanked` among them."""
    releases = {each.split()[0]: [{"yanked": "yanked" in each}] for each in versions}
    return json.dumps({"releases": {**releases, "0.1": []}})


@pytest.mark.parametrize(
    "versions, candidate",
    [
        (["2.20.0", "2.21.0"], ""),
        (["2.21.0", "2.22.0rc0", "2.22.0rc1"], "2.22.0rc1"),
        (["2.21.0rc1", "2.21.0", "2.9.1"], ""),
        (["2.21.0", "2.22.0rc0", "2.22.0rc1 yanked"], "2.22.0rc0"),
        (["2.22.0rc0"], "2.22.0rc0"),
    ],
)
def test_the_candidate_is_one_that_is_still_to_be_released(index, versions, candidate):
    answers, address = index
    answers["tensorflow"] = listed(*versions)

    assert call("newest", "rc", PACKAGE_INDEX=address).stdout == f"version={candidate}\n"


def test_the_newest_nightly_is_found_whatever_becomes_of_the_candidate(index):
    answers, address = index
    answers["tf-nightly"] = listed("2.23.0.dev20261026", "2.23.0.dev20260901")

    assert call("newest", "nightly", PACKAGE_INDEX=address).stdout == "version=2.23.0.dev20261026\n"


@pytest.mark.parametrize(
    "answer, told",
    [
        (None, "cannot be read: HTTP Error 404"),
        ("<html>", "this is no list of releases"),
        ("{}", "this is no list of releases"),
        ("[]", "this is no list of releases"),
        ('{"releases": {"2.21.0": [{}]}}', "this is no list of releases"),
        ('{"releases": {"2.21.0\\nversion=1": [{"yanked": false}]}}', "no list of releases"),
        ("[" * 100_000, "this is no list of releases"),
        (listed(), "no version that can be installed"),
    ],
)
def test_an_index_that_answers_otherwise_is_told_in_one_line(index, answer, told):
    answers, address = index
    if answer is not None:
        answers["tensorflow"] = answer

    assert told in told_in_one_line(call("newest", "rc", PACKAGE_INDEX=address))


def test_an_index_that_cannot_be_reached_is_told_in_one_line():
    result = call("newest", "rc", PACKAGE_INDEX="http://127.0.0.1:9")

    assert "http://127.0.0.1:9/tensorflow/json: cannot be read" in told_in_one_line(result)


def test_wrong_usage_has_an_exit_code_of_its_own():
    assert call("newest", "stable").returncode == 2


RECORDS = {
    "records/2.9": ("2.9.0", "ancient"),
    "records/2.21": ("2.21.0", "old"),
    "same": ("2.22.0rc0", "old"),
    "drifted": ("2.22.0rc0", "new"),
    "failed": ("2.22.0rc0", "false"),
    "partial": ("2.22.0rc0", "old", "-k", "prints"),
}


@pytest.fixture(scope="module")
def made():
    """The records as text, once they have been made."""
    return {}


@pytest.fixture
def github(project, made, monkeypatch, tmp_path_factory):
    """What `tell` works with: records of several TensorFlows, and the issues on GitHub."""
    folder = tmp_path_factory.mktemp("gh")
    store = folder / "issues.json"
    (folder / "gh").write_text(GH.format(python=sys.executable, store=str(store)))
    (folder / "gh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    project.question(CLAIMS)
    for name, (version, printed, *args) in RECORDS.items():
        if name not in made:
            monkeypatch.setenv("PRINTED", printed)
            project.versions(tensorflow=version)
            project.run(f"--record={name}.json", "-p", "no:html", *args)
            made[name] = Path(f"{name}.json").read_text()
        project.write(f"{name}.json", made[name])

    class Issues:
        """The issues as they are now."""

        def __call__(self):
            return json.loads(store.read_text()) if store.exists() else []

        def add(self, **issue):
            store.write_text(json.dumps([*self(), {"number": len(self()) + 1, **issue}]))

    return Issues()


def tell(record, tried="success", channel="rc", version="2.22.0rc0", **environment):
    return call("tell", channel, version, tried, f"{record}.json", **environment)


def test_drift_opens_one_issue_and_updates_it(github):
    for _ in range(2):
        assert tell("drifted").returncode == 0

    (issue,) = github()
    assert issue["title"] == "TensorFlow rc behaves otherwise"
    assert "it showed `old`, and shows `new`" in issue["body"]
    assert issue["open"]


def test_the_issue_leads_to_the_run(github):
    where = {"SERVER_URL": "https://github.com", "REPOSITORY": "some/one", "RUN_ID": "7"}
    tell("drifted", **{f"GITHUB_{name}": value for name, value in where.items()})

    assert "(https://github.com/some/one/actions/runs/7)" in github()[0]["body"]


def test_each_channel_has_its_own_issue(github):
    tell("drifted")
    tell("drifted", channel="nightly")

    assert [issue["title"].split()[1] for issue in github()] == ["rc", "nightly"]


def test_the_issue_is_closed_when_nothing_differs_any_more(github):
    tell("drifted")
    result = tell("same")

    (issue,) = github()
    assert not issue["open"]
    green = "Green again with TensorFlow 2.22.0rc0: 2 claims compared: no difference."
    assert issue["comment"] == green
    assert (
        result.stdout == "::notice::TensorFlow 2.22.0rc0 (rc): 2 claims compared: no difference.\n"
    )


def test_without_drift_there_is_no_issue(github):
    assert tell("same").returncode == 0
    assert github() == []


def change_source(path):
    """Let the claims of a kept record be others than those that ran."""
    kept = json.loads(Path(path).read_text())
    for claim in kept["claims"].values():
        claim["source"] = "0" * len(claim["source"])
    Path(path).write_text(json.dumps(kept))


@pytest.mark.parametrize("comparable", [True, False])
def test_a_candidate_that_fails_opens_an_issue_whatever_it_is_compared_with(github, comparable):
    if not comparable:
        change_source("records/2.21.json")

    assert tell("failed", tried="failure").returncode == 0

    (issue,) = github()
    assert "**Claims that fail: 1**" in issue["body"]
    assert "test_prints`: broken" in issue["body"]


@pytest.mark.parametrize(
    "record, tried, told",
    [
        ("none", "failure", "It left no record: it could not be installed, or its process died."),
        ("partial", "failure", "Only 1 of 2 claims ran."),
        ("partial", "success", "Only 1 of 2 claims ran."),
        ("same", "failure", "The run ended with an error, although no claim failed."),
    ],
)
def test_a_candidate_that_was_not_tried_whole_opens_an_issue_and_closes_none(
    github, record, tried, told
):
    for _ in range(2):
        assert tell(record, tried).returncode == 1

    (issue,) = github()
    assert issue["open"]
    assert f"**{told}**" in issue["body"]


def test_records_too_old_to_compare_with_neither_open_nor_close_an_issue(github):
    tell("drifted")
    before = github()
    change_source("records/2.21.json")

    told = told_in_one_line(tell("same"))

    assert "only 0 of 2 claims could be compared; make the records in records/ anew" in told
    assert github() == before


@pytest.mark.parametrize(
    "issue",
    [
        {"app": None, "body": "<!-- tensorflow-answer-key: rc -->"},
        {"app": "github-actions", "body": "of another workflow"},
    ],
)
def test_an_issue_of_somebody_else_is_left_alone(github, issue):
    github.add(title="TensorFlow rc behaves otherwise", open=True, **issue)
    (before,) = github()

    tell("drifted")
    tell("same")

    assert github()[0] == before
    assert not github()[1]["open"]


def test_a_body_longer_than_github_takes_is_cut_at_a_line(github):
    failed = json.loads(Path("failed.json").read_text())
    key, claim = next(it for it in failed["claims"].items() if it[0].endswith("prints"))
    failed["claims"] |= {f"{key}_{'x' * 100}_{number}": claim for number in range(600)}
    Path("many.json").write_text(json.dumps(failed))

    tell("many", tried="failure")

    body = github()[0]["body"]
    assert 60_000 < len(body) <= 65_536
    assert body.endswith("broken\n…\n")


@pytest.mark.parametrize(
    "damage, told",
    [
        ("", "damaged, this is no JSON"),
        ("{}", "schema: missing"),
    ],
)
@pytest.mark.parametrize("record", ["same", "records/2.21"])
def test_a_damaged_record_is_told_in_one_line(github, record, damage, told):
    Path(f"{record}.json").write_text(damage)

    assert f"{record}.json: {told}" in told_in_one_line(tell("same"))
    assert github() == []


@pytest.mark.parametrize(
    "version, told",
    [
        ("2.22.0rc1", "same.json: of TensorFlow 2.22.0rc0, not 2.22.0rc1"),
        ("newest", "'newest' is no version of TensorFlow"),
    ],
)
def test_a_record_of_another_version_is_told_in_one_line(github, version, told):
    assert told in told_in_one_line(tell("same", version=version))


def test_without_a_record_of_a_release_there_is_nothing_to_compare_with(github):
    for path in Path("records").iterdir():
        path.unlink()

    assert "records/: no record of a release" in told_in_one_line(tell("same"))


@pytest.mark.parametrize("trouble", ["issue list", "issue create"])
def test_trouble_with_github_is_told_in_one_line(github, trouble):
    told = told_in_one_line(tell("drifted", GH_TROUBLE=trouble))

    assert told == f"::error::gh {trouble}: exit code 1: HTTP 502 Bad Gateway"


def test_github_without_its_tool_is_told_in_one_line(github):
    assert "gh cannot be run" in told_in_one_line(tell("drifted", PATH="/nowhere"))


def test_the_site_is_made_of_records(project, monkeypatch):
    project.question(CLAIMS)
    monkeypatch.setenv("PRINTED", "a")
    for name, version in [("tf29", "2.9.0"), ("tf210", "2.10.0")]:
        project.versions(tensorflow=version)
        project.run(f"--record=report/{name}.json")
    command = project.write("bin/answer-key", COMMAND.format(python=sys.executable, root=ROOT))
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")

    subprocess.run([ROOT / ".github/scripts/make_site.sh", "report", "pages"], check=True)

    made = {str(path.relative_to("pages")) for path in Path("pages").rglob("*.*")}
    assert made == {"index.html", "releases.html", "records/2.9.json", "records/2.10.json"}
    assert "TensorFlow 2.10.0" in Path("pages/index.html").read_text()
