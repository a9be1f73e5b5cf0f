"""Speed of the engine beside transformers' own: `python -m benchmarks.engine [--model DIR] [--json]`.

Both sides run the same weights in the same process on the same token ids, taking turns, and the medians are compared:

* prefill: a question's prompt until its first logits, against transformers' forward with a cache;
* decode: greedy tokens behind that prompt, against `generate` from its first token on;
* encode: documents into compressed memory, against the plain forward of the same documents as one batch.

DIR is an MSA checkpoint or a plain model folder (the default router, or a random one, is attached); by default the app's
model. "engine with memory" has no counterpart: it shows what the selected documents cost. `--beside N` lets N other
processes compute meanwhile, each for one core: how Doppel fares on a machine that is used.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, PreTrainedModel
from transformers.utils import logging

from engine.checkpoint import load_model, read_config
from engine.config import MsaConfig
from engine.convert import convert, read_backbone
from engine.encode import encode_documents
from engine.generate import Sampling, generate
from engine.memory import RamMemory
from engine.model import MsaModel, attach_router
from engine.session import Prefix, Prompt, Session, encode_prefix, open_session

Taken = tuple[float, float]
"""Seconds of wall and of processor time."""

AIMS = {"decode": 0.9, "prefill": 0.95}


def default_model() -> MsaModel:
    from app import settings as app_settings
    from app.model import store

    settings = app_settings.load()
    store.pull(settings)
    return store.load(settings)


def open_model(folder: Path | None, dtype: torch.dtype | None) -> MsaModel:
    if folder is None:
        return default_model()
    if "msa_config" in read_config(folder):
        return load_model(folder, dtype=dtype)
    backbone, tokenizer = read_backbone(folder, dtype)
    router = Path(__file__).parents[1] / "engine" / "weights" / "smollm2-135m-instruct.router.safetensors"
    if backbone.config.hidden_size == 576 and router.exists():
        return convert(backbone, tokenizer, router)
    return with_random_router(backbone, tokenizer)


def with_random_router(backbone: PreTrainedModel, tokenizer: Any) -> MsaModel:
    """Speed does not depend on what a router knows."""
    config: Any = backbone.config
    depth, hidden = config.num_hidden_layers, config.hidden_size
    layers = tuple(range(depth // 2, depth))
    dim = getattr(config, "head_dim", None) or hidden // config.num_attention_heads
    for layer in layers:
        query, key = (
            nn.Linear(hidden, heads * dim, bias=False, dtype=backbone.dtype)
            for heads in (config.num_attention_heads, config.num_key_value_heads)
        )
        attach_router(backbone, layer, query, key)
    return MsaModel(backbone, MsaConfig(layers), tokenizer).eval()


def transformers_twin(model: MsaModel) -> Any:
    """Transformers' own model over the very same weight tensors, with its default attention."""
    config = copy.deepcopy(model.backbone.config)
    config._attn_implementation = "sdpa"
    with torch.device("meta"):
        twin = AutoModelForCausalLM.from_config(config, dtype=model.dtype)
    twin.load_state_dict(model.backbone.state_dict(), strict=False, assign=True)
    twin.tie_weights()
    twin.model.rotary_emb = type(twin.model.rotary_emb)(config).to(model.device)
    return twin.eval()


class Clock:
    """Wall and processor time from its making on."""

    def __init__(self) -> None:
        synchronise()
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def read(self) -> Taken:
        synchronise()
        return time.perf_counter() - self._wall, time.process_time() - self._processor


def alternate(sides: dict[str, Callable[[], Taken]], repetitions: int) -> dict[str, Taken]:
    """Median seconds of each side. They take turns, so that a busy machine hurts all alike; the first is not counted."""
    seconds: dict[str, list[Taken]] = {name: [] for name in sides}
    for turn in range(repetitions + 1):
        for name, run in sides.items():
            taken = run()
            if turn:
                seconds[name].append(taken)
    return {
        name: (statistics.median(wall for wall, _ in times), statistics.median(cpu for _, cpu in times))
        for name, times in seconds.items()
    }


def timed(run: Callable[[], Any]) -> Taken:
    clock = Clock()
    run()
    return clock.read()


def synchronise() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


