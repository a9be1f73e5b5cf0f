"""The twin: one person's archive, its model and its watchers behind one facade for CLI, UI and APIs.

The model is loaded when it is first needed, so that looking things up costs no seconds. Where another process has the
archive open (`doppel run`), it is opened for reading: asking and looking up work, changing says who holds it.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app import models, view
from app.answer import (
    Answer,
    Chat,
    Done,
    Event,
    Evidence,
    FileStatus,
    ForgetReport,
    IngestReport,
    Message,
    Remembered,
    Retrieved,
    SourceStatus,
    Status,
    Token,
    VerifyReport,
)
from app.errors import ArchiveProblem, EmptyMemory, NotFound, QuestionTooLong
from app.intake import text_hash
from app.learning import Learning
from app.minds import Minds
from app.reading.isolated import close_workers
from app.settings import Settings, save
from engine.words import DECLINED
from storage import errors as storage_errors
from storage.archive import Archive
from storage.records import Citation, Document, Source

if TYPE_CHECKING:
    from app.mind import Hit, Mind
    from storage.bank import Bank

log = logging.getLogger(__name__)

CANDIDATES = 2048


@contextmanager
def _spoken() -> Iterator[None]:
    """The archive's own errors as errors for a person."""
    try:
        yield
    except storage_errors.NotFound as error:
        raise NotFound(str(error)) from None
    except storage_errors.ArchiveError as error:
        raise ArchiveProblem(str(error)) from None


