"""The model with the memory it reads: encode passages, find what a question needs, read it out.

One forward runs at a time, and a question goes before background encoding: encoding gives way between small batches.
Knows tensors and texts; it does not know files, chats or the queue.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from app.errors import QuestionTooLong
from engine.encode import encode_documents
from engine.generate import Sampling, generate, stream_text
from engine.layout import Layout
from engine.memory import Encoding, Memory
from engine.model import MsaModel
from engine.router import fuse
from engine.session import encode_prefix, open_session

STEP_TOKENS = 1024
QUESTION_TOKENS = 1024
READING_TOKENS = 1024
ANSWER_TOKENS = 128


@dataclass(frozen=True)
class Hit:
    """A document that a question leads to. score: fused, comparable within one question only."""

    document_id: int
    score: float


class Mind:
    def __init__(self, model: MsaModel) -> None:
        self.model = model
        self.layout = Layout(model.config.layout, model.tokenizer)
        self._prefix = encode_prefix(model, self.layout.prefix)
        self._running = threading.Lock()
        self._quiet = threading.Condition()
        self._questions = 0

    def count_tokens(self, text: str) -> int:
        return self.layout.count_tokens(text)

    def encode(self, passages: Sequence[tuple[int, str]]) -> list[Encoding]:
        """Encode documents given as (id, text), in the background of questions."""
        encodings: list[Encoding] = []
        batch: list[list[int]] = []
        tokens = 0
        for number, text in passages:
            document = self.layout.document(number, text)
            if batch and tokens + len(document) > STEP_TOKENS:
                encodings += self._encode(batch)
                batch, tokens = [], 0
            batch.append(document)
            tokens += len(document)
        return encodings + self._encode(batch)

    def _encode(self, documents: Sequence[list[int]]) -> list[Encoding]:
        with self._quiet:
            self._quiet.wait_for(lambda: self._questions == 0)
        with self._running:
            return encode_documents(self.model, documents)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        with self._quiet:
            self._questions += 1
        try:
            yield
        finally:
            with self._quiet:
                self._questions -= 1
                self._quiet.notify_all()

    def check(self, question: str) -> None:
        """Raises QuestionTooLong."""
        count = self.count_tokens(question)
        limit = min(QUESTION_TOKENS, self.model.context_limit // 2)
        if count > limit:
            raise QuestionTooLong(
                f"The question has {count} tokens; this model takes up to {limit}. Shorten it."
            )

    def find(
        self, memory: Memory, question: str, lexical: Sequence[tuple[int, float]], limit: int
    ) -> list[Hit]:
        """The documents a question leads to, best first.

        lexical: (document id, BM25) of the same archive; documents that the memory lacks by now are left out.
        """
        with self._asked(), self._running:
            session = open_session(
                self.model, memory, [self.layout.question(question)], self._prefix, routing_only=True
            )
        ids = session.document_ids
        column = {int(number): at for at, number in enumerate(ids)} if lexical else {}
        words = {column[number]: score for number, score in lexical if number in column}
        scores = fuse(torch.stack(session.scores).sum(dim=0)[0], words)
        best = scores.topk(min(limit, len(ids)))
        return [Hit(int(ids[row]), float(value)) for value, row in zip(*best, strict=True)]

    def read(
        self,
        memory: Memory,
        question: str,
        passages: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[str]:
        """Answer from original text and the compressed memory, in pieces of text as they are written."""
        quoted: list[str] = []
        room = READING_TOKENS
        for passage in passages:
            room -= self.count_tokens(passage)
            if quoted and room < 0:
                break
            quoted.append(passage)
        sampling = Sampling(max_new_tokens=ANSWER_TOKENS, repetition_penalty=1.05)
        with self._asked(), self._running:
            prompt = self.layout.reading(question, quoted)
            session = open_session(self.model, memory, [prompt], self._prefix, reserve=ANSWER_TOKENS)
            tokens = generate(session, sampling, self.layout.stop_ids, cancelled=cancelled)
            yield from stream_text(tokens, self.layout.tokenizer)
