"""What of a drift concerns someone's own code."""

from dataclasses import replace

from answer_key.concerns import Concerns
from answer_key.drift import APART, Drift
from answer_key.finding import Finder
from answer_key.usage.code import Code


def concerning(drift: Drift, concerns: Concerns, code: Code) -> Drift:
    """A drift's changes that concern names in someone's code, each with the lines that use them.

    What says nothing of the subject stays as it is.
    """
    claims = concerns.specification.claims
    finder = Finder(concerns, code)
    chosen, others = [], 0
    for change in drift.changes:
        keys = (change.earlier, change.claim)
        lines = [line for key in keys for line in finder.lines(claims.get(key))]
        if lines or change.kind in APART:
            chosen.append(replace(change, lines=tuple(dict.fromkeys(lines))))
        else:
            others += 1
    return replace(drift, changes=tuple(chosen), others=others)
