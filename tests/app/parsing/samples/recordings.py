"""Recordings and pictures: heads of files in which nothing is said or shown, since their text comes from models.

Without a model each gives the reason why it is not read; so does each damaged one.
"""

from __future__ import annotations

import io
import wave


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return out.getvalue()


def silent() -> dict[str, bytes]:
    """File name -> content."""
    return {
        "PTT-20240305.opus": b"OggS\x00\x02" + bytes(22) + b"\x01\x13OpusHead\x01\x01" + bytes(40),
        "New Recording.m4a": b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom\0\0\0\0" + bytes(60),
        "talk.mp3": b"ID3\x04\0\0\0\0\0\0\xff\xfb\x90\x00" + bytes(400),
        "talk.wav": wav(),
        "old.amr": b"#!AMR\n" + bytes(60),
        "song.flac": b"fLaC\0\0\0\x22" + bytes(60),
    }
