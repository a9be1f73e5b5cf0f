"""Pages and pictures leave the reading process as pixels, with the words that are meant marked on them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from app.errors import NotRead, Skipped
from app.parsing.isolated import picture_isolated
from app.viewing.facsimile import WIDTH, facsimile, runs_of

ARCHIVE = Path(__file__).parents[3] / "app" / "sample" / "archive"
PDF = ARCHIVE / "home" / "Mietvertrag Erlenweg 12.pdf"


def colours(webp: bytes) -> set[tuple[int, int, int]]:
    picture = Image.open(io.BytesIO(webp)).convert("RGB").resize((275, 388))
    return {colour for _, colour in picture.getcolors(1_000_000) or []}  # type: ignore[misc]


def amber(webp: bytes) -> int:
    """How many colours of the highlighter there are: more blue is missing than red."""
    return sum(red > 200 and red - blue > 60 for red, _, blue in colours(webp))


def test_a_page_is_drawn_with_its_words_marked() -> None:
    import pypdfium2

    said = pypdfium2.PdfDocument(PDF)[0].get_textpage().get_text_range()
    words = " ".join(said.split()[4:16])
    plain, pages = facsimile(PDF, 1, "", "")
    drawn, _ = facsimile(PDF, 1, said, words)
    assert Image.open(io.BytesIO(drawn)).width == WIDTH and pages >= 1
    assert amber(drawn) > amber(plain) == 0


def test_a_page_beyond_the_last_is_the_last() -> None:
    _, pages = facsimile(PDF, 1, "", "")
    assert facsimile(PDF, 999, "", "") == facsimile(PDF, pages, "", "")
    assert facsimile(PDF, 0, "", "") == facsimile(PDF, 1, "", "")


def test_words_are_found_whatever_stands_between_them() -> None:
    page = "The rent is\n850 Euro,  due on\nthe third day. Other words follow."
    ((start, end),) = runs_of(page, "rent is 850 Euro due on the third day")
    assert page[start:end] == "rent is\n850 Euro,  due on\nthe third day"
    assert runs_of(page, "quite other words than these") == []
    assert runs_of("租金是八百五十欧元。", "八百五十")[0] == (3, 7)
    assert runs_of("", "x") == runs_of("x", "") == []


def test_a_picture_is_made_small_and_turned(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[274] = 6  # taken with the camera on its side
    Image.new("RGB", (3000, 2000), "navy").save(path, exif=exif)
    webp, pages = picture_isolated(path, 1, "", "")
    assert Image.open(io.BytesIO(webp)).size == (WIDTH, WIDTH * 3 // 2) and pages == 1


def test_what_is_no_page_is_refused_with_a_reason(tmp_path: Path) -> None:
    broken, text = tmp_path / "broken.pdf", tmp_path / "a.txt"
    broken.write_bytes(b"%PDF-1.4 <script>nothing</script>")
    text.write_text("words")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    for path in (broken, tmp_path / "broken.png", tmp_path / "gone.pdf"):
        with pytest.raises(NotRead):
            picture_isolated(path, 1, "", "")
    with pytest.raises(Skipped):
        picture_isolated(text, 1, "", "")
