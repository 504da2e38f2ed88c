"""Teach the networks: `python -m tests.gold.teach FOLDER [--anew] [FOLD ...]` (make teach GOLD=).

For each fold of events a network that has not seen them (tests/gold/folds), and the one that is
shipped, which has seen all. Each goes on from what it knows, a quarter of an hour of one core and
5 GB; `--anew` forgets that first and takes three times as long. It needs torch, which nothing else
here does.

What is learnt stands on the frozen base: low-rank additions to the upper layers, what marks add,
and the heads. Beside what is asked of it later, the network learns which cue, which name and which
mention of a stage the quotes of the labels stand by; without these the same texts teach it far less
(docs/design.md).
"""

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from monitor.rulebook.load import load_pack
from monitor.steps.extract import Extractor
from monitor.steps.extract.mentions import Marking, Mention
from monitor.steps.extract.neural import network as shipped
from monitor.steps.extract.neural.encoder import HEADS, MATRICES, WIDTH, Arrays, unpacked
from monitor.steps.extract.neural.network import SIDES, pieces_of
from monitor.steps.extract.neural.sheet import (
    NOWHERE,
    SEATS,
    Mentions,
    Sheet,
    nearest,
    sheet_of,
)
from monitor.steps.extract.vocabulary import Role
from monitor.steps.text import Sentence
from tests.gold.blind_networks import FOLDER
from tests.gold.corpus import FOLDS, Row, fold_of, read_gold, read_own, said_on

try:
    import torch
    from torch import Tensor, nn
    from torch.nn import functional
except ModuleNotFoundError:  # the message is main's
    sys.exit("teaching needs torch: .venv/bin/python -m pip install torch")

RULES_DIR = Path("rules")
LEARNT = Path(shipped.__file__).with_name("learnt.npz")
NOBODY = -1
"""No fold is left out."""

MARKED_FROM = 4
"""Layers below it are frozen, and read without marks."""
RANK = 16
ROOM = 128
"""Numbers that a pooled mention is brought down to."""
AT_ONCE = 16
LEAVE_OUT = 0.1
BLANKED = 0.15
"""Share of pieces that are hidden from the upper layers, anew each time."""
MARK_KINDS = (6, 3, 16, 13, SEATS + 1)
"""Levels of cues, topics, rungs, other marks, seats; nought is no mark."""
STAGES = 16
EFFECTS = 6


@dataclass(frozen=True, slots=True)
class Course:
    rounds: int
    pace: float
    """Of learning, at its fastest."""


ANEW = Course(8, 1e-3)
ON = Course(4, 8e-4)


@dataclass(slots=True)
class Text:
    """A sheet with what people say of it, as targets at its mentions."""

    fold: int
    sheet: Sheet
    relevant: bool
    stances: dict[tuple[str, str], int] = field(default_factory=dict)
    """(actor, topic) -> rank of the level."""
    acts: dict[tuple[str, str], int] = field(default_factory=dict)
    """(stage, topic) -> place of the effect in the pack."""
    cues: list[tuple[list[int], int, frozenset[tuple[str, str]]]] = field(default_factory=list)
    """Where a cue stands, 1 + the rank of the level whose quote holds it, or 0, and the (actor,
    topic) of the labels whose quotes hold it."""
    names: list[tuple[list[int], list[float]]] = field(default_factory=list)
    """Where a name stands, and for each side whether a quote beside it speaks for it."""
    steps: list[tuple[str, list[int], frozenset[str]]] = field(default_factory=list)
    """A stage, where one mention of it stands, and the topics of the acts whose quotes hold it."""
    below: "Tensor | None" = None
    """What the frozen layers make of it."""


