"""The engine against a naive second implementation: sessions, decoding, batches, edge cases, and the training forward."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.encode import encode_documents
from engine.model import MsaModel
from engine.session import Session, open_session
from engine.training.forward import Sample, compute_losses, forward
from tests.engine.naive import Naive, Outcome
from tests.engine.tiny import FAMILIES, PREFIX, largest_gap, prefix_of, prompt, ram, tiny_model, tokens

TOLERANCE = 2e-5
DOCUMENTS = tokens(1, 8, 3, 13, 4, 9)  # whole chunks, less than one, and left-over ones

SETTINGS: list[dict[str, Any]] = [
    {"decouple_router": decoupled, "head_reduce": heads, "query_reduce": queries, "chunk_reduce": chunks}
    for decoupled in (True, False)
    for heads in ("mean", "max")
    for queries in ("max", "mean", "last", "pool")
    for chunks in ("max", "mean")
]


def naive(
    model: MsaModel, asked: Any, documents: list[list[int]] = DOCUMENTS, more: list[int] | None = None
) -> Outcome:
    extra = more or []
    return Naive(model).run(PREFIX, documents, [*asked.ids, *extra], [*asked.routes, *[False] * len(extra)])


def assert_same(session: Session, row: int, want: Outcome) -> None:
    assert largest_gap(session.logits[row], want.logits[-1]) < TOLERANCE * float(want.logits.abs().max())
    for slot, layer in enumerate(session.model.config.router_layers):
        if layer in want.scores:
            assert largest_gap(session.scores[slot][row], torch.tensor(want.scores[layer])) < TOLERANCE
            chosen = session.selections[slot][row].document_ids - 1
            assert chosen.tolist() == want.selected[layer]


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("family", FAMILIES)
def test_session_equals_naive(family: str, tied: bool) -> None:
    model = tiny_model(family, tied=tied)
    names = set(model.backbone.state_dict())
    assert ("model.layers.0.self_attn.q_proj.bias" in names) == (family == "qwen2")
    assert ("model.layers.0.self_attn.q_norm.weight" in names) == (family == "qwen3")
    asked = prompt(2, 6)
    session = open_session(model, ram(model, DOCUMENTS), [asked], prefix_of(model))
    assert_same(session, 0, naive(model, asked))


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: "-".join(map(str, s.values())))
def test_every_router_setting_equals_naive(settings: dict[str, Any]) -> None:
    model = tiny_model("qwen3", seed=3, **settings)
    asked = prompt(3, 5)
    session = open_session(model, ram(model, DOCUMENTS), [asked], prefix_of(model))
    assert_same(session, 0, naive(model, asked))


@pytest.mark.parametrize("method", ["INFONCE", "INFONCE_DECOUPLE", "BCE"])
@pytest.mark.parametrize("decoupled", [True, False])
def test_loss_method_decides_normalisation_and_scale(method: str, decoupled: bool) -> None:
    model = tiny_model("llama", seed=4, aux_loss_method=method, decouple_router=decoupled)
    asked = prompt(4, 5)
    session = open_session(model, ram(model, DOCUMENTS), [asked], prefix_of(model))
    assert_same(session, 0, naive(model, asked))


def test_public_routing_scores_by_dot_products_where_training_used_cosines() -> None:
    ours = tiny_model("qwen3", aux_loss_method="INFONCE_DECOUPLE")
    public = tiny_model("qwen3", aux_loss_method="INFONCE_DECOUPLE", public_routing=True)
    plain = tiny_model("qwen3", aux_loss_method="none")
    asked = prompt(2, 6)
    scores = [
        open_session(model, ram(model, DOCUMENTS), [asked], prefix_of(model)).scores[0]
        for model in (ours, public, plain)
    ]
    assert largest_gap(scores[1], scores[2]) == 0
    assert largest_gap(scores[0], scores[1]) > 1e-2


@pytest.mark.parametrize("family", FAMILIES)
def test_encodings_equal_naive(family: str) -> None:
    model = tiny_model(family, seed=5)
    want = naive(model, prompt(5, 4)).pooled
    encodings = encode_documents(model, DOCUMENTS)
    assert [e.chunks for e in encodings] == [2, 1, 4, 1, 3]
    for slot, layer in enumerate(model.config.router_layers):
        for at, name in enumerate(("key", "value", "router_key")):
            ours = torch.cat([getattr(e, name)[slot] for e in encodings])
            assert largest_gap(ours, want[layer][at]) < TOLERANCE


@pytest.mark.parametrize("family", FAMILIES)
def test_decoding_equals_prefilling_the_same_tokens(family: str) -> None:
    model = tiny_model(family, seed=6)
    asked = prompt(6, 5)
    session = open_session(model, ram(model, DOCUMENTS), [asked], prefix_of(model), reserve=1)
    written = tokens(6, 5)[0]
    for count in range(1, 4):
        session.extend([[written[count - 1]]])
        assert_same(session, 0, naive(model, asked, more=written[:count]))
    session.extend([written[3:]])
    assert_same(session, 0, naive(model, asked, more=written))


def test_batch_of_questions_equals_naive_for_each() -> None:
    model = tiny_model("qwen3", seed=7)
    asked = [prompt(7, 6), prompt(8, 1, tail=1), prompt(9, 11)]
    session = open_session(model, ram(model, DOCUMENTS), asked, prefix_of(model))
    for row, one in enumerate(asked):
        assert_same(session, row, naive(model, one))
    written = [[7, 8], [], [9]]
    session.extend(written)
    for row, one in enumerate(asked):
        assert_same(session, row, naive(model, one, more=written[row]))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_documents_than_top_k(count: int) -> None:
    model = tiny_model("qwen3", seed=8, top_k=3)
    asked = prompt(10, 5)
    session = open_session(model, ram(model, DOCUMENTS[:count]), [asked], prefix_of(model))
    assert_same(session, 0, naive(model, asked, DOCUMENTS[:count]))
    assert {len(chosen[0].document_ids) for chosen in session.selections} == {count}


@pytest.mark.parametrize("query_reduce", ["max", "mean", "last", "pool"])
def test_question_without_routing_tokens_reads_no_memory(query_reduce: str) -> None:
    model = tiny_model("qwen3", seed=9, query_reduce=query_reduce)
    silent, asking = prompt(11, 0, tail=6), prompt(12, 4)
    session = open_session(model, ram(model, DOCUMENTS), [silent, asking], prefix_of(model))
    assert all(len(chosen[0].document_ids) == 0 for chosen in session.selections)
    assert_same(session, 0, naive(model, silent))
    assert_same(session, 1, naive(model, asking))


@pytest.mark.parametrize("family", ["mistral", "qwen2", "qwen3"])
def test_sliding_window_hides_old_tokens_and_no_chunk(family: str) -> None:
    model = tiny_model(family, seed=10, window=5)
    asked = prompt(13, 6)
    session = open_session(model, ram(model, DOCUMENTS), [asked], prefix_of(model))
    assert_same(session, 0, naive(model, asked))
    written = tokens(10, 4)[0]
    session.extend([written[:1]])
    session.extend([written[1:]])
    assert_same(session, 0, naive(model, asked, more=written))


def test_all_layers_may_be_router_layers() -> None:
    model = tiny_model("llama", seed=11, router_layers=(0, 1, 2, 3))
    asked = prompt(14, 4)
    session = open_session(model, ram(model, DOCUMENTS), [asked], prefix_of(model))
    assert_same(session, 0, naive(model, asked))


def test_one_head_per_kv_group_and_one_kv_head() -> None:
    for heads, kv_heads in ((2, 2), (4, 1)):
        model = tiny_model("llama", seed=12, heads=heads, kv_heads=kv_heads)
        asked = prompt(15, 4)
        session = open_session(model, ram(model, DOCUMENTS), [asked], prefix_of(model))
        assert_same(session, 0, naive(model, asked))


def sample_of(seed: int, documents: list[list[int]], positive: list[bool]) -> Sample:
    asked = prompt(seed, 5)
    reply = tokens(seed, 4)[0]
    silent = [-100] * len(asked.ids)
    return Sample(
        PREFIX,
        documents,
        [*asked.ids, *reply],
        [*asked.routes, *[False] * 4],
        [*silent, *reply],
        positive,
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_training_forward_equals_naive(family: str) -> None:
    model = tiny_model(family, seed=13)
    samples = [
        sample_of(20, DOCUMENTS, [False, True, False, True, False]),
        sample_of(21, DOCUMENTS[:2], [True, False]),
    ]
    out = forward(model, samples)
    start = 0
    for row, sample in enumerate(samples):
        want = Naive(model).run(sample.prefix, sample.documents, sample.active, sample.routes)
        end = start + sample.tokens
        logits = model.logits(out.hidden[end - len(sample.active) : end])
        assert largest_gap(logits.detach(), want.logits) < TOLERANCE * float(want.logits.abs().max())
        for layer, scores in want.scores.items():
            assert largest_gap(out.scores[layer][row].detach(), torch.tensor(scores)) < TOLERANCE
            assert sorted(want.selected[layer]) == out.selected[layer][row].tolist()
        start = end


@pytest.mark.parametrize("settings", SETTINGS[::5], ids=lambda s: "-".join(map(str, s.values())))
def test_training_forward_equals_stages_one_and_two(settings: dict[str, Any]) -> None:
    model = tiny_model("qwen3", seed=14, **settings)
    sample = sample_of(22, DOCUMENTS, [True, False, False, False, False])
    asked = prompt(22, 5)
    session = open_session(model, ram(model, DOCUMENTS), [asked], prefix_of(model))
    session.extend([sample.active[len(asked.ids) :]])
    out = forward(model, [sample])
    assert largest_gap(model.logits(out.hidden[-1]).detach(), session.logits[0]) < 1e-4


@pytest.mark.parametrize("method", ["INFONCE", "INFONCE_DECOUPLE"])
def test_losses_equal_their_formulas(method: str) -> None:
    model = tiny_model("qwen3", seed=15, aux_loss_method=method)
    positives = [[False, True, False, True, False], [True, True, False, False, False]]
    samples = [sample_of(30 + row, DOCUMENTS, positive) for row, positive in enumerate(positives)]
    model.requires_grad_(False)
    losses = compute_losses(model, samples, weights=(0.25, 2.0))
    language, router = [], []
    for sample in samples:
        want = Naive(model).run(sample.prefix, sample.documents, sample.active, sample.routes)
        for at, label in enumerate(sample.labels):
            if label != -100:
                language.append(-want.logits[at - 1].log_softmax(0)[label])
        for scores in want.scores.values():
            scaled = [torch.tensor(score / 0.1, dtype=torch.float64).exp() for score in scores]
            negatives = sum(e for e, flag in zip(scaled, sample.positive, strict=True) if not flag)
            terms = [
                -(e / (sum(scaled) if method == "INFONCE" else e + negatives)).log()
                for e, flag in zip(scaled, sample.positive, strict=True)
                if flag
            ]
            router.append(sum(terms) / len(terms))
    assert float(losses.language) == pytest.approx(float(sum(language) / len(language)), rel=1e-5)
    assert float(losses.router) == pytest.approx(float(sum(router) / len(router)), rel=1e-4)
    total = 0.25 * float(losses.language) + 2 * float(losses.router)
    assert float(losses.total) == pytest.approx(total, rel=1e-5)


def test_training_sample_without_routing_tokens_reads_nothing() -> None:
    model = tiny_model("qwen3", seed=16)
    silent = prompt(40, 0, tail=6)
    sample = Sample(
        PREFIX, DOCUMENTS, list(silent.ids), list(silent.routes), [-100] * 6 + [9], [False] * len(DOCUMENTS)
    )
    want = naive(model, silent)
    out = forward(model, [sample])
    assert largest_gap(model.logits(out.hidden[-1]).detach(), want.logits[-1]) < 1e-4


def test_checkpointing_changes_no_gradient() -> None:
    gradients = []
    for checkpointing in (False, True):
        model = tiny_model("qwen3", seed=17)
        model.requires_grad_(True)
        sample = sample_of(41, DOCUMENTS, [True, False, False, False, False])
        compute_losses(model, [sample], checkpointing=checkpointing).total.backward()
        gradients.append({n: p.grad for n, p in model.named_parameters() if p.grad is not None})
    assert gradients[0].keys() == gradients[1].keys()
    assert any("router_k_proj" in name for name in gradients[0])
    for name, gradient in gradients[0].items():
        assert largest_gap(gradient, gradients[1][name]) < 1e-6
