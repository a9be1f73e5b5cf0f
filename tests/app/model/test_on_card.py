"""Learning and asking with a model on a card that only says it is one (`tests.engine.card`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.learning.missing import Missing
from app.model.answerer import Answerer, Found
from kernels import device as kernel_device
from storage.archive import Archive
from storage.records import Draft
from tests.app.model.test_answerer import PASSAGES, library, tiny_answerer
from tests.engine.card import Card, on_card

QUESTION = "where does the dog sleep?"


def learned_and_asked(answerer: Answerer, directory: Path) -> tuple[list[int], str]:
    """Documents learned by one model and encoded for another; what the second one finds and says."""
    model = answerer.model
    with Archive.open(directory) as archive:
        for name in ("before", "bank"):
            archive.banks.open(name, len(model.config.router_layers), model.kv_heads, model.head_dim)
        ids = archive.commits.reserve_ids(len(PASSAGES))
        drafts = [Draft(id, id, text, text, tokens=9) for id, text in zip(ids, PASSAGES, strict=True)]
        encodings = answerer.encode([(draft.id, draft.text) for draft in drafts])
        archive.commits.commit_documents(None, add=drafts, encodings=encodings, bank="before")
        missing = Missing(archive, "bank", answerer.encode)
        while missing.some(2):
            pass
        assert not missing.refused and archive.banks.count_to_encode("bank") == 0
        memory = archive.banks.open(
            "bank", len(model.config.router_layers), model.kv_heads, model.head_dim
        ).snapshot()
        events = list(answerer.ask(memory, QUESTION, library(), rounds=2))
    hits = [event for event in events if isinstance(event, Found)][-1].hits
    return [hit.document_id for hit in hits], "".join(event for event in events if isinstance(event, str))


def test_learning_and_asking_stay_on_their_devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_device, "triton_works", lambda: False)
    expected = learned_and_asked(tiny_answerer(), tmp_path / "here")
    on_the_card = tiny_answerer()
    on_card(on_the_card.model)
    with Card():
        answerer = Answerer(on_the_card.model)
        assert answerer.encode([(1, PASSAGES[0])])[0].key.is_cuda
        found = learned_and_asked(answerer, tmp_path / "there")
    assert found == expected and sorted(found[0]) == [1, 2, 3, 4]
