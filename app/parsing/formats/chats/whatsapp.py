"""WhatsApp's exported chats ("_chat.txt"), and others of a line per message: dated in the phone's own language.

What the program itself says ("Lena changed the group name") has no speaker, also where it holds a colon.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from app.parsing.encoding import read_text
from app.parsing.formats.chats.stamps import Stamp, moments, stamp_of
from app.parsing.formats.chats.turns import chat, turn
from app.parsing.items import Item, Limits, Source

_SPEAKER = re.compile(r"^([^:：\n]{1,60})(?::|：) ?(.*)$", re.S)
_QUOTES = re.compile('["“”„«»「」『』‹›]')
_MARKS = {
    0x202F: " ",
    0xA0: " ",
    **dict.fromkeys((0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A))),
}
_TITLE = re.compile(
    r"(?:WhatsApp[ -]?)?(?:Chat|chat|Conversa|Discussion|Чат|聊天|채팅|دردشة|Gesprek)?[ _-]*(?:do |de |la )?WhatsApp[ -]*"
    r"(?:Chat|chat|聊天记录|聊天|トーク履歴|채팅|واتساب)?[ :：_-]*"
    r"(?:with|mit|avec|con|com|met|med|с контактом|с|z|ile|مع|和|与|dengan|와|과)?[ :：_-]+"
)
_ANY = ", x : y"
_HEAD = 200  # characters
_HEAD_LINES = 6  # that other programs write above their messages
_KAKAO = re.compile("카카오톡|KakaoTalk")
_MANY_WORDS = 6  # before a colon: such a long name would have to come again


def looks_whatsapp(start: str) -> bool:
    """Whether two of the first lines, the very first among them, begin like messages; below a head three do."""
    lines = clean(start[:4000]).split("\n")[:20]
    found = [number for number, line in enumerate(lines) if stamp_of(line)]
    if not found or found[0] > _HEAD_LINES:
        return False
    named = [number for number in found if _named(stamp_of(lines[number])[1])]  # type: ignore[index]
    return len(found) >= 2 if not found[0] else len(named) >= 3


def read_whatsapp(source: Source, limits: Limits) -> Iterator[Item]:
    whole = clean(read_text(source, limits.text_bytes))
    is_kakao = bool(_KAKAO.search(whole[:_HEAD]))
    messages = _messages(whole, is_kakao)
    when = moments([stamp for stamp, _ in messages])
    texts = ["\n".join(lines).strip() for _, lines in messages]
    names = Counter(name for text in texts if (name := _named(text)))
    turns = []
    for number, (text, moment) in enumerate(zip(texts, when, strict=True), 1):
        speaker = _named(text)
        if speaker and not _is_event(speaker, names):
            words = text[_SPEAKER.match(text).start(2) :]  # type: ignore[union-attr]
            turns.append(turn(number, words, speaker, moment))
        else:
            turns.append(turn(number, text, "", moment))
    yield chat(_title(source, [one.speaker for one in turns if one and one.speaker]), turns)


def _title(source: Source, speakers: list[str]) -> str:
    title = _TITLE.sub("", source.stem, count=1) if "whatsapp" in source.stem.lower() else source.stem
    if title in ("_chat", "chat", ""):  # as iOS names every export
        title = ", ".join(list(dict.fromkeys(speakers))[:4])
    return (
        f"WhatsApp {title}"
        if "whatsapp" in source.stem.lower() or source.stem == "_chat"
        else f"Chat {title}"
    )


def clean(text: str) -> str:
    """The text with ordinary spaces, and without the marks of direction around stamps, names and attachments."""
    return text.translate(_MARKS)


def _named(text: str) -> str:
    """Who says it, "" for what has no name before a colon."""
    found = _SPEAKER.match(text)
    if not found or _QUOTES.search(found[1]):
        return ""
    return " ".join(found[1].split()).removeprefix("~").strip()


def _is_event(speaker: str, names: Counter[str]) -> bool:
    """Whether a name is really the begin of what the program says: another name and what that person did."""
    if names[speaker] > 1:
        return False
    others = (name for name in names if name != speaker and names[name] > 1)
    return any(speaker.startswith(f"{name} ") for name in others) or len(speaker.split()) >= _MANY_WORDS


def _messages(text: str, is_kakao: bool) -> list[tuple[Stamp, list[str]]]:
    messages: list[tuple[Stamp, list[str]]] = []
    for line in text.split("\n"):
        alone = stamp_of(f"{line}{_ANY}") if is_kakao else None
        if alone and f", {alone[1]}" == _ANY:
            continue  # only the moment from which on it is another day
        found = stamp_of(line)
        if found:
            messages.append((found[0], [found[1]]))
        elif messages:
            messages[-1][1].append(line)
    return messages
