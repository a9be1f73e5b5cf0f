"""Which format a file is in: by its content first, by its extension second, because extensions are often
wrong.

Content decides wherever a format has a signature or an unmistakable beginning; among plain texts (Markdown,
CSV, source code, …), which have none, the extension does. Raises Skipped for what is no text format and
Unreadable for a locked file whose content cannot be seen.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib

from app.errors import Skipped, Unreadable
from app.parsing.encoding import SAMPLE, detect, tidy
from app.parsing.items import Source, words

CODE_SUFFIXES = words(
    ".py .pyi .js .mjs .cjs .ts .tsx .jsx .java .kt .kts .scala .c .h .cc .cpp .cxx .hpp .cs .go .rs "
    ".rb .php .pl .pm .lua .r .jl .m .mm .swift .dart .ex .exs .erl .hs .ml .fs .clj .lisp .el .vim "
    ".sh .bash .zsh .fish .ps1 .bat .cmd .sql .css .scss .less .sass .vue .svelte .tex .sty .bib "
    ".cmake .mk .gradle .dockerfile .proto .graphql .tf .nix .yaml .yml .toml .ini .cfg .conf "
    ".properties .env .diff .patch"
)
# What runs where it is opened: attached to a mail it is named, not read.
PROGRAM_SUFFIXES = CODE_SUFFIXES - words(
    ".tex .sty .bib .yaml .yml .toml .ini .cfg .conf .properties .diff .patch"
) | words(".vbs .vbe .jse .wsf .wsh .hta .scpt .applescript .reg .lnk .ps1xml .psm1 .min.js")
_BY_SUFFIX = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdx"), "markdown"),
    ".org": "org",
    **dict.fromkeys((".rst", ".rest"), "rst"),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".xht"), "html"),
    **dict.fromkeys((".csv", ".tsv", ".tab"), "csv"),
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
    **dict.fromkeys((".json", ".geojson", ".webmanifest"), "json"),
    ".ipynb": "notebook",
    ".eml": "mail",
    ".mbox": "mbox",
    **dict.fromkeys((".xml", ".opml", ".rss", ".atom", ".svg"), "xml"),
    **dict.fromkeys(CODE_SUFFIXES, "code"),
}
_CONTAINERS = (
    (b"\x1f\x8b\x08", "packed"),
    (b"BZh", "packed"),
    (b"\xfd7zXZ\x00", "packed"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"bplist00", "plist"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
)
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1")
_SPEECH = (b"OggS", b"ID3", b"fLaC", b"#!AMR", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"caff")
_SPEECH_BRANDS = (b"ftypM4A", b"ftypM4B", b"ftypF4A")
_SPEECH_SUFFIXES = words(".m4a .mp4a .m4b .3ga")
SPEECH_SUFFIXES = _SPEECH_SUFFIXES | words(".ogg .oga .opus .mp3 .wav .flac .amr .caf")
# Programs that encrypt what they keep: such files hold nothing that tells them from any other data.
_LOCKED = (
    (
        re.compile(r"\.db\.crypt\d+$", re.I),
        "WhatsApp's encrypted backup: export the chats in WhatsApp as text",
    ),
    (
        re.compile(r"^signal-.*\.backup$", re.I),
        "Signal's encrypted backup: export the chats with a program for it",
    ),
    (
        re.compile(r"^db\.sqlite$", re.I),
        "an encrypted database (Signal?): export the chats with a program for it",
    ),
)
_BINARY = (
    (b"\x7fELF", "ELF binary"),
    (b"MZ", "Windows program"),
    (b"\xcf\xfa\xed\xfe", "macOS program"),
    (b"\xca\xfe\xba\xbe", "Java class or macOS program"),
    (b"GIF8", "GIF picture"),
    (b"BM", "bitmap picture"),
    (b"8BPS", "Photoshop picture"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x28\xb5\x2f\xfd", "zstd archive"),
    (b"RIFF", "video"),
    (b"\x1aE\xdf\xa3", "Matroska video"),
    (b"\x00asm", "WebAssembly program"),
    (b"GGUF", "GGUF model"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"OTTO", "font"),
    (b"\x00\x01\x00\x00\x00", "font"),
    (b"%!PS", "PostScript document"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_SEARCHED = 64 * 1024 * 1024
_TURNED_DOWN = "save it as {}, which Doppel reads"
_OPENDOCUMENT = "application/vnd.oasis.opendocument."

_MAIL_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}:(?:[ \t]|$)")
_MAIL_SIGNS = words(
    "from received return-path delivered-to message-id mime-version x-mozilla-status x-gm-thrid date"
)
_WEB_ARCHIVE_SIGNS = words("mime-version content-type")
_EMLX_LENGTH = re.compile(r"\A\d{1,10}[ \t]*\n")
_MBOX_START = re.compile(r"From \S+.{0,60}\d{4}")
_SRT = re.compile(r"\d+\s*\n\d{2}:\d{2}:\d{2}[,.]\d{3} --> ")
_SBV = re.compile(r"\d:\d{2}:\d{2}\.\d{3},\d:\d{2}:\d{2}\.\d{3}\n")
_POCKET = re.compile(r"<a href=\"[^\"<>]{1,2000}\" time_added=\"\d", re.I)
_POCKET_HEAD = 4000  # characters
_HTML_START = re.compile(
    r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)[\s>]", re.I | re.S
)


def sniff(source: Source) -> str:
    """The name of the format, a key of formats.FORMATS."""
    head = source.head(SAMPLE)
    if not head or (source.size < 16 and not head.strip()):
        raise Skipped("empty")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_based(source)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(_OLE):
        return _old_office(source)
    for magic, format_name in _CONTAINERS:
        if head.startswith(magic):
            return format_name
    if head[8:12] == b"WEBP" or head[4:12] in _HEIC:
        return "picture"
    if head[257:262] == b"ustar":
        return "tar"
    codec = detect(head)
    if codec is None or not codec.startswith("utf") or b"\0" in head:
        if _is_speech(head, source):
            return "speech"
        _refuse_binary(head)
    if codec is None:
        for name, reason in _LOCKED:
            if name.search(source.name):
                raise Unreadable(reason)
        raise Skipped("not a text format: unknown binary data")
    return _text_based(tidy(head.decode(codec, "replace")), source)


def _is_speech(head: bytes, source: Source) -> bool:
    if head.startswith(_SPEECH) or head[8:12] == b"WAVE" or head[4:11] in _SPEECH_BRANDS:
        return True
    return head[4:8] == b"ftyp" and source.suffix in _SPEECH_SUFFIXES


def _refuse_binary(head: bytes) -> None:
    for magic, name in _BINARY:
        if head.startswith(magic) and (len(magic) > 2 or _has_control(head)):
            raise Skipped(f"not a text format: {name}")
    if head[4:8] == b"ftyp":
        raise Skipped("not a text format: MP4 video or audio")


def _has_control(head: bytes) -> bool:
    return any(byte < 9 for byte in head[:512])


def _zip_based(source: Source) -> str:
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:200].decode("ascii", "replace") if _small(archive) else ""
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        zlib.error,
    ) as error:
        raise Unreadable("damaged zip-based file: open it in its program and save it again") from error
    if mimetype.startswith("application/epub"):
        return "epub"
    if mimetype.startswith(_OPENDOCUMENT):
        return _opendocument(mimetype.removeprefix(_OPENDOCUMENT))
    if "Index/Document.iwa" in names or "Index.zip" in names:
        return _iwork(names, source)
    for part, format_name in (("index.apxl", "keynote"), ("index.xml", "pages")):  # of 2009 and before
        if any(name.startswith(part) for name in names) and source.suffix in (".pages", ".key", ".numbers"):
            return "numbers" if source.suffix == ".numbers" else format_name
    if "[Content_Types].xml" in names:
        if "xl/workbook.bin" in names:
            return "xlsb"
        for part, format_name in (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx")):
            if any(name.startswith(part) for name in names):
                return format_name
    return "zip"


def _iwork(names: set[str], source: Source) -> str:
    """Which of Apple's three programs wrote a file: the parts tell, and where they do not its ending."""
    if any(name.startswith(("Index/Slide", "Index/MasterSlide", "Index/TemplateSlide")) for name in names):
        return "keynote"
    if any(name.startswith("Index/CalculationEngine") for name in names) and source.suffix not in (
        ".pages",
        ".key",
    ):
        return "numbers"
    return {".key": "keynote", ".numbers": "numbers"}.get(source.suffix, "pages")


