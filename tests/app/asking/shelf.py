"""A memory of a few passages for strategies: search by shared words, reading by the first sentence that has them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.asking.memory import Cited, Evidenced, Known, OwnerOf, Progress, Said
from app.asking.topic import share, topic_words
from app.dates.best import date_period
from app.dates.spans import Period
from app.people.roles import same_roles
from engine.answering.refusal import DECLINED
from storage.records import Document
from storage.summaries import KeptSummary, Part, Request


def document(
    id: int,
    text: str,
    *,
    date: str | None = None,
    title: str = "",
    path: str = "/n/a.md",
    author: str = "",
    date_last: str | None = None,
    source: str = "header",
    message_id: int | None = None,
) -> Document:
    return Document(
        id=id,
        file_id=id,
        ordinal=0,
        text=text,
        content_hash="",
        title=title,
        author=author,
        date=date,
        place="",
        tokens=1,
        created_at="2025-01-01",
        edited=False,
        body_hash="",
        outdated=False,
        message_id=message_id,
        path=path,
        date_source=source,
        date_last=date_last,
    )


@dataclass
class Shelf:
    documents: Sequence[Document]
    stopped: bool = False
    asked: list[str] = field(default_factory=list)
    alone: list[tuple[int, ...]] = field(default_factory=list)
    shows_all: bool = False
    known: dict[str, Known] = field(default_factory=dict)
    found_always: list[int] = field(default_factory=list)
    abroad: list[int] = field(default_factory=list)
    whose: OwnerOf = field(default_factory=OwnerOf)
    most: int = 99
    aside: int = 0
    summaries: dict[Request, KeptSummary] = field(default_factory=dict)

    def search(self, question: str, limit: int, favoured: Collection[int] = ()) -> list[Cited]:
        topic = topic_words(question)
        ranked = [
            Cited(
                d,
                share(topic, f"{d.title} {d.text} {d.author}")
                + (d.id in favoured)
                + (d.id in self.found_always),
            )
            for d in self.documents
        ]
        return sorted((hit for hit in ranked if hit.score > 0), key=lambda hit: -hit.score)[:limit]

    def across(self, question: str, limit: int) -> list[Cited]:
        return [Cited(d, 1.0 - at / 100) for at, d in enumerate(self.documents) if d.id in self.abroad][
            :limit
        ]

    def dated(self, period: Period, limit: int) -> list[Document]:
        found = []
        for d in self.documents:
            first, last = date_period(d.date), date_period(d.date_last or d.date)
            if (
                first
                and last
                and d.date_source != "mtime"
                and first.first <= period.last
                and last.last >= period.first
            ):
                found.append(d)
        return sorted(found, key=lambda d: str(d.date))[:limit]

    def saying(self, phrases: Sequence[str], limit: int) -> list[Document]:
        return [
            d
            for d in self.documents
            if any(p.casefold() in f"{d.title} {d.text} {d.author}".casefold() for p in phrases)
        ]

    def authored(self, limit: int) -> list[Document]:
        return [d for d in self.documents if d.author]

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        self.asked.append(question)
        hits = self.search(question, 5, favoured)
        if only:
            self.alone.append(tuple(only))
            hits = [hit for hit in hits if hit.document.id in only]
        hits = [replace(hit, read=not at) for at, hit in enumerate(hits)]
        yield Evidenced(tuple(hits if self.shows_all else hits[:1]))
        best = re.split(r"(?<=[.!?])\s", hits[0].document.text) if hits else []
        words = topic_words(question)
        yield max(best, key=lambda sentence: share(words, sentence)) if best else DECLINED

    def person(self, name: str) -> Known | None:
        return self.known.get(name)

    def related(self, role: str) -> list[Known]:
        return [
            one
            for one in self.known.values()
            if any(k.kind == "relation" and k.value in same_roles(role) for k in one.kept)
        ]

    def owner(self) -> OwnerOf:
        return self.whose

    def reads_together(self) -> bool:
        return True

    def may_read_again(self) -> bool:
        return len(self.asked) + self.aside < self.most and not self.cancelled()

    def set_aside(self, readings: int) -> None:
        self.aside = readings

    def kept_summary(self, request: Request) -> KeptSummary | None:
        return self.summaries.get(request)

    def keep_summary(self, request: Request, parts: Mapping[int, Part], made_by: str) -> bool:
        kept = KeptSummary(1, request, len(parts), made_by, "2025-03-01T10:00:00+00:00", parts)
        self.summaries[request] = kept
        return True

    def cancelled(self) -> bool:
        return self.stopped


def run(events: Iterator[Said]) -> tuple[str, list[int], list[Progress]]:
    """The text, the cited documents and the progress that a strategy gave."""
    text, cited, progress = "", [], []
    for event in events:
        if isinstance(event, str):
            text += event
        elif isinstance(event, Evidenced):
            cited = [hit.document.id for hit in event.cited]
        else:
            progress.append(event)
    return text.strip(), cited, progress
