"""Text whose charset is declared, decoded as mail programs and browsers do: by the superset of what is declared.

Programs declare ISO-8859-1 and write Windows-1252, declare GB2312 and write GBK, declare nothing and write UTF-8. A
declaration that the bytes contradict does not count.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from app.parsing.encoding import decode, tidy

_SUPERSETS = {
    **dict.fromkeys(
        ("ascii", "usascii", "ansix341968", "iso646us", "iso88591", "iso885911987", "latin1", "l1", "ibm819", "cp819",
         "windows1252", "cp1252", "ansi", "ansi1252", "isoir100", "8859", "88591", "iso8859", "western"),
        ("cp1252", "latin-1"),
    ),
    **dict.fromkeys(("gb2312", "gb231280", "gbk", "gb18030", "euccn", "chinese", "cngb", "cp936", "ms936", "windows936",
                     "isoir58", "csgb2312", "gb"), ("gb18030",)),
    **dict.fromkeys(("big5", "big5hkscs", "cnbig5", "xxbig5", "cp950", "csbig5", "big5eten"), ("cp950", "big5hkscs")),
    **dict.fromkeys(("shiftjis", "sjis", "mskanji", "windows31j", "cp932", "ms932", "windows932", "csshiftjis"),
                    ("cp932", "shift_jis_2004")),
    **dict.fromkeys(("eucjp", "ujis", "cseucpkdfmtjapanese"), ("euc_jp", "euc_jis_2004")),
    **dict.fromkeys(("euckr", "ksc56011987", "ksc5601", "korean", "ksc56011989", "isoir149", "windows949", "cp949",
                     "uhc", "cseuckr", "ms949"), ("cp949",)),
    **dict.fromkeys(("iso88598", "iso88598i", "iso88598e", "hebrew", "logical", "visual", "isoir138", "windows1255",
                     "iso885988i"), ("cp1255", "iso8859_8")),
    **dict.fromkeys(("iso88596", "iso88596i", "iso88596e", "arabic", "asmo708", "ecma114"), ("iso8859_6",)),
    **dict.fromkeys(("iso88599", "latin5", "turkish", "isoir148", "windows1254"), ("cp1254",)),
    **dict.fromkeys(("tis620", "iso885911", "windows874", "cp874", "dos874"), ("cp874", "tis_620")),
    **dict.fromkeys(("koi8", "koi8r", "cskoi8r"), ("koi8_r",)),
    **dict.fromkeys(("koi8u", "koi8ru"), ("koi8_u",)),
    **dict.fromkeys(("mac", "macintosh", "macroman", "csmacintosh"), ("mac_roman",)),
    **dict.fromkeys(("maccyrillic", "macukrainian"), ("mac_cyrillic",)),
    **dict.fromkeys(("dos866", "ibm866", "cp866", "csibm866"), ("cp866",)),
    **dict.fromkeys(("utf7", "unicode11utf7", "csunicode11utf7"), ("utf_7",)),
    **dict.fromkeys(("utf8", "unicode11utf8", "utf8mb4", "unicode", "unicode20utf8"), ("utf-8",)),
    **dict.fromkeys(("hzgb2312", "hz"), ("hz",)),
    **dict.fromkeys(("iso2022kr", "csiso2022kr"), ("iso2022_kr",)),
}  # fmt: skip
_JAPANESE = (
    "iso2022jp",
    "csiso2022jp",
    "iso2022jp1",
    "iso2022jp2",
    "iso2022jp3",
    "iso2022jpms",
    "cp50220",
    "cp50221",
)
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:()+ -]{0,40}")
_ESCAPE = re.compile(rb"(\x1b\$\([DOQP@B]|\x1b\$[@AB]|\x1b\([BJIH]|\x1b\.[AF]|[\x0e\x0f])")
_FINAL_LETTERS = "ךםןףץ"
_HEBREW_WORD = re.compile("[\u05d0-\u05ea]{2,}")
_LEFT_TO_RIGHT = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:/@_-]*[0-9A-Za-z]")
_MIRRORED = str.maketrans("()[]{}<>", ")(][}{><")


def decode_declared(data: bytes, label: str | None) -> str:
    """The bytes as tidy text: by the charset that `label` names, unless they are no such text or it names none."""
    name = _plain(label)
    if name in _JAPANESE or b"\x1b$B" in data or b"\x1b$@" in data:
        return tidy(_iso_2022_jp(data))
    candidates = list(_candidates(name, label or ""))
    if not candidates or candidates[0] in ("cp1252", "utf-8"):
        try:
            # Text that is UTF-8 by chance is not to be feared, text that is called Latin-1 and is UTF-8 is common.
            return tidy(data.decode("utf-8"))
        except UnicodeDecodeError:
            if candidates[:1] in ([], ["utf-8"]):
                return decode(data)
    text = next((text for codec in candidates if (text := _strict(data, codec)) is not None), None)
    text = tidy(data.decode(candidates[0], "replace") if text is None else text)
    return _in_logical_order(text) if name.startswith(("iso88598", "hebrew", "visual")) else text


def _plain(label: str | None) -> str:
    found = _LABEL.search(label or "")
    return re.sub(r"[^a-z0-9]", "", found[0].lower().removeprefix("x-")) if found else ""


def _candidates(name: str, label: str) -> Iterator[str]:
    """Codecs to try, the first the best; none for a label that means nothing."""
    if name in _SUPERSETS:
        yield from _SUPERSETS[name]
        return
    found = _LABEL.search(label)
    for spelling in (found[0].strip(), found[0].lower().removeprefix("x-"), name) if found else ():
        try:
            codec = codecs.lookup(spelling)
        except (LookupError, ValueError):
            continue
        if getattr(codec, "_is_text_encoding", True):
            yield codec.name
            return


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _iso_2022_jp(data: bytes) -> str:
    """As Windows writes it (CP50221): with the rows of NEC and IBM, and half-width kana, which the standard lacks."""
    pieces = []
    state = b"\x1b(B"
    for part in _ESCAPE.split(data):
        if _ESCAPE.fullmatch(part):
            state = part
        elif state in (b"\x1b$B", b"\x1b$@", b"\x1b$(@", b"\x1b$(B"):
            # Line ends stand between pairs where a program forgot to go back to ASCII.
            lines = re.split(rb"([\r\n \t]+)", part)
            pieces += [line.decode("ascii") if line.isspace() else _from_jis(line) for line in lines]
        elif state == b"\x1b$(D":
            pieces.append(
                b"".join(b"\x8f" + _high(pair) for pair in _pairs(part)).decode("euc_jp", "replace")
            )
        elif state == b"\x1b$A":
            pieces.append(_high(part).decode("gb18030", "replace"))
        elif state in (b"\x1b$(O", b"\x1b$(Q", b"\x1b$(P"):
            plane = b"\x8f" if state == b"\x1b$(P" else b""
            pieces.append(
                b"".join(plane + _high(pair) for pair in _pairs(part)).decode("euc_jis_2004", "replace")
            )
        elif state in (b"\x1b(I", b"\x0e"):
            pieces.append(_high(part).decode("cp932", "replace"))
        else:
            pieces.append(part.decode("cp932", "replace"))
    return "".join(pieces)


def _pairs(data: bytes) -> list[bytes]:
    return [data[at : at + 2] for at in range(0, len(data) - 1, 2)]


def _high(data: bytes) -> bytes:
    return bytes(byte | 0x80 for byte in data)


def _from_jis(data: bytes) -> str:
    """Pairs of seven-bit JIS, moved to where Shift-JIS has them."""
    moved = bytearray()
    for first, second in (
        pair for pair in _pairs(data) if 0x21 <= pair[0] <= 0x7E and 0x21 <= pair[1] <= 0x7E
    ):
        lead = (first - 0x21) // 2 + (0x81 if first < 0x5F else 0xC1)
        trail = second + (0x1F if second < 0x60 else 0x20) if first % 2 else second + 0x7E
        moved += bytes((lead, trail))
    return moved.decode("cp932", "replace")


def _in_logical_order(text: str) -> str:
    """Hebrew that is written as it is seen, turned round: its final letters then begin words."""
    words = _HEBREW_WORD.findall(text)
    begin = sum(word[0] in _FINAL_LETTERS for word in words)
    if begin <= sum(word[-1] in _FINAL_LETTERS for word in words):
        return text
    return "\n".join(_turned(line) if _HEBREW_WORD.search(line) else line for line in text.split("\n"))


def _turned(line: str) -> str:
    turned = line[::-1].translate(_MIRRORED)
    return _LEFT_TO_RIGHT.sub(lambda found: found[0][::-1], turned)
