"""The container that DOCX, PPTX and XLSX share: a zip of XML parts which refer to each other by relations.

Read with lxml alone, so that one reader serves documents, templates, slide shows and files with macros, in the
transitional and the strict dialect, and a missing part costs itself only.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import unquote

from app.errors import NotRead, Unreadable
from app.parsing.encoding import tidy
from app.parsing.items import Block, Item, Limits, Source, iso_date, name_date, require_size
from app.parsing.registry import read_inner

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_EMBEDDED = ("package", "oleObject", "aFChunk")
_NOTES = 20


@dataclass(frozen=True)
class Relation:
    """type: the last word of its address, as "hyperlink"; target: a part, or an address if external."""

    type: str
    target: str
    external: bool


class Package:
    """The parts of an open office file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        # Some programs write other letter cases, and backslashes, into relations than into the zip.
        self._names = {_key(name): name for name in archive.namelist()}

    def has(self, name: str) -> bool:
        return _key(name) in self._names

    def read(self, name: str) -> bytes:
        return self.archive.read(self._names[_key(name)])

    def open(self, name: str) -> IO[bytes]:
        return self.archive.open(self._names[_key(name)])

    def xml(self, name: str) -> Any | None:
        """The root of a part, None where the package has no such part. Raises XMLSyntaxError."""
        return parse_xml(self.read(name)) if self.has(name) else None

    def relations(self, name: str) -> dict[str, Relation]:
        """By id, those of a part ("" for the package)."""
        folder, base = posixpath.split(name)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, Relation] = {}
        for element in root if root is not None else ():
            if not isinstance(element.tag, str):
                continue
            target = element.get("Target", "")
            external = element.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = Relation(kind, target, external)
        return found

    def related(self, name: str, *types: str) -> list[str]:
        """The parts of these types that a part refers to."""
        relations = self.relations(name).values()
        return [relation.target for relation in relations if relation.type in types and not relation.external]

    def main(self, fallback: str) -> str:
        """The part that holds the document."""
        return next(iter(self.related("", "officeDocument")), fallback)


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def parse_xml(data: bytes) -> Any:
    from lxml import etree

    if b"http://purl.oclc.org/ooxml/" in data:
        data = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", data)
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def require_safe_zip(source: Source, limits: Limits) -> None:
    """Raises Unreadable for an office file that would unpack to more than it may."""
    require_size(source, limits.document_bytes)
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > limits.document_bytes * 2:
        raise Unreadable("unpacks to far more than an office file should (zip bomb?): not opened")


def described(package: Package, source: Source, blocks: list[Block], notes: tuple[str, ...] = ()) -> Item:
    """The item of an office file, with the title, author and date of its properties."""
    core = next(iter(package.related("", "core-properties")), "docProps/core.xml")
    root = package.xml(core)

    def meta(name: str) -> str:
        return tidy(root.findtext(f".//{{*}}{name}") or "").strip() if root is not None else ""

    return Item(
        title=meta("title") or source.stem,
        blocks=blocks,
        author=meta("creator"),
        date=iso_date(meta("created")) or iso_date(meta("modified")) or name_date(source.name),
        notes=notes,
    )


def embedded(
    package: Package, parts: list[str], source: Source, limits: Limits
) -> tuple[list[Item], tuple[str, ...]]:
    """The items of the files embedded in these parts, and a note for each file that is not read."""
    items: list[Item] = []
    notes: list[str] = []
    targets = [target for part in parts for target in package.related(part, *_EMBEDDED)]
    for target in dict.fromkeys(targets):
        name = posixpath.basename(target)
        try:
            if package.has(target):
                items += read_inner(name, package.read(target), source, limits, f"embedded {name}")
        except NotRead as error:
            notes.append(f"embedded {name}: {error.reason}")
    return items, tuple(notes[:_NOTES])


def relation_id(element: Any) -> str:
    """The id of the relation that an element refers to, in either dialect."""
    return next((value for name, value in element.attrib.items() if name.endswith("}id")), "")


def alternatives(element: Any) -> list[Any]:
    """The children that a program would show: of alternatives the first that has any, else the fallback."""
    for choice in (*element.iterchildren(f"{MC}Choice"), *element.iterchildren(f"{MC}Fallback")):
        if len(choice):
            return list(choice)
    return []
