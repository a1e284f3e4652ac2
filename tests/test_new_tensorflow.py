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
    assert True
'''

# GitHub's command line tool, keeping the issues in a file.
GH = """#!{python}
import json, pathlib, sys
store = pathlib.Path({store!r})
issues = json.loads(store.read_text()) if store.exists() else []
match sys.argv[1:]:
    case ["issue", "list", *_]:
        print(json.dumps([issue for issue in issues if issue["open"]]))
    case ["issue", "create", "--title", title, "--body-file", "-"]:
        body = sys.stdin.read()
        issues.append(dict(number=len(issues) + 1, title=title, body=body, open=True))
    case ["issue", "edit", number, "--body-file", "-"]:
        issues[int(number) - 1]["body"] = sys.stdin.read()
    case ["issue", "close", number, "--comment", comment]:
        issues[int(number) - 1].update(open=False, comment=comment)
    case other:
        sys.exit(f"unknown: {{other}}")
store.write_text(json.dumps(issues))
"""


def call(*args, **environment):
    return subprocess.run(
        [sys.executable, SCRIPT, *map(str, args)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def index():
    """A package index that has the versions put into the dictionary that this yields."""
    packages = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            versions = packages[self.path.split("/")[-2]]
            releases = {name: [{"yanked": name in yanked}] for name, yanked in versions.items()}
            body = json.dumps({"releases": {**releases, "0.1": []}}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield packages, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "versions, channels",
    [
        (["2.20.0", "2.21.0"], ["nightly"]),
        (["2.21.0", "2.22.0rc0", "2.22.0rc1"], ["rc 2.22.0rc1", "nightly"]),
        (["2.21.0rc1", "2.21.0", "2.9.1"], ["nightly"]),
        (["2.21.0", "2.22.0rc0", "2.22.0rc1 yanked"], ["rc 2.22.0rc0", "nightly"]),
    ],
)
def test_the_newest_are_a_candidate_still_to_be_released_and_the_nightly(index, versions, channels):
    packages, address = index
    packages["tensorflow"] = {
        name.split()[0]: [name.split()[0]] if "yanked" in name else [] for name in versions
    }
    packages["tf-nightly"] = {"2.23.0.dev20261026": [], "2.23.0.dev20260901": []}

    found = json.loads(call("newest", PACKAGE_INDEX=address).stdout)

    told = [f"{each['channel']} {each['version']}" for each in found]
    assert told == [*channels[:-1], "nightly 2.23.0.dev20261026"]


@pytest.fixture
def github(project, monkeypatch, tmp_path_factory):
    """What `tell` works with: records of three TensorFlows, and the issues on GitHub."""
    folder = tmp_path_factory.mktemp("gh")
    (folder / "gh").write_text(GH.format(python=sys.executable, store=str(folder / "issues.json")))
    (folder / "gh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    project.question(CLAIMS)
    for name, version, printed in [
        ("records/2.9", "2.9.0", "ancient"),
        ("records/2.21", "2.21.0", "old"),
        ("same", "2.22.0rc0", "old"),
        ("drifted", "2.22.0rc0", "new"),
    ]:
        monkeypatch.setenv("PRINTED", printed)
        project.versions(tensorflow=version)
        project.run(f"--record={name}.json")

    def issues():
        store = folder / "issues.json"
        return json.loads(store.read_text()) if store.exists() else []

    return issues


def test_drift_opens_one_issue_and_updates_it(github):
    for _ in range(2):
        assert call("tell", "rc", "2.22.0rc0", "drifted.json").returncode == 0

    (issue,) = github()
    assert issue["title"] == "TensorFlow rc behaves otherwise"
    assert "it showed `old`, and shows `new`" in issue["body"]
    assert issue["open"]


def test_each_channel_has_its_own_issue(github):
    call("tell", "rc", "2.22.0rc0", "drifted.json")
    call("tell", "nightly", "2.22.0rc0", "drifted.json")

    assert [issue["title"].split()[1] for issue in github()] == ["rc", "nightly"]


def test_the_issue_is_closed_when_nothing_differs_any_more(github):
    call("tell", "rc", "2.22.0rc0", "drifted.json")
    result = call("tell", "rc", "2.22.0rc0", "same.json")

    (issue,) = github()
    assert not issue["open"]
    assert issue["comment"] == "Green again with TensorFlow 2.22.0rc0."
    assert (
        result.stdout == "::notice::TensorFlow 2.22.0rc0 (rc): 1 claims compared: no difference.\n"
    )


def test_without_drift_there_is_no_issue(github):
    assert call("tell", "rc", "2.22.0rc0", "same.json").returncode == 0
    assert github() == []


@pytest.mark.parametrize(
    "record, version, told",
    [
        ("none.json", "2.22.0rc0", "could not be installed or run: none.json: cannot be read"),
        ("same.json", "2.22.0rc1", "same.json is of TensorFlow 2.22.0rc0, not 2.22.0rc1"),
    ],
)
def test_what_could_not_be_run_is_neither_drift_nor_recovery(github, record, version, told):
    call("tell", "rc", "2.22.0rc0", "drifted.json")
    before = github()

    result = call("tell", "rc", version, record)

    assert result.returncode == 1
    assert result.stdout.startswith("::error::")
    assert told in result.stdout
    assert github() == before


def test_the_site_is_made_of_records(project, monkeypatch):
    project.question(CLAIMS)
    monkeypatch.setenv("PRINTED", "a")
    for name, version in [("tf29", "2.9.0"), ("tf210", "2.10.0")]:
        project.versions(tensorflow=version)
        project.run(f"--record=report/{name}.json")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")

    subprocess.run([ROOT / ".github/scripts/make_site.sh", "report", "site"], check=True)

    made = {str(path.relative_to("site")) for path in Path("site").rglob("*.*")}
    assert made == {"index.html", "releases.html", "records/2.9.json", "records/2.10.json"}
    assert "TensorFlow 2.10.0" in Path("site/index.html").read_text()
