"""The registry of readers, and reading any source through it.

A reader is a function (Source, Limits) -> Iterator[Item] in a module of its family, imported when the first
such file comes. Whatever a reader's library raises on a damaged file becomes Unreadable here, so callers
handle Skipped and Unreadable only. Inner files (zip members, attachments) come back here with their depth
counted.
"""

from __future__ import annotations

import errno
import importlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from app.errors import NotRead, Skipped, Unreachable, Unreadable
from app.parsing.clutter import without_clutter
from app.parsing.encoding import tidy
from app.parsing.formats.notes.copies import said_elsewhere
from app.parsing.items import NOTES, Item, Limits, Near, Source, name_date, too_large, under
from app.parsing.sniff import PROGRAM_SUFFIXES, sniff

Reader = Callable[[Source, Limits], Iterator[Item]]

_reading = threading.Lock()


@dataclass(frozen=True)
class Format:
    """label: for reasons ("damaged Word document"); reader: "module:function" in this package; is_text: what
    cannot be parsed can still be read as plain text; endings: what such files are called, for people."""

    label: str
    reader: str
    is_text: bool = False
    endings: str = ""

    def load(self) -> Reader:
        module, function = self.reader.split(":")
        reader: Reader = getattr(importlib.import_module(f"app.parsing.formats.{module}"), function)
        return reader


FORMATS = {
    "text": Format("text", "text:read_text_file", endings=".txt .log, any text"),
    "code": Format("source code", "text:read_code", endings="source code of some 60 kinds"),
    "subtitles": Format("subtitles", "chats.captions:read_captions", endings=".srt .vtt .sbv .ass"),
    "markdown": Format("Markdown", "markdown:read_markdown", endings=".md"),
    "html": Format("HTML page", "html:read_html", endings=".html .xhtml"),
    "org": Format("Org file", "outline:read_org", endings=".org"),
    "rst": Format("reStructuredText", "outline:read_rst", endings=".rst"),
    "csv": Format("table", "tables:read_csv", endings=".csv .tsv"),
    "json": Format("JSON", "data:read_json", endings=".json"),
    "jsonl": Format("JSON lines", "data:read_jsonl", endings=".jsonl"),
    "notebook": Format("notebook", "notes.notebook:read_notebook", is_text=True, endings=".ipynb"),
    "xml": Format("XML", "data:read_xml", is_text=True, endings=".xml .opml .rss .enex"),
    "bookmarks": Format("bookmarks", "bookmarks:read_bookmarks", endings="bookmarks.html Bookmarks"),
    "whatsapp": Format(
        "WhatsApp chat", "chats.whatsapp:read_whatsapp", endings="_chat.txt, exported in any language"
    ),
    "days": Format(
        "chat of a line per message below its day",
        "chats.days:read_days",
        endings="exports of LINE and KakaoTalk",
    ),
    "headed": Format(
        "chat of messages below their heads", "chats.headed:read_headed", endings="exports of WeChat and QQ"
    ),
    "icalendar": Format("calendar", "calendars.events:read_icalendar", is_text=True, endings=".ics .vcs"),
    "vcard": Format("contacts", "calendars.contacts:read_vcard", is_text=True, endings=".vcf"),
    "rtf": Format("RTF document", "rtf:read_rtf", endings=".rtf"),
    "epub": Format("e-book", "epub:read_epub", endings=".epub"),
    "odt": Format("OpenDocument text", "office.opendocument:read_opendocument", endings=".odt .ott"),
    "ods": Format("OpenDocument sheet", "office.opendocument:read_opendocument", endings=".ods .ots"),
    "odp": Format("OpenDocument presentation", "office.opendocument:read_opendocument", endings=".odp .otp"),
    "odg": Format("OpenDocument drawing", "office.opendocument:read_opendocument", endings=".odg"),
    "flat_odf": Format(
        "OpenDocument file", "office.opendocument:read_flat_opendocument", endings=".fodt .fods .fodp"
    ),
    "zip": Format("zip archive", "archives:read_zip", endings=".zip"),
    "pdf": Format("PDF", "pdf.document:read_pdf", endings=".pdf"),
    "docx": Format("Word document", "office.word:read_docx", endings=".docx .docm .dotx .dotm"),
    "pptx": Format("presentation", "office.slides:read_pptx", endings=".pptx .pptm .potx .ppsx"),
    "xlsx": Format("workbook", "office.sheets:read_xlsx", endings=".xlsx .xlsm .xltx .xltm"),
    "picture": Format("picture", "pictures:read_picture_file", endings=".jpg .png .tiff .webp .heic"),
    "speech": Format("recording", "speech:read_speech", endings=".opus .ogg .m4a .mp3 .wav .amr"),
    "sqlite": Format(
        "database", "databases.sqlite:read_sqlite", endings="msgstore.db chat.db NoteStore.sqlite …"
    ),
    "tnef": Format("winmail.dat", "mail.tnef:read_tnef", endings="winmail.dat"),
    "tar": Format("tar archive", "packed:read_tar", endings=".tar .jex"),
    "packed": Format("packed file", "packed:read_packed", endings=".gz .bz2 .xz"),
    "7z": Format("7-Zip archive", "packed:read_seven_zip", endings=".7z"),
    "numbers": Format("Numbers document", "apple.iwork:read_numbers", endings=".numbers"),
    "pages": Format("Pages document", "apple.iwork:read_pages", endings=".pages"),
    "keynote": Format("Keynote document", "apple.iwork:read_keynote", endings=".key"),
    "plist": Format("property list", "saved_links:read_property_list", endings=".webloc .webarchive"),
    "shortcut": Format("shortcut", "saved_links:read_internet_shortcut", endings=".url"),
    "msg": Format("Outlook message", "outlook:read_msg", endings=".msg"),
    "xls": Format("old workbook", "office.calamine:read_calamine", endings=".xls"),
    "xlsb": Format("binary workbook", "office.calamine:read_calamine", endings=".xlsb"),
    "mail": Format("mail", "mail.message:read_mail", endings=".eml .emlx .mht, Maildir"),
    "mbox": Format("mailbox", "mail.mailbox:read_mbox", endings=".mbox"),
}


