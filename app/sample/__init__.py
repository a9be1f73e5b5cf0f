"""The packaged sample archive: where its files lie, and their text.

`make run` without arguments opens on it, and the closed-form router of a converted model is fitted to its text when no
other text is given. Whoever benchmarks such a model on the sample questions should give it other text first.
"""

from __future__ import annotations

from pathlib import Path

from app.parsing import read_file

ARCHIVE = Path(__file__).resolve().parent / "archive"


def sample_files() -> list[Path]:
    """The files of the archive, in the order of their paths."""
    return sorted(path for path in ARCHIVE.rglob("*") if path.is_file())


def sample_texts() -> list[str]:
    """The text of each item of the archive (note, mail, chat, document), in the order of its files."""
    items = [item for path in sample_files() for item in read_file(path)]
    return ["\n\n".join(block.text for block in item.blocks) for item in items]
