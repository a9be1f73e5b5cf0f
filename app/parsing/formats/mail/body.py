"""The text of a mail: which of its parts a person reads, in order, and what is attached to it.

Of alternatives the plain one is read when it holds the words of the page beside it, else the page, and both where each
says something of its own. Every other part is attached: it is named, and read if its format is.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from app.parsing.declared import decode_declared
from app.parsing.encoding import decode, tidy
from app.parsing.formats.html import html_blocks, html_text, parse_html
from app.parsing.formats.mail.headers import part_name
from app.parsing.formats.mail.page_quotes import take_quoted
from app.parsing.items import Block

_COVERED = 0.5  # of the words of a page: a plain part with so many stands for it
_OWN = 30  # words: a plain part with so many that the page lacks says something of its own
_SIGNATURES = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-keys",
)
_ENVELOPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_ENCRYPTED = "encrypted: decrypt it in the mail program and save it again"
_WORD = re.compile(r"\w+")
_UUENCODED = re.compile(
    r"^begin [0-7]{3,4} ([^\n]{1,200})\n((?:[!-`][ -`]{0,61}\n)+?)(?:`| )?\n?end[ \t]*$", re.M
)
# A line that no encoder writes: three words or more, or a ruler.
_BELOW_BASE64 = re.compile(r"^[ \t]*(?:(?:\S+[ \t]+){2}\S|[-_*]{2,}[ \t]*$)", re.M)
_ENRICHED = re.compile(r"<(?:param>.*?</param|/?[A-Za-z-]{1,40})>", re.S)


@dataclass
class Contents:
    """What a mail holds. plain: its text where that is plain; blocks: of its pages; attached: names and bytes.

    is_reply: whether quoted tails of pages are told apart.
    """

    plain: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    attached: list[tuple[str, bytes]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_reply: bool = False

    def name(self, part: Message, charset: str | None) -> str:
        """The part's name, or one made of its number and kind."""
        kind = part.get_content_type()
        ending = {"text/calendar": ".ics", "text/plain": ".txt", "text/x-vcard": ".vcf"}.get(kind)
        return part_name(part, charset) or (
            f"attachment {len(self.attached) + 1}{ending or mimetypes.guess_extension(kind) or ''}"
        )


def contents(message: Message, place: str, is_reply: bool = False) -> Contents:
    """All that a mail holds, in order."""
    found = Contents(is_reply=is_reply)
    _read(message, found, place, _charset(message))
    return found


def _charset(message: Message) -> str | None:
    """The charset of the first text of the mail: raw bytes in names are most likely in that, too."""
    return next((name for part in _leaves(message) if (name := _declared(part)) and name != "us-ascii"), None)


def _leaves(part: Message) -> Iterator[Message]:
    pending = [part]
    while pending:
        part = pending.pop()
        children = _children(part)
        if children:
            pending += reversed(children)
        else:
            yield part


def _children(part: Message) -> list[Message]:
    inner = part.get_payload()
    if not isinstance(inner, list) or part.get_content_maintype() == "message":
        return []
    return [child for child in inner if isinstance(child, Message)]


def _read(part: Message, found: Contents, place: str, charset: str | None) -> None:
    # No recursion into what is nested: a hostile mail has no depth that its reader would follow.
    pending = [part]
    while pending:
        part = pending.pop()
        kind, children = part.get_content_type(), _children(part)
        if kind == "multipart/alternative" and children:
            pending += reversed(_alternatives(children, found, place))
        elif kind == "multipart/encrypted":
            found.notes.append(_ENCRYPTED)
        elif children:
            pending += reversed(children)
        elif not part.is_multipart() or part.get_content_maintype() == "message":
            _leaf(part, found, place, charset)


def _alternatives(children: list[Message], found: Contents, place: str) -> list[Message]:
    """Adds the texts among alternatives that are read; the parts that are still to be looked at."""
    plain = next(
        (part for part in children if part.get_content_type() == "text/plain" and not _is_file(part)), None
    )
    page = next((part for child in children for part in _leaves(child) if _is_page(part)), None)
    rest = [part for child in children for part in _leaves(child) if part is not plain and part is not page]
    if plain is None or page is None:
        return [part for part in (plain, page) if part is not None] + rest
    blocks = _page_blocks(page, place, found.is_reply)
    text = _part_text(plain)
    said, shown = _words(text), _words(" ".join(block.text for block in blocks))
    is_covered = not shown or len(said & shown) >= _COVERED * len(shown)
    if is_covered or len(said - shown) >= _OWN:
        found.plain.append(text)
    if not is_covered:
        found.blocks += blocks
    return rest


