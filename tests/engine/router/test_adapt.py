"""A router adapted to one memory: it learns what pairs show, goes only as far as wins, and routes as the engine does."""

from __future__ import annotations

import random

import pytest
import torch
from torch import Tensor

from engine.memory import Encoding, RamMemory
from engine.model import MsaModel
from engine.router.adapt import (
    Asked,
    adaptable,
    batch,
    features,
    judge,
    learn,
    lowest_gain,
    query_projections,
    recalls,
    routing_states,
    use_query_projections,
)
from engine.router.pseudo_questions import pseudo_questions, spread_of
from engine.session import Prompt, encode_prefix, open_session
from tests.engine.tiny import PREFIX, tiny_model, tokens

LAYERS, HIDDEN, KV_HEADS, DIM = 2, 32, 2, 16
DOCUMENTS = 240


@pytest.fixture(scope="module")
def model() -> MsaModel:
    return tiny_model(query_reduce="pool", layout="chat", writes_document_ids=False)


class World:
    """Documents with a meaning, and questions that turn it a little: the model's own projection finds some of them."""

    def __init__(self, turned: float) -> None:
        generator = torch.Generator().manual_seed(1)
        meaning = torch.randn(DOCUMENTS, HIDDEN, generator=generator)
        project = torch.randn(LAYERS, KV_HEADS * DIM, HIDDEN, generator=generator)
        noise = torch.randn(HIDDEN, HIDDEN, generator=generator)
        turn = torch.matrix_exp(turned * (noise - noise.T))
        keys = (meaning @ project.mT).view(LAYERS, DOCUMENTS, KV_HEADS, DIM)
        self.keys = torch.nn.functional.normalize(keys, dim=3)
        states = (meaning @ turn)[:, None] + 1.5 * torch.randn(DOCUMENTS, 3, HIDDEN, generator=generator)
        self.states = states.expand(LAYERS, -1, -1, -1)  # [layers, documents, tokens, hidden]
        # Four query heads share two kv heads.
        heads = project.view(LAYERS, KV_HEADS, DIM, HIDDEN).repeat_interleave(2, dim=1)
        self.start = heads.reshape(LAYERS, -1, HIDDEN)

    def memory(self, model: MsaModel) -> RamMemory:
        parts = [self.keys[:, row : row + 1] for row in range(DOCUMENTS)]
        return RamMemory([Encoding(part, part, part, 1) for part in parts], model.config)

    def asked(self, rows: range) -> Asked:
        return Asked([self.states[:, row] for row in rows], torch.tensor([row + 1 for row in rows]))

    def train(self, rows: range, rate: float) -> Tensor:
        keys = {row + 1: self.keys[:, row : row + 1] for row in range(DOCUMENTS)}
        shard = features(self.asked(rows), keys)
        return learn(self.start, DIM, shard, [[] for _ in rows], steps=60, rate=rate)


LEARN, CHOOSE, TEST = range(120), range(120, 170), range(170, DOCUMENTS)


def test_it_finds_more_of_what_it_did_not_learn_from(model: MsaModel) -> None:
    world = World(0.12)
    trained = world.train(LEARN, rate=1e-2)
    asked = world.asked(CHOOSE), world.asked(TEST)
    memory = world.memory(model)
    verdict, adapted = judge(model, memory, world.start, world.start, trained, *asked)
    assert verdict.wins and verdict.after > verdict.before + 0.05
    assert float(recalls(model, memory, adapted, asked[1]).mean()) == pytest.approx(verdict.after)
    part = (adapted - world.start).norm() / (trained - world.start).norm()
    assert float(part) == pytest.approx(verdict.share, abs=1e-4)


def test_what_loses_is_not_kept(model: MsaModel) -> None:
    world = World(0.0)
    noise = torch.randn(world.start.shape, generator=torch.Generator().manual_seed(2))
    asked = world.asked(CHOOSE), world.asked(TEST)
    verdict, adapted = judge(
        model, world.memory(model), world.start, world.start, world.start + 9 * noise, *asked
    )
    assert not verdict.wins and verdict.share == 0 and verdict.after == verdict.before
    assert torch.equal(adapted, world.start)


