"""The twin's chats. They are kept, but never read back as memories, unless the person saves one.

A saved chat is remembered turn by turn, marked as from a chat, and tied to the answers it was saved from: when something
that an answer cited is forgotten, what was saved of that answer goes too.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app.asking.language import Language, language_of
from app.errors import ArchiveProblem
from app.parsing.items import Block, Item
from app.passages.file_passages import to_draft
from app.passages.split import split
from app.records import Evidence, Message
from app.twin import to_records
from app.twin.base import Opened, translated_errors
from app.twin.saved_chat import SavedChat
from app.watching.tree import state_of
from storage import records
from storage.records import Citation, Document, Draft

log = logging.getLogger(__name__)

PLACE = "saved chat"


class Conversations(Opened):
    def messages(self, chat_id: int) -> list[Message]:
        with translated_errors():
            kept = self._archive.chats.messages(chat_id)
        ids = [citation.document_id for message in kept for citation in message.citations]
        found = {document.id: document for document in self._archive.documents.rows(ids)}
        turns: list[Message] = []
        language: Language = "en"
        for message in kept:
            language = language_of(message.text) if message.role == "user" else language
            turns.append(to_records.message(message, found, self._outdated, language))
        return turns

    def delete_chat(self, chat_id: int) -> None:
        self._need_writing()
        with translated_errors():
            self._archive.chats.delete(chat_id)

    def save_chat(self, chat_id: int) -> SavedChat:
        """Remember a chat: its questions and answers become memories, marked as from a chat.

        What was saved of it before is not saved again. Raises NotFound, ModelMissing.
        """
        self._need_writing()
        with translated_errors(), self._models.changing:
            answerer, bank = self._models.present()
            turns = list(_turns(self._archive.chats.messages(chat_id)))
            saved = self._archive.documents.saved_messages([answer.id for _, answer in turns])
            drafts: list[Draft] = []
            for question, answer in turns:
                if answer.id in saved:
                    continue
                item = Item("Saved chat", _blocks(question, answer), date=answer.created_at)
                passages = split(item, answerer.count_tokens, self.settings.max_tokens)
                drafts += [to_draft(passage, at, answer.id) for at, passage in enumerate(passages)]
            ids = self._archive.commits.reserve_ids(len(drafts))
            drafts = [replace(draft, id=id) for draft, id in zip(drafts, ids, strict=True)]
            encodings = answerer.encode([(draft.id, draft.text) for draft in drafts])
            self._archive.commits.commit_documents(
                None, add=drafts, encodings=encodings, bank=bank.fingerprint
            )
            self._undo_if_forgotten(chat_id, drafts)
        return SavedChat(chat_id, len(drafts))

    def _undo_if_forgotten(self, chat_id: int, drafts: Sequence[Draft]) -> None:
        """What was forgotten while it was being saved goes again."""
        erased = {message.id for message in self._archive.chats.messages(chat_id) if message.erased}
        if late := [draft.id for draft in drafts if draft.message_id in erased]:
            self._archive.forgetting.forget(late)

    def _keep(
        self,
        question: str,
        text: str,
        evidence: Sequence[Evidence],
        chat_id: int | None,
        agreement: float | None,
        read: Collection[int],
    ) -> int | None:
        """Keep a turn as part of a chat; None where nothing can be kept now: the answer is worth more than its record.

        Raises NotFound for an unknown chat.
        """
        if self.read_only:
            return None
        try:
            with translated_errors(), self.health.watched("chats"):
                chat = chat_id if chat_id is not None else self._archive.chats.create(question[:80])
                self._archive.chats.add_message(chat, "user", question)
                citations = [
                    Citation(item.document_id, item.passage, item.score, rank, item.read)
                    for rank, item in enumerate(evidence, start=1)
                ]
                self._archive.chats.add_message(
                    chat, "assistant", text, citations, agreement=agreement, read=read
                )
                return chat
        except (ArchiveProblem, OSError, OperationalError):
            log.warning("a chat could not be kept; the status says why")
            return None

    def _outdated(self, document: Document) -> bool:
        """Whether the file of a passage is gone or no longer what was read."""
        if document.path is None or document.edited:
            return document.outdated
        known = self._archive.files.by_path(Path(document.path))
        try:
            now = state_of(os.stat(document.path))
        except OSError:
            return True
        return known is None or (known.size, known.mtime_ns) != now or known.state != "known"


def _turns(messages: Sequence[records.Message]) -> Iterator[tuple[str, records.Message]]:
    """Each answer that still has its text, with its question."""
    question = ""
    for message in messages:
        if message.role == "user":
            question = message.text
        elif message.text.strip() and not message.erased:
            yield question, message


def _blocks(question: str, answer: records.Message) -> list[Block]:
    return [
        Block(text, PLACE, "message", speaker=speaker, when=answer.created_at)
        for speaker, text in (("Me", question), ("Doppel", answer.text))
        if text.strip()
    ]
