"""Small valid files of every format, made with the libraries that write them, or by hand where none does.

Every file holds the word "Lisbon", so a test can tell whether its text came through.
"""

from __future__ import annotations

import bz2
import functools
import io
import json
import lzma
import plistlib
import struct
import tarfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.app.parsing import phone_samples
from tests.app.parsing.compound import Tree, compound_file

MARKDOWN = """---
title: Lisbon trip
author: Nora
date: 2024-03-05
tags: [travel, food]
---
Before the first heading.

# Getting there

We flew to [[Lisbon|the city]] on a Tuesday.

- tickets
- passports

| what | cost |
|------|------|
| flight | 210 |
| tram | 3 |

## Coffee

```python
print("bica")
```

[guide]: https://example.org/guide
"""

ORG = """#+TITLE: Lisbon plan
#+AUTHOR: Nora
#+DATE: <2024-03-05 Tue>

* Packing
Take the umbrella.
** Shoes
| kind | pairs |
|------+-------|
| boots | 1 |
#+begin_src sh
* not a heading
#+end_src
"""

RST = """Lisbon notes
============

:Author: Nora
:Date: 5 March 2024

Arrival
-------

The tram was late.

Departure
---------

So was the plane.
"""

HTML = """<!doctype html><html><head><title>Lisbon guide</title><meta name="author" content="Nora">
<meta property="article:published_time" content="2024-03-05T10:00:00+00:00"><style>p {color: red}</style>
<script>alert("tracking")</script></head><body><nav>Home | About</nav><h1>Trams</h1>
<p>Line 28 crosses <b>the old</b>&nbsp;town.<!-- secret --> Take it early.</p><p style="display:none">hidden words</p>
<ul><li>Alfama</li><li>Graça</li></ul><h2>Prices</h2>
<table><tr><th>ticket</th><th>euro</th></tr><tr><td>day</td><td>6.80</td></tr></table>
<pre>keep
  this</pre></body></html>"""

MAIL = b"""From: =?utf-8?q?J=C3=BCrgen?= <juergen@example.org>
To: Nora <nora@example.org>
Subject: Lisbon =?utf-8?b?w7xiZXI=?= tram
Date: Tue, 05 Mar 2024 14:02:11 +0100
Message-ID: <2@example.org>
In-Reply-To: <1@example.org>
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit

Let us take the tram at nine.

J\xc3\xbcrgen

On Mon, 4 Mar 2024 at 09:00, Nora <nora@example.org> wrote:
> When do we leave for Lisbon?
> I would like to sleep in.
"""

EXPORTS: dict[str, Any] = {
    "2024-03-05.json": [
        {"user": "U1", "type": "message", "ts": "1709649720.000100", "text": "See <@U2> in Lisbon"}
    ],
    "discord.json": {
        "guild": {"name": "Travel"},
        "channel": {"name": "plans"},
        "messages": [
            {"timestamp": "2024-03-05T14:22:00+00:00", "content": "Lisbon", "author": {"name": "Tom"}}
        ],
    },
    "messages.json": {
        "messages": [
            {
                "creator": {"name": "Tom"},
                "created_date": "Tuesday, March 5, 2024 at 2:22:10 PM UTC",
                "text": "Lisbon",
            }
        ]
    },
    "message_1.json": {
        "participants": [{"name": "Tom"}],
        "messages": [{"sender_name": "Tom", "timestamp_ms": 1709649720000, "content": "Lisbon"}],
    },
}

EMLX_END = b'<?xml version="1.0"?><plist><dict><key>flags</key><integer>1</integer></dict></plist>'

WEB_ARCHIVE = b"""From: <Saved by Blink>
Snapshot-Content-Location: https://news.example/trams
Subject: Trams of Lisbon
Date: Tue, 5 Mar 2024 13:22:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related; boundary="x"

--x
Content-Type: text/html; charset=utf-8
Content-Location: https://news.example/trams

<html><head><title>Trams</title></head><body><p>Line 28 crosses Lisbon.</p></body></html>
--x--
"""

ICALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:1\r
SUMMARY:Flight to Lisbon\r
DTSTART:20240305T140000Z\r
DTEND:20240305T170000Z\r
LOCATION:Basel\r
DESCRIPTION:Bring passports\\, please.\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
SUMMARY:Tram museum\r
DTSTART;VALUE=DATE:20240306\r
END:VEVENT\r
END:VCALENDAR\r
"""

VCARD = """BEGIN:VCARD
VERSION:3.0
FN:Amália Reis
N:Reis;Amália;;;
ADR;TYPE=HOME:;;Rua Augusta 1;Lisbon;;1100;Portugal
TEL;TYPE=CELL:+351 123 456
NOTE:Owns the flat
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Tom
EMAIL:tom@example.org
END:VCARD
"""

SRT = """1
00:00:01,000 --> 00:00:03,000
Welcome to <i>Lisbon</i>.

