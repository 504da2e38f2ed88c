"""No slug has a meaning to the reading: under other names it says the same of the same texts."""

from collections.abc import Iterator

from monitor.steps.extract import Extract, Extractor, shipped_network
from tests.gold.corpus import Row, read_own, said_on
from tests.gold.scoring import Labels, act_figure, stance_figure
from tests.steps.extract.slugs import other_name, renamed, told_anew
from tests.steps.extract.test_shipped import reader, shipped, weights

EACH = 21
"""Of so many texts one is read: all languages and all hands are among them."""
SLUGS = ("actor", "topic", "stance", "body", "stage", "effect")


def sample() -> list[Row]:
    return read_own()[::EACH]


def readings(extractor: Extractor, rows: list[Row]) -> Iterator[Extract]:
    for row in rows:
        yield extractor.extract(row["title"], row["text"], language=row["lang"], said=said_on(row))


def labels_of(found: Extract) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    stances = [{"actor": s.actor, "topic": s.topic, "stance": s.stance} for s in found.stances]
    acts = [
        {"topic": a.topic, "body": a.body, "stage": a.stage, "effect": a.effect} for a in found.acts
    ]
    return stances, acts


def under_other_names(row: Row) -> Row:
    return {
        **row,
        **{
            kind: [
                {key: other_name(v) if key in SLUGS and v else v for key, v in label.items()}
                for label in row[kind]
            ]
            for kind in ("stances", "regulation")
        },
    }


def test_a_pack_whose_slugs_are_all_renamed_reads_the_same() -> None:
    rows = sample()
    other = Extractor(renamed(shipped()), weights(), shipped_network())

    plain = list(readings(reader(), rows))
    anew = list(readings(other, rows))

    assert len({row["lang"] for row in rows}) == 7
    assert sum(len(one.stances) + len(one.acts) for one in plain) > 100
    assert [one for one, told in zip(anew, plain, strict=True) if one != told_anew(told)] == []
    _assert_same_figures(rows, plain, anew)


def _assert_same_figures(rows: list[Row], plain: list[Extract], anew: list[Extract]) -> None:
    """Of the five levels and of effects, where every slug is compared."""
    other_rows = [under_other_names(row) for row in rows]
    for figure, how, part in ((stance_figure, "levels", 0), (act_figure, "effects", 1)):
        ours, theirs = (
            figure(gold, _by_id(gold, found, part), how=how)
            for gold, found in ((rows, plain), (other_rows, anew))
        )
        assert ours == theirs
        assert ours.hits


def _by_id(rows: list[Row], found: list[Extract], part: int) -> Labels:
    return {row["id"]: labels_of(one)[part] for row, one in zip(rows, found, strict=True)}
