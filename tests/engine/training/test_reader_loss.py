"""Readers: the loss of a lesson is that of the sessions it stands for, adapters touch reading alone, runs resume."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open

from engine.answering.refusal import DECLINED
from engine.checkpoint import save_model
from engine.encode import encode_documents
from engine.layout import Layout
from engine.lora import TARGETS, LoraSettings, add_lora, load_adapter, save_lora
from engine.memory import RamMemory
from engine.model import READER, MsaModel
from engine.session import Prompt, encode_prefix, open_session
from engine.training import train_reader
from engine.training.reader_data import ReadingSet, _says, lessons
from engine.training.reader_loss import Lesson, lesson, reading_loss
from tests.engine.tiny import tiny_model
from tests.engine.words import letters

TOKENIZER = letters(phrases=["assistant\n", "user\n", "Question: "])
LAYOUT = Layout("chat", TOKENIZER)
PASSAGES = ["the cat is red", "the dog is blue"]
QUESTIONS = [("cat?", "red"), ("dog?", "blue"), ("cow?", "none")]
ADAPTERS = LoraSettings((0, 1, 2, 3), rank=2, alpha=4.0, targets=TARGETS)


def adapted_model(*, trained: bool = True) -> MsaModel:
    model = tiny_model("llama", vocab=len(TOKENIZER), top_k=2, query_reduce="mean")
    add_lora(model, ADAPTERS)
    if trained:
        draw = torch.Generator().manual_seed(3)
        for name, parameter in model.backbone.named_parameters():
            if ".lora_b." in name:
                parameter.data.copy_(torch.randn(parameter.shape, generator=draw) * 0.3)
    model.switch.on = None
    return model


def session_loss(model: MsaModel, taught: Lesson, documents: Sequence[list[int]]) -> float:
    """The same lesson answered question by question through sessions, as the product does."""
    prefix = encode_prefix(model, taught.prefix, adapter=READER)
    memory = RamMemory(encode_documents(model, documents), model.config)
    total, count = 0.0, 0
    for branch in taught.branches:
        prompt, answer = branch.ids[: -branch.answer], branch.ids[-branch.answer :]
        ids = [*taught.context, *prompt]
        routes = [False] * len(taught.context) + [True] * len(prompt)
        session = open_session(model, memory, [Prompt(ids, routes)], prefix, adapter=READER)
        for token in answer:
            total -= float(session.logits[0].log_softmax(0)[token])
            count += 1
            session.extend([[token]])
    return total / count


@pytest.mark.parametrize(("quoted", "remembered"), [(PASSAGES, []), ([], PASSAGES), (PASSAGES, PASSAGES)])
def test_a_lesson_has_the_loss_of_its_sessions(quoted: list[str], remembered: list[str]) -> None:
    model = adapted_model()
    taught = lesson(LAYOUT, quoted, remembered, QUESTIONS)
    with torch.no_grad():
        loss = float(reading_loss(model, taught))
    assert loss == pytest.approx(session_loss(model, taught, taught.documents), abs=1e-4)


def test_memory_and_text_both_reach_the_answer() -> None:
    model = adapted_model()
    with torch.no_grad():
        nothing = float(reading_loss(model, lesson(LAYOUT, [], [], QUESTIONS)))
        memory = float(reading_loss(model, lesson(LAYOUT, [], PASSAGES, QUESTIONS)))
        text = float(reading_loss(model, lesson(LAYOUT, PASSAGES, [], QUESTIONS)))
    assert len({round(value, 4) for value in (nothing, memory, text)}) == 3


def test_a_reader_changes_reading_and_neither_encoding_nor_routing(tmp_path: Path) -> None:
    save_lora(adapted_model(), ADAPTERS, tmp_path / "reader.safetensors", dtype=torch.float16)
    plain = tiny_model("llama", vocab=len(TOKENIZER), top_k=2, query_reduce="mean")
    read = tiny_model("llama", vocab=len(TOKENIZER), top_k=2, query_reduce="mean")
    load_adapter(read, tmp_path / "reader.safetensors", READER)
    documents = [LAYOUT.document(n, text) for n, text in enumerate(PASSAGES, 1)]
    found, logits = [], []
    for model, adapter in ((plain, None), (read, None), (read, READER)):
        encodings = encode_documents(model, documents)
        memory = RamMemory(encodings, model.config)
        prefix = encode_prefix(model, LAYOUT.prefix, adapter=adapter)
        session = open_session(model, memory, [LAYOUT.question("cat?")], prefix, adapter=adapter)
        found.append(torch.cat([e.value.flatten() for e in encodings]))
        logits.append(session.extend([LAYOUT.tokens("re")]))
    assert torch.equal(found[0], found[1]) and torch.equal(found[0], found[2])
    assert torch.equal(logits[0], logits[1])
    assert not torch.allclose(logits[1], logits[2], atol=1e-2)


def write_set(folder: Path, name: str = "pets", documents: int = 120) -> None:
    colours = ["red", "blue", "green", "black"]
    docs, asked = [], []
    for number in range(documents):
        colour = colours[number % 4]
        docs.append(
            {"id": f"d{number}", "title": f"pet {number}", "text": f"pet{number} is {colour} and eats hay"}
        )
        asked.append(
            {
                "id": f"q{number}",
                "question": f"what colour is pet{number}",
                "answers": [colour],
                "evidence": [f"d{number}"],
            }
        )
    for kind, rows in (("docs", docs), ("qa", asked)):
        with gzip.open(folder / f"{name}.{kind}.jsonl.gz", "wt") as out:
            out.write("".join(json.dumps(row) + "\n" for row in rows))


def test_lessons_answer_from_what_they_show_and_decline_the_rest(tmp_path: Path) -> None:
    write_set(tmp_path)
    made = list(islice(lessons(tmp_path, {"pets": 1.0}, seed=0), 60))
    assert made == list(islice(lessons(tmp_path, {"pets": 1.0}, seed=0), 60))
    shown = ["\n".join([*texts.quoted, *texts.remembered]) for texts in made]
    answers = [
        (answer, text) for texts, text in zip(made, shown, strict=True) for _, answer in texts.questions
    ]
    assert all(answer == DECLINED or answer in text for answer, text in answers)
    declined = [
        (question, text)
        for texts, text in zip(made, shown, strict=True)
        for question, answer in texts.questions
        if answer == DECLINED
    ]
    assert declined and not any(question.split()[-1] + " " in text for question, text in declined)
    assert {1} < {len(texts.quoted) for texts in made}
    assert {bool(texts.remembered) for texts in made} == {False, True}


def test_of_a_chain_the_last_link_answers_alone_and_the_first_does_not(tmp_path: Path) -> None:
    docs, asked = [], []
    for number in range(60):
        docs.append({"id": f"a{number}", "title": "", "text": f"song{number} is by singer{number}"})
        docs.append({"id": f"b{number}", "title": "", "text": f"singer{number} was born in town{number}"})
        question = f"where was the singer of song{number} born"
        evidence = [f"a{number}", f"b{number}"]
        asked.append({"id": number, "question": question, "answers": [f"town{number}"], "evidence": evidence})
    for kind, rows in (("docs", docs), ("qa", asked)):
        with gzip.open(tmp_path / f"songs.{kind}.jsonl.gz", "wt") as out:
            out.write("".join(json.dumps(row) + "\n" for row in rows))
    answers: dict[bool, set[bool]] = {True: set(), False: set()}
    for texts in islice(lessons(tmp_path, {"songs": 1.0}, seed=0), 80):
        for question, answer in texts.questions:
            assert answer == DECLINED or any(answer in passage for passage in texts.quoted)
            if len(texts.quoted) == 1 and question.split()[-2] in texts.quoted[0].split():
                answers[False].add(answer == DECLINED)  # the first link names the song
            if (
                len(texts.quoted) == 1
                and question.split()[-2].replace("song", "singer") == texts.quoted[0].split()[0]
            ):
                answers[True].add(answer == DECLINED)
    assert answers == {True: {False}, False: {True}}


@pytest.mark.parametrize(
    ("text", "answer", "said"),
    [
        ("He went North.", "no", False),
        ("No, he did not", "no", True),
        ("in C++ (2011)", "C++", True),
        ("1995", "199", False),
    ],
)
def test_an_answer_is_said_in_whole_words(text: str, answer: str, said: bool) -> None:
    assert _says(text, answer) == said


def test_held_out_documents_are_never_asked_about_in_training(tmp_path: Path) -> None:
    write_set(tmp_path)

    def asked(held_out: bool) -> set[str]:
        made = islice(lessons(tmp_path, {"pets": 1.0}, seed=0, held_out=held_out), 150)
        return {question for texts in made for question, _ in texts.questions}

    assert asked(True) and not asked(True) & asked(False)


def test_a_search_finds_what_shares_words(tmp_path: Path) -> None:
    write_set(tmp_path)
    assert ReadingSet(tmp_path, "pets").similar('what "colour" is pet7?', 3)[0] == "d7"


def test_a_search_needs_no_spaces(tmp_path: Path) -> None:
    docs = [
        {"id": f"d{n}", "title": "", "text": text} for n, text in enumerate(["房租每月三千元", "会议在周五"])
    ]
    asked = [{"id": "q", "question": "房租多少", "answers": ["三千元"], "evidence": ["d0"]}]
    for kind, rows in (("docs", docs), ("qa", asked)):
        with gzip.open(tmp_path / f"zh.{kind}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.write("".join(json.dumps(row) + "\n" for row in rows))
    source = ReadingSet(tmp_path, "zh")
    assert source.similar("房租多少", 3) == ["d0"]
    assert source.beside("d0", 2) == ["d1"]
    assert _says("房租每月三千元", "三千元")


def test_an_exchanged_name_makes_a_question_that_nothing_answers(tmp_path: Path) -> None:
    docs, asked = [], []
    for n in range(60):
        text = f"Anna{n}x: I painted the sunrise in 19{n + 10}. Berta{n}x: That must have been in 18{n + 10}, in winter."
        docs.append({"id": f"d{n}", "title": "", "text": text})
        question = f"What did the person called Anna{n}x paint in 19{n + 10}?"
        asked.append({"id": f"q{n}", "question": question, "answers": ["the sunrise"], "evidence": [f"d{n}"]})
    for kind, rows in (("docs", docs), ("qa", asked)):
        with gzip.open(tmp_path / f"chat.{kind}.jsonl.gz", "wt") as out:
            out.write("".join(json.dumps(row) + "\n" for row in rows))
    own = {row["question"] for row in asked}
    questions = [
        q for texts in islice(lessons(tmp_path, {"chat": 1.0}, seed=0), 150) for q in texts.questions
    ]
    exchanged = [(question, answer) for question, answer in questions if question not in own]
    assert exchanged and all(answer == DECLINED for _, answer in exchanged)
    assert any("Berta" in question for question, _ in exchanged)


def test_a_set_without_answers_is_refused(tmp_path: Path) -> None:
    write_set(tmp_path, documents=0)
    with pytest.raises(ValueError, match="no answerable question in pets"):
        next(lessons(tmp_path, {"pets": 1.0}, seed=0))


def run(tmp_path: Path, name: str, steps: int, **options: Any) -> list[dict[str, float]]:
    folder = tmp_path / "model"
    if not folder.exists():
        save_model(tiny_with_tokenizer(), folder)
    arguments = {"lessons": 2, "rate": 0.01, "rank": 2, "first-layer": 0, "steps": steps, **options}
    flags = [text for key, value in arguments.items() for text in (f"--{key}", str(value))]
    paths = ["--model", str(folder), "--data", str(tmp_path), "--run", str(tmp_path / name)]
    out = ["--out", str(tmp_path / f"{name}.safetensors"), "--sets", "pets"]
    assert train_reader.main([*paths, *out, *flags]) == 0
    return [json.loads(line) for line in (tmp_path / name / train_reader.LOG).read_text().splitlines()]


def tiny_with_tokenizer() -> MsaModel:
    model = tiny_model("llama", vocab=len(TOKENIZER), top_k=2, query_reduce="mean", layout="chat")
    model.tokenizer = TOKENIZER
    return model


def test_a_run_lowers_the_loss_and_says_so(tmp_path: Path) -> None:
    write_set(tmp_path)
    run(tmp_path, "run", steps=12)
    with safe_open(tmp_path / "run.safetensors", framework="pt") as stored:
        loss = json.loads(stored.metadata()["held_out_loss"])
        assert loss["after"] < loss["before"] - 0.2
        assert json.loads(stored.metadata()["sets"]) == {"pets": 1.0}


def test_an_interrupted_run_goes_on_as_if_nothing_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_set(tmp_path)
    monkeypatch.setattr(train_reader, "HELD_OUT_LESSONS", 2)
    whole = run(tmp_path, "whole", steps=6, **{"save-every": 3})
    real = train_reader.reading_loss
    calls = iter(range(1000))

    def cut_off(*arguments: Any) -> Any:
        if next(calls) >= 2 + 2 * 4:  # before the run, then in its fifth step
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(train_reader, "reading_loss", cut_off)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, "cut", steps=6, **{"save-every": 3})
    monkeypatch.setattr(train_reader, "reading_loss", real)
    resumed = run(tmp_path, "cut", steps=6, **{"save-every": 3})
    assert [line["loss"] for line in resumed[-3:]] == [line["loss"] for line in whole[-3:]]
    assert [line["step"] for line in resumed] == [1, 2, 3, 4, 5, 6]


def test_weights_are_read_from_the_command_line() -> None:
    assert train_reader.parse_sets(["a=0.5", "b"]) == {"a": 0.5, "b": 1.0}
