"""Going through the memory: by time, kind, folder and words; what would be forgotten; notes the person adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.errors import NotFound
from app.parsing.items import Block, Item
from app.passages.file_passages import to_draft
from app.passages.split import split
from app.records import ForgetPreview, MemoryFilter, Remembered
from app.twin import to_records
from app.twin.base import translated_errors
from app.twin.curating import PINNED
from app.twin.people import PeopleOf
from app.twin.recall import Recall
from storage.timeline import Wanted, citing_chats, folders, ids_of, listed, months, totals
from storage.versions import versions

# What people call a kind of file, and the ends of the names that it goes by.
KINDS: dict[str, tuple[str, ...]] = {
    "mail": (".eml", ".mbox", ".msg", ".emlx", ".mht", ".mhtml"),
    "document": (".pdf", ".docx", ".doc", ".odt", ".rtf", ".epub", ".pages", ".docm", ".dotx"),
    "note": (".md", ".txt", ".org", ".rst", ".enex", ".ipynb"),
    "table": (".csv", ".tsv", ".xlsx", ".xls", ".xlsb", ".ods", ".numbers"),
    "slides": (".pptx", ".ppt", ".odp", ".ppsx", ".key"),
    "web": (".html", ".htm", ".webarchive", ".url", ".webloc"),
    "chat or data": (".json", ".jsonl", ".xml", ".zip", ".yaml", ".yml"),
    "calendar or contact": (".ics", ".vcf"),
    "picture": (".jpg", ".jpeg", ".png", ".heic", ".webp", ".tif", ".tiff"),
}
ORDERS = ("", "learned", "longest")
MEANT = 50  # found by meaning: what follows has less and less to do with the question
# More matches of a search than anyone goes through.
MATCHES = 2000


class Reviewing(PeopleOf):
    def timeline(self, wanted: MemoryFilter) -> list[tuple[str, int]]:
        """("2021-04", memories) for each month that has any, the newest first; "" for those without a date."""
        return months(self._archive.store, self._to_rows(wanted))

    def review(self, wanted: MemoryFilter, limit: int = 50, offset: int = 0) -> list[Remembered]:
        """The memories that are wanted: by date, or the best match first where words are given."""
        rows = self._to_rows(wanted)
        ranked_by_words = bool(wanted.query.strip()) and not wanted.oldest and not wanted.order
        if rows.ids is None or not ranked_by_words:
            found = listed(
                self._archive.store,
                rows,
                oldest=wanted.oldest,
                limit=limit,
                offset=offset,
                order=wanted.order if wanted.order in ORDERS else "",
                first=sorted(self._archive.settings.get(PINNED, [])),
            )
            return [to_records.remembered(document) for document in found]
        left = set(ids_of(self._archive.store, rows))
        ranked = [id for id in rows.ids if id in left][offset : offset + limit]
        return [to_records.remembered(document) for document in self._archive.documents.rows(ranked)]

    def preview_forget(
        self, *, ids: Sequence[int] = (), path: str | None = None, wanted: MemoryFilter | None = None
    ) -> ForgetPreview:
        """What forgetting some memories, a whole file, or all that is wanted would erase. Raises NotFound."""
        if wanted is not None:
            ids = ids_of(self._archive.store, self._to_rows(wanted))
        elif path is not None:
            ids = ids_of(self._archive.store, Wanted(folder=path))
        found = self._archive.documents.rows(ids)
        if not found:
            raise NotFound("There is nothing to forget: no memory matches (any more).")
        files = len({document.path for document in found if document.path is not None})
        own_words = self._archive.people.said_of_the_forgotten(ids)
        people = tuple(self._archive.people.named_only_in(ids))
        chats = citing_chats(self._archive.store, ids)
        return ForgetPreview(tuple(ids), files, chats, own_words, people)

    def totals(self, wanted: MemoryFilter) -> tuple[int, int, int]:
        """Memories, files and tokens of all that is wanted."""
        return totals(self._archive.store, self._to_rows(wanted))

    def folders(self, limit: int = 40) -> list[tuple[str, int]]:
        """Folders that memories come from, with how many, the fullest first."""
        return folders(self._archive.store, limit)

    def versions(self, id: int) -> list[tuple[str, str]]:
        """(moment of the edit, text until then) of a memory that was edited, the newest first."""
        return versions(self._archive.store, id)

    def add_note(self, text: str, title: str = "") -> list[int]:
        """Remember something that is in no file; ids of the memories it makes. Raises NotFound for an empty one."""
        self._need_writing()
        if not text.strip():
            raise NotFound("The note is empty. Write what is to be remembered.")
        today = date.today().isoformat()
        item = Item(title.strip() or "Note", [Block(text.strip(), "", "paragraph")], date=today)
        with translated_errors(), self._models.changing:
            answerer, bank = self._models.present()
            passages = split(item, answerer.count_tokens, self.settings.max_tokens)
            ids = self._archive.commits.reserve_ids(len(passages))
            drafts = [
                replace(to_draft(passage, at), id=id)
                for at, (passage, id) in enumerate(zip(passages, ids, strict=True))
            ]
            encodings = answerer.encode([(draft.id, draft.text) for draft in drafts])
            self._archive.commits.commit_documents(
                None, add=drafts, encodings=encodings, bank=bank.fingerprint
            )
        return list(ids)

    def _ids_within(self, scope: MemoryFilter) -> list[int]:
        """All memories of a scope, whatever words it names."""
        return ids_of(self._archive.store, self._to_rows(replace(scope, query="")))

    def _to_rows(self, wanted: MemoryFilter) -> Wanted:
        ids: list[int] | None = None
        if wanted.query.strip() and wanted.meaning:
            ids = self._meant(wanted.query)
        elif wanted.query.strip():
            ids = [row.id for row in self._archive.documents.listed(wanted.query, limit=MATCHES)]
        if wanted.person:
            named = self._naming(wanted.person)
            ids = named if ids is None else [id for id in ids if id in set(named)]
        return Wanted(
            source_id=wanted.source_id,
            since=wanted.since or None,
            until=wanted.until or None,
            suffixes=KINDS.get(wanted.kind, ()),
            folder=wanted.folder or None,
            ids=ids,
            undated=wanted.undated,
        )

    def _meant(self, question: str) -> list[int]:
        """What a question leads to, the best first. Raises ModelMissing."""
        with translated_errors():
            answerer, bank = self._models.present()
            recall = Recall(self._archive, answerer, bank.snapshot(), 1, lambda: False)
            with self._models.asked():
                return [hit.document.id for hit in recall.search(question, MEANT)]

    def _naming(self, person: str) -> list[int]:
        """Memories that name somebody. Raises NotFound."""
        known = self.person(person)
        names = [known.name, *known.aliases]
        with translated_errors():
            said = {document.id for document in self._archive.documents.saying(names, MATCHES)}
            return sorted(said | set(self._archive.people.documents_naming(names)))
