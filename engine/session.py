"""Stages 2 and 3: route a batch of questions, assemble each one's sparse context, and grow it token by token (spec §5).

A session holds one committed state of the memory. Questions of a batch lie packed in one row and never see each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from engine.arriving import Arriving, Courier
from engine.attention import attend_context
from engine.backbone import run_layers
from engine.cache import LayerCache
from engine.encode import SegmentAttention
from engine.memory import Memory
from engine.model import ENCODER, MsaModel
from kernels.resident.candidates import Best, best_of_scores

Content = tuple[Arriving, Arriving]
"""Keys and values of the chunks that a question reads at a layer, [chunks, kv_heads, dim]."""


@dataclass(frozen=True)
class Prefix:
    """The template before every question, encoded once. keys, values: per layer [kv_heads, tokens, dim]."""

    keys: list[Tensor]
    values: list[Tensor]
    tokens: int


@torch.inference_mode()
def encode_prefix(model: MsaModel, ids: Sequence[int], *, adapter: str | None = ENCODER) -> Prefix:
    """Keys and values of the template prefix at positions 0…n−1 (spec §3); adapter: as the sessions'."""
    attend = SegmentAttention(model, [], prefix=len(ids))
    row = torch.tensor(list(ids), device=model.device)
    with model.adapted(adapter):
        run_layers(model.backbone, row, torch.arange(len(ids), device=model.device), attend)
    return Prefix(attend.prefix_keys, attend.prefix_values, len(ids))


@dataclass(frozen=True)
class Prompt:
    """The active tokens of one question. ids: token ids; routes: true for those that route (document id 0)."""

    ids: Sequence[int]
    routes: Sequence[bool]

    def __post_init__(self) -> None:
        if len(self.ids) != len(self.routes) or not len(self.ids):
            raise ValueError("a prompt needs tokens, and one routing flag for each")


@dataclass
class Selection:
    """What one router layer chose for one question, best first. document_ids: [n] int64, scores: [n] float32."""

    document_ids: Tensor
    scores: Tensor


