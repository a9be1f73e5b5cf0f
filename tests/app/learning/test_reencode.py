"""Another model is set: the old one answers while the new one encodes everything, then they change places.

The models are tiny and random, the rest is the real thing. `permits` lets the new model take one step at a time.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.errors import ModelUnusable
from app.learning import reencode
from app.model import answerer as answerer_module
from app.model import store
from app.model.answerer import Answerer
from app.model.catalogue import DEFAULT, SMALL
from app.model.switch import ModelSwitch
from app.settings import Settings, load, save
from app.twin.twin import Twin
from engine.checkpoint import fingerprint, load_model, save_model
from tests.app.desk import eventually
from tests.app.twin.test_twin import ask
from tests.engine.tiny import tiny_model
from tests.engine.words import letters

NOTES = 12
BATCH = 2


@pytest.fixture(autouse=True)
def short_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answerer_module, "ANSWER_TOKENS", 4)


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """Two models of different shapes."""
    layers = {"old": (2, 3), "new": (3,)}
    for seed, name in enumerate(layers):
        model = tiny_model(
            seed=seed,
            vocab=len(letters()),
            chunk_size=16,
            router_layers=layers[name],
            layout="chat",
            writes_document_ids=False,
        )
        model.tokenizer = letters()
        save_model(model, tmp_path / name)
    return {name: tmp_path / name for name in layers}


@pytest.fixture
def settings(tmp_path: Path, folders: dict[str, Path]) -> Settings:
    """An archive of NOTES notes, encoded with the old model; the new one is set."""
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(NOTES):
        (notes / f"note{number}.txt").write_text(f"The key of room{number} hangs on hook{number}.\n")
    old = Settings(home=tmp_path / "home", model=str(folders["old"]), quiet_seconds=0.1, nice=0)
    twin = Twin.open(replace(old, throttle=False))
    twin.add_source(notes)
    twin.ingest(notes)
    twin.close()
    return replace(old, model=str(folders["new"]), throttle=False)


@pytest.fixture
def permits(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Semaphore]:
    """Each lets one step of BATCH documents be encoded, which have been read before."""
    permits = threading.Semaphore(0)
    monkeypatch.setattr(reencode, "BATCH", BATCH)
    monkeypatch.setattr(ModelSwitch, "wait_quiet", lambda models: permits.acquire())
    yield permits


@pytest.fixture
def twin(settings: Settings, permits: threading.Semaphore) -> Iterator[Twin]:
    opened = Twin.open(settings)
    yield opened
    permits.release(1000)
    opened.close()


def banks(twin: Twin) -> dict[str, tuple[bool, int]]:
    """Fingerprint -> whether it answers, how many documents it holds."""
    return {info.fingerprint: (info.active, info.encoded) for info in twin._archive.banks.rows()}


def answering(twin: Twin) -> str:
    """The fingerprint of the model that answers; fails where model and bank do not belong together."""
    answerer, bank = twin._models.present()
    assert answerer.model.fingerprint == bank.fingerprint
    return bank.fingerprint


def wrong_vectors(twin: Twin, folder: Path) -> list[int]:
    """Documents whose content in the answering bank is not that of their present text by this model."""
    answerer = Answerer(load_model(folder))
    snapshot = twin._models.present()[1].snapshot()
    wrong = []
    for document in twin._archive.documents.rows(snapshot.document_ids.tolist()):
        (encoding,) = answerer.encode([(document.id, document.text)])
        keys, _, _ = snapshot.fetch(0, torch.tensor([document.id]))
        expected = encoding.key[0].float()
        if keys.shape != expected.shape or not torch.allclose(keys, expected, atol=0.05):
            wrong.append(document.id)
    return wrong


def reachable(twin: Twin, word: str) -> bool:
    """Whether a question can be led to the memory with this word (by random models it need not be)."""
    return memory_of(twin, word) in twin._models.present()[1].snapshot().document_ids.tolist()


def memory_of(twin: Twin, word: str) -> int:
    return next(memory.id for memory in twin.memories(word))


def test_the_old_model_answers_until_the_new_one_knows_all(
    twin: Twin, permits: threading.Semaphore, folders: dict[str, Path], tmp_path: Path
) -> None:
    old, new = fingerprint(folders["old"]), fingerprint(folders["new"])
    twin.start()
    permits.release(2)
    assert eventually(lambda: banks(twin).get(new) == (False, 2 * BATCH))
    change = twin.status().change
    assert change is not None
    assert (change.answering, change.encoded, change.documents) == ("old", 2 * BATCH, NOTES)
    assert answering(twin) == old and len(twin._models.present()[1].snapshot()) == NOTES
    assert ask(twin, "room11 hook11").evidence

    (tmp_path / "notes" / "late.txt").write_text("The spare key is under the flowerpot.\n")
    assert eventually(lambda: twin.memories("flowerpot") and twin.wait_until_known(1.0))
    assert reachable(twin, "flowerpot") and ask(twin, "flowerpot").evidence
    assert answering(twin) == old and banks(twin)[new] == (False, 2 * BATCH)

    permits.release(1000)
    assert eventually(lambda: banks(twin) == {new: (True, NOTES + 1)})
    assert answering(twin) == new and twin.status().change is None
    assert wrong_vectors(twin, folders["new"]) == []
    assert reachable(twin, "flowerpot") and ask(twin, "flowerpot").evidence
    (tmp_path / "notes" / "later.txt").write_text("The ladder is in the cellar.\n")
    assert eventually(lambda: twin.memories("cellar") and twin.wait_until_known(1.0))
    assert banks(twin) == {new: (True, NOTES + 2)}


def test_edits_and_forgetting_meanwhile_hold_in_the_new_bank(
    twin: Twin, permits: threading.Semaphore, folders: dict[str, Path]
) -> None:
    new = fingerprint(folders["new"])
    twin.start()
    permits.release(1)
    # The next two have been read, and wait to be encoded.
    assert eventually(lambda: banks(twin).get(new) == (False, BATCH))
    first, second, third, fourth = sorted(memory.id for memory in twin.memories(limit=NOTES))[:4]
    gone = [twin.memory(id).text for id in (first, third)]
    twin.edit_memory(second, "The key of the second room was lost.")
    twin.edit_memory(fourth, "The key of the fourth room was sold.")
    twin.forget([first, third])

    permits.release(1000)
    assert eventually(lambda: answering(twin) == new)
    ids = twin._models.present()[1].snapshot().document_ids.tolist()
    assert len(ids) == NOTES - 2 and not {first, third} & set(ids) and {second, fourth} <= set(ids)
    assert wrong_vectors(twin, folders["new"]) == []
    assert twin.verify_forgotten(gone).clean
    assert "was lost" in twin.memory(second).text


def test_every_question_sees_one_whole_model_while_they_change(
    twin: Twin, permits: threading.Semaphore, folders: dict[str, Path]
) -> None:
    new = fingerprint(folders["new"])
    seen: list[tuple[str, int]] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def question() -> None:
        try:
            while not done.is_set():
                seen.append((answering(twin), len(twin._models.present()[1].snapshot())))
                assert ask(twin, "room7 hook7").evidence
        except BaseException as error:
            failures.append(error)

    twin.start()
    asking = threading.Thread(target=question)
    asking.start()
    permits.release(1000)
    assert eventually(lambda: answering(twin) == new, 60)
    before = len(seen)
    assert eventually(lambda: failures or len(seen) > before + 2, 60)
    done.set()
    asking.join()
    assert failures == []
    assert {name for name, _ in seen} == {fingerprint(folder) for folder in folders.values()}
    assert {count for _, count in seen} == {NOTES}


def test_the_default_takes_over_once_it_is_here(
    settings: Settings, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KNOWN", {})  # the weights that are shipped for them fit no tiny model
    monkeypatch.setattr(reencode, "RETRY_SECONDS", 0.05)
    models = settings.home / "models"
    shutil.copytree(folders["old"], models / SMALL.name)
    twin = Twin.open(replace(settings, model=DEFAULT.name))
    twin.start()
    try:
        assert answering(twin) == fingerprint(folders["old"])
        assert DEFAULT.name in twin.status().better_model and twin.status().model == SMALL.name
        shutil.copytree(folders["new"], models / "unfinished")
        (models / "unfinished").rename(models / DEFAULT.name)
        eventually(lambda: answering(twin) == fingerprint(folders["new"]))
        assert not twin.status().better_model and twin.status().model == DEFAULT.name
        eventually(lambda: banks(twin) == {fingerprint(folders["new"]): (True, NOTES)})
    finally:
        twin.close()


KILLED = """
import os, signal, sys
from app.model import answerer as answerer_module
from app.learning import reencode
from app.settings import load
from app.twin.twin import Twin
from storage.banks import Banks
from pathlib import Path
reencode.BATCH = 2
store, stored = Banks.store_encodings, []
def store_and_die(*args, **more):
    stored.append(store(*args, **more))
    if len(stored) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
