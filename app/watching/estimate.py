"""How long reading a folder will take, roughly, from what it holds."""

from __future__ import annotations

from collections.abc import Mapping

# Of a byte of text about a quarter is a token; of what is packed or carries pictures, far less. A picture is read by itself.
TEXT = 0.25
PACKED = 0.02
SLOW = {".png": 2.0, ".jpg": 2.0, ".jpeg": 2.0, ".heic": 2.0, ".tif": 3.0, ".tiff": 3.0, ".webp": 2.0}
PLAIN = frozenset(
    [
        ".txt",
        ".md",
        ".rst",
        ".csv",
        ".tsv",
        ".html",
        ".htm",
        ".xml",
        ".json",
        ".jsonl",
        ".eml",
        ".mbox",
        ".ics",
        ".vcf",
        ".log",
        ".tex",
        ".org",
        ".py",
        ".js",
        ".srt",
    ]
)
SECONDS_A_FILE = 0.03
USUAL_RATE = 500.0
"""Tokens a second where nothing was measured yet."""


def seconds(kinds: Mapping[str, tuple[int, int]], rate: float | None) -> float:
    """kinds: ending → number of files and their bytes; rate: tokens a second, None where nothing is known."""
    total = 0.0
    for ending, (count, size) in kinds.items():
        share = TEXT if ending in PLAIN else PACKED
        if ending in SLOW:
            total += count * SLOW[ending]
        else:
            total += count * SECONDS_A_FILE + size * share / (rate or USUAL_RATE)
    return total
