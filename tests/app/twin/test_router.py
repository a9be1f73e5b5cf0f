"""`doppel train router`: kept only if it wins, undone, dropped with whatever is forgotten, left alone by other models.

The model is tiny and random, the rest is the real thing; where a test needs a winner, the verdict is given.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from app.errors import NotTrained
from app.model import adapt_router
from app.records import RouterReport
from app.settings import Settings
from app.twin.twin import Twin
from app.upkeep.jobs import retain
from engine.checkpoint import save_model
from engine.router.adapt import Judgement
from storage import durable
from tests.engine.tiny import tiny_model
from tests.engine.words import letters

NOTES = 60
WON = Judgement(0.5, 0.4, 0.6, 0.1)
LOST = Judgement(0.5, 0.4, 0.41, -0.02)


def save_tiny(folder: Path, seed: int) -> Path:
    config = {"router_layers": (2, 3), "layout": "chat", "writes_document_ids": False, "query_reduce": "pool"}
    model = tiny_model(seed=seed, vocab=len(letters()), chunk_size=16, **config)
    model.tokenizer = letters()
    save_model(model, folder)
    return folder


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model and a folder of notes, each with one sentence of its own."""
    base = tmp_path_factory.mktemp("notes")
    save_tiny(base / "model", 0)
    (base / "notes").mkdir()
    choice = random.Random(0)
    for number in range(NOTES):
        words = ["".join(choice.choices("abcdefgh", k=4)) for _ in range(8)]
        (base / "notes" / f"note{number}.txt").write_text(" ".join(words).capitalize() + ".\n")
    return base


@pytest.fixture
def settings(tmp_path: Path, learnt: Path) -> Settings:
    return Settings(home=tmp_path / "home", model=str(learnt / "model"), throttle=False, nice=0)


@pytest.fixture
def twin(settings: Settings, learnt: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twin]:
    monkeypatch.setattr(adapt_router, "STEPS", 2)
    opened = Twin.open(settings)
    opened.add_source(learnt / "notes")
    opened.ingest(learnt / "notes")
    yield opened
    opened.close()


@pytest.fixture
def winning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapt_router, "judge", lambda model, memory, start, *others: (WON, start + 1.0))


def queries(twin: Twin) -> Tensor:
    return twin._models.present()[0].present_queries()


def left(settings: Settings) -> list[str]:
    """Files of an adapted router, under whatever name."""
    return [path.name for path in (settings.home / "derived").glob("*")]


def train(twin: Twin) -> RouterReport:
    report = twin.train_router()
    assert report.kept
    return report


def test_it_learns_judges_and_reports_without_any_text(twin: Twin, settings: Settings) -> None:
    lines: list[str] = []
    report = twin.train_router(lines.append)
    assert report.kept == bool(left(settings)) and (report.kept or report.reason)
    assert 0 <= report.about.before <= 1 and report.about.documents >= 50
    assert any(line.startswith("Reading the questions to learn") for line in lines)
    names = {memory.title for memory in twin.memories(limit=NOTES)}
    texts = [memory.text.split()[0] for memory in twin.memories(limit=NOTES)]
    assert not any(word in line for line in lines for word in [*texts, *filter(None, names)])


def test_a_winner_is_used_now_and_after_a_restart_until_undone(
    twin: Twin, settings: Settings, winning: None
) -> None:
    shipped = queries(twin)
    assert twin.status().router is None
    report = train(twin)
    assert torch.allclose(queries(twin), shipped + 1, atol=1e-2)
    status = twin.status().router
    assert status is not None and status.in_use and status.about == report.about
    twin.close()
    again = Twin.open(settings)
    assert torch.allclose(queries(again), shipped + 1, atol=1e-2)
    assert again.undo_router() and not again.undo_router()
    assert torch.equal(queries(again), shipped) and left(settings) == []
    assert again.status().router is None
    again.close()


def test_it_starts_from_the_shipped_router_each_time(twin: Twin, winning: None) -> None:
    shipped = queries(twin)
    train(twin)
    train(twin)
    assert torch.allclose(queries(twin), shipped + 1, atol=1e-2)


@pytest.mark.parametrize("verdict", [LOST, Judgement(0.0, 0.4, 0.4, 0.0)])
def test_without_a_gain_nothing_changes(
    twin: Twin, settings: Settings, monkeypatch: pytest.MonkeyPatch, verdict: Judgement
) -> None:
    monkeypatch.setattr(adapt_router, "judge", lambda model, memory, start, *others: (verdict, start + 1.0))
    shipped = queries(twin)
    report = twin.train_router()
    assert not report.kept and report.reason
    assert torch.equal(queries(twin), shipped) and left(settings) == []


def forget_id(twin: Twin) -> None:
    twin.forget([twin.memories()[0].id])


def forget_path(twin: Twin) -> None:
    twin.forget(path=twin.memories()[0].path)


def forget_source(twin: Twin) -> None:
    twin.forget(source_id=twin.sources()[0].id)


def remove_and_forget(twin: Twin) -> None:
    twin.remove_source(twin.sources()[0].id, forget=True)


def outlive_its_term(twin: Twin) -> None:
    import datetime

    twin.set_retention(twin.sources()[0].id, 1)
    retain(twin._archive, datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3), asked=True)


