"""Several questions in one: "When did the boiler break and who repaired it?", "Wo wohnt Ida? Wie heißt ihr Hund?".

Each has to be a question by itself, with a question word and something asked; a pronoun in a later one means what the one
before is about.
"""

from __future__ import annotations

import re

from app.asking.language import Language
from app.asking.rewrite_words import AND

MOST = 3
_WORDS = r"[^\W\d_]+"
_ASKS: dict[Language, str] = {
    "en": r"who|whom|whose|when|where|why|how|what|which",
    "de": r"wer|wem|wen|wessen|wann|wo|wohin|woher|warum|wieso|wie|was|welche[rnsm]?",
    "fr": r"qui|quand|où|pourquoi|comment|combien|que|quel(?:le)?s?",
    "zh": r"谁|什么|哪|多少|几|何时|怎么|为什么",
}
_SENTENCES = re.compile(r"(?<=[?？])\s*(?=\S)")


def several(text: str, language: Language) -> tuple[str, ...]:
    """The questions, each ending with a question mark; () where it is one."""
    parts = [part.strip() for part in _SENTENCES.split(text)]
    if len(parts) == 1:
        parts = [part.strip() for part in _joint(language).split(text)]
    if not 1 < len(parts) <= MOST or not all(_is_question(part, language) for part in parts):
        return ()
    mark = "？" if language == "zh" else "?"
    return tuple(part[:1].upper() + re.sub(r"[\s,，;；?？.。]*$", "", part[1:]) + mark for part in parts)


def _joint(language: Language) -> re.Pattern[str]:
    if language == "zh":
        return re.compile(r"[，,；;]\s*(?:还有|以及|而且|又)?")
    return re.compile(rf",?\s+{AND[language].strip()}\s+(?=(?:{_ASKS[language]})\b)", re.IGNORECASE)


def _is_question(part: str, language: Language) -> bool:
    if language == "zh":
        return bool(re.search(_ASKS["zh"], part)) and len(part) >= 4
    return (
        bool(re.match(rf"\W*(?:{_ASKS[language]})\b", part, re.IGNORECASE))
        and len(re.findall(_WORDS, part)) > 2
    )
