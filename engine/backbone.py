"""One packed forward through a transformers decoder, with MSA's attention put in from outside.

All tokens of a call lie packed in one row: documents of a batch while encoding, questions of a batch while routing, one
token per question while decoding. Nothing is padded. Projections, norms, rotary embedding, MLP and output head are
transformers' own modules; only "who attends to whom" is ours, handed in as `Attend`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

ATTENTION_NAME = "doppel_msa"


class Attend(Protocol):
    def __call__(self, layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Attend for one layer.

        hidden: [tokens, hidden] attention input (after the input norm); query: [heads, tokens, dim], key and value:
        [kv_heads, tokens, dim], rotated. Returns [tokens, heads, dim].
        """
        ...


def _call_attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    attend: Callable[[Tensor, Tensor, Tensor], Tensor],
    **_: Any,
) -> tuple[Tensor, None]:
    return attend(query[0], key[0], value[0])[None], None


ALL_ATTENTION_FUNCTIONS.register(ATTENTION_NAME, _call_attend)


def run_layers(
    backbone: PreTrainedModel,
    input_ids: Tensor,
    position_ids: Tensor,
    attend: Attend,
    *,
    start_at: int = 0,
    stop_at: int | None = None,
    observe: Callable[[str, Tensor], None] | None = None,
    checkpointing: bool = False,
) -> Tensor:
    """Hidden states of packed tokens after the final norm.

    input_ids, position_ids: [tokens] int64; with `start_at`, input_ids are the states before that layer instead, [tokens,
    hidden]. `stop_at` ends after that layer's attention, leaving out its MLP and all that
    follows (enough to encode: keys and values of that layer exist by then). `observe` sees each layer's output.
    Returns [tokens, hidden].
    """
    decoder: Any = backbone.model
    hidden = (input_ids if start_at else decoder.embed_tokens(input_ids))[None]  # [1, tokens, hidden]
    rope = decoder.rotary_emb(hidden, position_ids[None])
    if observe:
        observe("embed", hidden[0])
    for index, layer in enumerate(decoder.layers[start_at:], start_at):
        last = index == stop_at
        if checkpointing and hidden.requires_grad:
            hidden = torch.utils.checkpoint.checkpoint(
                _run_layer, layer, index, hidden, rope, attend, last, use_reentrant=False
            )
        else:
            hidden = _run_layer(layer, index, hidden, rope, attend, last)
        if observe:
            observe(f"layer{index}", hidden[0])
        if last:
            return hidden[0]
    hidden = decoder.norm(hidden)
    if observe:
        observe("final_norm", hidden[0])
    return hidden[0]


def _run_layer(
    layer: Any, index: int, hidden: Tensor, rope: tuple[Tensor, Tensor], attend: Attend, without_mlp: bool
) -> Tensor:
    normed = layer.input_layernorm(hidden)
    attended, _ = layer.self_attn(
        hidden_states=normed,
        position_embeddings=rope,
        attention_mask=None,
        attend=partial(attend, index, normed[0]),
    )
    hidden = hidden + attended
    if without_mlp:
        return hidden
    return hidden + layer.mlp(layer.post_attention_layernorm(hidden))


def head_dim(backbone: PreTrainedModel) -> int:
    config: Any = backbone.config
    return int(getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads)