2
00:00:04,000 --> 00:00:06,000
The tram is here.

3
00:01:10,000 --> 00:01:12,500
Goodbye.
"""

WHATSAPP = """[05.03.24, 14:02:11] Nora: Are you in Lisbon?
[05.03.24, 14:03:01] Tom: Yes
and it rains
[25.03.24, 09:00:00] Nora: Back home
"""

CHATGPT = [
    {
        "title": "Lisbon weather",
        "create_time": 1709647331.5,
        "current_node": "c",
        "mapping": {
            "a": {"id": "a", "message": None, "parent": None, "children": ["b"]},
            "b": {
                "id": "b",
                "message": {
                    "author": {"role": "user"},
                    "create_time": 1709647331.5,
                    "content": {"content_type": "text", "parts": ["Does it rain in Lisbon?"]},
                },
                "parent": "a",
                "children": ["c", "d"],
            },
            "c": {
                "id": "c",
                "message": {"author": {"role": "assistant"}, "content": {"parts": ["Sometimes, in March."]}},
                "parent": "b",
                "children": [],
            },
            "d": {
                "id": "d",
                "message": {
                    "author": {"role": "assistant"},
                    "content": {"parts": ["An answer thrown away."]},
                },
                "parent": "b",
                "children": [],
            },
        },
    }
]
CLAUDE = [
    {
        "uuid": "1",
        "name": "Lisbon food",
        "created_at": "2024-03-05T14:02:11.000000Z",
        "chat_messages": [
            {"sender": "human", "text": "What to eat in Lisbon?", "created_at": "2024-03-05T14:02:11Z"},
            {"sender": "assistant", "text": "", "content": [{"type": "text", "text": "Sardines."}]},
        ],
    }
]
TELEGRAM = {
    "name": "Tom",
    "type": "personal_chat",
    "id": 1,
    "messages": [
        {"id": 1, "type": "message", "date": "2024-03-05T14:02:11", "from": "Tom", "text": "In Lisbon now"},
        {
            "id": 2,
            "type": "message",
            "date": "2024-03-05T14:05:00",
            "from": "Nora",
            "text": ["Look: ", {"type": "link", "text": "https://example.org"}],
        },
    ],
}
CHROME = {
    "roots": {
        "bookmark_bar": {
            "type": "folder",
            "name": "Bar",
            "children": [{"type": "url", "name": "Lisbon trams", "url": "https://example.org/28"}],
        },
        "other": {"type": "folder", "name": "Other", "children": []},
    },
    "version": 1,
}
BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<TITLE>Bookmarks</TITLE><H1>Bookmarks</H1>
<DL><p><DT><H3>Travel</H3><DL><p>
<DT><A HREF="https://example.org/28" ADD_DATE="1709647331">Lisbon trams</A>
<DD>worth a ride
</DL><p></DL><p>"""

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# Lisbon data\n", "Rain by month."]},
        {"cell_type": "code", "source": "rain.plot()", "outputs": [{"text": ["42 mm\n"]}]},
    ],
    "metadata": {},
    "nbformat": 4,
}


def pdf(pages: list[str], title: str = "", extra: str = "") -> bytes:
    """A PDF with a line of Helvetica for each line of each page; extra goes into the trailer."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for index, page in enumerate(pages):
        lines = "".join(f"({line}) Tj T* " for line in page.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td {lines}ET"
        resources = "/Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 612 792]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {resources} /Contents {5 + 2 * index} 0 R >>")
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append(f"<< /Title ({title}) /Author (Nora) /CreationDate (D:20240305140211+01'00') >>")
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R {extra} >>"
    xref = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(out)}\n%%EOF"
    return out + xref.encode("latin-1")


def locked_pdf() -> bytes:
    key = "00112233445566778899aabbccddeeff" * 2
    return pdf(
        ["secret"],
        extra=f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -44 >> /ID [<{key}> <{key}>]",
    )


def scanned_pdf(words: str = "") -> bytes:
    """A page that is only a picture, of the given words."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (1240, 400), 255)
    if words:
        ImageDraw.Draw(picture).text((60, 150), words, fill=0, font=ImageFont.load_default(size=60))
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150)
    return out.getvalue()


