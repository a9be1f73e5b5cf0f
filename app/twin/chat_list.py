"""The list of kept chats: found by their words, named and pinned by the person."""

from __future__ import annotations

from app.errors import NotFound
from app.records import Chat
from app.twin.base import Opened, translated_errors
from storage.chat_search import chats_saying

PINNED = "pinned_chats"
LONGEST_TITLE = 200


class ChatList(Opened):
    def chats(self, query: str = "") -> list[Chat]:
        """The one last written to first; with a query only those that say it."""
        pinned = set(self._archive.settings.get(PINNED, []))
        found = chats_saying(self._archive.store, query.strip()) if query.strip() else None
        return [
            Chat(chat.id, chat.title, chat.created_at, chat.id in pinned)
            for chat in self._archive.chats.rows()
            if found is None or chat.id in found
        ]

    def rename_chat(self, id: int, title: str) -> None:
        """Raises NotFound, also for an empty title."""
        self._need_writing()
        title = " ".join(title.split())[:LONGEST_TITLE]
        if not title:
            raise NotFound("A chat needs a title of at least one letter.")
        with translated_errors():
            self._archive.chats.rename(id, title)

    def pin_chat(self, id: int, pinned: bool) -> None:
        """Pinned chats stand first in the list. Raises NotFound."""
        self._need_writing()
        kept = {chat.id for chat in self._archive.chats.rows()}
        if id not in kept:
            raise NotFound(f"There is no conversation {id} (any more).")
        now = set(self._archive.settings.get(PINNED, [])) & kept
        self._archive.settings.set(PINNED, sorted(now | {id} if pinned else now - {id}))
