"""Scores of a question-answering run: token F1, exact match, recall@k, and how sure one can be of their means.

Texts are compared in SQuAD's normal form (lower case, no punctuation, no English articles), extended to any script:
accents stay, compatibility forms fold. Articles of other languages stay too, since "die" and "des" are words elsewhere.
Han, Kana, Thai, Lao and Khmer, which are written without spaces, count by characters, as in MLQA and CMRC.
Pure functions of values; they know no model, no file and no benchmark.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from app.asking.language import LANGUAGES
from app.asking.texts import say

ARTICLES = frozenset({"a", "an", "the"})
UNSPACED = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1780-\u17ff\U00020000-\U000323af"
MARK = re.compile(r"\s*\[\d+\]")
# How a line begins that tells what another memory says.
OTHER_MEMORY = tuple(
    say(text, language, date="", said="").partition("(")[0].strip(" :：（）")
    for text in ("earlier_on", "otherwise")
    for language in LANGUAGES
)
TOKEN = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")


def itself(answer: str) -> str:
    """An answer of the product without the marks of its sources, and without what another memory says, which stands below
    it."""
    lines = [line for line in answer.splitlines() if not line.startswith(OTHER_MEMORY)]
    return MARK.sub("", "\n".join(lines))


def conclusion(answer: str) -> str:
    """What a comparison comes to: the line above its two readings; all of it where nothing was worked out."""
    first, *rest = answer.strip().splitlines() or [""]
    return (
        first
        if rest and not first.startswith("- ") and all(line.startswith("- ") for line in rest)
        else answer
    )


def normalise(text: str) -> str:
    """Lower case, punctuation, symbols and articles out, single spaces.

    Punctuation is deleted, not replaced by a space, as in SQuAD: "5.000 €" becomes "5000".
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(char for char in folded if unicodedata.category(char)[0] not in "PS")
    return " ".join(word for word in kept.split() if word not in ARTICLES)


def exact_match(prediction: str, answers: Sequence[str]) -> float:
    """1.0 if the prediction equals one of the accepted answers in normal form, else 0.0."""
    return float(any(tokens(prediction) == tokens(answer) for answer in answers))


def token_f1(prediction: str, answers: Sequence[str]) -> float:
    """Harmonic mean of token precision and recall, the best over the accepted answers; 0.0 without answers."""
    said = tokens(prediction)
    return max((_f1(said, tokens(answer)) for answer in answers), default=0.0)


def token_recall(prediction: str, answers: Sequence[str]) -> float:
    """The share of an accepted answer's tokens that the prediction says, the best over the answers; 0.0 without answers."""
    said = Counter(tokens(prediction))
    wanted = [Counter(tokens(answer)) for answer in answers]
    return max(((said & one).total() / one.total() for one in wanted if one), default=0.0)


def tokens(text: str) -> list[str]:
    """Words in normal form, and single characters of scripts without spaces."""
    return TOKEN.findall(normalise(text))


def _f1(predicted: Sequence[str], expected: Sequence[str]) -> float:
    if not predicted or not expected:
        return float(predicted == expected)
    shared = sum((Counter(predicted) & Counter(expected)).values())
    return 2 * shared / (len(predicted) + len(expected))


def recall_at(k: int, ranked: Sequence[str], gold: Collection[str]) -> float:
    """Fraction of the gold entries among the first k of `ranked`. Raises ValueError without gold entries."""
    if not gold:
        raise ValueError("recall needs at least one gold entry; leave unanswerable questions out")
    wanted = set(gold)
    return len(wanted & set(ranked[:k])) / len(wanted)


def hit_at(k: int, ranked: Sequence[str], gold: Collection[str]) -> float:
    """1.0 if any gold entry is among the first k of `ranked`, else 0.0."""
    return float(bool(set(ranked[:k]) & set(gold)))


@dataclass(frozen=True)
class Interval:
    """A mean and the bounds of its bootstrap confidence interval; `samples` is the number of values."""

    mean: float
    low: float
    high: float
    samples: int


def bootstrap_interval(
    values: Sequence[float], *, confidence: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> Interval:
    """Percentile bootstrap of the mean. The same values and seed give the same interval.

    Raises ValueError for no values or a confidence outside (0, 1).
    """
    if not values:
        raise ValueError("no values to average")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    sample = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(seed).integers(0, len(sample), size=(resamples, len(sample)))
    means = sample[draws].mean(axis=1)  # [resamples]
    tail = (1 - confidence) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(sample.mean()), float(low), float(high), len(sample))
