"""What stands in a file and is no text for a person: pictures and keys as letters, encoded data, minified programs.

Taken out of every item, whatever reader it comes from, and noted; what is signed or said around it stays. Prose is never
long without spaces in ASCII, so runs of such characters tell encoded text from any language.
"""

from __future__ import annotations

import re
from dataclasses import replace

from app.parsing.encoding import tidy
from app.parsing.items import Item

_RUN = 60  # ASCII characters without a space: longer than any word, as long as a line of base64
_ENOUGH = 400  # characters of a block in which such runs are judged
_LONG_LINE = 1000
_DATA_URI = re.compile(
    r"data:[\w.+-]+/[\w.+-]+(?:;[\w=.-]+)*;base64,"
    r"[A-Za-z0-9+/=%]*(?:\s+[A-Za-z0-9+/=%]{60,})*(?:\s+[A-Za-z0-9+/]{1,59}=)?"
)
_EMPTY_PICTURE = re.compile(r"!\[([^\]\n]{0,200})\]\(\s*(?:\"[^\"\n]*\")?\)")
_EMPTY_REFERENCE = re.compile(r"^\[[^\]\n]{1,80}\]:\s*<?>?[ \t]*$", re.M)
_ARMOUR = re.compile(r"-----BEGIN ([A-Z0-9 ]{3,60})-----[ \t]*(?:\n|\Z)")
_ARMOURED_LINE = re.compile(
    r"[A-Za-z0-9+/=]*|(?:Version|Comment|Hash|MessageID|Charset|Proc-Type|DEK-Info): .*"
)
_BASE64_LINES = re.compile(
    r"(?:^[A-Za-z0-9+/]{40,}={0,2}[ \t]*\n?){3,}"
    r"(?:^(?:[A-Za-z0-9+/]{20,}={0,2}|[A-Za-z0-9+/]+={1,2})[ \t]*(?:\n|\Z))?",
    re.M,
)
_ASCII_RUN = re.compile(rf"[!-~]{{{_RUN},}}")
_LINK = re.compile(r"https?://[!-~]+")
_WORD_PART = re.compile(r"[a-z]+|[A-Z]+|[0-9]+|[^a-zA-Z0-9/_.-]+")
_SYMBOLS = re.compile(r"[{}()\[\];=<>&|\\$_\"'`+*^%]")


def without_clutter(item: Item) -> Item:
    """The item without what no person reads in it; its notes say what was taken out."""
    taken: dict[str, None] = {}
    blocks = []
    armour = ""  # the kind of a block of letters that is open; empty lines may be in it
    for block in item.blocks:
        # Invisible letters may have come in as entities of a page, after its bytes were made text.
        text = block.text if block.text.isascii() else tidy(block.text)
        text, armour = _without_armour(text, armour, taken)
        text = _cleared(text, taken)
        blocks.append(block if text == block.text else replace(block, text=text.strip("\n")))
    if not taken and all(before is block for before, block in zip(item.blocks, blocks, strict=True)):
        return item
    return replace(
        item, blocks=[block for block in blocks if block.text.strip()], notes=(*item.notes, *taken)
    )


def _cleared(text: str, taken: dict[str, None]) -> str:
    if ";base64," in text:
        text = _EMPTY_PICTURE.sub(r"\1", _DATA_URI.sub("", text))
        text = _EMPTY_REFERENCE.sub("", text)
        taken["a picture inside the text"] = None
    if len(text) > _LONG_LINE or (len(text) > 3 * 40 and _ASCII_RUN.search(text)):
        text = _without_encoded(text, taken)
    return text


def _without_armour(text: str, armour: str, taken: dict[str, None]) -> tuple[str, str]:
    """The text without keys, signatures and encrypted messages, and the kind of the one that goes on after it."""
    if not armour and "-----BEGIN " not in text:
        return text, ""
    kept = []
    for line in text.split("\n"):
        begin = _ARMOUR.match(line)
        if begin:
            armour = begin[1]
            _note_armour(armour, taken)
        elif armour and line.startswith("-----END "):
            armour = ""
        elif not armour or not _ARMOURED_LINE.fullmatch(line.strip()):
            armour = "" if line.strip() else armour
            kept.append(line)
    return "\n".join(kept), armour


def _note_armour(kind: str, taken: dict[str, None]) -> None:
    if kind == "PGP MESSAGE" or "ENCRYPTED" in kind:
        taken["an encrypted text: decrypt it in its program and save it"] = None
    elif "SIGNATURE" not in kind and "SIGNED" not in kind:
        taken["a key or certificate"] = None


def _without_encoded(text: str, taken: dict[str, None]) -> str:
    without = _BASE64_LINES.sub(_unless_words, text)
    if without == text and len(text) >= _ENOUGH and _is_encoded(text):
        without = ""
    if without != text:
        taken["encoded or minified text"] = None
    return without


def _unless_words(found: re.Match[str]) -> str:
    """Lines of base64 have digits and both cases; a ruler of one letter does not."""
    letters = set(found[0])
    is_encoded = len(letters) > 20 and any(c.isdigit() for c in letters) and any(c.isupper() for c in letters)
    return "" if is_encoded else found[0]


def _is_encoded(text: str) -> bool:
    """Whether most of it is ASCII without spaces and without words, or a long line of a program."""
    plain = _LINK.sub("", text)
    if 2 * sum(len(run) for run in _ASCII_RUN.findall(plain) if _is_wordless(run)) > len(text):
        return True
    longest = max(plain.split("\n"), key=len)
    return len(longest) > _LONG_LINE and 6 * len(_SYMBOLS.findall(longest)) > len(longest)


def _is_wordless(run: str) -> bool:
    """Whether capitals, small letters, digits and signs change too often for words, as in paths and names."""
    return 5 * len(_WORD_PART.findall(run)) > len(run)
