"""What a mail says about itself: headers in any charset, its date, its labels, and whether its owner threw it away."""

from __future__ import annotations

import re
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from app.parsing.declared import decode_declared
from app.parsing.encoding import decode, tidy
from app.parsing.items import iso_date, words
from app.parsing.spoken_dates import spoken_moment

_HEADER = 10_000  # characters of one header
_YEARS = range(1971, 2100)  # what programs without a clock write lies outside
_DATES = ("date", "received", "x-received", "delivery-date", "resent-date", "x-original-date", "x-apple-date")
_ZONE = re.compile(r"\s([+-]\d{2})(\d{2})(?:\s*\([^()]*\))?\s*$")
_EXPUNGED, _IMAP_DELETED = 0x0008, 0x00200000  # of Thunderbird
_TRASH = words(
    "trash bin deleted spam junk papierkorb corbeille papelera cestino lixeira lixo корзина спам 垃圾邮件 垃圾郵件 "
    "已删除邮件 垃圾桶 回收站 ゴミ箱 迷惑メール 휴지통 스팸함"
)
_UNTOLD = words("unread opened archived seen nonjunk $nonjunk")


def header(message: Message, name: str, charset: str | None = None) -> str:
    """A header on one line, "" when there is none. charset: of raw bytes in it that are no UTF-8."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "")
    return header_text(raw, charset)


def header_text(raw: str, charset: str | None = None) -> str:
    """A header with its encoded words decoded, on one line."""
    raw = raw[:_HEADER]
    if not raw.isascii():  # bytes without a charset
        raw = _raw_text(raw.encode("utf-8", "surrogateescape"), charset)
    if "=?" in raw:
        try:
            pieces = decode_header(raw)
        except (HeaderParseError, ValueError):
            pieces = []
        if pieces:
            raw = "".join(piece if isinstance(piece, str) else _word(piece, name) for piece, name in pieces)
    return re.sub(r"\s+", " ", tidy(raw)).replace('"', "").strip()


def _word(data: bytes, charset: str | None) -> str:
    # Without a charset it is the text between words; a header with such words is otherwise ASCII or was decoded above.
    if charset is None:
        return data.decode("raw_unicode_escape", "replace")
    return decode_declared(data, charset.partition("*")[0])


def _raw_text(data: bytes, charset: str | None) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decode_declared(data, charset) if charset else decode(data)


def part_name(part: Message, charset: str | None = None) -> str:
    """The file name of a part, "" when it has none."""
    for parameter, where in (("filename", "content-disposition"), ("name", "content-type")):
        value = _repaired(part, where, charset).get_param(parameter, None, where)
        if isinstance(value, tuple):  # RFC 2231: charset, language, text
            data = value[2].encode("latin-1", "replace")
            return header_text(decode_declared(data, value[0] or charset)).strip()
        if value and (name := header_text(str(value), charset)):
            return name
    return ""


def _repaired(part: Message, name: str, charset: str | None) -> Message:
    """A message that can be asked for the parameters of a header with raw bytes in it."""
    raw = next((str(value) for key, value in part.raw_items() if key.lower() == name), "")
    if raw.isascii():
        return part
    repaired = Message()
    repaired[name] = _raw_text(raw.encode("utf-8", "surrogateescape"), charset)
    return repaired


def mail_date(message: Message) -> str | None:
    """The moment a mail was sent, or, where it does not say that, was last received."""
    for name in _DATES:
        for value in (str(value) for key, value in message.raw_items() if key.lower() == name):
            found = _moment(value.rpartition(";")[2] if "received" in name else value)
            if found:
                return found
    return None


def _moment(text: str) -> str | None:
    text = header_text(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        found = _worded(text) or iso_date(text)
        return found if found and int(found[:4]) in _YEARS else None
    return moment.isoformat() if isinstance(moment, datetime) and moment.year in _YEARS else None


def _worded(text: str) -> str | None:
    """A date with the month in the sender's language: "Di, 5 Mrz 2024 14:02:11 +0100"."""
    zone = _ZONE.search(text)
    found = spoken_moment(text[: zone.start()] if zone else text)
    return f"{found}{zone[1]}:{zone[2]}" if found and zone and "T" in found else found


def labels(message: Message) -> list[str]:
    """The folders and labels that its owner gave a mail."""
    found: dict[str, None] = {}
    for name, separator in (
        ("x-gmail-labels", ","),
        ("x-keywords", ","),
        ("x-label", ","),
        ("keywords", ","),
        ("x-mozilla-keys", None),
    ):
        value = header(message, name)
        found |= dict.fromkeys(label.strip() for label in value.split(separator) if label.strip())
    return [label for label in found if label.lower() not in _UNTOLD]


def thrown_away(message: Message) -> bool:
    """Whether the owner deleted the mail or it lay in their trash or spam folder, as far as its headers say."""
    status, status2 = header(message, "x-mozilla-status"), header(message, "x-mozilla-status2")
    if _hexadecimal(status) & _EXPUNGED or _hexadecimal(status2) & _IMAP_DELETED:
        return True
    if "D" in header(message, "x-status"):
        return True
    return any(label.lower() in _TRASH for label in labels(message))


def marked_spam(message: Message) -> bool:
    """Whether a filter took the mail for spam; filters err, so it is kept and marked."""
    return header(message, "x-spam-flag").lower() == "yes" or header(
        message, "x-spam-status"
    ).lower().startswith("yes")


def is_trash_folder(name: str) -> bool:
    """Whether a folder or mailbox of this name is a mail program's trash or spam."""
    name = re.sub(r"\.(?:mbox|mbx|sbd)$", "", name.lower()).strip(". ")
    return name in _TRASH or name in (
        *(
            "deleted items",
            "deleted messages",
            "junk e-mail",
            "junk email",
            "bulk mail",
            "gelöschte elemente",
        ),
        *("gelöschte objekte", "junk-e-mail", "éléments supprimés", "courrier indésirable", "indésirables"),
        *("已删除邮件", "已刪除的郵件", "elementos eliminados", "correo no deseado", "posta eliminata"),
    )


def _hexadecimal(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0
