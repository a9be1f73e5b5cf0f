"""The encoding of bytes that do not say it.

Byte-order marks, UTF-8, escape sequences and the zeros of UTF-16 and UTF-32 are as good as certain. For the rest
chardet says how well the bytes fit each language in each encoding; several encodings often fit alike, and a short text
fits many. So each reading is also looked at as a reader would: letters of one script in a word, no capitals inside
words, quotation marks where they belong, no line-drawing characters among letters. A short text that gives no
evidence is taken for cp1252.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

from app.parsing.items import words

SAMPLE = 64 * 1024

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
_JAPANESE_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\$\([DOPQ]|\([IJ])")
_KOREAN_ESCAPE = b"\x1b$)C"
_HZ = re.compile(rb"~\{(?:[\x21-\x7e]{2})+~\}")

# Each encoding stands for those that decode a part of it.
_SUPERSETS = {
    "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030",
    "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932", "shift_jis_2004": "cp932", "euc_jis_2004": "euc_jis_2004",
    "big5": "big5hkscs",
}  # fmt: skip
_UNUSED = words("cp1140 cp424 cp500 cp875 cp1026 cp273 cp1006 hp-roman8 cp856")  # on no person's disk
_RARE = words(
    "iso8859-3 iso8859-10 iso8859-14 iso8859-16 kz1048 ptcp154 koi8-t cp864 cp720 cp869 cp860 "
    "cp861 cp863 cp865 mac-iceland mac-turkish cp858"
)
_BALTIC = words("cp1257 cp775 iso8859-4 iso8859-13")
# What weighs beside chardet's confidence (0…1), fitted on texts of 37 languages in all of their encodings.
_RARE_SHARE = 0.9  # of the confidence that counts for encodings hardly anyone used
_BALTIC_PRIOR = -0.04  # Baltic letters fit what chardet has no language for
_WESTERN_PRIOR = 0.005  # what most texts that say nothing are in
_BAD = 3.0  # how much a share of implausible characters costs
_FEW = 0.15  # shared among the characters outside ASCII: what a short text is taken for cp1252 with
_LEAST = 0.03  # confidence that it costs at least that share of
_WINDOW = 1500  # bytes looked at as a reader would
_CONTENDERS = 16


def detect(sample: bytes) -> str | None:
    """The codec of the text that starts with `sample` (at most 64 KB are looked at), None for binary data."""
    sample = sample[:SAMPLE]
    for mark, codec in _BOMS:
        if sample.startswith(mark):
            return codec
    zeros = sample.count(0)
    if zeros:
        return _utf32_without_mark(sample) or _utf16_without_mark(sample) or _text_with_holes(sample, zeros)
    if _KOREAN_ESCAPE in sample:
        return "iso2022_kr"
    if _JAPANESE_ESCAPE.search(sample):
        return "iso2022_jp_ext"
    if len(_CONTROL.findall(sample)) > len(sample) // 20:
        return _utf16_without_mark(sample)
    if sample.isascii() and _HZ.search(sample) and _decodes(sample, "hz"):
        return "hz"
    if _mostly_utf8(sample):
        return "utf-8"
    return _guess(sample)


def _decodes(sample: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(sample)
    except (UnicodeDecodeError, ValueError):
        return False
    return True


def _utf32_without_mark(sample: bytes) -> str | None:
    whole = sample[: len(sample) // 4 * 4]
    for codec, high in (("utf-32-le", 3), ("utf-32-be", 0)):
        if whole and not any(whole[high::4]) and _decodes(whole, codec):
            return codec
    return None


def _utf16_without_mark(sample: bytes) -> str | None:
    """The byte order in which nearly all characters are common ones."""
    shares = {}
    for codec in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) // 2 * 2].decode(codec, "replace")
        shares[codec] = len(_COMMON.findall(text)) / max(len(text), 1)
    best = max(shares, key=lambda codec: shares[codec])
    return best if shares[best] > 0.95 and min(shares.values()) < 0.9 else None


# Letters, punctuation and space of living scripts; not the halves of them that wrong byte orders give.
_COMMON = re.compile(
    "[\t\n\r -~\xa0-\u024f\u0300-\u052f\u0590-\u05f4\u060c-\u06ff\u0900-\u097f\u0e00-\u0e7f\u10d0-\u10ff\u1e00-\u1eff"
    "\u2010-\u203a\u20ac\u2122\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f\u2190-\u2193\u2460-\u2473]"
)


def _text_with_holes(sample: bytes, zeros: int) -> str | None:
    """UTF-8 for a text in which a crash left a few zeros, as in logs."""
    rest = sample.replace(b"\0", b"")
    is_text = zeros * 10 < len(sample) and not _CONTROL.search(rest) and _mostly_utf8(rest)
    return "utf-8" if is_text else None


def _mostly_utf8(sample: bytes) -> bool:
    # A sample that is not the whole may end in the middle of a character.
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample, final=len(sample) < SAMPLE)
    bad = text.count("\ufffd") - sample.count(b"\xef\xbf\xbd")
    good = sum(c > "\x7f" for c in text) - bad
    return bad <= 0 or good > 4 * bad


def _guess(sample: bytes) -> str:
    import chardet

    window = _telling_part(sample)
    special = window.translate(None, _ASCII)
    is_mostly_ascii = len(_ASCII_SEEN.findall(window)) >= 2 * len(special)
    western = implausible(window.decode("cp1252", "replace"))
    if is_mostly_ascii and western == 0 and not special.translate(None, _SIGNS):
        return "cp1252"  # quotation marks, dashes, a euro sign: letters would have told another encoding
    confidence: dict[str, float] = {"cp1252": 0.0}
    for found in chardet.detect_all(sample, ignore_threshold=True, compat_names=False):
        name = found["encoding"]
        if name and name not in _UNUSED and not name.startswith("utf"):
            name = _SUPERSETS.get(name, name)
            confidence[name] = max(confidence.get(name, 0.0), found["confidence"])
    contenders = sorted(confidence, key=lambda name: -confidence[name])[:_CONTENDERS]
    scores = {name: _score(window, name, confidence[name]) for name in {*contenders, "cp1252"}}
    if is_mostly_ascii and western == 0:
        scores["cp1252"] += _FEW / len(special)
    best = max(scores, key=lambda name: (scores[name], name == "cp1252"))
    if best == "cp932" and len(sample) < SAMPLE and _decodes(sample, "shift_jis"):
        return "shift_jis"  # where nothing needs Microsoft's additions, the standard's wave dash and minus are meant
    return best


_ASCII = bytes(range(0x80))
_ASCII_SEEN = re.compile(rb"[!-~]")
_SIGNS = bytes(
    [0x80, 0x82, 0x84, 0x85, 0x8B, *range(0x91, 0x98), 0x99, 0x9B, *range(0xA0, 0xC0)]
)  # of cp1252


def _telling_part(sample: bytes) -> bytes:
    """The lines that are not ASCII alone, up to a size."""
    lines = []
    size = 0
    for line in sample.splitlines(True):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > _WINDOW:
                break
    return b"".join(lines)[: 2 * _WINDOW]


def _score(window: bytes, codec: str, confidence: float) -> float:
    text = codecs.getincrementaldecoder(codec)("replace").decode(window)
    prior = _WESTERN_PRIOR if codec == "cp1252" else _BALTIC_PRIOR if codec in _BALTIC else 0.0
    share = _RARE_SHARE if codec in _RARE else 1.0
    return confidence * share + prior - _BAD * max(confidence, _LEAST) * implausible(text)


def implausible(text: str) -> float:
    """The share of the characters outside ASCII that do not stand where a writer would put them, from 0 to 1."""
    strange = special = 0.0
    previous = " "
    kinds = [_kind(char) for char in text]
    kinds.append(" ")
    for here, kind in enumerate(kinds[:-1]):
        if text[here] > "\x7f":
            special += 1
            strange += _oddity(previous, kind, kinds[here + 1], text[here])
        previous = kind
    return min(1.0, strange / special) if special else 0.0


@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    """One letter for what a character is: of letters the script in small or capital, else space, digit, sign."""
    if char == "\ufffd":
        return "?"
    if char in "²³°±©®™µ×÷¼½¾ªº":
        return "u"
    category = unicodedata.category(char)
    if category[0] in "LM":
        if category[0] == "M":
            return "m"
        for script, (low, high) in _SCRIPTS.items():
            if low <= char <= high:
                return script.upper() if category == "Lu" else script
        return "o"
    if char in "“”‘’„‚«»‹›\"'":
        return "q"
    if char in "–—…•·¡¿€£°§№、。，！？：；（）「」『』《》〈〉・～“”¥\u3000":
        return "p"
    if category == "Zs" or char in "\t\n\r":
        return " "
    if category[0] == "N":
        return "0" if char.isascii() else "n"
    if category[0] in "C":
        return "!"
    return "." if char.isascii() else "s"


_SCRIPTS = {
    "l": ("A", "\u024f"), "g": ("\u0370", "\u03ff"), "c": ("\u0400", "\u04ff"), "h": ("\u05d0", "\u05ea"),
    "a": ("\u0620", "\u06d3"), "t": ("\u0e01", "\u0e4e"),
}  # fmt: skip
_LETTERS = "lgchat"
_WORDS_OF_ONE_LETTER = "ÀÁÂÄÅÆÇÈÉÊÍÎÓÒÔÖØÚÜÝ"


def _oddity(before: str, kind: str, after: str, char: str) -> float:
    """How odd a character is between two others, from 0 to 2."""
    if kind in "!?":
        return 2.0
    if kind.lower() in _LETTERS:
        odd = 0.0
        for neighbour in (before, after):
            if neighbour.lower() in _LETTERS and neighbour.lower() != kind.lower():
                odd += 1.0  # two scripts in one word
        if kind.isupper() and before.islower() and before in _LETTERS:
            odd += 1.0  # a capital within a word
        if kind == "L" and before == "." and after in " .":
            odd += 0.7  # a quotation mark, read as a capital
        if char == "ÿ" or (kind == "L" and before == after == " " and char not in _WORDS_OF_ONE_LETTER):
            odd += 0.7
        return odd
    beside_letters = (before.lower() in _LETTERS) + (after.lower() in _LETTERS)
    if kind == "q":
        if char in "’'" and beside_letters == 2:
            return 0.0
        if char in "‚„" and before.lower() in _LETTERS:
            return 0.7  # these only open
        return 0.7 if beside_letters == 2 else 0.0
    if kind == " ":
        return 0.3 if beside_letters == 2 else 0.0
    if kind == "u":
        return 0.7 if beside_letters == 2 else 0.0
    if kind == "p":
        if char in "£¡¿" and after.lower() in _LETTERS and (char == "£" or before.lower() in _LETTERS):
            return 0.7
        return 0.5 if beside_letters == 2 and char not in "·–—" else 0.0
    if kind in "sn":
        return 0.5 + 0.7 * beside_letters
    return 0.0
