"""From bytes of unknown encoding to tidy text, in pieces of bounded size. Which encoding it is says charset.py."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator

from app.parsing.charset import SAMPLE, detect
from app.parsing.items import Limits, Source, require_size

PART = 4 * 1024 * 1024  # characters of a streamed text kept in memory at once


def tidy(text: str) -> str:
    """The text as a reader sees it and a search finds it: line ends as \\n; without control characters and sequences,
    byte-order marks, lone surrogates, soft hyphens and invisible marks inside words; ligatures and composed
    letters as their usual characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").replace("\v", "\n")
    if not text.isascii():
        text = _BREAKS.sub("\n", text)
        text = _INVISIBLE.sub("", text)
        text = _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
        text = unicodedata.normalize("NFC", text)  # macOS writes letters and their marks apart
    if not text.isprintable():
        if "\x1b" in text:
            text = _TERMINAL.sub("", text)
        text = _UNWANTED.sub("", text)
    return text


# What tells a terminal colours, titles and links; without its first character it would look like text.
_TERMINAL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[ -/]+[0-~]|[@-Z\\^_])"
)
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_BREAKS = re.compile("[\x85\u2028\u2029]")
_LETTER = "[0-9A-Za-z\u00c0-\u052f\u1e00-\u1fff]"  # of scripts in which these marks only guide line breaks
_INVISIBLE = re.compile(f"\xad|(?<={_LETTER})[\u200b-\u200d\u2060]+|[\u200b-\u200d\u2060]+(?={_LETTER})")
# What fonts and PDF files put in place of letters: ligatures, Hebrew and Arabic forms by position, radicals and
# compatibility ideographs. Full-width letters stay: they are meant.
_COMPATIBLE = re.compile("[\u2e9f\u2ef3\u2f00-\u2fd5\uf900-\ufaff\ufb00-\ufdcf\ufe70-\ufefc]+")


def decode(data: bytes) -> str:
    """All of `data` as tidy text; characters that do not fit its encoding become U+FFFD."""
    return tidy(data.decode(detect(data) or "cp1252", "replace"))


def read_text(source: Source, limit: int) -> str:
    """The whole text of a source of at most `limit` bytes."""
    return decode(source.read(limit))


def stream_text(source: Source, limits: Limits) -> Iterator[str]:
    """The text in parts of about four million characters, cut between paragraphs where there are any."""
    require_size(source, limits.text_bytes)
    with source.open() as stream:
        codec = detect(stream.read(SAMPLE)) or "cp1252"
        stream.seek(0)
        decoder = codecs.getincrementaldecoder(codec)("replace")
        rest = ""
        while chunk := stream.read(PART // 4):
            rest += decoder.decode(chunk)
            if len(rest) >= PART:
                cut = rest.rfind("\n\n", PART // 2) + 2 if "\n\n" in rest[PART // 2 :] else 0
                cut = cut or rest.rfind("\n", PART // 2) + 1 or len(rest)
                yield tidy(rest[:cut])
                rest = rest[cut:]
        rest += decoder.decode(b"", final=True)
        if rest:
            yield tidy(rest)
