"""The copy head: words that compressed memory holds become candidates for the next token.

In the first two layers a chunk's V̄ is a mean of vectors that hardly depend on more than one token each. So a chunk is a
superposition of codes that are known from the weights, and its tokens can be read back by correlation (`CopyHead.words`).
While a reader answers, the newest token's state at the last router layer points at chunks by their routing keys, and what
they hold is mixed into the model's own prediction as a pointer-generator does (See et al., 2017,
https://arxiv.org/abs/1704.04368):

    p(token) ∝ p_LM(token) · (1 + Σ_chunks exp(pointing) · certainty(token in chunk))

What no chunk holds stays as likely as it was, and so does everything where nothing is pointed at.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.backbone import run_layers
from engine.errors import CheckpointError
from engine.memory import Memory
from engine.model import ENCODER, MsaModel

CONTENT_LAYERS = (0, 1)
SPACES = (
    "Ġ▁ "  # the space before a word as byte-level and SentencePiece tokenizers write it, and in added tokens
)
WORDS = 48  # candidates of one chunk, of 16 tokens
CHUNKS = 64  # of a question's documents, those that its end points at most
POINTING = 12.0  # the logarithm of a chunk's weight is cut off here
NEVER = 100.0  # standard deviations
BLOCK = 8192  # tokens whose codes are computed at once


@dataclass(frozen=True)
class Words:
    """What some chunks hold.

    keys: [chunks, layers·width], what a state points at; tokens: [chunks, 2·WORDS] int64, the most certain ones first and
    then the same without the space before them; deviations: [chunks, 2·WORDS] float32, by how many standard deviations each
    is more likely in the chunk than any token is.
    """

    keys: Tensor
    tokens: Tensor
    deviations: Tensor


class CopyHead(nn.Module):
    """Reads words out of memory and points at them; float32. width: kv_heads·head_dim; layers: router layers."""

    middle_key: Tensor
    middle: Tensor
    scale: Tensor
    code_middle: Tensor
    whitening: Tensor
    codes: Tensor
    bare: Tensor

    def __init__(self, hidden: int, width: int, layers: int) -> None:
        super().__init__()
        self.query = nn.Linear(hidden, layers * width)
        self.gate = nn.Linear(hidden, 1)
        self.threshold = nn.Parameter(torch.tensor(3.2))  # standard deviations
        self.sharpness = nn.Parameter(torch.tensor(2.5))
        self.register_buffer("middle_key", torch.zeros(layers * width))
        self.register_buffer("middle", torch.zeros(2 * width))
        self.register_buffer("scale", torch.ones(2 * width))
        self.register_buffer("code_middle", torch.zeros(2 * width))
        self.register_buffer("whitening", torch.eye(2 * width))
        self.register_buffer("codes", torch.zeros(0, 2 * width), persistent=False)  # [vocab, 2·width]
        self.register_buffer("bare", torch.zeros(0, dtype=torch.int64), persistent=False)  # [vocab]

    def know(self, model: MsaModel) -> None:
        """Derive the tokens' codes from a model's weights; special tokens get none, so they are never copied."""
        codes = (token_codes(model) - self.code_middle) * self.scale
        white = codes @ self.whitening
        self.codes = white * self.scale / (white * codes).sum(dim=1, keepdim=True).clamp(min=1e-6).sqrt()
        self.bare = torch.arange(len(self.codes), device=self.codes.device)
        if model.tokenizer is not None:
            self.codes[model.tokenizer.all_special_ids] = 0.0
            self.bare = bare_tokens(model.tokenizer, len(self.codes)).to(self.codes.device)

    def words(self, content: Tensor, keys: Tensor) -> Words:
        """content: V̄ of CONTENT_LAYERS, [chunks, 2·width]; keys: K̄ᴿ of all router layers, [chunks, layers·width]."""
        likely, tokens = ((content - self.middle) @ self.codes.T).topk(min(WORDS, len(self.codes)), dim=1)
        bare = self.bare[tokens]
        unlikely = likely.masked_fill(bare == tokens, -NEVER)
        return Words(keys, torch.cat([tokens, bare], dim=1), torch.cat([likely, unlikely], dim=1))

    def point(self, states: Tensor, keys: Tensor) -> Tensor:
        """Logarithms of the chunks' weights, [tokens, chunks]; keys: as in `Words`."""
        return self.query(states.float()) @ (keys - self.middle_key).T + self.gate(states.float())

    def forward(self, states: Tensor, words: Words) -> Tensor:
        """What to add to the logits, nats, [tokens, vocab]. states: [tokens, hidden] attention input at the last router
        layer."""
        certainty = torch.sigmoid(self.sharpness * (words.deviations - self.threshold))
        pointing = self.point(states, words.keys).clamp(max=POINTING)
        weights = pointing.exp()[:, :, None] * certainty  # [tokens, chunks, 2·WORDS]
        copied = torch.zeros(len(states), len(self.codes), device=weights.device)
        return copied.index_add(1, words.tokens.flatten(), weights.flatten(1)).log1p()


