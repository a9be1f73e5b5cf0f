"""The text in pictures, through RapidOCR: Latin letters and Chinese, its models inside its package, no network.

Loaded when the first picture comes, in the process that reads files, on one thread. Pictures are made smaller than
`_PIXELS` first, so that time and memory for one are bounded.
"""

from __future__ import annotations

import functools
import importlib.util
import time
from typing import Any

from app.parsing.encoding import tidy

ADVICE = "scanned, and text in pictures is not read: see the setting ocr_pages"
_PIXELS = 6_000_000
_SURE = 0.6  # of RapidOCR's own confidence, below which it guesses
_last = 0.0  # when the last picture was looked at
_SAME_ROW = 0.5  # of a line's height


def available() -> bool:
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))


def read_picture(picture: Any, a_minute: int = 0) -> str:
    """The lines that are seen on a PIL image, "" for none. a_minute: no more than so many in a minute; 0: any number."""
    if a_minute:
        _wait_for_turn(60 / a_minute)
    import numpy

    picture = picture.convert("RGB")
    scale = (_PIXELS / max(picture.width * picture.height, 1)) ** 0.5
    if scale < 1:
        picture = picture.resize((max(1, int(picture.width * scale)), max(1, int(picture.height * scale))))
    # RapidOCR takes arrays as blue, green, red.
    seen = _engine()(numpy.ascontiguousarray(numpy.asarray(picture)[:, :, ::-1]))
    if seen.boxes is None or not seen.txts:
        return ""
    return _lines(
        [
            (float(box[:, 1].min()), float(box[:, 1].max()), float(box[:, 0].min()), text)
            for box, text, score in zip(seen.boxes, seen.txts, seen.scores, strict=True)
            if score >= _SURE and text.strip()
        ]
    )


def read_page(page: Any, a_minute: int = 0) -> str:
    """The text on a pypdfium2 page, as `read_picture`."""
    width, height = page.get_size()
    scale = min(200 / 72, (_PIXELS / max(width * height, 1)) ** 0.5)
    return read_picture(page.render(scale=scale).to_pil(), a_minute)


def _wait_for_turn(seconds: float) -> None:
    """Returns `seconds` after it returned the last time: an even pace keeps a machine cool and quiet."""
    global _last
    now = time.monotonic()
    time.sleep(max(0.0, min(seconds, _last + seconds - now)))
    _last = time.monotonic()


def _lines(pieces: list[tuple[float, float, float, str]]) -> str:
    """(top, bottom, left, text) of pieces as lines: those side by side in one."""
    rows: list[list[tuple[float, float, float, str]]] = []
    for piece in sorted(pieces):
        top, bottom = rows[-1][0][:2] if rows else (0.0, 0.0)
        middle = (piece[0] + piece[1]) / 2
        if (
            rows
            and top < middle < bottom
            and min(bottom, piece[1]) - piece[0] > _SAME_ROW * (piece[1] - piece[0])
        ):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return tidy("\n".join("  ".join(piece[3] for piece in sorted(row, key=lambda p: p[2])) for row in rows))


@functools.cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    return RapidOCR(params={"Global.log_level": "critical", **threads})
