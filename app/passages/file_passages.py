"""From a queued file to the passages that are new in it: the reading half of ingestion.

* What a passage is known by is the hash of its text: of a changed file only new passages go on to be encoded,
  and the others keep their document and get their new position. A passage that a file repeats is kept once.
* The quoted tail of a mail is read only where the mail it quotes is not known (`quoted`).
* A memory that the person edited stands in for the passage it corrected, for as long as the file has that
  passage, under whatever name and heading. When the file changes the passage itself, both are kept: the file's
  new words, and the edit, marked as outdated. It goes when the person forgets it, or with its file.
* Passages leave here one at a time, while the file is still being read: a mailbox of 10 GB takes no more
  memory than a note.

It does not know tokens, batches or vectors, and it stores nothing.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.dates.best import FILE_NAME, HEADING, TEXT, fallback_date, last_day, name_period, stated_day
from app.parsing.items import NOTES, Item, without_ids
from app.passages.quoted_tails import Tails
from app.passages.split import Passage, near_duplicate_key
from storage.records import Draft, Encoding, File, Kept, StoredPassage

Read = Callable[[Path], Iterable[Item]]
Split = Callable[[Item, str], Iterable[Passage]]
"""An item and the name of its file to passages."""

WEAK = ("properties", FILE_NAME)
NOTE = 300  # characters kept of a note

Fresh = list[tuple[Draft, Encoding]]


Known = Callable[[str, int], bool]
"""Whether a file other than the one with this id has these words in a row."""

LeaveOut = Callable[[Item, int], tuple[Item, int]]
"""An item of the file with this id without what was forgotten, and how many sentences that was."""


LEFT_OUT = "{} sentences that were forgotten before; to have them again: doppel memory allow FILE"


@dataclass(frozen=True)
class Reader:
    """How a file becomes passages: its items, the cutting of an item, what other files hold, and what was forgotten."""

    read: Read
    split: Split
    known: Known = lambda words, file_id: False
    leave_out: LeaveOut = lambda item, file_id: (item, 0)
    of_source: Callable[[int], Read] | None = None
    """How the files of a source are read, where that is not for all sources the same."""

    def read_file(self, file: File) -> Iterable[Item]:
        read = self.of_source(file.source_id) if self.of_source else self.read
        return read(Path(file.path))


@dataclass(eq=False)
class Job:
    """One file in work, shared by the threads it passes through.

    content_hash: of the file as it is read now; encoded: new documents not committed yet; all_read: the
    encoder has got every passage; failure: why the file is given up; since: `ForgottenWords.times` before it was read;
    left_out: sentences that the person had forgotten before; identity: device and inode of what is read; _unread: what of
    it was not read, in order.
    """

    file: File
    fast: bool = False
    content_hash: str = ""
    encoded: Fresh = field(default_factory=list)
    encoded_tokens: int = 0
    all_read: bool = False
    failure: Exception | None = None
    since: int | None = None
    left_out: int = 0
    identity: tuple[int, int] | None = None
    _unread: dict[str, None] = field(default_factory=dict)
    _known: dict[str, StoredPassage] = field(default_factory=dict)
    _edited: list[StoredPassage] = field(default_factory=list)
    _kept: list[Kept] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def path(self) -> Path:
        return Path(self.file.path)

    def know(self, documents: Iterable[StoredPassage]) -> None:
        """The documents that the archive has of this file."""
        with self._lock:
            documents = list(documents)
            self._known = {d.content_hash: d for d in documents if not d.edited}
            self._edited = [d for d in documents if d.edited]

    def keep_known(self, draft: Draft) -> bool:
        """Keep the document with this text, or the edit of this passage, at its new position; False if there is none."""
        with self._lock:
            known = self._edit_of(draft) or self._known.pop(draft.content_hash, None)
            if known is not None:
                self._kept.append(
                    Kept(
                        known.id,
                        draft.ordinal,
                        draft.place,
                        draft.body_hash,
                        date_source=draft.date_source,
                        date=draft.date,
                        date_last=draft.date_last,
                    )
                )
            return known is not None

    def _edit_of(self, draft: Draft) -> StoredPassage | None:
        """The edit that corrected this passage, or that says by now what the file says; it is taken off the list."""
        texts = (draft.content_hash, draft.body_hash)
        for at, edit in enumerate(self._edited):
            if edit.content_hash in texts or edit.body_hash == draft.body_hash:
                return self._edited.pop(at)
        return None

    def committed(self, drafts: Sequence[Draft]) -> None:
        """These are in the archive now and stay there."""
        with self._lock:
            self._kept.extend(Kept(draft.id, draft.ordinal) for draft in drafts)

    def to_keep(self) -> list[Kept]:
        """Documents to keep: until all is read also those that were not met in the file (yet)."""
        with self._lock:
            edits = [Kept(d.id, d.ordinal, outdated=self.all_read or d.outdated) for d in self._edited]
            unmet = [] if self.all_read else [Kept(d.id, d.ordinal) for d in self._known.values()]
            return [*self._kept, *unmet, *edits]

    def note(self, unread: Iterable[str]) -> None:
        """Something of the file was not read."""
        with self._lock:
            self._unread |= dict.fromkeys(text[:NOTE] for text in unread if len(self._unread) <= NOTES)

    def unread(self) -> tuple[str, ...]:
        """What of the file was not read and why, each once, bounded."""
        with self._lock:
            left_out = (LEFT_OUT.format(self.left_out),) if self.left_out else ()
            notes = (*left_out, *self._unread)
            return notes if len(notes) <= NOTES else (*notes[: NOTES - 1], "and more of the same kind")

    def drop_all(self) -> None:
        """Keep none of the file's documents."""
        with self._lock:
            self._known, self._edited, self._kept, self.all_read = {}, [], [], True

    def take_encoded(self) -> Fresh:
        """Take out what is encoded and not committed."""
        fresh, self.encoded, self.encoded_tokens = self.encoded, [], 0
        return fresh


