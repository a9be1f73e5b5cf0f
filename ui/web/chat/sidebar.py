"""The list of chats, and the line above the talk that says which one is open and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from app.records import Chat
from ui.web.markup import button, day, text
from ui.web.messages import tr


def search_box() -> str:
    label = text(tr("Search chats"))
    return (
        f'<form data-event="search" data-live role="search"><input name="query" type="search" '
        f'placeholder="{label}" aria-label="{label}" autocomplete="off"></form>'
    )


def chat_list(chats: Sequence[Chat], current: int | None, *, searched: bool = False) -> str:
    if not chats:
        line = tr("No chat matches.") if searched else tr("Your chats are kept here.")
        return f'<div class="chats"><p class="faint">{text(line)}</p></div>'
    pinned = [chat for chat in chats if chat.pinned]
    others = [chat for chat in chats if not chat.pinned]
    groups = [(tr("Pinned"), pinned), (tr("Chats") if pinned else "", others)]
    items = "".join(
        (f"<h3>{text(name)}</h3>" if name else "") + "".join(_chat(chat, current) for chat in group)
        for name, group in groups
        if group
    )
    return f'<nav class="chats" aria-label="{text(tr("Chats"))}">{items}</nav>'


def _chat(chat: Chat, current: int | None) -> str:
    here = "true" if chat.id == current else "false"
    return (
        f'<button type="button" class="chat" data-event="open" data-id="{chat.id}" aria-current="{here}" '
        f'title="{text(chat.title)}">{text(chat.title)}<small>{text(day(chat.created_at))}</small></button>'
    )


def heading(chat: Chat | None) -> str:
    """The open chat's title with its menu, between the buttons that let the outer columns slide in."""
    chats = (
        '<button type="button" class="slide" id="show-chats" aria-expanded="false" '
        f'aria-controls="chats-column">{text(tr("Chats"))}</button>'
    )
    sources = (
        '<button type="button" class="slide" id="show-evidence" aria-expanded="false" '
        f'aria-controls="evidence-column">{text(tr("Sources"))}</button>'
    )
    if chat is None:
        return f'<div class="heading">{chats}<h2 class="unseen">{text(tr("New chat"))}</h2>{sources}</div>'
    pin = tr("Unpin") if chat.pinned else tr("Pin")
    rename = f'<button type="button" class="item" data-rename>{text(tr("Rename"))}</button>'
    items = "".join(
        button(event, label, kind="item", id=chat.id)
        for event, label in (
            ("pin", pin),
            ("export", tr("Export as Markdown")),
            ("save", tr("Remember this chat")),
            ("delete", tr("Delete this chat")),
        )
    )
    return (
        f'<div class="heading">{chats}<form class="renaming" data-event="rename" data-id="{chat.id}" hidden>'
        f'<input name="title" value="{text(chat.title)}" maxlength="200" aria-label="{text(tr("Title"))}">'
        f"<button class='act'>{text(tr('Save'))}</button></form><h2>{text(chat.title)}</h2>"
        f'<details class="menu"><summary aria-label="{text(tr("More for this chat"))}">⋯</summary>'
        f"<div>{rename}{items}</div></details>{sources}</div>"
    )
