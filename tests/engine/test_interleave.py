"""Memory Interleave against a scripted model, token by token: what is prefilled, what routes, what is fed, what is said.

The tiny model underneath computes for real; only the token that each question writes next is forced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch import Tensor

import engine.interleave
from engine.encode import encode_documents
from engine.generate import Sampling
from engine.interleave import Finished, Piece, Round, interleave, reply_is_over
from engine.layout import Layout
from engine.memory import RamMemory
from engine.session import Prompt, Session, encode_prefix, open_session
from tests.engine.tiny import largest_gap, tiny_model
from tests.engine.words import SPECIAL, letters

TEXTS = {3: "Ann lives in Oslo.", 12: "Oslo is cold.", 40: "Bees fly.", 41: "Bob is Ann's son."}
TOKENIZER = letters()
LAYOUT = Layout("msa", TOKENIZER)
MODEL = tiny_model("qwen3", seed=50, vocab=len(TOKENIZER), top_k=2, query_reduce="mean")
MODEL.backbone.config.max_position_embeddings = 4096
MEMORY = RamMemory(
    encode_documents(MODEL, [LAYOUT.document(number, text) for number, text in TEXTS.items()]),
    MODEL.config,
    list(TEXTS),
)


def texts(ids: Sequence[int]) -> list[str | None]:
    return [TEXTS.get(number) for number in ids]


def spell(prompt: Prompt, routing: bool) -> str:
    """The text of the tokens that route, or of all."""
    ids = [token for token, flag in zip(prompt.ids, prompt.routes, strict=True) if flag or not routing]
    return str(TOKENIZER.decode(ids))


@dataclass
class Script:
    """replies: per question, what it writes round after round; answers: what it writes once it is asked for the answer."""

    replies: dict[str, list[str]]
    answers: dict[str, str]
    prompts: list[list[Prompt]] = field(default_factory=list)
    sessions: list[ScriptedSession] = field(default_factory=list)
    layout: Layout = LAYOUT

    def open(
        self, model: Any, memory: Any, prompts: Sequence[Prompt], prefix: Any, **options: Any
    ) -> Session:
        self.prompts.append(list(prompts))
        session = open_session(model, memory, prompts, prefix, **options)
        scripted = ScriptedSession(**session.__dict__)
        scripted.begin(self, prompts)
        self.sessions.append(scripted)
        return scripted


class ScriptedSession(Session):
    """Forces the next token; `real` holds the model's own logits, `fed` all tokens since the prefill."""

    def begin(self, script: Script, prompts: Sequence[Prompt]) -> None:
        self.script = script
        self.real = self.logits
        self.fed: list[list[int]] = [[] for _ in prompts]
        spelled = [spell(prompt, routing=False) for prompt in prompts]
        self.asked = [next(q for q in script.replies if q in text) for text in spelled]
        turn = len(script.prompts) - 1
        self.lines = [script.replies[q][turn] if turn < len(script.replies[q]) else "" for q in self.asked]
        self._force()

    def extend(self, tokens: Sequence[Sequence[int]], **options: Any) -> Tensor:
        self.logits = self.real
        self.real = super().extend(tokens, **options)
        for row, more in enumerate(tokens):
            self.fed[row] += more
        self._force()
        return self.logits

    def rewind(self, row: int, count: int) -> None:
        super().rewind(row, count)
        self.fed[row] = self.fed[row][: len(self.fed[row]) - count]

    def _force(self) -> None:
        layout = self.script.layout
        self.logits = torch.zeros_like(self.real)
        for row, question in enumerate(self.asked):
            closing = layout.tokens(f"<|im_start|>The user's question is: {question}\n<|object_ref_end|>")
            fed, line = self.fed[row], layout.tokens(self.lines[row])
            for end in range(len(fed), 0, -1):
                if fed[end - len(closing) : end] == closing:
                    fed, line = fed[end:], layout.tokens(self.script.answers[question])
                    break
            done = len(fed) >= len(line)
            self.logits[row, layout.tokens("<|im_end|>")[0] if done else line[len(fed)]] = 1.0


