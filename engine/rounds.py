"""Rounds of retrieval for checkpoints that write no document ids: the router's ranking takes the place of written ids.

Round one routes the question, every further round the question with the newest evidence, until nothing new enters the top.
What the top is, `rank` decides. Reading the evidence and answering is the caller's part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from engine.interleave import Round, Texts
from engine.layout import Layout
from engine.memory import Memory
from engine.model import MsaModel
from engine.session import Prefix, Session, encode_prefix, open_session

Rank = Callable[[Session, Sequence[str]], Sequence[Sequence[int]]]
"""rank(session, texts): per question of a routed session its best document ids, best first, as many as are to be read.
texts: what routed, per question."""


def ranked_rounds(
    model: MsaModel,
    memory: Memory,
    layout: Layout,
    questions: Sequence[str],
    texts: Texts,
    rank: Rank,
    *,
    max_rounds: int = 3,
    prefix: Prefix | None = None,
    on_round: Callable[[Round], None] = lambda found: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Round]:
    """Yield what each round brings to each question; a question's first round that brings nothing new is its last.

    max_rounds: at least 2. Documents without text are ignored. Evidence beyond the model's context does not route.
    """
    if max_rounds < 2:
        raise ValueError("routing with evidence needs at least two rounds")
    prefix = prefix or encode_prefix(model, layout.prefix)
    room = model.context_limit - prefix.tokens - model.config.top_k
    found: list[set[int]] = [set() for _ in questions]
    evidence = {at: "" for at in range(len(questions))}  # of the questions that go on
    for number in range(1, max_rounds + 1):
        if not evidence or cancelled():
            return
        live = list(evidence)
        if number == 1:
            prompts = [layout.question(questions[at]) for at in live]
        else:
            prompts = [layout.next_round(questions[at], evidence[at]) for at in live]
        session = open_session(model, memory, prompts, prefix, reserve=0, routing_only=True)
        asked = [f"{questions[at]}\n{evidence[at]}" if evidence[at] else questions[at] for at in live]
        for at, ranked in zip(live, rank(session, asked), strict=True):
            fresh = [document for document in dict.fromkeys(ranked) if document not in found[at]]
            read = list(zip(fresh, texts(fresh) if fresh else [], strict=True))
            shown = [(document, text) for document, text in read if text is not None]
            found[at].update(document for document, _ in shown)
            event = Round(
                at,
                number,
                tuple(document for document, _ in shown),
                tuple(document for document, text in read if text is None),
            )
            on_round(event)
            yield event
            evidence[at] = _fitting(layout, questions[at], [text for _, text in shown], room)
            if not shown:
                del evidence[at]


def _fitting(layout: Layout, question: str, passages: Sequence[str], room: int) -> str:
    """As many of the best passages as fit beside the question."""
    kept: list[str] = []
    for passage in passages:
        tried = "\n".join([*kept, passage])
        if kept and len(layout.next_round(question, tried).ids) > room:
            break
        kept.append(passage)
    return "\n".join(kept)
