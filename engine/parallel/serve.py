"""The side of a rank that is not 0: answers what comes over its links until rank 0 ends or sends it home."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

from engine.parallel.errors import RankAway
from engine.parallel.frames import Message
from engine.parallel.link import BUSY_EVERY, PATIENCE, Link

log = logging.getLogger(__name__)

Handler = Callable[[Message], Message]
AT_ONCE = 0.02  # seconds within which most answers are ready


def serve(link: Link, handlers: Mapping[str, Handler]) -> None:
    """Answer until "leave" comes or the link breaks. While a handler works, signs of life are sent.

    What a handler raises goes back as "failed", by the name of its kind alone: texts may hold what is private.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="doppel-rank") as pool:
        while True:
            try:
                asked = link.receive(silence=PATIENCE)
                if asked.kind == "leave":
                    link.send(Message("done"))
                    return
                future = pool.submit(answer, handlers, asked)
                wait = AT_ONCE
                while True:
                    try:
                        result = future.result(wait)
                        break
                    except NotYet:
                        if wait == BUSY_EVERY:
                            link.send_busy()
                        wait = BUSY_EVERY
                link.send(result)
            except RankAway:
                return


def answer(handlers: Mapping[str, Handler], asked: Message) -> Message:
    handler = handlers.get(asked.kind)
    if handler is None:
        return Message("failed", {"why": f"nothing answers {asked.kind[:40]!r}"})
    try:
        return handler(asked)
    except Exception as error:
        log.warning("%s failed: %s", asked.kind, type(error).__name__)
        return Message("failed", {"why": type(error).__name__})
