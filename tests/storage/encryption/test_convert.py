"""Encrypting an archive that there is, and back: all of it, or nothing, whenever the process dies."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kernels.quantise import quantise
from storage import durable
from storage.archive import Archive
from storage.backup import backup, restore
from storage.encryption.convert import decrypt, encrypt
from storage.encryption.key import is_protected, read_key, write_key
from storage.errors import (
    ArchiveError,
    ArchiveFull,
    ArchiveProtected,
    KeyDamaged,
    WrongPassphrase,
)
from tests.storage.synthetic import LAYERS, PASSPHRASE, add_file, encoded, key_of, open_bank, text_of

READER = """
import sys
from pathlib import Path
from storage.archive import Archive
with Archive.open(Path(sys.argv[1]), read_only=True):
    print("open", flush=True)
    sys.stdin.read()
"""
PRIVATE = "/notes/very private name.txt"


def filled(directory: Path) -> list[int]:
    """A plain archive with text in its log, a chat, a derived file and some segments."""
    with Archive.open(directory) as archive:
        open_bank(archive)
        ids = [id for n in range(3) for id in add_file(archive, f"{PRIVATE}{n}", 4)]
        chat = archive.chats.create("What was heard in Zürich?")
        archive.chats.add_message(chat, "user", "What was heard in Zürich?")
        archive.derived.keep("router.safetensors", b"derived bytes of it " * 9, archive.derived.since())
    return ids


def unreadable(directory: Path, ids: list[int]) -> bool:
    """Whether no file shows a text, a name, a word, or a vector of the archive."""
    needles = [text_of(i)[:24].encode() for i in ids] + [b"private name", b"Zurich", "Zürich".encode()]
    needles += [b"derived bytes", b"zurich", b"CREATE TABLE", b"SQLite format", b"route.0", b"hash-"]
    for id in ids:
        e = encoded(id)
        for slot in range(LAYERS):
            arrays = e.key[slot], e.value[slot], e.router_key[slot].flatten(1)
            needles += [quantise(x).values.numpy().tobytes()[:16] for x in arrays]
    files = [p for p in directory.rglob("*") if p.is_file() and not p.name.endswith("-shm")]
    return not any(needle in p.read_bytes() for p in files for needle in needles)


def whole(directory: Path, ids: list[int]) -> None:
    """Everything that `filled` put there is there, and is sound."""
    with Archive.open(directory, key=key_of(directory)) as archive:
        assert {d.id: d.text for d in archive.documents.listed(limit=100)} == {i: text_of(i) for i in ids}
        assert sorted(open_bank(archive).snapshot().document_ids.tolist()) == sorted(ids)
        assert archive.verify() == 0 and archive.recovery.damaged_segments == 0
        assert [i for i, _ in archive.documents.search(f"w{ids[3]}x")] == [ids[3]]
        assert [m.text for c in archive.chats.rows() for m in archive.chats.messages(c.id)] == [
            "What was heard in Zürich?"
        ]
        with archive.derived.content("router.safetensors") as content:
            assert content == b"derived bytes of it " * 9


def test_there_and_back(tmp_path: Path) -> None:
    home = tmp_path / "data"
    ids = filled(home)
    assert not unreadable(home, ids)
    seen: list[tuple[int, int]] = []
    encrypt(home, PASSPHRASE, lambda done, total: seen.append((done, total)))
    assert unreadable(home, ids) and seen[-1][0] == seen[-1][1]
    whole(home, ids)
    assert unreadable(home, ids)
    decrypt(home, read_key(home / "doppel.key", PASSPHRASE))
    assert not is_protected(home) and not unreadable(home, ids)
    whole(home, ids)


def test_nothing_is_readable_while_it_is_used_nor_in_a_backup(tmp_path: Path) -> None:
    home = tmp_path / "data"
    with Archive.open(home, key=encrypt(home, PASSPHRASE)) as archive:
        open_bank(archive)
        ids = [id for n in range(9) for id in add_file(archive, f"{PRIVATE}{n}", 2)]
        archive.derived.keep("router.safetensors", b"derived bytes", archive.derived.since())
        assert (home / "doppel.db-wal").stat().st_size > 0 and unreadable(home, ids)
        archive.compact(9)
        archive.documents.edit(ids[0], "Zürich, another wording", "hash-n", 3, encoded(900), "model-a")
        archive.forgetting.forget(ids[1:3])
        backup(archive, tmp_path / "copy")
        assert unreadable(home, [*ids, 900]) and unreadable(tmp_path / "copy", [*ids, 900])
    with pytest.raises(ArchiveProtected, match="passphrase"):
        restore(tmp_path / "copy", tmp_path / "back")
    with pytest.raises(WrongPassphrase):
        restore(tmp_path / "copy", tmp_path / "back", "not the passphrase")
    assert not (tmp_path / "back").exists()


def test_what_is_wrong_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "data"
    ids = filled(home)
    with pytest.raises(ArchiveError, match="at least 8"):
        encrypt(home, "short")
    whole(home, ids)
    reader = subprocess.Popen([sys.executable, "-c", READER, str(home)], stdin=-1, stdout=-1)
    assert reader.stdin and reader.stdout and reader.stdout.readline()
    with pytest.raises(ArchiveError, match="Another Doppel is reading"):
        encrypt(home, PASSPHRASE)
    reader.communicate()
    with Archive.open(home), pytest.raises(ArchiveError, match="already running"):
        encrypt(home, PASSPHRASE)
    whole(home, ids)
    encrypt(home, PASSPHRASE)
    before = {p: p.read_bytes() for p in home.rglob("*") if p.is_file()}
    with pytest.raises(WrongPassphrase, match="Nothing was changed"):
        read_key(home / "doppel.key", "not the passphrase")
    for read_only in (True, False):
        with pytest.raises(ArchiveProtected, match="DOPPEL_PASSPHRASE_FILE"):
            Archive.open(home, read_only=read_only)
    with pytest.raises(ArchiveError, match="already"):
        encrypt(home, PASSPHRASE)
    other = encrypt(tmp_path / "other", PASSPHRASE)
    with pytest.raises(KeyDamaged, match="another memory"):
        Archive.open(home, key=other)
    assert {p: p.read_bytes() for p in home.rglob("*") if p.is_file()} == before
    whole(home, ids)


def test_a_changed_passphrase_opens_and_the_old_one_does_not(tmp_path: Path) -> None:
    home = tmp_path / "data"
    ids = filled(home)
    key = encrypt(home, "the first passphrase")
    old = (home / "doppel.key").read_bytes()
    database = (home / "doppel.db").read_bytes()
    write_key(home / "doppel.key", key, PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        read_key(home / "doppel.key", "the first passphrase")
    assert (home / "doppel.key").read_bytes() != old and (home / "doppel.db").read_bytes() == database
    whole(home, ids)


def change_until(home: Path, at: int) -> None:
    """The child: dies at the step with this number of taking another passphrase."""
    key = read_key(home / "doppel.key", PASSPHRASE)
    steps = 0

    def inject(name: str) -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    durable.fault = inject
    write_key(home / "doppel.key", key, "the second passphrase")
    os._exit(0)


def test_a_death_while_the_passphrase_is_changed_leaves_the_old_or_the_new_one(tmp_path: Path) -> None:
    home = tmp_path / "data"
    ids = filled(home)
    encrypt(home, PASSPHRASE)
    at, changed = 1, False
    while killed(change_until, home, at):
        opens = []
        for words in (PASSPHRASE, "the second passphrase"):
            with contextlib.suppress(WrongPassphrase):
                opens.append((words, read_key(home / "doppel.key", words)))
        ((words, key),) = opens
        with Archive.open(home, key=key) as archive:
            assert {d.id for d in archive.documents.listed(limit=100)} == set(ids)
        assert not (home / "doppel.key.part").exists() and unreadable(home, ids)
        if changed := words != PASSPHRASE:
            write_key(home / "doppel.key", key, PASSPHRASE)
        at += 1
    assert at > 3 and changed, "it died before the change and after it"


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("step", ["write", "fsync", "rename", "fsync directory"])
def test_a_full_disk_changes_nothing(tmp_path: Path, step: str, back: bool) -> None:
    home = tmp_path / "data"
    ids = filled(home)
    if back:
        encrypt(home, PASSPHRASE)

    def fault(name: str) -> None:
        if name == step:
            durable.fault = None
            raise OSError(errno.ENOSPC, "full")

    durable.fault = fault
    try:
        with pytest.raises(ArchiveFull):
            convert(home)
    finally:
        durable.fault = None
    assert is_protected(home) == back and not (home / "converting").exists()
    whole(home, ids)


def convert(home: Path) -> None:
    """From one to the other."""
    key = key_of(home)
    if key is None:
        encrypt(home, PASSPHRASE)
    else:
        decrypt(home, key)


def convert_until(home: Path, at: int) -> None:
    """The child: dies at the step with this number."""
    steps = 0

    def inject(name: str) -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    durable.fault = inject
    convert(home)
    os._exit(0)


def killed(work: Callable[..., None], *args: Any, seconds: float = 60) -> bool:
    """Runs it in a process that may be killed; whether it was."""
    method = "fork" if sys.platform == "linux" else "spawn"
    context: Any = multiprocessing.get_context(method)
    child = context.Process(target=work, args=args)
    child.start()
    child.join(seconds)
    child.kill()
    child.join()
    return child.exitcode != 0


def test_a_death_at_any_step_leaves_an_archive_that_opens(tmp_path: Path) -> None:
    home = tmp_path / "data"
    ids = filled(home)
    at, ends = 1, 0
    while ends < 2:  # both ways, step after step
        if killed(convert_until, home, at):
            whole(home, ids)
            assert not is_protected(home) or unreadable(home, ids)
            at += random.Random(at).randint(1, 4)
            continue
        ends, at = ends + 1, 1
        whole(home, ids)
        assert not is_protected(home) or unreadable(home, ids)


def test_a_death_at_any_moment_leaves_an_archive_that_opens(tmp_path: Path) -> None:
    home = tmp_path / "data"
    ids = filled(home)
    for _ in range(12):
        killed(convert_until, home, 0, seconds=random.Random().uniform(0.01, 0.5))
        whole(home, ids)
        assert not is_protected(home) or unreadable(home, ids)
