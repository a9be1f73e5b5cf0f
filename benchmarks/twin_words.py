"""The sample archive without a model: real parsing, splitting, dates and full text, vectors that say nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from app.asking.memory import Cited, Evidenced, Known, OwnerOf, Said
from app.dates.spans import Period
from app.parsing import read_file
from app.passages.file_passages import file_label, to_draft, with_best_date
from app.passages.split import split
from engine.answering.refusal import DECLINED
from storage.archive import Archive
from storage.records import Document
from storage.summaries import KeptSummary, Part, Request

BANK = "none"
LAYERS, HEADS, DIM = 1, 1, 8
FAVOUR = 8.0  # points of BM25


@dataclass(frozen=True)
class Nothing:
    """An encoding of one chunk that is the same for every document."""

    router_key: Tensor
    key: Tensor
    value: Tensor
    tokens: int


class Words:
    """An archive as a memory for strategies, searched by words alone; it reads nothing."""

    def __init__(self, archive: Archive) -> None:
        self._documents = archive.documents
        self.stopped = False

    def search(self, question: str, limit: int, favoured: Collection[int] = ()) -> list[Cited]:
        hits = self._documents.search(question, 100)
        ranked = sorted(hits, key=lambda hit: -(hit[1] + FAVOUR * (hit[0] in favoured)))[:limit]
        found = {document.id: document for document in self._documents.rows([id for id, _ in ranked])}
        return [Cited(found[id], score) for id, score in ranked]

    def across(self, question: str, limit: int) -> list[Cited]:
        return []

    def dated(self, period: Period, limit: int) -> list[Document]:
        return self._documents.dated(period.first.isoformat(), period.last.isoformat(), limit)

    def saying(self, phrases: Sequence[str], limit: int) -> list[Document]:
        return self._documents.saying(phrases, limit)

    def authored(self, limit: int) -> list[Document]:
        return self._documents.authored(limit)

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        yield Evidenced(tuple(self.search(question, 5, favoured)))
        yield DECLINED

    def person(self, name: str) -> Known | None:
        return None

    def related(self, role: str) -> list[Known]:
        return []

    def owner(self) -> OwnerOf:
        return OwnerOf()

    def every(self) -> list[Document]:
        """All passages."""
        return self._documents.listed(limit=100_000)

    def reads_together(self) -> bool:
        return True

    def may_read_again(self) -> bool:
        return not self.cancelled()

    def set_aside(self, readings: int) -> None:
        pass

    def kept_summary(self, request: Request) -> KeptSummary | None:
        return None

    def keep_summary(self, request: Request, parts: Mapping[int, Part], made_by: str) -> bool:
        return False

    def cancelled(self) -> bool:
        return self.stopped


@contextmanager
def open_words(folder: Path) -> Iterator[Words]:
    one = torch.ones(LAYERS, 1, HEADS, DIM)
    with (
        tempfile.TemporaryDirectory(prefix="doppel-words-") as home,
        Archive.open(Path(home) / "data") as archive,
    ):
        archive.banks.open(BANK, LAYERS, HEADS, DIM)
        source = archive.sources.add(folder, kind="folder")
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            status = path.stat()
            file = archive.files.upsert(source.id, path, status.st_size, status.st_mtime_ns)
            passages = [p for item in read_file(path) for p in split(item, _tokens, label=file_label(path))]
            ids = archive.commits.reserve_ids(len(passages))
            drafts = [
                replace(with_best_date(to_draft(passage, at), passage, file), id=id)
                for at, (passage, id) in enumerate(zip(passages, ids, strict=True))
            ]
            encodings = [Nothing(one, one, one, draft.tokens) for draft in drafts]
            archive.commits.commit_documents(file.id, add=drafts, encodings=encodings, bank=BANK)
        yield Words(archive)


def _tokens(text: str) -> int:
    return len(text) // 3 + 1
