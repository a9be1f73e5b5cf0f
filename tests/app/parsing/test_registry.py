"""What is refused, skipped or cut, and how files of any name and size come through the registry."""

from __future__ import annotations

import ast
import contextlib
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

import pytest

from app.errors import NotRead, Skipped, Unreachable, Unreadable
from app.parsing import Block, Item, Limits, formats, read_file, registry
from app.parsing.isolated import read_isolated
from app.parsing.items import Source
from app.parsing.registry import FORMATS
from app.parsing.sniff import sniff
from tests.app.parsing import samples
from tests.app.parsing.conftest import Reader
from tests.app.parsing.samples import recordings


def test_a_scanned_pdf_that_is_not_read_says_so(read: Reader) -> None:
    with pytest.raises(Unreadable, match="its one page is scanned, and text in pictures is not read"):
        read("scan.pdf", samples.scanned_pdf(), Limits(ocr_pages=0))


def test_json_with_comments_is_still_text(read: Reader) -> None:
    blocks = read("settings.json", '{\n  // where we live\n  "city": "Lisbon",\n}')[0].blocks
    assert "where we live" in blocks[0].text


@pytest.mark.parametrize("name", ["data.ipynb"])
def test_what_cannot_be_parsed_is_read_as_plain_text(name: str, read: Reader) -> None:
    whole = samples.every_format()[name]
    data = whole[: len(whole) // 2 + 20] + b"\nBEGIN:X\n;;broken"
    (item,) = read(name, data)
    assert item.notes[0].endswith("read as plain text")
    assert "Lisbon" in item.blocks[0].text


def test_zeros_that_a_crash_left_do_not_make_a_log_binary(read: Reader) -> None:
    text = b"09:00 Lisbon departed\n" * 50
    (item,) = read("tram.log", text + bytes(60) + text)
    assert item.blocks[0].text.count("Lisbon") == 100


def test_a_broken_member_costs_only_itself_and_is_told(read: Reader) -> None:
    data = samples.zipped({"bad.pdf": b"%PDF-1.4 nothing", "good.txt": "All is well."})
    (item,) = read("mixed.zip", data)
    assert item.blocks[0].text == "All is well."
    assert item.notes[0].startswith("bad.pdf: damaged PDF")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.md", b" \n\n\t\n", "empty"),
        ("tool", b"\x7fELF\x02\x01\x01\x00" + bytes(50), "not a text format: ELF binary"),
        ("notes.txt", b"\x89PNG\r\n\x1a\n" + bytes(50), "a picture that is damaged or of an unusual kind"),
        ("page.html", b"\xff\xd8\xff\xe0" + bytes(50), "a picture that is damaged or of an unusual kind"),
        (
            "film.mp4",
            bytes(4) + b"ftypisom" + bytes(50),
            "not a text format: MP4 video or audio",
        ),
        ("x.bin", bytes(range(256)) * 4, "not a text format: unknown binary data"),
        ("empty.zip", b"PK\x05\x06" + bytes(18), "no text in this zip archive"),
        ("x.html", b"<html><script>1</script></html>", "no text in this HTML page"),
        ("x.pdf", samples.pdf([""]), "no text in this PDF"),
    ],
)
def test_nothing_to_read_is_skipped(name: str, data: bytes, reason: str, read: Reader) -> None:
    with pytest.raises(Skipped) as skipped:
        read(name, data)
    assert skipped.value.reason == reason


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("locked.pdf", samples.locked_pdf(), "protected by a password"),
        ("locked.zip", samples.locked_zip(), "protected by a password"),
        ("locked.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        ("old.doc", OLE + "WordDocument".encode("utf-16-le"), "save it as DOCX"),
        ("old.xls", OLE + "Workbook".encode("utf-16-le"), "damaged old workbook"),
        ("mail.msg", OLE + "__properties_version1.0".encode("utf-16-le"), "damaged Outlook message"),
        ("x.tar.gz", b"\x1f\x8b\x08" + bytes(50), "damaged, or cut short"),
        ("broken.pdf", b"%PDF-1.7\nnothing more", "damaged PDF"),
        ("broken.docx", b"PK\x03\x04 and nothing more", "damaged zip-based file"),
        (
            "broken.docx",
            samples.zipped({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}),
            "damaged Word",
        ),
        (
            "locked.odt",
            samples.zipped(
                {
                    "mimetype": "application/vnd.oasis.opendocument.text",
                    "META-INF/manifest.xml": "<m><encryption-data/></m>",
                    "content.xml": "?",
                }
            ),
            "protected by a password",
        ),
    ],
)
def test_broken_or_locked_says_what_to_do(name: str, data: bytes, reason: str, read: Reader) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read(name, data)
    assert reason in unreadable.value.reason
    assert unreadable.value.__cause__ is None or "secret" not in unreadable.value.reason


