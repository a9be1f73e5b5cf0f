"""Noting who is named in new memories, in the background: one short transaction for some documents at a time."""

from __future__ import annotations

from collections.abc import Callable

from app.people.found import RULES, found_in
from storage.archive import Archive

AT_ONCE = 200


def note_people(
    archive: Archive, *, most: int | None = None, stop: Callable[[], bool] = lambda: False
) -> int:
    """Look at documents that were not looked at, or only by earlier rules; at how many. most: no more than about so many."""
    done = 0
    while not stop() and (most is None or done < most):
        documents = archive.people.unread(RULES, AT_ONCE)
        if not documents:
            break
        archive.people.put(
            documents, [named for document in documents for named in found_in(document)], RULES
        )
        done += len(documents)
    return done
