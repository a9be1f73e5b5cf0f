"""Taking memories out without erasing them: they can be brought back until their term is over, then they are forgotten."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from app.records import ForgetReport, Remembered
from app.twin import to_records
from app.twin.base import Opened, translated_errors
from app.upkeep import passed
from app.upkeep.trash import TERM, erase
from storage.records import Document


@dataclass(frozen=True)
class Trashed:
    """A removed memory; until: the day it is erased, ISO 8601."""

    memory: Remembered
    until: str


class Removing(Opened):
    def remove(self, ids: Sequence[int]) -> list[int]:
        """Take memories out of every answer and list; `restore` brings them back. Those that there were."""
        self._need_writing()
        with translated_errors():
            passed.seen(self._archive, datetime.datetime.now(datetime.UTC))  # the term begins now
            return self._archive.trash.remove(ids)

    def trash(self, limit: int = 50, offset: int = 0) -> list[Trashed]:
        """The last removed first."""
        with translated_errors():
            rows = self._archive.trash.rows(limit, offset)
        return [Trashed(to_records.remembered(row.document), _until(row.removed_at)) for row in rows]

    def count_trash(self) -> int:
        return self._archive.trash.count()

    def restore(self, ids: Sequence[int]) -> list[int]:
        """Bring removed memories back as they were; those that there were. Raises ModelMissing."""
        self._need_writing()
        with translated_errors(), self._models.changing:
            answerer, bank = self._models.present()
            found = self._archive.trash.named(ids)
            encodings = answerer.encode([(document.id, document.text) for document in found])
            self._archive.trash.restore([document.id for document in found], encodings, bank.fingerprint)
        return [document.id for document in found]

    def removed_texts(self, ids: Sequence[int]) -> list[str]:
        """What removed memories say, for a proof that it is gone."""
        return [document.text for document in self._of_trash(ids)]

    def erase_removed(self, ids: Sequence[int]) -> ForgetReport:
        """Erase removed memories for good, before their term is over. Copies of what stays are dropped."""
        self._need_writing()
        with translated_errors():
            there = [document.id for document in self._of_trash(ids)]
            return to_records.forget_report(erase(self._archive, there), files=0)

    def _of_trash(self, ids: Sequence[int]) -> list[Document]:
        with translated_errors():
            return self._archive.trash.named(ids)


def _until(removed_at: str) -> str:
    return (datetime.datetime.fromisoformat(removed_at) + TERM).date().isoformat()
