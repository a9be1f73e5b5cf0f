"""What lies on the pages of a PDF beside its text: values of form fields, comments, addresses of links.

PDFium's own interface, as pypdfium2 has no more for these. Every text comes in UTF-16, asked for twice: for its size
and for itself.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.parsing.encoding import tidy
from app.parsing.items import Block

_PER_PAGE = 2000
_TEXT = 1_000_000  # bytes of one value
_ON = ("on", "yes", "true", "1", "ja", "oui", "x")
_NAMELESS = re.compile(r"(?:[a-z]{0,12}[ _.-]?\d+|undefined.*|untitled.*|text|field|check ?box|)$", re.I)
_TAGS = re.compile(r"<[^>]{0,500}>")
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")


AttachedFile = tuple[str, Callable[[], bytes]]  # its name and what reads it


@dataclass
class Found:
    """What the pages of one document bear. values: "label: value" lines by page; files: name and bytes."""

    values: dict[int, dict[str, None]] = field(default_factory=dict)
    comments: list[Block] = field(default_factory=list)
    links: dict[str, tuple[int, str]] = field(default_factory=dict)  # by address: page, words that bear it
    files: list[AttachedFile] = field(default_factory=list)

    def blocks(self) -> list[Block]:
        blocks = [
            Block("\n".join(lines), f"page {number}, form", "fields")
            for number, lines in self.values.items()
            if lines
        ]
        by_page: dict[int, list[str]] = {}
        for address, (number, words) in self.links.items():
            by_page.setdefault(number, []).append(f"{words}: {address}" if words else address)
        blocks += self.comments
        return blocks + [
            Block("\n".join(lines), f"page {number}, links", "list") for number, lines in by_page.items()
        ]


def look(document: Any, page: Any, text_page: Any, number: int, found: Found) -> None:
    """Adds what a page bears to `found`. The document's form must be initialised if it has one."""
    from pypdfium2 import raw

    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _PER_PAGE)):
        with _annotation(page, index) as annotation:
            if not annotation or raw.FPDFAnnot_GetFlags(annotation) & raw.FPDF_ANNOT_FLAG_HIDDEN:
                continue
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            if kind == raw.FPDF_ANNOT_WIDGET:
                _field(document, annotation, text_page, found.values.setdefault(number, {}))
            elif kind == raw.FPDF_ANNOT_LINK:
                _link(document, annotation, text_page, number, found.links)
            elif kind == raw.FPDF_ANNOT_FILEATTACHMENT:
                _file(raw.FPDFAnnot_GetFileAttachment(annotation), document, found.files)
            elif kind != raw.FPDF_ANNOT_POPUP:
                found.comments += _comment(annotation, kind, text_page, number)


def attached_files(document: Any, found: Found) -> None:
    """Adds the files attached to the document as a whole."""
    from pypdfium2 import raw

    for index in range(min(raw.FPDFDoc_GetAttachmentCount(document), _PER_PAGE)):
        _file(raw.FPDFDoc_GetAttachment(document, index), document, found.files)


def xfa_values(document: Any) -> list[str]:
    """ "name: value" lines of a form that is XML inside the PDF, and shows nothing but "please wait" elsewhere."""
    from lxml import etree
    from pypdfium2 import raw

    for index in range(min(raw.FPDF_GetXFAPacketCount(document), 50)):
        if _bytes(raw.FPDF_GetXFAPacketName, document, index).rstrip(b"\0") != b"datasets":
            continue
        size = ctypes.c_ulong()
        raw.FPDF_GetXFAPacketContent(document, index, None, 0, size)
        buffer = ctypes.create_string_buffer(min(size.value, _TEXT))
        raw.FPDF_GetXFAPacketContent(document, index, buffer, len(buffer), size)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        root = etree.fromstring(buffer.raw, parser)
        leaves = (
            [element for element in root.iter() if isinstance(element.tag, str) and not len(element)]
            if root is not None
            else []
        )
        lines = (f"{leaf.tag.rpartition('}')[2]}: {tidy(leaf.text or '').strip()}" for leaf in leaves)
        return [line for line in lines if not line.endswith(": ")]
    return []


@contextmanager
def _annotation(page: Any, index: int) -> Iterator[Any]:
    from pypdfium2 import raw

    annotation = raw.FPDFPage_GetAnnot(page, index)
    try:
        yield annotation
    finally:
        if annotation:
            raw.FPDFPage_CloseAnnot(annotation)


def _bytes(function: Any, *arguments: Any) -> bytes:
    size = function(*arguments, None, 0)
    if not 0 < size <= _TEXT:
        return b""
    buffer = ctypes.create_string_buffer(size)
    # The same memory, whatever kind of characters the function writes.
    kind = function.argtypes[-2] if getattr(function, "argtypes", None) else ctypes.c_void_p
    function(*arguments, ctypes.cast(buffer, kind), size)
    return buffer.raw


