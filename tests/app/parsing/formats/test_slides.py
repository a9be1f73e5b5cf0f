"""Presentations: line breaks, charts, comments, notes, links, and every kind of file that PowerPoint saves."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from app.parsing import Item, read_file


def saved(presentation: Any, replace: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    """The file; replace: bytes of its parts and what to put in their place."""
    out, changed = io.BytesIO(), io.BytesIO()
    presentation.save(out)
    with zipfile.ZipFile(out) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, data.replace(*replace) if replace[0] else data)
    return changed.getvalue()


def read(tmp_path: Path, data: bytes) -> Item:
    path = tmp_path / "x.pptx"
    path.write_bytes(data)
    return read_file(path)[0]


@pytest.fixture
def deck() -> Any:
    presentation = pptx.Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[5]).shapes.title.text = "Orchard\vReview"
    return presentation


def test_a_line_break_parts_words_everywhere(deck: Any, tmp_path: Path) -> None:
    slide = deck.slides[0]
    slide.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "Pump house\vNorth meadow"
    slide.shapes.add_table(1, 2, 0, 0, 9, 9).table.cell(0, 0).text = "Old\vpear"
    slide.notes_slide.notes_text_frame.text = "the press\vis broken"
    assert [(b.kind, b.text) for b in read(tmp_path, saved(deck)).blocks] == [
        ("heading", "Orchard Review"),
        ("paragraph", "Pump house\nNorth meadow"),
        ("table", "Old pear | "),
        ("paragraph", "the press\nis broken"),
    ]


def test_charts_links_groups_and_descriptions(deck: Any, tmp_path: Path) -> None:
    slide = deck.slides[0]
    data = CategoryChartData()
    data.categories = ["May", "June"]
    data.add_series("Bergen", (106, 132))
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, Inches(2), Inches(2), data)
    run = slide.shapes.add_textbox(0, 0, 9, 9).text_frame.paragraphs[0].add_run()
    run.text = "the mill"
    run.hyperlink.address = "https://mill.example"
    slide.shapes.add_group_shape().shapes.add_textbox(0, 0, 9, 9).text_frame.text = "in a group"
    found = [block.text for block in read(tmp_path, saved(deck)).blocks]
    assert found[1:] == ["the mill (https://mill.example)", "in a group", found[-1]]
    assert found[-1].endswith(" | Bergen\nMay | 106\nJune | 132")


@pytest.mark.parametrize("kind", ["slideshow", "template"])
def test_slide_shows_and_templates(kind: str, deck: Any, tmp_path: Path) -> None:
    data = saved(deck, (b"presentation.main+xml", kind.encode() + b".main+xml"))
    assert read(tmp_path, data).blocks[0].text == "Orchard Review"


def test_equations_and_comments(deck: Any, tmp_path: Path) -> None:
    deck.slides[0].shapes.add_textbox(0, 0, 9, 9).text_frame.text = "EQUATION"
    equation = (
        b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
        b'<a14:m xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" '
        b'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:oMath><m:r><m:t>r=4.25</m:t></m:r>'
        b"</m:oMath></a14:m></mc:Choice></mc:AlternateContent>"
    )
    data = io.BytesIO(saved(deck, (b"<a:r><a:t>EQUATION</a:t></a:r>", equation)))
    space = "http://schemas.openxmlformats.org"
    with zipfile.ZipFile(data) as before:
        relations = before.read("ppt/slides/_rels/slide1.xml.rels").decode()
        rest = {name: before.read(name) for name in before.namelist() if "slide1.xml.rels" not in name}
    relations = relations.replace(
        "</Relationships>",
        f'<Relationship Id="c" Type="{space}/officeDocument/2006/relationships/comments" '
        'Target="../comments/comment1.xml"/></Relationships>',
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as after:
        for name, content in rest.items():
            after.writestr(name, content)
        after.writestr("ppt/slides/_rels/slide1.xml.rels", relations)
        after.writestr(
            "ppt/comments/comment1.xml",
            f'<p:cmLst xmlns:p="{space}/presentationml/2006/main"><p:cm authorId="0" dt="2024-03-05T10:00:00.000">'
            "<p:text>Ask Sven first.</p:text></p:cm></p:cmLst>",
        )
    blocks = read(tmp_path, out.getvalue()).blocks
    assert [(b.text, b.place) for b in blocks[1:]] == [
        ("r=4.25", "slide 1"),
        ("Comment: Ask Sven first.", "slide 1, comment"),
    ]


def test_descriptions_of_shapes_without_text(deck: Any, tmp_path: Path) -> None:
    shape = deck.slides[0].shapes.add_shape(1, 0, 0, 9, 9)
    shape._element.nvSpPr.cNvPr.set("descr", "An arrow to the press")
    assert read(tmp_path, saved(deck)).blocks[-1].text == "[An arrow to the press]"
