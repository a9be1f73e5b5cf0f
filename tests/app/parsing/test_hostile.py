"""Damaged and hostile files of every format, read as Doppel reads them: no crash, no hang, items or a reason."""

from __future__ import annotations

import io
import json
import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import NotRead
from app.parsing import Item, Limits
from app.parsing.isolated import close_workers, read_isolated
from tests.app.parsing import samples
from tests.app.parsing.samples import recordings

SECONDS = 10.0  # allowed for one small file, on a loaded machine
VARIANTS = 16  # damaged ones of each valid file


@pytest.fixture(scope="module", autouse=True)
def no_worker_left() -> Iterator[None]:
    yield
    close_workers()


def outcome(path: Path, limits: Limits | None = None) -> list[Item] | str:
    """The items, or the reason why there are none; anything else that is raised fails the test."""
    try:
        return read_isolated(path, seconds=SECONDS, limits=limits)
    except NotRead as error:
        return error.reason


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The data with bits flipped, cut short, a piece removed, repeated, overwritten or zeroed."""
    change = chance.randrange(6)
    here = chance.randrange(len(data))
    there = min(len(data), here + chance.randint(1, max(2, len(data) // 4)))
    if change == 0:
        flipped = bytearray(data)
        for _ in range(chance.choice((1, 4, 32))):
            flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(flipped)
    if change == 1:
        return data[:here]
    if change == 2:
        return data[:here] + data[there:]
    if change == 3:
        return data[:there] + data[here:there] * 20 + data[there:]
    if change == 4:
        return data[:here] + chance.randbytes(there - here) + data[there:]
    return data[:here] + bytes(there - here) + data[there:]


EVERY = samples.every_format() | recordings.silent()


@pytest.mark.parametrize("name", sorted(EVERY))
def test_damaged_files_give_items_or_a_reason(name: str, tmp_path: Path) -> None:
    data = EVERY[name]
    chance = random.Random(name)
    for number in range(VARIANTS):
        path = tmp_path / f"{number} {name}"
        path.write_bytes(damaged(data, chance))
        result = outcome(path)
        assert result, f"variant {number} gave neither items nor a reason"
        assert result != "", number
        if isinstance(result, str):
            assert "gave nothing" not in result and "crashed" not in result, f"variant {number}: {result}"


def test_every_format_under_every_wrong_extension(tmp_path: Path) -> None:
    """Content decides: a PDF called .docx is still read, and nothing that is called wrongly fails."""
    for name, data in samples.every_format().items():
        for suffix in (".pdf", ".docx", ".txt", ".zip", ".eml", ".bin"):
            path = tmp_path / f"{name}{suffix}"
            path.write_bytes(data)
            result = outcome(path)
            assert isinstance(result, list), f"{name} as {suffix}: {result}"
            assert result


def test_truncated_everywhere(tmp_path: Path) -> None:
    for name in ("letter.pdf", "contract.docx", "budget.xlsx", "tram.eml", "export.zip", "memo.rtf"):
        data = samples.every_format()[name]
        for tenth in range(1, 10):
            path = tmp_path / f"{tenth} {name}"
            path.write_bytes(data[: len(data) * tenth // 10])
            assert outcome(path)


def nested_zip(levels: int) -> bytes:
    data = samples.zipped({"note.txt": "at the bottom"})
    for level in range(levels):
        data = samples.zipped({f"{level}.zip": data})
    return data


def test_zip_bomb_by_ratio(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(samples.zipped({"zeros.txt": b"x" * 80_000_000}))
    assert "zip bomb" in str(outcome(path))


def test_zip_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    data = bytearray(samples.zipped({"zeros.txt": b"x" * 80_000_000}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    path = tmp_path / "liar.zip"
    path.write_bytes(bytes(data))
    assert isinstance(outcome(path), str)


def test_zip_of_too_many_files(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    path.write_bytes(samples.zipped({f"{number}.txt": "x" for number in range(10_001)}, zipfile.ZIP_STORED))
    assert "10001 files" in str(outcome(path))


def test_zips_in_zips(tmp_path: Path) -> None:
    path = tmp_path / "shallow.zip"
    path.write_bytes(nested_zip(2))
    items = outcome(path)
    assert isinstance(items, list)
    assert items[0].blocks[0].place == "1.zip › 0.zip › note.txt"
    path.write_bytes(nested_zip(40))
    assert "inside each other" in str(outcome(path))


def test_office_file_that_is_a_zip_bomb(tmp_path: Path) -> None:
    out = io.BytesIO(samples.docx())
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/x.xml", "w") as member,
    ):
        for _ in range(50):
            member.write(bytes(1024 * 1024))
    path = tmp_path / "bomb.docx"
    path.write_bytes(out.getvalue())
    assert "zip bomb" in str(outcome(path, Limits(document_bytes=20 * 1024 * 1024)))


def xml_bomb() -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{levels}]><x>Lisbon &l11;</x>'


DEEP = {
    "deep.json": "[" * 100_000,
    "deep object.json": '{"a":' * 100_000,
    "deep closed.json": "[" * 100_000 + "]" * 100_000,
    "deep.jsonl": "[" * 100_000 + "]" * 100_000,
    "deep.ipynb": '{"cells":' + "[" * 100_000 + "]" * 100_000 + "}",
    "deep.html": "<html>" + "<div>" * 100_000 + "bottom",
    "deep table.html": "<html>" + "<table><tr><td>" * 5_000 + "bottom",
    "deep list.html": "<html>" + "<ul><li>" * 20_000 + "bottom",
    "deep.md": "> " * 50_000 + "bottom",
    "deep list.md": "\n".join("  " * n + "- x" for n in range(1_000)),
    "brackets.md": "[" * 100_000,
    "ticks.md": "`" * 100_000 + "\n" + "~" * 100_000,
    "deep.xml": '<?xml version="1.0"?>' + "<a>" * 100_000,
    "bomb.xml": xml_bomb(),
    "deep.rtf": "{\\rtf1 " + "{" * 100_000,
    "yaml bomb.md": "---\na: &a [x,x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(20))
    + "---\ntext",
    "deep yaml.md": "---\n" + "[" * 5_000 + "\n---\ntext",
    "one line.txt": "x" * 3_000_000,
    "no spaces.csv": '"' + "x" * 3_000_000,
    "quotes.csv": '"' * 1_000_000,
    "headers.eml": "From: a@b\nDate: x\n" + "X-A: " + "b" * 1_000_000 + "\n\nbody",
    "many headers.eml": "From: a@b\nMessage-ID: <1>\n" + "Received: x\n" * 100_000 + "\nbody",
    "encoded.eml": "From: =?utf-8?q?" + "=41" * 50_000 + "?=\nDate: x\n\nbody",
    "addresses.eml": "From: " + "a@b, " * 20_000 + "\nDate: x\nTo: " + "((((" * 5_000 + "\n\nbody",
    "quoted.eml": "From: a@b\nDate: x\nIn-Reply-To: <1>\n\n" + "On a\n" * 20_000 + "> x\n" * 20_000,
    "attribution.eml": "From: a@b\nDate: x\nIn-Reply-To: <1>\n\n" + "On Monday he wrote:\n> yes\n" * 20_000,
    "deep.vcf": "BEGIN:VCARD\n" * 5_000 + "FN:x\n",
    "deep.ics": "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 5_000,
    "deep.org": "*" * 100_000 + " x\n" + "#+begin_src\n" * 10_000,
    "lines.rst": ("=" * 200 + "\n") * 5_000,
    "stamps.txt": "[05.03.24, 14:02:11] " * 20_000 + "\n[05.03.24, 14:02:11] a: b\n" * 2,
    "bookmarks.html": "<!DOCTYPE NETSCAPE-Bookmark-file-1>" + "<DL><DT><H3>x</H3>" * 5_000,
    "bookmarks.json": '{"roots": {"bookmark_bar": {"type": "folder", "children": [' * 1_000,
    "chats.json": json.dumps(
        [{"mapping": {"a": {"parent": "a"}}, "current_node": "a", "create_time": 1e300}]
    ),
    "wrong types.json": json.dumps(
        [{"mapping": [1], "create_time": {}, "title": [], "current_node": 3}, 7, None]
    ),
    "claude types.json": json.dumps(
        [{"chat_messages": [3, {"sender": [], "content": "x", "text": {"a": 1}}]}]
    ),
}


@pytest.mark.parametrize("name", sorted(DEEP))
def test_deep_or_endless_structures(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(DEEP[name], encoding="utf-8")
    began = time.monotonic()
    result = outcome(path)
    assert result
    assert time.monotonic() - began < SECONDS
    assert "crashed" not in str(result)[:200]


def nested_mail(levels: int) -> bytes:
    lines = ["From: a@b", "Date: x", "Message-ID: <1>"]
    for level in range(levels):
        lines += [f"Content-Type: multipart/mixed; boundary=b{level}", "", f"--b{level}"]
    return "\n".join([*lines, "Content-Type: text/plain", "", "bottom"]).encode()


@pytest.mark.parametrize("levels", [50, 2_000])
def test_nested_multiparts(levels: int, tmp_path: Path) -> None:
    path = tmp_path / "nested.eml"
    path.write_bytes(nested_mail(levels))
    result = outcome(path)
    assert isinstance(result, list)
    assert any("bottom" in block.text for item in result for block in item.blocks)


def test_mails_attached_to_mails(tmp_path: Path) -> None:
    data = samples.MAIL
    for _ in range(30):
        head = b"From: a@b\nDate: x\nMessage-ID: <1>\nContent-Type: message/rfc822\n\n"
        data = head + data
    path = tmp_path / "attached.eml"
    path.write_bytes(data)
    assert outcome(path)


def test_spreadsheet_of_a_million_repeated_rows(tmp_path: Path) -> None:
    content = zipfile.ZipFile(io.BytesIO(samples.ods())).read("content.xml").decode()
    content = content.replace("<table:table-row>", '<table:table-row table:number-rows-repeated="1000000">')
    content = content.replace(
        "<table:table-cell>", '<table:table-cell table:number-columns-repeated="1000000">'
    )
    path = tmp_path / "wide.ods"
    path.write_bytes(
        samples.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})
    )
    items = outcome(path)
    assert isinstance(items, list)
    assert "Lisbon" in items[0].blocks[1].text


def test_pdf_that_refers_to_itself(tmp_path: Path) -> None:
    data = samples.pdf(["Lisbon"]).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")
    path = tmp_path / "circle.pdf"
    path.write_bytes(data)
    assert outcome(path)
