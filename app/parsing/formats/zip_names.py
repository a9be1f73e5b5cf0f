"""Names in zip archives as their owner reads them.

A zip marks UTF-8 names by a flag, or repeats them in an extra field. Where neither is there they may be UTF-8 all the same
(macOS), or in the code page of whoever packed them: the one in which all names together look most like words.
"""

from __future__ import annotations

import struct
import unicodedata
from zipfile import ZipInfo

from app.parsing.encoding import tidy

_UTF8 = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field
# In order of preference where names fit several equally well.
_CODE_PAGES = (
    *("cp437", "cp850", "cp852", "cp866", "cp1252", "cp1251", "cp1250", "cp857", "cp737", "cp862", "cp720"),
    *("gb18030", "cp932", "cp949", "big5"),
)
_LATIN = frozenset(
    "äöüßéèêëàâáãåæçñíìîïóòôõøœúùûýÿąćęłńśźżčďěňřšťůžőűăâîșțğışÄÖÜÉÈÀÂÁÅÆÇÑÍÎÓÔÕØŒÚŁŚŹŻČŘŠŽĞİŞ"
)
_SIGNS = frozenset("–—‘’“”…°§«»·、。「」『』（）【】《》！？，：；～・ー々〇　")
# The most frequent characters of Chinese texts and file names, simplified and traditional.
_FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔录照片号车单票合同简历旅游备忘钥匙档案归档册图音乐视频备份下载资料文件夹新建"
    "這個們來為國說時會過發後裡種經麼學還進樣開從實無與長機業將兩間問並應戰體見產話給門關點東聲語書電車報資檔錄"
)
_SEARCHED = 64 * 1024


def member_names(members: list[ZipInfo]) -> list[str]:
    """A name for each member, as its owner reads it."""
    raw = [
        b"" if info.flag_bits & _UTF8 else info.orig_filename.encode("cp437", "replace") for info in members
    ]
    foreign = b"\n".join(name for name in raw if not name.isascii())[:_SEARCHED]
    codec = _codec(foreign) if foreign else "ascii"
    return [
        tidy(_unicode_path(info) or (info.filename if name.isascii() else _decoded(name, codec)))
        for info, name in zip(members, raw, strict=True)
    ]


def _decoded(name: bytes, codec: str) -> str:
    # A backslash may be the second byte of a character, so folders are told apart only now.
    text = name.partition(b"\0")[0].decode(codec, "replace").replace("\\", "/")
    return unicodedata.normalize("NFC", text)


def _unicode_path(info: ZipInfo) -> str:
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == _UNICODE_PATH and size > 5:
            return extra[9 : 4 + size].decode("utf-8", "replace")
        extra = extra[4 + size :]
    return ""


def _codec(names: bytes) -> str:
    try:
        names[: len(names) - 4 if len(names) == _SEARCHED else None].decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        scores = {codec: _plausible(names, codec) for codec in _CODE_PAGES}
        return max(scores, key=lambda codec: scores[codec])


def _plausible(names: bytes, codec: str) -> float:
    """How much the names look like words of people in this code page, about 0 to 1."""
    text = names.decode(codec, "replace")
    weights = [
        _weight(char, text[at - 1] if at else "", text[at + 1 : at + 2])
        for at, char in enumerate(text)
        if char > "\x7f"
    ]
    return sum(weights) / max(1, len(weights))


def _weight(char: str, before: str, after: str) -> float:
    """Letters where such letters stand count; boxes, rare ideographs and mixed scripts speak against a code page."""
    if char in _SIGNS:
        return 0.3
    if char in _LATIN:
        return _latin_weight(char, before, after)
    if "\u4e00" <= char <= "\u9fff":
        return 1.0 if char in _FREQUENT else 0.6 if _is_everyday(char) else 0.1
    if "\uac00" <= char <= "\ud7a3":
        return 0.95 if _is_in_korean(char) else 0.1
    if "\u3041" <= char <= "\u30fe":
        return 1.0
    if _is_latin(before) or _is_latin(after) or char in "ªº":
        return 0.0
    for first, last in (
        ("\u0370", "\u03ff"),
        ("\u0400", "\u045f"),
        ("\u05d0", "\u05ea"),
        ("\u0620", "\u064a"),
    ):
        if first <= char <= last:
            if char.isupper() and before.isalpha():
                return 0.4 if before.islower() else 0.7
            return 0.95
    return 0.0


def _latin_weight(char: str, before: str, after: str) -> float:
    """Such letters stand among plain ones, seldom side by side; a capital within a word is rare."""
    if char.isupper() and before.islower():
        return 0.2
    foreign = (before > "\x7f") + (after > "\x7f")
    return (0.3, 0.5, 0.2)[foreign] if not (_is_latin(before) or _is_latin(after)) else (1.0, 0.7)[foreign]


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _is_in_korean(char: str) -> bool:
    """Whether a syllable is among the 2,350 of the Korean standard, which nearly every text does with."""
    try:
        return len(char.encode("euc_kr")) == 2  # others are spelt out in eight bytes
    except UnicodeEncodeError:
        return False


def _is_everyday(char: str) -> bool:
    """Whether an ideograph is on the first level of a national standard, which sorts the common ones first."""
    for codec, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("cp932", 0x88, 0x97)):
        try:
            lead = char.encode(codec)[0]
        except UnicodeEncodeError:
            continue
        if first <= lead <= last:
            return True
    return False
