"""`python -m app.ranks.worker`: a rank that is not 0. It holds a shard in memory and answers rank 0 until that ends.

Everything it needs to know stands in its environment, which nobody else may read: where to meet, the secret, its number. It
writes no file and keeps nothing: when rank 0 is gone, so is the shard.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import psutil

from app.model.allocator import bound_memory
from app.ranks.encode_handler import EncodeHandler
from app.ranks.handlers import ShardHandlers, ping
from app.ranks.places import places_on
from engine.parallel.errors import RankAway
from engine.parallel.frames import Message
from engine.parallel.meeting import Meeting, connect
from engine.parallel.serve import serve

log = logging.getLogger(__name__)

ADDRESS, SECRET, RANK, DEVICE, ONCE = (
    "DOPPEL_RANK_ADDRESS",
    "DOPPEL_RANK_SECRET",
    "DOPPEL_RANK",
    "DOPPEL_RANK_DEVICE",
    "DOPPEL_RANK_ONCE",
)
ENCODES = "DOPPEL_RANK_ENCODES"
LINKS = ("changes", "questions", "encoding")  # in the order in which they are made
JOIN_SECONDS = 60.0
AGAIN_SECONDS = 2.0


@dataclass(frozen=True)
class Place:
    """Where a rank belongs. once: end with the first connection, instead of coming back."""

    meeting: Meeting
    rank: int
    device: str
    once: bool


def place_of(environment: Mapping[str, str]) -> Place:
    """Raises KeyError, ValueError for an environment that says nothing of this."""
    return Place(
        Meeting(environment[ADDRESS], environment[SECRET]),
        int(environment[RANK]),
        environment.get(DEVICE, "cpu"),
        environment.get(ONCE, "") == "1",
    )


def joined_as(rank: int) -> str:
    """Where a rank counts how often it came."""
    return f"joined/{rank}"


def link_name(rank: int, time: int, what: str) -> str:
    return f"link/{rank}/{time}/{what}"


def facts_of(place: Place) -> dict[str, Any]:
    """What rank 0 must know of this rank. room: free bytes of the machine, which its ranks share; card: of the device;
    encodes: on a card, or where it is told to."""
    return {
        "host": socket.gethostname(),
        "process": os.getpid(),
        "device": place.device,
        "room": psutil.virtual_memory().available,
        "encodes": place.device.startswith("cuda") or os.environ.get(ENCODES) == "1",
        "card": sum(found.bytes or 0 for found in places_on(place.device) if found.device.type == "cuda"),
    }


def stay(place: Place) -> None:
    """Join once, and answer until the connection ends. Raises RankAway where nobody is there to join."""
    bound_memory()
    store = place.meeting.store(first=False, seconds=JOIN_SECONDS)
    time = int(store.add(joined_as(place.rank), 1))
    changes, questions, encoding = (
        connect(place.meeting, store, link_name(place.rank, time, what), first=False, seconds=JOIN_SECONDS)
        for what in LINKS
    )
    questions.send(Message("here", facts_of(place)))
    handlers = ShardHandlers(places_on(place.device))
    for link, answers in (
        (questions, handlers.questions),
        (encoding, {"encode": EncodeHandler(place.device), "ping": ping}),
    ):
        threading.Thread(target=serve, args=(link, answers), daemon=True).start()
    serve(changes, handlers.changes)
    questions.close("rank 0 is gone")
    encoding.close("rank 0 is gone")


def stay_once(place: Place) -> None:
    try:
        stay(place)
    except RankAway as error:
        log.warning("rank %d: %s", place.rank, error)


def stay_for_ever(place: Place) -> NoReturn:
    """Join, and again whenever the connection ends."""
    waiting = threading.Event()
    while True:
        stay_once(place)
        waiting.wait(AGAIN_SECONDS)


def main() -> int:
    logging.basicConfig(level=logging.WARNING)
    try:
        place = place_of(os.environ)
    except (KeyError, ValueError):
        print("This is started by Doppel: see the setting `devices`.", file=sys.stderr)
        return 2
    if place.once:
        stay_once(place)
        return 0
    stay_for_ever(place)


if __name__ == "__main__":
    # The threads that wait for rank 0 hold nothing that must be finished.
    code = main()
    logging.shutdown()
    os._exit(code)
