"""The memory that strategies ask: the model's search and reading over one snapshot, and the archive's rows.

What documents were looked into is noted on the way, whether or not the answer cites them.
"""

from __future__ import annotations

import logging
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from app.asking.everyday.abroad import meanings_abroad
from app.asking.language import language_of
from app.asking.memory import Cited, Evidenced, Known, OwnerOf, Said
from app.dates.spans import Period
from app.people.owner import profile
from app.twin.scope import inside
from engine.retrieval.names import names
from storage.archive import Archive
from storage.errors import ArchiveError
from storage.records import Document
from storage.summaries import KeptSummary, Part, Request

if TYPE_CHECKING:
    from app.model.answerer import Answerer, Hit, Library
    from engine.answering.reader import Kept
    from engine.memory import Memory as Encoded

log = logging.getLogger(__name__)

CANDIDATES = 2048
SAID_ONCE = 1.4  # times its rarity, what BM25 gives a word that a passage says once or twice
_LATIN = re.compile(
    r"[A-Za-zÀ-ÿ]{2,}(?: [A-Za-zÀ-ÿ]{2,})*"
)  # in Chinese, whose characters are no names to go by
READINGS = 6  # of one question, its second looks among them: nobody waits for all that might be tried


class Recall:
    """One question's view of the archive; implements `app.asking.memory.Memory`."""

    def __init__(
        self,
        archive: Archive,
        answerer: Answerer,
        encoded: Encoded,
        rounds: int,
        cancelled: Callable[[], bool],
        person: Callable[[str], Known | None] = lambda name: None,
        related: Callable[[str], list[Known]] = lambda role: [],
        scope: frozenset[int] | None = None,
        keeps: bool = True,
    ) -> None:
        """scope: the only documents that may be looked into; None: all. keeps: summaries are kept."""
        self._archive = archive
        self._answerer = answerer
        self._encoded = encoded
        self._rounds = rounds
        self._lowered = archive.documents.saved_from_chats()
        self.cancelled = cancelled
        self._scope = scope
        self._keeps = keeps
        self.related = cache(related)
        self.person = cache(person)  # one question asks for the same names again and again
        self.looked_into: set[int] = set()
        self._readings = self._aside = 0
        self._alone: Kept = {}

    def search(self, question: str, limit: int, favoured: Collection[int] = ()) -> list[Cited]:
        hits = self._answerer.search(
            self._encoded, question, self._library(favoured), rounds=self._rounds, limit=limit
        )
        return self._cited(hits, len(hits))

    def across(self, question: str, limit: int) -> list[Cited]:
        library = replace(self._library(()), lexical=self._meant)
        hits = self._answerer.search(self._encoded, question, library, limit=limit)
        return self._cited(hits, len(hits))

    def dated(self, period: Period, limit: int) -> list[Document]:
        first, last = period.first.isoformat(), period.last.isoformat()
        return self._noted(
            inside(self._archive.documents.dated(first, last, self._wide(limit)), self._scope, limit)
        )

    def saying(self, phrases: Sequence[str], limit: int) -> list[Document]:
        found = self._archive.documents.saying(phrases, self._wide(limit))
        return self._noted(inside(found, self._scope, limit))

    def authored(self, limit: int) -> list[Document]:
        found = self._archive.documents.authored(self._wide(limit))
        return self._noted(inside(found, self._scope, limit))

    def _wide(self, limit: int) -> int:
        """How many to fetch, so that what lies outside the scope takes no place of what lies inside."""
        return limit if self._scope is None else max(limit, CANDIDATES)

    def owner(self) -> OwnerOf:
        kept = profile(self._archive)
        return OwnerOf(kept.name, kept.voice)

    def reads_together(self) -> bool:
        return self._answerer.reads_together

    def may_read_again(self) -> bool:
        return self._readings + self._aside < READINGS and not self.cancelled()

    def set_aside(self, readings: int) -> None:
        self._aside = readings

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        if not self._read_already(question, only):
            self._readings += 1
        for event in self._answerer.ask(
            self._encoded,
            question,
            self._library(favoured),
            rounds=self._rounds,
            cancelled=self.cancelled,
            only=only,
            kept=self._alone,
        ):
            if isinstance(event, str):
                yield event
            else:
                yield Evidenced(tuple(self._cited(event.hits, event.read)), event.agreement)

    def _read_already(self, question: str, only: Sequence[int]) -> bool:
        """Whether it is one passage that was read alone on the way to this question's answer: nobody waits for it again."""
        return len(only) == 1 and (question, self._texts(only)[0]) in self._alone

    def kept_summary(self, request: Request) -> KeptSummary | None:
        return self._archive.summaries.of(request) if self._scope is None else None

    def keep_summary(self, request: Request, parts: Mapping[int, Part], made_by: str) -> bool:
        if not self._keeps or self._scope is not None or self._archive.read_only:
            return False
        try:
            return self._archive.summaries.keep(request, parts, made_by) is not None
        except (ArchiveError, OSError, SQLAlchemyError) as error:  # the summary is worth more than its record
            log.warning("a summary could not be kept: %s", type(error).__name__)
            return False

    def _library(self, favoured: Collection[int]) -> Library:
        from app.model.answerer import Library

        documents = self._archive.documents
        return Library(
            self._texts,
            self._origins,
            self._lexical,
            documents.search_names,
            documents.search_mentions,
            favoured,
            self._lowered,
        )

    def _meant(self, question: str) -> list[tuple[int, float]]:
        """Documents by what of a question can be told in other languages, rare things before common ones: of a dozen words
        that mean one thing, one says it."""
        among = len(self._scope) if self._scope is not None else self._archive.documents.count()
        scores: Counter[int] = Counter()
        for words in meant(question):
            found = self._lexical(" ".join(words))
            rare = math.log((among + 1) / (len(found) + 0.5))
            scores.update({number: SAID_ONCE * max(rare, 0.0) for number, _ in found})
        return list(scores.items())

    def _lexical(self, text: str) -> list[tuple[int, float]]:
        ids = sorted(self._scope) if self._scope is not None else None
        return self._archive.documents.search(text, limit=CANDIDATES, ids=ids) if text else []

    def _texts(self, ids: Sequence[int]) -> list[str | None]:
        found = {document.id: document.text for document in self._archive.documents.rows(ids)}
        self.looked_into.update(ids)
        return [found.get(id) for id in ids]

    def _origins(self, ids: Sequence[int]) -> list[str | None]:
        found = {document.id: document.path for document in self._archive.documents.rows(ids)}
        return [found.get(id) for id in ids]

    def _cited(self, hits: Sequence[Hit], read: int | None) -> list[Cited]:
        found = {d.id: d for d in self._archive.documents.rows([hit.document_id for hit in hits])}
        cited = [
            Cited(found[hit.document_id], hit.score, read is None or at < read)
            for at, hit in enumerate(hits)
            if hit.document_id in found
        ]
        self._noted([hit.document for hit in cited])
        return cited

    def _noted(self, documents: list[Document]) -> list[Document]:
        self.looked_into.update(document.id for document in documents)
        return documents


def meant(question: str) -> list[tuple[str, ...]]:
    """The words of a question as other languages have them: names and numbers, and for each everyday word those that mean
    it."""
    language = language_of(question)
    same = _LATIN.findall(question) if language == "zh" else names(question)
    same += re.findall(r"\d+", question)
    return [*((word,) for word in same), *meanings_abroad(question, language)]


def proven(evidence: Evidenced, declined: bool) -> Evidenced:
    """Evidence of an answer that declines proves nothing: none of it counts as read."""
    if not declined:
        return evidence
    return replace(evidence, cited=tuple(replace(hit, read=False) for hit in evidence.cited))
