"""A twin without model and archive: the facade of `app.twin.twin.Twin` over a few passages in memory.

It answers by quoting the passages that share words with the question, slowly enough to be stopped.
"""

from __future__ import annotations

import re
import threading
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from app.errors import ArchiveProblem, DoppelError
from app.people.records import Owner, Person, PersonFact
from app.records import (
    Answer,
    Chat,
    Digest,
    Done,
    Event,
    Evidence,
    FileStatus,
    ForgetPreview,
    ForgetReport,
    IngestReport,
    JobStatus,
    MemoryFilter,
    Message,
    Remembered,
    Retrieved,
    SourcePreview,
    SourceStatus,
    Status,
    Token,
    VerifyReport,
)
from app.settings import Settings
from app.twin.access import AccessToken
from app.twin.insights import Insights, Routed, Routes
from app.twin.page_sessions import PageSessions
from app.twin.saved_chat import SavedChat
from app.twin.trash import Trashed
from app.viewing.records import Facsimile, View, ViewedPassage

HOSTILE = (
    'Violin lesson notes <script>window.hacked=1</script><img src=x onerror="window.hacked=2"> '
    "![remote](http://evil.example/pixel.png) [link](javascript:window.hacked=3) ${window.hacked=4} {{7*7}} "
    "<iframe src='http://evil.example/'></iframe> <a href=\"http://evil.example/\">click</a> &amp; $x^2$"
)
PASSAGES = (
    ("garden.md", "Spring", "2021-04-12", "The apricot tree was planted behind the shed on 12 April 2021."),
    ("garden.md", "Autumn", "2021-10-02", "The apricot tree lost a branch in the October storm."),
    (
        "letter <b>bold</b>.eml",
        "message 1",
        "2019-03-01",
        "Mara moved to Porto and asked for the blue suitcase.",
    ),
    ("violin.html", "body", None, HOSTILE),
)
WORD = re.compile(r"\w+")
# One white pixel.
WEBP = b64decode("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=")


def remembered(index: int, name: str, place: str, date: str | None, text: str) -> Remembered:
    return Remembered(
        index, text, None, "Ada", date, place, f"/home/ada/{name}", len(text) // 4, "2026-01-01T10:00:00"
    )


