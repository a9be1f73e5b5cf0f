"""What is written in place is written whole: blocks of segments and pages of the database, across deaths and readers."""

from __future__ import annotations

import errno
import threading
import time
from pathlib import Path

import pytest

from storage import durable
from storage.archive import Archive
from storage.encryption.convert import encrypt
from storage.encryption.pages import PAGE, Pages
from storage.errors import ForgetIncomplete
from storage.sqlite.readers import Readers
from tests.storage.synthetic import PASSPHRASE, add_file, key_of, open_bank, text_of


class Death(BaseException):
    """Nothing after it is carried out, as after a kill."""


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_a_death_while_a_block_is_written_loses_nothing(tmp_path: Path, nth: int) -> None:
    """Half of the first block is on the disk when the process dies."""
    home = tmp_path / "data"
    with Archive.open(home, key=encrypt(home, PASSPHRASE)) as archive:
        open_bank(archive)
        ids = add_file(archive, "/notes/a.txt", 12)
    archive = Archive.open(home, key=key_of(home))
    seen = 0

    def fault(name: str) -> None:
        nonlocal seen
        if name == "overwrite":
            seen += 1
            if seen == nth:
                raise Death

    durable.fault = fault
    try:
        with pytest.raises(Death):
            archive.forgetting.forget(ids[:2])
            raise Death  # there were fewer writes
    finally:
        durable.fault = None
        archive.store.close()
        archive._lock.release()  # type: ignore[union-attr]
    redo = home / "doppel.redo"
    if redo.exists():
        line, _, data = redo.read_bytes().partition(b"\n")
        name, places = (found := durable.json.loads(line))["file"], found["places"]
        with (home / name).open("r+b") as file:
            file.seek(places[0][0])
            file.write(data[: places[0][1] // 2])
    with Archive.open(home, key=key_of(home)) as archive:
        assert not redo.exists() and archive.recovery.damaged_segments == 0
        assert open_bank(archive).snapshot().document_ids.tolist() == ids[2:]
        assert archive.verify() == 0
        assert [d.text for d in archive.documents.rows(ids)] == [text_of(i) for i in ids[2:]]
        assert archive.forgetting.verify([text_of(i) for i in ids[:2]]) == []
        with archive.store.read() as connection:
            raw = connection.connection.driver_connection
            assert raw.execute("PRAGMA cipher_integrity_check").fetchall() == []  # type: ignore[union-attr]


def test_changes_that_were_undone_by_nobody_are_not_carried_out_twice(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    durable.rewrite(tmp_path, "a", [(2, b"xx"), (7, b"y")])
    assert path.read_bytes() == b"01xx456y89" and not (tmp_path / "doppel.redo").exists()
    durable.fault = lambda name: (
        (_ for _ in ()).throw(OSError(errno.EIO, "plug")) if name == "overwrite" else None
    )
    try:
        with pytest.raises(OSError, match="plug"):
            durable.rewrite(tmp_path, "a", [(0, b"zz")])
    finally:
        durable.fault = None
    durable.finish_rewriting(tmp_path)
    assert path.read_bytes() == b"zzxx456y89" and not (tmp_path / "doppel.redo").exists()


def test_a_page_that_is_written_back_is_sqlciphers_own(tmp_path: Path) -> None:
    home = tmp_path / "data"
    key = encrypt(home, PASSPHRASE)
    with Archive.open(home, key=key) as archive:
        open_bank(archive)
        add_file(archive, "/notes/a.txt", 3)
    database = home / "doppel.db"
    stored, pages = database.read_bytes(), Pages(key.of("database"))
    again = b"".join(
        pages.encrypted(pages.decrypted(stored[at : at + PAGE], at // PAGE + 1), at // PAGE + 1, stored[:16])
        for at in range(0, len(stored), PAGE)
    )
    assert len(again) == len(stored) and again[:16] == stored[:16] and again[16:PAGE] != stored[16:PAGE]
    database.write_bytes(again)
    with Archive.open(home, key=key) as archive:
        assert archive.documents.count() == 3


def test_readers_are_waited_for_and_wait() -> None:
    readers, order = Readers(), []
    inside = threading.Event()

    def read() -> None:
        with readers.one(), readers.one():
            inside.set()
            time.sleep(0.1)
            order.append("read")

    reader = threading.Thread(target=read)
    reader.start()
    inside.wait()
    with readers.none(time.monotonic() + 10):
        order.append("alone")
        late = threading.Thread(target=read)
        late.start()
        time.sleep(0.1)
    reader.join()
    late.join()
    assert order == ["read", "alone", "read"]
    with (
        readers.one(),
        pytest.raises(ForgetIncomplete, match="without a pause"),
        readers.none(time.monotonic()),
    ):
        pass
    with readers.one():  # and it goes on
        pass
