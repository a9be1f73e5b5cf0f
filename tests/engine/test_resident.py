"""A memory in blocks answers as one in RAM does, whatever is added, edited, moved and forgotten between questions."""

from __future__ import annotations

import pytest
import torch

from engine.encode import encode_documents
from engine.memory import Encoding, Memory, RamMemory
from engine.resident import ResidentMemory, Shape
from engine.session import Session, open_session
from tests.engine.tiny import largest_gap, prefix_of, prompt, tiny_model, tokens

MODEL = tiny_model("qwen3", seed=100, top_k=3)
LENGTHS = (9, 5, 14, 3, 8, 11, 6, 17, 4, 10)
ENCODINGS = encode_documents(MODEL, tokens(100, *LENGTHS))
EDITED = encode_documents(MODEL, tokens(101, *LENGTHS))


def shape(bits: int = 0) -> Shape:
    return Shape(len(MODEL.config.router_layers), MODEL.kv_heads, MODEL.head_dim, bits)


def asked(memory: Memory) -> Session:
    return open_session(
        MODEL,
        memory,
        [prompt(1, 5), prompt(2, 7)],
        prefix_of(MODEL),
        keep_scores=isinstance(memory, RamMemory),
    )


def same(memory: Memory, documents: dict[int, Encoding]) -> None:
    ids = sorted(documents)
    got, want = asked(memory), asked(RamMemory([documents[i] for i in ids], MODEL.config, ids))
    assert memory.document_ids.tolist() == ids
    for ours, theirs in zip(got.selections, want.selections, strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert one.document_ids.tolist() == other.document_ids.tolist()
    assert largest_gap(got.logits, want.logits) < 1e-5


@pytest.mark.parametrize("chunks_per_block", [1, 4, 1000])
def test_selections_and_logits_are_those_of_ram(chunks_per_block: int) -> None:
    memory = ResidentMemory(shape(), chunks_per_block=chunks_per_block)
    documents = dict(enumerate(ENCODINGS, 1))
    for ids in ([7, 2, 9], [1, 3], [4, 5, 6, 8, 10]):
        memory.add(ids, [documents[i] for i in ids])
    same(memory.snapshot(), documents)
    held = memory.snapshot(), dict(documents)
    documents[3], documents[8] = EDITED[2], EDITED[7]
    memory.add([8, 3], [EDITED[7], EDITED[2]])
    same(memory.snapshot(), documents)
    memory.remove([1, 77])
    del documents[1]
    memory.forget([9])
    del documents[9]
    same(memory.snapshot(), documents)
    assert held[0].document_ids.tolist() == sorted(held[1])


def test_forgetting_blanks_what_a_question_in_flight_still_holds() -> None:
    memory = ResidentMemory(shape(8), chunks_per_block=4)
    for number, encoding in enumerate(ENCODINGS, 1):
        memory.add([number], [encoding])
    held = memory.snapshot()
    number = torch.tensor([3])
    query = [torch.ones(1, 4, MODEL.head_dim)]

    def score() -> float:
        best = held.best(0, query, len(ENCODINGS))
        (place,) = (best.document_ids[0] == 3).nonzero()[0].tolist()
        return float(best.scores[0][place])

    assert held.fetch(0, number)[0].any() and score() != 0
    memory.forget([3])
    assert not any(part.any() for part in held.fetch(0, number)[:2])
    assert score() == 0, "its routing keys are still there"
    with pytest.raises(KeyError, match="3"):
        memory.snapshot().fetch(0, number)


def test_an_empty_memory_selects_nothing_and_bad_input_changes_nothing() -> None:
    memory = ResidentMemory(shape())
    got = asked(memory.snapshot())
    assert largest_gap(got.logits, asked(RamMemory([], MODEL.config)).logits) == 0
    with pytest.raises(ValueError, match="its own"):
        memory.add([1, 1], ENCODINGS[:2])
    assert len(memory.snapshot()) == 0
    assert memory.snapshot().best(0, [torch.ones(1, 4, MODEL.head_dim)], 3).scores.shape == (1, 0)
