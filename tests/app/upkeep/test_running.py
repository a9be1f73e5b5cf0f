"""Where the running Doppel is, as `doppel open` finds it."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from app.upkeep.running import NAME, say_ended, say_where, where


def test_it_is_found_while_it_answers_and_not_after_a_crash(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/?token=secret"
        say_where(tmp_path, url)
        assert where(tmp_path) == url
        if os.name != "nt":
            assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert where(tmp_path) is None, "the file of a crash"
    say_ended(tmp_path)
    assert list(tmp_path.iterdir()) == []
    say_ended(tmp_path)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"url": 3}', '{"url": "http://[::"}', '{"url": "x:y"}']
)
def test_a_broken_file_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content)
    assert where(tmp_path) is None


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    say_where(tmp_path / "gone", "http://127.0.0.1:1/")
    assert list(tmp_path.iterdir()) == []
