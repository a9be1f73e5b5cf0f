"""Names in two scripts, compared by how Chinese sounds: 李强 is Li Qiang, and 莉娜 is nearly Lena."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from app.asking.topic import fold

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SYLLABLES = 4  # of the longest name
_LONG = 4  # letters from which on one may differ


def sounds_alike(name: str, text: str) -> bool:
    """Whether a text has a name, or nearly, in the other script: one in letters in Chinese characters, or the reverse."""
    if _HAN.search(name):
        spoken = "".join(_syllables(name))
        turned = "".join(_syllables(name[1:] + name[:1]))  # given name first
        letters = "".join(_LETTERS.findall(fold(text)))
        return spoken in letters or turned in letters
    words = _LETTERS.findall(fold(name))
    wanted = {"".join(words), "".join(words[1:] + words[:1]), *(word for word in words if len(word) >= _LONG)}
    runs = [_syllables(run) for run in _HAN.findall(text)]
    heard = (
        "".join(run[at : at + size])
        for run in runs
        for at in range(len(run))
        for size in range(1, min(_SYLLABLES, len(run) - at) + 1)
    )
    return any(_near(one, said) for said in heard for one in wanted)


def _near(one: str, other: str) -> bool:
    slip = int(min(len(one), len(other)) >= _LONG)
    return OSA.distance(one, other, score_cutoff=slip) <= slip


def _syllables(han: str) -> list[str]:
    # Loaded where it is needed: its tables take some fifty megabytes.
    from pypinyin import lazy_pinyin

    return [fold(syllable) for syllable in lazy_pinyin(han, errors="ignore")]