Banks.store_encodings = store_and_die
twin = Twin.open(load(Path(sys.argv[1])))
twin.start()
twin._learning._reencoding._thread.join()
"""


def test_a_killed_change_goes_on_where_it_was(
    settings: Settings, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    save(settings)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(settings.home)], check=False)
    assert killed.returncode != 0
    old, new = fingerprint(folders["old"]), fingerprint(folders["new"])
    encoded: list[int] = []
    encode = Answerer.encode

    def counted(answerer: Answerer, passages: list[tuple[int, str]]) -> object:
        encoded.extend(id for id, _ in passages)
        return encode(answerer, passages)

    monkeypatch.setattr(Answerer, "encode", counted)
    twin = Twin.open(load(settings.home))
    try:
        assert banks(twin) == {old: (True, NOTES), new: (False, 6)}
        assert answering(twin) == old
        twin.start()
        assert eventually(lambda: banks(twin) == {new: (True, NOTES)}, 30)
        assert len(encoded) == NOTES - 6
        assert wrong_vectors(twin, folders["new"]) == []
    finally:
        twin.close()


def test_pausing_holds_and_stopping_keeps_what_is_encoded(
    settings: Settings, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reencode, "BATCH", BATCH)
    twin = Twin.open(settings)
    try:
        twin.pause()
        twin.start()
        new = fingerprint(folders["new"])
        assert not eventually(lambda: banks(twin).get(new, (False, 0))[1] > 0, 1.0)
        twin.resume()
        assert eventually(lambda: banks(twin) == {new: (True, NOTES)}, 30)
    finally:
        twin.close()


def test_where_the_old_model_is_gone_the_new_one_answers_at_once(
    settings: Settings, folders: dict[str, Path]
) -> None:
    folders["old"].rename(folders["old"].with_name("moved"))
    twin = Twin.open(settings)
    try:
        twin.start()
        assert answering(twin) == fingerprint(folders["new"])
        assert twin.wait_until_known(30.0)
        assert banks(twin) == {fingerprint(folders["new"]): (True, NOTES)}
        assert reachable(twin, "room3") and ask(twin, "room3 hook3").evidence
    finally:
        twin.close()


def test_setting_the_old_model_again_ends_the_change(
    settings: Settings, folders: dict[str, Path], permits: threading.Semaphore
) -> None:
    twin = Twin.open(settings)
    twin.start()
    permits.release(1)
    assert eventually(lambda: len(banks(twin)) == 2)
    permits.release(1000)
    twin.stop()
    twin.close()
    twin = Twin.open(replace(settings, model=str(folders["old"])))
    try:
        twin.start()
        assert eventually(lambda: len(banks(twin)) == 1)
        assert twin.status().change is None
    finally:
        twin.close()


def test_a_document_the_new_model_cannot_encode_keeps_the_old_one(
    settings: Settings, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = fingerprint(folders["new"])
    encode = Answerer.encode

    def refuse(answerer: Answerer, passages: list[tuple[int, str]]) -> object:
        if answerer.model.fingerprint == new and any("room5" in text for _, text in passages):
            raise RuntimeError("no")
        return encode(answerer, passages)

    monkeypatch.setattr(Answerer, "encode", refuse)
    monkeypatch.setattr(reencode, "RETRY_SECONDS", 0.2)
    twin = Twin.open(settings)
    try:
        twin.start()
        assert eventually(lambda: (change := twin.status().change) and "1 memories cannot" in change.problem)
        assert answering(twin) == fingerprint(folders["old"])
        assert banks(twin)[new] == (False, NOTES - 1)
        twin.forget([memory_of(twin, "room5")])
        assert eventually(lambda: banks(twin) == {new: (True, NOTES - 1)})
    finally:
        twin.close()


def test_using_a_model_from_the_command_line_waits_for_it(
    settings: Settings, folders: dict[str, Path], tmp_path: Path
) -> None:
    save(replace(settings, model=str(folders["old"])))
    twin = Twin.open(load(settings.home))
    try:
        with pytest.raises(ModelUnusable):
            (tmp_path / "broken").mkdir()
            (tmp_path / "broken" / "config.json").write_text("{}")
            twin.use_model(str(tmp_path / "broken"))
        assert load(settings.home).model == twin.settings.model == str(folders["old"])
        said: list[object] = []
        twin.use_model(str(folders["new"]), lambda status: said.append(status.change))
        assert said and answering(twin) == fingerprint(folders["new"])
        assert banks(twin) == {fingerprint(folders["new"]): (True, NOTES)}
        assert load(settings.home).model == str(folders["new"])
    finally:
        twin.close()