def run(
    monkeypatch: pytest.MonkeyPatch,
    replies: dict[str, list[str]],
    answers: dict[str, str],
    *,
    layout: Layout = LAYOUT,
    model: Any = MODEL,
    memory: Any = MEMORY,
    **options: Any,
) -> tuple[Script, list[Any]]:
    script = Script(replies, answers, layout=layout)
    monkeypatch.setattr(engine.interleave, "open_session", script.open)
    sampling = options.pop("sampling", Sampling(max_new_tokens=80))
    given = options.pop("texts", texts)
    events = list(interleave(model, memory, layout, list(replies), given, sampling=sampling, **options))
    return script, events


def rounds(events: list[Any]) -> list[Round]:
    return [event for event in events if isinstance(event, Round)]


def said(events: list[Any], question: int = 0) -> str:
    """The finished answer, which the pieces must spell."""
    (last,) = [event for event in events if isinstance(event, Finished) and event.question == question]
    pieces = [event.text for event in events if isinstance(event, Piece) and event.question == question]
    assert "".join(pieces) == last.text
    return last.text


ASKED = (
    "\nPlease answer the question based on the above historical document information\n\nWhere?"
    "\nPlease return all documents related to the question\n"
)
HEAD = ASKED + "<|im_end|>\n<|im_start|>"
END = "<End-of-Retrieve>"


def test_the_chain_token_by_token(monkeypatch: pytest.MonkeyPatch) -> None:
    replies = ["[3][41]<|object_ref_end|>", "[12]<|object_ref_end|>", END]
    seen: list[Round] = []
    script, events = run(
        monkeypatch,
        {"Where?": replies},
        {"Where?": "<|im_start|>The answer to the question is: Oslo"},
        on_round=seen.append,
    )
    first = "[3]. Ann lives in Oslo.\n[41]. Bob is Ann's son.\n"
    second = "[12]. Oslo is cold.\n"
    told = HEAD + replies[0] + first + "<|object_ref_end|>"
    assert [spell(prompts[0], routing=False) for prompts in script.prompts] == [
        HEAD,
        told,
        told + replies[1] + second + "<|object_ref_end|>",
    ]
    # Only the question and the newest evidence route.
    assert [spell(prompts[0], routing=True) for prompts in script.prompts] == [
        ASKED,
        ASKED + first,
        ASKED + second,
    ]
    last = script.sessions[-1]
    fed = f"{END}<|im_start|>The user's question is: Where?\n<|object_ref_end|>"
    assert str(TOKENIZER.decode(last.fed[0])).startswith(fed + "<|im_start|>The answer")
    assert len(script.sessions) == 3  # the answer needs no prefill of its own
    assert rounds(events) == [Round(0, 1, (3, 41)), Round(0, 2, (12,))] == seen
    assert events[-1] == Finished(0, "Oslo") and said(events) == "Oslo"


@pytest.mark.parametrize("reply", [END, "Nothing of the kind", "[999]<|object_ref_end|>", ""])
def test_the_answer_follows_the_context_it_would_have_if_prefilled(
    monkeypatch: pytest.MonkeyPatch, reply: str
) -> None:
    """Whatever ended retrieval, the model's own logits are those of one prefill of prompt, end mark and answer."""
    script, events = run(monkeypatch, {"Where?": ["[3]<|object_ref_end|>", reply]}, {"Where?": "In Oslo"})
    session = script.sessions[-1]
    fed = session.fed[0]
    assert str(TOKENIZER.decode(fed)).startswith(f"{END}<|im_start|>The user's question is: Where?")
    asked = script.prompts[-1][0]
    whole = Prompt([*asked.ids, *fed], [*asked.routes, *[False] * len(fed)])
    want = open_session(MODEL, MEMORY, [whole], encode_prefix(MODEL, LAYOUT.prefix))
    assert largest_gap(session.real, want.logits) < 1e-4
    assert session.next_position == want.next_position
    assert said(events) == "In Oslo"


def test_each_round_selects_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    script, _ = run(monkeypatch, {"Where?": ["[3]<|object_ref_end|>", END]}, {"Where?": "x"})
    assert (
        largest_gap(script.sessions[0].selections[0][0].scores, script.sessions[1].selections[0][0].scores)
        > 1e-3
    )


