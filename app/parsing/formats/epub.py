"""EPUB: the chapters in the order of the spine, each read as HTML. The kept EPUB libraries are copyleft."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from app.errors import Unreadable
from app.parsing.encoding import tidy
from app.parsing.formats.html import html_blocks, html_text, parse_html
from app.parsing.formats.office.package import require_safe_zip
from app.parsing.items import Item, Limits, Source, iso_date, name_date

_FONT_OBFUSCATION = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")


def read_epub(source: Source, limits: Limits) -> Iterator[Item]:
    require_safe_zip(source, limits)
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        names = set(archive.namelist())
        if "META-INF/encryption.xml" in names and _has_drm(archive.read("META-INF/encryption.xml")):
            raise Unreadable("protected by DRM: get a copy without it")
        package_path = _package_path(archive)
        package = _xml(archive.read(package_path))
        blocks = []
        notes = []
        for number, path in enumerate(_spine(package, posixpath.dirname(package_path)), 1):
            if path not in names:
                notes.append(f"chapter {number} is missing")
                continue
            root = parse_html(html_text(archive.read(path)))
            if root is not None:
                blocks += html_blocks(root, f"chapter {number}")

    def meta(name: str) -> str:
        return tidy(package.findtext(f".//{{http://purl.org/dc/elements/1.1/}}{name}") or "").strip()

    date = iso_date(meta("date")) or name_date(source.name)
    yield Item(meta("title") or source.stem, blocks, meta("creator"), date, tuple(notes[:20]))


def _has_drm(encryption: bytes) -> bool:
    return encryption.count(b"EncryptionMethod ") > sum(
        encryption.count(method) for method in _FONT_OBFUSCATION
    )


def _xml(data: bytes) -> Any:
    from lxml import etree

    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    if root is None:
        raise ValueError("no XML")
    return root


def _package_path(archive: zipfile.ZipFile) -> str:
    rootfile = _xml(archive.read("META-INF/container.xml")).find(".//{*}rootfile")
    return str(rootfile.get("full-path"))


def _spine(package: Any, folder: str) -> list[str]:
    """Paths of the chapters inside the archive, in reading order."""
    hrefs = {item.get("id"): item.get("href", "") for item in package.iterfind(".//{*}manifest/{*}item")}
    order = [hrefs.get(entry.get("idref"), "") for entry in package.iterfind(".//{*}spine/{*}itemref")]
    return [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in order if href]
