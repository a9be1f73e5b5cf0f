"""Further inputs for the cases on office files and PDF: other elements, versions and programs."""

from __future__ import annotations

from benchmarks.kinds.inputs import (
    Input,
    docx,
    lines,
    made,
    opendocument,
    paragraph,
    pdf,
    pptx,
    run,
    shape,
    zipped,
)

WORD = [
    made("docx-more", "headers, footnotes and a text box", "letter.docx",
         docx("<w:p><w:r><w:t>The oven</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
              "<w:p><w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox><w:txbxContent><w:p><w:r><w:t>Box: key 17</w:t></w:r>"
              "</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
              "<w:sectPr><w:headerReference w:type='default' r:id='rId1'/></w:sectPr>",
              (("rId1", "header", "header1.xml"), ("rId2", "footnotes", "footnotes.xml")),
              header1="<w:TOP><w:p><w:r><w:t>Parish of Lund</w:t></w:r></w:p></w:TOP>".replace("w:TOP", "w:hdr xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'", 1).replace("/w:TOP", "/w:hdr"),
              footnotes="<w:footnotes xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:footnote w:id='2'><w:p><w:r><w:t>built in 1961</w:t></w:r></w:p></w:footnote></w:footnotes>"),
         says=["Parish of Lund", "built in 1961", "Box: key 17"]),
    made("docx-more", "a move and a deletion in a table", "table.docx",
         docx("<w:p><w:moveFrom w:id='1'><w:r><w:t>The choir meets.</w:t></w:r></w:moveFrom></w:p><w:tbl><w:tr><w:tc>"
              + paragraph("Fee") + "</w:tc><w:tc><w:p><w:del w:id='3'><w:r><w:delText>45</w:delText></w:r></w:del><w:ins w:id='4'><w:r>"
              "<w:t>55</w:t></w:r></w:ins></w:p></w:tc></w:tr></w:tbl><w:p><w:moveTo w:id='2'><w:r><w:t>The choir meets.</w:t></w:r></w:moveTo></w:p>"),
         once=["The choir meets."], says=["Fee | 55"], never=["45"]),
    made("docx-more", "a link as a field, and a symbol", "field.docx",
         docx("<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> HYPERLINK \"https://kitchen.example/dumplings\" </w:instrText></w:r>"
              "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>The recipe</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"),
         says=["The recipe", "https://kitchen.example/dumplings"], never=["HYPERLINK"]),
    made("docx-more", "a fraction and a root", "math.docx",
         docx("<w:p><w:r><w:t>Rate: </w:t></w:r><m:oMath><m:f><m:num><m:r><m:t>17</m:t></m:r></m:num><m:den><m:r><m:t>4</m:t></m:r></m:den></m:f></m:oMath></w:p>"),
         says=["17"], found=["Rate"]),
    made("docx-nbhyphen", "a soft hyphen and a tab", "soft.docx",
         docx("<w:p><w:r><w:t>Donau</w:t><w:softHyphen/><w:t>dampf</w:t><w:tab/><w:t>17</w:t></w:r></w:p>"),
         says=["Donaudampf 17"]),
    made("docx-nbhyphen", "numbers in a table", "phone.docx",
         docx("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>030</w:t><w:noBreakHyphen/><w:t>555</w:t><w:noBreakHyphen/><w:t>0142</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"),
         says=[["030-555-0142", "030‑555‑0142"]]),
    made("docx-nbhyphen", "as a letter, in Portuguese", "pt.docx", docx(paragraph("De segunda\u2011feira a sexta, 9\u201117 h")),
         says=[["segunda-feira", "segunda‑feira"]], never=["segundafeira"]),
    made("docx-sdtcell", "a row in a content control", "row.docx",
         docx("<w:tbl><w:sdt><w:sdtContent><w:tr><w:tc>" + paragraph("3B") + "</w:tc><w:tc>" + paragraph("Ludmila") + "</w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>"),
         says=["3B | Ludmila"]),
    made("docx-sdtcell", "a tick box and a list of choices", "form.docx",
         docx("<w:p><w:r><w:t>Paid: </w:t></w:r><w:sdt><w:sdtPr><w14:checkbox xmlns:w14='http://schemas.microsoft.com/office/word/2010/wordml'>"
              "<w14:checked w14:val='1'/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt></w:p>"
              "<w:p><w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent><w:r><w:t>Berth 12</w:t></w:r></w:sdtContent></w:sdt></w:p>"),
         says=["Paid: ☒", "Berth 12"]),
    made("docx-sdtcell", "nested in two controls and a smart tag", "nested.docx",
         docx("<w:sdt><w:sdtContent><w:sdt><w:sdtContent><w:p><w:smartTag w:element='x'><w:r><w:t>Farkas 40771</w:t></w:r></w:smartTag></w:p>"
              "</w:sdtContent></w:sdt></w:sdtContent></w:sdt>"), says=["Farkas 40771"]),
]  # fmt: skip

SLIDES = [
    made("pptx-vt", "breaks in a table", "table.pptx",
         pptx("<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr><a:tc><a:txBody><a:p>" + run("Old") + "<a:br/>" + run("pear")
              + "</a:p></a:txBody></a:tc><a:tc><a:txBody><a:p>" + run("17") + "</a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"),
         says=["Old pear"], never=["Oldpear"]),
    made("pptx-vt", "a vertical tab inside a run", "vt.pptx", pptx(shape(run("Orchard_x000B_Review"))), says=["Orchard Review"]),
    made("pptx-vt", "a group, in Japanese", "group.pptx",
         pptx("<p:grpSp>" + shape(run("果樹園") + "<a:br/>" + run("点検")) + "</p:grpSp>"), never=["果樹園点検"], says=[["果樹園 点検"]]),
]  # fmt: skip

