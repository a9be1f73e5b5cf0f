"""Joplin's raw files, alone or in its archive (.jex): Markdown with what the program knows of the note below it.

Notebooks, tags and the like are files of the same form without a text of their own.
"""

from __future__ import annotations

import re

from app.errors import Skipped
from app.parsing.items import Block, Item, Source, iso_date

_FACTS = re.compile(r"(?:\A|\n\n)(id: [0-9a-f]{32}\n(?:[a-z_]+: ?[^\n]*\n)*type_: (\d+))\s*\Z")
_NOTE = "1"
_ENCRYPTED = "encrypted in Joplin: decrypt it there and export it again"


def joplin_note(text: str, source: Source) -> Item | None:
    """The note, None for any other Markdown. Raises Skipped for what is no note."""
    found = _FACTS.search(text[-20_000:])
    if not found:
        return None
    facts = dict(line.partition(":")[::2] for line in found[1].split("\n"))
    facts = {name: value.strip() for name, value in facts.items()}
    if facts.get("encryption_applied") == "1":
        raise Skipped(_ENCRYPTED)
    if found[2] != _NOTE:
        raise Skipped("no note: what Joplin knows of notebooks, tags or files")
    if facts.get("deleted_time", "0") not in ("", "0"):
        raise Skipped("in the trash of Joplin: not remembered")
    start = len(text) - len(text[-20_000:]) + found.start()
    title, _, body = text[:start].partition("\n")
    # Both modules need each other: a note is Markdown, and Markdown may be such a note.
    from app.parsing.formats.markdown import markdown_blocks

    shown = [f"Notebook: {name}"] if (name := _notebook(facts.get("parent_id", ""), source)) else []
    shown += [f"From: {address}"] if (address := facts.get("source_url")) else []
    shown += ["Done"] if facts.get("todo_completed", "0") not in ("", "0") else []
    fields = [Block("\n".join(shown), kind="fields")] if shown else []
    date = iso_date(facts.get("user_created_time") or facts.get("created_time"))
    return Item(
        title.strip() or source.stem,
        markdown_blocks(body.strip("\n")) + fields or [Block(title.strip())],
        facts.get("author", ""),
        date,
        date_source="properties" if date else "",
    )


def _notebook(number: str, source: Source) -> str:
    data = source.beside(f"{number}.md") if re.fullmatch("[0-9a-f]{32}", number) else None
    return data.decode("utf-8", "replace").partition("\n")[0].strip() if data else ""
