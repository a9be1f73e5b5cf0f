"""That nothing was found is said in the question's language, and known again."""

from __future__ import annotations

import pytest

from app.asking.declining import doubtful, in_words, says_declined
from app.asking.language import LANGUAGES, Language
from app.asking.texts import say
from engine.answering.refusal import DECLINED


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pieces", [[DECLINED], [DECLINED[:7], DECLINED[7:]], list(DECLINED)])
def test_the_readers_sentence_becomes_the_persons_words(language: Language, pieces: list[str]) -> None:
    text = "".join(map(str, in_words(pieces, language)))
    assert text == say("declined", language) and says_declined(text) and not doubtful(text, 0.0)
    assert says_declined(text + " 3 files are not read yet.")


@pytest.mark.parametrize("pieces", [["I could", " not sleep."], ["I"], ["42"], ["A ", DECLINED]])
def test_any_other_text_is_left_as_it_is(pieces: list[str]) -> None:
    assert "".join(map(str, in_words(pieces, "de"))) == "".join(pieces)
    assert doubtful("".join(pieces), 0.1)