def _small(archive: zipfile.ZipFile) -> bool:
    return "mimetype" in archive.namelist() and archive.getinfo("mimetype").file_size < 1000


def _opendocument(kind: str) -> str:
    for start, format_name in (
        ("text", "odt"),
        ("spreadsheet", "ods"),
        ("presentation", "odp"),
        ("graphics", "odg"),
    ):
        if kind.startswith(start):
            return format_name
    raise Skipped("not a text format: OpenDocument formula, chart or database")


def _old_office(source: Source) -> str:
    # The names of the streams stand in a directory anywhere in the file.
    data = source.head(_OLE_SEARCHED)

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise Unreadable("protected by a password: open it and save it without one")
    if holds("WordDocument"):
        raise Unreadable("Word 97-2003 document: " + _TURNED_DOWN.format("DOCX"))
    if holds("Workbook") or holds("Book"):
        return "xls"
    if holds("PowerPoint Document"):
        raise Unreadable("PowerPoint 97-2003 presentation: " + _TURNED_DOWN.format("PPTX"))
    if holds("__properties_version1.0"):
        return "msg"
    raise Skipped("not a text format: old Office or Windows container")


def _text_based(text: str, source: Source) -> str:
    start = text.lstrip()
    if not start:
        if source.size <= SAMPLE:
            raise Skipped("empty")
        return "text"
    upper = start[:200].upper()
    if "NETSCAPE-BOOKMARK-FILE" in upper or _POCKET.search(start[:_POCKET_HEAD]):
        return "bookmarks"
    if _HTML_START.match(start):
        return "html"
    for sign, format_name in (
        ("BEGIN:VCARD", "vcard"),
        ("BEGIN:VCALENDAR", "icalendar"),
        ("WEBVTT", "subtitles"),
    ):
        if upper.startswith(sign):
            return format_name
    if _SRT.match(start) or _SBV.match(start) or start.startswith("[Script Info]"):
        return "subtitles"
    if _MBOX_START.match(start) and _looks_mail(start.partition("\n")[2]):
        return "mbox"
    if _looks_mail(_EMLX_LENGTH.sub("", start)):
        return "mail"
    from app.parsing.formats.chats.days import looks_like_days
    from app.parsing.formats.chats.headed import looks_headed
    from app.parsing.formats.chats.whatsapp import looks_whatsapp

    if looks_whatsapp(start):
        return "whatsapp"
    if looks_like_days(start):
        return "days"
    if source.suffix not in _BY_SUFFIX and looks_headed(start):
        return "headed"
    if start.startswith(("[InternetShortcut]", "[DEFAULT]\nBASEURL=")):
        return "shortcut"
    if start.startswith("<?xml"):
        if "<!DOCTYPE plist" in start[:300] or "<plist" in start[:300]:
            return "plist"
        if "<office:document" in start[:2000]:
            return "flat_odf"
        return "html" if "<html" in start[:2000].lower() else "xml"
    return _by_name(start, source)


