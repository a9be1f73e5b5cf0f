"""Links and pages that Safari and Windows save."""

from __future__ import annotations

from pathlib import Path

from app.parsing import Item, read_file
from tests.app.parsing import samples

EVERY = samples.every_format()


def read(tmp_path: Path, name: str, data: bytes) -> Item:
    (tmp_path / name).write_bytes(data)
    return read_file(tmp_path / name)[0]


def test_links_and_pages_that_were_saved(tmp_path: Path) -> None:
    for name in ("Lisbon trams.webloc", "Lisbon trams.url"):
        assert (
            read(tmp_path, name, EVERY[name]).blocks[0].text == "Lisbon trams: https://trams.example/lisbon"
        )
    page = read(tmp_path, "x.webarchive", EVERY["trams.webarchive"])
    assert page.title == "Trams"
    assert [b.text for b in page.blocks] == ["https://trams.example/lisbon", "Lisbon by tram, très beau."]
