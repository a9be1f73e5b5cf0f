"""What must not change an answer: batching at encoding, the bank's order and size, batching of questions; and generation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from transformers import (
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from engine.encode import encode_documents
from engine.generate import Sampling, generate
from engine.memory import Encoding, RamMemory
from engine.model import MsaModel
from engine.session import Prefix, Prompt, Session, open_session
from tests.engine.tiny import FAMILIES, largest_gap, prefix_of, prompt, ram, tiny_model, tokens

CLOSE = 2e-5
MODELS = {family: tiny_model(family, seed=40) for family in FAMILIES}
fixed = settings(derandomize=True, deadline=None, max_examples=25)


@st.composite
def documents(draw: st.DrawFn, most: int = 8) -> list[list[int]]:
    lengths = draw(st.lists(st.integers(1, 19), min_size=1, max_size=most))
    return tokens(draw(st.integers(0, 10**6)), *lengths)


def greedy(session: Session, count: int = 6) -> list[list[int]]:
    steps = list(generate(session, Sampling(max_new_tokens=count), ()))
    return [[token for step in steps if (token := step[row]) is not None] for row in range(len(steps[0]))]


def chosen(session: Session) -> list[list[list[int]]]:
    """Document ids per router layer, per question."""
    return [[one.document_ids.tolist() for one in layer] for layer in session.selections]


def same_encoding(left: Encoding, right: Encoding) -> bool:
    pairs = ((left.key, right.key), (left.value, right.value), (left.router_key, right.router_key))
    return left.tokens == right.tokens and all(largest_gap(a, b) < CLOSE for a, b in pairs)


@fixed
@given(family=st.sampled_from(FAMILIES), texts=documents(), data=st.data())
def test_encoding_does_not_depend_on_the_batch(
    family: str, texts: list[list[int]], data: st.DataObject
) -> None:
    model = MODELS[family]
    alone = [encode_documents(model, [text])[0] for text in texts]
    order = data.draw(st.permutations(range(len(texts))))
    cut = data.draw(st.integers(0, len(texts)))
    batches = [order[:cut], order[cut:]]
    for batch in batches:
        for at, encoding in zip(batch, encode_documents(model, [texts[at] for at in batch]), strict=True):
            assert same_encoding(encoding, alone[at])


@fixed
@given(family=st.sampled_from(FAMILIES), texts=documents(), data=st.data(), seed=st.integers(0, 10**6))
def test_answer_does_not_depend_on_the_order_of_the_bank(
    family: str, texts: list[list[int]], data: st.DataObject, seed: int
) -> None:
    model = MODELS[family]
    encodings = encode_documents(model, texts)
    ids = data.draw(st.permutations([at + 11 for at in range(len(texts))]))  # the id of each text
    by_id = sorted(zip(ids, encodings, strict=True), key=lambda pair: pair[0])
    banks = [
        RamMemory(encodings, model.config, list(range(len(texts)))),
        RamMemory([encoding for _, encoding in by_id], model.config, [number for number, _ in by_id]),
    ]
    sessions = [open_session(model, bank, [prompt(seed, 5)], prefix_of(model)) for bank in banks]
    renamed = [[[ids[at] for at in row] for row in layer] for layer in chosen(sessions[0])]
    assert chosen(sessions[1]) == renamed
    assert largest_gap(sessions[0].logits, sessions[1].logits) < 10 * CLOSE
    assert greedy(sessions[0]) == greedy(sessions[1])


@fixed
@given(family=st.sampled_from(FAMILIES), texts=documents(12), data=st.data(), seed=st.integers(0, 10**6))
def test_answer_does_not_depend_on_documents_that_are_not_selected(
    family: str, texts: list[list[int]], data: st.DataObject, seed: int
) -> None:
    model = MODELS[family]
    encodings = encode_documents(model, texts)
    full = open_session(model, RamMemory(encodings, model.config), [prompt(seed, 5)], prefix_of(model))
    needed = {number for layer in chosen(full) for number in layer[0]}
    keep = [n for n in range(1, len(texts) + 1) if n in needed or data.draw(st.booleans())]
    fewer = RamMemory([encodings[n - 1] for n in keep], model.config, keep)
    session = open_session(model, fewer, [prompt(seed, 5)], prefix_of(model))
    assert chosen(session) == chosen(full)
    assert torch.equal(session.logits, full.logits)
    assert greedy(session) == greedy(full)


@fixed
@given(
    family=st.sampled_from(FAMILIES),
    texts=documents(),
    shapes=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), min_size=1, max_size=4),
    seed=st.integers(0, 10**6),
    temperature=st.sampled_from([0.0, 1.3]),
)
def test_batch_of_questions_equals_each_alone(
    family: str, texts: list[list[int]], shapes: list[tuple[int, int]], seed: int, temperature: float
) -> None:
    model = MODELS[family]
    memory, prefix = ram(model, texts), prefix_of(model)
    asked = [prompt(seed + at, routing, tail) for at, (routing, tail) in enumerate(shapes)]
    sampling = Sampling(max_new_tokens=5, temperature=temperature, top_k=7, seed=seed)
    together = open_session(model, memory, asked, prefix, reserve=0)
    stops = set(range(6, 12))
    steps = list(generate(together, sampling, stops))
    for row, one in enumerate(asked):
        alone = open_session(model, memory, [one], prefix)
        assert [layer[row] for layer in chosen(together)] == [layer[0] for layer in chosen(alone)]
        wanted = [step[0] for step in generate(alone, sampling, stops)]
        assert [step[row] for step in steps if step[row] is not None] == wanted


@fixed
@given(
    family=st.sampled_from(FAMILIES),
    shared=st.integers(1, 9),
    tails=st.tuples(st.integers(0, 5), st.integers(1, 5)),
)
def test_a_forked_question_goes_on_by_itself(family: str, shared: int, tails: tuple[int, int]) -> None:
    model = MODELS[family]
    memory, prefix = ram(model, tokens(1, 9, 5)), prefix_of(model)
    asked = prompt(3, 2, shared)
    first, second = tokens(4, *tails) if tails[0] else ([], tokens(4, tails[1])[0])
    session = open_session(model, memory, [asked], prefix, reserve=1)
    before = session.extend([first])
    session.fork(0, tails[0])
    after = session.extend([[], second])
    alone = open_session(model, memory, [asked], prefix).extend([second])
    assert torch.equal(after[0], before[0])
    assert largest_gap(after[1], alone[0]) < CLOSE
    written = greedy(session)
    assert written[1] == greedy(session_with(model, memory, prefix, asked, second))[0]
    assert written[0] == greedy(session_with(model, memory, prefix, asked, first))[0]


def session_with(
    model: MsaModel, memory: RamMemory, prefix: Prefix, asked: Prompt, further: list[int]
) -> Session:
    session = open_session(model, memory, [asked], prefix)
    session.extend([further])
    return session


@fixed
@given(reserve=st.integers(0, 3), counts=st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_cache_grows_beyond_its_reserve(reserve: int, counts: list[int]) -> None:
    model = MODELS["qwen3"]
    memory, prefix, asked = ram(model, tokens(1, 9, 5)), prefix_of(model), prompt(1, 4)
    small = open_session(model, memory, [asked], prefix, reserve=reserve)
    large = open_session(model, memory, [asked], prefix, reserve=100)
    for at, piece in enumerate(tokens(2, *counts)):
        assert torch.equal(small.extend([piece]), large.extend([piece])), at
    assert small.caches[0][0].length == large.caches[0][0].length


def test_growing_copies_rarely() -> None:
    """The buffers move a handful of times over many tokens, not at each token."""
    model = MODELS["llama"]
    session = open_session(model, ram(model, tokens(3, 5)), [prompt(2, 3)], prefix_of(model), reserve=0)
    places = set()
    for token in tokens(4, 100)[0]:
        session.extend([[token]])
        places.add(session.caches[0][-1].keys.data_ptr())
    assert len(places) <= 6


def opened(model: MsaModel, questions: int = 1) -> Session:
    asked = [prompt(at, 4) for at in range(questions)]
    return open_session(model, ram(model, tokens(5, 9, 5, 7)), asked, prefix_of(model))


def scripted_sampling(model: MsaModel, sampling: Sampling) -> list[int]:
    """The same draw written out with transformers' processors, feeding token after token."""
    rules = LogitsProcessorList(
        [
            RepetitionPenaltyLogitsProcessor(sampling.repetition_penalty),
            TemperatureLogitsWarper(sampling.temperature),
            TopKLogitsWarper(sampling.top_k),
            TopPLogitsWarper(sampling.top_p),
        ]
    )
    session = opened(model)
    written: list[int] = []
    draw = torch.Generator().manual_seed(sampling.seed or 0)
    for _ in range(sampling.max_new_tokens):
        history: Any = torch.tensor([written], dtype=torch.int64)
        logits: Any = session.logits
        scores: Tensor = rules(history, logits)
        written.append(int(torch.multinomial(scores.softmax(-1), 1, generator=draw)))
        session.extend([[written[-1]]])
    return written


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sampling_is_transformers_processors_with_a_seed(seed: int) -> None:
    model = MODELS["qwen3"]
    sampling = Sampling(12, temperature=1.7, top_k=20, top_p=0.9, repetition_penalty=1.3, seed=seed)
    written = [step[0] for step in generate(opened(model), sampling, ())]
    assert written == scripted_sampling(model, sampling)
    assert written == [step[0] for step in generate(opened(model), sampling, ())]
    other = [step[0] for step in generate(opened(model), replace(sampling, seed=seed + 10), ())]
    assert written != other


