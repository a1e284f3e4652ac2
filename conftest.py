"""Wiring only: the harness and the fixtures, for this project's own runs."""

import os

# TensorFlow's start-up notices tell a reader nothing to act on.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

pytest_plugins = [
    "answer_key.plugin",
    "fixtures.data",
    "fixtures.devices",
    "fixtures.execution",
    "fixtures.exhibits",
    "fixtures.keras_state",
    "fixtures.processes",
]
