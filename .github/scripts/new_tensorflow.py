"""The steps of new-tensorflow.yml: which TensorFlow to try, and whom to tell what it changes.

    new_tensorflow.py newest CHANNEL                     `version=` and the version to try, if any
    new_tensorflow.py tell CHANNEL VERSION TRIED RECORD  open, update or close the channel's issue

CHANNEL is `rc` or `nightly`; TRIED is `success` if the run that made RECORD ended well.

Exit codes: 0 done; 1 told that VERSION could not be tried as a whole, so it is to be tried again;
2 wrong usage; 3 trouble with the package index, with GitHub or with a record.
"""

import http.client
import json
import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from answer_key import drift, record, storage, telling
from answer_key.study import Study, read_study

INDEX = os.environ.get("PACKAGE_INDEX", "https://pypi.org/pypi")
RECORDS = Path("records")
# A run that could be compared on fewer of the claims does not tell that nothing differs.
ENOUGH = 0.95
# GitHub takes no more in the body of an issue.
LONGEST_BODY = 65_000


class Trouble(Exception):
    """What kept a step from being done, in one line."""


def newest(channel: str) -> Version | None:
    """The nightly, or the newest pre-release if it leads to a release that is still to come."""
    if channel == "nightly":
        return max(_versions("tf-nightly"))
    versions = _versions("tensorflow")
    last = max(versions)
    stable = [version for version in versions if not version.is_prerelease]
    return last if last > max(stable, default=Version("0")) else None


def _versions(package: str) -> list[Version]:
    """The versions that can be installed, at least one."""
    address = f"{INDEX}/{package}/json"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            releases = json.load(answer)["releases"]
        versions = [
            Version(version)
            for version, files in releases.items()
            if any(not file["yanked"] for file in files)
        ]
    except (OSError, http.client.HTTPException) as error:
        raise Trouble(f"{address}: cannot be read: {error}") from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Trouble(f"{address}: this is no list of releases: {error!r}") from error
    if not versions:
        raise Trouble(f"{address}: no version that can be installed")
    return versions


@dataclass(frozen=True)
class Trial:
    """What came of a candidate; one that left no record has no drift."""

    drift: drift.Drift | None
    failing: dict[str, str]  # the outcomes of the claims that fail
    shortcoming: str | None  # why the run tells less than it should

    @property
    def is_well(self) -> bool:
        return self.drift is not None and not (
            self.failing or self.shortcoming or self.drift.fails(messages=False)
        )


def tell(channel: str, version: str, tried: str, path: Path) -> int:
    """Compare a candidate's record with that of the newest release, and tell what changed."""
    study = read_study(Path("spec"))
    claims = study.specification.claims.keys()
    trial = judge(version, tried, path, study)
    told = telling.summary(trial.drift) if trial.drift else trial.shortcoming
    if not trial.is_well:
        body = issue_body(channel, version, trial)
        number = _own_issue(channel)
        if number:
            _gh("issue", "edit", number, "--body-file", "-", text=body)
        else:
            title = f"TensorFlow {channel} behaves otherwise"
            _gh("issue", "create", "--title", title, "--body-file", "-", text=body)
    elif trial.drift.compared < ENOUGH * len(claims):
        raise Trouble(
            f"TensorFlow {version} ({channel}): only {trial.drift.compared} of {len(claims)} "
            f"claims could be compared; make the records in {RECORDS}/ anew"
        )
    elif number := _own_issue(channel):
        _gh("issue", "close", number, "--comment", f"Green again with TensorFlow {version}: {told}")
    print(f"::notice::TensorFlow {version} ({channel}): {told}")
    return int(trial.shortcoming is not None)


