"""HTML of what people's files and the model say, escaped in one place.

Every string that comes from outside passes `text()`; nothing is parsed as Markdown or HTML, no image or link
is ever made from a document. Buttons carry numbers in data attributes, which `assets/clicks.js` turns into
events.
This module makes markup from records; it asks the twin nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from pathlib import PurePath

from app.records import UNSURE, Chat, Evidence, Message

WORD = re.compile(r"\w+")
# Words this short or this common match everywhere and would only make the passage noisy.
COMMON = frozenset(
    WORD.findall(
        """about after also and are been but can could did does for from had has have her him his how into its
    just like may more most not now off one our out over she should some than that the their them then there
    these they this those too was were what when where which who whom whose why will with would you
    your"""
    )
)
# Characters after a marked word within which other marked words count as beside it.
NEAR = 160
CITATION = re.compile(r"\[(\d{1,2})\]")


def text(value: object) -> str:
    """The one door from outside strings to markup; None is empty."""
    return "" if value is None else escape(str(value), quote=True)


def day(value: str | None) -> str:
    """An ISO date or time as a short date; what is not ISO is shown as it is."""
    if not value:
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return date(moment.year, moment.month, moment.day).strftime("%d %b %Y").lstrip("0")


def file_name(path: str | None) -> str:
    return PurePath(path).name if path else "a note in memory"


def words_of(*texts: str) -> frozenset[str]:
    """The words worth marking in a passage: those of the question and of the answer."""
    found = (word.casefold() for part in texts for word in WORD.findall(part))
    return frozenset(word for word in found if len(word) > 2 and word not in COMMON)


def marked(passage: str, words: frozenset[str]) -> str:
    """The passage, escaped, with every word of `words` marked; class "best" is where the most of them begin."""
    hits = [match for match in WORD.finditer(passage) if match.group().casefold() in words]

    def density(first: re.Match[str]) -> int:
        near = (hit for hit in hits if 0 <= hit.start() - first.start() < NEAR)
        return len({hit.group().casefold() for hit in near})

    best = max(hits, key=density, default=None)
    pieces, last = [], 0
    for hit in hits:
        kind = ' class="best"' if hit is best else ""
        pieces += [text(passage[last : hit.start()]), f"<mark{kind}>{text(hit.group())}</mark>"]
        last = hit.end()
    return "".join([*pieces, text(passage[last:])])


def cited(answer: str, turn: int, evidence: int) -> str:
    """Answer text with each [n] that names a piece of evidence as a button; other brackets stay text."""
    pieces, last = [], 0
    for match in CITATION.finditer(answer):
        if 1 <= int(match.group(1)) <= evidence:
            pieces += [text(answer[last : match.start()]), cite_button(turn, int(match.group(1)))]
            last = match.end()
    return "".join([*pieces, text(answer[last:])])


def cite_button(turn: int, number: int, label: str = "", *, read: bool = True) -> str:
    shown = f"<span>{text(label)}</span>" if label else ""
    kind = "cite" if read else "cite beside"
    return (
        f'<button type="button" class="{kind}" data-event="cite" data-turn="{turn}" data-number="{number}" '
        f'aria-label="Show source {number} {text(label)}"><b>{number}</b>{shown}</button>'
    )


def conversation(turns: Sequence[Message], *, empty: str = "", busy: str = "") -> str:
    """The whole conversation; `busy` is the line under an answer that is still being written."""
    if not turns:
        return f'<div class="talk empty">{empty}</div>'
    last = len(turns) - 1
    parts = [_turn(index, turn, busy if index == last else "") for index, turn in enumerate(turns)]
    waiting = "true" if busy else "false"
    return f'<div class="talk" role="log" aria-live="polite" aria-busy="{waiting}">{"".join(parts)}</div>'


def _turn(index: int, turn: Message, busy: str) -> str:
    if turn.role == "user":
        return f'<div class="turn asked"><p>{text(turn.text)}</p></div>'
    writing = f'<p class="busy" role="status">{text(busy)}</p>' if busy else ""
    body = cited(turn.text, index, len(turn.evidence))
    doubt = f'<p class="unsure">{text(UNSURE)}</p>' if turn.unsure else ""
    return f'<div class="turn answered"><p class="answer">{body}</p>{doubt}{writing}{_sources(index, turn)}</div>'


def _sources(index: int, turn: Message) -> str:
    """What the answer was read from, and behind it what was found beside that."""
    chips, before = "", True
    for number, item in enumerate(turn.evidence, start=1):
        label = file_name(item.path) + (f", {item.place}" if item.place else "")
        chips += '<small class="faint">Also found:</small>' if before and not item.read else ""
        chips += cite_button(index, number, label, read=item.read)
        before = item.read
    return f'<p class="chips" aria-label="Sources">{chips}</p>' if chips else ""


def welcome(documents: int, samples: Sequence[str]) -> str:
    """First screen of a chat: what to do with an empty memory, or questions to begin with."""
    if documents == 0:
        return (
            "<h2>Nothing is remembered yet</h2><p>Add a folder on the <b>Sources</b> tab. "
            "Doppel reads it in the background, and you can ask as soon as the first file is known.</p>"
        )
    buttons = "".join(
        f'<button type="button" class="sample" data-event="sample" data-number="{number}">'
        f"{text(sample)}</button>"
        for number, sample in enumerate(samples)
    )
    begin = f"<p>Try one of these:</p><div class='samples'>{buttons}</div>" if buttons else ""
    return f"<h2>Ask your own files</h2><p>{documents:,} passages are remembered on this computer.</p>{begin}"


def evidence_panel(items: Sequence[Evidence], words: frozenset[str], chosen: int | None = None) -> str:
    """The evidence of one answer, in the order of its numbers; `chosen` is the number to bring into view."""
    if not items:
        return '<div class="evidence empty"><p>The passages an answer rests on appear here.</p></div>'
    cards = [_card(number, item, words, number == chosen) for number, item in enumerate(items, start=1)]
    return f'<div class="evidence">{"".join(cards)}</div>'


def _card(number: int, item: Evidence, words: frozenset[str], chosen: bool) -> str:
    facts = " · ".join(text(fact) for fact in (item.place, day(item.date), f"score {item.score:.2f}") if fact)
    named = item.title and item.title != PurePath(item.path or "").stem
    title = f'<p class="title">{text(item.title)}</p>' if named else ""
    beside = "" if item.read else '<small class="faint">also found</small>'
    outdated = (
        '<span class="outdated" title="The file changed or is gone since this was read">outdated</span>'
        if item.outdated
        else ""
    )
    return (
        f'<article class="card{" chosen" if chosen else ""}" tabindex="-1" aria-label="Source {number}">'
        f'<header><b class="number">{number}</b><span class="file" title="{text(item.path)}">'
        f"{text(file_name(item.path))}</span>{beside}{outdated}</header>"
        f'<p class="facts">{facts}</p>{title}<blockquote>{marked(item.passage, words)}</blockquote></article>'
    )


def chat_list(chats: Sequence[Chat], current: int | None) -> str:
    if not chats:
        return '<div class="chats"><p class="faint">Your chats are kept here.</p></div>'
    items = "".join(
        f'<button type="button" class="chat" data-event="open" data-id="{chat.id}" '
        f'aria-current="{"true" if chat.id == current else "false"}" title="{text(chat.title)}">'
        f"{text(chat.title)}<small>{text(day(chat.created_at))}</small></button>"
        for chat in chats
    )
    return f'<nav class="chats" aria-label="Chats">{items}</nav>'


def notice(message: str, kind: str = "info") -> str:
    """A line about what happened; kind is "info", "good" or "problem"."""
    if not message:
        return ""
    role = "alert" if kind == "problem" else "status"
    return f'<p class="notice {kind}" role="{role}">{text(message)}</p>'
