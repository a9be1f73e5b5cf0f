"""Names in zips of every origin; what of a zip was not read is told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from app.parsing import read_file
from app.parsing.formats.zip_names import member_names


def unmarked(names: list[bytes]) -> list[zipfile.ZipInfo]:
    """Members as zipfile reads them from an archive whose names carry no flag."""
    found = []
    for name in names:
        info = zipfile.ZipInfo()
        info.orig_filename = info.filename = name.decode("cp437")
        found.append(info)
    return found


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("utf-8", ["Großmutter/Müller Rezept.txt", "Übersicht.md"]),
        ("cp437", ["Grüße aus Köln.txt", "Straße.pdf"]),
        ("cp850", ["Ação São João.txt", "Förderung.txt"]),
        ("cp852", ["Zażółć gęślą jaźń.txt", "łąka.txt"]),
        ("cp852", ["Příliš žluťoučký kůň.txt"]),
        ("cp866", ["Договор аренды.doc", "фото/море.jpg"]),
        ("cp1251", ["Письмо Ольге.txt"]),
        ("cp1252", ["Übersicht Müller.txt", "Café.txt"]),
        ("cp737", ["Συμβόλαιο σπιτιού.txt"]),
        ("cp862", ["חוזה שכירות.txt"]),
        ("gb18030", ["备忘录钥匙.txt"]),
        ("gb18030", ["照片/海边.txt", "合同.pdf"]),
        ("cp932", ["旅行の計画.txt", "家族/写真.txt"]),
        ("cp932", ["表示.txt", "ソース一覧.txt"]),
        ("cp949", ["계약서 사본.txt", "여행/제주도.txt"]),
        ("big5", ["備忘錄.txt", "租屋合約.txt"]),
    ],
)
def test_names_without_a_flag(codec: str, names: list[str]) -> None:
    assert member_names(unmarked([name.encode(codec) for name in names])) == names


def test_a_name_in_the_extra_field() -> None:
    (info,) = unmarked([b"?.txt"])
    name = "备忘录.txt".encode()
    info.extra = b"\x75\x70" + (len(name) + 5).to_bytes(2, "little") + bytes(5) + name
    assert member_names([info]) == ["备忘录.txt"]


def test_what_of_a_zip_is_not_read_is_told_by_reason(tmp_path: Path) -> None:
    path = tmp_path / "phone.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "words")
        for number in range(9):
            archive.writestr(f"DCIM/{number}.exe", b"\x7fELF\x00\x00" + bytes(500))
        archive.writestr("broken.pdf", b"%PDF-1.4 nothing")
    notes = [note for item in read_file(path) for note in item.notes]
    assert len(notes) == 2
    assert "DCIM/0.exe" in notes[0] and "and 4 more" in notes[0] and "ELF" in notes[0]
    assert "broken.pdf" in notes[1] and "damaged" in notes[1]


def test_notes_of_an_inner_file_say_which(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.txt", "words")
        archive.writestr("b.bin", b"\x7fELF\x00\x00" + bytes(500))
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    (note,) = [note for item in read_file(path) for note in item.notes]
    assert note.startswith("inner.zip: b.bin: ")
