"""The scripts that the page gives to copy: what is in them."""

import subprocess
import sys

import pytest

from answer_key.scripts import Scripts
from answer_key.study import read_study

PLAIN = '''
import contextlib
import re


def each_way():
    """One way, then the other."""
    yield "left"
    yield "right"


@contextlib.contextmanager
def a_place():
    yield "here"


@contextlib.contextmanager
def raises(expected, match):
    try:
        yield
    except expected as error:
        assert re.search(match, str(error))
'''
FIXTURES = """
import math

import pytest


@pytest.fixture
def half():
    return math.pi / 2


@pytest.fixture
def quarter(half):
    return half / 2


@pytest.fixture
def asking(request):
    return request.param


@pytest.fixture
def place(): ...
"""
PROVED = '''
@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("one", [1, 2])
@pytest.mark.parametrize(
    "two, three",
    [
        (2, 3),
        (4, 5),
    ],
)
def test_all(self, way, one, two, three, quarter):
    """What it **needs** comes along, as `1 / 0`."""
    print(way, one, two, three, round(quarter, 2))
    with pytest.raises(ZeroDivisionError, match="by zero"):
        1 / 0
    assert os.sep

def test_asking(self, asking):
    """Of this no **script** is made."""
    assert asking
'''
SCRIPT = '''\
# What it needs comes along, as 1 / 0.
# q01::TestPart::test_all

import contextlib
import math
import os
import re


def half():
    return math.pi / 2


def quarter(half):
    return half / 2


def each_way():
    """One way, then the other."""
    yield "left"
    yield "right"


@contextlib.contextmanager
def a_place():
    yield "here"


@contextlib.contextmanager
def raises(expected, match):
    try:
        yield
    except expected as error:
        assert re.search(match, str(error))


def proof(way, one, two, three, quarter):
    print(way, one, two, three, round(quarter, 2))
    with raises(ZeroDivisionError, match="by zero"):
        1 / 0
    assert os.sep


for two, three in [
    (2, 3),
    (4, 5),
]:
    for one in [1, 2]:
        with a_place() as place:
            for way in each_way():
                proof(way, one, two, three, quarter(half()))
'''


@pytest.fixture
def proved(project):
    """The scripts of a project's claims, by the names of their tests."""
    project.write("fixtures/plain.py", PLAIN)
    project.write("fixtures/others.py", FIXTURES)
    project.question(PROVED)
    specification = read_study(project.path / "spec").specification
    made = Scripts(specification)
    return {claim.name: made.of(claim) for claim in specification.claims.values()}


def test_a_script_has_all_that_its_proof_needs_and_nothing_else(proved):
    assert proved["test_all"].text == SCRIPT


def test_a_script_runs_in_an_empty_folder(proved, tmp_path):
    path = tmp_path / "script.py"
    path.write_text(proved["test_all"].text)

    child = subprocess.run(
        [sys.executable, path], cwd=tmp_path, capture_output=True, check=True, text=True
    )

    lines = child.stdout.splitlines()
    assert lines[:3] == ["left 1 2 3 0.79", "right 1 2 3 0.79", "left 2 2 3 0.79"]
    assert len(lines) == 8


def test_what_takes_a_fixture_that_nothing_stands_for_has_no_script(proved):
    assert proved["test_asking"] is None
