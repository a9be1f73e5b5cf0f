"""Archives and packed files."""

from __future__ import annotations

import bz2
import io
import lzma
import plistlib
import tarfile
import zipfile

from tests.app.parsing.samples.pdfs import pdf
from tests.app.parsing.samples.texts import MARKDOWN


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


def web_archive() -> bytes:
    page = "<html><head><title>Trams</title></head><body><p>Lisbon by tram, très beau.</p></body></html>"
    main = {
        "WebResourceURL": "https://trams.example/lisbon",
        "WebResourceMIMEType": "text/html",
        "WebResourceTextEncodingName": "windows-1252",
        "WebResourceData": page.encode("cp1252"),
    }
    return plistlib.dumps({"WebMainResource": main, "WebSubresources": []}, fmt=plistlib.FMT_BINARY)


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


def every_format() -> dict[str, bytes]:
    note = {"inner/note.md": MARKDOWN.encode()}
    return {
        "notes.tar": tar(note),
        "notes.tar.gz": tar(note, "w:gz"),
        "note.txt.bz2": bz2.compress(b"A note about Lisbon, packed alone."),
        "note.txt.xz": lzma.compress(b"A note about Lisbon, packed alone."),
        "notes.7z": seven_zip(note),
        "export.zip": zipped(
            {
                "inner/note.md": MARKDOWN,
                "inner/letter.pdf": pdf(["Lisbon again"]),
                "x.png": b"\x89PNG\r\n\x1a\n\x00",
            }
        ),
        "trams.webarchive": web_archive(),
    }
