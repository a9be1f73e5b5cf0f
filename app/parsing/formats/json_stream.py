"""JSON as a stream, through ijson: single values with their path, or the elements of a list one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.errors import Unreadable
from app.parsing.encoding import tidy
from app.parsing.items import Source

_DEPTH = 200


def json_values(source: Source) -> Iterator[tuple[str, str]]:
    """(path, value) of every value that is no container; "people[3].name" is such a path.

    Raises Unreadable for broken or absurdly nested JSON.
    """
    path: list[str | int] = []  # keys, and positions in lists
    for event, value in events(source):
        if event == "map_key":
            path[-1] = tidy(value)
        elif event in ("start_map", "start_array"):
            _advance(path)
            if len(path) >= _DEPTH:
                raise Unreadable(f"JSON nested more than {_DEPTH} deep: not readable as text")
            path.append("" if event == "start_map" else -1)
        elif event in ("end_map", "end_array"):
            path.pop()
        else:
            _advance(path)
            text = tidy(str(value)).strip() if value is not None else ""
            if text:
                yield _shown(path), text


def _advance(path: list[str | int]) -> None:
    if path and isinstance(path[-1], int):
        path[-1] += 1


def _shown(path: list[str | int]) -> str:
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).lstrip(".")


def events(source: Source) -> Iterator[tuple[str, Any]]:
    """ijson's basic events. Raises BrokenJSON where the JSON is broken."""
    import ijson

    with source.open() as stream:
        try:
            yield from ijson.basic_parse(stream, use_float=True)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise BrokenJSON from error


def elements(source: Source, prefix: str) -> Iterator[Any]:
    """The values at an ijson prefix ("item" for the elements of a list), built one at a time. Raises BrokenJSON."""
    import ijson

    with source.open() as stream:
        try:
            yield from ijson.items(stream, prefix, use_float=True)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise BrokenJSON from error


class BrokenJSON(Unreadable):
    """The text is no JSON from some point on."""

    def __init__(self) -> None:
        super().__init__("damaged JSON, perhaps cut short: export or download it again")
