"""How documents, questions and evidence become tokens (spec §3).

Two layouts. "msa" is the published one: documents carry their id, the question sits in its template, and the model writes
ids back. "chat" is for converted backbones that never learned this: documents are bare text, the question's own tokens
route, and evidence is quoted in an ordinary chat turn. Which one a checkpoint uses is part of its config.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.session import Prompt

# Document ids of tokens that are no document (spec §3); only ROUTES tokens route.
TEMPLATE, RESPONSE, ROUTES = -2, -1, 0

MSA_INSTRUCTION = "\nPlease answer the question based on the above historical document information\n\n{}"
MSA_REQUEST = "\nPlease return all documents related to the question\n"
MSA_QUESTION = "<|im_start|>The user's question is: {}\n"
END_OF_ROUND = "<|object_ref_end|>"
END_OF_RETRIEVE = "<End-of-Retrieve>"

# How a document could pose as another question with its answer, in the form that a reader is taught.
POSING = re.compile(
    r"(\b(?:questions?|answers?|q|a|fragen?|antwort(?:en)?|réponses?)|问题?|問題|答案?|回答|質問)(\s*)[:：]",
    re.IGNORECASE,
)
WORD_JOINER = "\u2060"

CHAT_SYSTEM = (
    "You answer questions about the user's own documents. "
    "Answer with the shortest phrase from the passages that answers the question."
)


def unposing(text: str) -> str:
    """A document's words as they are, but with no "Question:" or "Answer:": only the person asks."""
    return POSING.sub(r"\1\2 –", text)


@dataclass(frozen=True)
class Layout:
    """The words around documents and questions of one checkpoint. tokenizer: a transformers tokenizer."""

    name: str
    tokenizer: Any

    def tokens(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    @cached_property
    def _marks(self) -> list[str]:
        # Tokenizers without marks need not know of any.
        added = getattr(self.tokenizer, "added_tokens_decoder", {})
        return [token.content for token in added.values() if token.special]

    def plain(self, text: str) -> str:
        """Text from files and people with the tokenizer's marks broken up: no file may end a turn or pose as the system."""
        for mark in self._marks:
            if mark in text:
                text = text.replace(mark, mark[0] + WORD_JOINER + mark[1:])
        return text

    def count_tokens(self, text: str) -> int:
        return len(self.tokens(text))

    @property
    def prefix(self) -> list[int]:
        """Template tokens before everything else; documents never see them."""
        if self.name == "msa":
            return self.tokens("<|im_start|>user\n")
        return self.tokens(f"<|im_start|>system\n{CHAT_SYSTEM}<|im_end|>\n<|im_start|>user\n")

    def document(self, number: int, text: str) -> list[int]:
        """A document as it is encoded. number: its stable id (part of the text in the "msa" layout)."""
        if self.name == "msa":
            return self.tokens(f"<|im_start|>[{number}]. {self.plain(text)}[{number}]<|im_end|>")
        return self.tokens(f"<|im_start|>{self.plain(text)}<|im_end|>")

    def evidence(self, number: int, text: str) -> list[int]:
        """A document's original text as a round injects it."""
        return self.tokens(f"[{number}]. {self.plain(text)}\n")

    def closing(self, question: str) -> list[int]:
        """What stands between the end of retrieval and the answer."""
        return self.tokens(MSA_QUESTION.format(self.plain(question)) + END_OF_ROUND)

    def question(self, question: str) -> Prompt:
        """The prompt that routes a question and, where ids can be written, asks for them."""
        if self.name == "msa":
            return self._prompt(
                [
                    (MSA_INSTRUCTION.format(self.plain(question)) + MSA_REQUEST, ROUTES),
                    ("<|im_end|>\n", TEMPLATE),
                    ("<|im_start|>", RESPONSE),
                ]
            )
        return self._prompt(
            [(self.plain(question), ROUTES), ("<|im_end|>\n<|im_start|>assistant\n", TEMPLATE)]
        )

    def reading(self, question: str, passages: Sequence[str]) -> Prompt:
        """The prompt that answers from original text. Only the question's tokens route."""
        quoted = unposing(self.plain("\n\n".join(passages)))
        return self._prompt(
            [
                (f"{quoted}\n\nQuestion: ", TEMPLATE),
                (self.plain(question), ROUTES),
                ("<|im_end|>\n<|im_start|>assistant\n", RESPONSE),
            ]
        )

    def _prompt(self, parts: Sequence[tuple[str, int]]) -> Prompt:
        ids: list[int] = []
        routes: list[bool] = []
        for text, kind in parts:
            tokens = self.tokens(text)
            ids += tokens
            routes += [kind == ROUTES] * len(tokens)
        return Prompt(ids, routes)

    @property
    def stop_ids(self) -> set[int]:
        """Tokens that end an answer."""
        names = ["<|im_end|>", "<|endoftext|>"]
        found = self.tokenizer.convert_tokens_to_ids(names)
        unknown = self.tokenizer.unk_token_id
        stops = {
            token
            for name, token in zip(names, found, strict=True)
            if token is not None and (token != unknown or name == self.tokenizer.unk_token)
        }
        if self.tokenizer.eos_token_id is not None:
            stops.add(self.tokenizer.eos_token_id)
        return stops
