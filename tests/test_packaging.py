"""What is built: a wheel that carries the suite as the checkout has it, and an sdist with all."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUITE = ("conftest.py", "pytest.ini", "fixtures", "records", "spec")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with the wheel and the sdist."""
    pytest.importorskip("hatchling", reason="runs in tox, where hatchling is")
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return folder


def files(*names):
    """The files of these folders of the checkout, and what is in them."""
    for path in (ROOT / name for name in names):
        for each in path.rglob("*") if path.is_dir() else [path]:
            if each.is_file() and "__pycache__" not in each.parts:
                yield str(each.relative_to(ROOT)), each.read_bytes()


def test_the_suite_lies_in_the_wheel_as_the_checkout_has_it(built):
    (wheel,) = map(zipfile.ZipFile, built.glob("*.whl"))
    folder = "answer_key/suite/"
    carried = [name for name in wheel.namelist() if name.startswith(folder)]

    assert {name.removeprefix(folder): wheel.read(name) for name in carried} == dict(files(*SUITE))


def test_the_wheel_says_that_it_is_typed_and_carries_the_licence(built):
    (wheel,) = map(zipfile.ZipFile, built.glob("*.whl"))
    names = set(wheel.namelist())

    assert {"answer_key/py.typed", "answer_key/page/__init__.py"} <= names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_sdist_has_all_that_the_tests_need(built):
    (sdist,) = map(tarfile.open, built.glob("*.tar.gz"))
    names = {name.partition("/")[2] for name in sdist.getnames()}
    needed = (*SUITE, "answer_key", "tests", ".github", ".ci", "pyproject.toml", "tox.ini")

    assert {name for name, _ in files(*needed)} <= names