def judge(version: str, tried: str, path: Path, study: Study) -> Trial:
    """What the record of a run says of the claims, and whether it says all it should."""
    claims = study.specification.claims.keys()
    if not path.exists():
        return Trial(None, {}, "It left no record: it could not be installed, or its process died.")
    new = storage.read(path)
    ran = new["environment"]["versions"]["tensorflow"]
    if _version(ran) != _version(version):
        raise Trouble(f"{path}: of TensorFlow {ran}, not {version}")
    failing = dict(_failing(new))
    missing = len(claims - new["claims"].keys())
    shortcoming = None
    if missing:
        shortcoming = f"Only {len(claims) - missing} of {len(claims)} claims ran."
    elif tried != "success" and not failing:
        shortcoming = "The run ended with an error, although no claim failed."
    found = drift.compare(storage.read(_newest_record()), new, study)
    return Trial(found, failing, shortcoming)


def _version(text: str) -> Version:
    try:
        return Version(text)
    except ValueError as error:
        raise Trouble(f"{text!r} is no version of TensorFlow") from error


def _failing(new):
    """The claims that fail, each with the outcome of the first cell that does."""
    for key, claim in new["claims"].items():
        outcomes = [cell["outcome"] for cell in claim["cells"]]
        yield from [(key, each) for each in outcomes if each in record.FAILURES][:1]


def _newest_record() -> Path:
    stable = [path for path in RECORDS.glob("*.json") if path.stem.replace(".", "").isdigit()]
    if not stable:
        raise Trouble(f"{RECORDS}/: no record of a release to compare with")
    return max(stable, key=lambda path: Version(path.stem))


def issue_body(channel: str, version: str, trial: Trial) -> str:
    lines = [_marker(channel), f"TensorFlow {version}, {_this_run()}", ""]
    lines += [f"**{trial.shortcoming}**", ""] * bool(trial.shortcoming)
    lines += [f"**Claims that fail: {len(trial.failing)}**", ""] * bool(trial.failing)
    lines += [f"- `{key}`: {outcome}" for key, outcome in trial.failing.items()]
    lines += ["", telling.as_markdown(trial.drift)] if trial.drift else []
    body = "\n".join(lines)
    return body if len(body) <= LONGEST_BODY else body[:LONGEST_BODY].rpartition("\n")[0] + "\n…\n"


def _marker(channel: str) -> str:
    """What tells the issue of a channel from others; a reader does not see it."""
    return f"<!-- tensorflow-answer-key: {channel} -->"


def _this_run() -> str:
    """Where this job's log is; GitHub says so in the environment."""
    server, repository, run = (
        os.environ.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")
    )
    return f"[as this run found it]({server}/{repository}/actions/runs/{run})" if run else "tried"


def _own_issue(channel: str) -> str | None:
    """The number of the open issue that these workflows opened for a channel."""
    only = ("--app", "github-actions", "--state", "open", "--limit", "200")
    listed = _gh("issue", "list", *only, "--json", "number,body")
    try:
        own = [str(it["number"]) for it in json.loads(listed) if _marker(channel) in it["body"]]
    except (ValueError, LookupError, TypeError) as error:
        raise Trouble(f"gh issue list: this is no list of issues: {error!r}") from error
    return own[0] if own else None


def _gh(*args: str, text: str | None = None) -> str:
    """What GitHub's command line tool prints; it knows the repository and has the token."""
    try:
        done = subprocess.run(["gh", *args], input=text, text=True, capture_output=True)
    except OSError as error:
        raise Trouble(f"gh cannot be run: {error}") from error
    if done.returncode:
        raise Trouble(f"gh {' '.join(args[:2])}: exit code {done.returncode}: {done.stderr}")
    return done.stdout


def main(args: list[str]) -> int:
    match args:
        case ["newest", ("rc" | "nightly") as channel]:
            print(f"version={newest(channel) or ''}")
            return 0
        case ["tell", ("rc" | "nightly") as channel, version, tried, path]:
            return tell(channel, version, tried, Path(path))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Trouble, record.RecordError) as error:
        print(f"::error::{' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(3)