def test_unseeded_sampling_draws_anew() -> None:
    sampling = Sampling(12, temperature=5.0)
    runs = {tuple(step[0] for step in generate(opened(MODELS["qwen3"]), sampling, ())) for _ in range(4)}
    assert len(runs) > 1


def test_stop_tokens_end_a_question_and_are_not_written() -> None:
    model = MODELS["qwen3"]
    free = greedy(opened(model, 2), 8)
    stop = free[0][3]
    cut = free[0].index(stop)
    steps = list(generate(opened(model, 2), Sampling(8), {stop}))
    assert [step[0] for step in steps[:cut]] == free[0][:cut]
    assert all(step[0] is None for step in steps[cut:])
    other = [token for token in free[1]]
    end = other.index(stop) if stop in other else 8
    assert [step[1] for step in steps if step[1] is not None] == other[:end]


def test_first_token_may_be_a_stop_token() -> None:
    model = MODELS["qwen3"]
    stop = greedy(opened(model), 1)[0][0]
    assert list(generate(opened(model), Sampling(8), {stop})) == []


def test_cancelling_ends_between_tokens_and_leaves_the_session_usable() -> None:
    model = MODELS["qwen3"]
    free = greedy(opened(model), 8)[0]
    session = opened(model)
    seen: list[int | None] = []
    for step in generate(session, Sampling(8), (), cancelled=lambda: len(seen) >= 3):
        seen.append(step[0])
    assert seen == free[:3]
    assert greedy(session, 5)[0] == free[3:]


