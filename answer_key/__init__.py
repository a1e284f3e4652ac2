"""An answer key for TensorFlow whose every sentence is a test.

A module of `spec/` needs `core`, `holds`, `confirms` and `corrects` from here; one of
`spec/counterexamples/` needs `refutes`.
"""

from answer_key.claims import about, asks, confirms, core, corrects, holds
from answer_key.counterexamples import refutes

__all__ = ["about", "asks", "confirms", "core", "corrects", "holds", "refutes"]
