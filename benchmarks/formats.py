"""What Doppel reads, as the table in README: `python -m benchmarks.formats [--write]`.

The table is made of the registry of readers; --write puts it where README has it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.parsing.registry import FORMATS

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- formats: python -m benchmarks.formats --write -->", "<!-- end of formats -->"

# In README's order: what people call such files, and the formats.
_ROWS = (
    ("Mail", "mail mbox msg tnef"),
    ("Chats", "whatsapp days headed sqlite subtitles"),
    ("Notes and texts", "text markdown org rst rtf html notebook"),
    ("Documents", "pdf docx odt flat_odf pages epub"),
    ("Slides and drawings", "pptx odp keynote odg"),
    ("Tables", "xlsx xls xlsb ods numbers csv"),
    ("Calendars, contacts, links", "icalendar vcard bookmarks plist shortcut"),
    ("Pictures and recordings", "picture speech"),
    ("Data and source code", "json jsonl xml code"),
    ("What is packed", "zip tar packed 7z"),
)


def table() -> str:
    rows = [f"| {name} | {' · '.join(FORMATS[one].endings for one in of.split())} |" for name, of in _ROWS]
    return "\n".join(("| | |", "|---|---|", *rows))


def written(readme: str) -> str:
    """README with the table of now. Raises ValueError where it has no place for one."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README has no {BEGIN} … {END}")
    return f"{before}{begin}\n\n{table()}\n\n{end}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(description="The table of formats in README.")
    parser.add_argument("--write", action="store_true")
    if parser.parse_args().write:
        README.write_text(written(README.read_text("utf-8")), encoding="utf-8")
    else:
        sys.stdout.write(table() + "\n")


if __name__ == "__main__":
    main()
