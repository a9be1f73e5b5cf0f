"""A memory in its file, and what of that has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import NotFound
from app.records import MemoryFilter
from app.twin.twin import Twin


def found(twin: Twin, words: str) -> int:
    return twin.review(MemoryFilter(query=words))[0].id


def test_a_memory_stands_among_the_passages_of_its_file(noted: Twin, tmp_path: Path) -> None:
    path = tmp_path / "notes" / "long.md"
    path.write_text("".join(f"# Part {n}\n\n" + f"word{n} " * 40 + "\n\n" for n in range(12)))
    noted.ingest(path)
    middle = noted.view(found(noted, "word6"), 2)
    assert middle.before and middle.after and middle.present and middle.kind == "text"
    assert len(middle.passages) == 5 and middle.passages[2].id == middle.memory.id
    assert "word6" in middle.passages[2].text and "long" not in middle.passages[2].text
    whole = noted.view(middle.memory.id, 100)
    assert not whole.before and not whole.after
    assert [passage.id for passage in whole.passages] == sorted(passage.id for passage in whole.passages)


def test_what_changed_in_the_file_is_shown(noted: Twin) -> None:
    id = found(noted, "suitcase")
    path = Path(noted.memory(id).path or "")
    noted.stop()
    assert noted.changed_since(id) is None
    path.write_text("Mara moved to Lisbon and asked for the blue suitcase.\n")
    assert ("new", "Lisbon") in (noted.changed_since(id) or [])
    path.write_text("Nothing of the kind.\n")
    with pytest.raises(NotFound, match="no longer"):
        noted.changed_since(id)
    path.unlink()
    with pytest.raises(NotFound, match="not there"):
        noted.changed_since(id)
    assert not noted.view(id).present


def test_what_has_no_page_says_so(noted: Twin) -> None:
    with pytest.raises(NotFound, match="neither"):
        noted.facsimile(found(noted, "suitcase"))
    (note,) = noted.add_note("The key lies under the third pot.")
    assert len(noted.view(note).passages) == 1
    for act in (noted.changed_since, noted.show_in_folder):
        with pytest.raises(NotFound, match="no file"):
            act(note)
    with pytest.raises(NotFound):
        noted.view(10**6)
