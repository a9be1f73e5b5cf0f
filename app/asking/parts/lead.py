"""A question behind a sentence that only says whom it is about ("Dr Reed looked after the cat: where is her practice?"): the
question by itself, with the name in the place of its pronoun.

A small model takes an answer to the first sentence for the answer; the question alone is the easier one to read.
"""

from __future__ import annotations

import re
from datetime import date

from app.asking.rewrite import Turn, rewrite

_LEAD = re.compile(
    r"^(?P<lead>[^?？]{8,}?[^\W\d])(?:\s*:|[.!;]|\s*[。：；！]\s*)\s*(?P<asked>[^.:;。：；]{6,}[?？])\s*$",
    re.DOTALL,
)
_TITLE = re.compile(r"\b(?:Dr|Prof|Mr|Mrs|Ms|St|Hr|Fr|Mme|Mlle|M)$")
_PRONOUN = "“"  # how the reason begins where a pronoun was understood


def without_lead(question: str, today: date) -> str | None:
    """None where there is no such sentence, or no pronoun that goes back to it."""
    match = _LEAD.match(question)
    if match is None or _TITLE.search(match["lead"]):
        return None
    alone = rewrite(match["asked"], [Turn(match["lead"], "")], today)
    return alone.text if alone.why.startswith(_PRONOUN) else None