@torch.inference_mode()
def token_codes(model: MsaModel) -> Tensor:
    """V of every token at layers 0 and 1 where it stands alone, [vocab, 2·width] float32."""
    backbone: Any = model.backbone
    group = model.heads // model.kv_heads
    codes: list[Tensor] = []

    def attend(layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        value = value.transpose(0, 1)  # [tokens, kv_heads, dim]: what a token sees that sees itself alone
        parts.append(value.flatten(1).float())
        return value.repeat_interleave(group, dim=1)

    with model.adapted(ENCODER):
        for ids in torch.arange(backbone.get_input_embeddings().num_embeddings, device=model.device).split(
            BLOCK
        ):
            parts: list[Tensor] = []
            run_layers(backbone, ids, torch.zeros_like(ids), attend, stop_at=CONTENT_LAYERS[-1])
            codes.append(torch.cat(parts, dim=1))
    return torch.cat(codes)


def bare_tokens(tokenizer: Any, vocabulary: int) -> Tensor:
    """The token that each is without the space before it, itself where there is none, [vocabulary] int64.

    A text has its words mostly behind a space, and an answer begins without one.
    """
    names = tokenizer.convert_ids_to_tokens(list(range(min(vocabulary, len(tokenizer)))))
    known = {name: at for at, name in enumerate(names)}
    bare = torch.arange(vocabulary)
    for at, name in enumerate(names):
        if name and name[0] in SPACES:
            bare[at] = known.get(name[1:], at)
    return bare


def document_content(model: MsaModel, memory: Memory, document_ids: Tensor) -> tuple[Tensor, Tensor]:
    """What `CopyHead.words` takes of some documents: content [chunks, 2·width], keys [chunks, layers·width]."""
    slots = range(len(model.config.router_layers))
    keys = [memory.routing_keys(slot, document_ids).flatten(1) for slot in slots]
    values = [memory.fetch(slot, document_ids)[1].flatten(1) for slot in range(len(CONTENT_LAYERS))]
    content, pointed = (torch.cat(parts, dim=1).float().to(model.device) for parts in (values, keys))
    return content, pointed


def document_words(
    model: MsaModel, memory: Memory, document_ids: Tensor, state: Tensor | None = None
) -> Words:
    """What documents of a memory hold: all their chunks, or the CHUNKS that a state, [hidden], points at most.

    The model has a copy head.
    """
    head = model.copy_head
    assert head is not None
    content, keys = document_content(model, memory, document_ids)
    if state is not None and len(keys) > CHUNKS:
        best = head.point(state[None], keys)[0].topk(CHUNKS).indices
        content, keys = content[best], keys[best]
    if not len(head.codes):
        head.know(model)  # takes seconds, so not before it is needed
    return head.words(content, keys)


def save_copy_head(head: CopyHead, path: Path, about: dict[str, str]) -> None:
    """Write a copy head alone, replacing `path` in one step. about: metadata of the file."""
    unfinished = path.with_name(path.name + ".part")
    save_file(
        {name: tensor.half().contiguous() for name, tensor in head.state_dict().items()}, unfinished, about
    )
    unfinished.replace(path)


def load_copy_head(model: MsaModel, path: Path) -> None:
    """Give a model its copy head. Raises CheckpointError where the file does not fit."""
    head = new_copy_head(model)
    try:
        with safe_open(path, framework="pt") as stored:
            tensors = {name: stored.get_tensor(name).float() for name in stored.keys()}  # noqa: SIM118 - not a dict
        head.load_state_dict(tensors)
    except (SafetensorError, RuntimeError) as error:
        raise CheckpointError(
            f"{path} does not fit this model: it was made for another one ({error})"
        ) from None
    give_copy_head(model, head)


def new_copy_head(model: MsaModel) -> CopyHead:
    """An untrained one that fits a model."""
    hidden: int = model.backbone.config.hidden_size
    return CopyHead(hidden, model.kv_heads * model.head_dim, len(model.config.router_layers)).to(model.device)


def give_copy_head(model: MsaModel, head: CopyHead) -> None:
    """Raises CheckpointError for a model that keeps no memory in CONTENT_LAYERS."""
    if tuple(model.config.router_layers[: len(CONTENT_LAYERS)]) != CONTENT_LAYERS:
        raise CheckpointError(
            f"a copy head reads memory of layers {CONTENT_LAYERS}, which this model does not keep"
        )
    model.copy_head = head.requires_grad_(False)
