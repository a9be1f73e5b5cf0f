"""Rounds for checkpoints that write no ids: what routes, what is new, when it ends."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import engine.rounds
from engine.encode import encode_documents
from engine.interleave import Round
from engine.layout import Layout
from engine.memory import RamMemory
from engine.rounds import ranked_rounds
from engine.session import Prompt, Session, open_session
from tests.engine.tiny import tiny_model
from tests.engine.words import letters

TEXTS = {3: "Ann lives in Oslo.", 12: "Oslo is cold.", 40: "Bees fly.", 41: "Bob is Ann's son."}
TOKENIZER = letters()
LAYOUT = Layout("chat", TOKENIZER)
MODEL = tiny_model(
    "llama",
    seed=60,
    vocab=len(TOKENIZER),
    query_reduce="mean",
    layout="chat",
    writes_document_ids=False,
)
MODEL.backbone.config.max_position_embeddings = 4096
MEMORY = RamMemory(
    encode_documents(MODEL, [LAYOUT.document(number, text) for number, text in TEXTS.items()]),
    MODEL.config,
    list(TEXTS),
)


def texts(ids: Sequence[int]) -> list[str | None]:
    return [TEXTS.get(number) for number in ids]


class Ranking:
    """Answers from a list, round after round, and notes what it was asked."""

    def __init__(self, *rounds: list[list[int]]) -> None:
        self.rounds = list(rounds)
        self.asked: list[list[str]] = []

    def __call__(self, session: Session, asked: Sequence[str]) -> list[list[int]]:
        assert all(scores.shape == (len(asked), len(TEXTS)) for scores in session.scores)
        self.asked.append(list(asked))
        return self.rounds[len(self.asked) - 1]


def test_the_newest_evidence_routes_until_nothing_new_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    prompts: list[Prompt] = []

    def noted(
        model: object, memory: object, given: Sequence[Prompt], *rest: object, **options: object
    ) -> Session:
        prompts.extend(given)
        assert options["routing_only"]
        return open_session(model, memory, given, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.rounds, "open_session", noted)
    seen: list[Round] = []
    rank = Ranking([[3, 41]], [[3, 12]], [[12, 3]], [[40]])
    events = list(
        ranked_rounds(MODEL, MEMORY, LAYOUT, ["Where?"], texts, rank, max_rounds=9, on_round=seen.append)
    )
    assert events == [Round(0, 1, (3, 41)), Round(0, 2, (12,)), Round(0, 3, ())] == seen
    assert rank.asked == [
        ["Where?"],
        ["Where?\nAnn lives in Oslo.\nBob is Ann's son."],
        ["Where?\nOslo is cold."],
    ]
    routing = [
        TOKENIZER.decode([t for t, flag in zip(p.ids, p.routes, strict=True) if flag]) for p in prompts
    ]
    assert routing == [asked[0] for asked in rank.asked]


def test_rounds_are_bounded_and_at_least_two() -> None:
    rank = Ranking([[3]], [[12]], [[40]])
    events = list(ranked_rounds(MODEL, MEMORY, LAYOUT, ["Where?"], texts, rank, max_rounds=2))
    assert [event.document_ids for event in events] == [(3,), (12,)]
    with pytest.raises(ValueError, match="at least two"):
        list(ranked_rounds(MODEL, MEMORY, LAYOUT, ["Where?"], texts, rank, max_rounds=1))


def test_questions_end_independently() -> None:
    rank = Ranking([[3], [], [40, 40]], [[3, 41], [40]], [[41]])
    asked = ["Where?", "Who?", "Why?"]
    events = list(ranked_rounds(MODEL, MEMORY, LAYOUT, asked, texts, rank))
    assert events == [
        Round(0, 1, (3,)),
        Round(1, 1, ()),
        Round(2, 1, (40,)),
        Round(0, 2, (41,)),
        Round(2, 2, ()),
        Round(0, 3, ()),
    ]
    assert rank.asked[1] == ["Where?\nAnn lives in Oslo.", "Why?\nBees fly."]


def test_documents_without_text_are_ignored() -> None:
    rank = Ranking([[99, 3]], [[99]])
    events = list(ranked_rounds(MODEL, MEMORY, LAYOUT, ["Where?"], texts, rank))
    assert events == [Round(0, 1, (3,), (99,)), Round(0, 2, (), (99,))]


def test_evidence_beyond_the_context_does_not_route(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = len(LAYOUT.prefix) + MODEL.config.top_k
    limit += len(LAYOUT.next_round("Where?", "Ann lives in Oslo.\nBees fly.").ids)
    monkeypatch.setattr(MODEL.backbone.config, "max_position_embeddings", limit)
    rank = Ranking([[3, 40, 12]], [[]])
    list(ranked_rounds(MODEL, MEMORY, LAYOUT, ["Where?"], texts, rank))
    assert rank.asked[1] == ["Where?\nAnn lives in Oslo.\nBees fly."]


def test_cancelling_ends_between_rounds() -> None:
    rank = Ranking([[3]], [[12]])
    events = list(
        ranked_rounds(MODEL, MEMORY, LAYOUT, ["Where?"], texts, rank, cancelled=lambda: bool(rank.asked))
    )
    assert events == [Round(0, 1, (3,))]
