"""An answer key for TensorFlow whose every sentence is a test.

A module of `spec/` needs three names from here: `holds`, `confirms` and `corrects`; one of
`spec/counterexamples/` needs `refutes`.
"""

from answer_key.claims import confirms, corrects, holds
from answer_key.counterexamples import refutes

__all__ = ["confirms", "corrects", "holds", "refutes"]
