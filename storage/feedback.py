"""What the person says of answers: that one is wrong, or which passage answers its question. It goes with the answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from storage.errors import NotFound
from storage.sqlite import schema
from storage.sqlite.store import Store, now

WRONG, PASSAGE = "wrong", "passage"


@dataclass(frozen=True)
class Judged:
    """A question with the passage that answers it, as the person says."""

    question: str
    document_id: int


class Feedback:
    """Rows of `feedback`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def say(self, message_id: int, kind: str, document_id: int | None = None) -> None:
        """Notes it once; said of an answer again, the passage is another. Raises NotFound."""
        f, m = schema.feedback, schema.messages
        with self._store.write() as change:
            c = change.connection
            if c.scalar(select(m.c.id).where(m.c.id == message_id)) is None:
                raise NotFound("There is no such answer (any more).")
            c.execute(delete(f).where(f.c.message_id == message_id, f.c.kind == kind))
            c.execute(insert(f).values(message_id=message_id, kind=kind, document_id=document_id, at=now()))

    def unsay(self, message_id: int, kind: str) -> None:
        f = schema.feedback
        with self._store.write() as change:
            change.connection.execute(delete(f).where(f.c.message_id == message_id, f.c.kind == kind))

    def of_chat(self, chat_id: int) -> dict[int, dict[str, int | None]]:
        """By message: what was said, and of which document."""
        f, m = schema.feedback.c, schema.messages.c
        query = (
            select(f.message_id, f.kind, f.document_id)
            .select_from(schema.feedback.join(schema.messages, m.id == f.message_id))
            .where(m.chat_id == chat_id)
        )
        found: dict[int, dict[str, int | None]] = {}
        with self._store.read() as connection:
            for row in connection.execute(query):
                found.setdefault(row.message_id, {})[row.kind] = row.document_id
        return found

    def count(self) -> tuple[int, int]:
        """How many questions have a passage that the person named, and how many answers are said to be wrong."""
        f = schema.feedback.c
        wrong = select(func.count()).select_from(schema.feedback).where(f.kind == WRONG)
        with self._store.read() as connection:
            return len(self.judged()), connection.scalar(wrong) or 0

    def judged(self) -> list[Judged]:
        """Questions whose passage the person named, each with it, as far as both are still there; the newest first."""
        f, m, d = schema.feedback.c, schema.messages, schema.documents.c
        asked = m.alias()
        question = (
            select(func.max(asked.c.id))
            .where(asked.c.chat_id == m.c.chat_id, asked.c.id < m.c.id, asked.c.role == "user")
            .correlate(m)
            .scalar_subquery()
        )
        text = m.alias()
        query = (
            select(text.c.text, f.document_id)
            .select_from(
                schema.feedback.join(m, m.c.id == f.message_id)
                .join(schema.documents, d.id == f.document_id)
                .join(text, text.c.id == question)
            )
            .where(f.kind == PASSAGE, ~text.c.erased, text.c.text != "")
            .order_by(f.id.desc())
        )
        with self._store.read() as connection:
            return [Judged(row.text, row.document_id) for row in connection.execute(query)]
