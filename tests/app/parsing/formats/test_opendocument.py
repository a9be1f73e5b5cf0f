"""OpenDocument files, packed and flat: repeats, dates, comments, boxes, margins, forms, objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import Block, Item, read_file
from tests.app.parsing import samples

NAMES = {
    **{
        name: f"urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"
        for name, uri in {
            "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style",
            "svg": "svg-compatible", "form": "form", "chart": "chart", "presentation": "presentation",
        }.items()
    },
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
}  # fmt: skip
SPACES = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMES.items())


def odf(kind: str, body: str, more: dict[str, str | bytes] | None = None) -> bytes:
    inner = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    content = f"<office:document-content {SPACES}>{inner}</office:document-content>"
    return samples.zipped(
        {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content, **(more or {})}
    )


def read(tmp_path: Path, data: bytes | str, name: str = "x.odt") -> Item:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_file(path)[0]


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{text}</table:table-cell>"


def sheet(*rows: str) -> bytes:
    return odf("spreadsheet", f'<table:table table:name="Cash">{"".join(rows)}</table:table>')


def test_rows_that_are_stored_once_come_as_often_as_they_are_meant(tmp_path: Path) -> None:
    ticket = row(cell("<text:p>ticket</text:p>"), cell("<text:p>3.50</text:p>"), times=4)
    head = f"<table:table-header-rows>{row(cell('<text:p>what</text:p>'))}</table:table-header-rows>"
    group = f"<table:table-row-group>{head}</table:table-row-group>"
    found = read(
        tmp_path, sheet(group, ticket, row(cell(""), times=3), row(cell("<text:p>end</text:p>"))), "x.ods"
    )
    assert found.blocks[1].text == "what\n" + "ticket | 3.50\n" * 4 + "\n" * 3 + "end"


@pytest.mark.parametrize(
    ("attributes", "inner", "text"),
    [
        (
            'office:value-type="date" office:date-value="2024-03-05"',
            "<text:p>03/05/24</text:p>",
            "2024-03-05",
        ),
        (
            'office:value-type="date" office:date-value="2024-03-05T09:30:00"',
            "<text:p>x</text:p>",
            "2024-03-05T09:30:00",
        ),
        ('office:value-type="time" office:time-value="PT9H30M00S"', "<text:p>x</text:p>", "09:30:00"),
        ('office:value-type="percentage" office:value="0.19"', "<text:p>19 %</text:p>", "19 %"),
        ('office:value-type="float" office:value="7.5"', "", "7.5"),
        ("", "<text:list><text:list-item><text:p>a</text:p></text:list-item></text:list>", "- a"),
        ("", "<text:p>two</text:p><text:p>lines</text:p>", "two lines"),
    ],
)
def test_cells_as_they_are_meant(attributes: str, inner: str, text: str, tmp_path: Path) -> None:
    assert read(tmp_path, sheet(row(cell(inner, attributes))), "x.ods").blocks[1].text == text


COMMENT = (
    "<office:annotation><dc:creator>Ida</dc:creator><dc:date>2024-03-05T10:00:00</dc:date>"
    "<text:p>He moved it.</text:p></office:annotation>"
)


def test_comments_in_texts_and_cells(tmp_path: Path) -> None:
    said = Block("Comment by Ida: He moved it.", "comment", when="2024-03-05T10:00:00")
    text = f"<text:p>The will is <text:span>here{COMMENT}</text:span>.</text:p>"
    assert read(tmp_path, odf("text", text)).blocks == [Block("The will is here."), said]
    entry = f"<text:list><text:list-item>{text}</text:list-item></text:list>"
    assert read(tmp_path, odf("text", entry)).blocks == [Block("- The will is here.", kind="list"), said]
    table = read(tmp_path, sheet(row(cell(f"{COMMENT}<text:p>9</text:p>"))), "x.ods").blocks
    assert [block.text for block in table[1:]] == ["9", said.text]


def test_links_notes_boxes_and_descriptions(tmp_path: Path) -> None:
    body = (
        '<text:p>See <text:a xlink:href="https://mill.example">the mill</text:a>, <text:ruby><text:ruby-base>東京'
        "</text:ruby-base><text:ruby-text>とうきょう</text:ruby-text></text:ruby>."
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Closed.</text:p></text:note-body>"
        "</text:note><draw:frame><draw:text-box><text:p>in a box</text:p></draw:text-box></draw:frame>"
        "<draw:frame><draw:image/><svg:desc>An old mill</svg:desc></draw:frame></text:p>"
        "<text:tracked-changes><text:deletion><text:p>deleted</text:p></text:deletion></text:tracked-changes>"
    )
    assert [block.text for block in read(tmp_path, odf("text", body)).blocks] == [
        "See the mill (https://mill.example), 東京. [Closed.]  [An old mill]",
        "in a box",
    ]


def test_shapes_of_slides_and_drawings(tmp_path: Path) -> None:
    page = (
        "<draw:page><draw:rect><text:p>in a rectangle</text:p></draw:rect><draw:g><draw:custom-shape><text:p>in a group"
        "</text:p></draw:custom-shape></draw:g><presentation:notes><draw:frame><draw:text-box><text:p>smile</text:p>"
        "</draw:text-box></draw:frame></presentation:notes></draw:page>"
    )
    for kind, name in (("presentation", "x.odp"), ("graphics", "x.odg")):
        assert [(b.place, b.text) for b in read(tmp_path, odf(kind, page), name).blocks] == [
            ("slide 1", "in a rectangle"),
            ("slide 1", "in a group"),
            ("slide 1, notes", "smile"),
        ]


def test_headers_and_footers(tmp_path: Path) -> None:
    styles = (
        f"<office:document-styles {SPACES}><office:master-styles><style:master-page><style:header><text:p>Law office Ida"
        "</text:p></style:header><style:footer><text:p>Page <text:page-number>1</text:page-number></text:p></style:footer>"
        "</style:master-page></office:master-styles></office:document-styles>"
    )
    item = read(tmp_path, odf("text", "<text:p>Dear Tom</text:p>", {"styles.xml": styles}))
    assert item.blocks == [Block("Dear Tom"), Block("Law office Ida", "header")]


def test_values_of_forms(tmp_path: Path) -> None:
    form = (
        '<office:forms><form:form><form:text form:name="owner" form:current-value="Torvald"/>'
        '<form:checkbox form:label="Winter berth" form:current-state="checked"/><form:checkbox form:label="Crane"/>'
        "</form:form></office:forms><text:p>Mooring</text:p>"
    )
    assert (
        Block("owner: Torvald\nWinter berth: Yes", "form", "fields")
        in read(tmp_path, odf("text", form)).blocks
    )


def test_equations_and_charts_are_objects_of_the_package(tmp_path: Path) -> None:
    body = (
        '<text:p>Where <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p>'
        '<text:p><draw:frame><draw:object xlink:href="./Object 2"/></draw:frame></text:p>'
    )
    math = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mi>c</mi></mrow></mfrac></math>'
    table = f"<table:table>{row(cell('<text:p>May</text:p>'), cell('<text:p>106</text:p>'))}</table:table>"
    titled = f"<chart:title><text:p>Rain</text:p></chart:title>{table}"
    chart = f"<office:document-content {SPACES}><chart:chart>{titled}</chart:chart></office:document-content>"
    item = read(tmp_path, odf("text", body, {"Object 1/content.xml": math, "Object 2/content.xml": chart}))
    assert [block.text for block in item.blocks] == ["Where", "a/(b+c)", "Chart: Rain", "May | 106"]


def test_flat_files(tmp_path: Path) -> None:
    flat = (
        f'<?xml version="1.0"?><office:document {SPACES} office:mimetype="application/vnd.oasis.opendocument.text">'
        "<office:meta><dc:title>Will</dc:title></office:meta><office:body><office:text><text:p>To Ida.</text:p>"
        "</office:text></office:body></office:document>"
    )
    item = read(tmp_path, flat, "x.fodt")
    assert (item.title, item.blocks) == ("Will", [Block("To Ida.")])


def test_text_is_read_wherever_a_paragraph_may_stand_and_deletions_are_not(tmp_path: Path) -> None:
    paragraph = "<text:p>{}</text:p>".format
    body = (
        f"<text:tracked-changes><text:changed-region>{paragraph('deleted')}</text:changed-region></text:tracked-changes>"
        f"<text:numbered-paragraph>{paragraph('numbered')}</text:numbered-paragraph>"
        f"<text:alphabetical-index><text:index-body>{paragraph('indexed')}</text:index-body></text:alphabetical-index>"
    )
    assert [block.text for block in read(tmp_path, odf("text", body)).blocks] == ["numbered", "indexed"]