def docx() -> bytes:
    import docx as library

    document = library.Document()
    document.core_properties.title = "Lisbon contract"
    document.core_properties.author = "Nora"
    document.add_heading("Rent", 1)
    document.add_paragraph("The flat costs 900 euro a month.")
    document.add_paragraph("keys", style="List Bullet")
    document.add_paragraph("deposit", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("item", "euro", "deposit", "1800"), strict=True
    ):
        cell.text = text
    document.add_heading("Term", 2)
    document.add_paragraph("Two years.")
    return _saved(document.save)


def pptx() -> bytes:
    import pptx as library

    presentation = library.Presentation()
    for title, body in (("Lisbon", "Seven hills"), ("Porto", "One bridge too many")):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
    slide.notes_slide.notes_text_frame.text = "Smile here"
    presentation.core_properties.author = "Nora"
    return _saved(presentation.save)


def xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.properties.creator = "Nora"
    sheet = book.active
    sheet.title = "Budget"
    for row in (("what", "euro"), ("flight to Lisbon", 210), (), ("hotel", 480.5)):
        sheet.append(row)
    book.create_sheet("Empty")
    return _saved(book.save)


def xls() -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Old budget")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for row, (what, euro) in enumerate((("what", "euro"), ("flight to Lisbon", 210), ("hôtel", 480.5))):
        sheet.write(row, 0, what)
        sheet.write(row, 1, euro)
    sheet.write(4, 1, datetime(2024, 3, 5), day)
    return _saved(book.save)


