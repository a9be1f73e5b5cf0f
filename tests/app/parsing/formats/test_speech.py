"""Recordings: what is said in them where a model is at hand, else what they are and what to do."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from app.errors import Skipped
from app.parsing import Limits, read_file
from app.parsing.formats import speech

OPUS = b"OggS\x00\x02" + bytes(60)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("PTT-20240305.opus", OPUS),
        ("x.mp3", b"\xff\xfb\x90\x00" + bytes(60)),
        ("New Recording.m4a", b"\0\0\0\x1cftypmp42" + bytes(60)),
        ("a.m4a", b"\0\0\0\x1cftypM4A " + bytes(60)),
        ("a.amr", b"#!AMR\n" + bytes(60)),
        ("a.wav", b"RIFF\0\0\0\0WAVEfmt " + bytes(60)),
    ],
)
def test_without_a_model_it_says_what_to_do(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Skipped, match=r"not read: speech .*speech_model"):
        read_file(tmp_path / name)


class Whisper:
    """Hears two words every twenty seconds of a recording of three minutes."""

    def __init__(self, name: str, **options: Any) -> None:
        assert name == "/models/tiny"
        assert options["local_files_only"]

    def transcribe(self, stream: Any, **options: Any) -> tuple[Any, Any]:
        assert stream.read(4) == b"OggS"
        segments = (SimpleNamespace(start=20.0 * n, text=f" Lisbon {n}") for n in range(9))
        return segments, SimpleNamespace(duration=180.0)


def test_what_is_said_is_a_memory_bounded_in_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = ModuleType("faster_whisper")
    fake.WhisperModel = Whisper  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "faster_whisper", fake)
    monkeypatch.setattr(speech.importlib.util, "find_spec", lambda name: fake)  # type: ignore[attr-defined]
    speech._model.cache_clear()
    (tmp_path / "PTT-20240305-WA0001.opus").write_bytes(OPUS)
    (item,) = read_file(
        tmp_path / "PTT-20240305-WA0001.opus", Limits(speech_model="/models/tiny", speech_minutes=2)
    )
    assert [(block.place, block.text) for block in item.blocks] == [
        ("0:00", "Lisbon 0 Lisbon 1"),
        ("0:40", "Lisbon 2 Lisbon 3"),
        ("1:20", "Lisbon 4 Lisbon 5"),
    ]
    assert item.date == "2024-03-05"
    assert item.notes == ("the last 1 minutes: see the setting speech_minutes",)