def _string(function: Any, *arguments: Any) -> str:
    return tidy(_bytes(function, *arguments).decode("utf-16-le", "replace").rstrip("\0")).strip()


def _value(annotation: Any, key: str) -> str:
    from pypdfium2 import raw

    return _string(raw.FPDFAnnot_GetStringValue, annotation, key.encode())


def _field(document: Any, annotation: Any, text_page: Any, values: dict[str, None]) -> None:
    from pypdfium2 import raw

    if document.formenv is None:
        return
    form = document.formenv.raw
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        if not raw.FPDFAnnot_IsChecked(form, annotation):
            return
        value = _string(raw.FPDFAnnot_GetFormFieldExportValue, form, annotation)
        value = "Yes" if value.lower() in _ON or not value else value
    elif kind == raw.FPDF_FORMFIELD_LISTBOX:
        options = range(min(max(raw.FPDFAnnot_GetOptionCount(form, annotation), 0), _PER_PAGE))
        chosen = (index for index in options if raw.FPDFAnnot_IsOptionSelected(form, annotation, index))
        value = ", ".join(_string(raw.FPDFAnnot_GetOptionLabel, form, annotation, index) for index in chosen)
        value = value or _string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    elif kind in (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX):
        if raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & raw.FPDF_FORMFLAG_TEXT_PASSWORD:
            return
        value = _string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    else:
        return
    if value:
        values.setdefault(f"{_label(form, annotation, text_page)}: {value}")


def _label(form: Any, annotation: Any, text_page: Any) -> str:
    """What a reader is told of a field; else its name; else the words before it or above it."""
    from pypdfium2 import raw

    if told := _string(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation):
        return told
    name = _string(raw.FPDFAnnot_GetFormFieldName, form, annotation)
    name = re.sub(r"\[\d+\]", "", name).rpartition(".")[2] or name
    if not _NAMELESS.match(name):
        return name
    left, bottom, right, top = _rectangle(annotation)
    for area in ((0, bottom, left, top), (left, top, right, top + 14)):
        near = text_page.get_text_bounded(*area).strip().split("\n")[-1].strip(" :._")
        if any(map(str.isalpha, near)):
            return tidy(near)
    return name or "field"


def _rectangle(annotation: Any) -> tuple[float, float, float, float]:
    from pypdfium2 import raw

    area = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, area)
    return area.left, area.bottom, area.right, area.top


def _link(
    document: Any, annotation: Any, text_page: Any, number: int, links: dict[str, tuple[int, str]]
) -> None:
    from pypdfium2 import raw

    action = raw.FPDFLink_GetAction(raw.FPDFAnnot_GetLink(annotation))
    address = (
        _bytes(raw.FPDFAction_GetURIPath, document, action).rstrip(b"\0").decode("utf-8", "replace")
        if action
        else ""
    )
    if address and address not in links and len(links) < _PER_PAGE:
        shown = " ".join(tidy(text_page.get_text_bounded(*_rectangle(annotation))).split())
        bare = address.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
        if bare.lower() not in shown.lower():
            links[address] = (number, shown)


def _comment(annotation: Any, kind: int, text_page: Any, number: int) -> list[Block]:
    from pypdfium2 import raw

    text = _value(annotation, "Contents") or tidy(_TAGS.sub(" ", _value(annotation, "RC"))).strip()
    marked = (
        raw.FPDF_ANNOT_HIGHLIGHT,
        raw.FPDF_ANNOT_UNDERLINE,
        raw.FPDF_ANNOT_STRIKEOUT,
        raw.FPDF_ANNOT_SQUIGGLY,
    )
    about = _covered(annotation, text_page) if kind in marked else ""
    if not text or text == about:
        return []
    if kind == raw.FPDF_ANNOT_FREETEXT:  # typed onto the page
        return [Block(text, f"page {number}")]
    author = _value(annotation, "T")
    found = _DATE.match(_value(annotation, "M") or _value(annotation, "CreationDate"))
    day = "-".join(found.groups()[:3]) if found else ""
    lead = f"Comment{f' by {author}' if author else ''}{f' on “{about}”' if about else ''}: "
    return [Block(lead + text, f"page {number}, comment", when=day)]


def _covered(annotation: Any, text_page: Any) -> str:
    """The words that a mark lies over, line by line."""
    from pypdfium2 import raw

    pieces = []
    for index in range(min(raw.FPDFAnnot_CountAttachmentPoints(annotation), 100)):
        quad = raw.FS_QUADPOINTSF()
        if raw.FPDFAnnot_GetAttachmentPoints(annotation, index, quad):
            xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            pieces.append(text_page.get_text_bounded(min(xs), min(ys), max(xs), max(ys)))
    return " ".join(tidy(" ".join(pieces)).split())


def _file(attachment: Any, document: Any, files: list[AttachedFile]) -> None:
    from pypdfium2 import PdfAttachment

    if attachment:
        file = PdfAttachment(attachment, document)
        files.append((tidy(file.get_name()), lambda: bytes(file.get_data())))