def _by_name(start: str, source: Source) -> str:
    by_suffix = _BY_SUFFIX.get(source.suffix, "")
    if by_suffix in ("json", "jsonl", "notebook") or (
        not by_suffix and start[0] in "{[" and _looks_json(start)
    ):
        is_lines = by_suffix in ("", "json") and _looks_json_lines(start)
        return "jsonl" if is_lines else by_suffix or "json"
    if by_suffix in ("mail", "mbox"):
        return "text"  # the content says it is none
    if by_suffix:
        return by_suffix
    return "code" if start.startswith("#!") or source.name in ("Makefile", "Dockerfile") else "text"


def _looks_mail(start: str) -> bool:
    """Header lines to the first empty one, among them two that only mails have, and a sender."""
    names = set()
    for line in start[:16_000].split("\n"):
        if not line.strip():
            break
        if line[0] in " \t":
            continue
        if not _MAIL_HEADER.match(line):
            return False
        names.add(line.partition(":")[0].lower())
    if names >= _WEB_ARCHIVE_SIGNS and re.search(
        r"^content-type:\s*(?:multipart/|text/|message/)", start[:16_000], re.I | re.M
    ):
        return True
    return len(names & _MAIL_SIGNS) >= 2 and bool(names & {"from", "message-id", "received"})


def _looks_json(start: str) -> bool:
    return bool(re.match(r'[\[{]\s*(?:["\[{\]}]|-?\d|true|false|null)', start))


def _looks_json_lines(start: str) -> bool:
    lines = start.split("\n", 2)[:2]
    try:
        return len(lines) == 2 and all(isinstance(json.loads(line), (dict, list)) for line in lines)
    except (ValueError, RecursionError):
        return False
