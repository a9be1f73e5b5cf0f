"""From bytes of unknown encoding to text, in pieces of bounded size.

UTF-8 and byte-order marks are certain; everything else is a guess by charset-normalizer on the first 64 KB,
restricted to encodings people have on their disks. A short text in a one-byte encoding can be guessed
wrong.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator

from app.parsing.items import Limits, Source, require_size

SAMPLE = 64 * 1024
PART = 4 * 1024 * 1024  # characters of a streamed text kept in memory at once

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "mac_roman", "cp437"),
    *("shift_jis", "cp932", "euc_jp", "gb18030", "big5", "euc_kr"),
]
_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")


def detect(sample: bytes) -> str | None:
    """The codec of the text that starts with `sample` (at most 64 KB are looked at), None for binary data."""
    sample = sample[:SAMPLE]
    for mark, codec in _BOMS:
        if sample.startswith(mark):
            return codec
    zeros = sample.count(0)
    if zeros:
        return _utf16_without_mark(sample, zeros) or _text_with_holes(sample, zeros)
    if len(_CONTROL.findall(sample)) > len(sample) // 20:
        return None
    if b"\x1b$B" in sample or b"\x1b$@" in sample:
        return "iso2022_jp"
    if _mostly_utf8(sample):
        return "utf-8"
    return _guess(sample)


def _utf16_without_mark(sample: bytes, zeros: int) -> str | None:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if min(even, odd) * 20 > zeros or zeros * 5 < len(sample):
        return None
    codec = "utf-16-le" if odd > even else "utf-16-be"
    text = sample[: len(sample) // 2 * 2].decode(codec, "replace")
    return codec if sum(c.isprintable() or c.isspace() for c in text) > 0.95 * len(text) else None


def _text_with_holes(sample: bytes, zeros: int) -> str | None:
    """UTF-8 for a text in which a crash left a few zeros, as in logs."""
    rest = sample.replace(b"\0", b"")
    is_text = zeros * 10 < len(sample) and not _CONTROL.search(rest) and _mostly_utf8(rest)
    return "utf-8" if is_text else None


def _mostly_utf8(sample: bytes) -> bool:
    # final=False: the sample may end in the middle of a character.
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    bad = text.count("\ufffd") - sample.count(b"\xef\xbf\xbd")
    good = sum(c > "\x7f" for c in text) - bad
    return bad <= 0 or good > 4 * bad


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    matches = from_bytes(sample, cp_isolation=_GUESSES, threshold=0.35)
    best = matches.best()
    if best is None:
        return "cp1252"
    if best.encoding in ("cp1250", "cp1254"):
        fitting = {
            name
            for match in matches
            if match.chaos <= best.chaos + 0.02
            for name in match.could_be_from_charset
        }
        if "cp1252" in fitting:
            return _western(sample)
    return best.encoding


def _western(sample: bytes) -> str:
    """Which of three encodings that fit equally well: the letters that only one language has decide."""
    letters = set(sample.decode("cp1252", "replace").lower())
    if letters & set("þðý") and not letters & set("áíóúæ"):  # ş, ğ, ı in Turkish; Icelandic has both
        return "cp1254"
    if letters & set("õû") and not letters & set("àèêãçñî"):  # ő, ű in Hungarian; French, Portuguese
        return "cp1250"
    return "cp1252"


def tidy(text: str) -> str:
    """The text as a reader sees it and a search finds it: line ends as \\n; without control characters,
    byte-order marks, lone surrogates, soft hyphens and invisible marks inside words; ligatures and composed
    letters as their usual characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").replace("\v", "\n")
    if not text.isascii():
        text = _BREAKS.sub("\n", text)
        text = _INVISIBLE.sub("", text)
        text = _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
        text = unicodedata.normalize("NFC", text)  # macOS writes letters and their marks apart
    if not text.isprintable():
        text = _UNWANTED.sub("", text)
    return text


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
