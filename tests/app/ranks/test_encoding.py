"""Documents encoded by several ranks: the same encodings in the same order, whoever fails on the way."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from app.health import Health
from app.model.store import fastest_dtypes
from app.ranks import worker
from app.ranks.encoding import Helper, Step, share_out
from app.ranks.ranks import Ranks
from engine.checkpoint import load_model, save_model
from engine.encode import encode_documents
from engine.memory import Encoding
from engine.parallel.errors import RankAway, RankFailed
from tests.engine.tiny import tiny_model


def one(document: Sequence[int]) -> Encoding:
    x = torch.tensor(list(document), dtype=torch.float32).view(1, -1, 1, 1)
    return Encoding(x, x, x, len(document))


class Fake(Helper):
    """Encodes in this process, and fails as told."""

    def __init__(self, failures: Sequence[Exception] = ()) -> None:
        self.name, self.failures, self.done, self.strikes = "fake", list(failures), 0, 0

    def encode(self, step: Step) -> list[Encoding]:
        if self.failures:
            raise self.failures.pop(0)
        self.done += 1
        time.sleep(0.01)
        return [one(document) for document in step]


STEPS = [[[n, n + 1], [n]] for n in range(1, 20)]


def shared(*helpers: Helper) -> list[list[float]]:
    def own(step: Step) -> list[Encoding]:
        time.sleep(0.01)
        return [one(document) for document in step]

    return [e.key.flatten().tolist() for e in share_out(STEPS, own, helpers)]


WANT = [[float(token) for token in document] for step in STEPS for document in step]


def test_all_take_part_and_the_order_stays() -> None:
    helpers = [Fake(), Fake()]
    assert shared(*helpers) == WANT and all(helper.done > 2 for helper in helpers)
    assert shared() == WANT


def test_a_helper_that_is_gone_is_not_asked_again() -> None:
    helper = Fake([RankAway("killed")])
    assert shared(helper) == WANT and helper.failed
    assert shared(helper) == WANT and not helper.done


def test_a_helper_that_fails_at_a_document_may_go_on_with_others() -> None:
    helper = Fake([RankFailed("MemoryError")] * 2)
    assert shared(helper) == WANT and shared(helper) == WANT and not helper.failed
    assert shared(helper) == WANT and helper.done and not helper.strikes
    helper.failures = [RankFailed("LookupError")] * 3
    for _ in range(3):
        assert shared(helper) == WANT
    assert helper.failed


def test_what_rank_0_cannot_encode_is_raised() -> None:
    def own(step: Step) -> list[Encoding]:
        raise MemoryError

    with pytest.raises(MemoryError):
        share_out(STEPS, own, [])


@pytest.mark.e2e
def test_a_rank_encodes_as_rank_0_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "model"
    save_model(tiny_model(), folder)
    monkeypatch.setenv(worker.ENCODES, "1")
    ranks = Ranks(["cpu", "cpu"], Health())
    ranks.start()
    try:
        until = time.monotonic() + 180
        while not ranks.joined:
            assert time.monotonic() < until
            time.sleep(0.05)
        dtype, products = fastest_dtypes("cpu")
        model = load_model(folder, dtype=dtype, products=products)
        (helper,) = ranks.helpers(folder, model.fingerprint)
        documents = [[3, 4, 5], [6, 7, 8, 9, 10, 11, 12]]
        for ours, theirs in zip(helper.encode(documents), encode_documents(model, documents), strict=True):
            assert ours.tokens == theirs.tokens
            for name in ("router_key", "key", "value"):
                left, right = getattr(ours, name).float(), getattr(theirs, name).float()
                assert torch.allclose(left, right, atol=1e-5)
        (other,) = ranks.helpers(folder, "another fingerprint")
        with pytest.raises(RankFailed, match="LookupError"):
            other.encode(documents)
        assert ranks.encoders == 2 and os.environ[worker.ENCODES] == "1"
    finally:
        ranks.stop()


def test_a_rank_bounds_its_memory_before_it_joins(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it was started: by rank 0, or by something that started all of them alike."""
    called: list[str] = []

    class Nobody:
        def store(self, **_: object) -> object:
            called.append("joined")
            raise RankAway("nobody is here")

    monkeypatch.setattr(worker, "bound_memory", lambda: called.append("bounded"))
    worker.stay_once(worker.Place(Nobody(), 1, "cpu", once=True))  # type: ignore[arg-type]
    assert called == ["bounded", "joined"]
