"""Voice notes and other recordings: what is said in them, through faster-whisper (the extra `speech`).

Only where the package and a model are on this computer (the setting `speech_model`): nothing is fetched here. Of a long
recording the first `speech_minutes` are heard, and the rest is noted.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterator
from typing import Any

from app.errors import Skipped, Unreadable
from app.parsing.encoding import tidy
from app.parsing.items import Block, Item, Limits, Source, require_size

_PARAGRAPH_SECONDS = 30
_LETTERS = 3  # fewer are no words
NO_MODEL = "not read: speech (install `doppel[speech]` and name a Whisper model in the setting speech_model)"
_SILENT = "no words in this recording"


def read_speech(source: Source, limits: Limits) -> Iterator[Item]:
    if not limits.speech_model or not importlib.util.find_spec("faster_whisper"):
        raise Skipped(NO_MODEL)
    require_size(source, limits.member_bytes)
    model = _model(limits.speech_model)
    most = limits.speech_minutes * 60
    with source.open() as stream:
        # Its segments come while they are heard, so that a long one can be left in the middle.
        segments, facts = model.transcribe(stream, vad_filter=True, beam_size=1)
        blocks = _blocks(segment for segment in segments if segment.start < most)
    if sum(map(str.isalnum, "".join(block.text for block in blocks))) < _LETTERS:
        raise Skipped(_SILENT)
    rest = (facts.duration - most) / 60
    notes = (f"the last {rest:.0f} minutes: see the setting speech_minutes",) if rest > 0 else ()
    yield Item(source.stem, blocks, notes=notes)


def _blocks(segments: Iterator[Any]) -> list[Block]:
    """Paragraphs of about half a minute, placed by when they begin."""
    blocks: list[Block] = []
    began = 0.0
    for segment in segments:
        text = tidy(segment.text).strip()
        if blocks and segment.start - began < _PARAGRAPH_SECONDS:
            blocks[-1] = Block(f"{blocks[-1].text} {text}", blocks[-1].place)
        elif text:
            began = segment.start
            blocks.append(Block(text, f"{int(began) // 60}:{int(began) % 60:02}"))
    return blocks


@functools.cache
def _model(name: str) -> Any:
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(name, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise Unreadable(
            f"speech is not read: no Whisper model is at {name} (see the setting speech_model)"
        ) from error
