"""The steps of new-tensorflow.yml: which TensorFlow to try, and whom to tell what it changes.

    new_tensorflow.py newest                       the channels to try, as JSON
    new_tensorflow.py tell CHANNEL VERSION RECORD  open, update or close the channel's issue

Exit codes of `tell`: 0 told; 1 there is nothing to tell, because TensorFlow could not be installed
or run.
"""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterable
from pathlib import Path

from packaging.version import Version

from answer_key import drift, record

INDEX = os.environ.get("PACKAGE_INDEX", "https://pypi.org/pypi")
RECORDS = Path("records")


def newest() -> list[dict[str, str]]:
    """The newest pre-release, if it leads to a release that is still to come, and the nightly."""
    releases = _versions("tensorflow")
    last = max(releases)
    stable = max(version for version in releases if not version.is_prerelease)
    channels = [("rc", last)] if last > stable else []
    channels += [("nightly", max(_versions("tf-nightly")))]
    return [{"channel": channel, "version": str(version)} for channel, version in channels]


def _versions(package: str) -> list[Version]:
    """The versions that can be installed."""
    with urllib.request.urlopen(f"{INDEX}/{package}/json", timeout=60) as answer:
        releases = json.load(answer)["releases"]
    return [
        Version(version)
        for version, files in releases.items()
        if any(not file["yanked"] for file in files)
    ]


def tell(channel: str, version: str, path: Path) -> int:
    """Compare a record with that of the newest release kept, and tell in an issue what changed."""
    try:
        new = record.read(path)
    except record.RecordError as error:
        print(f"::error::TensorFlow {version} ({channel}) could not be installed or run: {error}")
        return 1
    if Version(new["environment"]["tensorflow"]) != Version(version):
        print(f"::error::{path} is of TensorFlow {new['environment']['tensorflow']}, not {version}")
        return 1
    found = drift.compare(record.read(_newest_record()), new)
    if not found.compared:
        print(f"::error::TensorFlow {version} ({channel}): no claim could be compared")
        return 1
    title = f"TensorFlow {channel} behaves otherwise"
    number = _open_issue(title)
    if found.fails(messages=False):
        _write_issue(number, title, drift.as_markdown(found))
    elif number:
        _gh("issue", "close", number, "--comment", f"Green again with TensorFlow {version}.")
    print(f"::notice::TensorFlow {version} ({channel}): {drift.summary(found)}")
    return 0


def _newest_record() -> Path:
    stable = [path for path in RECORDS.glob("*.json") if path.stem.replace(".", "").isdigit()]
    return max(stable, key=lambda path: Version(path.stem))


def _open_issue(title: str) -> str | None:
    """The number of the open issue with this title."""
    listed = _gh("issue", "list", "--state", "open", "--limit", "200", "--json", "number,title")
    numbers: Iterable[str] = (
        str(issue["number"]) for issue in json.loads(listed) if issue["title"] == title
    )
    return next(iter(numbers), None)


def _write_issue(number: str | None, title: str, body: str) -> None:
    if number:
        _gh("issue", "edit", number, "--body-file", "-", text=body)
    else:
        _gh("issue", "create", "--title", title, "--body-file", "-", text=body)


def _gh(*args: str, text: str | None = None) -> str:
    """What GitHub's command line tool prints; it knows the repository and has the token."""
    result = subprocess.run(
        ["gh", *args], input=text, check=True, text=True, stdout=subprocess.PIPE
    )
    return result.stdout


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["newest"]:
            print(json.dumps(newest()))
        case ["tell", channel, version, path]:
            sys.exit(tell(channel, version, Path(path)))
        case _:
            sys.exit(__doc__)
