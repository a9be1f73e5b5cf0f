"""Documents, sheets and slides of office programs, and an e-book."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.app.parsing.samples.packed import zipped


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


def odg() -> bytes:
    from odf.draw import Frame, Page, TextBox
    from odf.opendocument import OpenDocumentDrawing
    from odf.style import MasterPage, PageLayout
    from odf.text import P

    document = OpenDocumentDrawing()
    layout = PageLayout(name="L")
    document.automaticstyles.addElement(layout)
    master = MasterPage(name="M", pagelayoutname=layout)
    document.masterstyles.addElement(master)
    page = Page(masterpagename=master)
    frame = Frame(width="10cm", height="5cm")
    box = TextBox()
    box.addElement(P(text="The hills of Lisbon"))
    frame.addElement(box)
    page.addElement(frame)
    document.drawing.addElement(page)
    return _saved(document.write)


def _saved(save: Callable[[Any], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


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


def every_format() -> dict[str, bytes]:
    return {
        "contract.docx": docx(),
        "talk.pptx": pptx(),
        "budget.xlsx": xlsx(),
        "old.xls": xls(),
        "binary.xlsb": xlsb(),
        "costs.numbers": numbers(),
        "letter.fodt": flat_odt().encode(),
        "letter.odt": odt(),
        "costs.ods": ods(),
        "slides.odp": odp(),
        "hills.odg": odg(),
        "book.epub": epub(),
    }
