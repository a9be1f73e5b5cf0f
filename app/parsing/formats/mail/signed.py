"""The mail inside an S/MIME envelope that is signed and not encrypted: read out of its DER, without checking who signed."""

from __future__ import annotations

_SIGNED = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_DATA = bytes.fromhex("2a864886f70d010701")
_OID, _OCTETS, _SEQUENCE, _SET = 0x06, 0x04, 0x30, 0x31
_DEPTH = 12
Element = tuple[int, bytes]  # tag and content


def signed_content(data: bytes) -> bytes | None:
    """The mail in the envelope, None where it is encrypted or damaged."""
    try:
        (_, envelope), *_ = _elements(data)
        (_, kind), (_, wrapped), *_ = _elements(envelope)
        if kind != _SIGNED:
            return None
        (_, signed), *_ = _elements(wrapped)
        for tag, content in _elements(signed):
            if (
                tag == _SEQUENCE
                and (inner := _elements(content))
                and inner[0] == (_OID, _DATA)
                and len(inner) > 1
            ):
                return b"".join(_octets(inner[1][1], 0))
    except (ValueError, IndexError):
        pass
    return None


def _octets(data: bytes, depth: int) -> list[bytes]:
    """The pieces of a string that may be cut into any number of strings."""
    if depth > _DEPTH:
        raise ValueError("nested too deeply")
    return [
        piece
        for tag, content in _elements(data)
        for piece in ([content] if tag == _OCTETS else _octets(content, depth + 1) if tag & 0x20 else [])
    ]


def _elements(data: bytes) -> list[Element]:
    found, at = [], 0
    while at < len(data):
        tag, start, end, after = _element(data, at, 0)
        found.append((tag, data[start:end]))
        at = after
    return found


def _element(data: bytes, at: int, depth: int) -> tuple[int, int, int, int]:
    """Tag, begin and end of the content, begin of what follows. Raises ValueError, IndexError."""
    if depth > _DEPTH:
        raise ValueError("nested too deeply")
    tag, length = data[at], data[at + 1]
    start = at + 2
    if length == 0x80:  # until two zeros
        end = start
        while data[end : end + 2] != b"\0\0":
            end = _element(data, end, depth + 1)[3]
        return tag, start, end, end + 2
    if length > 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    if start + length > len(data):
        raise ValueError("cut short")
    return tag, start, start + length, start + length