def xlsb() -> bytes:
    """A binary workbook of one sheet, record by record: no free library writes one."""

    def record(kind: int, data: bytes = b"") -> bytes:
        number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return number + bytes([len(data)]) + data

    def text(words: str) -> bytes:
        return len(words).to_bytes(4, "little") + words.encode("utf-16-le")

    cell = bytes(4)  # the style of a cell
    bundle = record(156, bytes(4) + (1).to_bytes(4, "little") + text("rId1") + text("Costs"))
    workbook = record(131) + record(143) + bundle + record(144) + record(132)
    cells = record(6, bytes(4) + cell + text("Lisbon")) + record(
        5, b"\1\0\0\0" + cell + struct.pack("<d", 210.5)
    )
    size = record(148, bytes(12) + b"\1\0\0\0")
    sheet = record(129) + size + record(145) + record(0, bytes(25)) + cells + record(146) + record(130)
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        f'Id="rId1" Type="{space}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    return zipped(
        {
            "[Content_Types].xml": types,
            "xl/workbook.bin": workbook,
            "xl/_rels/workbook.bin.rels": relations,
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def flat_odt() -> str:
    space = "urn:oasis:names:tc:opendocument:xmlns"
    return (
        f'<?xml version="1.0"?>\n<office:document xmlns:office="{space}:office:1.0" xmlns:text="{space}:text:1.0">'
        "<office:body><office:text><text:p>A flat letter from Lisbon.</text:p></office:text></office:body>"
        "</office:document>"
    )


def tar(files: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def seven_zip(files: dict[str, bytes], password: str | None = None) -> bytes:
    import py7zr

    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password, header_encryption=bool(password)) as archive:
        for name, content in files.items():
            archive.writestr(content, name)
    return out.getvalue()


def numbers() -> bytes:
    import tempfile
    from pathlib import Path

    from numbers_parser import Document

    document = Document(sheet_name="Costs", table_name="T", num_rows=2, num_cols=2)
    for row, values in enumerate((("what", "euro"), ("Lisbon", 210))):
        for column, value in enumerate(values):
            document.sheets[0].tables[0].write(row, column, value)
    with tempfile.TemporaryDirectory() as folder:
        document.save(Path(folder) / "x.numbers")
        return (Path(folder) / "x.numbers").read_bytes()


def web_archive() -> bytes:
    page = "<html><head><title>Trams</title></head><body><p>Lisbon by tram, très beau.</p></body></html>"
    main = {
        "WebResourceURL": "https://trams.example/lisbon",
        "WebResourceMIMEType": "text/html",
        "WebResourceTextEncodingName": "windows-1252",
        "WebResourceData": page.encode("cp1252"),
    }
    return plistlib.dumps({"WebMainResource": main, "WebSubresources": []}, fmt=plistlib.FMT_BINARY)


def msg() -> bytes:
    """An Outlook message with an attached note."""

    def text(value: str) -> bytes:
        return value.encode("utf-16-le")

    def properties(head: int, values: dict[int, bytes]) -> bytes:
        """The table of fixed and variable properties: type and id, flags, and the value or its length."""
        return bytes(head) + b"".join(
            struct.pack("<II", tag, 6)
            + (value if tag & 0xFFFF in (3, 0x40) else struct.pack("<II", len(value), 0))
            for tag, value in values.items()
        )

    when = struct.pack(
        "<Q", 133_541_173_310_000_000
    )  # 2024-03-05 13:02:11 UTC, in tenths of microseconds from 1601
    strings = {
        0x0037001F: text("Flat in Lisbon"),
        0x1000001F: text("The key is under the mat.\r\n"),
        0x0C1A001F: text("Nora"),
    }
    strings[0x0C1F001F] = text("nora@example.org")
    attached = {0x3707001F: text("note.txt"), 0x37010102: b"The lease ends in May."}
    person = {0x3001001F: text("Tom"), 0x3003001F: text("tom@example.org")}

    def storage(head: int, values: dict[int, bytes], fixed: dict[int, bytes]) -> Tree:
        streams: Tree = {f"__substg1.0_{tag:08X}": value for tag, value in values.items()}
        streams["__properties_version1.0"] = properties(head, fixed | values)
        return streams

    tree = storage(32, strings, {0x00390040: when})
    tree["__attach_version1.0_#00000000"] = storage(8, attached, {0x37050003: struct.pack("<II", 1, 0)})
    tree["__recip_version1.0_#00000000"] = storage(8, person, {0x0C150003: struct.pack("<II", 1, 0)})
    return compound_file(tree)


def odt() -> bytes:
    from odf import dc, meta
    from odf.opendocument import OpenDocumentText
    from odf.text import H, List, ListItem, P

    document = OpenDocumentText()
    document.meta.addElement(dc.Title(text="Lisbon letter"))
    document.meta.addElement(meta.InitialCreator(text="Nora"))
    document.meta.addElement(meta.CreationDate(text="2024-03-05T14:02:11"))
    document.text.addElement(H(outlinelevel=1, text="Dear Tom"))
    document.text.addElement(P(text="It is warm here."))
    entries = List()
    for text in ("sea", "sun"):
        entry = ListItem()
        entry.addElement(P(text=text))
        entries.addElement(entry)
    document.text.addElement(entries)
    return _saved(document.write)


def ods() -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Costs")
    for values in (("what", "euro"), ("Lisbon", "210")):
        row = TableRow()
        for value in values:
            cell = TableCell()
            cell.addElement(P(text=value))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    return _saved(document.write)


def odp() -> bytes:
    from odf.draw import Frame, Page, TextBox
    from odf.opendocument import OpenDocumentPresentation
    from odf.style import MasterPage, PageLayout
    from odf.text import P

    document = OpenDocumentPresentation()
    layout = PageLayout(name="L")
    document.automaticstyles.addElement(layout)
    master = MasterPage(name="M", pagelayoutname=layout)
    document.masterstyles.addElement(master)
    for text in ("Lisbon by tram", "Lisbon on foot"):
        page = Page(masterpagename=master)
        frame = Frame(width="10cm", height="5cm")
        box = TextBox()
        box.addElement(P(text=text))
        frame.addElement(box)
        page.addElement(frame)
        document.presentation.addElement(page)
    return _saved(document.write)


def rtf() -> bytes:
    return (
        rb"{\rtf1\ansi\ansicpg1252{\info{\title Lisbon memo}{\author Nora}{\creatim\yr2024\mo3\dy5}}"
        rb"{\fonttbl{\f0 Arial;}}\f0 The caf\'e9 opens at nine.\par It costs 3 \u8364? a cup.\par}"
    )


def epub() -> bytes:
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>Lisbon nights</dc:title><dc:creator>Amália Reis</dc:creator><dc:date>2024-03-05</dc:date></metadata>"
        '<manifest><item id="b" href="two.xhtml"/><item id="a" href="one%20a.xhtml"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    page = "<html><body><h1>{}</h1><p>{}</p></body></html>"
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/book.opf": package,
            "OEBPS/one a.xhtml": page.format("First", "The night train to Lisbon."),
            "OEBPS/two.xhtml": page.format("Second", "Morning."),
        }
    )