def test_training_stays_near_its_start() -> None:
    world = World(0.12)
    trained = world.train(LEARN, rate=3e-4)
    moved = (trained - world.start).norm() / world.start.norm()
    assert 0 < float(moved) < 0.05


def test_the_gain_must_be_more_than_chance() -> None:
    each = torch.arange(100)
    assert lowest_gain(torch.full((100,), 0.1), each) == pytest.approx(0.1)
    mixed = torch.where(each % 2 == 0, 1.0, -0.9)
    assert lowest_gain(mixed, each) < 0 < float(mixed.mean())
    # A hundred questions to two documents say no more than two.
    lucky = torch.where(each < 50, 0.3, -0.1)
    assert lowest_gain(lucky, (each >= 50).long()) < 0 < lowest_gain(lucky, each)


def test_states_are_those_that_asking_routes_by(model: MsaModel) -> None:
    world = World(0.12)
    memory, prefix = world.memory(model), encode_prefix(model, PREFIX)
    prompts = [Prompt(row, [at > 0 for at in range(len(row))]) for row in tokens(3, 5, 9)]
    states = routing_states(model, memory, prompts, prefix)
    assert [list(s.shape) for s in states] == [[LAYERS, 4, HIDDEN], [LAYERS, 8, HIDDEN]]
    expected = torch.stack(open_session(model, memory, prompts, prefix, routing_only=True).scores).sum(dim=0)
    for row, state in enumerate(states):
        best = int(expected[row].argmax())
        asked = Asked([state], memory.document_ids[best : best + 1])
        assert recalls(model, memory, query_projections(model), asked).tolist() == [1.0]
        worst = int(expected[row].argmin())
        asked = Asked([state], memory.document_ids[worst : worst + 1])
        assert recalls(model, memory, query_projections(model), asked).tolist() == [0.0]


def test_projections_come_and_go(model: MsaModel) -> None:
    shipped = query_projections(model)
    other = shipped + 1
    use_query_projections(model, other)
    assert torch.equal(query_projections(model), other)
    use_query_projections(model, shipped)
    assert torch.equal(query_projections(model), shipped)
    with pytest.raises(ValueError, match="do not fit"):
        use_query_projections(model, shipped[:1])


def test_a_batch_holds_the_right_documents_and_some_like_them() -> None:
    shard = World(0.0)
    keys = {row + 1: shard.keys[:, row : row + 1] for row in range(DOCUMENTS)}
    made = features(shard.asked(range(20)), keys)
    alike = [[row + 100, row] for row in range(20)]
    questions, documents = batch(made, alike, random.Random(0))
    rows = documents.tolist()
    assert len(set(rows)) == len(rows) == 96
    assert set(questions.tolist()) <= set(rows) and {row + 100 for row in range(20)} <= set(rows)


def test_only_the_product_own_kind_of_router_is_adapted(model: MsaModel) -> None:
    assert adaptable(model.config)
    assert not adaptable(tiny_model(query_reduce="max").config)
    assert not adaptable(tiny_model(query_reduce="pool", decouple_router=False).config)


TEXT = """Garden · 2021-04-12
The old apricot tree behind our garden shed lost every blossom in the late frost. It was cold.
Mara brought four young cherry trees from the nursery in Emmendingen last Saturday morning."""


def test_questions_leave_out_the_title_and_keep_the_order() -> None:
    spread = spread_of([TEXT, "the frost was late", "a tree in the frost"])
    assert spread["frost"] == 3 and spread["apricot"] == 1
    for seed in range(20):
        made = pseudo_questions(TEXT, "Garden", spread, 3, random.Random(seed))
        assert len(made) == 2
        for question in made:
            kept = question.text.removesuffix("?").split()
            said = [word.rstrip(".") for word in question.sentence.split()]
            assert question.text.endswith("?") and question.sentence in TEXT
            assert 4 <= len(kept) < len(said) and "garden" not in kept
            places = [said.index(word) for word in kept]
            assert places == sorted(places)


def test_tables_and_code_ask_nothing() -> None:
    assert pseudo_questions("a;b;c\n1;2;3\nx = f(y)", "", {}, 3, random.Random(0)) == []
