"""Later rounds of retrieval for checkpoints that write no document ids: from what was found to what it names.

A question of two steps leads to the document of its first step; the second step's document often shares no word with the
question, but it is what the first one names. So a round reads the best documents it has not read, looks for titles that
are a name in them, and lets the documents under those titles come up to right behind the one that names them: of each title
the document that fits the question best, of each read document the FOLLOWED best links. The fewer documents say a name,
the more it counts. What stands first stays first.

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

Named = Callable[[Sequence[str], int], Sequence[tuple[Sequence[int], float]]]
"""named(names, document): titles other than the document's own that are one of the names, each as (ids of the documents so
titled, strength)."""

READ = 3  # documents that a round reads
FOLLOWED = 2  # links of one document
WEIGHT = 0.9  # of a link's strength, in the units of the fused score
COVERED = 0.85  # share of the question's words in one document that ends the search
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
        ceilings = [(row, text, linked[row].clone()) for row, text in passages]
        for row, text, ceiling in ceilings:
            links = named(_new_names(text, question), int(document_ids[row]))
            rows, strengths = _fitting(links, scores, document_ids)
            reached, best = (scores[rows] + weight * strengths).topk(min(FOLLOWED, len(rows)))
            below = torch.nextafter(ceiling, ceiling.new_tensor(-torch.inf))
            linked[rows[best]] = linked[rows[best]].maximum(reached.minimum(below))
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


def _fitting(
    links: Sequence[tuple[Sequence[int], float]], scores: Tensor, document_ids: Tensor
) -> tuple[Tensor, Tensor]:
    """Of each title the document with the best first score: rows [titles] int64, strengths [titles] float32.

    Titles without a document in this memory are left out.
    """
    rows: list[int] = []
    strengths: list[float] = []
    for numbers, strength in links:
        ids = torch.tensor(list(numbers), dtype=torch.int64)
        at = torch.searchsorted(document_ids, ids).clamp(max=len(document_ids) - 1)
        at = at[document_ids[at] == ids]
        if len(at):
            rows.append(int(at[scores[at].argmax()]))
            strengths.append(strength)
    return torch.tensor(rows, dtype=torch.int64), torch.tensor(strengths, dtype=torch.float32)
