"""What tests of the real specification's pages, scripts and exercises share; they take minutes."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from answer_key import cli

pytest_plugins = ["tests.looking"]

NEWEST = Path(__file__).parents[1] / "records/2.21.json"


@pytest.fixture(scope="session")
def key(tmp_path_factory):
    """The page of the newest release that is kept."""
    return made(tmp_path_factory, "page", str(NEWEST))


@pytest.fixture(scope="session")
def releases(tmp_path_factory):
    """The page of all releases that are kept."""
    return made(tmp_path_factory, "releases")


def made(tmp_path_factory, *command):
    path = tmp_path_factory.mktemp("made") / "page.html"
    result = CliRunner().invoke(cli.main, [*command, "-o", str(path)])
    assert result.exit_code == 0, result.output
    return path
