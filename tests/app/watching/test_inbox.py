"""Files that are dropped on the page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DoppelError
from app.watching import inbox
from app.watching.inbox import receive, safe_name


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_is_safe(name: str) -> None:
    safe = safe_name(name)
    assert safe == Path(safe).name and safe not in ("", ".", "..") and not safe.startswith(".")
    assert len(safe.encode()) <= 200 and "\0" not in safe and "\\" not in safe
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../.ssh/authorized_keys", "authorized_keys"),
        ("C:\\Windows\\system32\\evil.dll", "evil.dll"),
        ("..", "file"),
        ("", "file"),
        (".bashrc", "bashrc"),
        ("CON.txt", "_CON.txt"),
        ("a\u202efdp.exe", "a_fdp.exe"),
        ("写给妈妈.txt", "写给妈妈.txt"),
    ],
)
def test_names(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


def kept(folder: Path, name: str, content: bytes, length: int | None = None) -> Path:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(content), 3):
            yield content[at : at + 3]

    return asyncio.run(receive(folder, name, len(content) if length is None else length, pieces()))


def test_a_file_comes_in_whole_and_takes_nobodys_place(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    first, second = kept(folder, "a.txt", b"first one"), kept(folder, "a.txt", b"second")
    assert (first.name, second.name) == ("a.txt", "a (2).txt")
    assert (first.read_bytes(), second.read_bytes()) == (b"first one", b"second")
    assert len(list(folder.iterdir())) == 2, "nothing half-written stays"


@pytest.mark.parametrize("length", [3, 100])
def test_what_does_not_arrive_as_it_was_said_leaves_nothing(tmp_path: Path, length: int) -> None:
    with pytest.raises(DoppelError, match="in full"):
        kept(tmp_path, "a.txt", b"ten bytes.", length)
    assert list(tmp_path.iterdir()) == []


def test_too_much_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DoppelError, match="at most"):
        kept(tmp_path, "a.txt", b"x", inbox.LARGEST + 1)
    monkeypatch.setattr(inbox, "LEFT_FREE", 10**18)
    with pytest.raises(DoppelError, match="space"):
        kept(tmp_path, "a.txt", b"x")
    assert list(tmp_path.iterdir()) == []