@pytest.mark.parametrize(
    "name", ["note.txt", "costs.csv", "guide.html", "letter.pdf", "contract.docx", "tram.eml"]
)
def test_too_large_is_refused_with_advice(name: str, read: Reader) -> None:
    small = Limits(text_bytes=20, markup_bytes=20, document_bytes=20, message_bytes=20)
    with pytest.raises(Unreadable, match="larger than 20 bytes: raise the limit in settings or split it"):
        read(name, limits=small)


def test_a_long_text_comes_in_parts_that_lose_nothing(read: Reader) -> None:
    paragraphs = [f"Paragraph {n} " + "ü" * 300 for n in range(20_000)]
    items = read("long.txt", "\n\n".join(paragraphs))
    assert len(items) > 1
    assert {item.title for item in items} == {"long"}
    assert [block.text for item in items for block in item.blocks] == paragraphs


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.txt", tmp_path):
        with pytest.raises(Unreachable, match="no such file"):
            read_file(path)


def test_a_name_that_is_no_unicode_gives_a_title_that_is(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 Lisbon.txt") if sys.platform == "linux" else "caf Lisbon.txt"
    (tmp_path / name).write_text("Warm.")
    assert read_file(tmp_path / name)[0].title == "caf Lisbon"
    assert read_isolated(tmp_path / name)[0].title == "caf Lisbon"


@pytest.mark.parametrize("name", ["ünï cödé 日本語.md", "emoji 😀.txt", "two\nlines.md", "-dash.md", "a.b.c"])
def test_unusual_file_names(name: str, read: Reader) -> None:
    assert read(name, "Lisbon.")[0].blocks[0].text == "Lisbon."


def test_what_has_no_text_still_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.parsing import registry

    items = [Item("first", [Block("words")]), Item("second", [], notes=("page 2 is scanned",))]

    class Fake:
        label, is_text = "fake", False

        def load(self) -> object:
            return lambda source, limits: iter(items)

    monkeypatch.setitem(registry.FORMATS, "text", Fake())
    path = tmp_path / "a.txt"
    path.write_text("anything")
    assert [note for item in read_file(path) for note in item.notes] == ["page 2 is scanned"]
    items.pop(0)
    with pytest.raises(Unreadable, match="page 2 is scanned"):
        read_file(path)


def opening(path: Path) -> set[tuple[str, str]]:
    """The functions of the formats' modules, as (module, name), that reading the file enters."""
    entered: set[tuple[str, str]] = set()

    def watch(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_name.startswith("read_"):
            entered.add((str(frame.f_globals.get("__name__")), frame.f_code.co_name))

    sys.setprofile(watch)
    try:
        with contextlib.suppress(NotRead):
            read_file(path)
    finally:
        sys.setprofile(None)
    return entered


def readers() -> set[tuple[str, str]]:
    """Every public reader of a module of formats."""
    folder = Path(formats.__file__).parent
    return {
        (".".join((formats.__name__, *path.relative_to(folder).with_suffix("").parts)), node.name)
        for path in folder.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("read_")
    }


# Pictures have damaged variants of their own (tests/app/parsing/formats/test_pictures.py), since reading them takes a model.
PICTURES = {"read_picture_file", "read_picture", "read_page"}


def test_every_reader_has_a_sample_that_is_damaged_too(tmp_path: Path) -> None:
    """What is registered, and what is told apart behind it, is read in the hostile tests (`test_hostile.EVERY`)."""
    entered: set[tuple[str, str]] = set()
    for name, data in (samples.every_format() | recordings.silent()).items():
        path = tmp_path / name
        path.write_bytes(data)
        entered |= opening(path)
    missing = {name for name in readers() - entered if name[1] not in PICTURES}
    assert not missing
    known = {sniff(Source(name, data=data)) for name, data in samples.every_format().items()}
    known |= {sniff(Source(name, data=data)) for name, data in recordings.silent().items()}
    assert set(FORMATS) - known == {"picture"}


def test_threads_read_one_file_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFium ends the process where two threads use it at once."""
    inside: list[int] = []

    def watched(path: Path, limits: Limits | None) -> Iterator[Item]:
        inside.append(len(inside))
        time.sleep(0.01)
        yield Item(path.name, [])
        assert inside.pop() == 0, "another file was being read"

    monkeypatch.setattr(registry, "iter_file", watched)
    with ThreadPoolExecutor(4) as pool:
        names = [item.title for items in pool.map(read_file, map(Path, "abcdefgh")) for item in items]
    assert names == list("abcdefgh")
