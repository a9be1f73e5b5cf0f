"""Training samples in the published layout (spec §3, §6), from documents, a question, its evidence and its answer.

A chain of retrieval becomes one sample per step, as in the paper: the step is trained on what stands before it, and only the
question and the newest evidence route. `direct` asks for ids and answer without original text: through compressed memory
alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.interleave import ANSWER, Chain
from engine.layout import END_OF_RETRIEVE, END_OF_ROUND, Layout
from engine.training.forward import Sample

END_OF_TURN = "<|im_end|>"
IGNORED = -100


def chain(
    layout: Layout,
    documents: Mapping[int, str],
    question: str,
    rounds: Sequence[Sequence[int]],
    answer: str,
) -> list[Sample]:
    """One sample per retrieval step and one for the answer.

    documents: id -> text, in the order they are packed; rounds: ids that each step has to write, all among the documents.
    """
    steps: list[Sample] = []
    so_far = Chain(0, question, layout.question(question))
    for ids in rounds:
        written = layout.tokens(_ids(ids) + END_OF_ROUND)
        steps.append(_sample(layout, documents, so_far, [(written, True)], ids))
        evidence = [token for number in ids for token in layout.evidence(number, documents[number])]
        so_far.show(written, evidence, layout.tokens(END_OF_ROUND))
    last = [(layout.tokens(END_OF_RETRIEVE), True), *_answer(layout, question, answer)]
    evidence_ids = rounds[-1] if rounds else ()
    steps.append(_sample(layout, documents, so_far, last, evidence_ids))
    return steps


def direct(
    layout: Layout, documents: Mapping[int, str], question: str, evidence: Sequence[int], answer: str
) -> Sample:
    """Ids, the end of retrieval and the answer in one reply, with no original text in between."""
    asked = Chain(0, question, layout.question(question))
    reply = [
        (layout.tokens(_ids(evidence) + END_OF_RETRIEVE), True),
        *_answer(layout, question, answer),
    ]
    return _sample(layout, documents, asked, reply, evidence)


def _ids(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _answer(layout: Layout, question: str, answer: str) -> list[tuple[list[int], bool]]:
    """Token runs, and whether the model learns to write them."""
    return [(layout.closing(question), False), (layout.tokens(f"{ANSWER} {answer}{END_OF_TURN}"), True)]


def _sample(
    layout: Layout,
    documents: Mapping[int, str],
    before: Chain,
    reply: Sequence[tuple[list[int], bool]],
    positive: Sequence[int],
) -> Sample:
    prompt = before.prompt()
    active, labels = list(prompt.ids), [IGNORED] * len(prompt.ids)
    for tokens, learned in reply:
        active += tokens
        labels += tokens if learned else [IGNORED] * len(tokens)
    return Sample(
        prefix=layout.prefix,
        documents=[layout.document(number, text) for number, text in documents.items()],
        active=active,
        routes=[*prompt.routes, *[False] * (len(active) - len(prompt.ids))],
        labels=labels,
        positive=[number in positive for number in documents],
    )
