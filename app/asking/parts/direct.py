"""A question without what only says more of whom it names: a sentence in front ("Dr Reed looked after the cat: where is her
practice?") or a clause behind a name ("Where does Anna Berg, who sold us the boat, live?").

A small model takes what answers the sentence or the clause for the answer; the question alone is the easier one to read.
"""

from __future__ import annotations

import re
from datetime import date

from app.asking.mentions import mentions
from app.asking.rewrite import Turn, rewrite

_LEAD = re.compile(
    r"^(?P<lead>[^?？]{8,}?[^\W\d])(?:\s*:|[.!;]|\s*[。：；！]\s*)\s*(?P<asked>[^.:;。：；]{6,}[?？])\s*$",
    re.DOTALL,
)
_TITLE = re.compile(r"\b(?:Dr|Prof|Mr|Mrs|Ms|St|Hr|Fr|Mme|Mlle|M)$")
_PRONOUN = "“"  # how the reason begins where a pronoun was understood
_CLAUSE = (
    r",\s+(?:whose|whom?|which|where|with whom|dessen|deren|dont|où|qu['’]|que|qui"
    r"|(?:chez|avec|à|pour|de) qui|(?:(?:von|mit|bei|für|zu|aus|in|an|auf) )?(?:der|die|das|dem|den|denen))"
    r"\s*[^,?]+?(?:,(?=\s)|(?=\s?\?\s*$))"
)


def direct(question: str, today: date) -> str | None:
    """None where nothing can be left out."""
    return _without_clause(question) or _without_lead(question, today)


def _without_clause(question: str) -> str | None:
    for mention in mentions(question):
        if mention.person:
            left = re.sub(re.escape(mention.text) + _CLAUSE, mention.text, question, count=1)
            if left != question:
                return left
    return None


def _without_lead(question: str, today: date) -> str | None:
    match = _LEAD.match(question)
    if match is None or _TITLE.search(match["lead"]):
        return None
    alone = rewrite(match["asked"], [Turn(match["lead"], "")], today)
    return alone.text if alone.why.startswith(_PRONOUN) else None