_TABLE = '<table:table table:name="T">{}</table:table>'


def _row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def _cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


SHEETS = [
    made("ods-repeat", "columns repeated, a percentage, a duration", "a.ods",
         opendocument("spreadsheet", _TABLE.format(_row(_cell("oats", 'table:number-columns-repeated="3"'),
                      _cell("12%", 'office:value-type="percentage" office:value="0.12"')))), says=["oats | oats | oats | 12%"]),
    made("ods-repeat", "rows repeated, a date in another format, a span", "b.ods",
         opendocument("spreadsheet", _TABLE.format(_row(_cell("feed"), _cell("5. März", 'office:value-type="date" office:date-value="2024-03-05"'), repeated=4))),
         times={"2024-03-05": 4}),
    made("ods-repeat", "a comment in a text", "c.odt",
         opendocument("text", "<text:p>The ring<office:annotation><dc:creator>Ida</dc:creator><text:p>he moved it in 2023</text:p>"
                      "</office:annotation> is safe.</text:p><text:p>Tabs<text:tab/>and<text:s text:c='3'/>spaces<text:line-break/>end</text:p>"),
         says=["he moved it in 2023", "Tabs and spaces end"]),
    made("ods-repeat", "Excel with dates, percentages and a comment", "d.xlsx",
         zipped({
             "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',
             "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
             "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Feed" sheetId="1" r:id="r1"/></sheets></workbook>',
             "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
             "xl/styles.xml": '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="14"/><xf numFmtId="9"/></cellXfs></styleSheet>',
             "xl/worksheets/sheet1.xml": '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>oats</t></is></c><c r="B1" s="1"><v>45356</v></c><c r="C1" s="2"><v>0.12</v></c></row></sheetData></worksheet>',
         }), says=["oats | 2024-03-05"]),
]  # fmt: skip

_FIELD = "<< /FT /Tx /T ({}) /V ({}) /Type /Annot /Subtype /Widget /Rect [50 {} 300 {}] {} >>"

PDFS = [
    made("pdf-form", "a choice, a radio group and a long text", "form.pdf",
         pdf(["<< /FT /Ch /T (Berth) /V (Pier 4) /Opt [(Pier 3) (Pier 4)] /Type /Annot /Subtype /Widget /Rect [50 600 300 620] >>",
              "<< /FT /Btn /Ff 32768 /T (winter_berth) /V /Yes /Kids [8 0 R] >>",
              "<< /Parent 7 0 R /AS /Yes /AP << /N << /Yes 4 0 R /Off 4 0 R >> >> /Type /Annot /Subtype /Widget /Rect [50 560 70 580] >>",
              _FIELD.format("Remarks", "Keel was painted in 2023", 500, 540, "/Ff 4096")],
             lines("Boat form"), "/Annots [6 0 R 8 0 R 9 0 R]", "/AcroForm << /Fields [6 0 R 7 0 R 9 0 R] >>"),
         says=["Pier 4", "Keel was painted in 2023", "winter_berth"]),
    made("pdf-form", "nested names and UTF-16 in Chinese", "cn.pdf",
         pdf(["<< /T (owner) /Kids [7 0 R] >>", "<< /Parent 6 0 R /FT /Tx /T (name) /V <FEFF5F204E09> /TU (Owner's name) /Type /Annot /Subtype /Widget "
              "/Rect [50 600 300 620] >>"], lines("Form"), "/Annots [7 0 R]", "/AcroForm << /Fields [6 0 R] >>"),
         says=["张三"]),
    made("pdf-form", "a highlighted comment and a note", "note.pdf",
         pdf(["<< /Type /Annot /Subtype /Highlight /Rect [50 690 200 715] /QuadPoints [50 715 200 715 50 690 200 690] /Contents (ask Bo) /T (Vera) >>",
              "<< /Type /Annot /Subtype /FreeText /Rect [50 500 200 520] /Contents (Key under the mat) /DA (/F1 12 Tf) >>"],
             lines("The boat is sold"), "/Annots [6 0 R 7 0 R]"), says=["ask Bo", "Key under the mat"]),
    made("pdf-hyphen", "names in French", "fr.pdf", pdf([], lines("Nous avons vu Jean-", "Pierre à Saint-", "Malo, de 2019-", "2024.")),
         says=["Jean-Pierre", "Saint-Malo", "2019-2024"]),
    made("pdf-hyphen", "a word broken in the middle, in German", "de.pdf", pdf([], lines("Die Versiche-", "rung zahlt am Frei-", "tag. Frau Müller-", "Lüdenscheid unterschreibt.")),
         says=["Versicherung", "Freitag", "Müller-Lüdenscheid"]),
    made("pdf-hyphen", "numbers, units and mails", "mixed.pdf", pdf([], lines("Call 0555-", "0142 or write to anna-", "maria@example.org about the COVID-", "19 form.")),
         says=["0555-0142", "COVID-19"]),
]  # fmt: skip

APPLE = [
    made("pages", "Pages of 2009 without a preview", "old.pages",
         zipped({"index.xml": '<?xml version="1.0"?><sl:document xmlns:sl="http://developer.apple.com/namespaces/sl"/>'}), unread=["Pages document"]),
    made("pages", "Keynote, damaged inside", "talk.key", zipped({"Index/Document.iwa": b"\x00\x04\x00\x00abcd", "Index/Slide-1.iwa": b"x"}),
         unread=["Keynote document"]),
    made("pages", "Numbers of 2013, damaged", "sheet.numbers", zipped({"Index.zip": b"x", "Metadata/x.plist": b"y"}), unread=["Numbers document"]),
]  # fmt: skip

INPUTS: list[Input] = [*WORD, *SLIDES, *SHEETS, *PDFS, *APPLE]
