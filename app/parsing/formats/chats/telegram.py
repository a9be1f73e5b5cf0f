"""Telegram's export (result.json): one chat, or the whole account with its contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from app.parsing.formats.chats.turns import chat, listing, mapping, moment, text_of, turn
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Source, iso_date

_LISTS = ("chats.list.item", "left_chats.list.item")


def read_chat(source: Source) -> Iterator[Item]:
    name = next((name for name in elements(source, "name") if isinstance(name, str)), source.stem)
    yield _chat(name, elements(source, "messages.item"))


def read_account(source: Source) -> Iterator[Item]:
    for prefix in _LISTS:
        for one in map(mapping, elements(source, prefix)):
            yield _chat(text_of(one.get("name")) or "saved messages", listing(one.get("messages")))
    lines = [line for one in elements(source, "contacts.list.item") if (line := _contact(mapping(one)))]
    if lines:
        yield Item("Telegram contacts", [Block("\n".join(f"- {line}" for line in lines), kind="list")])


def _chat(name: str, messages: Iterable[Any]) -> Item:
    return chat(f"Telegram {name}", (_turn(number, mapping(one)) for number, one in enumerate(messages, 1)))


def _turn(number: int, message: dict[str, Any]) -> Block | None:
    when = iso_date(message.get("date")) or moment(message.get("date_unixtime"))
    if message.get("type") == "service":
        return turn(number, _event(message), "", when)
    speaker = text_of(message.get("from")) or text_of(message.get("actor"))
    origin = text_of(message.get("forwarded_from")) or text_of(message.get("saved_from"))
    if origin:
        speaker = ", ".join(part for part in (speaker, f"forwarded from {origin}") if part)
    texts = [plain(message.get("text")), *_attached(message)]
    return turn(number, "\n".join(text for text in texts if text), speaker, when)


def plain(text: object) -> str:
    """A text with its entities: links say where they lead."""
    pieces = []
    for piece in text if isinstance(text, list) else [text]:
        shown = piece if isinstance(piece, str) else str(mapping(piece).get("text") or "")
        address = text_of(mapping(piece).get("href"))
        pieces.append(f"{shown} ({address})" if address and address != shown else shown)
    return "".join(pieces)


def _attached(message: dict[str, Any]) -> Iterator[str]:
    poll = mapping(message.get("poll"))
    if poll:
        answers = [mapping(answer) for answer in listing(poll.get("answers"))]
        votes = ", ".join(f"{plain(answer.get('text'))}: {answer.get('voters', 0)}" for answer in answers)
        yield f"Poll: {plain(poll.get('question'))} {votes}"
    contact = mapping(message.get("contact_information"))
    if contact:
        yield f"Contact: {_contact(contact)}"
    todo = mapping(message.get("todo_list"))
    if todo:
        entries = [plain(mapping(entry).get("text")) for entry in listing(todo.get("items"))]
        yield "\n".join([plain(todo.get("title")), *(f"- {entry}" for entry in entries if entry)])
    place = mapping(message.get("location_information"))
    where = [text_of(message.get("place_name")), text_of(message.get("address"))]
    if place:
        where.append(f"{place.get('latitude')}, {place.get('longitude')}")
    if any(where):
        yield "Place: " + ", ".join(part for part in where if part)
    yield from _files(message)


def _files(message: dict[str, Any]) -> Iterator[str]:
    name = text_of(message.get("file_name")) or text_of(message.get("file")).rpartition("/")[2]
    song = " – ".join(
        part for part in (text_of(message.get("performer")), text_of(message.get("title"))) if part
    )
    media = text_of(message.get("media_type")).replace("_", " ")
    if name.startswith("(File"):  # "not included, change data exporting settings to download"
        name = ""
    if media == "sticker":
        return
    if media or name or song:
        yield f"[{': '.join(part for part in (media or 'file', song or name) if part)}]"
    game = text_of(message.get("game_title"))
    if game:
        yield f"[{game}]"


def _contact(contact: dict[str, Any]) -> str:
    names = ("first_name", "last_name", "phone_number")
    return " ".join(text for name in names if (text := text_of(contact.get(name))))


def _event(message: dict[str, Any]) -> str:
    """What happened in a chat without a word being said ("Ilse: create group Family")."""
    action = text_of(message.get("action")).replace("_", " ")
    members = ", ".join(str(name) for name in listing(message.get("members")) if name)
    detail = " ".join(
        part for part in (text_of(message.get("title")), members, plain(message.get("text"))) if part
    )
    seconds = message.get("duration_seconds")
    if isinstance(seconds, (int, float)):
        detail = f"{detail} {seconds:.0f} s".strip()
    # Who joined through what, or pinned which message, is no memory by itself.
    return f"{text_of(message.get('actor'))}: {action} {detail}".strip(" :") if detail else ""
