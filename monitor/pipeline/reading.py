"""Article -> Reading: is it ours, and if so, what does it say. The one way texts are read."""

from dataclasses import dataclass
from datetime import date

from monitor.model import Article, Reading
from monitor.rulebook.types import Pack
from monitor.rulebook.weights import unusable
from monitor.steps.extract import Explained, Extractor, Network, Weights, shipped_network
from monitor.steps.extract.weights import RULES
from monitor.steps.match import Gatekeeper, Judgement, Relevance
from monitor.steps.text.language import guess_language


@dataclass(frozen=True, slots=True)
class Why:
    """How one article was read."""

    relevant: bool
    because: str
    language: str
    labels: tuple[Explained, ...]


class PackReader:
    """Compiled once from a pack; a new pack makes a new reader."""

    def __init__(
        self, pack: Pack, weights: Weights = RULES, network: Network | None = None
    ) -> None:
        self._extractor = Extractor(pack, weights, network)
        self._hears_the_whole = network is not None and pack.topics.relevance.as_a_whole
        self.languages = self._extractor.languages
        self._gate = Gatekeeper(
            pack.topics.relevance, languages=sorted(self.languages), also=pack.lexicon.also_read
        )

    def read(self, article: Article) -> Reading:
        """Never raises for what a text holds; an irrelevant article is not read further."""
        if not self._gate.hears_of_it(article.whole):
            return _without_a_word(article)
        language, judged = self._judge(article)
        if not judged.ours and not (judged.is_open and self._hears_the_whole):
            return Reading(relevant=False, because=str(judged), language=language)
        found = self._extractor.extract(
            article.title, article.text, language=language, said=_day_of(article)
        )
        if self._hears_the_whole:
            judged = judged.after_reading(found.of_the_field)
        if not judged.ours:
            return Reading(relevant=False, because=str(judged), language=language)
        return Reading(
            relevant=True,
            because=str(judged),
            language=language,
            topics=found.topics,
            actors=found.actors,
            stances=found.stances,
            acts=found.acts,
        )

    def explain(self, article: Article) -> Why:
        """What `read` says and why; and what it nearly says, with why not."""
        reading = self.read(article)
        labels: tuple[Explained, ...] = ()
        if reading.relevant:
            labels = self._extractor.explain(
                article.title, article.text, language=reading.language, said=_day_of(article)
            )
        language = reading.language or self.language_of(article)
        return Why(reading.relevant, reading.because, language, labels)

    def language_of(self, article: Article) -> str:
        """ISO 639 code: what the article names, else what its words look like."""
        return article.language or guess_language(article.whole, self.languages)

    def _judge(self, article: Article) -> tuple[str, Judgement]:
        language = self.language_of(article)
        judged = self._gate.judge(article.whole, title_length=len(article.title), language=language)
        return language, judged


def _without_a_word(article: Article) -> Reading:
    """Nearly all that a poll brings. Its language is not asked for: to guess it costs more than all
    else that is done to such an article here."""
    return Reading(False, str(Relevance.NO_FIELD), article.language or "")


def _day_of(article: Article) -> date | None:
    return article.published_at.date() if article.published_at else None


def build_reader(pack: Pack) -> PackReader:
    """PackError where weights.json is not what `make train` writes."""
    weights = weights_of(pack)
    return PackReader(pack, weights, None if weights is RULES else shipped_network())


def weights_of(pack: Pack) -> Weights:
    """The learnt ones, else those set by hand. PackError where they are not what `make train`
    writes."""
    if pack.weights is None:
        return RULES
    try:
        return Weights.from_json(pack.weights)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise unusable(f"it lacks or garbles {error}") from error
