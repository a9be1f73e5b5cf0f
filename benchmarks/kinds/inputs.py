"""What a further input of a case is, and the small containers that several of them are made in."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Input:
    """A file and what must be remembered of it. case: the fault it is another input for; program: who writes such files.

    expect: as in cases_expect.toml, but for `case`, `kind` and `file`.
    """

    case: str
    program: str
    name: str
    data: bytes
    expect: dict[str, Any] = field(default_factory=dict)


def made(case: str, program: str, name: str, data: str | bytes, codec: str = "utf-8", **expect: Any) -> Input:
    return Input(case, program, name, data if isinstance(data, bytes) else data.encode(codec), expect)


def zipped(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/{}" ContentType="application/vnd.openxmlformats-officedocument.{}.main+xml"/></Types>'


def relations(*found: tuple[str, str, str]) -> str:
    """A part's relations: (id, kind, target)."""
    inner = "".join(
        f'<Relationship Id="{id}" Type="{_RELATIONS}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if '://' in target else ''}/>"
        for id, kind, target in found
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'


def docx(body: str, links: tuple[tuple[str, str, str], ...] = (), **parts: str) -> bytes:
    """A Word file of a body, its relations, and other parts by their name below word/ (header1="...")."""
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES.format("word/document.xml", "wordprocessingml.document"),
        "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": f'<?xml version="1.0"?><w:document {_W} {_R} {_M}><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": relations(*links),
    }
    for name, content in parts.items():
        files[f"word/{name}.xml"] = content.replace("<w:TOP", f"<w:{name.rstrip('0123456789')} {_W}", 1)
    return zipped(files)


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def pptx(*slides: str) -> bytes:
    """A presentation of slides, each given as its shapes."""
    numbers = range(1, len(slides) + 1)
    ids = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in numbers)
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES.format("ppt/presentation.xml", "presentationml.presentation"),
        "_rels/.rels": relations(("rId1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {_P} {_R}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            *((f"rId{n}", "slide", f"slides/slide{n}.xml") for n in numbers)
        ),
    }
    for number, shapes in enumerate(slides, 1):
        tree = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
        files[f"ppt/slides/slide{number}.xml"] = f"<p:sld {_P} {_A} {_R}>{tree}</p:sld>"
    return zipped(files)


def shape(text: str) -> str:
    """A text box; text as DrawingML runs."""
    return (
        f"<p:sp><p:nvSpPr><p:cNvPr id='2' name='x'/></p:nvSpPr><p:txBody><a:p>{text}</a:p></p:txBody></p:sp>"
    )


def run(text: str) -> str:
    return f"<a:r><a:t>{text}</a:t></a:r>"


_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table", "style", "draw", "form", "presentation")
)


def opendocument(kind: str, body: str) -> bytes:
    """kind: text, spreadsheet, presentation."""
    content = (
        f'<office:document-content {_ODF} xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:{kind}>{body}</office:{kind}>'
        "</office:body></office:document-content>"
    )
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content})


def pdf(objects: list[str], content: str = "", page: str = "", catalog: str = "") -> bytes:
    """A PDF of one page with this content stream; objects are numbered from 6 on."""
    parts = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        f"/Resources << /Font << /F1 5 0 R >> >> {page} >>",
        f"<< /Length {len(content.encode('latin-1'))} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *objects,
    ]
    data, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{part}\nendobj\n".encode("latin-1")
    start = len(data)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    data += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}".encode()
    return data + f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()


def lines(*texts: str) -> str:
    """A content stream of lines below each other."""
    shown = "".join(
        f"({text.replace(chr(92), chr(92) * 2).replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj T* "
        for text in texts
    )
    return f"BT /F1 12 Tf 14 TL 50 700 Td {shown}ET"
