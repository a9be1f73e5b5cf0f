"""What the page says, in the person's language.

The English text is the key: code stays readable, and what has no translation is said in English. The catalogues are
`assets/messages/<language>.json`; a test walks the code and names what a catalogue misses.
"""

from __future__ import annotations

import json
import locale
import os
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "zh": "中文"}
FOLDER = Path(__file__).parent / "assets" / "messages"

_language = "en"


def use(language: str) -> str:
    """Speak `language` from now on ("" is the computer's own, English where that is none of ours); what is spoken."""
    global _language
    _language = language if language in LANGUAGES else _of_this_computer()
    return _language


def spoken() -> str:
    return _language


def tr(message: str, **values: object) -> str:
    """`message` in the language in use, with {name} filled in. The values are put in as they are: not escaped."""
    said = _catalogue(_language).get(message, message)
    return said.format(**values) if values else said


@cache
def _catalogue(language: str) -> dict[str, str]:
    if language == "en":
        return {}
    found: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return found


def _of_this_computer() -> str:
    name = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return name[:2] if name[:2] in LANGUAGES else "en"
