"""What a record tells of the environment, without TensorFlow."""

import importlib
import sys
from pathlib import Path

import pytest

from answer_key import environment, hooks
from answer_key.subject import read_subject
from fixtures import subject
from tests.conftest import ROOT

SUBJECT = read_subject(Path(ROOT) / "spec")


@pytest.fixture
def packages():
    """pytest's plugins: what is to be said of the packages, as this project's runs hear it."""
    manager = pytest.PytestPluginManager()
    manager.add_hookspecs(hooks)
    manager.register(subject)
    return manager


def distributions(folder, **versions):
    """Make the metadata of installed distributions; `a_b` stands for `a-b`."""
    for name, version in versions.items():
        top = {"tf_nightly": "tensorflow", "tensorflow_cpu": "tensorflow", "keras_nightly": "keras"}
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        name = name.replace("_", "-")
        info.joinpath("METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
        info.joinpath("top_level.txt").write_text(
            top.get(info.name.split("-")[0], name.replace("-", "_"))
        )


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Let these distributions be all that is installed."""

    def install(**versions):
        distributions(tmp_path, numpy="2.4.6", **versions)
        monkeypatch.setattr(sys, "path", [str(tmp_path)])
        importlib.invalidate_caches()

    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    return install


@pytest.mark.parametrize(
    "versions, tensorflow, keras",
    [
        ({"tensorflow": "2.21.0", "keras": "3.15.1"}, "2.21.0", "3.15.1"),
        ({"tensorflow_cpu": "2.15.1", "keras": "2.15.0"}, "2.15.1", "2.15.0"),
        (
            {"tf_nightly": "2.23.0.dev20261026", "keras_nightly": "3.16.0.dev2026102603"},
            "2.23.0.dev20261026",
            "3.16.0.dev2026102603",
        ),
    ],
)
def test_the_versions_are_those_of_whatever_distribution_provides_them(
    installed, packages, versions, tensorflow, keras
):
    installed(**versions)

    described = environment.describe(SUBJECT, packages.hook)

    assert described["versions"] == {"tensorflow": tensorflow, "keras": keras, "numpy": "2.4.6"}
    names = {name.replace("_", "-"): version for name, version in versions.items()}
    assert described["distributions"] == {**names, "numpy": "2.4.6"}


def test_a_distribution_that_names_no_package_is_found_by_its_own_name(
    installed, packages, tmp_path
):
    installed(tensorflow="2.21.0", keras="3.15.1")
    (tmp_path / "numpy-2.4.6.dist-info/top_level.txt").unlink()

    assert environment.describe(SUBJECT, packages.hook)["versions"]["numpy"] == "2.4.6"


@pytest.mark.parametrize(
    "flag, tensorflow, keras",
    [
        ("1", "2.21.0", "2.21.0"),
        ("true", "2.21.0", "2.21.0"),
        ("0", "2.21.0", "3.15.1"),
        ("1", "2.13.1", "3.15.1"),
    ],
)
def test_keras_is_the_one_that_tensorflow_resolves_to(
    installed, packages, monkeypatch, flag, tensorflow, keras
):
    installed(tensorflow=tensorflow, keras="3.15.1", tf_keras="2.21.0")
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", flag)

    described = environment.describe(SUBJECT, packages.hook)
    assert described["versions"]["keras"] == keras


@pytest.mark.parametrize(
    "versions, command",
    [
        ({}, 'pip install "tensorflow-answer-key[tensorflow]"'),
        ({"tensorflow": "2.21.0"}, "pip install keras"),
    ],
)
def test_a_missing_package_is_named_with_the_command_to_install_it(
    installed, packages, versions, command
):
    installed(**versions)

    with pytest.raises(environment.Unusable) as missing:
        environment.describe(SUBJECT, packages.hook)

    assert command in str(missing.value)


def test_legacy_keras_that_is_missing_is_named(installed, packages, monkeypatch):
    installed(tensorflow="2.21.0", keras="3.15.1")
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")

    with pytest.raises(environment.Unusable, match="pip install tf-keras"):
        environment.describe(SUBJECT, packages.hook)


def test_a_version_that_distributions_lack_is_no_version(installed, packages, monkeypatch):
    installed(tensorflow="2.21.0", keras="3.15.1")
    monkeypatch.setattr(environment.metadata, "version", lambda name: None)

    with pytest.raises(environment.Unusable, match="this is no version"):
        environment.describe(SUBJECT, packages.hook)


def test_flags_are_kept_by_name_and_nobody_elses(installed, packages, monkeypatch):
    installed(tensorflow="2.21.0", keras="3.15.1")
    monkeypatch.delenv("TF_XLA_FLAGS", raising=False)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("TF_NUM_INTEROP_THREADS", "1")
    monkeypatch.setenv("TF_VAR_password", "secret")  # Terraform's

    flags = environment.describe(SUBJECT, packages.hook)["flags"]

    assert flags["TF_XLA_FLAGS"] is None
    assert flags["TF_NUM_INTEROP_THREADS"] == "1"
    assert "CUDA_VISIBLE_DEVICES" not in flags
    assert "TF_VAR_password" not in flags
