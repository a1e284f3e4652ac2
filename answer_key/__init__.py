"""An answer key for TensorFlow whose every sentence is a test.

A module of `spec/` needs `core`, `holds`, `confirms` and `corrects` from here; one of
`spec/counterexamples/` needs `refutes`.
"""

from answer_key.claims import confirms, core, corrects, holds
from answer_key.counterexamples import refutes

__all__ = ["confirms", "core", "corrects", "holds", "refutes"]
