"""The fields above a note: YAML between ---, TOML between +++, or lines that people wrote as if they were YAML.

"title: Trip: Lisbon" is no YAML, and most programs that write notes do not care; then each line is a field.
"""

from __future__ import annotations

import re
from typing import Any

from app.parsing.items import iso_date
from app.parsing.spoken_dates import spoken_moment

_YAML = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.{0,20000}?)\n\+\+\+[ \t]*(?:\n|\Z)", re.S)
_FIELD = re.compile(r"([^\W\d_][\w .-]{0,40}?)[ \t]*:(?:[ \t]+(.*)|)$")
_BELOW_TITLE = re.compile(r"\A\s*# [^\n]{1,500}\n[ \t]*\n((?:[^\n:]{1,60}:[^\n]{0,1000}\n){1,50})[ \t]*\n")
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}")
AUTHOR_KEYS = ("author", "authors", "creator", "autor", "auteur", "作者")
_DATE_KEYS = (
    *("date", "created", "published", "created_at", "day", "date created", "created time", "creation date"),
    *(
        "created-at",
        "creation-date",
        "date-created",
        "datum",
        "erstellt",
        "fecha",
        "日期",
        "创建时间",
        "published_at",
    ),
    *("publishdate", "modified", "updated", "updated_at", "lastmod", "last modified"),
)
_ELSEWHERE = frozenset(("title", "cssclass", "cssclasses", "publish", *AUTHOR_KEYS))


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The fields above a note, by small letters, and the note. What has no fields stays in the text."""
    for pattern, read in ((_YAML, _yaml), (_TOML, _toml)):
        found = pattern.match(text)
        if found:
            fields = read(found[1])
            if fields:
                return {str(key).lower().strip(): value for key, value in fields.items()}, text[found.end() :]
    return {}, text


def below_title(text: str) -> dict[str, Any]:
    """The fields between a page's title and its text, as Notion writes them, by small letters; they stay in the text."""
    found = _BELOW_TITLE.match(text)
    fields = _lines(found[1]) if found else None
    return {key.lower().strip(): value for key, value in (fields or {}).items()}


def _yaml(text: str) -> dict[Any, Any] | None:
    import yaml

    try:
        fields = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        fields = None
    # A whole note between rulers may be YAML by chance: then it is no mapping.
    return fields if isinstance(fields, dict) else _lines(text)


def _toml(text: str) -> dict[str, Any] | None:
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return None


def _lines(text: str) -> dict[str, Any] | None:
    """A field a line, entries of lists below their key; None where a line is neither."""
    fields: dict[str, Any] = {}
    last = ""
    for line in text.split("\n"):
        found = _FIELD.match(line)
        if found:
            last, value = found[1], (found[2] or "").strip()
            inside = value[1:-1] if value.startswith("[") and value.endswith("]") else None
            fields[last] = (
                value.strip("\"'") if inside is None else [one.strip(" \"'") for one in inside.split(",")]
            )
        elif last and line.strip().startswith("- "):
            before = fields[last] if isinstance(fields[last], list) else []
            fields[last] = [*before, line.strip()[2:].strip("\"' ")]
        elif line.strip() and not line.startswith(("#", " ", "\t")):
            return None
    return fields


def flat(value: object) -> str:
    """Scalars and flat lists as text; no more, since YAML's aliases can stand for billions of nested values."""
    values = value[:50] if isinstance(value, list) else [value]
    return ", ".join(str(v) for v in values if isinstance(v, (str, int, float)) or iso_date(v))


def scalar(fields: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((text for key in keys if key in fields and (text := flat(fields[key]))), "")


def date(fields: dict[str, Any]) -> str | None:
    """The day of a note; links to the page of a day ([[2024-03-05]]) are days, too."""
    for key in _DATE_KEYS:
        value = fields.get(key)
        found = iso_date(value)
        if not found and isinstance(value, (str, list)) and (day := _DAY.search(str(value))):
            found = iso_date(day[0])
        if not found and isinstance(value, str):
            found = spoken_moment(value[:100])
        if found:
            return found
    return None


def shown_fields(fields: dict[str, Any]) -> str:
    """The fields that are text of the note and stand nowhere else, a line each."""
    lines = (
        f"{key}: {text}" for key, value in fields.items() if key not in _ELSEWHERE and (text := flat(value))
    )
    return "\n".join(lines)
