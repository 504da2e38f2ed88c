"""One text in, its stances and acts out: mark, propose, score, decide, write down.

Not here: whether the text is ours (steps.match). The order of the steps is the body of `_work_out`.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice

from monitor.model import Act, Quote, Stance
from monitor.rulebook.types import Pack
from monitor.steps.extract.acts import ActCandidate, act_candidates
from monitor.steps.extract.candidates import Candidate, candidates
from monitor.steps.extract.context import effect_in_context, level_in_context
from monitor.steps.extract.days import DayReader, DaysSaid
from monitor.steps.extract.decide import (
    Decided,
    DecidedAct,
    Scored,
    decide,
    decide_acts,
    score,
    score_acts,
    support,
)
from monitor.steps.extract.explain import Explained, Workings, explained
from monitor.steps.extract.mentions import Marked, Marking, Mention, mark
from monitor.steps.extract.neural import Network, Opinion
from monitor.steps.extract.scene import whole_of
from monitor.steps.extract.vocabulary import Vocabulary
from monitor.steps.extract.weights import RULES, Weights
from monitor.steps.text import fold

LONGEST_QUOTE = 400
SHORTEST_QUOTE = 8
LONGEST_NUMBER = 40
"""Characters of a bill's number with the words around it."""
MOST_CANDIDATES = 20_000
"""Of one text, of stances and of acts each: some seventy times what the densest article gives. A
text made of names and cues alone would otherwise keep the deciding thread for minutes."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What one text says."""

    topics: tuple[str, ...]
    actors: tuple[str, ...]
    stances: tuple[Stance, ...]
    acts: tuple[Act, ...]
    of_the_field: float | None
    """Log-odds; None where no network was asked."""


class Extractor:
    """Compiled once from the pack. Keeps no memory between texts."""

    def __init__(
        self, pack: Pack, weights: Weights = RULES, network: Network | None = None
    ) -> None:
        """`weights` learnt with a network need one; those set by hand ask none."""
        self.vocabulary = Vocabulary(pack)
        self.weights = weights
        self._network = network
        self._days = DayReader(pack)
        self._numbers = {
            language: [_number_pattern(one) for one in patterns]
            for language, patterns in pack.stages.numbers.items()
        }

    @property
    def languages(self) -> frozenset[str]:
        return self.vocabulary.languages

    def extract(self, title: str, text: str, *, language: str, said: date | None) -> Extract:
        """Offsets of the quotes count in title, newline, text."""
        work = self._work_out(title, text, language=language, said=said)
        days = self._days_of(work, language, said)
        return Extract(
            topics=tuple(slug for slug, _ in work.whole.topics.most_common()),
            actors=tuple(slug for slug, _ in work.whole.actors.most_common()),
            stances=tuple(self._stance(work, one) for one in work.pairs),
            acts=tuple(self._act(work, one, days, language) for one in work.steps),
            of_the_field=work.backing.opinion.relevant if work.backing.opinion else None,
        )

    def explain(
        self, title: str, text: str, *, language: str, said: date | None
    ) -> tuple[Explained, ...]:
        """What `extract` says and why; and what it nearly says, with why not."""
        work = self._work_out(title, text, language=language, said=said)
        days = self._days_of(work, language, said)
        return explained(
            work,
            self.vocabulary,
            work.weights,
            tell=lambda one: self._stance(work, one),
            tell_act=lambda one: self._act(work, one, days, language),
        )

    def _work_out(self, title: str, text: str, *, language: str, said: date | None) -> Workings:
        marking = self.mark(title, text, language=language, said=said)
        whole = whole_of(marking, self.vocabulary)
        stances = islice(candidates(marking, self.vocabulary, whole), MOST_CANDIDATES)
        acts = islice(act_candidates(marking, self.vocabulary, whole), MOST_CANDIDATES)
        scored = score(stances, self.weights.candidate)
        scored_acts = score_acts(acts, self.weights.act)
        opinion = self._opinion(marking, len(title), language)
        weights = self.weights if opinion else self.weights.alone or self.weights
        backing = support(scored, scored_acts, opinion)
        pairs = decide(scored, marking, whole, self.vocabulary, weights, backing)
        steps = decide_acts(scored_acts, self.vocabulary, weights, backing)
        return Workings(marking, whole, scored, scored_acts, backing, weights, pairs, steps)

    def _opinion(self, marking: Marking, title_length: int, language: str) -> Opinion | None:
        if self._network is None:
            return None
        return self._network.read(marking, title_length, self.vocabulary, language)

    def mark(self, title: str, text: str, *, language: str, said: date | None) -> Marking:
        return mark(
            f"{title}\n{text}",
            title_length=len(title),
            vocabulary=self.vocabulary,
            language=language,
            said=said,
        )

    def _days_of(self, work: Workings, language: str, said: date | None) -> DaysSaid:
        acts = [one.candidate for one in work.steps]
        return self._days.read(work.marking, acts, self.vocabulary, language=language, told=said)

    def _stance(self, work: Workings, decided: Decided) -> Stance:
        one, levels = decided.candidate, self.vocabulary.levels.values()
        level = level_in_context(one.level, (one.actor, one.topic), work.backing.opinion, levels)
        return Stance(
            actor=one.actor,
            topic=one.topic,
            stance=level.slug,
            confidence=round(decided.confidence, 4),
            background=one.background,
            quote=_quote(work.marking, one.sentence, one.cue),
            cue=_spelled(work.marking, one.cue),
            holder=one.holder.value,
            turn=one.turn,
            speaker=one.speaker,
        )

    def _side_of(self, work: Workings, act: ActCandidate) -> int | None:
        """On which side of the act's topic its body stands, by this text."""
        for one in work.pairs:
            if (one.candidate.actor, one.candidate.topic) == (act.body, act.topic):
                return one.candidate.level.side
        return None

    def _effects_of(self, side: int | None) -> dict[str, bool]:
        """Every effect, and whether it may be one of who stands on this side: nobody bans by an act
        what he is said to allow."""
        levels = self.vocabulary.levels
        return {
            slug: not side or levels[effect.stance].side == side
            for slug, effect in self.vocabulary.effects.items()
        }

    def _act(self, work: Workings, decided: DecidedAct, days: DaysSaid, language: str) -> Act:
        one, marking = decided.candidate, work.marking
        met = self.vocabulary.stages[one.stage].bears == "act"
        read = _effect(one.sentence, one.cue, one.topic, work.scored, self.vocabulary, met=met)
        # Who rejects a ban is against it: his side tells nothing of what the act does.
        effects = self._effects_of(None if met else self._side_of(work, one))
        effect = effect_in_context(read, (one.topic, one.stage), work.backing.opinion, effects)
        quote = _quote(marking, one.sentence, one.cue)
        return Act(
            topic=one.topic,
            body=one.body or self.vocabulary.unnamed_body,
            stage=one.stage,
            effect=effect,
            confidence=round(decided.confidence, 4),
            quote=quote,
            cue=_spelled(marking, one.cue),
            number=self._number(marking, one.sentence, language),
            effective_on=days.effective_on(one),
            comments_until=days.comments_until(one),
        )

    def _number(self, marking: Marking, sentence: Marked, language: str) -> str | None:
        """The number of the bill, law or decree that the sentence names, normalised.

        It begins in the sentence and may end behind it, where the stop of a shortening of the
        pack ("Prop. 12 L") was taken for a full stop.
        """
        start, end = sentence.sentence.start, sentence.sentence.end
        for pattern in self._numbers.get(language, ()):
            found = pattern.search(marking.text, start, end + LONGEST_NUMBER)
            if found and found.start() < end:
                return fold(found.group("number")).strip(".-")
        return None


