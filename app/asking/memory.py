"""What the strategies stand on: a memory that can be searched, and what they say while they answer.

Protocols and plain records: the strategies know no model, no database and no chat, so each is tested on a few passages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.dates.spans import Period
from app.passages.quotation import quoted_from
from storage.records import Document
from storage.summaries import KeptSummary, Part, Request


@dataclass(frozen=True)
class Cited:
    """A passage that an answer goes back to; its place in the list plus one is its [n].

    read: the answer was read from it.
    """

    document: Document
    score: float = 0.0
    read: bool = True


@dataclass(frozen=True)
class Evidenced:
    """All evidence so far, best first. agreement: the share of the votes for the answer to come, None without a vote."""

    cited: tuple[Cited, ...]
    agreement: float | None = None


@dataclass(frozen=True)
class Progress:
    """How far a long answer is: done of all passages it goes through."""

    done: int
    all: int


Said = Evidenced | Progress | str
"""What a strategy says: its evidence, how far it is, and the answer in pieces of text."""


@dataclass(frozen=True)
class Kept:
    """A thing that one has. kind: "email", "phone", "address", "birthday" or "relation"; documents: that say it, the latest
    last, none for the person's own words."""

    kind: str
    value: str
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class Known:
    """What is kept of somebody beside the passages. names: all that mean them, the fullest first; said: the person's own
    words of them as (kind, value); removed: the person wants no entry of them; kept: how they are reached, and a birthday.
    """

    names: tuple[str, ...]
    said: tuple[tuple[str, str], ...] = ()
    removed: bool = False
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True)
class OwnerOf:
    """Whose memory it is, as the person said: name, "" where they did not; voice: "you" or "I"."""

    name: str = ""
    voice: str = "you"


class Memory(Protocol):
    def search(self, question: str, limit: int, favoured: Collection[int] = ()) -> list[Cited]:
        """The passages that a question leads to, best first; favoured ones before what is about as good."""

    def across(self, question: str, limit: int) -> list[Cited]:
        """The passages that a question leads to by what it means, its names and numbers, and its everyday words in other
        languages: as it is asked, only passages of its own language have its words."""

    def dated(self, period: Period, limit: int) -> list[Document]:
        """Passages that speak of days in the period, in order of time; the day a file was changed does not count."""

    def saying(self, phrases: Sequence[str], limit: int) -> list[Document]:
        """Passages that say one of the phrases word for word."""

    def authored(self, limit: int) -> list[Document]:
        """Passages that say who wrote them."""

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        """One answer, read by the model from the passages that fit best, or from these alone."""

    def person(self, name: str) -> Known | None:
        """What is kept of somebody; None where nobody of that name is known."""

    def related(self, role: str) -> list[Known]:
        """Those of whom memories say outright that they are this to the owner ("sister", in any language), each with what
        says it among what is kept."""

    def owner(self) -> OwnerOf:
        """Whose memory it is."""

    def reads_together(self) -> bool:
        """Whether the model reads several passages at once, instead of each by itself with a vote."""

    def may_read_again(self) -> bool:
        """Whether the question may be read once more: not cancelled, and not read as often yet as a person waits for, what
        is set aside left alone."""

    def set_aside(self, readings: int) -> None:
        """Keep so many readings for a look that comes later; 0 gives them free again."""

    def kept_summary(self, request: Request) -> KeptSummary | None:
        """What was kept of a summary of the same; None where it was not asked for before."""

    def keep_summary(self, request: Request, parts: Mapping[int, Part], made_by: str) -> bool:
        """Keep of a summary which passages it went through and which lines it took; False where nothing is to be kept."""

    def cancelled(self) -> bool:
        """Whether the person does not want the answer any more."""


def own_words(document: Document) -> str:
    """The words of the file, without the line that says what they belong to."""
    return document.text[quoted_from(document.text, document.body_hash, document.edited) :]
