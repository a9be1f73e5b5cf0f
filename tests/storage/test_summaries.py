"""Kept summaries: the same request finds them, and nothing of a memory stays in them that is gone from the memory."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from storage.archive import Archive
from storage.errors import NotFound
from storage.sqlite import schema
from storage.summaries import Part, Request
from tests.storage.synthetic import BANK, encoded, open_bank, remember

ROOF = Request("Summarise the roof", "en", "roof")


def kept(archive: Archive, ids: list[int], request: Request = ROOF) -> int:
    parts = {id: Part(f"state {id}", (at, at + 2)) for at, id in enumerate(ids)}
    id = archive.summaries.keep(request, parts, "1.0")
    assert id is not None
    return id


def parts_in_file(archive: Archive) -> int:
    with archive.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(schema.summary_passages)) or 0


def test_the_same_request_finds_it_and_a_new_one_takes_its_place(archive: Archive) -> None:
    open_bank(archive)
    a, b = remember(archive, "The roof was tiled in red.", "The roof leaks above the stairs.")
    kept(archive, [a, b])
    found = archive.summaries.of(replace(ROOF, question="What about the roof, in short?"))
    assert found is not None and found.passages == 2 and found.made_by == "1.0"
    assert found.parts == {a: Part(f"state {a}", (0, 2)), b: Part(f"state {b}", (1, 3))}
    for other in (
        replace(ROOF, topic="shed"),
        replace(ROOF, language="de"),
        replace(ROOF, first="2024-01-01"),
    ):
        assert archive.summaries.of(other) is None
    year = Request("Summarise 2024", "en", "", "2024-01-01", "2024-12-31")
    kept(archive, [b], year)
    second = kept(archive, [a])
    assert [row.id for row in archive.summaries.rows()] == [second, second - 1]
    archive.summaries.delete(second)
    assert archive.summaries.of(ROOF) is None and archive.summaries.of(year) is not None
    assert parts_in_file(archive) == 1
    with pytest.raises(NotFound):
        archive.summaries.delete(second)


def test_what_is_edited_or_removed_leaves_it_at_once(archive: Archive) -> None:
    open_bank(archive)
    a, b, c = remember(archive, "The roof was tiled.", "The roof leaks.", "The roof was mended.")
    kept(archive, [a, b, c])
    archive.documents.edit(a, "The shed leaks.", "n", 3, encoded(900), BANK)
    archive.trash.remove([b])
    found = archive.summaries.of(ROOF)
    assert found is not None and found.passages == 3 and list(found.parts) == [c]
    archive.trash.restore([b], [encoded(b)], BANK)
    found = archive.summaries.of(ROOF)
    assert found is not None and list(found.parts) == [c]  # it is made anew, from what is there now


def test_forgetting_takes_its_part_and_what_was_made_of_nothing_else_goes(archive: Archive) -> None:
    open_bank(archive)
    secret = "Mirabel Quandt hid the violet ledger under the third step of the mill."
    a, b, c = remember(archive, secret, "The roof leaks.", "The mill was sold.")
    kept(archive, [a, b])
    only = Request("Summarise everything about Mirabel Quandt", "en", "mirabel quandt")
    kept(archive, [a], only)
    quoting = Request(f"Summarise: {secret}", "en", "ledger mill")
    kept(archive, [c], quoting)
    archive.forgetting.forget([a])
    assert archive.summaries.of(only) is None and archive.summaries.of(quoting) is None
    found = archive.summaries.of(ROOF)
    assert found is not None and found.passages == 2 and list(found.parts) == [b]
    assert (
        archive.forgetting.verify([secret, "Mirabel Quandt", "mirabel quandt", "violet ledger", f"state {a}"])
        == []
    )


def test_nothing_is_kept_of_a_passage_that_went_while_it_was_made(archive: Archive) -> None:
    open_bank(archive)
    a, b = remember(archive, "The roof was tiled.", "The roof leaks.")
    archive.forgetting.forget([a])
    assert archive.summaries.keep(ROOF, {a: Part("x", (0,)), b: Part("y")}, "1.0") is None
    assert archive.summaries.rows() == [] and parts_in_file(archive) == 0
