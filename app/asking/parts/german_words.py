"""German words of measure, for questions that compare."""

from __future__ import annotations

MEASURES = {
    "älter": "alt",
    "jünger": "alt",
    "größer": "groß",
    "kleiner": "groß",
    "länger": "lang",
    "kürzer": "lang",
    "schwerer": "schwer",
    "leichter": "schwer",
    "höher": "hoch",
    "niedriger": "hoch",
    "tiefer": "tief",
    "breiter": "breit",
    "teurer": "teuer",
    "billiger": "teuer",
    "günstiger": "teuer",
    "weiter": "weit",
    "schneller": "schnell",
    "wärmer": "warm",
    "kälter": "warm",
}
LEAST = frozenset(
    ("jünger", "kleiner", "kürzer", "leichter", "niedriger", "billiger", "günstiger", "weniger", "kälter")
)
PRICES = ("teurer", "billiger", "günstiger")


def nominative(noun: str) -> str:
    """A noun with its article as subject: "dem Umzug" is der Umzug (or das; a reader takes either)."""
    for dative, article in (
        ("dem ", "der "),
        ("der ", "die "),
        ("unserem ", "unser "),
        ("unserer ", "unsere "),
        ("meinem ", "mein "),
        ("meiner ", "meine "),
    ):
        if noun.casefold().startswith(dative):
            return article + noun[len(dative) :]
    return noun
