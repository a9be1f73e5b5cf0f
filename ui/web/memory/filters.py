"""HTML of what narrows the memory: the form, the timeline, who and what it is narrowed to, and the ways to look at it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence

from app.records import MemoryFilter, SourceStatus
from app.twin.review import KINDS
from ui.web.markup import MONTHS, button, text
from ui.web.messages import spoken, tr

VIEWS = {
    "": "All memories",
    "people": "People",
    "summaries": "Summaries",
    "twice": "Said twice",
    "trash": "Removed",
}


def views(now: str, removed: int) -> str:
    """The ways to look at the memory. removed: how many memories wait to be erased."""
    items = "".join(
        f'<button type="button" class="view" data-event="view" data-view-name="{name}" '
        f'aria-current="{"true" if name == now else "false"}">{text(tr(label))}'
        f"{f' <small>{removed:,}</small>' if name == 'trash' and removed else ''}</button>"
        for name, label in VIEWS.items()
    )
    return f'<nav class="views" aria-label="{text(tr("Ways to look at the memory"))}">{items}</nav>'


def filters(
    sources: Sequence[SourceStatus],
    wanted: MemoryFilter,
    folders: Sequence[tuple[str, int]] = (),
    person: str = "",
) -> str:
    """The form that narrows the list while one types. person: the name of whom it is narrowed to."""
    search = text(tr("Search what is remembered"))
    kinds = [("", tr("All kinds")), *((kind, tr(kind)) for kind in KINDS)]
    places = [("", tr("All sources")), *((str(source.id), source.path) for source in sources)]
    inside = [("", tr("All folders")), *((path, _short(path)) for path, _ in folders)]
    ways = [("", tr("by words")), ("1", tr("by meaning"))]
    orders = [
        ("", tr("Newest first")), ("oldest", tr("Oldest first")),
        ("learned", tr("Learned last first")), ("longest", tr("Longest first")),
    ]  # fmt: skip
    chip = _chip(person) if person else ""
    return (
        '<form class="searching" data-event="narrow" data-live role="search">'
        f'<input name="query" type="search" value="{text(wanted.query)}" placeholder="{search}" '
        f'aria-label="{search}" autocomplete="off">'
        + _select("meaning", tr("How to search"), ways, "1" if wanted.meaning else "")
        + _select("kind", tr("Kind"), kinds, wanted.kind)
        + _select("source", tr("Source"), places, str(wanted.source_id or ""))
        + _select("folder", tr("Folder"), inside, wanted.folder)
        + _select("order", tr("Order"), orders, wanted.order or ("oldest" if wanted.oldest else ""))
        + f"</form>{chip}"
    )


def _chip(person: str) -> str:
    away = button("anyone", "×", kind="quiet-act", meaning=tr("Show memories of everybody"))
    return f'<p class="chip">{text(tr("Naming {person}", person=person))} {away}</p>'


def _short(path: str) -> str:
    """The last two folders, which is what people call it."""
    return os.sep.join(path.rstrip(os.sep).split(os.sep)[-2:])


def _select(name: str, label: str, choices: Sequence[tuple[str, str]], chosen: str) -> str:
    options = "".join(
        f'<option value="{text(value)}"{" selected" if value == chosen else ""}>{text(shown)}</option>'
        for value, shown in choices
    )
    return f'<select name="{name}" aria-label="{text(label)}">{options}</select>'


def timeline(months: Sequence[tuple[str, int]], wanted: MemoryFilter) -> str:
    """Years, and in the open one its months, each with a bar as long as it is full."""
    years: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for month, count in months:
        years[month[:4]].append((month, count))
    most = max((count for _, count in months), default=1)
    rows = [_period("", tr("All time"), sum(count for _, count in months), None, wanted)]
    for year, inside in years.items():
        if not year:
            continue
        total = sum(count for _, count in inside)
        rows.append(_period(year, year, total, None, wanted))
        if wanted.since[:4] == year:
            rows += [_period(month, _month(month), count, count / most, wanted) for month, count in inside]
    if undated := sum(count for _, count in years.get("", [])):
        rows.append(_period("undated", tr("Without a date"), undated, None, wanted))
    return f'<nav class="timeline" aria-label="{text(tr("Timeline"))}">{"".join(rows)}</nav>'


def _period(period: str, label: str, count: int, share: float | None, wanted: MemoryFilter) -> str:
    here = "undated" if wanted.undated else wanted.since
    full = 0 if share is None else max(4, round(share * 100))
    bar = f'<progress max="100" value="{full}" aria-hidden="true"></progress>' if share is not None else ""
    kind = "month" if share is not None else "year"
    return (
        f'<button type="button" class="period {kind}" data-event="period" data-period="{text(period)}" '
        f'aria-current="{"true" if here == period else "false"}">'
        f"<span>{text(label)}</span><small>{count:,}</small>{bar}</button>"
    )


def _month(month: str) -> str:
    number = month[5:7]
    if not (number.isascii() and number.isdigit()) or not 1 <= int(number) <= 12:
        return month
    return f"{int(number)}月" if spoken() == "zh" else MONTHS[spoken()][int(number) - 1]
