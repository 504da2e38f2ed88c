"""Articles put into their stories: the window comes from the store, and what this batch added.

Within the deciding transaction. Not here: what makes two articles one event (steps/identify).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.model import Article, Merge, Reading, Sketch, Story
from monitor.ports import Deciding
from monitor.steps.identify import (
    ALL,
    FOLLOWS,
    WINDOW,
    Common,
    JoinWeights,
    Place,
    Placing,
    Traits,
    merging,
    place,
    traits_of,
    weigh,
    written,
)

AROUND = timedelta(days=1)
"""More of the window than one article asks for, so that the next of its batch finds it read."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """An article in its story, and what is to be written for that."""

    why: Placing
    sketch: Sketch
    seed: str | None
    """The seed whose event it tells again."""
    opened: Story | None
    merges: tuple[Merge, ...]
    counted: tuple[tuple[str, str, int], ...]

    @property
    def story(self) -> str:
        return self.sketch.story


@dataclass(slots=True)
class Shelf:
    deciding: Deciding
    _window: dict[str, Sketch] = field(default_factory=dict)
    _span: tuple[datetime, datetime] | None = None
    _added: dict[str, Sketch] = field(default_factory=dict)
    _into: dict[str, str] = field(default_factory=dict)
    _counted: Counter[tuple[str, str]] = field(default_factory=Counter)

    def now(self, story: str) -> str:
        """The story that this one is part of by now."""
        while story in self._into:
            story = self._into[story]
        return story

    def put(
        self,
        article: Article,
        reading: Reading,
        *,
        name: str,
        seed: bool,
        sides: Mapping[str, int],
        weights: JoinWeights,
    ) -> Shelved:
        """`name`: of the story that it opens, if it opens one."""
        traits = traits_of(article, reading, sides)
        counted = self._count(traits)
        new = self._sketch(article, traits, weights.common, story=name, seed=seed)
        near = self._near(new)
        found = place(new, near, weights, weights.probabilities)
        new = replace(new, why=found.why.value)
        if found.why is Placing.ALIKE and found.story:
            new = replace(new, story=found.story)
        self._added[new.article_id] = new
        merges = self._merge(new, found, near, weights, article.arrived_at)
        return Shelved(
            why=found.why,
            sketch=replace(new, story=self.now(new.story)),
            seed=found.seed,
            opened=_opened(article, found, name),
            merges=merges,
            counted=counted,
        )

    def _sketch(
        self, article: Article, traits: Traits, common: Common, *, story: str, seed: bool
    ) -> Sketch:
        known = {
            space: dict(self.deciding.word_counts(space, [*words, ALL]))
            for space, words in traits.spaces().items()
        }

        def articles_with(space: str, word: str) -> int:
            return known[space].get(word, 0) + self._counted[space, word]

        return Sketch(
            article_id=article.id,
            story=story,
            told_at=article.said_at,
            undated=article.published_at is None,
            roundup=traits.roundup,
            seed=seed,
            content=written(weigh(traits, articles_with, common)),
        )

    def _count(self, traits: Traits) -> tuple[tuple[str, str, int], ...]:
        """This article counts in what its own words weigh."""
        keys = [(space, word) for space, words in traits.spaces().items() for word in (*words, ALL)]
        self._counted.update(keys)
        return tuple((space, word, 1) for space, word in keys)

    def _near(self, new: Sketch) -> list[Sketch]:
        since, until = new.told_at - WINDOW, new.told_at + WINDOW
        both = (self._stored(since, until) | self._added).values()
        return [
            one if one.story not in self._into else replace(one, story=self.now(one.story))
            for one in both
            if since <= one.told_at <= until and one.article_id != new.article_id
        ]

    def _stored(self, since: datetime, until: datetime) -> dict[str, Sketch]:
        """Read once for the articles of a batch, which mostly are of one day."""
        if self._span is None or not (self._span[0] <= since and until <= self._span[1]):
            self._span = (since - AROUND, until + AROUND)
            found = self.deciding.sketches(*self._span)
            self._window = {one.article_id: one for one in found}
        return self._window

    def _merge(
        self,
        new: Sketch,
        found: Place,
        near: list[Sketch],
        weights: JoinWeights,
        at: datetime,
    ) -> tuple[Merge, ...]:
        if not found.rivals:
            return ()
        by_now = [[self.now(story) for story in pair] for pair in self.deciding.apart()]
        pairs = merging(
            new.story,
            found.rivals,
            [*near, new],
            weights,
            weights.probabilities,
            apart={frozenset(pair) for pair in by_now},
        )
        self._into |= dict(pairs)
        why = f"{new.article_id} tells what both tell"
        return tuple(Merge(story, into, why, at) for story, into in pairs)


def _opened(article: Article, found: Place, name: str) -> Story | None:
    if found.why is Placing.ALIKE:
        return None
    follows = found.story if found.why in FOLLOWS else None
    return Story(name, article.arrived_at, found.why.value, follows)
