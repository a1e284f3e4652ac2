"""What a run runs on, from package metadata: nothing here imports TensorFlow."""

import os
import platform
from importlib import metadata
from typing import Any

from packaging.version import InvalidVersion, Version

# The switches in the environment that change what TensorFlow or Keras do: kept whether set or not.
FLAGS = (
    "KERAS_BACKEND",
    "TF_DETERMINISTIC_OPS",
    "TF_ENABLE_ONEDNN_OPTS",
    "TF_USE_LEGACY_KERAS",
    "TF_XLA_FLAGS",
    "XLA_FLAGS",
)
# Rarer ones: kept if set. By name, not by a beginning such as TF_, which Terraform's secrets share.
RARE_FLAGS = (
    "CUDA_VISIBLE_DEVICES",
    "KERAS_HOME",
    "KERAS_NNX_ENABLED",
    "NVIDIA_TF32_OVERRIDE",
    "OMP_NUM_THREADS",
    "TF2_BEHAVIOR",
    "TF_CUDNN_DETERMINISTIC",
    "TF_CUDNN_USE_AUTOTUNE",
    "TF_DISABLE_MKL",
    "TF_FORCE_GPU_ALLOW_GROWTH",
    "TF_FUNCTION_JIT_COMPILE_DEFAULT",
    "TF_GPU_ALLOCATOR",
    "TF_GPU_THREAD_MODE",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
)


class MissingPackage(Exception):
    """A package that the run needs is not installed, or not to be recognised; says what to do."""


def describe() -> dict[str, Any]:
    """The `environment` of a record, without its devices. Raises MissingPackage."""
    provided = metadata.packages_distributions()
    packages = {"tensorflow": "tensorflow", "keras": keras_package(provided), "numpy": "numpy"}
    chosen = {axis: _distribution(provided, package) for axis, package in packages.items()}
    return {
        **{axis: version for axis, (_, version) in chosen.items()},
        "python": platform.python_version(),
        "platform": f"{platform.system()}-{platform.machine()}",
        "distributions": dict(sorted(chosen.values())),
        "flags": _flags(),
    }


def _flags() -> dict[str, str | None]:
    rare = {flag: os.environ[flag] for flag in RARE_FLAGS if flag in os.environ}
    return {**{flag: os.environ.get(flag) for flag in FLAGS}, **rare}


def keras_package(provided: Any) -> str:
    """The import name of the Keras that `tf.keras` resolves to: `keras` or `tf_keras`."""
    # TensorFlow compares with exactly these, and does so since it can run beside Keras 3.
    asked = os.environ.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True")
    _, tensorflow = _distribution(provided, "tensorflow")
    return "tf_keras" if asked and Version(tensorflow) >= Version("2.14") else "keras"


def _distribution(provided: Any, package: str) -> tuple[str, str]:
    """The distribution that provides an import name, and its version; the newest if several do."""
    names = set(provided.get(package, ())) or _namesake(package)
    if not names:
        raise MissingPackage(_HOW_TO_INSTALL[package])
    return max(((name, metadata.version(name)) for name in names), key=_version)


def _version(distribution: tuple[str, str]) -> Version:
    name, version = distribution
    try:
        return Version(version)
    except (InvalidVersion, TypeError):
        raise MissingPackage(
            f"{name} calls its version {version!r}, which is none (PEP 440), so nobody can tell "
            f"what holds in it; install another build of {name}"
        ) from None


def _namesake(package: str) -> set[str]:
    """The distribution of the same name: Python 3.10 finds no other way to NumPy's."""
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return set()
    return {package}


_HOW_TO_INSTALL = {
    "tensorflow": 'TensorFlow is not installed; run: pip install -e ".[tensorflow]"',
    "keras": "Keras is not installed beside TensorFlow; run: pip install keras",
    "tf_keras": "TF_USE_LEGACY_KERAS is set, but tf_keras is not installed; "
    "run: pip install tf-keras, or unset it",
    "numpy": "NumPy is not installed; run: pip install numpy",
}