class Classroom:
    """Facts of the pack, and how rows become texts."""

    def __init__(self) -> None:
        pack = load_pack(RULES_DIR)
        self._extractor = Extractor(pack)
        self.vocabulary = self._extractor.vocabulary
        self._pieces = pieces_of(shipped.base())
        self._ranks = {slug: level.rank for slug, level in self.vocabulary.levels.items()}
        self.sides = [level.side for level in self.vocabulary.levels.values()]
        self.general = self.vocabulary.general
        self.stages = list(self.vocabulary.stages)
        self._effects = list(self.vocabulary.effects)

    def texts(self, rows: Sequence[Row]) -> list[Text]:
        """With what the frozen layers make of each: they are read once for all rounds."""
        frozen, texts = shipped.shipped(), [self._text(row) for row in rows]
        for text in texts:
            text.below = torch.tensor(frozen.below(text.sheet, MARKED_FROM)).half()
        return texts

    def _text(self, row: Row) -> Text:
        marking = self._extractor.mark(
            row["title"], row["text"], language=row["lang"], said=said_on(row)
        )
        sheet = sheet_of(marking, len(row["title"]), self.vocabulary, self._pieces)
        text = Text(fold_of(row), sheet, bool(row["relevant"]))
        text.stances = {(s["actor"], s["topic"]): self._ranks[s["stance"]] for s in row["stances"]}
        text.acts = {
            (r["stage"], r["topic"]): self._effects.index(r["effect"]) for r in row["regulation"]
        }
        self._place_cues(text, row, marking)
        self._place_names(text, row, marking)
        self._place_steps(text, row, marking)
        return text

    def _place_cues(self, text: Text, row: Row, marking: Marking) -> None:
        for _, hit in _mentions(marking, "cue"):
            told = [one for one in row["stances"] if _quotes(one["quote"], hit, marking)]
            ranks = [self._ranks[one["stance"]] for one in told]
            own = self.sides[self.vocabulary.cue_levels[hit.sense.slug].rank]
            kindred = [rank for rank in ranks if self.sides[rank] == own]
            level = (kindred or ranks[-1:] or [-1])[0] + 1
            labels = frozenset((one["actor"], one["topic"]) for one in told)
            if hit.first in text.sheet.cues:
                text.cues.append((text.sheet.cues[hit.first], level, labels))

    def _place_names(self, text: Text, row: Row, marking: Marking) -> None:
        hits = _mentions(marking, "actor")
        for (sentence, hit), (slug, places) in zip(hits, text.sheet.names, strict=False):
            held = {
                self.sides[self._ranks[one["stance"]]]
                for one in row["stances"]
                if one["actor"] == hit.sense.slug == slug
                and _overlaps(one["quote"], sentence.start, sentence.end, marking)
            }
            text.names.append((places, [float(side in held) for side in SIDES]))

    def _place_steps(self, text: Text, row: Row, marking: Marking) -> None:
        for _, hit in _mentions(marking, "stage"):
            stage = hit.sense.slug
            topics = frozenset(
                act["topic"]
                for act in row["regulation"]
                if act["stage"] == stage and _quotes(act["quote"], hit, marking)
            )
            if (hit.first, stage) in text.sheet.steps:
                text.steps.append((stage, text.sheet.steps[hit.first, stage], topics))


def _mentions(marking: Marking, role: Role) -> Iterator[tuple[Sentence, Mention]]:
    return ((marked.sentence, hit) for marked in marking.sentences for hit in marked.of(role))


def _quotes(quote: str, hit: Mention, marking: Marking) -> bool:
    start, end = marking.tokens[hit.first].start, marking.tokens[hit.last - 1].end
    return _overlaps(quote, start, end, marking)


def _overlaps(quote: str, start: int, end: int, marking: Marking) -> bool:
    at = marking.text.find(quote)
    return at >= 0 and start < at + len(quote) and end > at


# --- the network in torch: the same layers as neural/encoder.py, and heads as neural/network.py --


