"""Text of scanned pages through the tesseract program, where it is installed."""

from __future__ import annotations

import functools
import io
import shutil
import subprocess
from typing import Any

from app.parsing.encoding import tidy

ADVICE = "scanned and need OCR: install Tesseract, and Doppel reads them"
_SECONDS = 30
_PIXELS = 12_000_000
_LANGUAGES = ("eng", "deu", "fra", "spa", "ita", "por", "nld")


def available() -> bool:
    return shutil.which("tesseract") is not None


def read_page(page: Any) -> str | None:
    """The text Tesseract sees on a pypdfium2 page, None when it fails."""
    width, height = page.get_size()
    scale = min(300 / 72, (_PIXELS / max(width * height, 1)) ** 0.5)
    picture = io.BytesIO()
    page.render(scale=scale, grayscale=True).to_pil().save(picture, "PNG")
    languages = _languages()
    command = ["tesseract", "stdin", "stdout", *(["-l", "+".join(languages)] if languages else [])]
    try:
        done = subprocess.run(command, input=picture.getvalue(), capture_output=True, timeout=_SECONDS)
    except (subprocess.TimeoutExpired, OSError):
        return None
    return tidy(done.stdout.decode("utf-8", "replace")) if done.returncode == 0 else None


@functools.cache
def _languages() -> list[str]:
    """Those of the languages known here that Tesseract has data for."""
    try:
        listed = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, text=True, timeout=10
        ).stdout
    except (subprocess.TimeoutExpired, OSError):
        return []
    return [language for language in _LANGUAGES if language in listed.split()]
