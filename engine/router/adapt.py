"""Adapts a router to one archive without labels: its query projections learn from questions made of the documents.

Only the query side moves. The stored routing keys stay what they are, so nothing is encoded again; they are the
features of `train_router`, with the identity as their projection. Steps are kept small in two ways, because sentences are
not questions: a penalty on the distance from the start, and a share of the way that is chosen on questions apart. What is
chosen must then win on further questions, over the whole memory, by more than chance; else nothing changes.

What a question reads of the memory between the router layers is taken as the present router leaves it. It knows no files.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.config import MsaConfig
from engine.memory import Memory
from engine.model import MsaModel
from engine.router.features import Features
from engine.router.projections import DEPTHS, DOCUMENTS, QUESTIONS, Projections, loss
from engine.scoring import routing_vectors
from engine.session import Prefix, Prompt, open_session

ANCHOR_WEIGHT = (
    30.0  # weight of the squared relative distance from the start, far more than for real questions
)
SHARES = (0.25, 0.5, 1.0)  # of the way from the start to what was learnt
SAMPLES = 2000  # of the bootstrap
CHANCE = 0.025  # one-sided
EVERY = 50  # steps between two reports


@dataclass(frozen=True)
class Asked:
    """Questions to a memory. states: per question [layers, tokens, hidden], what `routing_states` gives; gold: [questions]
    int64 ids of the documents that they are about."""

    states: Sequence[Tensor]
    gold: Tensor


@dataclass(frozen=True)
class Judgement:
    """How an adapted router did on documents that took no part in it: mean recall@1, @5 and @16 before and after, and the
    lower end of what chance leaves of the gain. share: of the way that was gone; 0 where no step helped."""

    share: float
    before: float
    after: float
    gain_at_least: float

    @property
    def wins(self) -> bool:
        return self.share > 0 and self.gain_at_least > 0


def adaptable(config: MsaConfig) -> bool:
    """Whether a model's routing is what `train_router` trains: projected cosines of pooled questions, mean over heads."""
    reduced = (config.head_reduce, config.query_reduce, config.chunk_reduce)
    return config.decouple_router and config.normalises and reduced == ("mean", "pool", "max")


def query_projections(model: MsaModel) -> Tensor:
    """[layers, heads·dim, hidden] float32, a copy."""
    return torch.stack([_query(model, layer).weight.float().cpu() for layer in model.config.router_layers])


def use_query_projections(model: MsaModel, projections: Tensor) -> None:
    """Route with other query projections from the next layer on. Raises ValueError where they do not fit."""
    layers = model.config.router_layers
    if projections.shape != (len(layers), *_query(model, layers[0]).weight.shape):
        raise ValueError(f"query projections of shape {list(projections.shape)} do not fit this model")
    for layer, projection in zip(layers, projections, strict=True):
        query = _query(model, layer)
        # A new parameter, not new numbers in the old: a forward under way keeps a whole one.
        query.weight = nn.Parameter(projection.to(query.weight), requires_grad=False)


def _query(model: MsaModel, layer: int) -> nn.Linear:
    projection = model.backbone.get_submodule(f"model.layers.{layer}.self_attn.router_q_proj.0")
    assert isinstance(projection, nn.Linear)
    return projection


def routing_states(
    model: MsaModel, memory: Memory, prompts: Sequence[Prompt], prefix: Prefix
) -> list[Tensor]:
    """Attention inputs of the routing tokens just as asking computes them: per prompt [layers, tokens, hidden] float16."""
    seen: dict[str, Tensor] = {}
    open_session(model, memory, prompts, prefix, reserve=0, routing_only=True, observe=seen.__setitem__)
    states = torch.stack([seen[f"router_input.{layer}"] for layer in model.config.router_layers])
    return list(states.half().cpu().split([sum(prompt.routes) for prompt in prompts], dim=1))


def features(asked: Asked, keys: Mapping[int, Tensor]) -> Features:
    """What `train_router` learns from. keys: document id -> stored routing keys [layers, chunks, kv_heads, dim]."""
    row = {number: at for at, number in enumerate(keys)}
    nothing = torch.zeros(0, 0)
    return Features(
        chunks=torch.cat([key.flatten(2) for key in keys.values()], dim=1),
        chunk_counts=torch.tensor([key.shape[1] for key in keys.values()]),
        queries=torch.stack([states.float().mean(dim=1) for states in asked.states], dim=1),
        gold=torch.tensor([row[number] for number in asked.gold.tolist()]),
        gold_counts=torch.ones(len(asked.gold), dtype=torch.int64),
        document_teacher=nothing,
        question_teacher=nothing,
    )