def new_passages(job: Job, reader: Reader) -> Iterator[Draft]:
    """Read the file and yield drafts (with id 0) of the passages that are not known; note the others in the
    job.

    Raises what the reader raises, possibly after some passages.
    """
    met: set[str] = set()
    ordinal = 0
    tails = Tails(lambda words: reader.known(words, job.file.id))
    label = label_to_say(job, reader)
    for item in reader.read_file(job.file):
        job.note(item.notes)
        item, gone = reader.leave_out(item, job.file.id)
        job.left_out += gone
        for passage in reader.split(tails.resolve(item), label):
            likeness = near_duplicate_key(passage.text)
            if likeness in met:
                continue
            met.add(likeness)
            draft = with_best_date(to_draft(passage, ordinal), passage, job.file)
            if not job.keep_known(draft):
                yield draft
            ordinal += 1


def file_label(path: Path) -> str:
    """What a person called a file: its folder's name and its own, as people write them."""
    names = (without_ids(path.parent.name), without_ids(path.stem))
    return " / ".join(name for name in names if name).replace("_", " ").lstrip(" /")


def label_to_say(job: Job, reader: Reader) -> str:
    """The file's label without names that say what the person had forgotten."""
    names = file_label(job.path).split(" / ")
    return " / ".join(name for name in names if reader.leave_out(Item(name, []), job.file.id)[0].title)


def with_best_date(draft: Draft, passage: Passage, file: File) -> Draft:
    """The draft with the best date there is: its own, else that of its headings, lines, file or folder."""
    path = Path(file.path)
    names = ("" if draft.date_source == FILE_NAME else path.stem, path.parts[-4:-1])
    found, source = fallback_date(passage.headings, passage.body, *names, mtime_ns=file.mtime_ns)
    # What a program or a file's name says of the whole is worth less than the day that stands above these very lines.
    exact = source == HEADING and found is not None and len(found) == 10
    if draft.date is None or (draft.date_source in WEAK and (exact or _belies(path.stem, draft.date))):
        draft = replace(draft, date=found, date_source=source)
    elif draft.date_source in WEAK and (stated := stated_day(passage.body)):
        draft = replace(draft, date=stated, date_source=TEXT)
    return replace(draft, date_last=last_day(passage.body, draft.date))


def _belies(name: str, day: str) -> bool:
    """Whether the name of a file speaks of other years than a day: of one that was only saved or printed then."""
    named = name_period(name)
    return named is not None and not named.first.year - 1 <= int(day[:4]) <= named.last.year + 1


def to_draft(passage: Passage, ordinal: int, message_id: int | None = None) -> Draft:
    """A document that has no id yet."""
    return Draft(
        id=0,
        ordinal=ordinal,
        text=passage.text,
        content_hash=text_hash(passage.text),
        title=passage.title,
        author=passage.author,
        date=passage.date,
        place=passage.place,
        tokens=passage.tokens,
        body_hash=text_hash(passage.body),
        message_id=message_id,
        date_source=passage.date_source,
    )


def text_hash(text: str) -> str:
    """What a passage is known by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
