"""The lines of vCards and calendars: unfolded, in the charset that each declares, in their name, parameters and value.

Older versions (vCard 2.1, vCalendar 1.0) write types without a name, values in quoted-printable and lines that go on after
"=". Folds may stand within a character, so bytes are unfolded before they are text.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.parsing.declared import decode_declared
from app.parsing.encoding import decode, tidy

_FOLD = re.compile(rb"\r?\n[ \t]")
_NAME = re.compile(rb"(?:([A-Za-z0-9_-]{1,60})\.)?([A-Za-z][A-Za-z0-9_-]{0,60})((?:;[^\n]*)?)")
_BARE_ENCODINGS = ("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT")


@dataclass(frozen=True)
class Line:
    """One property. name, parameter names and group: in capitals; value: as written, escapes and all."""

    name: str
    value: str
    parameters: dict[str, list[str]] = field(default_factory=dict)
    group: str = ""

    @property
    def types(self) -> list[str]:
        return [kind.lower() for kind in self.parameters.get("TYPE", []) if kind.lower() != "pref"]


def content_lines(data: bytes) -> Iterator[Line]:
    """The properties of a file, one after the other; lines that are none are left out."""
    for raw in _unfolded(data):
        line = _line(raw)
        if line:
            yield line


def _unfolded(data: bytes) -> Iterator[bytes]:
    is_utf8 = _is_utf8(data)
    pending = b""
    for raw in _FOLD.sub(b"", data).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        if pending:
            raw, pending = pending + raw, b""
        head = raw.partition(b":")[0].upper()
        if raw.endswith(b"=") and b"QUOTED-PRINTABLE" in head:
            pending = raw[:-1]
            continue
        # Without a declaration all of the file is in one charset, which many lines together tell better than one.
        yield raw if is_utf8 or b"CHARSET" in head else decode(raw).encode()
    if pending:
        yield pending


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _line(raw: bytes) -> Line | None:
    colon = _colon(raw)
    found = _NAME.fullmatch(raw[:colon].strip(b"\xef\xbb\xbf \t")) if colon > 0 else None
    if not found:
        return None
    parameters: dict[str, list[str]] = {}
    for part in _split(found[3].decode("utf-8", "replace"), ";"):
        name, sign, value = part.partition("=")
        if not sign:  # a type, or an encoding, by itself
            name, value = ("ENCODING" if name.upper() in _BARE_ENCODINGS else "TYPE"), name
        values = [
            one.strip('"').strip()
            for one in _split(value.strip('"') if value.count('"') == 2 else value, ",")
        ]
        parameters.setdefault(name.strip().upper(), []).extend(one for one in values if one)
    value_bytes = raw[colon + 1 :]
    if "QUOTED-PRINTABLE" in (one.upper() for one in parameters.get("ENCODING", [])):
        value_bytes = quopri.decodestring(value_bytes)
    charset = next(iter(parameters.get("CHARSET", [])), "utf-8")
    value = tidy(decode_declared(value_bytes, charset)).strip()
    return Line(found[2].decode().upper(), value, parameters, (found[1] or b"").decode().upper())


def _colon(raw: bytes) -> int:
    """Where the value begins: at the first colon that is not in quotes."""
    quoted = False
    for at, byte in enumerate(raw[:4000]):
        if byte == 0x22:
            quoted = not quoted
        elif byte == 0x3A and not quoted:
            return at
    return raw.find(b":")


def _split(text: str, sign: str) -> list[str]:
    """The parts between signs that are not in quotes."""
    return [part for part in re.split(rf'{re.escape(sign)}(?=(?:[^"]*"[^"]*")*[^"]*$)', text[:4000]) if part]


def fields(value: str) -> list[str]:
    """The parts of a value between semicolons, unescaped."""
    return [unescaped(part) for part in re.split(r"(?<!\\);", value)]


def unescaped(value: str) -> str:
    return re.sub(r"\\([nN,;:\\\"])", lambda found: "\n" if found[1] in "nN" else found[1], value).strip()