@dataclass
class Session:
    """Contexts of a batch of questions. Use `open_session`.

    memory: the state that the questions read; logits: [questions, vocab] behind the newest token of each; scores: per router
    layer [questions, documents], where they were kept; selections: per router layer, per question; adapter: which one takes
    part.
    """

    model: MsaModel
    memory: Memory
    caches: list[list[LayerCache]]  # [question][layer]
    next_position: list[int]
    logits: Tensor
    scores: list[Tensor] = field(default_factory=list)
    selections: list[list[Selection]] = field(default_factory=list)
    adapter: str | None = ENCODER

    @property
    def document_ids(self) -> Tensor:
        """Columns of `scores`, [documents] int64, ascending."""
        return self.memory.document_ids

    @torch.inference_mode()
    def extend(
        self,
        tokens: Sequence[Sequence[int]],
        *,
        causal: bool = True,
        observe: Callable[[str, Tensor], None] | None = None,
    ) -> Tensor:
        """Feed further tokens, per question (an empty list leaves a question as it is), without new routing.

        `causal=False` lets tokens fed together see each other both ways, as the public implementation does when it injects
        text (golden.json, "several tokens in stage generate"). Returns logits [questions, vocab].
        """
        lengths = [len(row) for row in tokens]
        ids = torch.tensor([token for row in tokens for token in row], device=self.model.device)
        if not len(ids):
            return self.logits
        positions = torch.cat(
            [torch.arange(p, p + n) for p, n in zip(self.next_position, lengths, strict=True)]
        ).to(self.model.device)

        live = [row for row, n in enumerate(lengths) if n]
        ends = (torch.tensor(lengths).cumsum(0)[live] - 1).to(self.model.device)

        def attend(layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            return _attend_batch(self.model, self.caches, layer, lengths, query, key, value, causal=causal)

        with self.model.adapted(self.adapter, writing=max(lengths) == 1):
            hidden = run_layers(self.model.backbone, ids, positions, attend, observe=observe)
            newest = self.model.logits(hidden[ends]).float()
        self.logits = self.logits.clone()
        self.logits[live] = newest
        self.next_position = [p + n for p, n in zip(self.next_position, lengths, strict=True)]
        return self.logits

    def fork(self, row: int, drop: int) -> None:
        """Add a question with another one's context and memory, less its newest `drop` tokens, as the last row.

        Questions that begin alike so cost their beginning once. The new one's logits are stale until it is extended, and
        it has no scores and no selection of its own.
        """
        self.caches.append([cache.copy(drop) for cache in self.caches[row]])
        self.next_position.append(self.next_position[row] - drop)
        self.logits = torch.cat([self.logits, self.logits[row : row + 1]])

    def rewind(self, row: int, count: int) -> None:
        """Take a question's newest `count` tokens back out of its context. Its logits are stale until it is extended."""
        for cache in self.caches[row]:
            cache.drop(count)
        self.next_position[row] -= count


def _attend_batch(
    model: MsaModel,
    caches: list[list[LayerCache]],
    layer: int,
    lengths: Sequence[int],
    query: Tensor,
    key: Tensor,
    value: Tensor,
    *,
    causal: bool = True,
) -> Tensor:
    """Append each question's new keys to its context and attend to all of it. Returns [tokens, heads, dim]."""
    parts = []
    window = model.window(layer)
    start = 0
    for row, count in enumerate(lengths):
        span = slice(start, start + count)
        start += count
        if not count:
            continue
        cache = caches[row][layer]
        cache.append(key[:, span], value[:, span])
        parts.append(
            attend_context(
                query[:, span], cache.keys, cache.values, causal=causal, window=window, chunks=cache.chunks
            )
        )
    return parts[0] if len(parts) == 1 else torch.cat(parts)


@torch.inference_mode()
def open_session(
    model: MsaModel,
    memory: Memory,
    prompts: Sequence[Prompt],
    prefix: Prefix,
    *,
    reserve: int = 256,
    top_k: int | None = None,
    routing_only: bool = False,
    keep_scores: bool = True,
    adapter: str | None = ENCODER,
    observe: Callable[[str, Tensor], None] | None = None,
) -> Session:
    """Prefill questions: at each router layer score, select, fetch and attend (spec §4); elsewhere attend to the prefix.

    reserve: tokens of room for the answer before a cache has to grow; top_k: documents per layer, default the config's.
    `routing_only` stops at the last router layer: scores and selections are there, logits and caches above are not.
    keep_scores: whether `scores` are wanted; without, no table of all documents is made, and one wait for the device is all
    that a router layer costs.
    adapter: the one that is on, where the model has it; the prefix must have been encoded so too.
    `observe` sees "router_input.<layer>" (the routing tokens' attention input), "router_query.<layer>" and each layer's
    output.
    """
    k = model.config.top_k if top_k is None else top_k
    lengths = [len(prompt.ids) for prompt in prompts]
    # The offset of the first position is top_k whatever the size of the memory (spec §3, global RoPE).
    first = prefix.tokens + model.config.top_k
    ids = torch.tensor([token for prompt in prompts for token in prompt.ids], device=model.device)
    positions = torch.cat([torch.arange(first, first + n, device=model.device) for n in lengths])
    routing_rows = [
        torch.tensor([at for at, routes in enumerate(prompt.routes) if routes], dtype=torch.int64)
        for prompt in prompts
    ]
    starts = [sum(lengths[:row]) for row in range(len(lengths))]
    session = Session(
        model=model,
        memory=memory,
        caches=[[] for _ in prompts],
        next_position=[first + n for n in lengths],
        logits=torch.empty(0),
        adapter=adapter,
    )
    ends = (torch.tensor(lengths).cumsum(0) - 1).to(model.device)
    courier = Courier(model.device)

    def attend(layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        contents: list[Content | None] = [None] * len(prompts)
        slot = model.slot(layer)
        if slot is not None:
            queries = []
            routing = [
                (rows + start).to(hidden.device) for start, rows in zip(starts, routing_rows, strict=True)
            ]
            for at in routing:
                queries.append(model.router_query(layer, hidden[at], query[:, at]))
            if observe:
                observe(f"router_input.{layer}", hidden[torch.cat(routing)])
                observe(f"router_query.{layer}", torch.cat(queries))
            contents = _select(
                session, slot, queries, k, keep_scores, partial(courier.bring, dtype=key.dtype)
            )
        for row, content in enumerate(contents):
            count = 0 if content is None else len(content[0].tensor)
            cache = LayerCache(
                [(prefix.keys[layer], prefix.values[layer])],
                count + lengths[row] + reserve,
                chunks=range(prefix.tokens, prefix.tokens + count),
            )
            if content is not None:
                cache.append(*(part.here().transpose(0, 1) for part in content))
            session.caches[row].append(cache)
        return _attend_batch(model, session.caches, layer, lengths, query, key, value)

    stop_at = model.config.router_layers[-1] if routing_only else None
    with model.adapted(adapter):
        hidden = run_layers(model.backbone, ids, positions, attend, stop_at=stop_at, observe=observe)
    if routing_only:
        return session
    session.logits = model.logits(hidden[ends]).float()
    return session


def _select(
    session: Session,
    slot: int,
    queries: list[Tensor],
    k: int,
    keep_scores: bool,
    bring: Callable[[Tensor], Arriving],
) -> list[Content | None]:
    """Find the top k documents of each question, fetch all their chunks and start bringing them."""
    memory = session.memory
    # A question without routing tokens selects nothing.
    asking = [row for row, query in enumerate(queries) if len(query)]
    asked = [queries[row] for row in asking]
    if keep_scores:
        scores = torch.full((len(queries), len(memory.document_ids)), -torch.inf)
        if asked:
            scores[asking] = memory.score(slot, asked).to(scores)
        session.scores.append(scores)
        best = best_of_scores(scores[asking], memory.document_ids, k)
    else:
        best = (
            Best(*(part.cpu() for part in memory.best(slot, asked, k)))
            if asked
            else Best(torch.empty(0, 0), torch.empty(0, 0))
        )
    nothing = Selection(torch.empty(0, dtype=torch.int64), torch.empty(0))
    chosen = [nothing] * len(queries)
    contents: list[Content | None] = [None] * len(queries)
    for row, ids, values in zip(asking, best.document_ids, best.scores, strict=True):
        found = ids >= 0
        chosen[row] = Selection(ids[found], values[found])
        if len(chosen[row].document_ids):
            keys, content, _ = memory.fetch(slot, ids[found].sort().values)
            contents[row] = bring(keys), bring(content)
    session.selections.append(chosen)
    return contents
