"""A chat as a Markdown file that any other program reads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.records import Message
from ui.web.markup import day, file_name, text
from ui.web.messages import tr


def markdown(title: str, turns: Sequence[Message]) -> str:
    """Questions as headings, answers below them, their sources as numbered quotations."""
    lines = [f"# {_line(title)}", ""]
    for turn in turns:
        if turn.role == "user":
            lines += [f"## {_line(turn.text)}", ""]
            continue
        lines += [turn.text, ""]
        for number, item in enumerate(turn.evidence, start=1):
            facts = [item.path or file_name(None), item.place, day(item.date)]
            lines += [f"{number}. {' · '.join(_line(fact) for fact in facts if fact)}", ""]
            lines += [f"   > {line}".rstrip() for line in item.passage.splitlines()] + [""]
    return "\n".join(lines).rstrip() + "\n"


def file_title(title: str) -> str:
    """A file name that every system takes."""
    return (_line(re.sub(r"[^\w -]+", " ", title))[:60].rstrip() or tr("Chat")) + ".md"


def download(name: str, content: str) -> str:
    """Markup that makes the browser save `content`, once."""
    return f'<span class="unseen" data-download="{text(name)}" data-content="{text(content)}"></span>'


def _line(value: str) -> str:
    return " ".join(value.split())