@torch.inference_mode()
def measure(model: MsaModel, *, prompt: int, tokens: int, documents: int, repetitions: int) -> dict[str, Any]:
    twin = transformers_twin(model)
    draw = torch.Generator().manual_seed(0)
    ids = torch.randint(10, model.backbone.config.vocab_size, (prompt,), generator=draw).to(model.device)
    prefix = encode_prefix(model, ids[:1].tolist())
    asked = Prompt(ids[1:].tolist(), [True] * (prompt - 1))
    nothing = RamMemory([], model.config)

    texts = [ids.roll(shift)[:192].tolist() for shift in range(documents)]
    batch = torch.tensor(texts, device=model.device)
    memory = RamMemory(encode_documents(model, texts), model.config)

    def ours_prefill() -> Session:
        return open_session(model, nothing, [asked], prefix)

    def theirs_prefill() -> Tensor:
        return twin(ids[None], use_cache=True, logits_to_keep=1).logits

    found = {
        "prefill": ratio(
            prompt,
            alternate(
                {"engine": lambda: timed(ours_prefill), "transformers": lambda: timed(theirs_prefill)},
                repetitions,
            ),
        ),
        "decode": ratio(
            tokens - 1,
            alternate(
                {
                    "engine": lambda: ours_decode(model, nothing, asked, prefix, tokens),
                    "transformers": lambda: theirs_decode(twin, ids, tokens),
                    "engine with memory": lambda: ours_decode(model, memory, asked, prefix, tokens),
                },
                repetitions,
            ),
        ),
        "encode": ratio(
            batch.numel(),
            alternate(
                {
                    "engine": lambda: timed(lambda: encode_documents(model, texts)),
                    "transformers": lambda: timed(lambda: twin.model(batch, use_cache=False)),
                },
                repetitions,
            ),
        ),
    }
    return {
        "model": model.backbone.config.model_type,
        "parameters": sum(parameter.numel() for parameter in model.backbone.parameters()),
        "dtype": str(model.dtype),
        "device": str(model.device),
        "threads": torch.get_num_threads(),
        "spin count": os.environ.get("GOMP_SPINCOUNT"),
        "load": os.getloadavg() if hasattr(os, "getloadavg") else None,
        "prompt": prompt,
        "new_tokens": tokens,
        "same_first_token": bool(ours_prefill().logits[0].argmax() == theirs_prefill()[0, -1].argmax()),
        **found,
    }


@contextmanager
def others(count: int) -> Iterator[None]:
    """So many other processes that compute without a pause."""
    running = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def ours_decode(model: MsaModel, memory: RamMemory, asked: Prompt, prefix: Prefix, tokens: int) -> Taken:
    """Time of all tokens but the first, which the prefill gives."""
    session = open_session(model, memory, [asked], prefix)
    steps = generate(session, Sampling(max_new_tokens=tokens), ())
    next(steps)
    return timed(lambda: list(steps))


class FirstToken:
    """A streamer of `generate` that starts a clock when the first new token is there."""

    def __init__(self) -> None:
        self.calls = 0
        self.clock: Clock | None = None

    def put(self, value: Tensor) -> None:
        self.calls += 1
        if self.calls == 2:  # the first call hands over the prompt
            self.clock = Clock()

    def end(self) -> None:
        synchronise()


def theirs_decode(twin: Any, ids: Tensor, tokens: int) -> Taken:
    first = FirstToken()
    twin.generate(
        ids[None],
        attention_mask=torch.ones_like(ids[None]),
        max_new_tokens=tokens,
        min_new_tokens=tokens,
        do_sample=False,
        pad_token_id=0,
        streamer=first,
    )
    assert first.clock is not None
    return first.clock.read()


def ratio(tokens: int, taken: dict[str, Taken]) -> dict[str, float]:
    """Tokens per second of each side, and ours over theirs by wall and by processor time (steadier on a busy machine)."""
    speeds = {f"{name} tokens/s": round(tokens / wall, 2) for name, (wall, _) in taken.items()}
    wall, cpu = (theirs / ours for theirs, ours in zip(taken["transformers"], taken["engine"], strict=True))
    return {**speeds, "ratio": round(wall, 3), "ratio by processor time": round(cpu, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.engine", description="Engine speed beside transformers."
    )
    parser.add_argument("--model", type=Path, help="an MSA checkpoint or a plain model folder")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], help="default: the stored or fastest one")
    parser.add_argument("--prompt", type=int, default=512, help="tokens of the prompt")
    parser.add_argument("--tokens", type=int, default=48, help="tokens to write")
    parser.add_argument("--documents", type=int, default=8, help="documents of 192 tokens to encode")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--beside", type=int, default=0, metavar="N", help="other processes that compute")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    logging.disable_progress_bar()
    model = open_model(options.model, getattr(torch, options.dtype) if options.dtype else None)
    with others(options.beside):
        result = measure(
            model,
            prompt=options.prompt,
            tokens=options.tokens,
            documents=options.documents,
            repetitions=options.repetitions,
        )
    if options.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        aim = f"  (aim {AIMS[name]})" if name in AIMS else ""
        print(f"{name:16} {value}{aim}")


if __name__ == "__main__":
    main()
