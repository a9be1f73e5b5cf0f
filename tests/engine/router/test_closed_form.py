"""The closed-form router: what it recovers, what it folds, and the file it writes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import ClassVar

import pytest
import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn.functional import normalize
from transformers import LlamaConfig, LlamaForCausalLM

from engine.backbone import ATTENTION_NAME
from engine.convert import convert
from engine.layout import Layout
from engine.retrieval.fuse import fuse
from engine.router.closed_form import (
    Moments,
    RouterSettings,
    fit_moments,
    fit_router,
    main,
    read_texts,
    save_router,
    sentences,
)
from engine.router.hidden_states import attention_inputs, token_batches

HEADS, KV_HEADS, DIM, HIDDEN = 6, 2, 12, 32


def anisotropic_pairs(pairs: int) -> tuple[Tensor, Tensor]:
    """Questions and documents that share a weak signal under strong common directions, as hidden states do."""
    generator = torch.Generator().manual_seed(1)
    scales = torch.logspace(0.5, -1, HIDDEN)  # few directions carry nearly all variance
    basis, _ = torch.linalg.qr(torch.randn(HIDDEN, HIDDEN, generator=generator))
    meaning = torch.randn(pairs, HIDDEN, generator=generator)

    def side(offset: int) -> Tensor:
        noise = 0.4 * torch.randn(pairs, HIDDEN, generator=generator)
        noise[:, :4] *= 8  # the strong directions say nothing about the pair
        states = ((meaning + noise) * scales) @ basis + 40 * basis[offset]
        return 6 * normalize(states, dim=1)

    return side(20), side(21)


def cosine_scores(questions: Tensor, documents: Tensor, query: Tensor, key: Tensor) -> Tensor:
    q = normalize((questions @ query.T).view(-1, HEADS, DIM), dim=-1)
    k = normalize((documents @ key.T).view(-1, KV_HEADS, DIM), dim=-1)
    return torch.einsum("qhd,chd->qc", q, k.repeat_interleave(HEADS // KV_HEADS, dim=1)) / HEADS


def recall_at_1(scores: Tensor) -> float:
    return (scores.argmax(dim=1) == torch.arange(len(scores))).float().mean().item()


def test_closed_form_finds_planted_pairs_where_the_dot_product_fails() -> None:
    questions, documents = anisotropic_pairs(300)
    query, key = fit_moments(
        Moments.of(documents[100:]), Moments.of(questions[100:]), heads=HEADS, kv_heads=KV_HEADS, head_dim=DIM
    )
    assert recall_at_1(questions[:100] @ documents[:100].T) < 0.1
    assert recall_at_1(cosine_scores(questions[:100], documents[:100], query, key)) > 0.4


def test_projections_have_the_checkpoint_shapes_and_share_groups() -> None:
    questions, documents = anisotropic_pairs(60)
    query, key = fit_moments(
        Moments.of(documents), Moments.of(questions), heads=HEADS, kv_heads=KV_HEADS, head_dim=DIM
    )
    assert query.shape == (HEADS * DIM, HIDDEN) and key.shape == (KV_HEADS * DIM, HIDDEN)
    groups = query.view(KV_HEADS, HEADS // KV_HEADS, DIM, HIDDEN)
    assert torch.equal(groups, key.view(KV_HEADS, 1, DIM, HIDDEN).expand_as(groups))


def test_centring_is_folded_exactly() -> None:
    """Both means vanish under the projections although they have no bias, and moving along them changes nothing."""
    questions, documents = anisotropic_pairs(200)
    query, key = fit_moments(
        Moments.of(documents), Moments.of(questions), heads=HEADS, kv_heads=KV_HEADS, head_dim=DIM
    )
    for mean in (documents.mean(dim=0), questions.mean(dim=0)):
        torch.testing.assert_close(key @ mean, torch.zeros(len(key)), atol=1e-4, rtol=0)
        torch.testing.assert_close(query @ (documents[0] + 3 * mean), query @ documents[0], atol=1e-3, rtol=0)


def test_whitened_dims_are_uncorrelated_and_dealt_evenly() -> None:
    questions, documents = anisotropic_pairs(400)
    chunks, tokens = Moments.of(documents), Moments.of(questions)
    _, key = fit_moments(chunks, tokens, heads=HEADS, kv_heads=KV_HEADS, head_dim=DIM, shrinkage=0)
    pooled = sum(m.covariance / m.covariance.trace() for m in (chunks, tokens))
    assert isinstance(pooled, Tensor)
    white = key.double() @ pooled @ key.double().T
    torch.testing.assert_close(white, torch.eye(len(key), dtype=torch.float64), atol=1e-4, rtol=0)


def test_more_routing_dims_than_directions_leaves_rows_empty() -> None:
    questions, documents = anisotropic_pairs(200)
    query, key = fit_moments(
        Moments.of(documents), Moments.of(questions), heads=4, kv_heads=4, head_dim=16
    )  # 64 rows, 30 directions
    filled = (key.view(4, 16, HIDDEN).abs().sum(dim=2) > 0).sum(dim=1)
    assert filled.tolist() == [8, 8, 7, 7]
    assert torch.isfinite(query).all()


def test_streamed_moments_equal_the_whole_sample() -> None:
    x = torch.randn(50, 5, dtype=torch.float64)
    moments = Moments.empty(5)
    for part in x.split(7):
        moments.add(part)
    torch.testing.assert_close(moments.mean, x.mean(dim=0))
    torch.testing.assert_close(moments.covariance, torch.cov(x.T, correction=0))


def test_one_sided_statistics_are_refused() -> None:
    with pytest.raises(ValueError, match="documents and questions"):
        fit_moments(Moments.empty(4), Moments.of(torch.randn(3, 4)), heads=2, kv_heads=1, head_dim=2)


def tiny_backbone() -> LlamaForCausalLM:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=40,
        hidden_size=HIDDEN,
        intermediate_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    return LlamaForCausalLM._from_config(config, attn_implementation=ATTENTION_NAME).eval()


class Letters:
    """A tokenizer of single letters; enough for a layout."""

    added_tokens_decoder: ClassVar[dict[int, object]] = {}

    def __call__(self, text: str, add_special_tokens: bool) -> dict[str, list[int]]:
        return {"input_ids": [ord(c) % 40 for c in text]}


def test_attention_inputs_do_not_depend_on_what_they_were_packed_with() -> None:
    backbone = tiny_backbone()
    sequences = [[5, 6, 7, 8], [9], [1, 2, 3, 4, 5, 6, 7]]
    together = dict(attention_inputs(backbone, sequences, [1, 2]))
    for i, sequence in enumerate(sequences):
        ((_, alone),) = attention_inputs(backbone, [sequence], [1, 2])
        assert together[i].shape == (2, len(sequence), HIDDEN)
        torch.testing.assert_close(together[i], alone, atol=1e-5, rtol=1e-4)


def test_attention_inputs_are_what_attention_reads() -> None:
    backbone = tiny_backbone()
    seen: list[Tensor] = []
    handle = backbone.model.layers[1].input_layernorm.register_forward_hook(
        lambda m, a, out: seen.append(out[0])
    )
    ((_, states),) = attention_inputs(backbone, [[3, 4, 5]], [1])
    handle.remove()
    torch.testing.assert_close(states[0], seen[0])


def test_token_batches_keep_every_item_and_the_bound() -> None:
    lengths = [3, 50, 1, 9, 9]
    batches = token_batches(lengths, 12)
    assert sorted(i for batch in batches for i in batch) == [0, 1, 2, 3, 4]
    assert all(sum(lengths[i] for i in b) <= 12 or len(b) == 1 for b in batches)


@pytest.mark.parametrize("questions", [["what is this?", "who was there?"], []])
def test_fit_router_gives_every_layer_its_projections(questions: list[str], tmp_path: Path) -> None:
    documents = [f"The number {i} is written here. It follows {i - 1} in the list." for i in range(12)]
    settings = RouterSettings((1, 2), 16)
    fitted = fit_router(tiny_backbone(), Layout("chat", Letters()), documents, questions, settings)
    assert sorted(fitted) == [1, 2]
    save_router(tmp_path / "router.safetensors", fitted, settings.msa_config(), {"data": "made up"})
    with safe_open(tmp_path / "router.safetensors", framework="pt") as stored:
        about = stored.metadata()
        query = stored.get_tensor("model.layers.2.self_attn.router_q_proj.0.weight")
    assert json.loads(about["msa_config"])["router_layers"] == [1, 2] and about["data"] == "made up"
    torch.testing.assert_close(query, fitted[2][0].half())
    assert [p.name for p in tmp_path.iterdir()] == ["router.safetensors"]


def test_read_texts_takes_documents_and_questions_evenly(tmp_path: Path) -> None:
    rows = [{"title": f"T{i}", "text": f"text {i}"} for i in range(10)] + [{"question": "why?"}]
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    assert read_texts(file, 5) == ([f"T{i}\ntext {i}" for i in (0, 2, 4, 6, 8)], ["why?"])
    plain = tmp_path / "b.txt"
    plain.write_text("Première.\n\nSecond one.\n", encoding="utf-8")
    assert read_texts(plain, 5) == (["Première.", "Second one."], [])
    file.write_bytes(b"\x00broken")
    with pytest.raises(ValueError, match=r"a\.jsonl\.gz"):
        read_texts(file, 5)


def test_sentences_are_of_question_length() -> None:
    found = list(sentences(["Short. This sentence is long enough to be asked. No.", "x" * 500]))
    assert found == ["This sentence is long enough to be asked."]


def test_read_texts_keeps_unusual_line_separators_inside_a_line(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"text": "one\u2028two"}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_texts(file, 5) == (["one\u2028two"], [])


def test_fuse_lets_words_break_ties_and_strong_routing_win() -> None:
    router = torch.tensor([0.1, 0.1, 0.1, 0.9])
    assert fuse(router, {}).argmax() == 3
    assert fuse(router, {1: 2.0}).argsort(descending=True)[:2].tolist() == [3, 1]
    assert fuse(router, {1: 20.0}).argmax() == 1
    torch.testing.assert_close(fuse(router, {1: 2.0}), fuse(router, torch.tensor([0.0, 2.0, 0.0, 0.0])))


def test_fuse_does_not_depend_on_the_routers_scale_and_survives_tiny_memories() -> None:
    router = torch.randn(9)
    torch.testing.assert_close(fuse(router, {2: 3.0}), fuse(5 * router - 1, {2: 3.0}), atol=1e-4, rtol=1e-4)
    assert fuse(torch.tensor([0.4]), {0: 3.0}).isfinite().all()
    assert fuse(torch.zeros(0), {}).shape == (0,)


def test_the_command_writes_a_router_that_converts_the_backbone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backbone = tiny_backbone()
    monkeypatch.setattr("engine.convert.read_backbone", lambda *a: (backbone, Letters()))
    text = tmp_path / "notes.txt"
    text.write_text(
        "\n\n".join(f"Note {i} says that number {i} is here." for i in range(9)), encoding="utf-8"
    )
    out = tmp_path / "made" / "router.safetensors"
    assert main(["fit", "--model", "unused", "--texts", str(text), "--out", str(out), "--layers", "1,2"]) == 0
    model = convert(backbone, Letters(), out)
    assert model.config.router_layers == (1, 2)
    assert (model.config.chunk_size, model.config.query_reduce, model.config.layout) == (16, "pool", "chat")
    with safe_open(out, framework="pt") as stored:
        assert "9 documents, 0 questions" in stored.metadata()["data"]
        assert str(tmp_path) not in json.dumps(stored.metadata())
        key = stored.get_tensor("model.layers.1.self_attn.router_k_proj.0.weight")
    torch.testing.assert_close(backbone.model.layers[1].self_attn.router_k_proj[0].weight, key.float())
