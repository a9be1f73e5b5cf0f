"""Learning to read: the loss of answers given quoted passages, compressed memory, or both.

A lesson is one context and many questions about it. The context is run once; every question is a branch that sees the
context and itself but no other question, so ten questions cost little more than one. Each branch has the positions, the
memory and the prompt that `engine.session` would give it (spec §3, §5), so what is learned is what is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.attention import attend_context
from engine.backbone import run_layers
from engine.encode import encode_documents
from engine.layout import Layout
from engine.memory import Memory, RamMemory
from engine.model import READER, MsaModel

END_OF_TURN = "<|im_end|>"


@dataclass(frozen=True)
class Branch:
    """ids: question, template tail and answer; answer: how many of the last ids are the answer's."""

    ids: list[int]
    answer: int


@dataclass(frozen=True)
class Lesson:
    """prefix: the template; context: quoted passages, may be empty; documents: token ids of documents that are present as
    compressed memory; branches: at least one."""

    prefix: list[int]
    context: list[int]
    documents: list[list[int]]
    branches: list[Branch]

    @property
    def tokens(self) -> int:
        return len(self.prefix) + len(self.context) + sum(len(branch.ids) for branch in self.branches)


def lesson(
    layout: Layout, quoted: Sequence[str], remembered: Sequence[str], questions: Sequence[tuple[str, str]]
) -> Lesson:
    """quoted: passages in the prompt; remembered: passages in compressed memory; questions: with their answers."""
    context: list[int] = []
    branches = []
    for question, answer in questions:
        prompt = layout.reading(question, quoted) if quoted else layout.question(question)
        shared = prompt.routes.index(True)  # everything before the question's own tokens
        context = list(prompt.ids[:shared])
        said = layout.tokens(layout.plain(answer) + END_OF_TURN)
        branches.append(Branch(list(prompt.ids[shared:]) + said, len(said)))
    documents = [layout.document(number, text) for number, text in enumerate(remembered, 1)]
    return Lesson(layout.prefix, context, documents, branches)


def reading_loss(model: MsaModel, lesson: Lesson) -> Tensor:
    """Mean negative log-likelihood of the answers' tokens, nats, with the model's reader on.

    Documents are encoded as banks hold them, without gradient.
    """
    memory = RamMemory(encode_documents(model, lesson.documents), model.config)
    hidden, targets = read_answers(model, lesson, memory)
    return F.cross_entropy(model.logits(hidden).float(), targets)


def read_answers(model: MsaModel, lesson: Lesson, memory: Memory) -> tuple[Tensor, Tensor]:
    """What stands before each token of a lesson's answers, and the tokens: [tokens, hidden] after the final norm, [tokens].

    The model's reader is on; all documents of the memory are read.
    """
    content = remembered(model, memory)
    trunk = len(lesson.prefix) + len(lesson.context)
    lengths = [len(branch.ids) for branch in lesson.branches]
    ids = torch.tensor(
        [*lesson.prefix, *lesson.context, *(token for branch in lesson.branches for token in branch.ids)],
        device=model.device,
    )
    first = len(lesson.prefix) + model.config.top_k
    active = first + len(lesson.context)
    positions = torch.cat(
        [
            torch.arange(len(lesson.prefix)),
            torch.arange(first, active),
            *(torch.arange(active, active + length) for length in lengths),
        ]
    ).to(model.device)
    own = torch.block_diag(*(torch.ones(length, length).tril() for length in lengths)).bool().to(model.device)

    def attend(layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        prefix = len(lesson.prefix)
        keys, values = content.get(layer, (key[:, :0], value[:, :0]))
        before = attend_context(query[:, :prefix], key[:, :prefix], value[:, :prefix])
        # prefix, chunks of documents, context and branches: [kv_heads, keys, dim]
        key = torch.cat([key[:, :prefix], keys, key[:, prefix:]], dim=1)
        value = torch.cat([value[:, :prefix], values, value[:, prefix:]], dim=1)
        seen = trunk + keys.shape[1]
        quoted = attend_context(query[:, prefix:trunk], key[:, :seen], value[:, :seen])
        mask = F.pad(own, (seen, 0), value=True)
        asked = F.scaled_dot_product_attention(
            query[None, :, trunk:], key[None], value[None], attn_mask=mask, enable_gqa=True
        )
        return torch.cat([before, quoted, asked[0].transpose(0, 1)])

    with model.adapted(READER):
        hidden = run_layers(model.backbone, ids, positions, attend)
    rows: list[int] = []  # the token before each token of an answer
    start = trunk
    for branch in lesson.branches:
        end = start + len(branch.ids)
        rows += range(end - branch.answer - 1, end - 1)
        start = end
    at = torch.tensor(rows, device=model.device)
    return hidden[at], ids[at + 1]


def remembered(model: MsaModel, memory: Memory) -> dict[int, tuple[Tensor, Tensor]]:
    """K̄, V̄ of all documents per router layer, [kv_heads, chunks, dim]."""
    if not len(memory.document_ids):
        return {}
    content = {}
    for slot, layer in enumerate(model.config.router_layers):
        keys, values, _ = memory.fetch(slot, memory.document_ids)
        # Cloned out of inference mode: autograd keeps keys for the backward of the queries.
        keys, values = (part.transpose(0, 1).clone().to(model.dtype) for part in (keys, values))
        content[layer] = (keys, values)
    return content