class Added(nn.Module):
    """A frozen line and a low-rank addition to it."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)
        self.a = nn.Parameter(torch.randn(RANK, weight.shape[1]) / weight.shape[1] ** 0.5)
        self.b = nn.Parameter(torch.zeros(weight.shape[0], RANK))

    def forward(self, x: Tensor) -> Tensor:
        added = functional.linear(functional.linear(x, self.a), self.b)
        return functional.linear(x, self.weight, self.bias) + added


class Layer(nn.Module):
    def __init__(self, base: Arrays, number: int) -> None:
        super().__init__()
        self.lines = nn.ModuleDict(
            {
                name: Added(
                    torch.tensor(unpacked(base, f"{number}.{name}", shape)),
                    torch.tensor(np.asarray(base[f"{number}.{name}.bias"], dtype=np.float32)),
                )
                for name, shape in MATRICES.items()
            }
        )
        self.norms = nn.ModuleDict({"attended": _norm(base, number, "attended")})
        self.norms["out"] = _norm(base, number, "out")

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        lines = self.lines
        shape = (*x.shape[:2], HEADS, WIDTH // HEADS)
        query, key, value = (lines[n](x).view(shape).transpose(1, 2) for n in ("q", "k", "v"))
        dropped = LEAVE_OUT if self.training else 0.0
        heard = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, dropout_p=dropped
        )
        heard = lines["ao"](heard.transpose(1, 2).reshape(x.shape))
        x = self.norms["attended"](x + functional.dropout(heard, LEAVE_OUT, self.training))
        wide = functional.gelu(lines["fi"](x), approximate="tanh")
        x = x + functional.dropout(lines["fo"](wide), LEAVE_OUT, self.training)
        normed: Tensor = self.norms["out"](x)
        return normed


def _norm(base: Arrays, number: int, name: str) -> nn.LayerNorm:
    norm = nn.LayerNorm(WIDTH, eps=1e-12)
    for key, parameter in (("w", norm.weight), ("b", norm.bias)):
        kept = np.asarray(base[f"{number}.{name}.{key}"], dtype=np.float32)
        parameter.data = torch.tensor(kept)
    return norm


def _perceptron(wide: int, out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Dropout(LEAVE_OUT),
        nn.Linear(wide, ROOM),
        nn.GELU(approximate="tanh"),
        nn.Dropout(LEAVE_OUT),
        nn.Linear(ROOM, out),
    )


class Pupil(nn.Module):
    def __init__(self, base: Arrays, room: Classroom) -> None:
        super().__init__()
        self._room = room
        self.layers = nn.ModuleList(Layer(base, n) for n in range(MARKED_FROM, int(base["layers"])))
        self.mark = nn.ModuleList(nn.Embedding(n, WIDTH, padding_idx=0) for n in MARK_KINDS)
        for table in self.mark:
            table.weight.data.mul_(0.1)
            table.weight.data[0] = 0
        self.pa, self.pt, self.ps, self.pc = (nn.Linear(2 * WIDTH, ROOM) for _ in range(4))
        self.pd = nn.Linear(WIDTH, ROOM)
        self.null = nn.Parameter(torch.randn(ROOM) * 0.02)
        self.gen = nn.Parameter(torch.randn(ROOM) * 0.02)
        self.far = nn.ModuleList(nn.Embedding(NOWHERE + 1, ROOM) for _ in range(3))
        for table in self.far:
            table.weight.data.mul_(0.1)
        self.rank = nn.Embedding(STAGES, ROOM)
        self.rank.weight.data.mul_(0.1)
        self.rel = nn.Linear(ROOM, 1)
        self.holder = _perceptron(2 * ROOM, len(SIDES))
        self.claim = _perceptron(5 * ROOM, 1)
        self.pair = _perceptron(5 * ROOM, 1 + len(room.sides))
        self.stage = _perceptron(2 * ROOM, 1)
        self.report = _perceptron(3 * ROOM, 1)
        self.step = _perceptron(5 * ROOM, 1)
        self.eff = _perceptron(5 * ROOM, EFFECTS)
        self.cue = _perceptron(2 * WIDTH, 1 + len(room.sides))
        self.act = _perceptron(2 * WIDTH, len(SIDES))

    def states(self, texts: Sequence[Text]) -> tuple[Tensor, Tensor]:
        """What is made of each piece; and one layer below it, which the text as a whole is read
        from, for on the last layer only mentions are read."""
        longest = max(len(text.sheet.ids) for text in texts)
        x = torch.zeros(len(texts), longest, WIDTH)
        mask = torch.full((len(texts), 1, 1, longest), -1e4)
        marks = torch.zeros(len(MARK_KINDS), len(texts), longest, dtype=torch.long)
        for at, text in enumerate(texts):
            length = len(text.sheet.ids)
            shown = torch.rand(length, 1) >= (BLANKED if self.training else 0.0)
            x[at, :length] = text.below.float() * shown
            mask[at, ..., :length] = 0
            marks[:, at, :length] = torch.tensor(self._reseated(text.sheet.marks))
        for table, row in zip(self.mark, marks, strict=True):
            x = x + table(row)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.training):
            for layer in self.layers[:-1]:
                x = layer(x, mask)
            last = self.layers[-1](x, mask)
        return last.float(), x.float()

    def _reseated(self, marks: np.ndarray) -> np.ndarray:
        """Seats are shuffled while learning: a number must mean nothing but the same actor."""
        if not self.training:
            return marks
        seats = np.concatenate([[0], 1 + np.random.permutation(SEATS)])
        return np.concatenate([marks[:4], seats[marks[4:]]])

    def loss(self, texts: Sequence[Text]) -> Tensor:
        states, below = self.states(texts)
        lengths = [len(text.sheet.ids) for text in texts]
        parts = [
            self._loss(text, states[at, :length], below[at, :length].mean(0))
            for at, (text, length) in enumerate(zip(texts, lengths, strict=True))
        ]
        return torch.stack(parts).mean()

    def _loss(self, text: Text, states: Tensor, mean: Tensor) -> Tensor:
        whole = self.pd(mean)
        relevant = torch.tensor([float(text.relevant)])
        loss = functional.binary_cross_entropy_with_logits(self.rel(whole), relevant)
        if not text.relevant:
            return loss
        topics, about = self._topics(text, states)
        return (
            loss
            + self._mention_loss(text, states)
            + self._stance_loss(text, states, topics, about, whole)
            + self._act_loss(text, states, topics, about, whole)
        )

    def _mention_loss(self, text: Text, states: Tensor) -> Tensor:
        loss = states.new_zeros(())
        if text.cues:
            told = self.cue(torch.stack([_seen(states, places) for places, _, _ in text.cues]))
            wanted = torch.tensor([level for _, level, _ in text.cues])
            loss = loss + functional.cross_entropy(told, wanted, reduction="sum") / 4
        if text.names:
            told = self.act(torch.stack([_seen(states, places) for places, _ in text.names]))
            loss = loss + _yes_or_no(told, torch.tensor([held for _, held in text.names])) / 4
        return loss

    def _stance_loss(
        self, text: Text, states: Tensor, topics: list[str], about: Tensor, whole: Tensor
    ) -> Tensor:
        actors = [actor for actor, places in text.sheet.actors.items() if places]
        if not actors:
            return states.new_zeros(())
        held = torch.stack([self.pa(_seen(states, text.sheet.actors[one])) for one in actors])
        sides = self._room.sides
        holdings = {(actor, sides[rank]) for (actor, _), rank in text.stances.items()}
        wanted = torch.tensor([[float((a, side) in holdings) for side in SIDES] for a in actors])
        told = self.holder(torch.cat([held, whole.expand(len(actors), -1)], 1))
        levels = torch.tensor([[1 + text.stances.get((a, t), -1) for t in topics] for a in actors])
        claims, claimed = self._claims(text, states, actors, topics)
        stated = torch.tensor(
            [[[float((a, t) in told) for t in topics] for a in actors] for *_, told in text.cues]
        )
        pairs = self.pair(torch.cat([_crossed(held, about, whole), claimed], 2)).flatten(0, 1)
        return (
            _yes_or_no(told, wanted) / 2
            + functional.cross_entropy(pairs, levels.flatten(), reduction="sum") / 2
            + (_yes_or_no(claims, stated) / 4 if text.cues else 0)
        )

    def _claims(
        self, text: Text, states: Tensor, actors: list[str], topics: list[str]
    ) -> tuple[Tensor, Tensor]:
        """For each cue, actor and topic whether a position is stated there, by their mentions that
        stand nearest; and for each actor and topic what the cues make of it together."""
        shape = (len(text.cues), len(actors), len(topics), ROOM)
        if not text.cues:
            return states.new_zeros(shape[:3]), states.new_zeros(shape[1:])
        at = [places[0] for places, *_ in text.cues]
        cues = torch.stack([self.pc(_seen(states, places)) for places, *_ in text.cues])
        held, away = self._nearest(at, actors, text.sheet.names, states, self.pa)
        about, far = self._objects(at, topics, text, states)
        cue, actor = cues[:, None, None].expand(shape), held[:, :, None].expand(shape)
        topic = about[:, None].expand(shape)
        whole = torch.cat([cue, actor, topic, cue * actor, cue * topic], 3)
        line = self.claim[1](self.claim[0](whole))
        inner = self.claim[2](line + self.far[0](away)[:, :, None] + self.far[1](far)[:, None])
        return self.claim[3:](inner)[..., 0], inner.max(0).values

    def _nearest(
        self,
        at: Sequence[int],
        slugs: Sequence[str],
        mentions: Mentions,
        states: Tensor,
        pooled: nn.Module,
    ) -> tuple[Tensor, Tensor]:
        """For each place and slug the mention that stands nearest, and its reach."""
        found = torch.tensor([nearest(one, slugs, mentions) for one in at])
        rows = [pooled(_seen(states, places)) for _, places in mentions]
        return torch.stack([*rows, self.null])[found[..., 0]], found[..., 1]

    def _objects(
        self, at: Sequence[int], topics: Sequence[str], text: Text, states: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The field as a whole stands last."""
        about, far = self._nearest(at, topics, text.sheet.objects, states, self.pt)
        is_whole = torch.zeros(len(topics), 1)
        is_whole[-1] = 1
        return about + is_whole * self.gen, far

    def _act_loss(
        self, text: Text, states: Tensor, topics: list[str], about: Tensor, whole: Tensor
    ) -> Tensor:
        stages = [stage for stage, places in text.sheet.stages.items() if places]
        if not stages:
            return states.new_zeros(())
        rungs = self.rank(torch.tensor([self._room.stages.index(stage) for stage in stages]))
        standing = (
            torch.stack([self.ps(_seen(states, text.sheet.stages[s])) for s in stages]) + rungs
        )
        told = self.stage(torch.cat([standing, whole.expand(len(stages), -1)], 1))[:, 0]
        said = {stage for stage, _ in text.acts}
        loss = _yes_or_no(told, torch.tensor([float(stage in said) for stage in stages])) / 2
        reports, reported = self._reports(text, states, stages, topics)
        crossed = torch.cat([_crossed(standing, about, whole), reported], 2)
        stated = torch.tensor([[float(t in told) for t in topics] for *_, told in text.steps])
        loss = loss + _yes_or_no(reports, stated) / 4
        wanted = torch.tensor([[float((s, t) in text.acts) for t in topics] for s in stages])
        loss = loss + _yes_or_no(self.step(crossed)[..., 0], wanted) / 3
        effects = torch.tensor([[text.acts.get((s, t), -100) for t in topics] for s in stages])
        if bool((effects >= 0).any()):
            told = self.eff(crossed).flatten(0, 1)
            loss = loss + functional.cross_entropy(told, effects.flatten(), reduction="sum") / 2
        return loss

    def _reports(
        self, text: Text, states: Tensor, stages: list[str], topics: list[str]
    ) -> tuple[Tensor, Tensor]:
        """For each mention of a stage and each topic whether a step is reported there; and for each
        stage and topic what its mentions make of it together."""
        shape = (len(text.steps), len(topics), ROOM)
        rungs = self.rank(torch.tensor([self._room.stages.index(slug) for slug, *_ in text.steps]))
        steps = torch.stack([self.ps(_seen(states, places)) for _, places, _ in text.steps]) + rungs
        at = [places[0] for _, places, _ in text.steps]
        topic, far = self._objects(at, topics, text, states)
        step = steps[:, None].expand(shape)
        line = self.report[1](self.report[0](torch.cat([step, topic, step * topic], 2)))
        inner = self.report[2](line + self.far[2](far))
        slugs = [slug for slug, *_ in text.steps]
        own = [[at for at, slug in enumerate(slugs) if slug == stage] for stage in stages]
        return self.report[3:](inner)[..., 0], torch.stack([inner[at].max(0).values for at in own])

    def _topics(self, text: Text, states: Tensor) -> tuple[list[str], Tensor]:
        general = self._room.general
        told = {t: places for t, places in text.sheet.topics.items() if places and t != general}
        rows = [self.pt(_seen(states, places)) for places in told.values()]
        named = text.sheet.topics.get(general)
        rows.append((self.pt(_seen(states, named)) if named else self.null) + self.gen)
        return [*told, general], torch.stack(rows)