def test_unknown_repeated_and_textless_ids_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    replies = [
        "[7][3][3][99999999999999999999999][40]<|object_ref_end|>",
        "[3][12]<|object_ref_end|>",
        "[12][8]<|object_ref_end|>",
    ]
    _, events = run(
        monkeypatch,
        {"Where?": replies},
        {"Where?": "x"},
        texts=lambda ids: [None if number == 40 else TEXTS[number] for number in ids],
    )
    assert rounds(events) == [
        Round(0, 1, (3,), (7, 40)),
        Round(0, 2, (12,), (3,)),
        Round(0, 3, (), (12, 8)),
    ]
    assert said(events) == "x"


def test_endless_rounds_and_ids_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    replies = [f"[{number}]<|object_ref_end|>" for number in TEXTS]
    script, events = run(monkeypatch, {"Where?": replies}, {"Where?": "x"}, max_rounds=2)
    assert [event.document_ids for event in rounds(events)] == [(3,), (12,)]
    assert len(script.prompts) == 3  # the evidence of the last round is still read
    assert "[12]. Oslo is cold." in spell(script.prompts[-1][0], routing=True)
    assert said(events) == "x"
    _, events = run(
        monkeypatch, {"Where?": ["[40][3][41][12]<|object_ref_end|>", END]}, {"Where?": "x"}, max_ids=2
    )
    assert rounds(events) == [Round(0, 1, (40, 3), (41, 12))]


def test_a_reply_that_never_ends_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    script, events = run(
        monkeypatch, {"Where?": ["hm " * 500, END]}, {"Where?": "x"}, max_ids=2, max_rounds=3
    )
    assert len(script.prompts) == 1 and rounds(events) == []
    assert said(events) == "x"


def test_words_before_the_ids_of_the_first_round_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    opening = "related are:\n[41]<|object_ref_end|>"
    script, events = run(monkeypatch, {"Where?": [opening, END]}, {"Where?": "x"})
    assert rounds(events) == [Round(0, 1, (41,))]
    assert HEAD + opening + "[41]. Bob" in spell(script.prompts[1][0], routing=False)


def test_a_turn_that_ends_behind_its_ids_is_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    script, events = run(monkeypatch, {"Where?": ["[41][5]", END]}, {"Where?": "x"})
    assert rounds(events) == [Round(0, 1, (41,), (5,))]
    assert HEAD + "[41]<|object_ref_end|>[41]. Bob" in spell(script.prompts[1][0], routing=False)


def test_marks_may_be_split_over_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = letters(SPECIAL[:2])
    layout = Layout("msa", tokenizer)
    assert len(layout.tokens("<|object_ref_end|>")) == 18
    replies = ["[3]<|object_ref_end|>", "[12]<|object_ref_end|>", END]
    _script, events = run(
        monkeypatch, {"Where?": replies}, {"Where?": "The answer to the question is: 5"}, layout=layout
    )
    assert rounds(events) == [Round(0, 1, (3,)), Round(0, 2, (12,))]
    assert said(events) == "5"


def test_questions_of_a_batch_end_after_different_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    replies = {
        "Who?": [END],
        "Where?": ["[3]<|object_ref_end|>", "[12]<|object_ref_end|>", END],
        "Why?": ["[40]<|object_ref_end|>", "well, because"],
    }
    answers = {"Who?": "me", "Where?": "The answer to the question is: Oslo", "Why?": ""}
    script, events = run(monkeypatch, replies, answers)
    assert [len(prompts) for prompts in script.prompts] == [3, 2, 1]
    assert rounds(events) == [Round(1, 1, (3,)), Round(2, 1, (40,)), Round(1, 2, (12,))]
    assert [said(events, row) for row in range(3)] == ["me", "Oslo", ""]
    alone = [
        run(monkeypatch, {question: lines}, {question: answers[question]})[1]
        for question, lines in replies.items()
    ]
    for row, own in enumerate(alone):
        together = [event.document_ids for event in rounds(events) if event.question == row]
        assert [event.document_ids for event in rounds(own)] == together
        assert said(own) == said(events, row)


