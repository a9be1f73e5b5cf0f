"""What the person says of answers: "wrong", or "this is the passage". `doppel train router` learns from the passages."""

from __future__ import annotations

from app.errors import NotFound
from app.twin.base import Opened, translated_errors
from storage.feedback import PASSAGE, WRONG


class Judging(Opened):
    def judge(self, chat_id: int, turn: int, kind: str, document_id: int | None = None) -> None:
        """Keep what the person says of an answer. turn: its place among the chat's messages; kind: "wrong", "passage" (of
        the memory that answers the question), or "" to take both back. Raises NotFound.
        """
        self._need_writing()
        with translated_errors():
            message = self._answer(chat_id, turn)
            if kind == PASSAGE and document_id is not None:
                self._archive.documents.row(document_id)
                self._archive.feedback.say(message, PASSAGE, document_id)
            elif kind == WRONG:
                self._archive.feedback.say(message, WRONG)
            elif not kind:
                for said in (WRONG, PASSAGE):
                    self._archive.feedback.unsay(message, said)
            else:
                raise NotFound("Say that an answer is wrong, or which memory answers its question.")

    def judgements(self, chat_id: int) -> dict[int, dict[str, int | None]]:
        """By turn: what was said, and of which memory."""
        with translated_errors():
            said = self._archive.feedback.of_chat(chat_id)
            messages = self._archive.chats.messages(chat_id) if said else []
        return {turn: said[message.id] for turn, message in enumerate(messages) if message.id in said}

    def count_judged(self) -> tuple[int, int]:
        """How many questions `doppel train router` learns from, since their passage was named, and how many answers are said
        to be wrong."""
        with translated_errors():
            return self._archive.feedback.count()

    def _answer(self, chat_id: int, turn: int) -> int:
        messages = self._archive.chats.messages(chat_id)
        if not 0 <= turn < len(messages) or messages[turn].role != "assistant":
            raise NotFound("There is no such answer (any more).")
        return messages[turn].id
