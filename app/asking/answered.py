"""What an answer of a chat tells of whom or what may be asked about next."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.asking.mentions import Mention
from app.asking.rewrite_words import AND, NO_SUBJECT, PARTS, SUBJECT, THERE_IS, WHO_IS
from app.asking.topic import fold

SHORT_ANSWER = 30  # words


def introduces(question: str, asked: Sequence[Mention]) -> bool:
    """Whether a question names somebody to be told who that is."""
    if WHO_IS.match(question):
        return any(mention.person for mention in asked)
    return question.rstrip("？?").endswith("是谁") and "的" not in question


def is_name(said: str, named: Sequence[Mention]) -> bool:
    """Whether an answer is a name from end to end."""
    if re.search(r"[\u3400-\u9fff]", said):
        return described(said)
    people = [mention.text for mention in named if mention.person]
    capitals = all(word[0].isupper() for word in said.split() if len(word) > 3)
    return any(2 * len(name) > len(said) for name in people) or (bool(people) and capitals)


def described(said: str) -> bool:
    """Whether an answer says somebody without a name ("a teacher from Kiel")."""
    return said[:1].islower() or bool(re.fullmatch(r"(?![是有在还])[\u3400-\u9fff·]{2,8}", said))


def subject(answer: str) -> str:
    """What a short answer says something about ("La Tasca serves …"), "" where that is no name."""
    short = len(answer.split()) <= SHORT_ANSWER
    found = (THERE_IS.match(answer) or SUBJECT.match(answer)) if short else None
    if (
        found is None
        or fold(found["name"].split()[0]) in NO_SUBJECT
        or (found["name"].split()[0].endswith("ing") and not found["the"])
    ):
        return ""
    # "The address is …" says something about what it is the address of.
    parts = all(
        fold(word) in PARTS or f" {word.casefold()} " in AND.values() for word in found["name"].split()
    )
    return "" if parts else found["name"]
