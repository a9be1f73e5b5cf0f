"""The quoted tail of a mail reply: most often a mail of its own, which the archive then holds twice.

Found at an attribution line ("On … wrote:" and its German, French, Spanish, Italian, Dutch, Portuguese and
Chinese forms) followed by ">" lines, or at an Outlook header block. Quotes with answers between them stay in place.
"""

from __future__ import annotations

import re

_ATTRIBUTION = re.compile(
    r"^[ \t>]*(?:"
    r"(?:On|At)\b[^\n]{4,200}(?:\n[^\n]{0,200})?\bwrote:"
    r"|Am\b[^\n]{4,200}(?:\n[^\n]{0,200})?\bschrieb\b[^\n]{0,200}:"
    r"|Le\b[^\n]{4,200}(?:\n[^\n]{0,200})?\ba[ \xa0]écrit[ \xa0]?:"
    r"|El\b[^\n]{4,200}(?:\n[^\n]{0,200})?\bescribió:"
    r"|Il\b[^\n]{4,200}(?:\n[^\n]{0,200})?\bha scritto:"
    r"|Op\b[^\n]{4,200}(?:\n[^\n]{0,200})?\bschreef\b[^\n]{0,200}:"
    r"|Em\b[^\n]{4,200}(?:\n[^\n]{0,200})?\bescreveu:"
    r"|[^\n]{3,200}(?:写道|寫道)[ \xa0]?[:：]"
    r"|[^\n>]{3,120}\b(?:wrote|schrieb|a écrit)[ \xa0]?:"
    r")[ \t]*$",
    re.M,
)
_OUTLOOK = re.compile(
    r"^[ \t]*(?:-{2,}[ \t]*(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original"
    r"|Messaggio originale|Oorspronkelijk bericht|原始邮件|原始郵件|邮件原件)[ \t]*-{2,}[ \t]*$"
    r"|_{20,}[ \t]*\n+[ \t]*(?=(?:From|Von|De|Da|Van):)"
    r"|\*?(?:From|Von|De|Da|Van|发件人|寄件者)[ \xa0]?[:：]\*?[ \xa0]?[^\n]{3,200}\n"
    r"(?:[ \t]*\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden|发送时间|日期|寄件日期)[ \xa0]?[:：]\*?))",
    re.M,
)

_QUOTE_MARK = re.compile(r"^[ \t]*>[ \t]?")
_HEADER_BLOCK = 400  # characters of the header block that a tail begins with
_SIGNATURE_LINES = 4


def split_quoted(text: str) -> tuple[str, str]:
    """(what the sender wrote, the quoted tail); the tail is "" where there is none."""
    outlook = _OUTLOOK.search(text)
    cut = outlook.start() if outlook else len(text)
    first = _start_of_quotes(text, cut)
    for found in _ATTRIBUTION.finditer(text, 0, cut):
        if found.end() >= first and text[found.end() : found.end() + 200].lstrip().startswith(">"):
            cut = found.start()
            break
    else:
        if not outlook:
            cut = _start_of_trailing_quote(text)
    return text[:cut].rstrip(), text[cut:].strip()


def directly_quoted(tail: str) -> str:
    """What a tail quotes of the mail that is answered, without its quote marks and without what that mail quoted."""
    lines = tail.split("\n")
    first = next((at for at, line in enumerate(lines) if line.lstrip().startswith(">")), None)
    if first is not None:
        inside, _ = split_quoted("\n".join(_QUOTE_MARK.sub("", line) for line in lines[first:]))
        own = [line for line in inside.split("\n") if not line.lstrip().startswith(">")]
        return "\n".join([*lines[:first], *own]).strip()
    headers = list(_OUTLOOK.finditer(tail))
    # The line above an Outlook header and the header itself may both be found.
    inner = next((found.start() for found in headers if found.start() > _HEADER_BLOCK), len(tail))
    return tail[:inner].strip()


def is_attribution(text: str) -> bool:
    """Whether a text is a line that says who wrote what follows, or ends with one."""
    last = text.strip()[-_HEADER_BLOCK:]
    return any(found.end() >= len(last.rstrip()) for found in _ATTRIBUTION.finditer(last))


def is_header_block(text: str) -> bool:
    """Whether a text begins as Outlook begins a quote, with lines of sender and date."""
    found = _OUTLOOK.search(text)
    return found is not None and not text[: found.start()].strip()


def _start_of_quotes(text: str, end: int) -> int:
    """From where on text[:end] holds quoted lines and at most a short signature."""
    own = 0
    while end > 0:
        start = text.rfind("\n", 0, end - 1) + 1
        line = text[start:end].strip()
        own += bool(line) and not line.startswith(">")
        if own > _SIGNATURE_LINES:
            break
        end = start
    return end


def _start_of_trailing_quote(text: str) -> int:
    """Where a run of at least five ">" lines that ends the text begins, else the end of the text."""
    lines = text.rstrip().split("\n")
    first = len(lines)
    while first and (lines[first - 1].lstrip().startswith(">") or not lines[first - 1].strip()):
        first -= 1
    quoted = [line for line in lines[first:] if line.strip()]
    if first == 0 or len(quoted) < 5:
        return len(text)
    return len("\n".join(lines[:first]))
