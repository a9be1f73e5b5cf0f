"""All ranks of one memory: they are started or awaited, joined, asked for signs of life, missed, and taken back.

One thread does it, step after step; every step ends within seconds whatever a rank does. What is away is reported to
`Health` and with each answer; answers go on with what is left.
"""

from __future__ import annotations

import logging
import socket
import tempfile
import threading
import time
import weakref
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

import psutil

from app.health import Health
from app.ranks import processes, worker
from app.ranks.encoding import Helper
from app.ranks.fitting import Misfit, check_fit, need_of
from app.ranks.holders import Holder, OwnHolder, RemoteHolder
from app.ranks.places import places_on
from app.ranks.processes import RankProcess
from app.ranks.spread import Spread
from app.supervised import Supervised
from engine.parallel.errors import RankAway, RankFailed
from engine.parallel.frames import Message
from engine.parallel.link import SILENCE, Link
from engine.parallel.meeting import Meeting, connect
from engine.parallel.memory import ParallelMemory
from storage.bank.bank import Bank

log = logging.getLogger(__name__)

PART = "memory on several devices"  # what Health calls it
PING_SECONDS = 2.0
CONNECT_SECONDS = 30.0
START_SECONDS = 180.0  # for a process to come up on a busy machine
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
USABLE_RAM = 0.85


@dataclass(eq=False)
class Rank:
    """One that is not 0. came: how often it joined so far; process: None for one that comes from elsewhere."""

    number: int
    device: str
    came: int = 0
    process: RankProcess | None = None
    holder: RemoteHolder | None = None
    why: str = ""
    pause: float = FIRST_PAUSE
    not_before: float = 0.0
    started: float = 0.0

    @property
    def name(self) -> str:
        return f"rank {self.number} ({self.device})"


