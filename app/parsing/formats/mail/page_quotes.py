"""The quoted tail of a reply that is a page: where Gmail, Outlook, Apple's Mail, Thunderbird and others put it.

Either one element holds the quote, or a line or heading begins it and all that follows belongs to it. Quotes with more
than a short signature after them stay in place: somebody answers between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.parsing.formats.mail.quotes import is_attribution, is_header_block

_SIGNATURE = 300  # letters that may follow a quote
_WRAPPERS = 4
_HELD = re.compile(
    r"\b(?:gmail_quote(?:_container)?|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|ntes-mailmaster-quote"
    r"|moz-forward-container|quoted-plain-text|replied_message|hmmessage_quote|spark_quote|front-blockquote"
    r"|freebirdFormviewerViewResponse|mailbird_quote|sh-quoted-content|airmail_original|gmx-quote|mb_quote)\b"
)
_HELD_ID = re.compile(
    r"^(?:yahoo_quoted_|isReplyContent|mail-editor-reference-message-container|ms-outlook-mobile-reference-message"
    r"|reply-intro|oriMsgHtmlSeperator|replySplit|x_isReplyContent)"
)
_FROM_HERE_ID = re.compile(r"(?:^|_)(?:appendonsend|divRplyFwdMsg|stopSpelling|zwchr|OLK_SRC_BODY_SECTION)$")
_PREFIX = re.compile(r"\b(?:moz-cite-prefix|gmail_attr|AppleOriginalContents)\b")
_OUTLOOK_RULE = re.compile(r"border-top:\s*(?:solid|[\d.]+pt\s+solid|[^;]*#(?:E1E1E1|B5C4DF|CCCCCC))", re.I)
_BLOCKS = ["p", "div", "td", "li", "h1", "h2", "h3", "blockquote"]


def take_quoted(root: Any) -> Any | None:
    """Takes the quoted tail out of a page, as an element of its own without what that quotes in turn; None for none."""
    begin = next((element for element in root.iter() if _begins(element)), None)
    if begin is None:
        return None
    pieces = [begin] if _holds(begin) else [begin, *_after(begin)]
    if _letters_after(pieces[-1]) > _SIGNATURE:
        return None
    tail = root.makeelement("div", {})
    before = begin.getprevious() if _holds(begin) else None
    if before is not None and (_PREFIX.search(before.get("class", "")) or is_attribution(_text(before))):
        pieces.insert(0, before)
    for piece in pieces:
        _take(piece)
        tail.append(piece)
    inner = _quoted_in_turn(tail, pieces)
    if inner is not None:
        for piece in [inner] if _holds(inner) else [inner, *_after(inner, tail)]:
            _take(piece)
    return tail


def _quoted_in_turn(tail: Any, pieces: list[Any]) -> Any | None:
    """The first quote inside a quote; one that only its attribution stands before is the quote itself, wrapped."""
    inner = [one for one in tail.iter() if one not in (tail, *pieces) and _begins(one)][:_WRAPPERS]
    for one in inner:
        before = " ".join("".join(one.xpath("preceding::text()")).split())
        if before and not (len(before) < _SIGNATURE and is_attribution(before)):
            return one
    return None


def _begins(element: Any) -> bool:
    if not isinstance(element.tag, str):
        return False
    return _holds(element) or _opens(element)


def _holds(element: Any) -> bool:
    """Whether an element is a quote."""
    if element.tag in ("html", "body"):
        return False
    if _HELD.search(element.get("class", "")) or _HELD_ID.match(element.get("id", "")):
        return True
    if element.tag != "blockquote":
        return False
    return element.get("type") == "cite" or bool(element.get("cite")) or _is_introduced(element)


def _is_introduced(element: Any) -> bool:
    """Whether the words before an element say who wrote it."""
    before = element.getprevious()
    parent = element.getparent()
    words = (before.tail or "").strip() or _text(before) if before is not None else (parent.text or "")
    return is_attribution(words.strip())


def _opens(element: Any) -> bool:
    """Whether a quote begins here and goes on to the end."""
    if _FROM_HERE_ID.search(element.get("id", "")) or element.get("name") == "_MailOriginal":
        return True
    if element.tag == "div" and _OUTLOOK_RULE.search(element.get("style", "")):
        return is_header_block(_lines(element))
    return (
        element.tag in _BLOCKS and is_header_block(_lines(element)) and len(_text(element)) < _SIGNATURE * 3
    )


def _lines(element: Any) -> str:
    """The beginning of an element's text, a line for each break."""
    lines = [""]
    for one in element.iter():
        if not isinstance(one.tag, str):
            continue
        if one.tag in ("br", "p", "div", "tr", "hr") and lines[-1].strip():
            lines.append("")
        lines[-1] += " ".join((one.text or "").split()) if one.text else ""
        if one is not element and one.tail:
            lines[-1] += " " + " ".join(one.tail.split())
        if len(lines) > 6:
            break
    return "\n".join(line.strip() for line in lines)


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split()) if isinstance(element.tag, str) else ""


def _after(element: Any, top: Any = None) -> Iterator[Any]:
    """What follows an element in the page: its later siblings, and those of what it is in. The list is made first."""
    found = []
    while element is not None and element is not top and element.tag != "body":
        found += list(element.itersiblings())
        element = element.getparent()
    return iter(found)


def _letters_after(element: Any) -> int:
    count = len((element.tail or "").strip())
    for one in _after(element):
        count += len(_text(one)) + len((one.tail or "").strip())
    return count


def _take(element: Any) -> None:
    """Takes an element out of its page; the text behind it stays with the page."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
        element.tail = None
    parent.remove(element)