def test_empty_replies_and_empty_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    script, events = run(monkeypatch, {"Where?": [""]}, {"Where?": ""})
    assert events == [Finished(0, "")] and len(script.prompts) == 1
    _, events = run(
        monkeypatch,
        {"Where?": ["[3]<|object_ref_end|>"]},
        {"Where?": "x"},
        memory=RamMemory([], MODEL.config),
    )
    assert rounds(events) == [Round(0, 1, (), (3,))] and said(events) == "x"
    assert list(interleave(MODEL, MEMORY, LAYOUT, [], texts)) == []


def test_evidence_that_leaves_no_room_for_the_answer_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    room = 80 + MODEL.config.top_k + len(LAYOUT.prefix) + len(LAYOUT.tokens(HEAD))
    reply = "[3][40]<|object_ref_end|>"
    fits = len(LAYOUT.tokens(reply + "[3]. Ann lives in Oslo.\n<|object_ref_end|>"))
    monkeypatch.setattr(MODEL.backbone.config, "max_position_embeddings", room + fits)
    _, events = run(monkeypatch, {"Where?": [reply, END]}, {"Where?": "x"})
    assert rounds(events) == [Round(0, 1, (3,), (40,))]
    monkeypatch.setattr(MODEL.backbone.config, "max_position_embeddings", room + fits - 1)
    _, events = run(monkeypatch, {"Where?": [reply, END]}, {"Where?": "x"})
    assert rounds(events) == [Round(0, 1, (40,), (3,))]


def test_injected_text_is_causal_unless_the_public_behaviour_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from dataclasses import replace

    causal = []
    real = Session.extend

    def watched(self: Session, tokens: Sequence[Sequence[int]], **options: Any) -> Tensor:
        if max(map(len, tokens)) > 1:
            causal.append(options["causal"])
        return real(self, tokens, **options)

    monkeypatch.setattr(Session, "extend", watched)
    for public in (False, True):
        monkeypatch.setattr(MODEL, "config", replace(MODEL.config, public_injection=public))
        run(monkeypatch, {"Where?": [END]}, {"Where?": "x"})
    assert causal == [True, False]


def test_repeated_digits_of_ids_are_not_penalised(monkeypatch: pytest.MonkeyPatch) -> None:
    real, penalties = engine.interleave.generate, []

    def watched(session: Session, sampling: Sampling, *rest: Any, **options: Any) -> Any:
        penalties.append(sampling.repetition_penalty)
        return real(session, sampling, *rest, **options)

    monkeypatch.setattr(engine.interleave, "generate", watched)
    run(
        monkeypatch,
        {"Where?": ["[3]<|object_ref_end|>", END]},
        {"Where?": "x"},
        sampling=Sampling(9, repetition_penalty=1.3),
    )
    assert penalties == [1.0, 1.0, 1.3]


@pytest.mark.parametrize("after", [0, 3, 12, 200])
def test_cancelling_ends_without_a_finished_answer(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    calls = 0

    def cancelled() -> bool:
        nonlocal calls
        calls += 1
        return calls > after

    _, events = run(
        monkeypatch,
        {"Where?": ["[3]<|object_ref_end|>", END]},
        {"Where?": "long " * 100},
        cancelled=cancelled,
        sampling=Sampling(max_new_tokens=1000),
    )
    assert not [event for event in events if isinstance(event, Finished)]
    assert bool([event for event in events if isinstance(event, Piece)]) == (after == 200)


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("", False),
        ("[", False),
        ("[1", False),
        ("[1]", False),
        ("[1] [22", False),
        ("<End-of", False),
        ("[1]<|object_ref", False),
        ("[1]<End", False),
        ("[1]<|object_ref_end|>", True),
        ("<End-of-Retrieve>", True),
        ("The", True),
        ("[x", True),
        ("[1]T", True),
        ("<Start", True),
    ],
)
def test_what_a_later_reply_may_say(text: str, over: bool) -> None:
    assert reply_is_over(text, first=False) == over
    assert reply_is_over(text, first=True) == ("<|object_ref_end|>" in text or "<End-of-Retrieve>" in text)
