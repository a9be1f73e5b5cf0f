"""Links from a document that was found to what it names: documents under that title, and documents that say the name too.

A question of two steps leads to the document of its first step; the second step's document often shares few words with the
question, but it is about what the first one names, or says it. A title that is a name is followed the more readily the fewer
documents say the name. Of documents that merely say it, those count that few others do and that bring words of the question
which the naming document lacks: the second step's own words. All weights were chosen on training sets
(`python -m benchmarks.rounds`, docs/rounds.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.interleave import Texts
from engine.retrieval.names import stems

Named = Callable[[Sequence[str], int], Sequence[tuple[Sequence[int], float]]]
"""named(names, document): titles other than the document's own that are one of the names, each as (ids of the documents so
titled, strength)."""
Said = Callable[[Sequence[str], int], Sequence[tuple[Sequence[int], int]]]
"""said(names, document): for each name that few documents say, (ids of those under other titles than the document's own, how
many say it in all)."""

WEIGHT = 0.9  # of a title's strength, in the units of the fused score
TITLES = 2  # titles followed from one document
RARE = 1.4  # times 1 - ln(documents that say the name)
NEW_WORDS_WEIGHT = 12.0  # times the share of the question's words that the linked document brings
MENTIONS = 4  # documents followed from one document because they say a name
COMPARED = 16  # documents among which these are chosen, by reading which words they bring


@dataclass(frozen=True)
class Links:
    """rows: [links] int64, the linked documents' rows; reached: [links] float32, the scores they come up to."""

    rows: Tensor
    reached: Tensor

    def best(self, most: int) -> Links:
        reached, order = self.reached.topk(min(most, len(self.reached)))
        return Links(self.rows[order], reached)


def by_title(
    titles: Sequence[tuple[Sequence[int], float]], scores: Tensor, ids: Tensor, weight: float
) -> Links:
    """From each title to the document under it with the best first score. titles: as from `Named`.

    scores, ids: [documents], ids ascending. Titles without a document in this memory are left out.
    """
    rows: list[int] = []
    strengths: list[float] = []
    for numbers, strength in titles:
        at = _rows(numbers, ids)
        if len(at):
            rows.append(int(at[scores[at].argmax()]))
            strengths.append(strength)
    linked = torch.tensor(rows, dtype=torch.int64)
    return Links(linked, scores[linked] + weight * torch.tensor(strengths, dtype=torch.float32)).best(TITLES)


def by_mention(
    mentions: Sequence[tuple[Sequence[int], int]],
    question: str,
    text: str,
    scores: Tensor,
    ids: Tensor,
    texts: Texts,
    brought: float,
) -> Links:
    """From a document's text to others that say a name in it. mentions: as from `Said`; scores, ids: [documents]."""
    rarest: dict[int, float] = {}  # row → of the names that lead there the one that the fewest say
    for numbers, count in mentions:
        rare = RARE * (1 - math.log(count))
        for row in _rows(numbers, ids).tolist():
            rarest[row] = max(rare, rarest.get(row, -torch.inf))
    rows = torch.tensor(list(rarest), dtype=torch.int64)
    near = Links(rows, scores[rows] + torch.tensor(list(rarest.values()))).best(COMPARED)
    asked = stems(question)
    lacking = asked - stems(text)
    passages = texts(ids[near.rows].tolist()) if len(near.rows) else []
    shares = [len(lacking & stems(passage or "")) / max(1, len(asked)) for passage in passages]
    return Links(near.rows, near.reached + brought * torch.tensor(shares)).best(MENTIONS)


def _rows(numbers: Sequence[int], ids: Tensor) -> Tensor:
    """Rows of those documents that the memory has, [found] int64."""
    wanted = torch.tensor(list(numbers), dtype=torch.int64)
    at = torch.searchsorted(ids, wanted).clamp(max=len(ids) - 1)
    return at[ids[at] == wanted]
