"""Word files, part by part: nothing that a reader sees goes unread, nothing that is deleted is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from app.parsing import Item, read_file
from tests.app.parsing import samples

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def word(
    body: str, parts: dict[str, tuple[str, str]] | None = None, links: str = "", main: str = MAIN
) -> bytes:
    """A document; parts: name -> (type of relation, inner XML with its root)."""
    relations = "".join(
        f'<Relationship Id="p{n}" Type="{RELATIONS}/{kind}" Target="{name}"/>'
        for n, (name, (kind, _)) in enumerate((parts or {}).items())
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return samples.zipped(
        {
            "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r" '
            f'Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}">{relations}{links}</Relationships>',
            **{f"word/{name}": xml for name, (_, xml) in (parts or {}).items()},
        }
    )


def root(name: str, inner: str) -> str:
    return f"<w:{name} {SPACES}>{inner}</w:{name}>"


def read(tmp_path: Path, data: bytes, name: str = "x.docx") -> list[Item]:
    path = tmp_path / name
    path.write_bytes(data)
    return read_file(path)


def texts(
    tmp_path: Path, body: str, parts: dict[str, tuple[str, str]] | None = None, links: str = ""
) -> list[str]:
    return [block.text for block in read(tmp_path, word(body, parts, links))[0].blocks]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<w:r><w:t>1</w:t><w:noBreakHyphen/><w:t>24 hours</w:t></w:r>", "1-24 hours"),
        ("<w:r><w:t>Zahn</w:t><w:softHyphen/><w:t>arzt</w:t></w:r>", "Zahnarzt"),
        (run("a") + "<w:r><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>", "a\tb\nc"),
        ('<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>' + run("a"), "a"),
        (run("paid ") + '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "paid ☑"),
        ('<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>' + run("-helix"), "α-helix"),
        (f"<w:smartTag>{run('in a tag')}</w:smartTag>", "in a tag"),
        (f"<w:fldSimple w:instr='DATE'>{run('5 March')}</w:fldSimple>", "5 March"),
        (f"<w:ins>{run('new')}</w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>", "new"),
        (f"<w:moveFrom>{run('moved')}</w:moveFrom>{run('stays')}", "stays"),
        (f"<w:moveTo>{run('moved')}</w:moveTo>", "moved"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('filled in')}</w:sdtContent></w:sdt>", "filled in"),
        (
            "<w:ruby><w:rt><w:r><w:t>とうきょう</w:t></w:r></w:rt><w:rubyBase>"
            + run("東京")
            + "</w:rubyBase></w:ruby>",
            "東京",
        ),
        (
            "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>"
            f"</w:fldChar></w:r>{run(' vegan')}<w:r><w:fldChar w:fldCharType='end'/></w:r>",
            "☒ vegan",
        ),
        (
            "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:ddList><w:result w:val='1'/>"
            "<w:listEntry w:val='Mon'/><w:listEntry w:val='Tue'/></w:ddList></w:ffData></w:fldChar></w:r>",
            "Tue",
        ),
        (
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK \"https://a.example/x\""
            f"</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('here')}"
            "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
            "here (https://a.example/x)",
        ),
        ('<w:hyperlink r:id="h">' + run("the mill") + "</w:hyperlink>", "the mill (https://mill.example)"),
        ('<w:hyperlink r:id="h">' + run("https://mill.example/") + "</w:hyperlink>", "https://mill.example/"),
        (run("r is ") + "<m:oMath><m:r><m:t>4.25</m:t></m:r></m:oMath>", "r is 4.25"),
        (
            "<m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
            "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>",
            "(a+b)/2x^2",
        ),
        (
            "<m:oMath><m:rad><m:deg/><m:e><m:r><m:t>n</m:t></m:r></m:e></m:rad><m:nary><m:naryPr><m:chr m:val='∑'/>"
            "</m:naryPr><m:sub><m:r><m:t>i=1</m:t></m:r></m:sub><m:sup/><m:e><m:r><m:t>i</m:t></m:r></m:e></m:nary>"
            "</m:oMath>",
            "√(n)∑_(i=1) i",
        ),
    ],
)
def test_what_a_paragraph_says(inner: str, text: str, tmp_path: Path) -> None:
    link = f'<Relationship Id="h" Type="{RELATIONS}/hyperlink" Target="https://mill.example" TargetMode="External"/>'
    assert texts(tmp_path, paragraph(inner), links=link) == [text]


def test_an_empty_control_is_no_text(tmp_path: Path) -> None:
    control = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Click here')}</w:sdtContent></w:sdt>"
    assert texts(tmp_path, paragraph(run("Name: ") + control)) == ["Name:"]


def cell(inner: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(inner)}</w:tc>"


def test_cells_rows_and_tables_in_content_controls(tmp_path: Path) -> None:
    def held(inner: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    head = f"<w:tr>{cell(run('Date'))}{cell(run('Tenant'))}{cell(run('Meter'))}</w:tr>"
    row = f"<w:tr>{cell(run('1 March'))}{held(cell(run('Ludmila')))}{cell(run('40771'))}</w:tr>"
    wide = "<w:tr>" + cell(run("both"), '<w:gridSpan w:val="2"/>') + cell(run("9")) + "</w:tr>"
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{cell(run('old'))}{cell(run('old'))}</w:tr>"
    table = f"<w:tbl>{head}{held(row)}{wide}{gone}</w:tbl>"
    expected = "Date | Tenant | Meter\n1 March | Ludmila | 40771\nboth |  | 9"
    assert texts(tmp_path, table) == [expected]
    assert texts(tmp_path, held(table)) == [expected]


def test_a_frame_of_one_column_is_no_table(tmp_path: Path) -> None:
    blocks = read(tmp_path, word(f"<w:tbl><w:tr>{cell(run('A letter.'))}</w:tr></w:tbl>"))[0].blocks
    assert [(block.kind, block.text) for block in blocks] == [("paragraph", "A letter.")]


def test_text_boxes_once_and_after_their_paragraph(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph(run('in the box'))}</w:txbxContent>"
    drawing = (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(tmp_path, paragraph(run("before") + drawing + run(" after"))) == [
        "before after",
        "in the box",
    ]
    old = f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>"
    assert texts(tmp_path, paragraph(old)) == ["in the box"]


def test_pictures_are_told_by_their_description(tmp_path: Path) -> None:
    picture = "<wp:inline><wp:docPr id='1' name='Bild 1' descr='The old mill'/></wp:inline>"
    drawing = f"<w:r><w:drawing>{picture}</w:drawing></w:r>"
    assert texts(tmp_path, paragraph(run("See ") + drawing)) == ["See  [The old mill]"]


def test_headers_and_footers_once_without_page_numbers(tmp_path: Path) -> None:
    number = f"{run('Page ')}<w:fldSimple w:instr=' PAGE '>{run('3')}</w:fldSimple>"
    parts = {
        "header1.xml": ("header", root("hdr", paragraph(run("Law office Ekeberg")))),
        "header2.xml": ("header", root("hdr", paragraph(run("Law office Ekeberg")))),
        "footer1.xml": ("footer", root("ftr", paragraph(number) + paragraph(run("IBAN NO93 8601")))),
    }
    blocks = read(tmp_path, word(paragraph(run("Dear Nora")), parts))[0].blocks
    assert [(block.place, block.text) for block in blocks] == [
        ("header", "Law office Ekeberg"),
        ("", "Dear Nora"),
        ("footer", "IBAN NO93 8601"),
    ]


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_stand_where_they_are_referred_to(kind: str, tmp_path: Path) -> None:
    notes = f'<w:{kind} w:type="separator" w:id="0">{paragraph(run("---"))}</w:{kind}>'
    notes += f'<w:{kind} w:id="2">{paragraph(run("From 2023 on."))}</w:{kind}>'
    parts = {f"{kind}s.xml": (f"{kind}s", root(f"{kind}s", notes))}
    body = paragraph(run("The rent rises") + f'<w:r><w:{kind}Reference w:id="2"/></w:r>' + run(" again."))
    assert texts(tmp_path, body, parts) == ["The rent rises [From 2023 on.]  again."]


def test_comments_say_by_whom_and_on_what(tmp_path: Path) -> None:
    said = paragraph(run("Use quark."))
    comment = f'<w:comment w:id="1" w:author="Jitka" w:date="2024-03-05T10:00:00Z">{said}</w:comment>'
    body = paragraph(
        run("Take ")
        + '<w:commentRangeStart w:id="1"/>'
        + run("potato")
        + '<w:commentRangeEnd w:id="1"/>'
        + run(" dough.")
    )
    blocks = read(tmp_path, word(body, {"comments.xml": ("comments", root("comments", comment))}))[0].blocks
    assert blocks[1].text == "Comment by Jitka on “potato”: Use quark."
    assert (blocks[1].place, blocks[1].when) == ("comment", "2024-03-05T10:00:00")


def test_headings_by_style_name_base_style_and_outline_level(tmp_path: Path) -> None:
    styles = root(
        "styles",
        '<w:style w:styleId="a"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="b"><w:name w:val="Clause"/><w:basedOn w:val="a"/></w:style>'
        '<w:style w:styleId="c"><w:name w:val="Odd"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
        '<w:style w:styleId="d"><w:name w:val="List Bullet 2"/></w:style>',
    )
    body = "".join(paragraph(f'<w:pPr><w:pStyle w:val="{key}"/></w:pPr>' + run(key)) for key in "abcd")
    blocks = read(tmp_path, word(body, {"styles.xml": ("styles", styles)}))[0].blocks
    assert [(block.kind, block.level) for block in blocks] == [
        ("heading", 2),
        ("heading", 2),
        ("heading", 3),
        ("list", 0),
    ]


CHART = (
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart><c:title><c:tx><c:rich><a:p><a:r>'
    "<a:t>Rain by month</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart><c:ser><c:tx><c:strRef>"
    "<c:strCache><c:pt idx='0'><c:v>Bergen</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache>"
    "<c:pt idx='0'><c:v>May</c:v></c:pt><c:pt idx='1'><c:v>June</c:v></c:pt></c:strCache></c:strRef></c:cat><c:val>"
    "<c:numRef><c:numCache><c:pt idx='0'><c:v>106</c:v></c:pt><c:pt idx='1'><c:v>132</c:v></c:pt></c:numCache>"
    "</c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
)


def test_charts_give_their_values(tmp_path: Path) -> None:
    found = texts(tmp_path, paragraph(run("See below.")), {"charts/chart1.xml": ("chart", CHART)})
    assert found == ["See below.", "Chart: Rain by month\n | Bergen\nMay | 106\nJune | 132"]


def test_diagrams_and_embedded_files(tmp_path: Path) -> None:
    diagram = (
        '<d:dataModel xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><d:ptLst><d:pt><d:t><a:p><a:r><a:t>Sow</a:t>'
        "</a:r></a:p></d:t></d:pt><d:pt><d:t><a:p><a:r><a:t>Reap</a:t></a:r></a:p></d:t></d:pt></d:ptLst></d:dataModel>"
    )
    data = word(
        paragraph(run("Plan")),
        {
            "diagrams/data1.xml": ("diagramData", diagram),
            "note.html": ("aFChunk", "<html><p>Pasted</p></html>"),
            "embeddings/x.bin": ("oleObject", ""),
        },
    )
    outer, inner = read(tmp_path, data)
    assert [block.text for block in outer.blocks] == ["Plan", "- Sow\n- Reap"]
    assert (inner.blocks[0].text, inner.blocks[0].place) == ("Pasted", "embedded note.html")
    assert outer.notes == ("embedded x.bin: empty",)


@pytest.mark.parametrize("kind", ["document.macroEnabled", "template", "template.macroEnabledTemplate"])
def test_templates_and_files_with_macros(kind: str, tmp_path: Path) -> None:
    main = f"application/vnd.ms-word.{kind}.main+xml"
    assert read(tmp_path, word(paragraph(run("Hello")), main=main))[0].blocks[0].text == "Hello"


def test_the_strict_dialect(tmp_path: Path) -> None:
    strict = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(samples.docx())) as before, zipfile.ZipFile(strict, "w") as after:
        for name in before.namelist():
            data = before.read(name).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/",
                b"http://purl.oclc.org/ooxml/wordprocessingml/",
            )
            after.writestr(
                name,
                data.replace(
                    b"http://schemas.openxmlformats.org/officeDocument/2006/",
                    b"http://purl.oclc.org/ooxml/officeDocument/",
                ),
            )
    item = read(tmp_path, strict.getvalue())[0]
    assert (item.blocks[0].text, item.blocks[0].kind) == ("Rent", "heading")


def test_a_missing_part_costs_only_itself(tmp_path: Path) -> None:
    whole = io.BytesIO(samples.docx())
    without = io.BytesIO()
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(without, "w") as after:
        for name in before.namelist():
            if "styles" not in name:
                after.writestr(name, before.read(name))
    assert "The flat costs 900 euro a month." in [
        b.text for b in read(tmp_path, without.getvalue())[0].blocks
    ]
