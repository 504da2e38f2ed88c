"""The project's own labelled texts keep to their manual (docs/labelling.md)."""

from collections import Counter

from tests.gold.agreement import FLOOR, compared, read_labelling
from tests.gold.corpus import FOLDS, WAITING, Row, fold_of, read_own
from tests.gold.likeness import LIMIT, likest, variety
from tests.packs import shipped_pack

TEXTS = [*read_own(), *read_own(WAITING)]
PACK = shipped_pack()


def test_there_are_a_thousand_texts_in_seven_languages_and_a_quarter_says_nothing() -> None:
    languages = Counter(text["lang"] for text in TEXTS)
    silent = sum(not text["relevant"] for text in TEXTS)

    assert len(TEXTS) >= 1000
    assert set(languages) == {"en", "ru", "de", "es", "fr", "it", "pt"}
    assert languages["en"] / len(TEXTS) > 0.5
    assert languages["ru"] / len(TEXTS) > 0.25
    assert silent / len(TEXTS) > 0.24


def test_no_id_is_given_twice() -> None:
    assert max(Counter(text["id"] for text in TEXTS).values()) == 1


def test_each_label_names_what_the_pack_knows_and_quotes_its_text() -> None:
    actors = {actor.id for actor in PACK.actors.actors}
    topics = {topic.id for topic in PACK.topics.topics}
    levels = {level.id for level in PACK.stances.levels}
    stages = {stage.id for stage in PACK.stages.stages}
    effects = {effect.id for effect in PACK.stages.effects}
    for text in TEXTS:
        rows = [*text["stances"], *text["regulation"]]
        assert text["relevant"] or not rows, text["id"]
        assert {row["topic"] for row in rows} <= topics, text["id"]
        assert {row["actor"] for row in text["stances"]} <= actors, text["id"]
        assert {row["stance"] for row in text["stances"]} <= levels, text["id"]
        assert {row["body"] for row in text["regulation"]} <= actors, text["id"]
        assert {row["stage"] for row in text["regulation"]} <= stages, text["id"]
        assert {row["effect"] for row in text["regulation"]} <= effects, text["id"]
        for row in rows:
            assert row["quote"] in text["title"] or row["quote"] in text["text"], text["id"]
            assert 8 <= len(row["quote"]) <= 400, text["id"]


def test_an_actor_holds_one_position_on_a_topic_and_an_act_stands_once() -> None:
    for text in TEXTS:
        pairs = [(row["actor"], row["topic"]) for row in text["stances"]]
        acts = [(row["topic"], row["body"], row["stage"]) for row in text["regulation"]]
        assert len(pairs) == len(set(pairs)), text["id"]
        assert len(acts) == len(set(acts)), text["id"]


def test_no_fold_is_much_larger_than_another() -> None:
    sizes = Counter(fold_of(text) for text in TEXTS)

    assert set(sizes) == set(range(FOLDS))
    assert max(sizes.values()) < 1.3 * min(sizes.values())


def test_no_text_is_another_text() -> None:
    assert likest(TEXTS)[0].share <= LIMIT


def test_two_texts_of_an_event_may_be_alike_where_they_say_otherwise() -> None:
    ban = {"actor": "bank", "topic": "mining", "stance": "prohibit"}
    lifted = _telling("The bank lifts its ban on mining for all.", {**ban, "stance": "regulate"})
    kept = _telling("The bank keeps its ban on mining for all.", ban)
    again = _telling("The bank keeps its ban on mining for all of us.", ban)

    assert likest([lifted, kept])[0].share == 0
    assert likest([kept, again])[0].share > LIMIT
    assert likest([lifted, {**kept, "event": "another"}])[0].share > LIMIT


def _telling(text: str, stance: dict[str, str]) -> Row:
    row = {"id": text, "title": "", "text": text, "event": "lifting"}
    return {**row, "stances": [stance], "regulation": []}


def test_no_voice_is_a_template() -> None:
    assert all(one.openings > 0.95 for one in variety(TEXTS) if one.sentences > 50)


def test_two_labellings_were_made_of_each_text_and_they_agree() -> None:
    first, second = read_labelling("first"), read_labelling("second")

    figures = compared(TEXTS, first, second)

    assert set(first) == set(second) == {text["id"] for text in TEXTS}
    assert figures["stances"].f1 >= FLOOR
    assert figures["acts"].f1 >= FLOOR
