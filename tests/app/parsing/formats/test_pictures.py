"""Text in scans and pictures, and what a photo says of itself."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from app.errors import NotRead, Skipped
from app.parsing import Item, Limits, read_file
from app.parsing.formats import ocr
from app.parsing.isolated import read_isolated
from tests.app.parsing import samples
from tests.app.parsing.test_hostile import VARIANTS, damaged


def photo(words: str = "", size: tuple[int, int] = (700, 300)) -> bytes:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).text((40, 80), words, fill=0, font=ImageFont.load_default(size=48))
    exif = Image.Exif()
    exif[271], exif[272] = "Canon", "Canon EOS"
    exif.get_ifd(0x8769)[36867] = "2024:03:05 14:02:11"
    exif.get_ifd(0x8825).update({1: "S", 2: (46.0, 30.0, 0.0), 3: "E", 4: (7.0, 15.0, 0.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def read(tmp_path: Path, name: str, data: bytes, limits: Limits | None = None) -> list[Item]:
    (tmp_path / name).write_bytes(data)
    return read_file(tmp_path / name, limits)


def test_a_photo_and_a_scan_are_read_in_the_limited_process(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(samples.scanned_pdf("LISBON TRAM 28"))
    (item,) = read_isolated(tmp_path / "scan.pdf", seconds=300, megabytes=2048)
    assert item.blocks[0].place == "page 1"
    assert item.blocks[0].text.replace(" ", "") == "LISBONTRAM28"


def test_when_where_and_with_what_a_photo_was_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "read_picture", lambda picture, a_minute=0: "Bakery opens at nine")
    (item,) = read(tmp_path, "IMG_1.jpg", photo())
    assert (item.date, item.date_source) == ("2024-03-05T14:02:11", "exif")
    assert [block.text for block in item.blocks] == [
        "Bakery opens at nine",
        "taken: 2024-03-05 14:02:11\nplace: -46.50000, 7.25000\ncamera: Canon EOS",
    ]


@pytest.mark.parametrize(
    ("data", "limits", "reason"),
    [
        (photo(), Limits(), "no text in this picture"),
        (photo(size=(90, 300)), Limits(), "too small a picture"),
        (photo(), Limits(ocr_pages=0), "text in pictures is not read"),
        (photo()[:700], Limits(), "damaged"),
    ],
)
def test_what_is_no_memory_says_why(
    data: bytes, limits: Limits, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "read_picture", lambda picture, a_minute=0: " . ")
    with pytest.raises(Skipped, match=reason):
        read(tmp_path, "x.jpg", data, limits)


def test_a_photo_without_text_is_a_memory_only_if_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "read_picture", lambda picture, a_minute=0: " . ")
    (tmp_path / "Lisbon 2024").mkdir()
    (item,) = read(tmp_path / "Lisbon 2024", "IMG_1.jpg", photo(), Limits(photos=True))
    assert item.date == "2024-03-05T14:02:11"
    assert item.blocks[0].text.splitlines() == [
        "photo: IMG_1.jpg",
        "taken: 2024-03-05 14:02:11",
        "place: -46.50000, 7.25000",
        "camera: Canon EOS",
        "album: Lisbon 2024",
    ]
    monkeypatch.setattr(ocr, "available", lambda: False)
    assert read(tmp_path, "2.jpg", photo(), Limits(photos=True))


def test_pictures_are_looked_at_at_an_even_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, slept = [100.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))
        clock[0] += seconds

    monkeypatch.setattr(ocr.time, "monotonic", lambda: clock[0])  # type: ignore[attr-defined]
    monkeypatch.setattr(ocr.time, "sleep", sleep)  # type: ignore[attr-defined]
    monkeypatch.setattr(ocr, "_last", 99.5)
    ocr._wait_for_turn(2.0)
    clock[0] += 0.5
    ocr._wait_for_turn(2.0)
    clock[0] += 9.0
    ocr._wait_for_turn(2.0)
    assert slept == [1.5, 1.5, 0.0]


HEIC = Path(__file__).with_name("photo.heic")  # white, with what a phone says of a photo
CHINESE = Path(__file__).with_name("chinese.png")  # two lines, drawn with Droid Sans Fallback


def test_chinese_is_read_from_a_picture(tmp_path: Path) -> None:
    (tmp_path / "screenshot.png").write_bytes(CHINESE.read_bytes())
    (item,) = read_isolated(tmp_path / "screenshot.png", seconds=300, megabytes=2048)
    text = item.blocks[0].text.replace(" ", "")
    assert "钥匙在抽屉里" in text
    assert "里斯本三月五日" in text


def test_heic_keeps_its_date_and_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "read_picture", lambda picture, a_minute=0: "Bakery opens at nine")
    (item,) = read(tmp_path, "IMG_2.HEIC", HEIC.read_bytes())
    assert (item.date, item.date_source) == ("2024-03-05T14:02:11", "exif")
    assert "place: -46.50000, 7.25000" in item.blocks[-1].text


def test_pictures_are_counted_over_all_that_is_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "read_picture", lambda picture, a_minute=0: "Some words")
    files: dict[str, str | bytes] = {f"{number}.jpg": photo() for number in range(4)}
    items = read(tmp_path, "x.zip", samples.zipped(files), Limits(ocr_pages=2))
    assert len(items) == 2
    assert items[-1].notes == ("2.jpg, 3.jpg: a picture: of one file no more than 2 are looked at",)


def test_pieces_side_by_side_are_one_line() -> None:
    pieces = [(10.0, 30.0, 200.0, "900"), (12.0, 31.0, 5.0, "Rent"), (40.0, 60.0, 5.0, "Total")]
    assert ocr._lines(pieces) == "Rent  900\nTotal"


def test_damaged_pictures_give_text_or_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "read_picture", lambda picture, a_minute=0: "Some words")
    chance = random.Random(3)
    for number in range(VARIANTS):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(damaged(photo(), chance))
        try:
            assert read_file(path)
        except NotRead as error:
            assert error.reason