@dataclass(eq=False)
class Ranks:
    """devices: of all ranks, rank 0's own first. meeting: where those that others start come to; None: they are started
    here, and meet in a private folder. `start` before anything else, `stop` at the end."""

    devices: Sequence[str]
    health: Health
    meeting: Meeting | None = None
    _ranks: list[Rank] = field(default_factory=list)
    _spread: Spread | None = None
    _own: OwnHolder | None = None
    _refused: str = ""
    _was_whole: bool = False  # this bank, once; until then it answers alone

    def __post_init__(self) -> None:
        self._here = self.meeting is None
        self._helpers: weakref.WeakKeyDictionary[RemoteHolder, Helper] = weakref.WeakKeyDictionary()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._store: Any = None
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._working = threading.Lock()
        self._ranks = [Rank(number, device) for number, device in enumerate(self.devices) if number]
        self._thread = Supervised(
            self._step, name="doppel-ranks", part="ranks", health=self.health, stopping=self._stopping
        )

    def start(self) -> None:
        if self.meeting is None:
            self._folder = tempfile.TemporaryDirectory(prefix="doppel-ranks-", ignore_cleanup_errors=True)
            self.meeting = Meeting(str(Path(self._folder.name) / "meeting"), token_hex(32))
        self._store = self.meeting.store(first=True, seconds=CONNECT_SECONDS)
        self._thread.start()

    def stop(self) -> None:
        """Ends the processes that were started here."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(CONNECT_SECONDS)
        with self._working:
            if self._spread is not None:
                self._spread.end()
            for rank in self._ranks:
                self._let_go(rank, "Doppel ends")
            self._spread = None
        if self._folder is not None:
            self._folder.cleanup()

    def follow(self, bank: Bank) -> None:
        """Spread this bank, instead of any other. Call it while nothing is written to it."""
        with self._working:
            if self._spread is not None and self._spread.bank is bank:
                return
            if self._spread is not None:
                self._spread.end()
            self._own = OwnHolder(f"rank 0 ({self.devices[0]})", 0.0, places_on(self.devices[0]))
            self._spread = Spread(bank, self._lost)
            self._share_rooms()
            self._spread.begin()
            self._spread.join(self._own)
            self._refused, self._was_whole = "", False
            for rank in self._ranks:
                if rank.holder is not None:
                    try:
                        self._spread.join(rank.holder)
                    except (RankAway, RankFailed) as error:
                        self._lost(rank.holder, str(error))
        self._wake.set()

    def memory(self, bank: Bank) -> ParallelMemory | None:
        """The spread memory of this bank; None where it is not spread, or not yet, and the bank itself answers."""
        spread = self._spread
        return spread.memory() if spread is not None and spread.bank is bank and self._was_whole else None

    @property
    def missing_share(self) -> float:
        """Which share of the memory is away now, from 0 to 1."""
        spread = self._spread
        return spread.missing_share if spread is not None and self._was_whole else 0.0

    def helpers(self, folder: Path, fingerprint: str) -> list[Helper]:
        """The ranks that encode with this model now."""
        found = []
        for holder in self.joined:
            if not holder.facts.get("encodes"):
                continue
            kept = self._helpers.get(holder)
            if kept is None or kept.fingerprint != fingerprint:
                kept = self._helpers[holder] = Helper(holder.name, holder.encoding, folder, fingerprint)
            found.append(kept)
        return found

    @property
    def encoders(self) -> int:
        """How many ranks encode, or will once they have come, rank 0 among them."""
        coming = sum(device.startswith("cuda") for device in self.devices[1:])
        return 1 + max(coming, sum(bool(holder.facts.get("encodes")) for holder in self.joined))

    @property
    def joined(self) -> list[RemoteHolder]:
        """The other ranks that are there now."""
        return [rank.holder for rank in self._ranks if rank.holder is not None]

    def wait_whole(self, seconds: float) -> bool:
        """Wait until every rank is there and everything is held by one; False if that takes longer."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._refused:
                return False
            spread = self._spread
            if self._was_whole and spread is not None and not spread.missing and not self._absent:
                return True
            time.sleep(0.02)
        return False

    # One step of the thread

    def _step(self) -> bool:
        self._wake.wait(PING_SECONDS)
        self._wake.clear()
        if self._stopping.is_set():
            return False
        self._join_all()
        self._refuse_misfit()
        while (
            not self._stopping.is_set()
            and not self._refused
            and self._spread is not None
            and self._may_fill()
        ):
            if not (self._spread.fill() or self._spread.level()):
                break
            self._ping()
            self._join_all()
        self._ping()
        if self._spread is not None and not self._spread.missing and not self._absent:
            self._was_whole = True
        self._report()
        return True

    @property
    def _absent(self) -> bool:
        return any(rank.holder is None for rank in self._ranks)

    def _may_fill(self) -> bool:
        """Whether documents may be handed out: not while a rank is on its way that they belong to."""
        now = time.monotonic()
        return all(rank.holder is not None or now - rank.started > START_SECONDS for rank in self._ranks)

    def _join_all(self) -> None:
        for rank in self._ranks:
            if rank.holder is None and not self._stopping.is_set():
                self._bring(rank)

    def _bring(self, rank: Rank) -> None:
        """Start a rank, or join it once it has come."""
        now = time.monotonic()
        if self._here and (rank.process is None or rank.process.ended):
            if now < rank.not_before:
                return
            if rank.process is not None:
                rank.why = rank.why or "its process ended"
            rank.not_before = now + rank.pause
            rank.pause = min(2 * rank.pause, LONGEST_PAUSE)
            assert self.meeting is not None
            rank.process, rank.started = processes.start(self.meeting, rank.number, rank.device), now
        rank.started = rank.started or now
        came = int(self._store.add(worker.joined_as(rank.number), 0))
        if came == rank.came:
            self._wake.set()  # look again soon: somebody may come any moment
            self._stopping.wait(0.05)
            return
        rank.came = came
        try:
            self._join(rank)
        except (RankAway, RankFailed) as error:
            rank.why = str(error)
            self._let_go(rank, rank.why)

    def _join(self, rank: Rank) -> None:
        changes, questions, encoding = (self._link(rank, what) for what in worker.LINKS)
        facts = dict(questions.receive().facts)
        holder = RemoteHolder(rank.name, float(facts.get("room", 0)), questions, changes, encoding, facts)
        with self._working:
            rank.holder = holder
            self._share_rooms()
            if self._spread is not None:
                self._spread.join(holder)
        rank.why, rank.pause = "", FIRST_PAUSE

    def _link(self, rank: Rank, what: str) -> Link:
        assert self.meeting is not None
        name = worker.link_name(rank.number, rank.came, what)
        return connect(self.meeting, self._store, name, first=True, seconds=CONNECT_SECONDS)

    def _share_rooms(self) -> None:
        """Ranks whose shards lie in the memory of one machine share it."""
        remote = [rank.holder for rank in self._ranks if rank.holder is not None]
        here = socket.gethostname()
        on = Counter([here, *(str(holder.facts.get("host")) for holder in remote)])
        for holder in remote:
            free = float(holder.facts.get("room", 0)) / on[str(holder.facts.get("host"))]
            holder.room = USABLE_RAM * free + float(holder.facts.get("card", 0))
        if self._own is not None:
            card = sum(place.bytes or 0 for place in self._own.places if place.device.type == "cuda")
            self._own.room = USABLE_RAM * psutil.virtual_memory().available / on[here] + card

    def _refuse_misfit(self) -> None:
        """Before anything is loaded: a memory that the ranks cannot hold is not spread at all."""
        spread = self._spread
        if spread is None or self._refused or not spread.missing:
            return
        if self._absent:
            return
        holders: list[Holder] = [
            h for h in (self._own, *(rank.holder for rank in self._ranks)) if h is not None
        ]
        try:
            check_fit(need_of(spread.bank), spread.held_share, holders)
        except Misfit as error:
            self._refused = str(error)
            self.health.failed(PART, self._refused)
            log.warning("%s", self._refused)

    def _ping(self) -> None:
        for rank in self._ranks:
            holder = rank.holder
            if holder is None:
                continue
            for link in (holder.questions, holder.changes, holder.encoding):
                if link.busy.locked():
                    continue  # whoever uses it notices
                try:
                    link.ask(Message("ping"), most=SILENCE)
                except (RankAway, RankFailed) as error:
                    self._gone(holder, str(error))
                    break

    def _gone(self, holder: Holder, why: str) -> None:
        if self._spread is not None:
            self._spread.lose(holder, why)
        self._lost(holder, why)

    def _lost(self, holder: Holder, why: str) -> None:
        for rank in self._ranks:
            if rank.holder is holder:
                log.warning("%s is gone: %s", rank.name, why)
                rank.holder, rank.why, rank.started = None, why, 0.0
                self._let_go(rank, why)
        self._report()
        self._wake.set()

    def _let_go(self, rank: Rank, why: str) -> None:
        if rank.holder is not None:
            rank.holder.close(why)
            rank.holder = None
        if rank.process is not None:
            rank.process.end()

    def _report(self) -> None:
        if self._refused or self._stopping.is_set():
            return
        away = [rank for rank in self._ranks if rank.holder is None and rank.why]
        share = self.missing_share
        if not away and not share:
            self.health.well(PART)
        elif away:
            reasons = "; ".join(f"{rank.name}: {rank.why}" for rank in away)
            again = "It is started again by itself" if self._here else "Start it again there"
            self.health.failed(
                PART,
                f"Part of the memory ({share:.0%}) is away: {reasons}. Answers go on without it. {again}.",
            )
