"""Erasing what was removed once its term is over."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from app.upkeep import passed
from storage.archive import Archive
from storage.records import ForgetReport

TERM = datetime.timedelta(days=30)


def empty_trash(archive: Archive, now: datetime.datetime | None = None) -> str:
    """Forget what was removed longer ago than the term, in time as it was seen to pass."""
    moment = passed.seen(archive, now or datetime.datetime.now(datetime.UTC))
    over = archive.trash.before((moment - TERM).isoformat(timespec="seconds"))
    erase(archive, over)
    return f"{len(over)} removed memories were erased."


def erase(archive: Archive, ids: Sequence[int]) -> ForgetReport:
    """Forget removed documents; copies of what stays only go, so that what was said of it holds on."""
    copies = archive.trash.drop_copies(ids)
    rest = [id for id in ids if id not in copies]
    if not rest:
        return ForgetReport(len(copies), 0, 0, (), 0.0)
    report = archive.forgetting.forget(rest)
    return ForgetReport(
        report.documents + len(copies), report.tokens, report.messages, report.also_in, report.seconds
    )