def _words(text: str) -> set[str]:
    found = set()
    for word in _WORD.findall(text.casefold()):
        # Scripts without spaces give no words, so pairs of their characters stand for them.
        found |= (
            {word} if word.isascii() or len(word) < 8 else {word[at : at + 2] for at in range(len(word) - 1)}
        )
    return found


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part_name(part))


def _is_page(part: Message) -> bool:
    return part.get_content_type() == "text/html" and not _is_file(part)


def _leaf(part: Message, found: Contents, place: str, charset: str | None) -> None:
    kind = part.get_content_type()
    if kind in _SIGNATURES or kind == "application/pgp-encrypted":
        return
    if kind == "message/rfc822":
        inner = part.get_payload()
        name = part_name(part, charset) or "attached mail.eml"
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            found.attached.append((name, _encoded_mail(part, inner[0]) or inner[0].as_bytes()))
        elif isinstance(inner, str):
            found.attached.append((name, payload(part)))
    elif part.get_content_maintype() == "message":
        inner = part.get_payload()
        reports = (
            [str(one) for one in inner if isinstance(one, Message)]
            if isinstance(inner, list)
            else [str(inner)]
        )
        found.plain.append(tidy("\n".join(reports)).strip())
    elif _is_file(part) or part.get_content_maintype() != "text":
        if not _is_decoration(part):
            found.attached.append((found.name(part, charset), payload(part)))
    elif kind == "text/html":
        found.blocks += _page_blocks(part, place, found.is_reply)
    elif kind == "text/plain":
        found.plain.append(_UUENCODED.sub(lambda one: _take_uuencoded(one, found), _part_text(part)))
    elif kind in ("text/enriched", "text/richtext"):
        found.plain.append(_ENRICHED.sub("", _part_text(part)).replace("<<", "<"))
    elif kind not in ("text/css", "text/x-amp-html"):  # the latter repeats the page for one program
        found.attached.append((found.name(part, charset), payload(part)))


def _is_decoration(part: Message) -> bool:
    """Whether a picture belongs to the page: a logo, a signature."""
    if part.get_content_maintype() != "image" or part.get_content_disposition() == "attachment":
        return False
    return bool(part.get("content-id") or part.get("content-location") or not part_name(part))


def _take_uuencoded(block: re.Match[str], found: Contents) -> str:
    import binascii

    try:
        data = b"".join(binascii.a2b_uu(line) for line in block[2].rstrip("\n").split("\n"))
    except (binascii.Error, ValueError):
        return block[0]
    found.attached.append((block[1].strip(), data))
    return ""


def _encoded_mail(part: Message, inner: Message) -> bytes:
    """An attached mail that is encoded as a whole, which no standard allows and some programs do; else b""."""
    raw = inner.get_payload()
    if str(part.get("content-transfer-encoding", "")).strip().lower() != "base64" or not isinstance(raw, str):
        return b""
    carrier = Message()
    carrier["content-transfer-encoding"] = "base64"
    carrier.set_payload(raw)
    return payload(carrier)


def payload(part: Message) -> bytes:
    """The bytes of a part. What a mailing list wrote below encoded text, as plain as its own programs see it, follows."""
    raw = part.get_payload()
    if isinstance(raw, str) and str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        footer = _BELOW_BASE64.search(raw)
        if footer:
            encoded = Message()
            encoded["content-transfer-encoding"] = "base64"
            encoded.set_payload(raw[: footer.start()])
            below = raw[footer.start() :].encode("utf-8", "surrogateescape")
            return payload(encoded) + (b"\n" + below if part.get_content_maintype() == "text" else b"")
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _declared(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError):
        return None


def _page_blocks(part: Message, place: str, is_reply: bool) -> list[Block]:
    data, charset = payload(part), _declared(part)
    root = parse_html(decode_declared(data, charset) if charset else html_text(data))
    if root is None:
        return []
    quoted = take_quoted(root) if is_reply else None
    tail = "\n\n".join(block.text for block in html_blocks(quoted)) if quoted is not None else ""
    return html_blocks(root, place) + ([Block(tail, place, "quoted")] if tail else [])


def _part_text(part: Message) -> str:
    data, charset = payload(part), _declared(part)
    text = decode_declared(data, charset) if charset else decode(data)
    if str(part.get_param("format", "")).lower() == "flowed":
        text = flowed(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def flowed(text: str, delete_space: bool) -> str:
    """The paragraphs of a text whose lines were broken for sending (RFC 3676)."""
    lines: list[str] = []
    depth, is_open = 0, False
    for line in text.split("\n"):
        quotes = len(line) - len(line.lstrip(">"))
        body = line[quotes:].removeprefix(" ")
        if is_open and quotes == depth and body != "-- ":
            lines[-1] += body
        else:
            lines.append(f"{'>' * quotes} {body}" if quotes else body)
        depth = quotes
        is_open = body.endswith(" ") and body != "-- "
        if is_open and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
