"""The twin: one person's archive, its model and its watchers behind one facade for CLI, UI and APIs.

The model is loaded when it is first needed, so that looking things up costs no seconds. Each part of the facade is a module
beside this one; what the page and other programs use of it is in the protocols of `ui.web.twin` and `ui.doors.twin`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from app.errors import NotFound
from app.model import store
from app.model.allocator import bound_memory
from app.parsing.isolated import close_workers
from app.protection import key_at_hand
from app.records import (
    FileStatus,
    ForgetReport,
    Holding,
    IngestReport,
    Remembered,
    Status,
    VerifyReport,
)
from app.settings import Settings, save
from app.twin import to_records
from app.twin.access import Access
from app.twin.allow import allow_everything, allow_file, files_at
from app.twin.asking import Asking
from app.twin.base import translated_errors
from app.twin.chat_list import ChatList
from app.twin.curating import Curating
from app.twin.feedback import Judging
from app.twin.file_list import FileList
from app.twin.insights import Measuring
from app.twin.page_sessions import PageSessions
from app.twin.preferences import Preferences
from app.twin.protecting import Protecting
from app.twin.router import Routing
from app.twin.sources import Sources
from app.twin.summaries import Summaries
from app.twin.trash import Removing
from app.twin.viewing import Viewing
from app.upkeep import updates
from app.upkeep.redate import begin
from app.watching.scan import known_files
from storage import errors as storage_errors
from storage.archive import Archive
from storage.encryption.key import DataKey
from storage.growth import bytes_by_part
from storage.records import Source

if TYPE_CHECKING:
    from app.model.answerer import Answerer
    from storage.bank.bank import Bank


class Twin(
    Sources,
    FileList,
    Asking,
    ChatList,
    Summaries,
    Routing,
    Preferences,
    Protecting,
    Access,
    Viewing,
    Removing,
    Curating,
    Judging,
    Measuring,
):
    """Open it with `Twin.open`, close it with `close`. Safe to use from many threads."""

    def __init__(self, settings: Settings, archive: Archive, *, read_only: bool, why: str = "") -> None:
        super().__init__(settings, archive, read_only=read_only, why=why)
        self._closing = threading.Event()
        self.browsers = PageSessions(archive.settings)

    @classmethod
    def open(cls, settings: Settings, key: DataKey | None = None) -> Twin:
        """Open the archive of these settings; for reading only where another process has it, or where nothing can be
        written. Raises ArchiveProblem.

        key: of a protected archive; without it, the one that is at hand (`app.protection`).
        """
        bound_memory()
        key = key or key_at_hand(settings.home)
        with translated_errors():
            try:
                archive = Archive.open(settings.home, key=key)
                begin(archive)
                return cls(settings, archive, read_only=False)
            except storage_errors.ArchiveLocked:
                return cls(settings, Archive.open(settings.home, read_only=True, key=key), read_only=True)
            except storage_errors.ArchiveUnwritable as error:
                try:
                    archive = Archive.open(settings.home, read_only=True, key=key)
                except (storage_errors.ArchiveError, OSError, OperationalError):
                    raise error from None
                return cls(settings, archive, read_only=True, why=str(error))

    def close(self) -> None:
        """Cancel answers under way, stop learning, close the archive."""
        self._closing.set()
        self.stop()
        self._models.rest()
        close_workers()
        self._archive.close()

    # The model and its bank

    def _present(self) -> tuple[Answerer, Bank]:
        """The model that answers, and its bank. Raises ModelMissing, ModelUnusable, ArchiveProblem."""
        with translated_errors():
            return self._models.present()

    def use_model(self, name: str, report: Callable[[Status], None] = lambda status: None) -> None:
        """Answer with another model as soon as everything is encoded with it; the present one answers until then.

        Returns at once where the twin is running, else when it is done; `report` is called now and then. What was
        interrupted goes on at the next start. Raises ModelMissing, ModelUnusable: then nothing has changed.
        """
        self._need_writing()
        with translated_errors():
            self.settings = self._models.use(name)
            save(self.settings)
            if self._learning.running:
                self._learning.follow()
            else:
                self._learning.follow_now(lambda: report(self.status()))

    # Learning

    def start(self) -> None:
        """Watch the sources and learn in the background until `stop`. Raises ModelMissing, ArchiveProblem."""
        self._need_writing()
        with translated_errors():
            self._start_ranks()
            self._learning.start()

    def stop(self) -> None:
        """End watching and learning after what is under way; the rest stays queued."""
        self._learning.stop()
        self._stop_ranks()

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
        with translated_errors():
            self._learning.learn_now(path, source)
        files = [file for file in known_files(self._archive, source.id) if to_records.below(file.path, path)]
        return to_records.ingest_report(path, files, time.monotonic() - began)

    def _add(self, path: Path, kind: str) -> Source:
        with translated_errors():
            return self._archive.sources.add(path, kind=kind)

    def _source_of(self, path: Path) -> Source | None:
        return next(
            (
                source
                for source in self._archive.sources.rows()
                if to_records.below(str(path), Path(source.path))
            ),
            None,
        )

    # Memories

    def memories(
        self, query: str | None = None, source_id: int | None = None, limit: int = 50, offset: int = 0
    ) -> list[Remembered]:
        with translated_errors():
            rows = self._archive.documents.listed(query, source_id, limit, offset)
        return [to_records.remembered(document) for document in rows]

    def memory(self, id: int) -> Remembered:
        with translated_errors():
            return to_records.remembered(self._archive.documents.row(id))

    def forget(
        self, ids: Sequence[int] = (), path: str | Path | None = None, source_id: int | None = None
    ) -> ForgetReport:
        """Erase memories for good: text, vectors, quotations. A forgotten file is not read again."""
        self._need_writing()
        with translated_errors():
            if source_id is not None:
                return to_records.forget_report(self._archive.forgetting.forget_source(source_id), files=0)
            if path is not None:
                file = self._archive.files.by_path(Path(path).expanduser().absolute())
                if file is None:
                    raise NotFound(f"{path} is not in the memory. `doppel memory list` shows what is.")
                return to_records.forget_report(self._archive.forgetting.forget_file(file.id), files=1)
            return to_records.forget_report(self._archive.forgetting.forget(list(ids), known=True), files=0)

    def allow_again(self, path: Path | None = None) -> None:
        """Let in again what was forgotten: all that a file or the files of a folder say now, or, without a path, everything.

        It is read at once where a source holds it and Doppel is running, else at the next look. Raises NotFound.
        """
        self._need_writing()
        with translated_errors():
            if path is None:
                allow_everything(self._archive)
                self._learning.look()
                return
            path = Path(path).expanduser().absolute()
            if not path.exists():
                raise NotFound(f"{path} does not exist. Check the spelling.")
            source, reader = self._source_of(path), self._learning.reader()
            for file in files_at(path, source, self.settings.home):
                allow_file(self._archive, reader, file)
            if source is not None:
                self._learning.look(source)

    def verify_forgotten(self, needles: Sequence[str]) -> VerifyReport:
        """Search every file of the archive for texts that should be gone."""
        traces, holders = self._archive.forgetting.verify_apart(list(needles))
        files = sum(1 for path in self.settings.home.rglob("*") if path.is_file())
        alive = tuple(Holding(one.document_id, one.path, one.where) for one in holders)
        return VerifyReport(files, tuple(sorted({trace.path for trace in traces})), alive)

    # State

    def status(self, *, sizes: bool = True) -> Status:
        """Without `sizes`, tokens and bytes are not counted, which goes through all there is: for who looks often."""
        progress = self._learning.progress()
        change = self._models.change()
        return Status(
            running=self._learning.running,
            paused=self._learning.paused,
            model=store.answering(self.settings),
            model_ready=store.is_ready(self.settings),
            documents=self._archive.documents.count(),
            tokens=self._archive.documents.count_tokens() if sizes else 0,
            files=self._archive.files.counts(),
            current_file=(progress.current or None) if progress else None,
            tokens_per_second=progress.tokens_per_second if progress and progress.queued else None,
            seconds_left=progress.eta_seconds if progress and progress.queued else None,
            failures=tuple(
                to_records.file_status(file) for file in self._archive.files.rows(state="failed", limit=20)
            ),
            data_directory=str(self.settings.home),
            bytes_on_disk=sum(bytes_by_part(self.settings.home).values()) if sizes else None,
            change=replace(change, problem=self._learning.problem) if change else None,
            router=self.router(),
            partly=self._archive.files.count_partly_read(),
            better_model=store.better(self.settings),
            troubles=self.troubles(),
            newer_version=updates.newer(self._archive),
        )

    def file_status(self, path: str | Path) -> FileStatus:
        path = Path(path).expanduser().absolute()
        file = self._archive.files.by_path(path)
        if file is None:
            watched = self._source_of(path) is not None
            reason = (
                "not read yet, or left out by an ignore pattern" if watched else "no watched folder holds it"
            )
            return FileStatus(str(path), "unknown", reason)
        return to_records.file_status(file)
