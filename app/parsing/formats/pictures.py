"""Photos, screenshots and scans: the text on them, and when, where and with what they were taken.

A picture without text becomes no memory, unless the person wants photos by their date, place and album. One file gives at
most `ocr_pages` pictures to OCR, counted over all that is packed in it; small ones (icons, signatures' logos) are left out.
Coordinates are kept as they are: nobody is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from app.errors import Skipped
from app.parsing.encoding import tidy
from app.parsing.formats import ocr
from app.parsing.formats.text import paragraphs
from app.parsing.items import Block, Item, Limits, Source, require_size, without_ids

_SMALLEST = 100  # pixels of its shorter side
_LARGEST = 200_000_000  # pixels, above which a small file is a bomb
_LETTERS = 3  # fewer are no text
_TAKEN, _MAKE, _MODEL, _CHANGED = 36867, 271, 272, 306
_EXIF, _GPS = 0x8769, 0x8825


def read_picture_file(source: Source, limits: Limits) -> Iterator[Item]:
    if not limits.photos and (not limits.ocr_pages or not ocr.available()):
        raise Skipped(
            "a picture: text in pictures is not read (see the setting ocr_pages, and `doppel sources pictures`)"
        )
    require_size(source, limits.member_bytes)
    is_enough = source.pictures.spent >= limits.ocr_pages or not ocr.available()
    if is_enough and not limits.photos:
        raise Skipped(f"a picture: of one file no more than {limits.ocr_pages} are looked at")
    with source.open() as stream:
        picture, facts, taken = _opened(stream)
        if min(picture.size) < _SMALLEST:
            raise Skipped("no text: too small a picture")
        text = ""
        if not is_enough:
            source.pictures.spent += 1
            text = ocr.read_picture(picture, limits.pictures_a_minute)
    has_text = sum(map(str.isalnum, text)) >= _LETTERS
    if not has_text and not limits.photos:
        raise Skipped("no text in this picture")
    if limits.photos:
        album = without_ids(PurePath(source.folder).name)
        facts = [f"photo: {source.name}", *facts, *([f"album: {album}"] if album else [])]
    blocks = paragraphs(text) if has_text else []
    blocks += [Block("\n".join(facts), kind="fields")] if facts else []
    yield Item(source.stem, blocks, date=taken, date_source="exif" if taken else "")


def _opened(stream: Any) -> tuple[Any, list[str], str | None]:
    """(picture turned as it is meant, lines about where and with what it was taken, when)."""
    from PIL import Image, ImageOps

    import_heif()
    try:
        picture = Image.open(stream)
        if picture.width * picture.height > _LARGEST:
            raise Skipped("a picture of too many pixels: not opened")
        exif = picture.getexif()
        facts, taken = _facts(exif)
        return ImageOps.exif_transpose(picture).convert("RGB"), facts, taken
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Skipped("a picture that is damaged or of an unusual kind") from error


def import_heif() -> None:
    """Lets Pillow open HEIC, as phones write it."""
    import pi_heif

    pi_heif.register_heif_opener()


def _facts(exif: Any) -> tuple[list[str], str | None]:
    def words(tag: int, values: Any = exif) -> str:
        return " ".join(tidy(str(values.get(tag, ""))).replace("\0", "").split())

    stamp = words(_TAKEN, exif.get_ifd(_EXIF)) or words(_CHANGED)
    day, _, clock = stamp.partition(" ")
    taken = f"{day.replace(':', '-')}T{clock}" if len(stamp) == 19 and not day.startswith("0000") else None
    camera = (
        words(_MODEL) if words(_MAKE).split(" ")[0] in words(_MODEL) else f"{words(_MAKE)} {words(_MODEL)}"
    )
    place = _place(exif.get_ifd(_GPS))
    facts = [f"taken: {taken.replace('T', ' ')}"] if taken else []
    facts += [f"place: {place}"] if place else []
    return facts + ([f"camera: {camera.strip()}"] if camera.strip() else []), taken


def _place(gps: Any) -> str:
    """Degrees of latitude and longitude, "" where they are not known."""
    try:
        degrees = []
        for tag, negative in ((2, "S"), (4, "W")):
            degree, minute, second = (float(part) for part in gps[tag])
            value = degree + minute / 60 + second / 3600
            degrees.append(-value if str(gps[tag - 1]).upper().startswith(negative) else value)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return ""
    return f"{degrees[0]:.5f}, {degrees[1]:.5f}"
