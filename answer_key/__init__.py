"""An answer key for TensorFlow whose every sentence is a test.

A module of `spec/` needs three names from here: `holds`, `confirms` and `corrects`.
"""

from answer_key.claims import confirms, corrects, holds

__all__ = ["confirms", "corrects", "holds"]
