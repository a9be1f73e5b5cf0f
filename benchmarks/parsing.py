"""What reading files costs: `python -m benchmarks.parsing [--pages 20] [--json]`.

Printed are pages of text that OCR reads in a minute (on one thread, as the product does), how long the command line and the
process that parses files take to start, what heavy libraries they have loaded by then (there should be none), and how much
of the disk the libraries take that parsing needs. Pages are drawn here: twenty-five lines of words each.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from app.parsing.formats import ocr
from benchmarks.startup import START, Start, megabytes, start

WIDTH, HEIGHT, LINES = 1240, 1754, 25  # pixels of a page of A4 at 150 dpi
PACKAGES = (
    *("pypdfium2", "openpyxl", "python-calamine", "olefile", "python-oxmsg", "tnefparse", "compressed-rtf"),
    *("numbers-parser", "py7zr", "rapidocr", "onnxruntime", "opencv-python", "pi-heif", "pillow", "striprtf"),
    *("icalendar", "lxml", "ijson", "markdown-it-py", "pyyaml", "python-dateutil", "chardet"),
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    pages: int
    pages_a_minute: float
    lines_read: int
    starts: dict[str, Start]
    megabytes: dict[str, float]


def page(chance: random.Random) -> object:
    """A drawn page (a PIL image)."""
    from PIL import Image, ImageDraw, ImageFont

    words = "harbour lantern violin orchard pepper marble cellar letter garden winter Lisbon".split()  # noqa: SIM905
    picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=32)
    for number in range(LINES):
        draw.text((90, 90 + number * 60), " ".join(chance.choices(words, k=7)), fill=0, font=font)
    return picture


def read_pages(count: int) -> tuple[float, int]:
    """(pages a minute, lines that were read); loading the models does not count."""
    chance = random.Random(1)
    pages = [page(chance) for _ in range(count)]
    ocr.read_picture(pages[0])
    began = time.monotonic()
    lines = sum(len(ocr.read_picture(one).splitlines()) for one in pages)
    return 60 * count / (time.monotonic() - began), lines


def measure(pages: int) -> Result:
    rate, lines = read_pages(pages)
    sizes = {name: size for name in PACKAGES if (size := megabytes(name)) is not None}
    return Result(pages, rate, lines, {name: start(what) for name, what in START.items()}, sizes)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="OCR pages a minute, start-up, install size.")
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    result = measure(chosen.pages)
    if chosen.json:
        print(json.dumps(asdict(result)))
        return
    print(
        f"OCR: {result.pages_a_minute:.1f} pages a minute, {result.lines_read} of {chosen.pages * LINES} lines read"
    )
    for name, one in result.starts.items():
        print(
            f"start of the {name}: {one.seconds:.2f} s, heavy libraries loaded: {', '.join(one.heavy) or 'none'}"
        )
    for name, size in sorted(result.megabytes.items(), key=lambda pair: -pair[1]):
        print(f"{size:8.1f} MB  {name}")
    print(f"{sum(result.megabytes.values()):8.1f} MB  together")


if __name__ == "__main__":
    main()
