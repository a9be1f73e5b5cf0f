"""What the twin says: the records that the facade hands to the command line, the web UI and the APIs.

Frozen dataclasses of plain values, so that every front shows the same facts and `dataclasses.asdict` is the
JSON form. Nothing here computes. Text in these records comes from people's files and is hostile until
escaped: whoever shows it escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

UNSURE = "Not sure: the passages can be read in different ways. Check them."


@dataclass(frozen=True)
class Evidence:
    """One passage that an answer rests on; the position in its tuple plus one is the number shown as [n].

    `outdated`: the file has changed or gone since the passage was read. `date` is ISO 8601 or None. `read`: the answer was
    read from it; otherwise it was found beside what the answer was read from.
    `date_source`: where the date is from; "mtime" says nothing of the content. `edited`: the passage is not the file's own
    words any more; `said_by_twin`: saved from a chat. `quote_from`: where the file's own words begin in `passage`, behind
    the line that says what it belongs to. `start`, `end`: where in the passage the answer's words stand, in characters; None
    where they do not.
    """

    document_id: int
    path: str | None
    title: str | None
    place: str | None
    date: str | None
    passage: str
    score: float
    outdated: bool = False
    read: bool = True
    date_source: str = ""
    edited: bool = False
    said_by_twin: bool = False
    quote_from: int = 0
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Understanding:
    """How a question was taken. question: as it was searched; rewritten: what was done to the follow-up, or "".

    kind: the way it was answered (fact, list, timeline, comparison, summary, person, self, several, smalltalk), why: the
    rule that chose it. period: first and last day, ISO 8601, if the question names one; period_said: in its words.
    """

    question: str
    rewritten: str
    language: str
    kind: str
    why: str
    period: tuple[str, str] | None = None
    period_said: str = ""


@dataclass(frozen=True)
class Answer:
    """The finished answer. `declined`: the memory holds no answer and the text says so. `unsure`: passages were read in
    different ways, and no reading prevails.

    `seconds_to_first_token` is None when no token was generated. `understood`: how the question was taken. `unread`: files
    that wait to be read, and may hold more. `doubt_in_words`: the warning of an unsure answer in the question's language.
    """

    text: str
    evidence: tuple[Evidence, ...]
    declined: bool
    seconds_to_first_token: float | None
    seconds: float
    chat_id: int | None = None
    unsure: bool = False
    understood: Understanding | None = None
    unread: int = 0
    doubt_in_words: str = ""


@dataclass(frozen=True)
class Waiting:
    """Before everything else, now and then: so many questions were asked earlier and are answered first."""

    ahead: int


@dataclass(frozen=True)
class Retrieved:
    """What the memory offered."""

    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Token:
    """The next piece of answer text, exactly as it is to be appended."""

    text: str


@dataclass(frozen=True)
class Progress:
    """How far a long answer is: so many of the passages that it goes through."""

    done: int
    all: int


@dataclass(frozen=True)
class Done:
    """Last event of an answer, also after a cancel once there is text (with the text so far)."""

    answer: Answer


Event = Waiting | Understanding | Retrieved | Progress | Token | Done


@dataclass(frozen=True)
class Chat:
    """A kept conversation; `pinned` ones stand first in the list."""

    id: int
    title: str
    created_at: str
    pinned: bool = False


@dataclass(frozen=True)
class Message:
    """One turn of a kept conversation; role is "user" or "assistant". `unsure` as of an answer."""

    role: str
    text: str
    evidence: tuple[Evidence, ...] = ()
    created_at: str | None = None
    unsure: bool = False
    doubt_in_words: str = ""


@dataclass(frozen=True)
class Remembered:
    """One passage of the memory as a person reviews it. `edited`: its text no longer is the file's; `outdated`: edited,
    and the file has changed that very passage since; `from_chat`: the person saved it from a chat.
    """

    id: int
    text: str
    title: str | None
    author: str | None
    date: str | None
    place: str | None
    path: str | None
    tokens: int
    created_at: str
    edited: bool = False
    outdated: bool = False
    from_chat: bool = False
    date_source: str = ""


@dataclass(frozen=True)
class MemoryFilter:
    """Which memories to look at; what is empty does not narrow.

    query: words, the best match first unless `oldest`; since, until: the first characters of ISO dates, `until` not
    included; undated: only what bears no date; kind: a name in `app.twin.review.KINDS`; folder: a path; person: an id of
    `Twin.people`; meaning: what answers the query is wanted, not its words; order: "" (date), "learned" or "longest".
    """

    query: str = ""
    source_id: int | None = None
    since: str = ""
    until: str = ""
    undated: bool = False
    kind: str = ""
    folder: str = ""
    oldest: bool = False
    person: str = ""
    meaning: bool = False
    order: str = ""


@dataclass(frozen=True)
class ForgetPreview:
    """What forgetting would erase: passages, of how many files, the chats whose answers quote them, how many facts that
    the person wrote of people, which only these say, too, and the entries of people whom nothing else names."""

    ids: tuple[int, ...]
    files: int
    chats: int
    own_words: int = 0
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourcePreview:
    """What a folder or file holds that would be read. kinds: number of files by the end of their names; complete: False
    where there is more than could be counted; watched: it is one of the sources, or lies in one;
    seconds: about how long reading it takes."""

    path: str
    files: int
    bytes: int
    kinds: tuple[tuple[str, int], ...]
    complete: bool
    watched: bool
    seconds: float = 0.0


@dataclass(frozen=True)
class FileStatus:
    """What became of one file.

    state: queued, reading, encoding, known, skipped, failed, forgotten or unknown; unread: what of a known file was
    not read, and why.
    """

    path: str
    state: str
    reason: str | None = None
    documents: int = 0
    tokens: int = 0
    first_known_at: str | None = None
    updated_at: str | None = None
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceStatus:
    """A watched folder or file. state: active, paused or missing; `files` counts its files by state.

    retention_days: its files are forgotten so many days after they last changed; None: never. partly: of how many of
    its files something was not read. pictures: what is read of its pictures: "none", "text" or "all".
    """

    id: int
    path: str
    kind: str
    state: str
    reason: str | None = None
    added_at: str | None = None
    files: dict[str, int] = field(default_factory=dict)
    retention_days: int | None = None
    partly: int = 0
    pictures: str = "text"
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class Digest:
    """What was learned in a day: how many memories, the first of those still remembered, and the files of which
    something was not read."""

    day: str
    documents: int
    memories: tuple[Remembered, ...] = ()
    partly: tuple[FileStatus, ...] = ()


@dataclass(frozen=True)
class IngestReport:
    """What one blocking ingest did; `skipped` and `failed` name each file with its reason, `partly` those of which
    something was not read."""

    path: str
    files: int
    documents: int
    tokens: int
    seconds: float
    skipped: tuple[FileStatus, ...] = ()
    failed: tuple[FileStatus, ...] = ()
    partly: tuple[FileStatus, ...] = ()


@dataclass(frozen=True)
class ForgetReport:
    """What was erased for good. also_in: ids of other memories that say the same."""

    documents: int
    files: int
    seconds: float
    also_in: tuple[int, ...] = ()


@dataclass(frozen=True)
class Holding:
    """A memory with the words. where: "" now, "earlier" before an edit, "removed" in the trash; path: None of no file."""

    id: int
    path: str | None
    where: str


@dataclass(frozen=True)
class VerifyReport:
    """A byte search of every file of the archive; `found` names the files that still hold erased text, `alive` the memories
    that have the same words and were not forgotten.
    """

    checked_files: int
    found: tuple[str, ...]
    alive: tuple[Holding, ...] = ()

    @property
    def clean(self) -> bool:
        return not self.found


@dataclass(frozen=True)
class ModelChange:
    """A new model on its way in: so many of the documents are encoded with it; `answering` answers until all are.

    problem: why it does not go on, or "".
    """

    answering: str
    encoded: int
    documents: int
    problem: str = ""


@dataclass(frozen=True)
class AdaptedRouter:
    """A router that was adapted to this archive, for the model with this fingerprint.

    before, after: mean recall@1, @5 and @16 of questions made of memories that it did not learn from.
    """

    fingerprint: str
    made_at: str
    documents: int
    questions: int
    before: float
    after: float


@dataclass(frozen=True)
class RouterStatus:
    """in_use: false while a model answers that the router was not made for."""

    about: AdaptedRouter
    in_use: bool


@dataclass(frozen=True)
class RouterReport:
    """What adapting the router came to; reason: why it was not kept, or ""."""

    kept: bool
    reason: str
    about: AdaptedRouter


@dataclass(frozen=True)
class Trouble:
    """What fails now. part: "reading", "chats", …; what: with what to do; since: local ISO 8601; times: in a row."""

    part: str
    what: str
    since: str
    times: int = 1


@dataclass(frozen=True)
class Status:
    """The whole twin at one moment.

    `files` counts files by state; rates are None while nothing is being encoded. change: while another model than
    the one that is set answers; router: the one adapted to this archive, if there is one. partly: of how many files
    something was not read. better_model: how to get the model that is set, while a smaller one answers in its place.
    troubles: what does not work now. newer_version: of Doppel, where the person has that looked for.
    """

    running: bool
    paused: bool
    model: str
    model_ready: bool
    documents: int
    tokens: int
    files: dict[str, int]
    current_file: str | None = None
    tokens_per_second: float | None = None
    failures: tuple[FileStatus, ...] = ()
    data_directory: str = ""
    bytes_on_disk: int | None = None
    change: ModelChange | None = None
    router: RouterStatus | None = None
    partly: int = 0
    better_model: str = ""
    troubles: tuple[Trouble, ...] = ()
    seconds_left: float | None = None
    newer_version: str = ""
