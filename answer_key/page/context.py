"""What a record is shown with."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from answer_key.scripts import Scripts
from answer_key.store import History, Release
from answer_key.study import Study


@dataclass(frozen=True)
class Context:
    """What a record is shown with: the specification, and the releases kept."""

    study: Study
    releases: Sequence[Release] = ()

    @functools.cached_property
    def history(self) -> History:
        return History(self.releases, self.study.subject)

    @functools.cached_property
    def scripts(self) -> Scripts:
        return Scripts(self.study.specification)
