"""Token by token generation over an open session: greedy or sampled, stoppable, for a batch of questions.

Sampling rules are transformers' own logits processors; incremental text is the tokenizers library's decode stream.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers.decoders import DecodeStream
from torch import Tensor
from transformers import LogitsProcessorList, RepetitionPenaltyLogitsProcessor
from transformers.generation.logits_process import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from engine.session import Session
from engine.steps import Writer


@dataclass(frozen=True)
class Sampling:
    """temperature 0 is greedy. top_k and top_p of 0 and 1 are off. seed: None draws anew each time."""

    max_new_tokens: int = 256
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    repetition_penalty: float = 1.0
    seed: int | None = None


def processors(sampling: Sampling) -> LogitsProcessorList:
    found = LogitsProcessorList()
    if sampling.repetition_penalty != 1.0:
        found.append(RepetitionPenaltyLogitsProcessor(sampling.repetition_penalty))
    if sampling.temperature > 0:
        found.append(TemperatureLogitsWarper(sampling.temperature))
        if sampling.top_k:
            found.append(TopKLogitsWarper(sampling.top_k))
        if sampling.top_p < 1:
            found.append(TopPLogitsWarper(sampling.top_p))
    return found


def generate(
    session: Session,
    sampling: Sampling,
    stop_ids: Collection[int],
    *,
    rows: Collection[int] | None = None,
    ended: Callable[[int, list[int]], bool] = lambda row, written: False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[list[int | None]]:
    """Yield the next token of every question, None for those that have ended.

    rows: the questions of the session that write, default all. ended(row, tokens written so far) ends a question behind
    its newest token. Stop tokens are not yielded. The last token of a question is left unfed, as nothing would read what
    follows. With a seed, a question draws the same alone and in a batch.
    """
    rules = processors(sampling)
    writer = Writer(session)
    count = len(session.next_position)
    device = session.logits.device
    draws = [_generator(sampling.seed, device) if sampling.temperature > 0 else None for _ in range(count)]
    written: list[list[int]] = [[] for _ in range(count)]
    live = [rows is None or row in rows for row in range(count)]
    for step in range(sampling.max_new_tokens):
        if cancelled():
            return
        chosen: list[int | None] = [None] * count
        for row in range(count):
            if not live[row]:
                continue
            token = _choose(session.logits[row : row + 1], written[row], rules, sampling, draws[row])
            if token in stop_ids:
                live[row] = False
                continue
            written[row].append(token)
            chosen[row] = token
            live[row] = not ended(row, written[row])
        if all(token is None for token in chosen):
            return
        yield chosen
        if step + 1 < sampling.max_new_tokens and any(live):
            writer.feed([token if alive else None for token, alive in zip(chosen, live, strict=True)])


def _generator(seed: int | None, device: torch.device) -> torch.Generator:
    generator = torch.Generator(device=device)
    if seed is None:
        generator.seed()
    else:
        generator.manual_seed(seed)
    return generator


def _choose(
    logits: Tensor,
    written: list[int],
    rules: LogitsProcessorList,
    sampling: Sampling,
    generator: torch.Generator | None,
) -> int:
    """logits: [1, vocab]."""
    if rules:
        history: Any = torch.tensor([written], dtype=torch.int64, device=logits.device)
        scores: Any = logits
        logits = rules(history, scores)
    if sampling.temperature <= 0:
        return int(logits.argmax())
    return int(torch.multinomial(logits.softmax(-1), 1, generator=generator))


def stream_text(tokens: Iterable[int | None], tokenizer: Any) -> Iterator[str]:
    """Text of one question's tokens, in pieces that are whole characters."""
    stream = DecodeStream(skip_special_tokens=True)
    for token in tokens:
        piece = stream.step(tokenizer.backend_tokenizer, token) if token is not None else None
        if piece:
            yield piece