def _seen(states: Tensor, places: list[int]) -> Tensor:
    there = states[places]
    return torch.cat([there.mean(0), there.max(0).values])


def _crossed(some: Tensor, others: Tensor, whole: Tensor) -> Tensor:
    shape = (len(some), len(others), ROOM)
    one, other = some[:, None].expand(shape), others[None].expand(shape)
    return torch.cat([one, other, one * other, whole.expand(shape)], 2)


def _yes_or_no(told: Tensor, wanted: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(told, wanted, reduction="sum")


# --- lessons -----------------------------------------------------------------------------------


def teach(
    texts: Sequence[Text],
    room: Classroom,
    course: Course,
    *,
    known: Path | None = None,
    seed: int = 0,
) -> Pupil:
    """`known`: where what the network knows lies; without it the pupil begins anew."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
    pupil = Pupil(shipped.base(), room)
    if known:
        recall(pupil, known)
    optimizer = torch.optim.AdamW(pupil.parameters(), lr=course.pace, weight_decay=0.01)
    steps = course.rounds * -(-len(texts) // AT_ONCE)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, step / (0.1 * steps + 1)) * max(0, 1 - step / steps)
    )
    pupil.train()
    for number in range(course.rounds):
        total = 0.0
        for batch in _batches(texts):
            loss = pupil.loss(batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(pupil.parameters(), 1.0)
            optimizer.step()
            pace.step()
            total += float(loss.detach()) * len(batch)
        mean = total / len(texts)
        sys.stderr.write(f"  round {number + 1} of {course.rounds}: loss {mean:.3f}\n")
    return pupil.eval()


def _batches(texts: Sequence[Text]) -> list[list[Text]]:
    """Texts of like length together: less is filled up with nothing."""
    mixed = random.sample(list(texts), len(texts))
    lots = [mixed[at : at + 8 * AT_ONCE] for at in range(0, len(mixed), 8 * AT_ONCE)]
    batches = []
    for lot in lots:
        lot.sort(key=lambda text: len(text.sheet.ids))
        batches += [lot[at : at + AT_ONCE] for at in range(0, len(lot), AT_ONCE)]
    random.shuffle(batches)
    return batches


def recall(pupil: Pupil, path: Path) -> None:
    """What `write` wrote; a part that is new since then begins anew."""
    with np.load(path, allow_pickle=False) as kept:
        for name, parameter in pupil.named_parameters():
            if _kept_as(name) in kept:
                parameter.data = torch.tensor(kept[_kept_as(name)].astype(np.float32))


def write(pupil: Pupil, path: Path) -> None:
    """What was learnt, in half precision, under the names that neural/ reads."""
    arrays = {"marked-from": np.array(MARKED_FROM)}
    for name, parameter in pupil.named_parameters():
        arrays[_kept_as(name)] = parameter.detach().numpy().astype(np.float16)
    np.savez(path, **arrays)


def _kept_as(name: str) -> str:
    """layers.0.lines.q.a -> 4.q.a; layers.0.norms.out.weight -> 4.out.w; mark.0.weight -> mark.0"""
    parts = name.split(".")
    if parts[0] == "layers":
        number = int(parts[1]) + MARKED_FROM
        last = parts[4] if parts[2] == "lines" else parts[4][0]
        return f"{number}.{parts[3]}.{last}"
    return name.removesuffix(".weight") if parts[0] in ("mark", "far") else name


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        sys.stderr.write("python -m tests.gold.teach FOLDER [--anew] [FOLD ...]: with gold.jsonl\n")
        return 2
    room = Classroom()
    texts = room.texts(read_own() + read_gold(Path(arguments[0])))
    anew = "--anew" in arguments
    folds = [int(one) for one in arguments[1:] if one != "--anew"] or [*range(FOLDS), NOBODY]
    for fold in folds:
        path = LEARNT if fold == NOBODY else FOLDER / f"fold-{fold}.npz"
        sys.stderr.write(f"{path.name}: without fold {fold}\n" if fold >= 0 else f"{path.name}\n")
        others = [text for text in texts if text.fold != fold]
        learnt = teach(others, room, ANEW) if anew else teach(others, room, ON, known=path)
        write(learnt, path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
