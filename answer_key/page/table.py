"""The scripts of a page's claims: a table of the texts that they share, and where each takes them.

A script puts them together with what the page shows anyway, the proof and its helpers: `copy.js`.
"""

from answer_key.claims import Claim
from answer_key.scripts import Scripts


class ScriptTable:
    """Gathers what scripts need that the page does not show."""

    def __init__(self, scripts: Scripts) -> None:
        self.scripts = scripts
        self.texts: dict[str, int] = {}

    def of(self, claim: Claim) -> str:
        """A claim's texts by number: imports, stand-ins, head and call; "" without a script."""
        script = self.scripts.of(claim)
        if script is None:
            return ""
        groups = [script.imports, script.stand_ins, [script.head], [script.call]]
        return ",".join(" ".join(map(self._number, group)) for group in groups)

    def _number(self, text: str) -> str:
        return str(self.texts.setdefault(text, len(self.texts)))
