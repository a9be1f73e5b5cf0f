"""A memory where it stands: with what is before and behind it in its file, as the page or picture it comes from."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

from app.errors import NotFound, NotRead
from app.parsing.isolated import picture_isolated
from app.parsing.items import MB
from app.passages.file_passages import file_label
from app.passages.quotation import quoted_from
from app.twin import to_records
from app.twin.base import Opened, translated_errors
from app.viewing import folder
from app.viewing.changes import Change, changes, nearest
from app.viewing.facsimile import PAGED, PICTURES
from app.viewing.records import Facsimile, View, ViewedPassage
from storage.around import around
from storage.records import Document

PASSAGES = 8  # before and behind the one that is looked at
MOST_PASSAGES = 200
_COMPARABLE = 20 * MB
_PAGE = re.compile(r"\bpage (\d+)")


class Viewing(Opened):
    def view(self, id: int, passages: int = PASSAGES) -> View:
        """A memory with so many passages before and behind it in its file. Raises NotFound."""
        passages = max(1, min(passages, MOST_PASSAGES))
        with translated_errors():
            document = self._archive.documents.row(id)
            found = around(self._archive.store, document, passages + 1, passages + 1)
        at = next(index for index, other in enumerate(found) if other.id == id)
        shown = found[max(0, at - passages) : at + passages + 1]
        return View(
            to_records.remembered(document),
            kind_of(document),
            tuple(_viewed(other) for other in shown),
            at > passages,
            len(found) - at - 1 > passages,
            document.path is not None and Path(document.path).is_file(),
            page_of(document.place),
        )

    def facsimile(self, id: int, page: int | None = None, start: int = 0, end: int = 0) -> Facsimile:
        """The page of a PDF, or the picture, that a memory comes from, with it marked.

        page: another one of that file; start, end: words in the memory's text to be marked above all. Raises NotFound
        where the file cannot be shown.
        """
        with translated_errors():
            document = self._archive.documents.row(id)
        if document.path is None or Path(document.path).suffix.lower() not in PAGED | PICTURES:
            raise NotFound("This memory comes from neither a PDF nor a picture.")
        own = quoted_from(document.text, document.body_hash, document.edited)
        page = page if page is not None else page_of(document.place) or 1
        try:
            picture, pages = picture_isolated(
                Path(document.path),
                page,
                document.text[own:],
                document.text[start:end] if 0 <= start < end else "",
                seconds=self.settings.read_seconds,
                megabytes=self.settings.read_memory_mb,
            )
        except NotRead as error:
            raise NotFound(f"{document.path} cannot be shown: {error}.") from None
        return Facsimile(picture, min(max(page, 1), pages), pages)

    def changed_since(self, id: int) -> list[Change] | None:
        """What the file says now beside what is remembered of it; None where it says the same.

        Raises NotFound where the file is gone, or no longer says anything like it.
        """
        with translated_errors():
            document = self._archive.documents.row(id)
        if document.path is None:
            raise NotFound("This memory comes from no file.")
        path = Path(document.path)
        remembered = document.text[quoted_from(document.text, document.body_hash, document.edited) :]
        try:
            if path.stat().st_size > _COMPARABLE:
                raise NotFound(f"{path} is too large to be compared here. Open it in its program.")
            with translated_errors():
                reader = self._learning.reader()
            items = reader.read(path)
            parts = (reader.split(item, file_label(path)) for item in items)
            now = nearest(remembered, (passage.body for passage in chain.from_iterable(parts)))
        except OSError:
            raise NotFound(f"{path} is not there any more. What is remembered of it stays.") from None
        except NotRead as error:
            raise NotFound(f"{path} cannot be read now: {error}.") from None
        if now is None:
            raise NotFound("The file no longer says anything like this.")
        return None if now == remembered else changes(remembered, now)

    def show_in_folder(self, id: int) -> None:
        """Open the folder of a memory's file on this computer's desktop. Raises NotFound."""
        with translated_errors():
            document = self._archive.documents.row(id)
        if document.path is None:
            raise NotFound("This memory comes from no file.")
        folder.show(Path(document.path))


def page_of(place: str) -> int | None:
    """The first page that a place names."""
    found = _PAGE.search(place)
    return int(found[1]) if found else None


def kind_of(document: Document) -> str:
    """How a memory is shown: "page", "picture", "mail", "chat", "table" or "text"."""
    suffix = Path(document.path or "").suffix.lower()
    if suffix in PAGED:
        return "page"
    if suffix in PICTURES:
        return "picture"
    if suffix in (".eml", ".mbox", ".msg", ".emlx"):
        return "mail"
    if suffix in (".csv", ".tsv", ".xlsx", ".xls", ".xlsb", ".ods", ".numbers"):
        return "table"
    if document.date_source == "message" or document.message_id is not None:
        return "chat"
    return "text"


def _viewed(document: Document) -> ViewedPassage:
    own = quoted_from(document.text, document.body_hash, document.edited)
    return ViewedPassage(document.id, document.text[own:], own, document.place, document.edited)
