"""The index in the database follows the texts, whatever version of the terms it was made with."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.archive import Archive
from storage.full_text import index
from tests.storage.synthetic import BANK, content_of, encoded, open_bank, remember


def test_an_index_of_other_terms_is_made_anew_when_the_archive_opens(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Archive.open(tmp_path) as archive:
        open_bank(archive)
        (id,) = remember(archive, "我的房租是1200元")
        with archive.store.write() as change:
            c = change.connection
            c.execute(text("INSERT INTO documents_fts(documents_fts) VALUES ('delete-all')"))
            c.execute(text("UPDATE settings SET value = '0' WHERE key = :key"), {"key": index.VERSION_KEY})
        assert archive.documents.search("房租") == []
    with caplog.at_level(logging.INFO), Archive.open(tmp_path) as archive:
        assert [i for i, _ in archive.documents.search("房租")] == [id]
    assert "search index" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.INFO), Archive.open(tmp_path):
        assert "search index" not in caplog.text


def test_what_is_edited_and_deleted_leaves_no_term(archive: Archive) -> None:
    first, second = remember(archive, "Die Kaltmiete steigt", "房租很高")
    archive.documents.edit(first, "Der Garten blüht", "new hash", 3, encoded(first), BANK)
    archive.documents.delete([second])
    with archive.store.read() as connection:
        terms = set(connection.execute(text("SELECT term FROM documents_fts_terms")).scalars())
    assert terms == {"der", "garten", "bluht"}


def test_a_forgotten_text_leaves_none_of_its_terms_on_disk(archive: Archive) -> None:
    secret, kept = remember(archive, "Die Zwiebelfischküche 秘密房租", "Der Garten blüht")
    archive.forgetting.forget([secret])
    data = content_of(archive, archive.directory / "doppel.db")
    for term in ("zwiebelf", "ehcukhcs", "秘密", "房租"):
        assert term.encode() not in data
    assert b"garten" in data and [i for i, _ in archive.documents.search("Garten")] == [kept]


def test_the_index_is_what_the_texts_give(archive: Archive) -> None:
    (first, _) = remember(archive, "Die Kaltmiete steigt", "房租很高")
    archive.documents.edit(first, "Der Garten blüht", "new hash", 3, encoded(first), BANK)
    with archive.store.write() as change:  # raises where the index and the view differ
        change.connection.execute(
            text("INSERT INTO documents_fts(documents_fts, rank) VALUES ('integrity-check', 1)")
        )