class InMemory(dict[str, Any]):
    """Stands for what an archive keeps by name."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


@dataclass
class FakeTwin:
    delay: float = 0.0
    rows: dict[int, Remembered] = field(default_factory=dict)
    watched: list[SourceStatus] = field(default_factory=list)
    kept: dict[int, list[Message]] = field(default_factory=dict)
    paused: bool = False
    closed: bool = False
    leftover: tuple[str, ...] = ()
    titles: dict[int, str] = field(default_factory=dict)
    pinned_chats: set[int] = field(default_factory=set)
    before: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    granted: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    scopes: list[MemoryFilter | None] = field(default_factory=list)
    judged: dict[int, dict[int, dict[str, int | None]]] = field(default_factory=dict)
    marked: set[int] = field(default_factory=set)
    removed: dict[int, Remembered] = field(default_factory=dict)
    allowed: list[Path] = field(default_factory=list)
    known: list[Person] = field(default_factory=list)
    gone_people: list[Person] = field(default_factory=list)
    shown_in_folder: list[int] = field(default_factory=list)
    preferred: dict[str, Any] = field(default_factory=dict)
    protected: bool = False
    after_closing: Any = None
    browsers: PageSessions = field(default_factory=lambda: PageSessions(InMemory()))
    settings: Settings = field(default_factory=lambda: Settings(home=Path("/home/ada/.local/share/doppel")))
    standing: list[JobStatus] = field(
        default_factory=lambda: [
            JobStatus(
                "compaction", "Merge small memory files", True, "2026-01-02T06:00:00", None, None, True
            ),
            JobStatus("digest", "Sum up the day", False, None, "2026-01-01T21:00:00", "<i>3</i> new", True),
        ]
    )

    def change_passphrase(self, old: str, new: str) -> None:
        if old != "the old one":
            raise ArchiveProblem("That passphrase does not open this memory.")

    def encrypt_after_closing(self, passphrase: str) -> None:
        self.after_closing = lambda: passphrase

    def decrypt_after_closing(self, passphrase: str) -> None:
        self.after_closing = lambda: None

    @classmethod
    def filled(cls, delay: float = 0.0) -> FakeTwin:
        rows = {i: remembered(i, *passage) for i, passage in enumerate(PASSAGES, start=1)}
        folder = SourceStatus(1, "/home/ada", "folder", "active", files={"known": 3, "failed": 1})
        mara = Person(
            "mara", "Mara <b>Voss</b>", "person", ("Mara",), "sister",
            (PersonFact("phone-1", "phone", "0561 77 88", 3, "/home/ada/letter <b>.eml", "2019-03-01"),
             PersonFact("line-1", "line", "Mara moved to Porto <script>", 3, "/home/ada/letter.eml")),
            "2019-03-01", "2021-04-12", 2,
        )  # fmt: skip
        return cls(delay, rows, [folder], known=[mara])

    def close(self) -> None:
        self.closed = True

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def add_source(
        self,
        path: Path,
        *,
        ignore: Sequence[str] = (),
        polling: bool = False,
        retention_days: int | None = None,
        pictures: str | None = None,
    ) -> SourceStatus:
        if not Path(path).exists():
            raise DoppelError(f"{path} does not exist. Check the spelling.")
        source = SourceStatus(
            len(self.watched) + 1,
            str(path),
            "folder",
            "active",
            files={"queued": 2},
            retention_days=retention_days,
            pictures=pictures or "text",
        )
        self.watched.append(source)
        return source

    def _change_source(self, id: int, **changes: Any) -> SourceStatus:
        found = [source for source in self.watched if source.id == id]
        if not found:
            raise DoppelError(f"There is no source {id}. `doppel sources list` shows them.")
        source = replace(found[0], **changes)
        self.watched = [source if each.id == id else each for each in self.watched]
        return source

    def set_retention(self, id: int, days: int | None) -> SourceStatus:
        return self._change_source(id, retention_days=days)

    def set_pictures(self, id: int, pictures: str) -> SourceStatus:
        return self._change_source(id, pictures=pictures)

    def set_ignore(self, id: int, patterns: Sequence[str]) -> SourceStatus:
        return self._change_source(id, ignore=tuple(patterns))

    def owner(self) -> Owner:
        return Owner(
            self.preferred.get("owner", ""), self.preferred.get("voice", "you"), "Ada <b>Lovelace</b>"
        )

    def set_owner(self, name: str | None = None, voice: str | None = None) -> Owner:
        self.preferred |= {"owner": name, "voice": voice}
        return self.owner()

    def inbox(self) -> Path:
        folder = Path.home() / "Doppel inbox"
        folder.mkdir(exist_ok=True)
        return folder

    def accept_source(self, id: int) -> SourceStatus:
        return self._change_source(id, state="active", reason=None)

    def jobs(self) -> list[JobStatus]:
        return list(self.standing)

    def switch_job(self, name: str, on: bool) -> JobStatus:
        return self._change_job(name, on=on, next_run="2026-01-03T02:00:00" if on else None)

    def run_job(self, name: str) -> JobStatus:
        return self._change_job(name, last_run="2026-01-02T12:00:00", last_result="2 merges were done.")

    def _change_job(self, name: str, **changes: Any) -> JobStatus:
        found = [job for job in self.standing if job.name == name]
        if not found:
            raise DoppelError(f"There is no job {name}.")
        job = replace(found[0], **changes)
        self.standing = [job if each.name == name else each for each in self.standing]
        return job

    def digests(self, limit: int = 7) -> list[Digest]:
        return [Digest("2026-01-01", len(self.rows), tuple(self.rows.values()))]

    def save_chat(self, chat_id: int) -> SavedChat:
        turns = [turn.text for turn in self.messages(chat_id)]
        if not turns:
            raise DoppelError(f"There is no conversation {chat_id} (any more).")
        if any(row.from_chat for row in self.rows.values()):
            return SavedChat(chat_id, 0)
        row = remembered(len(self.rows) + 1, "", "saved chat", "2026-01-02", "\n".join(turns))
        self.rows[row.id] = replace(row, path=None, from_chat=True)
        return SavedChat(chat_id, 1)

    def sources(self) -> list[SourceStatus]:
        return list(self.watched)

    def remove_source(self, id: int, forget: bool = False) -> None:
        if id not in {source.id for source in self.watched}:
            raise DoppelError(f"There is no source {id}. `doppel sources list` shows them.")
        self.watched = [source for source in self.watched if source.id != id]

    def ingest(self, path: Path) -> IngestReport:
        bad = FileStatus(str(Path(path) / "broken.pdf"), "failed", "not a PDF")
        return IngestReport(str(path), 2, 5, 900, 1.5, (), (bad,))

    def ask(
        self,
        question: str,
        *,
        chat_id: int | None = None,
        cancel: threading.Event | None = None,
        today: date | None = None,
        keep: bool = True,
        scope: MemoryFilter | None = None,
    ) -> Iterator[Event]:
        self.scopes.append(scope)
        if not self.rows:
            raise DoppelError("Nothing is remembered yet. Add a folder: doppel sources add PATH")
        cancel = cancel or threading.Event()
        words = {word.casefold() for word in WORD.findall(question) if len(word) > 3}
        hits = [row for row in self.rows.values() if words & {w.casefold() for w in WORD.findall(row.text)}]
        evidence = tuple(
            Evidence(
                row.id, row.path, row.title, row.place, row.date, row.text, 0.9 - n / 10, outdated=n == 1
            )
            for n, row in enumerate(hits)
        )
        yield Retrieved(evidence)
        said = ""
        whole = " ".join(f"{row.text} [{n}]" for n, row in enumerate(hits, start=1)) or "I do not know."
        for piece in re.findall(r"\S+\s*", whole):
            if cancel.wait(self.delay) if self.delay else cancel.is_set():
                break
            said += piece
            yield Token(piece)
        if not keep:
            yield Done(Answer(said, evidence, not hits, 0.1, 0.2, None))
            return
        chat_id = chat_id or len(self.kept) + 1
        self.kept.setdefault(chat_id, []).extend(
            [Message("user", question), Message("assistant", said, evidence)]
        )
        yield Done(Answer(said, evidence, not hits, 0.1, 0.2, chat_id))

    def memories(
        self, query: str | None = None, source_id: int | None = None, limit: int = 50, offset: int = 0
    ) -> list[Remembered]:
        rows = [row for row in self.rows.values() if not query or query.casefold() in row.text.casefold()]
        return rows[offset : offset + limit]

    def memory(self, id: int) -> Remembered:
        if id not in self.rows:
            raise DoppelError(f"There is no memory {id}. `doppel memory list` shows them.")
        return self.rows[id]

    def view(self, id: int, passages: int = 8) -> View:
        row = self.memory(id)
        rows = [other for other in self.rows.values() if other.path == row.path] if row.path else [row]
        shown = tuple(ViewedPassage(other.id, other.text, 0, other.place or "") for other in rows[:passages])
        kind = "picture" if (row.path or "").endswith(".png") else "text"
        return View(row, kind, shown, False, len(rows) > passages, True)

    def facsimile(self, id: int, page: int | None = None, start: int = 0, end: int = 0) -> Facsimile:
        return Facsimile(WEBP, page or 1, 3)

    def changed_since(self, id: int) -> list[tuple[str, str]] | None:
        return [("same", "The tree was "), ("gone", "planted"), ("new", "<b>felled</b>")]

    def show_in_folder(self, id: int) -> None:
        self.shown_in_folder.append(id)

    def timeline(self, wanted: MemoryFilter) -> list[tuple[str, int]]:
        counted = Counter((row.date or "")[:7] for row in self._wanted(wanted))
        return sorted(counted.items(), reverse=True)

    def review(self, wanted: MemoryFilter, limit: int = 50, offset: int = 0) -> list[Remembered]:
        return self._wanted(wanted)[offset : offset + limit]

    def _wanted(self, wanted: MemoryFilter) -> list[Remembered]:
        rows = [
            row
            for row in self.rows.values()
            if wanted.query.casefold() in row.text.casefold()
            and (row.date or "") >= wanted.since
            and (not wanted.until or (row.date or "") < wanted.until)
            and not (wanted.undated and row.date)
            and (not wanted.person or row.id == 3)
        ]
        return sorted(rows, key=lambda row: (row.date or "", row.id), reverse=not wanted.oldest)

    def preview_forget(
        self, *, ids: Sequence[int] = (), path: str | None = None, wanted: MemoryFilter | None = None
    ) -> ForgetPreview:
        rows = (
            self._wanted(wanted)
            if wanted
            else [r for r in self.rows.values() if r.id in ids or r.path == path]
        )
        if not rows:
            raise DoppelError("There is nothing to forget.")
        names = ("Mara <i>",) if any(row.id == 3 for row in rows) else ()
        return ForgetPreview(tuple(row.id for row in rows), len({row.path for row in rows}), 1, people=names)

    def totals(self, wanted: MemoryFilter) -> tuple[int, int, int]:
        rows = self._wanted(wanted)
        return len(rows), len({row.path for row in rows}), sum(row.tokens for row in rows)

    def folders(self, limit: int = 40) -> list[tuple[str, int]]:
        return [("/home/ada", len(self.rows))]

    def on_this_day(self, day: date | None = None, limit: int = 12) -> list[Remembered]:
        return [row for row in self.rows.values() if row.id == 2]

    def pinned(self) -> set[int]:
        return self.marked

    def pin_memory(self, id: int, pinned: bool) -> None:
        self.marked = self.marked | {id} if pinned else self.marked - {id}

    def correct_date(self, id: int, value: str) -> Remembered:
        if value and not value[:4].isdigit():
            raise DoppelError("Write the date as 2021-04-12, 2021-04 or 2021.")
        self.rows[id] = replace(self.memory(id), date=value or None)
        return self.rows[id]

    def duplicates(self, limit: int = 20, offset: int = 0) -> list[list[Remembered]]:
        by_text: dict[str, list[Remembered]] = {}
        for row in self.rows.values():
            by_text.setdefault(row.text, []).append(row)
        return [group for group in by_text.values() if len(group) > 1]

    def remove(self, ids: Sequence[int]) -> list[int]:
        gone = [id for id in ids if id in self.rows]
        self.removed |= {id: self.rows.pop(id) for id in gone}
        return gone

    def trash(self, limit: int = 50, offset: int = 0) -> list[Trashed]:
        return [Trashed(row, "2026-02-01") for row in self.removed.values()][offset : offset + limit]

    def count_trash(self) -> int:
        return len(self.removed)

    def restore(self, ids: Sequence[int]) -> list[int]:
        back = [id for id in ids if id in self.removed]
        self.rows |= {id: self.removed.pop(id) for id in back}
        return back

    def removed_texts(self, ids: Sequence[int]) -> list[str]:
        return [self.removed[id].text for id in ids if id in self.removed]

    def erase_removed(self, ids: Sequence[int]) -> ForgetReport:
        gone = [self.removed.pop(id) for id in list(ids) if id in self.removed]
        return ForgetReport(len(gone), 0, 0.1)

    def allow_again(self, path: Path | None = None) -> None:
        if path is None or not path.exists():
            raise DoppelError(f"{path} does not exist. Check the spelling.")
        self.allowed.append(path)

    def people(self, query: str = "", *, limit: int = 200, offset: int = 0) -> list[Person]:
        found = [person for person in self.known if query.casefold() in person.name.casefold()]
        return found[offset : offset + limit]

    def person(self, id: str) -> Person:
        found = [person for person in self.known if person.id == id or person.name == id]
        if not found:
            raise DoppelError(f"Nobody called {id} is known (any more).")
        return found[0]

    def count_people(self) -> int:
        return len(self.known)

    def insights(self, people: int = 12) -> Insights:
        learned = (("2026-01-01", 2), ("2026-01-02", 4))
        months = (("2019-03", 1), ("2021-04", 1), ("2021-10", 1))
        sizes = {"database": 900_000, "encodings": 200_000, "other": 100_000}
        return Insights(learned, (("note", 2), ("mail", 1), ("", 1)), months, (("Mara <b>", 2),), sizes)

    def routes(self, question: str) -> Routes:
        routed = [Routed(row.id, row.path, row.place, (1.5, -0.2), row.id == 2) for row in self.rows.values()]
        return Routes((1, 4), tuple(routed))

    def correct_person(self, id: str, kind: str, value: str, *, instead_of: str = "") -> Person:
        fact = PersonFact(f"{kind}-1", kind, value, by_person=True)
        return self._change_person(id, facts=(*self.person(id).facts, fact))

    def remove_person_fact(self, id: str, fact_id: str) -> Person:
        return self._change_person(id, facts=tuple(f for f in self.person(id).facts if f.id != fact_id))

    def _change_person(self, id: str, **changes: Any) -> Person:
        person = replace(self.person(id), **changes)
        self.known = [person if each.id == person.id else each for each in self.known]
        return person

    def remove_person(self, id: str) -> None:
        self.gone_people.append(self.person(id))
        self.known = [person for person in self.known if person.id != id]

    def restore_person(self, name: str) -> Person:
        self.known += [person for person in self.gone_people if person.name == name]
        return self.person(name)

    def add_note(self, text: str, title: str = "") -> list[int]:
        if not text.strip():
            raise DoppelError("The note is empty.")
        id = max(self.rows, default=0) + 1
        self.rows[id] = Remembered(id, text, title, None, "2026-01-02", None, None, 5, "2026-01-02T10:00:00")
        return [id]

    def versions(self, id: int) -> list[tuple[str, str]]:
        return list(self.before.get(id, []))

    def edit_memory(self, id: int, text: str) -> None:
        self.before.setdefault(id, []).insert(0, ("2026-01-02T10:00:00", self.memory(id).text))
        self.rows[id] = replace(self.memory(id), text=text, edited=True)

    def forget(
        self, ids: Sequence[int] = (), path: str | Path | None = None, source_id: int | None = None
    ) -> ForgetReport:
        gone = [i for i in ids if self.memory(i)] if ids else []
        gone += [i for i, row in self.rows.items() if path is not None and row.path == str(path)]
        gone += list(self.rows) if source_id is not None else []
        for i in gone:
            del self.rows[i]
        return ForgetReport(len(gone), 1 if path else 0, 0.25)

    def verify_forgotten(self, needles: Sequence[str]) -> VerifyReport:
        assert needles, "verify needs the texts that were forgotten"
        return VerifyReport(12, self.leftover)

    def status(self) -> Status:
        bad = FileStatus("/home/ada/<i>bad</i>.pdf", "failed", "encrypted, <b>no password</b>")
        return Status(
            True, self.paused, "smollm2", True, len(self.rows), 120, {"known": 3, "queued": 1, "failed": 1},
            current_file="/home/ada/now.txt", tokens_per_second=812.4, failures=(bad,),
            data_directory="/home/ada/.local/share/doppel", bytes_on_disk=1_200_000,
        )  # fmt: skip

    def file_status(self, path: str | Path) -> FileStatus:
        known = [row for row in self.rows.values() if row.path == str(path)]
        if not known:
            return FileStatus(str(path), "unknown", "no watched folder holds it")
        return FileStatus(str(path), "known", None, len(known), 60, "2026-01-01T10:00:00")

    def files(self, state: str = "", text: str = "", limit: int = 50, offset: int = 0) -> list[FileStatus]:
        paths = dict.fromkeys(row.path for row in self.rows.values() if row.path)
        found = [self.file_status(path) for path in paths] + list(self.status().failures)
        found = [file for file in found if text in file.path and state in ("", file.state)]
        return found[offset : offset + limit]

    def preview_source(self, path: Path, ignore: Sequence[str] = ()) -> SourcePreview:
        if not Path(path).exists():
            raise DoppelError(f"{path} does not exist. Check the spelling.")
        watched = str(path) in {source.path for source in self.watched}
        return SourcePreview(str(path), 3, 2_500_000, ((".md", 2), (".pdf", 1)), True, watched)

    def tokens(self) -> list[AccessToken]:
        return [AccessToken(name, scopes, "2026-01-02") for name, (_, scopes) in self.granted.items()]

    def add_token(self, name: str, scopes: Sequence[str] = ("read",)) -> str:
        if not name or name in self.granted:
            raise DoppelError("Give the program a name of its own.")
        token = f"doppel-token-of-{name}"
        self.granted[name] = (token, tuple(sorted({"read", *scopes})))
        return token

    def remove_token(self, name: str) -> None:
        del self.granted[name]

    def scopes_of(self, token: str) -> frozenset[str]:
        return frozenset(
            scope for known, scopes in self.granted.values() if known == token for scope in scopes
        )

    def change_settings(self, **values: Any) -> Settings:
        self.settings = replace(self.settings, **values)
        return self.settings

    def use_model(self, name: str, report: Callable[[Status], None] = lambda status: None) -> None:
        self.settings = replace(self.settings, model=name)

    def preference(self, name: str, default: Any = None) -> Any:
        return self.preferred.get(name, default)

    def prefer(self, name: str, value: Any) -> None:
        self.preferred[name] = value

    def chats(self, query: str = "") -> list[Chat]:
        return [
            Chat(id, self.titles.get(id, turns[0].text), "2026-01-02", id in self.pinned_chats)
            for id, turns in self.kept.items()
            if query.casefold() in " ".join(turn.text for turn in turns).casefold()
        ]

    def rename_chat(self, id: int, title: str) -> None:
        if not title.strip():
            raise DoppelError("A chat needs a title.")
        self.titles[id] = title

    def pin_chat(self, id: int, pinned: bool) -> None:
        self.pinned_chats = self.pinned_chats | {id} if pinned else self.pinned_chats - {id}

    def judge(self, chat_id: int, turn: int, kind: str, document_id: int | None = None) -> None:
        said = self.judged.setdefault(chat_id, {})
        said[turn] = {kind: document_id} if kind else {}

    def judgements(self, chat_id: int) -> dict[int, dict[str, int | None]]:
        return dict(self.judged.get(chat_id, {}))

    def messages(self, chat_id: int) -> list[Message]:
        return list(self.kept.get(chat_id, []))

    def delete_chat(self, chat_id: int) -> None:
        self.kept.pop(chat_id, None)