def _effect(
    sentence: Marked,
    cue: Mention,
    topic: str,
    scored: Scored,
    vocabulary: Vocabulary,
    *,
    met: bool,
) -> str:
    """What the act does: by the level its topic is given, else an effect named beside it; of an
    act that is only `met` (rejected, put off) the other way round."""
    named = sentence.of("effect")
    level = None if met and named else _level_on(topic, sentence, scored)
    by_level = {effect.stance: effect.id for effect in reversed(vocabulary.effects.values())}
    if level is not None and level in by_level:
        chosen = by_level[level]
        rivals = {e.id for e in vocabulary.effects.values() if e.stance == level}
        nearer = [h for h in named if h.sense.slug in rivals]
        return min(nearer, key=lambda h: abs(h.first - cue.first)).sense.slug if nearer else chosen
    if named:
        return min(named, key=lambda h: abs(h.first - cue.first)).sense.slug
    return next(iter(vocabulary.effects))


def _level_on(topic: str, sentence: Marked, scored: Scored) -> str | None:
    here = [c for _, c in scored if c.topic == topic and c.sentence is sentence and c.level.side]
    anywhere = [c for _, c in scored if c.topic == topic and c.level.side]
    chosen: list[Candidate] = here or anywhere
    return chosen[0].level.slug if chosen else None


def _spelled(marking: Marking, hit: Mention) -> str:
    return marking.text[marking.tokens[hit.first].start : marking.tokens[hit.last - 1].end]


def _quote(marking: Marking, sentence: Marked, cue: Mention) -> Quote:
    """The sentence, or 400 characters of it around the cue; a very short one grows."""
    start, end = sentence.sentence.start, sentence.sentence.end
    if end - start > LONGEST_QUOTE:
        middle = marking.tokens[cue.first].start
        start = max(start, min(middle - LONGEST_QUOTE // 2, end - LONGEST_QUOTE))
        end = min(end, start + LONGEST_QUOTE)
    if end - start < SHORTEST_QUOTE:
        start, end = max(0, end - SHORTEST_QUOTE), min(len(marking.text), start + SHORTEST_QUOTE)
    return Quote(marking.text[start:end], start, end)


_NUMBER = r"(?P<number>[0-9][0-9A-Za-zА-Яа-я/.-]{0,20})"


def _number_pattern(spelling: str) -> re.Pattern[str]:
    """A pattern of the pack, `{number}` for the number; everything else is taken literally."""
    before, _, after = spelling.partition("{number}")
    return re.compile(re.escape(before) + _NUMBER + re.escape(after), re.IGNORECASE)
