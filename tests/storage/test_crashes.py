"""Death and full disks at every step. `python -m benchmarks.bank --kills 300` is the long form."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from sqlalchemy import text

from benchmarks.bank_crashes import crash_rounds
from storage import durable
from storage.archive import Archive
from storage.errors import ArchiveFull
from tests.storage.synthetic import BANK, PASSPHRASE, add_file, drafts, encoded, open_bank, text_of


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_nothing_is_lost_resurrected_or_half_written_by_crashes(
    tmp_path: Path, passphrase: str | None
) -> None:
    tally = crash_rounds(tmp_path, 15, seed=7, passphrase=passphrase)
    assert tally.kills + tally.failures == 15 and tally.changes > 15
    assert (tally.lost, tally.resurrected, tally.half_written, tally.wrong) == (0, 0, 0, [])


@pytest.mark.parametrize("step", ["write", "fsync", "rename", "fsync directory", "commit"])
@pytest.mark.parametrize("change", ["commit", "edit"])
def test_a_full_disk_refuses_the_change_and_loses_nothing(archive: Archive, step: str, change: str) -> None:
    ids = add_file(archive, "/notes/a.txt", 2)
    (new,) = archive.commits.reserve_ids(1)

    def fault(name: str) -> None:
        if name == step:
            raise OSError(errno.ENOSPC, "no space")

    def do() -> None:
        if change == "edit":
            archive.documents.edit(ids[0], "edited", "h", 1, encoded(50), BANK)
        else:
            archive.commits.commit_documents(None, add=drafts([new]), encodings=[encoded(new)], bank=BANK)

    durable.fault = fault
    try:
        with pytest.raises(ArchiveFull, match="space"):
            do()
    finally:
        durable.fault = None
    assert [d.text for d in archive.documents.rows([*ids, new])] == [text_of(i) for i in ids]
    assert open_bank(archive).snapshot().document_ids.tolist() == ids
    assert len(list(archive.banks.directory.iterdir())) == 1
    do()  # with space again, it works
    assert len(open_bank(archive).snapshot()) == (2 if change == "edit" else 3)


def test_a_full_database_is_reported_as_a_full_disk(archive: Archive) -> None:
    with archive.store.write() as change:
        pages = change.connection.execute(text("PRAGMA page_count")).scalar()
        change.connection.execute(text(f"PRAGMA max_page_count = {pages + 3}"))
    chat = archive.chats.create("q")
    with pytest.raises(ArchiveFull):
        archive.chats.add_message(chat, "user", "long " * 10_000)
    assert archive.chats.messages(chat) == []
