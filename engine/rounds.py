"""Later rounds of retrieval for checkpoints that write no document ids: from what was found to what it names.

A question of two steps leads to the document of its first step; the second step's document often shares no word with the
question, but it is what the first one names. So a round reads the best documents it has not read, looks for others whose
titles hold a name from them, and lets each come up to right behind the one that names it: the rarer the name among all
titles and the more of the title it makes up, the more it counts. A document's own score stays part of the sum, so of many
named documents those that fit the question lead. What stands first stays first.

The rule that stops: once one of the documents read holds most of the question's words, the question is about that document
and not about what it names. WEIGHT and COVERED were chosen on training sets (`python -m benchmarks.rounds`, docs/rounds.md).
Costs no forward pass. What it does not know: which of several names the question is after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.interleave import Texts
from engine.names import names, words

Named = Callable[[Sequence[str], int], Sequence[tuple[int, float]]]
"""named(names, document): the documents whose titles hold one of the names, as (document id, strength); not `document`
itself, nor others of the same title."""

READ = 3  # documents that a round reads
WEIGHT = 0.9  # of a link's strength, in the units of the fused score
COVERED = 0.8  # share of the question's words in one document that ends the search
_STEM = 5  # letters by which words count as the same


def later_rounds(
    scores: Tensor,
    document_ids: Tensor,
    question: str,
    texts: Texts,
    named: Named,
    *,
    rounds: int,
    weight: float = WEIGHT,
    covered: float = COVERED,
) -> Tensor:
    """The first round's scores with what the further rounds add.

    scores: [documents] float32 of the first round, the question's fused ranking; document_ids: [documents] int64, ascending;
    rounds: in all, so 1 returns the scores as they are. Returns [documents] float32, nowhere below `scores`.
    """
    read: set[int] = set()
    linked = scores.clone()
    for _ in range(1, rounds):
        passages = _unread(linked, document_ids, texts, read)
        if not passages or max(cover(question, text) for _, text in passages) >= covered:
            break
        ceilings = {row: float(linked[row]) for row, _ in passages}
        for row, text in passages:
            links = named(_new_names(text, question), int(document_ids[row]))
            rows, strengths = _rows(links, document_ids)
            reached = scores[rows] + weight * strengths
            below = torch.nextafter(torch.tensor(ceilings[row]), torch.tensor(-torch.inf))
            linked[rows] = linked[rows].maximum(reached.clamp(max=float(below)))
    return linked


def cover(question: str, text: str) -> float:
    """The share of the question's words that the text holds, 0 to 1."""
    asked = {word[:_STEM] for word in words(question)}
    return len(asked & {word[:_STEM] for word in words(text)}) / max(1, len(asked))


def _unread(scores: Tensor, document_ids: Tensor, texts: Texts, read: set[int]) -> list[tuple[int, str]]:
    """The best READ documents not read before, as (row, text), and marks them as read."""
    best = scores.topk(min(len(scores), READ + len(read))).indices.tolist()
    rows = [row for row in best if row not in read][:READ]
    read.update(rows)
    found = texts([int(document_ids[row]) for row in rows]) if rows else []
    return [(row, text) for row, text in zip(rows, found, strict=True) if text is not None]


def _new_names(text: str, question: str) -> list[str]:
    """Names that the question does not say itself: those it says have already counted as its words."""
    said = f" {' '.join(words(question))} "
    return [name for name in names(text) if f" {name.casefold()} " not in said]


def _rows(links: Sequence[tuple[int, float]], document_ids: Tensor) -> tuple[Tensor, Tensor]:
    """Links to documents of this memory, as rows [links] int64 and strengths [links] float32."""
    ids = torch.tensor([number for number, _ in links], dtype=torch.int64)
    strengths = torch.tensor([strength for _, strength in links], dtype=torch.float32)
    at = torch.searchsorted(document_ids, ids).clamp(max=max(0, len(document_ids) - 1))
    known = document_ids[at] == ids
    return at[known], strengths[known]