class Twin:
    """Open it with `Twin.open`, close it with `close`. Safe to use from many threads."""

    def __init__(self, settings: Settings, archive: Archive, *, read_only: bool) -> None:
        self.settings = settings
        self.read_only = read_only
        self._archive = archive
        self._closing = threading.Event()
        self._minds = Minds(archive, settings)
        self._learning = Learning(archive, settings, self._minds)

    @classmethod
    def open(cls, settings: Settings) -> Twin:
        """Open the archive of these settings; for reading only where another process has it. Raises ArchiveProblem."""
        with _spoken():
            try:
                return cls(settings, Archive.open(settings.home), read_only=False)
            except storage_errors.ArchiveLocked:
                return cls(settings, Archive.open(settings.home, read_only=True), read_only=True)

    def close(self) -> None:
        """Cancel answers under way, stop learning, close the archive."""
        self._closing.set()
        self.stop()
        self._minds.rest()
        close_workers()
        self._archive.close()

    # The model and its bank

    def _minded(self) -> tuple[Mind, Bank]:
        """The model that answers, and its bank. Raises ModelMissing, ModelUnusable, ArchiveProblem."""
        with _spoken():
            return self._minds.present()

    def use_model(self, name: str, report: Callable[[Status], None] = lambda status: None) -> None:
        """Answer with another model as soon as everything is encoded with it; the present one answers until then.

        Returns at once where the twin is running, else when it is done; `report` is called now and then. What was
        interrupted goes on at the next start. Raises ModelMissing, ModelUnusable: then nothing has changed.
        """
        self._need_writing()
        with _spoken():
            self.settings = self._minds.use(name)
            save(self.settings)
            if self._learning.running:
                self._learning.follow()
            else:
                self._learning.follow_now(lambda: report(self.status()))

    # Learning

    def start(self) -> None:
        """Watch the sources and learn in the background until `stop`. Raises ModelMissing, ArchiveProblem."""
        self._need_writing()
        with _spoken():
            self._learning.start()

    def stop(self) -> None:
        """End watching and learning after what is under way; the rest stays queued."""
        self._learning.stop()

    def pause(self) -> None:
        self._learning.pause()

    def resume(self) -> None:
        self._learning.resume()

    def wait_until_known(self, timeout: float) -> bool:
        """Wait until everything noticed so far is known or recorded as unreadable; False on time-out."""
        return self._learning.wait_until_known(timeout)

    def ingest(self, path: Path) -> IngestReport:
        """Read a folder or file now, without watching it; returns when all of it is known or recorded."""
        self._need_writing()
        began = time.monotonic()
        path = Path(path).absolute()
        if not path.exists():
            raise NotFound(f"{path} does not exist. Check the spelling.")
        source = self._source_of(path) or self._add(path, kind="once")
        with _spoken():
            self._learning.learn_now(path, source)
        files = [file for file in self._files_of(source) if view.below(file.path, path)]
        return view.ingest_report(path, files, time.monotonic() - began)

    # Sources

    def add_source(
        self,
        path: Path,
        *,
        ignore: Sequence[str] = (),
        polling: bool = False,
        retention_days: int | None = None,
    ) -> SourceStatus:
        self._need_writing()
        path = Path(path).expanduser().absolute()
        if not path.exists():
            raise NotFound(f"{path} does not exist. Check the spelling, or plug the disk in.")
        known = next((source for source in self._archive.sources() if Path(source.path) == path), None)
        with _spoken():
            source = known or self._archive.add_source(
                path,
                kind="folder" if path.is_dir() else "file",
                ignore=ignore,
                polling=polling,
                retention_days=retention_days,
            )
        self._learning.rescan(source)
        return view.source_status(source, self._archive.counts(source.id))

    def _add(self, path: Path, kind: str) -> Source:
        with _spoken():
            return self._archive.add_source(path, kind=kind)

    def _source_of(self, path: Path) -> Source | None:
        return next(
            (source for source in self._archive.sources() if view.below(str(path), Path(source.path))), None
        )

    def sources(self) -> list[SourceStatus]:
        return [
            view.source_status(source, self._archive.counts(source.id)) for source in self._archive.sources()
        ]

    def remove_source(self, id: int, forget: bool = False) -> None:
        """Stop watching a source and drop what came from it; with `forget` nothing of it stays on disk."""
        self._need_writing()
        with _spoken():
            if forget:
                self._archive.forget_source(id)
            else:
                self._archive.remove_source(id)

    # Asking

    def ask(
        self, question: str, *, chat_id: int | None = None, cancel: threading.Event | None = None
    ) -> Iterator[Event]:
        """Answer a question: what was found, the answer as it is written, the finished answer.

        Raises EmptyMemory, QuestionTooLong, ModelMissing, NotFound for an unknown chat.
        """
        began = time.monotonic()
        question = question.strip()
        if not question:
            raise QuestionTooLong("The question is empty. Ask something.")
        if not self._archive.count_documents():
            raise EmptyMemory("Nothing is remembered yet. Add a folder: doppel sources add PATH")
        mind, bank = self._minded()
        mind.check(question)
        memory = bank.snapshot()
        if not len(memory):
            raise EmptyMemory("Nothing is encoded yet. Wait until the first files are known: doppel status")
        evidence: tuple[Evidence, ...] = ()
        text, first = "", None
        with self._minds.asked():
            for event in mind.ask(
                memory,
                question,
                self._texts,
                self._origins,
                partial(self._archive.search_text, limit=CANDIDATES),
                self._archive.search_names,
                rounds=self.settings.rounds,
                cancelled=lambda: self._closing.is_set() or (cancel is not None and cancel.is_set()),
            ):
                if isinstance(event, str):
                    first = first if first is not None else time.monotonic() - began
                    text += event
                    yield Token(event)
                else:
                    evidence = self._evidence(event.hits)
                    yield Retrieved(evidence)
        text = text.strip()
        declined = not text or text.startswith(DECLINED)
        chat = self._keep(question, text, evidence, chat_id)
        yield Done(Answer(text or DECLINED, evidence, declined, first, time.monotonic() - began, chat))

    def _keep(
        self, question: str, text: str, evidence: Sequence[Evidence], chat_id: int | None
    ) -> int | None:
        """Save a turn; conversations are never read back as memories."""
        if self.read_only:
            return None
        with _spoken():
            chat = chat_id if chat_id is not None else self._archive.create_chat(question[:80])
            self._archive.add_message(chat, "user", question)
            citations = [
                Citation(item.document_id, item.passage, item.score, rank)
                for rank, item in enumerate(evidence, start=1)
            ]
            self._archive.add_message(chat, "assistant", text, citations)
        return chat

    def _texts(self, ids: Sequence[int]) -> list[str | None]:
        found = {document.id: document.text for document in self._archive.documents(ids)}
        return [found.get(id) for id in ids]

    def _origins(self, ids: Sequence[int]) -> list[str | None]:
        found = {document.id: document.path for document in self._archive.documents(ids)}
        return [found.get(id) for id in ids]

    def _evidence(self, hits: Sequence[Hit]) -> tuple[Evidence, ...]:
        found = {
            document.id: document for document in self._archive.documents([hit.document_id for hit in hits])
        }
        return tuple(
            view.evidence(document, hit.score, outdated=self._outdated(document))
            for hit in hits
            if (document := found.get(hit.document_id)) is not None
        )

    def _outdated(self, document: Document) -> bool:
        """Whether the file of a passage is gone or no longer what was read."""
        if document.path is None or document.edited:
            return False
        known = self._archive.file_by_path(Path(document.path))
        try:
            now = os.stat(document.path)
        except OSError:
            return True
        return (
            known is None
            or (known.size, known.mtime_ns) != (now.st_size, now.st_mtime_ns)
            or known.state != "known"
        )

    # Memories

    def memories(
        self, query: str | None = None, source_id: int | None = None, limit: int = 50, offset: int = 0
    ) -> list[Remembered]:
        rows = self._archive.list_documents(query, source_id, limit, offset)
        return [view.remembered(document) for document in rows]

    def memory(self, id: int) -> Remembered:
        with _spoken():
            return view.remembered(self._archive.document(id))

    def edit_memory(self, id: int, text: str) -> None:
        """Replace a memory's text; the next question reads the new one."""
        self._need_writing()
        with _spoken(), self._minds.changing:
            mind, bank = self._minds.present()
            self._archive.document(id)
            (encoding,) = mind.encode([(id, text)])
            self._archive.edit_document(
                id, text, text_hash(text), mind.count_tokens(text), encoding, bank.fingerprint
            )

    def forget(
        self, ids: Sequence[int] = (), path: str | Path | None = None, source_id: int | None = None
    ) -> ForgetReport:
        """Erase memories for good: text, vectors, quotations. A forgotten file is not read again."""
        self._need_writing()
        with _spoken():
            if source_id is not None:
                return view.forget_report(self._archive.forget_source(source_id), files=0)
            if path is not None:
                file = self._archive.file_by_path(Path(path).expanduser().absolute())
                if file is None:
                    raise NotFound(f"{path} is not in the memory. `doppel memory list` shows what is.")
                return view.forget_report(self._archive.forget_file(file.id), files=1)
            for id in ids:
                self._archive.document(id)
            return view.forget_report(self._archive.forget(list(ids)), files=0)

    def verify_forgotten(self, needles: Sequence[str]) -> VerifyReport:
        """Search every file of the archive for texts that should be gone."""
        traces = self._archive.verify_forgotten(list(needles))
        files = sum(1 for path in self.settings.home.rglob("*") if path.is_file())
        return VerifyReport(files, tuple(sorted({trace.path for trace in traces})))

    # State

    def status(self) -> Status:
        progress = self._learning.progress()
        change = self._minds.change()
        return Status(
            running=self._learning.running,
            paused=self._learning.paused,
            model=self.settings.model,
            model_ready=models.is_ready(self.settings),
            documents=self._archive.count_documents(),
            tokens=self._archive.count_tokens(),
            files=self._archive.counts(),
            current_file=(progress.current or None) if progress else None,
            tokens_per_second=progress.tokens_per_second if progress and progress.queued else None,
            failures=tuple(view.file_status(file) for file in self._archive.files(state="failed", limit=20)),
            data_directory=str(self.settings.home),
            bytes_on_disk=sum(p.stat().st_size for p in self.settings.home.rglob("*") if p.is_file()),
            change=replace(change, problem=self._learning.problem) if change else None,
        )

    def file_status(self, path: str | Path) -> FileStatus:
        path = Path(path).expanduser().absolute()
        file = self._archive.file_by_path(path)
        if file is None:
            watched = self._source_of(path) is not None
            reason = (
                "not read yet, or left out by an ignore pattern" if watched else "no watched folder holds it"
            )
            return FileStatus(str(path), "unknown", reason)
        return view.file_status(file)

    def _files_of(self, source: Source) -> Iterator[view.File]:
        offset = 0
        while page := self._archive.files(source_id=source.id, limit=1000, offset=offset):
            yield from page
            offset += len(page)

    # Chats

    def chats(self) -> list[Chat]:
        return [Chat(chat.id, chat.title, chat.created_at) for chat in self._archive.chats()]

    def messages(self, chat_id: int) -> list[Message]:
        with _spoken():
            kept = self._archive.messages(chat_id)
        ids = [citation.document_id for message in kept for citation in message.citations]
        found = {document.id: document for document in self._archive.documents(ids)}
        return [view.message(message, found, self._outdated) for message in kept]

    def delete_chat(self, chat_id: int) -> None:
        self._need_writing()
        with _spoken():
            self._archive.delete_chat(chat_id)

    def _need_writing(self) -> None:
        if self.read_only:
            raise ArchiveProblem(
                f"Doppel is running on {self.settings.home} already: do this on its page, or stop it first (Ctrl-C)."
            )
