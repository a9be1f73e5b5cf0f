"""Putting the memory in order: words, dates, pins, and what it says twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from app.errors import NotFound
from app.passages.file_passages import text_hash
from app.passages.quotation import quoted_from
from app.passages.split import near_duplicate_key
from app.records import Remembered
from app.twin import to_records
from app.twin.base import Opened, translated_errors
from storage.around import on_day
from storage.commits import BY_PERSON
from storage.duplicates import same_words
from storage.records import Document

PINNED = "pinned_memories"
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
COMPARED = 5000  # of the newest memories, in more than their very letters


class Curating(Opened):
    def pinned(self) -> set[int]:
        """Memories that the person marked."""
        return set(self._archive.settings.get(PINNED, []))

    def pin_memory(self, id: int, pinned: bool) -> None:
        """Pinned memories stand first in lists; answers do not change. Raises NotFound."""
        self._need_writing()
        with translated_errors():
            self._archive.documents.row(id)
            now = self.pinned()
            there = {row.id for row in self._archive.documents.rows(sorted(now))}
            wanted = there | {id} if pinned else there - {id}
            self._archive.settings.set(PINNED, sorted(wanted))

    def correct_date(self, id: int, value: str) -> Remembered:
        """Say what day (or month, or year: "2021-04") a memory is of; "" for none. Its file does not change it again.

        Where the line above the passage says the old day, it says the new one, as an edit. Raises NotFound.
        """
        self._need_writing()
        value = value.strip()
        if value and not _is_date(value):
            raise NotFound("Write the date as 2021-04-12, 2021-04 or 2021.")
        with translated_errors():
            document = self._archive.documents.row(id)
            text = with_day(document, value)
            if text != document.text:
                self.edit_memory(id, text)
            return to_records.remembered(self._archive.documents.set_date(id, value or None, BY_PERSON))

    def edit_memory(self, id: int, text: str) -> None:
        """Replace a memory's text; the next question reads the new one."""
        self._need_writing()
        with translated_errors(), self._models.changing:
            answerer, bank = self._models.present()
            self._archive.documents.row(id)
            (encoding,) = answerer.encode([(id, text)])
            self._archive.documents.edit(
                id, text, text_hash(text), answerer.count_tokens(text), encoding, bank.fingerprint
            )

    def on_this_day(self, day: date | None = None, limit: int = 12) -> list[Remembered]:
        """What earlier years have of this day, the newest year first."""
        day = day or date.today()
        found = on_day(self._archive.store, f"{day:%m-%d}", day.year, limit)
        return [to_records.remembered(document) for document in found]

    def duplicates(self, limit: int = 20, offset: int = 0) -> list[list[Remembered]]:
        """Groups of memories that say the same, the one to keep first: edited by the person, pinned, or the oldest.

        Of the newest also those that differ in case, spaces and punctuation only.
        """
        with translated_errors():
            groups = same_words(self._archive.store, limit, offset)
            found = [self._archive.documents.rows(ids) for ids in groups]
            known = {document.id for group in found for document in group}
            if not offset:
                found += self._nearly_same(known)
        pinned = self.pinned()
        return [
            [to_records.remembered(document) for document in sorted(group, key=_worth(pinned))]
            for group in found[:limit]
            if len(group) > 1
        ]

    def _nearly_same(self, known: set[int]) -> list[list[Document]]:
        groups: dict[str, list[Document]] = {}
        for document in self._archive.documents.listed(limit=COMPARED):
            own = document.text[quoted_from(document.text, document.body_hash, document.edited) :]
            groups.setdefault(near_duplicate_key(own), []).append(document)
        return [group for group in groups.values() if len(group) > 1 and not {d.id for d in group} & known]


def with_day(document: Document, value: str) -> str:
    """The document's text with another day in the line that says what it belongs to, if that says its day."""
    begin = quoted_from(document.text, document.body_hash, document.edited)
    line, old = document.text[:begin], (document.date or "")[:10]
    if len(old) < 10 or old not in line or not value:
        return document.text
    return line.replace(old, value) + document.text[begin:]


def _is_date(value: str) -> bool:
    match = _DATE.fullmatch(value)
    if match is None:
        return False
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _worth(pinned: set[int]) -> Callable[[Document], tuple[bool, bool, str, int]]:
    """What sorts the one to keep first."""
    return lambda document: (
        not document.edited,
        document.id not in pinned,
        document.date or "~",
        document.id,
    )
