"""What changed between releases, as their page tells it: each step, and between any two."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from answer_key import drift, telling
from answer_key.drift import Change, Drift
from answer_key.store import History, Release
from answer_key.study import Study


@dataclass(frozen=True)
class Item:
    """A change as it is told; between whatever releases that is the same has the same number."""

    number: int
    change: Change
    facts: tuple[tuple[str, str], ...]


Causes = list[tuple[str, str, list[tuple[str, list[Item]]]]]


@dataclass(frozen=True)
class Comparison:
    """What differs between two records, by cause and gravity."""

    old: str
    new: str
    compared: int
    causes: Causes


@dataclass(frozen=True)
class Step:
    """What one release changed from the one before it, or in what a variant differs."""

    anchor: str
    title: str
    comparison: Comparison


@dataclass(frozen=True)
class Choice:
    """An axis with the records on it, by name, and how each is called there; the last step."""

    label: str
    olds: dict[str, str]
    news: dict[str, str]
    last: tuple[str, str]


class Changes:
    """The comparisons of all pairs of records that stand on one axis."""

    def __init__(self, study: Study, history: History) -> None:
        self.study, self.history = study, history
        self.remedies = {
            each.name: each.record
            for each in history.variants
            if each.name in study.subject.remedies
        }
        self.items: dict[object, Item] = {}
        self.pairs: dict[str, dict[str, Comparison]] = {}
        self.choices = list(self._choices())
        self.steps = list(self._steps())

    def _choices(self) -> Iterator[Choice]:
        """The axes that have records of their own; on the first, variants come last."""
        for axis, points in self.history.axes.items():
            if not any(point.release.axis == axis for point in points):
                continue
            is_first = axis == self.study.subject.first_axis
            variants = self.history.variants if is_first else []
            releases = [point.release for point in points]
            pairs = itertools.combinations(releases, 2), itertools.product(releases, variants)
            for old, new in itertools.chain(*pairs):
                self._compare(old, new)
            names = {point.release.name: point.name for point in points}
            olds = {name: shown for name, shown in names.items() if name in self.pairs}
            news = names | {variant.name: variant.name for variant in variants}
            if olds:
                last = list(news)[max(0, len(releases) - 2) :]
                yield Choice(self.study.subject.labels[axis], olds, news, (last[0], last[1]))

    def _compare(self, old: Release, new: Release) -> None:
        found = drift.compare(old.record, new.record, self.study, self.remedies)
        told = Comparison(found.old, found.new, found.compared, self._causes(found))
        self.pairs.setdefault(old.name, {})[new.name] = told

    def _causes(self, found: Drift) -> Causes:
        return [
            (cause, undone, [(heading, list(map(self._item, each))) for heading, each in gravity])
            for cause, undone, gravity in telling.by_cause(found, drift.GRAVE)
        ]

    def _item(self, change: Change) -> Item:
        facts = tuple(telling.facts(change))
        new = Item(len(self.items), change, facts)
        return self.items.setdefault((change.claim, change.earlier, facts), new)

    def _steps(self) -> Iterator[Step]:
        """What each release changed, axis by axis, the newest first; then the variants.

        A release tells it on its own axis only. A variant is compared with the newest release.
        """
        for axis, points in self.history.axes.items():
            label = self.study.subject.labels[axis]
            for old, new in list(itertools.pairwise(points))[::-1]:
                if new.release.axis == axis:
                    title = f"What changed in {label} {new.name}"
                    yield self._step(old.release, new.release, title)
        for newest in self.history.axes[self.study.subject.first_axis][-1:]:
            for variant in self.history.variants:
                yield self._step(newest.release, variant, f"What differs in {variant.name}")

    def _step(self, old: Release, new: Release, title: str) -> Step:
        return Step(f"ak-in-{new.name}", title, self.pairs[old.name][new.name])

    @property
    def rest(self) -> list[Item]:
        """What is told in none of the steps."""
        told = {
            item.number
            for step in self.steps
            for _, _, gravity in step.comparison.causes
            for _, items in gravity
            for item in items
        }
        return [item for item in self.items.values() if item.number not in told]

    def data(self) -> str:
        """All comparisons for the script, as JSON: items by number, texts by their place."""
        texts: dict[str, int] = {}

        def place(text: str) -> int:
            return texts.setdefault(text, len(texts))

        def told(each: Comparison) -> list[Any]:
            causes = [
                [place(cause), place(undone), [[place(h), [i.number for i in i_s]] for h, i_s in g]]
                for cause, undone, g in each.causes
            ]
            return [place(each.old), place(each.new), each.compared, causes]

        pairs = {
            old: {new: told(each) for new, each in news.items()} for old, news in self.pairs.items()
        }
        return json.dumps({"texts": list(texts), "pairs": pairs}, separators=(",", ":"))
