"""The speed comparison is fair: both sides compute the same backbone on the same tokens."""

from __future__ import annotations

import pytest
import torch
from transformers import LlamaConfig

from benchmarks.encode_speed import (
    cut_batches,
    forward_padded,
    forward_single,
    measure_encoding,
    plain_decoder,
)
from engine.config import MsaConfig
from engine.model import MsaModel, build_backbone
from tests.engine.tiny import plain_logits

DOCUMENTS = [[1, 2, 3, 4, 5], [6, 7], [8, 9, 10, 11, 12, 13, 14]]


@pytest.fixture
def model() -> MsaModel:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=50,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    msa = MsaConfig(router_layers=(0, 1, 2), decouple_router=False, chunk_size=4)
    return MsaModel(build_backbone(config, msa, torch.float32), msa).eval()


def test_batches_keep_order_and_bounds() -> None:
    documents = [[0] * length for length in (3, 4, 5, 20, 1, 1)]
    lengths = [[len(document) for document in batch] for batch in cut_batches(documents, 8, 3)]
    assert lengths == [[3, 4], [5], [20]]
    assert cut_batches([], 8, 3) == []


@torch.inference_mode()
def test_plain_decoder_shares_the_weights_and_computes_the_same(model: MsaModel) -> None:
    decoder = plain_decoder(model)
    assert decoder.layers[1].mlp.up_proj.weight.data_ptr() == (
        model.backbone.model.layers[1].mlp.up_proj.weight.data_ptr()  # type: ignore[union-attr, index]
    )
    alone = forward_single(decoder, DOCUMENTS)
    padded = forward_padded(decoder, DOCUMENTS)
    for row, (document, hidden) in enumerate(zip(DOCUMENTS, alone, strict=True)):
        torch.testing.assert_close(padded[row, : len(document)], hidden)
        torch.testing.assert_close(
            model.logits(hidden), plain_logits(model, torch.tensor(document)), rtol=1e-4, atol=1e-5
        )


def test_measuring_counts_real_tokens(model: MsaModel) -> None:
    speed = measure_encoding(model, [DOCUMENTS, DOCUMENTS[:1]])
    assert speed.tokens == 19
    assert min(speed.encode, speed.plain_padded, speed.plain_single) > 0
    assert speed.ratio == pytest.approx(speed.encode / max(speed.plain_padded, speed.plain_single))
    with pytest.raises(ValueError, match="no documents"):
        measure_encoding(model, [])
