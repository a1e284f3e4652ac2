"""Wiring only: the harness and the fixtures, for this project's own runs."""

import argparse
import os

# TensorFlow's start-up notices tell a reader nothing to act on.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Without, each process takes all of a GPU's memory, and the next one finds none.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
# The claims are about Keras as it comes, not about what `~/.keras/keras.json` makes of it: nothing
# can be read from, or written into, a folder in a place that is none.
os.environ["KERAS_HOME"] = os.path.join(os.devnull, "keras")
for limit in ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH"):
    os.environ.pop(limit, None)

pytest_plugins = [
    "answer_key.plugin",
    "fixtures.importing",
    "fixtures.isolation",
    "fixtures.machine",
    "fixtures.data",
    "fixtures.devices",
    "fixtures.execution",
    "fixtures.exhibits",
    "fixtures.processes",
    "fixtures.subject",
]


def pytest_addoption(parser):
    """Without this file nothing judges the claims, so pytest.ini asks for it."""
    parser.addoption("--needs-conftest", action="store_true", help=argparse.SUPPRESS)
