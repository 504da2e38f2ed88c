"""What a person says of stories: these two are one, this article is in another. Kept for good.

Written like anything that is decided, in one transaction: a running service reads it with the next
article. Not here: what the steps think of it (steps/identify/stories.py).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import UsageError
from monitor.model import Intake, Merge, Parting, Story, StoryFile
from monitor.ports import Deciding, Store
from monitor.steps.identify import Placing

MERGED_BY_HAND = "a person said that both are one"


@dataclass(frozen=True, slots=True)
class Parted:
    """What a split did: the story that was made, the one that was left, and who moved."""

    story: str
    left: str
    article_ids: tuple[str, ...]


def merge_stories(story: str, into: str, *, store: Store, now: datetime) -> Merge:
    """From now on `story` leads to `into`. A person's later word counts more than an earlier one:
    what was split is one again. UsageError where both are one already, or one is unknown."""
    with store.deciding() as deciding:
        one, other = _named(story, deciding).story.id, _named(into, deciding).story.id
        if one == other:
            raise UsageError(f"{story} and {into} are one story already: {one}")
        merge = Merge(one, other, MERGED_BY_HAND, now)
        deciding.write(Intake(cursor=None, merges=(merge,)))
    return merge


def split_off(article_ids: Sequence[str], *, store: Store, now: datetime) -> Parted:
    """These articles, and their copies, are a story of their own. UsageError where they are not of
    one story, or are all of it."""
    with store.deciding() as deciding:
        left = _story_of(article_ids, deciding)
        moving = _with_copies(article_ids, left)
        if len(moving) == len(left.tellings):
            raise UsageError(f"nothing else is in {left.story.id}: there is nothing to split")
        story = Story(_new_name(moving, now), now, Placing.BY_HAND.value, apart_from=left.story.id)
        partings = tuple(Parting(one, story.id, Placing.BY_HAND.value) for one in moving)
        deciding.write(Intake(cursor=None, stories=(story,), partings=partings))
    return Parted(story.id, left.story.id, moving)


def _named(story: str, deciding: Deciding) -> StoryFile:
    found = deciding.story(story)
    if found is None:
        raise UsageError(f"{story!r} is no story: `monitor stories list` names them")
    return found


def _story_of(article_ids: Sequence[str], deciding: Deciding) -> StoryFile:
    stories = deciding.stories(article_ids)
    for one in article_ids:
        if one not in stories:
            raise UsageError(
                f"{one!r} is no article with a text: `monitor stories show` names them"
            )
    if len(set(stories.values())) > 1:
        told = ", ".join(f"{one} is in {stories[one]}" for one in article_ids)
        raise UsageError(f"these are not of one story: {told}")
    story = deciding.story(stories[article_ids[0]])
    if story is None:
        raise UsageError(f"{article_ids[0]} is in no story with others: there is nothing to split")
    return story


def _with_copies(article_ids: Sequence[str], left: StoryFile) -> tuple[str, ...]:
    """A copy is the same text, and tells no other event than its original. What retells a seed is
    another text."""
    leading = {one.article_id for one in left.tellings if not one.seed} & set(article_ids)
    return tuple(
        one.article_id
        for one in left.tellings
        if one.article_id in article_ids or one.copy_of in leading
    )


def _new_name(article_ids: Sequence[str], now: datetime) -> str:
    """The moment counts: an article that was put back may be split off once more."""
    named = "\x1f".join((*article_ids, now.isoformat()))
    return "s" + hashlib.sha256(named.encode()).hexdigest()[:16]
