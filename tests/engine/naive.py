"""MSA once more, straight from its definition: float64, one token and one head at a time, explicit lists of what is seen.

Shares no code with the engine or with transformers' modules; it reads the tensors of a state dict by their published names
and knows the four backbone families' differences only through which tensors exist. Slow on purpose.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.model import MsaModel


@dataclass
class Outcome:
    """logits: [active, vocab]; scores, selected: per router layer, per document score and the rows that were read;
    pooled: per router layer, (K̄, V̄, K̄ᴿ) of all chunks [chunks, kv_heads, dim]."""

    logits: Tensor
    scores: dict[int, list[float]]
    selected: dict[int, list[int]]
    pooled: dict[int, tuple[Tensor, Tensor, Tensor]]


class Naive:
    def __init__(self, model: MsaModel) -> None:
        self.weights = {k: v.detach().double() for k, v in model.backbone.state_dict().items()}
        self.msa = model.config
        config: Any = model.backbone.config
        self.layers, self.heads = config.num_hidden_layers, config.num_attention_heads
        self.kv_heads, self.eps = config.num_key_value_heads, config.rms_norm_eps
        self.theta = config.rope_parameters["rope_theta"]
        self.dim = getattr(config, "head_dim", None) or config.hidden_size // self.heads
        self.window = getattr(config, "sliding_window", None) or 10**9

    def run(
        self, prefix: list[int], documents: list[list[int]], active: list[int], routes: list[bool]
    ) -> Outcome:
        segments = [prefix, *documents, active]
        starts = [0] * (1 + len(documents)) + [len(prefix) + self.msa.top_k]
        states = [self.weights["model.embed_tokens.weight"][torch.tensor(ids)] for ids in segments]
        out = Outcome(torch.empty(0), {}, {}, {})
        for layer in range(self.layers):
            name = f"model.layers.{layer}."
            normed = [self._norm(x, self.weights[name + "input_layernorm.weight"]) for x in states]
            projected = [
                self._project(layer, x, start) for x, start in zip(normed, starts, strict=True)
            ]  # (q, k, v) each [tokens, heads, dim]
            memory: list[tuple[Tensor, Tensor]] = []
            if layer in self.msa.router_layers and documents:
                memory = self._memory(layer, normed, projected, routes, out)
            attended = [self._attend(q, k, v, [], []) for q, k, v in projected[:-1]]
            q, k, v = projected[-1]
            before = list(zip(projected[0][1], projected[0][2], strict=True))
            attended.append(self._attend(q, k, v, before, memory))
            for at, x in enumerate(states):
                x = x + attended[at] @ self.weights[name + "self_attn.o_proj.weight"].T
                y = self._norm(x, self.weights[name + "post_attention_layernorm.weight"])
                gate = y @ self.weights[name + "mlp.gate_proj.weight"].T
                up = y @ self.weights[name + "mlp.up_proj.weight"].T
                mixed = gate / (1 + (-gate).exp()) * up
                states[at] = x + mixed @ self.weights[name + "mlp.down_proj.weight"].T
        head = self.weights["lm_head.weight"]
        out.logits = self._norm(states[-1], self.weights["model.norm.weight"]) @ head.T
        return out

    def _norm(self, x: Tensor, weight: Tensor) -> Tensor:
        return x / (x.pow(2).mean(-1, keepdim=True) + self.eps).sqrt() * weight

    def _project(self, layer: int, x: Tensor, start: int) -> tuple[Tensor, Tensor, Tensor]:
        found = []
        for kind, heads in (("q", self.heads), ("k", self.kv_heads), ("v", self.kv_heads)):
            name = f"model.layers.{layer}.self_attn.{kind}_proj."
            y = x @ self.weights[name + "weight"].T
            y = (y + self.weights.get(name + "bias", 0.0)).view(len(x), heads, self.dim)
            norm = self.weights.get(f"model.layers.{layer}.self_attn.{kind}_norm.weight")
            if norm is not None:
                y = self._norm(y, norm)
            if kind != "v":
                y = torch.stack([self._rotate(row, start + at) for at, row in enumerate(y)])
            found.append(y)
        return found[0], found[1], found[2]

    def _rotate(self, row: Tensor, position: int) -> Tensor:
        """row: [heads, dim]; dimension j turns with j + dim/2 by position · θ^(−2j/dim)."""
        half = self.dim // 2
        out = row.clone()
        for j in range(half):
            angle = position * self.theta ** (-2 * j / self.dim)
            a, b = row[:, j], row[:, j + half]
            out[:, j] = a * math.cos(angle) - b * math.sin(angle)
            out[:, j + half] = b * math.cos(angle) + a * math.sin(angle)
        return out

    def _attend(
        self,
        q: Tensor,
        k: Tensor,
        v: Tensor,
        before: list[tuple[Tensor, Tensor]],
        memory: list[tuple[Tensor, Tensor]],
    ) -> Tensor:
        """[tokens, heads · dim]. before: template tokens, seen within the window; memory: chunks, always seen."""
        own = before + list(zip(k, v, strict=True))
        rows = []
        for t in range(len(q)):
            here = len(before) + t
            seen = memory + [own[at] for at in range(here + 1) if here - at < self.window]
            heads = []
            for h in range(self.heads):
                kv = h // (self.heads // self.kv_heads)
                weights = torch.stack([key[kv] @ q[t, h] for key, _ in seen]) / math.sqrt(self.dim)
                heads.append(weights.softmax(0) @ torch.stack([value[kv] for _, value in seen]))
            rows.append(torch.cat(heads))
        return torch.stack(rows)

    def _memory(
        self,
        layer: int,
        normed: list[Tensor],
        projected: list[tuple[Tensor, Tensor, Tensor]],
        routes: list[bool],
        out: Outcome,
    ) -> list[tuple[Tensor, Tensor]]:
        size, name = self.msa.chunk_size, f"model.layers.{layer}.self_attn."
        cosine = "INFONCE" in self.msa.aux_loss_method
        keys: list[list[Tensor]] = []  # [document][chunk] of [kv_heads, dim]
        content: list[list[tuple[Tensor, Tensor]]] = []
        for x, (_, k, v) in zip(normed[1:-1], projected[1:-1], strict=True):
            keys.append([])
            content.append([])
            routing = k
            if self.msa.decouple_router:
                weight = self.weights[name + "router_k_proj.0.weight"]
                routing = (x @ weight.T).view(len(x), self.kv_heads, self.dim)
            for start in range(0, len(x), size):
                chunk = slice(start, start + size)
                key = routing[chunk].mean(0)
                keys[-1].append(key / key.norm(dim=-1, keepdim=True) if cosine else key)
                content[-1].append((k[chunk].mean(0), v[chunk].mean(0)))
        queries = projected[-1][0]
        if self.msa.decouple_router:
            weight = self.weights[name + "router_q_proj.0.weight"]
            queries = (normed[-1] @ weight.T).view(len(normed[-1]), self.heads, self.dim)
        asking = [t for t, flag in enumerate(routes) if flag]
        if self.msa.query_reduce == "pool" and asking:
            queries, asking = queries[asking].mean(dim=0, keepdim=True), [0]
        if cosine:
            queries = queries / queries.norm(dim=-1, keepdim=True)
        scale = 1.0 if cosine and self.msa.decouple_router else self.dim**-0.5
        group = self.heads // self.kv_heads
        scores = []
        for document in keys:
            per_chunk = []
            for key in document:
                per_token = []
                for t in asking:
                    per_head = [float(queries[t, h] @ key[h // group]) * scale for h in range(self.heads)]
                    per_token.append(reduce(per_head, self.msa.head_reduce))
                per_chunk.append(reduce(per_token, self.msa.query_reduce))
            scores.append(reduce(per_chunk, self.msa.chunk_reduce))
        best = sorted(range(len(scores)), key=lambda row: -scores[row])[: self.msa.top_k]
        best = [row for row in best if scores[row] > -math.inf]
        out.scores[layer], out.selected[layer] = scores, best
        out.pooled[layer] = (
            torch.stack([key for document in content for key, _ in document]),
            torch.stack([value for document in content for _, value in document]),
            torch.stack([key for document in keys for key in document]),
        )
        return [chunk for row in best for chunk in content[row]]


def reduce(values: list[float], how: str) -> float:
    if not values:
        return -math.inf
    return {"max": max(values), "mean": sum(values) / len(values), "last": values[-1], "pool": values[0]}[how]
