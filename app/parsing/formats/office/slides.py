"""Presentations (PPTX, PPTM, POTX, PPSX, …): the text of each slide in the order of its shapes.

Read: titles, text, tables, charts' values, diagrams, equations, links, pictures' descriptions, speaker's notes,
comments, embedded files. Not read: pictures themselves, and what only the slide master shows.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from app.parsing.encoding import tidy
from app.parsing.formats.office.charts import chart_blocks
from app.parsing.formats.office.drawings import body_text, described_picture, diagram_blocks, link
from app.parsing.formats.office.package import (
    MC,
    A,
    P,
    Package,
    Relation,
    alternatives,
    described,
    embedded,
    relation_id,
    require_safe_zip,
)
from app.parsing.items import Block, Item, Limits, Source

_TITLES = ("title", "ctrTitle")
_FURNITURE = ("sldNum",)


def read_pptx(source: Source, limits: Limits) -> Iterator[Item]:
    require_safe_zip(source, limits)
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        package = Package(archive)
        main = package.main("ppt/presentation.xml")
        slides = _slides(package, main)
        authors = _authors(package, main)
        blocks: list[Block] = []
        notes: list[str] = []
        for number, part in enumerate(slides, 1):
            if package.has(part):
                blocks += _slide(package, part, f"slide {number}", authors)
            else:
                notes.append(f"slide {number} is missing")
        inner, unread = embedded(package, slides, source, limits)
        yield described(package, source, blocks, (*notes[:20], *unread))
        yield from inner


def _slides(package: Package, main: str) -> list[str]:
    """The parts of the slides in order."""
    root = package.xml(main)
    if root is None or not root.tag.endswith("}presentation"):
        raise ValueError("no presentation")
    relations = package.relations(main)
    ids = (relation_id(slide) for slide in root.iter(f"{P}sldId"))
    return [relations[key].target for key in ids if key in relations]


def _authors(package: Package, main: str) -> dict[str, str]:
    """Names of those who comment, by id."""
    found = {}
    for part in package.related(main, "commentAuthors", "authors"):
        root = package.xml(part)
        for author in root if root is not None else ():
            found[author.get("id", "")] = author.get("name", "")
    return found


def _slide(package: Package, part: str, place: str, authors: dict[str, str]) -> Iterator[Block]:
    root = package.xml(part)
    relations = package.relations(part)
    for tree in root.iter(f"{P}spTree") if root is not None else ():
        # The title leads, wherever it is drawn.
        shapes = list(_shapes(list(tree)))
        titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
        for shape in titles:
            if text := " ".join(_text(shape, relations).split()):
                yield Block(text, place, "heading", 1)
        for shape in shapes:
            if shape not in titles and _placeholder(shape) not in _FURNITURE:
                yield from _shape_blocks(shape, relations, place)
    yield from chart_blocks(package, part, place)
    yield from diagram_blocks(package, part, place)
    yield from _comments(package, part, place, authors)
    for notes in package.related(part, "notesSlide"):
        page = package.xml(notes)
        for shape in page.iter(f"{P}sp") if page is not None else ():
            if _placeholder(shape) == "body" and (text := _text(shape, package.relations(notes))):
                yield Block(text, f"{place}, notes")


def _shapes(children: list[Any]) -> Iterator[Any]:
    for child in children:
        if child.tag == f"{P}grpSp":
            yield from _shapes(list(child))
        elif child.tag == f"{MC}AlternateContent":
            yield from _shapes(alternatives(child))
        elif child.tag in (f"{P}sp", f"{P}graphicFrame", f"{P}pic", f"{P}cxnSp"):
            yield child


def _placeholder(shape: Any) -> str:
    """The type of placeholder that a shape is, "" for none."""
    found = next(shape.iter(f"{P}ph"), None)
    return found.get("type", "body") if found is not None else ""


def _text(shape: Any, relations: dict[str, Relation]) -> str:
    text = "\n".join(body_text(body, relations) for body in shape.iterchildren(f"{P}txBody")).strip()
    # A shape as a whole may be a link, too.
    for click in shape.iterfind(f"{P}nvSpPr/{P}cNvPr/{A}hlinkClick"):
        relation = relations.get(relation_id(click))
        if text and relation and relation.external:
            text += link(text, relation.target)
    return text


def _shape_blocks(shape: Any, relations: dict[str, Relation], place: str) -> Iterator[Block]:
    if shape.tag == f"{P}sp":
        if text := _text(shape, relations) or described_picture(shape):
            yield Block(text, place)
    elif shape.tag == f"{P}graphicFrame":
        for table in shape.iter(f"{A}tbl"):
            rows = [
                " | ".join(
                    " ".join(body_text(cell, relations).replace(" | ", ", ").split())
                    for cell in row.iterchildren(f"{A}tc")
                )
                for row in table.iterchildren(f"{A}tr")
            ]
            if any(row.strip(" |") for row in rows):
                yield Block("\n".join(rows), place, "table")
        if description := described_picture(shape):
            yield Block(description, place)
    elif description := described_picture(shape):
        yield Block(description, place)


def _comments(package: Package, part: str, place: str, authors: dict[str, str]) -> Iterator[Block]:
    """Of both kinds that PowerPoint has written; a reply counts as one."""
    for comments in package.related(part, "comments"):
        root = package.xml(comments)
        for comment in root.iter("{*}cm", "{*}reply") if root is not None else ():
            plain = comment.findtext(f"{P}text")
            bodies = [body_text(body, {}) for body in comment.iterchildren("{*}txBody")]
            text = tidy(plain or "\n".join(bodies)).strip()
            author = tidy(authors.get(comment.get("authorId", ""), "")).strip()
            when = (comment.get("dt") or comment.get("created") or "")[:19]
            if text:
                lead = f"Comment{f' by {author}' if author else ''}: "
                yield Block(lead + text, f"{place}, comment", when=when)