@pytest.mark.parametrize(
    "forget", [forget_id, forget_path, forget_source, remove_and_forget, outlive_its_term]
)
def test_forgetting_anything_drops_it_at_once(
    twin: Twin, settings: Settings, winning: None, forget: Callable[[Twin], None]
) -> None:
    shipped = queries(twin)
    train(twin)
    (settings.home / "derived" / "router.safetensors.part").write_bytes(b"what a crash left")
    before = len(twin.memories(limit=NOTES))
    forget(twin)
    assert len(twin.memories(limit=NOTES)) < before
    assert left(settings) == [] and twin.status().router is None
    assert torch.equal(queries(twin), shipped)


def test_what_learnt_from_something_forgotten_meanwhile_is_not_kept(
    twin: Twin, settings: Settings, winning: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = adapt_router.learn

    def learn(*given: object, **more: object) -> Tensor:
        forget_id(twin)
        return really(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(adapt_router, "learn", learn)
    report = twin.train_router()
    assert not report.kept and "forgotten meanwhile" in report.reason
    assert left(settings) == []


def test_another_model_leaves_it_unused(
    twin: Twin, settings: Settings, winning: None, tmp_path: Path
) -> None:
    train(twin)
    twin.close()
    other = replace(settings, model=str(save_tiny(tmp_path / "other", 1)))
    changed = Twin.open(other)
    changed.use_model(other.model)
    fresh = tiny_model(seed=1, vocab=len(letters()), router_layers=(2, 3))
    weight = fresh.backbone.get_submodule("model.layers.2.self_attn.router_q_proj.0").weight
    assert torch.equal(queries(changed)[0], weight)  # type: ignore[arg-type]
    status = changed.status().router
    assert status is not None and not status.in_use
    changed.close()


def test_a_half_written_or_damaged_one_is_as_good_as_none(
    twin: Twin, settings: Settings, winning: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = queries(twin)

    def crash(step: str) -> None:
        if step == "rename":
            raise OSError("crashed")

    monkeypatch.setattr(durable, "fault", crash)
    with pytest.raises(OSError, match="crashed"):
        twin.train_router()
    monkeypatch.setattr(durable, "fault", None)
    assert left(settings) == [] and torch.equal(queries(twin), shipped)

    train(twin)
    path = settings.home / "derived" / "router.safetensors"
    path.write_bytes(path.read_bytes()[:50])
    twin.close()
    again = Twin.open(settings)
    assert torch.equal(queries(again), shipped) and again.status().router is None
    again.close()


def test_a_small_archive_is_told_so(settings: Settings, tmp_path: Path) -> None:
    note = tmp_path / "one.txt"
    note.write_text("There is only this one note in the whole memory so far.\n")
    twin = Twin.open(settings)
    twin.ingest(note)
    with pytest.raises(NotTrained, match="at least 50"):
        twin.train_router()
    twin.close()


def test_tables_alone_are_too_little(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapt_router, "pseudo_questions", lambda *given: [])
    with pytest.raises(NotTrained, match="sentences"):
        twin.train_router()


def test_a_sentence_that_another_memory_has_too_asks_nothing(
    twin: Twin, learnt: Path, tmp_path: Path
) -> None:
    from engine.router.pseudo_questions import PseudoQuestion

    sentence = (learnt / "notes" / "note7.txt").read_text().strip()
    document = twin._archive.documents.rows([twin.memories(sentence, limit=1)[0].id])[0]
    encoded = {memory.id for memory in twin.memories(limit=NOTES)}
    question = PseudoQuestion("asked?", sentence)
    alike = adapt_router.alike_to(twin._archive, document, question, encoded)
    assert alike is not None and document.id not in alike
    copy = tmp_path / "copy.txt"
    copy.write_text(f"Somebody wrote this: {sentence.upper()}\n")
    twin.ingest(copy)
    encoded = {memory.id for memory in twin.memories(limit=NOTES + 1)}
    assert adapt_router.alike_to(twin._archive, document, question, encoded) is None


def test_what_the_person_said_of_answers_teaches(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A passage named on the page is among what is learned from, and the router that comes of it is another one."""
    made: list[Tensor] = []

    def won(
        model: object, memory: object, start: Tensor, present: Tensor, trained: Tensor, *others: object
    ) -> tuple[Judgement, Tensor]:
        made.append(trained.clone())
        return WON, trained

    monkeypatch.setattr(adapt_router, "judge", won)
    before = train(twin)
    assert twin.undo_router()
    question = "Who kept the blue suitcase?"
    list(twin.ask(question))
    chat = twin.chats()[0].id
    right = next(m.id for m in twin.memories(limit=NOTES) if adapt_router.part_of(m.id) == "learn")
    twin.judge(chat, 1, "passage", right)
    assert twin.count_judged() == (1, 0)
    after = train(twin)
    assert after.about.questions == before.about.questions + adapt_router.JUDGED_COUNTS
    assert twin.undo_router()
    twin.judge(chat, 1, "")
    train(twin)
    plain, taught, again = made
    assert torch.equal(plain, again), "without feedback it comes to the same"
    assert not torch.equal(plain, taught)
