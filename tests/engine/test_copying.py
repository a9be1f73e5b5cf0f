"""The copy head: words are read back out of pooled memory, what nothing holds stays as it was, training finds answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from app.model import store
from app.settings import load as load_settings
from engine import train_copy
from engine.checkpoint import CheckpointError, load_model, save_model
from engine.copying import (
    CHUNKS,
    CopyHead,
    Words,
    bare_tokens,
    document_content,
    document_words,
    give_copy_head,
    load_copy_head,
    new_copy_head,
    save_copy_head,
)
from engine.encode import encode_documents
from engine.layout import Layout
from engine.lora import TARGETS, LoraSettings, add_lora, save_lora
from engine.memory import RamMemory
from engine.model import READER, MsaModel
from engine.session import encode_prefix, open_session
from engine.train_copy import Case, fit_codes
from engine.training.reader_loss import Answers, lesson, reading_loss
from tests.engine.tiny import ram, tiny_model, tokens
from tests.engine.training.test_reader_loss import write_set
from tests.engine.words import letters

ROUTERS = (0, 1, 3)
TOKENIZER = letters(phrases=["assistant\n", "user\n", "Question: "])
LAYOUT = Layout("chat", TOKENIZER)
SPACED = letters(phrases=[" red", "red", "cat"])


def model(**changes: object) -> MsaModel:
    return tiny_model("llama", router_layers=ROUTERS, **changes)  # type: ignore[arg-type]


def fitted(copying: MsaModel, documents: list[list[int]]) -> CopyHead:
    """A head that knows how chunks superpose tokens, and points at all chunks alike."""
    memory = ram(copying, documents)
    content, keys = document_content(copying, memory, memory.document_ids)
    nothing = Answers(torch.empty(0), torch.empty(0), torch.empty(0))
    said = torch.tensor([token for document in documents for token in document])
    head = new_copy_head(copying)
    fit_codes(head, copying, [Case(said, content, keys, nothing)])
    with torch.no_grad():
        head.query.weight.zero_()
        head.query.bias.zero_()
    give_copy_head(copying, head)
    return head


def test_the_tokens_of_a_chunk_are_read_back_from_its_mean() -> None:
    copying = model()
    fitted(copying, tokens(0, *[40] * 30))
    documents = tokens(1, 16, 7)
    memory = ram(copying, documents)
    words = document_words(copying, memory, memory.document_ids)
    chunks = [document[at : at + 4] for document in documents for at in range(0, len(document), 4)]
    assert words.tokens.shape[0] == words.keys.shape[0] == len(chunks)
    found = [
        len(set(chunk) & set(best[: 2 * len(chunk)])) / len(set(chunk))
        for chunk, best in zip(chunks, words.tokens.tolist(), strict=True)
    ]
    # Eight of 96 tokens by chance would be 0.08.
    assert sum(found) / len(found) > 0.7


def test_what_no_chunk_holds_and_what_nothing_points_at_stay_as_they_were() -> None:
    head = CopyHead(8, 4, 1)
    head.codes = torch.zeros(20, 8)
    words = Words(torch.zeros(2, 4), torch.tensor([[3, 5], [5, 7]]), torch.full((2, 2), 9.0))
    copied = head(torch.ones(3, 8), words)
    assert copied.shape == (3, 20) and set(copied[0].nonzero()[:, 0].tolist()) == {3, 5, 7}
    assert torch.all(copied[:, 5] > copied[:, 3])  # held by two chunks
    with torch.no_grad():
        head.gate.weight.zero_()
        head.gate.bias.fill_(-30.0)
    assert torch.all(head(torch.ones(3, 8), words) < 1e-6)


def test_special_tokens_are_never_copied() -> None:
    copying = model(vocab=len(TOKENIZER))
    copying.tokenizer = TOKENIZER
    head = fitted(copying, [LAYOUT.document(1, "the cat is red and the dog is blue " * 3)])
    head.know(copying)
    assert torch.all(head.codes[TOKENIZER.all_special_ids] == 0)
    assert int((head.codes != 0).any(dim=1).sum()) == len(TOKENIZER) - len(TOKENIZER.all_special_ids)


def test_a_word_behind_a_space_may_begin_an_answer() -> None:
    bare = bare_tokens(SPACED, len(SPACED))
    spaced, word, other = SPACED.convert_tokens_to_ids([" red", "red", "cat"])
    assert bare[[spaced, word, other]].tolist() == [word, word, other]
    head = CopyHead(8, 4, 1)
    head.codes, head.bare = 9 * torch.eye(6, 8), torch.tensor([0, 1, 5, 3, 4, 5])
    copied = head(torch.ones(1, 8), head.words(torch.eye(8)[2:3], torch.zeros(1, 4)))[0]
    assert float(copied[5].detach()) == pytest.approx(float(copied[2].detach()), rel=0.01)
    assert copied[2] > 0.1 and torch.all(copied[[0, 1, 3, 4]] < 0.01)


def adapted() -> MsaModel:
    made = model(vocab=len(TOKENIZER), top_k=2, query_reduce="mean")
    add_lora(made, LoraSettings((0, 1, 2, 3), rank=2, targets=TARGETS))
    made.switch.on = None
    fitted(
        made, [LAYOUT.document(n, text * 3) for n, text in enumerate(["the cat is red ", "dogs bark "], 1)]
    )
    return made


def test_a_lesson_copies_as_a_session_does_and_only_without_text() -> None:
    copying = adapted()
    passages, asked = ["the cat is red", "the dog is blue"], [("cat?", "red")]
    taught = lesson(LAYOUT, [], passages, asked)
    memory = RamMemory(encode_documents(copying, taught.documents), copying.config)
    prefix = encode_prefix(copying, taught.prefix, adapter=READER)
    said = LAYOUT.tokens("red<|im_end|>")

    def session_loss(copies: bool) -> float:
        session = open_session(
            copying, memory, [LAYOUT.question("cat?")], prefix, adapter=READER, copies=copies
        )
        session.fork(0, 1)  # a fork copies from the same memory
        session.extend([[], list(LAYOUT.question("cat?").ids[-1:])])
        torch.testing.assert_close(session.logits[0], session.logits[1], rtol=1e-4, atol=1e-4)
        total = 0.0
        for token in said:
            total -= float(session.logits[0].log_softmax(0)[token])
            session.extend([[token], []])
        return total / len(said)

    with torch.no_grad():
        loss = float(reading_loss(copying, taught))
        quoted = float(reading_loss(copying, lesson(LAYOUT, passages, passages, asked)))
        head, copying.copy_head = copying.copy_head, None
        plain = float(reading_loss(copying, taught))
        assert quoted == float(reading_loss(copying, lesson(LAYOUT, passages, passages, asked)))
        copying.copy_head = head
    assert loss == pytest.approx(session_loss(True), abs=1e-4)
    assert plain == pytest.approx(session_loss(False), abs=1e-4)
    assert abs(loss - plain) > 0.05


def test_of_a_large_memory_the_chunks_that_are_pointed_at_count() -> None:
    copying = model()
    head = fitted(copying, tokens(0, *[40] * 30))
    memory = ram(copying, tokens(2, *[40] * 20))
    _, keys = document_content(copying, memory, memory.document_ids)
    assert len(keys) > CHUNKS
    state = torch.randn(32, generator=torch.Generator().manual_seed(4))
    with torch.no_grad():
        head.query.weight.copy_(
            torch.randn(head.query.weight.shape, generator=torch.Generator().manual_seed(5))
        )
        words = document_words(copying, memory, memory.document_ids, state)
        pointing = head.point(state[None], keys)[0]
    assert len(words.keys) == CHUNKS
    assert float(head.point(state[None], words.keys).min()) >= float(pointing.sort().values[-CHUNKS]) - 1e-5


def test_a_head_is_kept_whole_and_refused_where_it_does_not_fit(tmp_path: Path) -> None:
    copying = model()
    head = fitted(copying, tokens(0, *[40] * 30))
    save_copy_head(head, tmp_path / "copy.safetensors", {"set": "pets"})
    again = model()
    load_copy_head(again, tmp_path / "copy.safetensors")
    memory = ram(again, tokens(3, 12))
    mine = document_words(copying, memory, memory.document_ids)
    other = document_words(again, memory, memory.document_ids)
    torch.testing.assert_close(mine.deviations, other.deviations, rtol=0.02, atol=0.02)  # float16 on disk
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.safetensors"]
    with pytest.raises(CheckpointError, match="made for another one"):
        load_copy_head(model(hidden=48), tmp_path / "copy.safetensors")
    (tmp_path / "copy.safetensors").write_bytes(b"broken")
    with pytest.raises(CheckpointError, match="made for another one"):
        load_copy_head(again, tmp_path / "copy.safetensors")
    with pytest.raises(CheckpointError, match="layers"):
        give_copy_head(tiny_model("llama"), head)


def test_training_makes_answers_in_memory_likelier_and_leaves_a_wrong_memory_alone(tmp_path: Path) -> None:
    taught = model(vocab=len(TOKENIZER), layout="chat", writes_document_ids=False, query_reduce="mean")
    taught.tokenizer = TOKENIZER
    save_model(taught, tmp_path / "model")
    reader = load_model(tmp_path / "model")
    settings = LoraSettings((2, 3), rank=2, targets=TARGETS)
    add_lora(reader, settings)
    save_lora(reader, settings, tmp_path / "reader.safetensors")
    write_set(tmp_path, documents=200)
    command = ["--model", str(tmp_path / "model"), "--reader", str(tmp_path / "reader.safetensors")]
    command += ["--data", str(tmp_path), "--set", "pets", "--documents", "64", "--epochs", "4"]
    assert train_copy.main([*command, "--out", str(tmp_path / "copy.safetensors")]) == 0
    with safe_open(tmp_path / "copy.safetensors", framework="pt") as stored:
        about = stored.metadata()
    losses = json.loads(about["held_out_loss"])
    assert about["set"] == "pets" and json.loads(about["settings"])["documents"] == 64
    assert losses["after"]["nothing"] == losses["before"]["nothing"]
    assert losses["after"]["memory"] < losses["before"]["memory"] < losses["before"]["nothing"]
    load_copy_head(reader, tmp_path / "copy.safetensors")


FACTS = [
    (
        "Travel notes. We took the night train to Ljubljana and stayed at the Hotel Slon, two blocks from the river.",
        "Which hotel did we stay at in Ljubljana?",
        "Hotel Slon",
    ),
    (
        "Minutes of the allotment club. The new treasurer is Henrike Vollmer; the fee for a plot rises to forty euros.",
        "Who is the new treasurer of the allotment club?",
        "Henrike Vollmer",
    ),
    (
        "The boiler was serviced by the Kessler company in March and they replaced the expansion vessel and a valve.",
        "Which company serviced the boiler?",
        "Kessler",
    ),
    (
        "Grandmother was born in Czernowitz in 1911 and came to Vienna with her two sisters after the war.",
        "Where was grandmother born?",
        "Czernowitz",
    ),
]


@pytest.mark.e2e
def test_the_default_reads_a_little_of_memory_alone_and_nothing_of_a_wrong_one() -> None:
    default = store.load(load_settings())
    layout = Layout(default.config.layout, default.tokenizer)

    def mean_loss(shown: int | None) -> float:
        """The memory holds the document of the question, of the one `shown` further, or nothing."""
        losses = []
        for at, (_, question, answer) in enumerate(FACTS):
            memory = [] if shown is None else [FACTS[(at + shown) % len(FACTS)][0]]
            with torch.no_grad():
                losses.append(float(reading_loss(default, lesson(layout, [], memory, [(question, answer)]))))
        return sum(losses) / len(losses)

    nothing, right, wrong = mean_loss(None), mean_loss(0), mean_loss(1)
    assert right < nothing - 0.3
    assert abs(wrong - nothing) < 0.15
