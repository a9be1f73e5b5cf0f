"""Documents that a bank lacks: all are encoded, and one that cannot be costs no other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.learning.missing import Missing
from storage.archive import Archive
from tests.storage.synthetic import add_file, encoded, open_bank, text_of

OTHER = "another model"


@pytest.fixture
def lacking(tmp_path: Path) -> tuple[Archive, list[int]]:
    """An archive of five documents, and a second bank that has none of them."""
    archive = Archive.open(tmp_path / "data")
    shape = open_bank(archive).shape
    ids = add_file(archive, "/notes/a.txt", 5)
    archive.banks.open(OTHER, shape.layers, shape.kv_heads, shape.head_dim)
    return archive, ids


def test_all_are_encoded_in_batches(lacking: tuple[Archive, list[int]]) -> None:
    archive, _ = lacking
    steps: list[int] = []
    missing = Missing(archive, OTHER, lambda pairs: [encoded(id) for id, _ in pairs])
    while missing.some(2, worked=lambda seconds, tokens: steps.append(tokens)):
        pass
    assert archive.banks.count_to_encode(OTHER) == 0 and len(steps) == 3 and min(steps) > 0
    archive.close()


def test_one_that_cannot_be_encoded_costs_no_other(lacking: tuple[Archive, list[int]]) -> None:
    archive, ids = lacking
    bad = text_of(ids[1])

    def encode(pairs: Sequence[tuple[int, str]]) -> list[object]:
        if any(text == bad for _, text in pairs):
            raise MemoryError("too large")
        return [encoded(id) for id, _ in pairs]

    missing = Missing(archive, OTHER, encode)  # type: ignore[arg-type]
    while missing.some(2):
        pass
    assert [d.id for d in archive.banks.to_encode(OTHER)] == [ids[1]]
    assert list(missing.refused) == [ids[1]] and isinstance(missing.refused[ids[1]], MemoryError)
    archive.close()


def test_it_stops_between_steps_and_keeps_what_is_done(lacking: tuple[Archive, list[int]]) -> None:
    archive, _ = lacking
    missing = Missing(archive, OTHER, lambda pairs: [encoded(id) for id, _ in pairs])
    assert missing.some(5, may_go_on=lambda: False)
    assert archive.banks.count_to_encode(OTHER) == 5
    archive.close()