def zipped(files: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def locked_zip() -> bytes:
    """A zip whose members say that they are encrypted."""
    data = bytearray(zipped({"a.txt": "secret"}, zipfile.ZIP_STORED))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    return bytes(data)


def mbox() -> bytes:
    second = MAIL.replace(b"<2@", b"<3@").replace(b"at nine", b"at ten\n\n>From the harbour")
    return b"".join(
        b"From x@example.org Tue Mar 05 14:02:11 2024\n" + mail + b"\n" for mail in (MAIL, second)
    )


def mail_with_attachments() -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"] = "Nora <nora@example.org>"
    message["Subject"] = "Papers for Lisbon"
    message["Date"] = "Tue, 05 Mar 2024 14:02:11 +0100"
    message["Message-ID"] = "<9@example.org>"
    message.set_content("Both are attached.")
    message.add_attachment(pdf(["The rent is due on Friday."]), "application", "pdf", filename="rent.pdf")
    message.add_attachment(b"\x7fELF\x00\x00", "application", "octet-stream", filename="tool")
    return message.as_bytes()


def html_mail() -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"] = "Shop <shop@example.org>"
    message["Subject"] = "Your order for Lisbon"
    message["Message-ID"] = "<10@example.org>"
    message.set_content("View in browser")
    message.add_alternative(f"<html><body><table><tr><td>{HTML}</td></tr></table></body></html>", "html")
    return message.as_bytes()


def _saved(save: Callable[[Any], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


@functools.cache
def every_format() -> dict[str, bytes]:
    """File name -> content: one valid file of each format."""
    texts = {
        "note.txt": "First paragraph about Lisbon.\n\nSecond one, ünïcödé.\n",
        "note.md": MARKDOWN,
        "plan.org": ORG,
        "notes.rst": RST,
        "guide.html": HTML,
        "bookmarks.html": BOOKMARKS,
        "costs.csv": "what;euro\nLisbon flight;210\nhotel;480\n",
        "costs.tsv": "what\teuro\nLisbon flight\t210\n",
        "config.json": json.dumps(
            {"city": "Lisbon", "people": [{"name": "Nora", "age": 41}, {"name": "Tom"}]}
        ),
        "log.jsonl": '{"city": "Lisbon", "n": 1}\n{"city": "Porto", "n": 2}\n',
        "data.ipynb": json.dumps(NOTEBOOK),
        "feed.xml": '<?xml version="1.0"?><feed><title>Lisbon feed</title><entry>Trams &amp; hills</entry></feed>',
        "tool.py": '"""Lisbon."""\n\nimport os\n\n\ndef first():\n    return 1\n\n\ndef second():\n    return 2\n',
        "film.srt": SRT,
        "film.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nHello Lisbon\n",
        "contacts.vcf": VCARD,
        "_chat.txt": WHATSAPP,
        "chatgpt.json": json.dumps(CHATGPT),
        "claude.json": json.dumps(CLAUDE),
        "result.json": json.dumps(TELEGRAM),
        "Bookmarks": json.dumps(CHROME),
        **{name: json.dumps(data, ensure_ascii=False) for name, data in EXPORTS.items()},
        "sms.xml": '<?xml version="1.0"?><smses><sms address="1" date="1709649720000" type="1" body="Lisbon"/></smses>',
    }
    return {name: text.encode() for name, text in texts.items()} | {
        "letter.pdf": pdf(["Dear Tom,\nLisbon is warm.", "Second page."], "Letter from Lisbon"),
        "contract.docx": docx(),
        "talk.pptx": pptx(),
        "budget.xlsx": xlsx(),
        "notes.tar": tar({"inner/note.md": MARKDOWN.encode()}),
        "notes.tar.gz": tar({"inner/note.md": MARKDOWN.encode()}, "w:gz"),
        "note.txt.bz2": bz2.compress(b"A note about Lisbon, packed alone."),
        "note.txt.xz": lzma.compress(b"A note about Lisbon, packed alone."),
        "notes.7z": seven_zip({"inner/note.md": MARKDOWN.encode()}),
        "costs.numbers": numbers(),
        "trams.webarchive": web_archive(),
        "Lisbon trams.webloc": plistlib.dumps({"URL": "https://trams.example/lisbon"}),
        "Lisbon trams.url": b"[InternetShortcut]\r\nURL=https://trams.example/lisbon\r\n",
        "flat.msg": msg(),
        "old.xls": xls(),
        "binary.xlsb": xlsb(),
        "letter.fodt": flat_odt().encode(),
        "letter.odt": odt(),
        "costs.ods": ods(),
        "slides.odp": odp(),
        "memo.rtf": rtf(),
        "book.epub": epub(),
        "tram.eml": MAIL,
        "inbox.mbox": mbox(),
        "papers.eml": mail_with_attachments(),
        "order.eml": html_mail(),
        "17.emlx": b"%d\n" % len(MAIL) + MAIL + EMLX_END,
        "page.mhtml": WEB_ARCHIVE,
        "calendar.ics": ICALENDAR,
        "export.zip": zipped(
            {
                "inner/note.md": MARKDOWN,
                "inner/letter.pdf": pdf(["Lisbon again"]),
                "x.png": b"\x89PNG\r\n\x1a\n\x00",
            }
        ),
        **phone_samples.every_format(),
    }
