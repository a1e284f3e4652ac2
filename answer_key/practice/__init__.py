"""Practice: files that a learner fills in or writes, and that the specification marks.

`answer-key practice q03` writes koans, claims with blanks; `answer-key practice q12` an exercise,
code to write that claims of the specification mark. `pytest practice` marks what is in the folder:

    writing.py ──► practice/q03.py ──► collecting.py, in the learner's pytest
                                            └── progress.py ──► marks.py ──► pytest on spec/, with
                                                                             marking.py
"""
