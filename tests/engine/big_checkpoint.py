"""An MSA-4B-shaped checkpoint of random weights: `python -m tests.engine.big_checkpoint write|answer FOLDER`.

True widths and all 36 layers, a small vocabulary. Layers repeat one random block, so writing costs disk speed only. `answer`
loads it through the ordinary path and prints, as JSON, what it answered and the peak resident memory of the process.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.checkpoint import INDEX

VOCAB, HIDDEN, HEADS, KV_HEADS, DIM, MLP, LAYERS = 2048, 2560, 32, 8, 128, 9728, 36
ROUTERS = range(18, 36)

CONFIG = {
    "architectures": ["MSAForCausalLM"],
    "model_type": "msa",
    "torch_dtype": "bfloat16",
    "vocab_size": VOCAB,
    "hidden_size": HIDDEN,
    "num_attention_heads": HEADS,
    "num_key_value_heads": KV_HEADS,
    "head_dim": DIM,
    "intermediate_size": MLP,
    "num_hidden_layers": LAYERS,
    "max_position_embeddings": 40960,
    "rms_norm_eps": 1e-6,
    "rope_theta": 5000000,
    "sliding_window": False,
    "tie_word_embeddings": True,
    "msa_config": {
        "router_layer_idx": ",".join(map(str, ROUTERS)),
        "top_k_docs": 16,
        "pooling_kernel_size": 64,
        "decouple_router": True,
        "head_reduce_method": "mean",
        "query_reduce_method": "max",
        "chunk_reduce_method": "max",
        "decouple_pooling_mode": "mean",
        "aux_loss_method": "INFONCE_DECOUPLE",
    },
}


def block() -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Tensors of any layer, and those that router layers have beside them."""
    generator = torch.Generator().manual_seed(0)

    def weight(rows: int, columns: int) -> Tensor:
        return (torch.randn(rows, columns, generator=generator) * columns**-0.5).bfloat16()

    def ones(size: int) -> Tensor:
        return torch.ones(size, dtype=torch.bfloat16)

    layer = {
        "input_layernorm.weight": ones(HIDDEN),
        "post_attention_layernorm.weight": ones(HIDDEN),
        "self_attn.q_norm.weight": ones(DIM),
        "self_attn.k_norm.weight": ones(DIM),
        "self_attn.q_proj.weight": weight(HEADS * DIM, HIDDEN),
        "self_attn.k_proj.weight": weight(KV_HEADS * DIM, HIDDEN),
        "self_attn.v_proj.weight": weight(KV_HEADS * DIM, HIDDEN),
        "self_attn.o_proj.weight": weight(HIDDEN, HEADS * DIM),
        "mlp.gate_proj.weight": weight(MLP, HIDDEN),
        "mlp.up_proj.weight": weight(MLP, HIDDEN),
        "mlp.down_proj.weight": weight(HIDDEN, MLP),
    }
    router = {
        "self_attn.router_q_proj.0.weight": weight(HEADS * DIM, HIDDEN),
        "self_attn.router_k_proj.0.weight": weight(KV_HEADS * DIM, HIDDEN),
    }
    return layer, router


def write(folder: Path) -> None:
    layer, router = block()
    owner: dict[str, str] = {}
    for number in range(LAYERS):
        own = {**layer, **router} if number in ROUTERS else layer
        tensors = {f"model.layers.{number}.{name}": tensor for name, tensor in own.items()}
        if number == 0:
            tensors["model.embed_tokens.weight"] = torch.randn(VOCAB, HIDDEN).bfloat16()
            tensors["model.norm.weight"] = torch.ones(HIDDEN, dtype=torch.bfloat16)
            tensors["temperature"] = torch.tensor(0.1)
        file = f"model-{number + 1:05}-of-{LAYERS:05}.safetensors"
        save_file(tensors, folder / file, metadata={"format": "pt"})
        owner.update(dict.fromkeys(tensors, file))
    (folder / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": owner}), "utf-8")
    (folder / "config.json").write_text(json.dumps(CONFIG), "utf-8")


def answer(folder: Path) -> dict[str, object]:
    from engine.checkpoint import load_model
    from engine.encode import encode_documents
    from engine.generate import Sampling, generate
    from engine.memory import RamMemory
    from engine.session import Prompt, encode_prefix, open_session

    started = time.perf_counter()
    model = load_model(folder)
    loaded = time.perf_counter()
    draw = torch.Generator().manual_seed(1)
    ids = torch.randint(0, VOCAB, (80,), generator=draw).tolist()
    memory = RamMemory(encode_documents(model, [ids[:40], ids[40:70]]), model.config)
    session = open_session(model, memory, [Prompt(ids[70:], [True] * 10)], encode_prefix(model, [1, 2, 3]))
    tokens = [step[0] for step in generate(session, Sampling(3), ())]
    return {
        "tokens": tokens,
        "dtype": str(model.dtype),
        "finite": bool(session.logits.isfinite().all()),
        "selections": len(session.selections),
        "seconds_to_load": round(loaded - started, 2),
        "seconds_to_answer": round(time.perf_counter() - loaded, 2),
        "peak_bytes": peak_memory(),
        "weight_bytes": sum(file.stat().st_size for file in folder.glob("*.safetensors")),
    }


def peak_memory() -> int:
    """Largest resident size of this process so far, in bytes."""
    if sys.platform == "win32":
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # Linux counts in KiB


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]))
    else:
        print(json.dumps(answer(Path(sys.argv[2]))))