def test_only_chosen_rows_write_and_a_question_may_be_ended() -> None:
    model = MODELS["qwen3"]
    free = greedy(opened(model, 3), 6)
    session = opened(model, 3)
    before = session.next_position[1]
    steps = list(
        generate(session, Sampling(6), (), rows=[0, 2], ended=lambda row, got: row == 2 and len(got) == 2)
    )
    assert [step[0] for step in steps] == free[0]
    assert [step[1] for step in steps] == [None] * 6
    assert [step[2] for step in steps] == [*free[2][:2], None, None, None, None]
    assert session.next_position[1] == before
    assert session.next_position[2] == before + 1  # the token behind which it ended is not fed


def test_last_token_is_not_fed() -> None:
    session = opened(MODELS["qwen3"])
    before = session.next_position[0]
    assert len(list(generate(session, Sampling(4), ()))) == 4
    assert session.next_position[0] == before + 3


def test_routing_only_gives_the_same_selections() -> None:
    model = MODELS["qwen2"]
    memory, prefix = ram(model, tokens(6, 9, 5, 7, 3)), prefix_of(model)
    asked = [prompt(1, 4), prompt(2, 6)]
    full = open_session(model, memory, asked, prefix)
    routed = open_session(model, memory, asked, prefix, routing_only=True)
    assert chosen(routed) == chosen(full)
    assert all(torch.equal(a, b) for a, b in zip(routed.scores, full.scores, strict=True))
