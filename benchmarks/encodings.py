"""How many texts come out as they are meant, whatever their encoding.

`python -m benchmarks.encodings FOLDER`: every file LANGUAGE.txt in the folder is UTF-8 text, a paragraph per line.
Lines are joined to texts of several lengths, encoded in every encoding that the language was written in, and decoded
by what app.parsing.charset says; counted is where exactly the text comes back.

`python -m benchmarks.encodings --corpus FOLDER`: the layout of chardet's own test corpus, a folder for each encoding,
called after it (as "iso-8859-2-polish"), with files in it; counted is where the text is the same as that encoding gives.
"""

from __future__ import annotations

import argparse
import codecs
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from app.parsing.charset import detect

_WESTERN = "cp1252 iso8859-1 iso8859-15 mac-roman cp437 cp850"
_CENTRAL = "cp1250 iso8859-2 cp852 mac-latin2"
_CYRILLIC = "cp1251 koi8-r iso8859-5 cp866 cp855 mac-cyrillic"
_BALTIC = "cp1257 iso8859-13 iso8859-4 cp775"
ENCODINGS = {
    **dict.fromkeys(["en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "nb", "fi"], _WESTERN),
    **dict.fromkeys(["pl", "cs", "hu", "sk", "sl", "hr", "ro"], _CENTRAL),
    **dict.fromkeys(["ru", "bg", "uk", "sr", "mk", "be"], _CYRILLIC),
    **dict.fromkeys(["lt", "lv", "et"], _BALTIC),
    "el": "cp1253 iso8859-7 cp737 mac-greek",
    "tr": "cp1254 iso8859-9 cp857",
    "he": "cp1255 iso8859-8 cp862",
    "ar": "cp1256 iso8859-6 cp720",
    "th": "tis-620 cp874",
    "ko": "euc-kr cp949 johab iso2022_kr",
    "ja": "shift_jis cp932 euc_jp iso2022_jp",
    "zh": "gb18030 gb2312 hz big5",
}
UNICODE = "utf-8 utf-16-le utf-16-be utf-32-le utf-32-be"
SIZES = (30, 100, 400, 2000)  # characters
_EACH = 8  # texts for each language, encoding and size


def texts(folder: Path) -> Iterator[tuple[str, str, int, str, bytes]]:
    """(language, encoding, size, text, bytes); texts of ASCII alone are left out."""
    for language, encodings in ENCODINGS.items():
        path = folder / f"{language}.txt"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        for encoding in [*encodings.split(), *UNICODE.split()]:
            chance = random.Random(f"{language} {encoding}")
            fitting = [line for line in lines if line.strip() and _fits(line, encoding)]
            for size in SIZES:
                for _ in range(_EACH if fitting else 0):
                    text = _text(fitting, size, chance)
                    if not text.isascii():
                        yield language, encoding, size, text, text.encode(encoding)


def _fits(line: str, encoding: str) -> bool:
    try:
        line.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _text(lines: list[str], size: int, chance: random.Random) -> str:
    start = chance.randrange(len(lines))
    text = ""
    for line in lines[start:]:
        text += line + "\n"
        if len(text) >= size:
            break
    return text[: 2 * size]


def same(data: bytes, meant: str) -> bool:
    text = data.decode(detect(data) or "cp1252", "replace")
    return unicodedata.normalize("NFC", text.lstrip("\ufeff")) == unicodedata.normalize(
        "NFC", meant.lstrip("\ufeff")
    )


def corpus(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """(encoding, text, bytes) of a folder of folders named after encodings."""
    for inside in sorted(path for path in folder.iterdir() if path.is_dir()):
        encoding = _codec(inside.name)
        for path in sorted(inside.rglob("*")) if encoding else ():
            if path.is_file():
                data = path.read_bytes()
                yield encoding, data.decode(encoding, "replace"), data


def _codec(name: str) -> str:
    """ "iso-8859-2-polish" as "iso8859-2", "" where it names none that Python has."""
    words = name.lower().replace("windows-31j", "cp932").split("-")
    for count in range(len(words), 0, -1):
        try:
            return codecs.lookup("-".join(words[:count])).name
        except LookupError:
            found = re.sub(r"^(?:mac)(?=\w)", "mac-", "-".join(words[:count]))
            try:
                return codecs.lookup(found).name
            except LookupError:
                continue
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corpus", action="store_true", help="a folder for each encoding")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    good: Counter[str] = Counter()
    total: Counter[str] = Counter()
    if given.corpus:
        cases: Iterator[tuple[list[str], bytes, str]] = (
            ([encoding], data, text) for encoding, text, data in corpus(given.folder)
        )
    else:
        cases = (
            ([encoding, f"{size} characters"], data, text)
            for _, encoding, size, text, data in texts(given.folder)
        )
    for keys, data, text in cases:
        right = same(data, text)
        for key in (*keys, "all"):
            total[key] += 1
            good[key] += right
    if given.json:
        print(json.dumps({key: [good[key], total[key]] for key in total}))
    else:
        for key in sorted(total):
            print(f"{key:>20}  {good[key]:6} of {total[key]:6}")


if __name__ == "__main__":
    main()