def iter_file(path: Path, limits: Limits | None = None) -> Iterator[Item]:
    """The items of a file, one after the other, in bounded memory. Raises Skipped or Unreadable, for a large
    file possibly after some items."""
    path = Path(path)
    if not path.is_file() or path.is_symlink():
        raise Unreachable("no such file, or no regular file: check that it is still there")
    try:
        yield from read_source(Source(tidy(path.name), path), limits or Limits())
    except PermissionError as error:
        raise Unreachable("no permission to read it: change its access rights") from error
    except OSError as error:
        raise Unreachable(
            f"cannot be read from the disk: {error.strerror or type(error).__name__}"
        ) from error


def read_file(path: Path, limits: Limits | None = None) -> list[Item]:
    """All items of a file, one file at a time in this process: PDFium crashes when two threads use it.
    Raises Skipped or Unreadable."""
    with _reading:
        return list(iter_file(path, limits))


def read_inner(
    name: str, data: bytes, outer: Source, limits: Limits, place: str, near: Near | None = None
) -> Iterator[Item]:
    """The items of a file inside a container, placed under `place`. near: reads what lies beside it there."""
    depth = outer.depth + 1
    if depth > limits.depth:
        raise Unreadable(f"more than {limits.depth} containers inside each other: unpack it")
    if len(data) > limits.member_bytes:
        raise Unreadable(too_large(limits.member_bytes))
    inner = PurePosixPath(name)
    source = Source(
        tidy(inner.name), data=data, depth=depth, inside=str(inner.parent), near=near, pictures=outer.pictures
    )
    for item in read_source(source, limits):
        blocks = [replace(block, place=under(place, block.place)) for block in item.blocks]
        yield replace(item, blocks=blocks, notes=tuple(f"{place}: {note}" for note in item.notes))


def read_source(source: Source, limits: Limits) -> Iterator[Item]:
    """The items of any source that have text or say what could not be read. Raises Skipped when none has text."""
    name = sniff(source)
    if not limits.programs and (source.suffix in PROGRAM_SUFFIXES or name == "code"):
        raise Skipped("a program: named, not read")
    if reason := said_elsewhere(source):
        raise Skipped(reason)
    format_ = FORMATS[name]
    held: Item | None = None  # the last one carries what has no text of its own
    unread: list[str] = []
    try:
        for item in map(without_clutter, format_.load()(source, limits)):
            if any(block.text.strip() for block in item.blocks):
                if held:
                    yield held
                held = _dated(item, source)
            elif len(unread) < NOTES:
                unread += item.notes
    except (NotRead, MemoryError, ImportError):
        if held:
            yield held
        raise
    except Exception as error:  # libraries raise anything on damaged files
        if held:
            yield held
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # that is a seek to a damaged offset
            raise
        if not format_.is_text or held:
            detail = "nested too deeply" if isinstance(error, RecursionError) else type(error).__name__
            reason = f"damaged {format_.label} ({detail}): open it in its program and save it again"
            raise Unreadable(reason) from error
        for item in map(without_clutter, FORMATS["text"].load()(source, limits)):
            notes = (f"damaged {format_.label}: read as plain text", *item.notes)
            held = replace(_dated(item, source), notes=notes)
            yield held
        if held:
            return
    if held:
        yield replace(held, notes=(*held.notes, *unread))
    elif unread:
        raise Unreadable("; ".join(unread[:NOTES]))
    else:
        raise Skipped(f"no text in this {format_.label}")


def _dated(item: Item, source: Source) -> Item:
    """The item with the date that its file's name carries, if it has none itself, and where its date is from."""
    named = name_date(source.name)
    if item.date is None:
        return replace(item, date=named, date_source="file name" if named else "")
    if item.date_source:
        return item
    return replace(item, date_source="file name" if item.date == named else "properties")
