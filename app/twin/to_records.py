"""The archive's rows as the records that people see (`app.records`). Plain translation, nothing is looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from app.asking.days.meant import without_days
from app.asking.declining import doubtful, says_declined
from app.asking.language import Language
from app.asking.texts import say
from app.passages.quotation import quoted_from
from app.records import Evidence, FileStatus, ForgetReport, IngestReport, Message, Remembered, SourceStatus
from engine.answering.spans import locate
from storage import records
from storage.records import Document, File, Source

_IN_BRACKETS = re.compile(r"\s?\([^()]*\)$")


def evidence(document: Document, score: float, *, outdated: bool, read: bool) -> Evidence:
    return Evidence(
        document.id,
        document.path,
        document.title or None,
        document.place or None,
        document.date,
        document.text,
        score,
        outdated,
        read,
        document.date_source,
        document.edited,
        document.message_id is not None,
        quoted_from(document.text, document.body_hash, document.edited),
    )


def marked(evidence: Sequence[Evidence], answer: str) -> tuple[Evidence, ...]:
    """The same evidence, with where the answer's words stand in each passage; nowhere if it says that there is none."""
    if says_declined(answer):
        return tuple(evidence)
    words = without_days(answer)
    bare = _IN_BRACKETS.sub("", words)  # what says it in the question's language is in no passage
    spans = [locate(words, item.passage) or locate(bare, item.passage) or (None, None) for item in evidence]
    return tuple(
        replace(item, start=start, end=end) for item, (start, end) in zip(evidence, spans, strict=True)
    )


def remembered(document: Document) -> Remembered:
    return Remembered(
        document.id,
        document.text,
        document.title or None,
        document.author or None,
        document.date,
        document.place or None,
        document.path,
        document.tokens,
        document.created_at,
        document.edited,
        document.outdated,
        document.message_id is not None,
        document.date_source,
    )


def file_status(file: File) -> FileStatus:
    return FileStatus(
        file.path,
        file.state,
        file.reason,
        file.documents,
        file.tokens,
        file.first_known_at,
        file.updated_at,
        file.unread,
    )


def source_status(source: Source, counts: Mapping[str, int], partly: int) -> SourceStatus:
    return SourceStatus(
        source.id,
        source.path,
        source.kind,
        source.state,
        source.reason,
        source.added_at,
        dict(counts),
        source.retention_days,
        partly,
        source.pictures,
        tuple(source.ignore),
    )


def ingest_report(path: Path, files: Sequence[File], seconds: float) -> IngestReport:
    return IngestReport(
        path=str(path),
        files=len(files),
        documents=sum(file.documents for file in files),
        tokens=sum(file.tokens for file in files),
        seconds=seconds,
        skipped=tuple(file_status(file) for file in files if file.state == "skipped"),
        failed=tuple(file_status(file) for file in files if file.state == "failed"),
        partly=tuple(file_status(file) for file in files if file.state == "known" and file.unread),
    )


def forget_report(report: records.ForgetReport, *, files: int) -> ForgetReport:
    return ForgetReport(report.documents, files, report.seconds, report.also_in)


def message(
    kept: records.Message,
    documents: Mapping[int, Document],
    outdated: Callable[[Document], bool],
    language: Language = "en",
) -> Message:
    """A kept turn; evidence whose document is gone is left out. language: of its question."""
    cited = [
        evidence(documents[c.document_id], c.score, outdated=outdated(documents[c.document_id]), read=c.read)
        for c in sorted(kept.citations, key=lambda citation: citation.rank)
        if c.document_id in documents
    ]
    text = "(forgotten)" if kept.erased else kept.text
    doubt = not kept.erased and doubtful(kept.text, kept.agreement)
    shown = cited if kept.erased else marked(cited, kept.text)
    warning = say("unsure", language) if doubt else ""
    return Message(kept.role, text, tuple(shown), kept.created_at, doubt, warning)


def below(path: str, folder: Path) -> bool:
    """Whether a path is a folder (or file) itself or lies in it."""
    return Path(path) == folder or folder in Path(path).parents
