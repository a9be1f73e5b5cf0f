"""The twin's sources: what is watched, for how long it is remembered, and the standing jobs that look after it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.errors import DoppelError, NotFound
from app.records import Digest, SourceStatus
from app.twin import to_records
from app.twin.base import Opened, translated_errors
from app.upkeep.jobs import digested, digests, partly_read
from app.upkeep.records import JobStatus
from app.upkeep.times import Times
from app.watching import inbox, roots
from app.watching.ignore import Ignore
from app.watching.tree import is_own, same_place
from storage.records import PICTURES, Source

LONGEST_TERM = 36_500  # days


class Sources(Opened):
    def add_source(
        self,
        path: Path,
        *,
        ignore: Sequence[str] = (),
        polling: bool = False,
        retention_days: int | None = None,
        pictures: str | None = None,
    ) -> SourceStatus:
        """Watch a folder or file; what it holds is forgotten `retention_days` after it last changed, None: never.

        pictures: "none", "text" (what is written on them, if nothing is said) or "all" (photos without text, too).
        A source that is watched already, also by another name or link, keeps the options that are not given.
        """
        self._check_term(retention_days)
        self._check_pictures(pictures or "text")
        check_patterns(ignore)
        self._need_writing()
        path = Path(path).expanduser().absolute()
        if not path.exists():
            raise NotFound(f"{path} does not exist. Check the spelling, or plug the disk in.")
        if is_own(path, self.settings.home):
            raise DoppelError(f"{path} is in Doppel's own folder, which it never reads. Choose another one.")
        known = next((row for row in self._archive.sources.rows() if same_place(Path(row.path), path)), None)
        if known is not None:
            path = Path(known.path)
        with translated_errors():
            if known is None or known.kind == "once":
                source = self._archive.sources.add(
                    path,
                    kind="folder" if path.is_dir() else "file",
                    ignore=ignore,
                    polling=polling,
                    retention_days=retention_days,
                    pictures=pictures or "text",
                )
            else:
                source = known
                if retention_days is not None:
                    source = self._archive.sources.set_retention(known.id, retention_days)
                if pictures is not None:
                    source = self._archive.sources.set_pictures(known.id, pictures)
                if ignore:
                    source = self._archive.sources.set_ignore(known.id, ignore)
        self._learning.rescan(source)
        return self._status_of(source)

    def sources(self) -> list[SourceStatus]:
        return [self._status_of(source) for source in self._archive.sources.rows()]

    def remove_source(self, id: int, forget: bool = False) -> None:
        """Stop watching a source and drop what came from it; with `forget` nothing of it stays on disk."""
        self._need_writing()
        with translated_errors():
            removed = Path(self._archive.sources.row(id).path)
            if forget:
                self._archive.forgetting.forget_source(id)
            else:
                self._archive.sources.remove(id)
            # What it held may lie in another source, too.
            for other in self._archive.sources.rows():
                if not forget and (
                    Path(other.path) in removed.parents or removed in Path(other.path).parents
                ):
                    self._learning.rescan(other)

    def set_retention(self, id: int, days: int | None) -> SourceStatus:
        """Forget a source's files so many days after they were learned and last changed; None: keep them for ever.

        What is too old by then goes at the next run of the job "retention".
        """
        self._need_writing()
        self._check_term(days)
        with translated_errors():
            return self._status_of(self._archive.sources.set_retention(id, days))

    def set_pictures(self, id: int, pictures: str) -> SourceStatus:
        """What is read of a source's pictures and scans: "none", "text" or "all" (see `add_source`). Its files are read
        again, and what is known stays as it is.
        """
        self._need_writing()
        self._check_pictures(pictures)
        with translated_errors():
            source = self._archive.sources.set_pictures(id, pictures)
            self._learning.look(source)
            return self._status_of(source)

    def set_ignore(self, id: int, patterns: Sequence[str]) -> SourceStatus:
        """What of a source is left out, as in .gitignore. What was known of it and is left out now is dropped."""
        check_patterns(patterns)
        self._need_writing()
        with translated_errors():
            source = self._archive.sources.set_ignore(id, patterns)
        self._learning.rescan(source)
        return self._status_of(source)

    def inbox(self) -> Path:
        """The folder for files that are dropped on the page, watched from now on."""
        folder = inbox.folder()
        if not any(same_place(Path(row.path), folder) for row in self._archive.sources.rows()):
            folder.mkdir(mode=0o700, exist_ok=True)
            self.add_source(folder)
        return folder

    def accept_source(self, id: int) -> SourceStatus:
        """Take a source's folder as it is now for the right one: files that are not in it any more are dropped.

        For a source that is "missing" because its folder is empty or another one than before.
        """
        self._need_writing()
        with translated_errors():
            source = self._archive.sources.row(id)
            try:
                roots.accept(self._archive, source)
            except OSError:
                raise NotFound(
                    f"{source.path} cannot be reached. Create the folder or connect the disk first; "
                    f"to give it up: doppel sources remove {id}"
                ) from None
            source = self._archive.sources.set_state(id, "active")
            self._learning.look(source)
            return self._status_of(self._archive.sources.row(id))

    def jobs(self) -> list[JobStatus]:
        """What Doppel does by itself now and then."""
        return self._learning.schedule.jobs()

    def switch_job(self, name: str, on: bool) -> JobStatus:
        """Switch a standing job on or off, for good. Raises NotFound."""
        self._need_writing()
        self._need_job(name)
        return self._learning.schedule.switch(name, on)

    def set_job_times(self, name: str, *, every: int = 0, at: str = "", day: str = "") -> JobStatus:
        """Run a standing job every so many minutes, or `at` a time of day, on `day` or each.

        Raises NotFound, SettingsError.
        """
        self._need_writing()
        self._need_job(name)
        return self._learning.schedule.set_times(name, Times(every, at, day))

    def run_job(self, name: str) -> JobStatus:
        """Run a standing job now; returns when it is done. Raises NotFound."""
        self._need_writing()
        self._need_job(name)
        with translated_errors():
            return self._learning.schedule.run(name)

    def digests(self, limit: int = 7) -> list[Digest]:
        """What was learned on the last days, the newest first."""
        return [
            Digest(
                day.day,
                day.documents,
                tuple(map(to_records.remembered, digested(self._archive, day))),
                tuple(map(to_records.file_status, partly_read(self._archive, day))),
            )
            for day in digests(self._archive)[:limit]
        ]

    @staticmethod
    def _check_term(days: int | None) -> None:
        if days is not None and not 1 <= days <= LONGEST_TERM:
            raise DoppelError(
                f"A source is kept for 1 to {LONGEST_TERM} days, or for ever. Choose such a number."
            )

    @staticmethod
    def _check_pictures(pictures: str) -> None:
        if pictures not in PICTURES:
            raise DoppelError(
                f"Of pictures Doppel reads {', '.join(PICTURES)}, not {pictures!r}. Choose one of them."
            )

    def _need_job(self, name: str) -> None:
        names = [job.name for job in self.jobs()]
        if name not in names:
            raise NotFound(f"There is no job {name}. There are: {', '.join(names)}.")

    def _status_of(self, source: Source) -> SourceStatus:
        return to_records.source_status(
            source,
            self._archive.files.counts(source.id),
            self._archive.files.count_partly_read(source.id),
        )


def check_patterns(patterns: Sequence[str]) -> None:
    """Raises DoppelError for what is no pattern of .gitignore."""
    for pattern in patterns:
        try:
            Ignore([pattern])
        except ValueError:
            raise DoppelError(f"“{pattern}” is no pattern as in .gitignore. Correct or remove it.") from None
