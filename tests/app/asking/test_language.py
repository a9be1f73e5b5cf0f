from __future__ import annotations

import pytest

from app.asking.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where does Étienne live?", "en"),
        ("Wo wohnt Tom?", "de"),
        ("Où habite Tom ?", "fr"),
        ("汤姆住在哪里？", "zh"),
        ("Summarise the house", "en"),
        ("Quittengelee", "en"),
        ("Tom's email?", "en"),
        ("Frau Hölderle's phone number?", "en"),
        ("Woher kommt Pernilla?", "de"),
        ("Wie geht's?", "de"),
        ("Comment s'appelle-t-elle ?", "fr"),
        ("Wie viel hat sie gekostet?", "de"),
        ("Combien d'invités avons-nous eus ?", "fr"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language
