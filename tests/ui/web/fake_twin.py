"""A twin without model and archive: what the page and the doors ask of `app.twin.twin.Twin`, over a few passages in memory.

mypy holds it to the same protocols as the real one (`ui.web.twin`, `ui.doors.twin`).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.people.records import Person, PersonFact
from app.records import SourceStatus
from tests.ui.web.fake.chats import Chats
from tests.ui.web.fake.memories import Memories
from tests.ui.web.fake.passages import HOSTILE, PASSAGES, remembered
from tests.ui.web.fake.people import People
from tests.ui.web.fake.settings import InMemory, Preferences
from tests.ui.web.fake.sources import Sources
from tests.ui.web.fake.trash import Trash
from ui.web.twin import ServedTwin

__all__ = ["HOSTILE", "FakeTwin", "InMemory", "remembered"]


@dataclass
class FakeTwin(Chats, Memories, Trash, People, Sources, Preferences):
    closed: bool = False

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
        return cls(delay=delay, rows=rows, watched=[folder], known=[mara])

    def close(self) -> None:
        self.closed = True

    def start(self) -> None: ...

    def stop(self) -> None: ...


def as_served(twin: FakeTwin) -> ServedTwin:
    """The fake as the fronts take it; mypy refuses this line when it lacks something or takes it otherwise."""
    return twin