def learn(
    start: Tensor,
    head_dim: int,
    known: Features,
    alike: Sequence[Sequence[int]],
    *,
    steps: int,
    rate: float = 3e-4,
    report: Callable[[int], None] = lambda step: None,
) -> Tensor:
    """Query projections after training, shaped and sized as `start` [layers, heads·dim, hidden].

    alike: for each question, rows of documents that share its words; report: called with the number of steps done.
    """
    layers, width = len(start), known.chunks.shape[2]
    origin = Projections(start, torch.eye(width).expand(layers, -1, -1), head_dim).scaled()
    query = origin.query.clone().requires_grad_()
    router = Projections(query, origin.key, head_dim)
    optimiser = torch.optim.AdamW([query], lr=rate, weight_decay=0)
    for step in range(1, steps + 1):
        questions, documents = batch(known, alike, random.Random(step))
        optimiser.zero_grad()
        distance = (query - origin.query).pow(2).mean()
        (loss(router, known, questions, documents) + ANCHOR_WEIGHT * distance).backward()
        optimiser.step()
        if step % EVERY == 0:
            report(step)
    return query.detach() * start.pow(2).mean(dim=(1, 2), keepdim=True).sqrt()


def batch(known: Features, alike: Sequence[Sequence[int]], choice: random.Random) -> tuple[Tensor, Tensor]:
    """Questions, and their documents filled up with documents like those, then with any."""
    questions = choice.sample(range(len(known.gold)), min(QUESTIONS, len(known.gold)))
    gold = dict.fromkeys(known.gold[questions].tolist())
    hard = list(dict.fromkeys(row for q in questions for row in alike[q] if row not in gold))
    chosen = [*gold, *choice.sample(hard, min(len(hard), (DOCUMENTS - len(gold)) // 2))]
    others = [row for row in range(len(known.chunk_counts)) if row not in set(chosen)]
    return torch.tensor(questions), torch.tensor(
        chosen + choice.sample(others, min(len(others), DOCUMENTS - len(chosen)))
    )


def judge(
    model: MsaModel,
    memory: Memory,
    start: Tensor,
    present: Tensor,
    trained: Tensor,
    choose: Asked,
    test: Asked,
) -> tuple[Judgement, Tensor]:
    """Go the share of the way from `start` to `trained` that does best on `choose`, and set it against the router in use on
    `test`. Returns the judgement and the projections."""
    best, share, adapted = float(recalls(model, memory, present, choose).mean()), 0.0, present
    for part in SHARES:
        candidate = start + part * (trained - start)
        value = float(recalls(model, memory, candidate, choose).mean())
        if value > best:
            best, share, adapted = value, part, candidate
    before = recalls(model, memory, present, test)
    after = recalls(model, memory, adapted, test)
    at_least = lowest_gain(after - before, test.gold)
    return Judgement(share, float(before.mean()), float(after.mean()), at_least), adapted


@torch.no_grad()
def recalls(
    model: MsaModel, memory: Memory, projections: Tensor, asked: Asked, *, at_once: int = 16
) -> Tensor:
    """[questions] mean of recall@1, @5 and @16 among all documents of the memory, by routing alone."""
    columns = torch.searchsorted(memory.document_ids, asked.gold)
    found = []
    for low in range(0, len(asked.gold), at_once):
        states = asked.states[low : low + at_once]
        scores = torch.stack(
            [
                memory.score(slot, _routed(model, projections[slot], slot, states))
                for slot in range(len(projections))
            ]
        ).sum(dim=0)  # [questions, documents]
        gold = scores.gather(1, columns[low : low + at_once, None])
        found.append((scores > gold).sum(dim=1))
    rank = torch.cat(found)
    return torch.stack([(rank < k).float() for k in DEPTHS]).mean(dim=0)


def _routed(model: MsaModel, projection: Tensor, slot: int, states: Sequence[Tensor]) -> list[Tensor]:
    """Routing vectors at one router layer: per question [1, heads, dim] float32."""
    pooled = torch.stack([state[slot].float().mean(dim=0) for state in states]) @ projection.T
    vectors = routing_vectors(pooled.view(-1, model.heads, model.head_dim), model.config)
    return list(vectors.split(1))


def lowest_gain(differences: Tensor, documents: Tensor) -> float:
    """Lower end of a bootstrap interval of the mean difference, drawn over documents: questions to one document lean on each
    other. differences: [questions], documents: [questions] ids."""
    _, owner = documents.unique(return_inverse=True)
    count = int(owner.max()) + 1
    sums = torch.zeros(count).index_add(0, owner, differences)
    sizes = torch.zeros(count).index_add(0, owner, torch.ones(len(owner)))
    drawn = torch.randint(count, (SAMPLES, count), generator=torch.Generator().manual_seed(0))
    return float((sums[drawn].sum(dim=1) / sizes[drawn].sum(dim=1)).quantile(CHANCE))
