"""Later rounds of retrieval for checkpoints that write no document ids: from what was found to what it names.

A round reads the best documents it has not read, looks for what the names in them link to (`engine.retrieval.links`), and
lets those documents come up to right behind the one that names them. What stands first stays first.

The rule that stops: once one of the documents read holds most of the question's words, the question is about that document
and not about what it names. COVERED was chosen on training sets (`python -m benchmarks.rounds`, docs/rounds.md). Costs no
forward pass. What it does not know: which of several names the question is after.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.interleave import Texts
from engine.retrieval.links import NEW_WORDS_WEIGHT, WEIGHT, Named, Said, by_mention, by_title
from engine.retrieval.names import names, stems, words

READ = 3  # documents that a round reads
COVERED = 0.85  # share of the question's words in one document that ends the search


def later_rounds(
    scores: Tensor,
    document_ids: Tensor,
    question: str,
    texts: Texts,
    named: Named,
    said: Said,
    *,
    rounds: int,
    weight: float = WEIGHT,
    brought: float = NEW_WORDS_WEIGHT,
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
            number, new = int(document_ids[row]), _new_names(text, question)
            below = torch.nextafter(ceiling, ceiling.new_tensor(-torch.inf))
            for links in (
                by_title(named(new, number), scores, document_ids, weight),
                by_mention(said(new, number), question, text, scores, document_ids, texts, brought),
            ):
                linked[links.rows] = linked[links.rows].maximum(links.reached.minimum(below))
    return linked


def cover(question: str, text: str) -> float:
    """The share of the question's words that the text holds, 0 to 1."""
    asked = stems(question)
    return len(asked & stems(text)) / max(1, len(asked))


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
