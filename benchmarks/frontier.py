"""What a model costs on this machine, by how its products are computed.

    python -m benchmarks.frontier [--models small,0.5b,1.5b] [--products bfloat16,int8] [--threads N] [--json]

Each row is a process of its own, so that its memory is its own. Products: `float32` and `bfloat16` say what the decoder's
linear layers multiply in; `int8` is bfloat16 with int8 weights for writing answers, as the product does on CPUs that
multiply bfloat16 natively. Over passages of the sample archive:

* encode_tokens_s: passages into compressed memory, in the product's steps;
* first_word_s, answer_s: medians of reading five passages and answering, with the model's reader;
* decode_tokens_s: tokens written behind such a prompt; decode_mb: the weights that each of them reads; decode_share: the
  time that reading them once takes (bandwidth_gb_s, measured on the same machine with as many threads) of a token's time;
* loaded_gb, peak_gb: resident memory after loading, and at most.

A model that is not here is left out, with a line on how to get it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from app.model import store
from app.model.batches import STEP_TOKENS, steps
from app.model.catalogue import full_name
from app.settings import Settings, disable_telemetry
from app.settings import load as load_settings
from benchmarks.tables import table
from engine.answering.reader import QaReader
from engine.answering.settings import reading_settings
from engine.checkpoint import load_model
from engine.decoding import Int8Head, write_with_int8
from engine.encode import encode_documents
from engine.generate import Sampling, generate
from engine.layout import Layout
from engine.lora import load_adapter
from engine.memory import RamMemory
from engine.model import READER, MsaModel
from engine.products import TARGETS, Product
from engine.session import encode_prefix, open_session

SAMPLE = Path(__file__).parents[1] / "app" / "sample" / "archive"
PRODUCTS = {"float32": None, "bfloat16": torch.bfloat16, "int8": torch.bfloat16}
QUESTIONS = (
    "What is this about?",
    "Who is named, and what do they do?",
    "Wann war das?",
    "How much did it cost?",
    "Where was it?",
)
PASSAGES = 5
BANDWIDTH_BYTES = 2**28


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.frontier",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--models", default="small,0.5b,1.5b")
    parser.add_argument("--products", default="bfloat16,int8", help=f"of {', '.join(PRODUCTS)}")
    parser.add_argument("--threads", type=int, default=0, help="of torch; 0 leaves it to torch")
    parser.add_argument("--tokens", type=int, default=48, help="to write when decoding is timed")
    parser.add_argument("--encode", type=int, default=4000, help="tokens to encode")
    parser.add_argument("--one", action="store_true", help="measure in this process, the first of each alone")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    models, products = options.models.split(","), options.products.split(",")
    if unknown := set(products) - set(PRODUCTS):
        parser.error(f"no such products: {', '.join(sorted(unknown))}; there are {', '.join(PRODUCTS)}")
    if options.one:
        if options.threads:
            torch.set_num_threads(options.threads)
        print(json.dumps(measure(models[0], products[0], options.tokens, options.encode)))
        return 0
    rows = []
    for model in models:
        if not store.is_ready(replace(load_settings(), model=model)) or _answers(model) != full_name(model):
            print(f"{model} is not here: doppel model pull {model}", file=sys.stderr)
            continue
        for kind in products:
            rows.append(_in_own_process(model, kind, options))
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print(json.dumps(rows) if options.json else table(rows) if rows else "")
    return int(not rows)


def _answers(model: str) -> str:
    return store.answering(replace(load_settings(), model=model))


def _in_own_process(model: str, kind: str, options: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.frontier", "--one", "--models", model, "--products", kind]
    command += [
        "--threads",
        str(options.threads),
        "--tokens",
        str(options.tokens),
        "--encode",
        str(options.encode),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{model} with {kind} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(name: str, kind: str, tokens: int, encoded: int) -> dict[str, Any]:
    settings = replace(load_settings(), model=name)
    disable_telemetry(settings)
    began = time.perf_counter()
    model = loaded(settings, kind)
    load_s = time.perf_counter() - began
    loaded_gb = resident_gb()
    layout = Layout(model.config.layout, model.tokenizer)
    texts = passages()
    documents = [layout.document(number, text) for number, text in enumerate(texts, 1)]
    row: dict[str, Any] = {"model": full_name(name), "products": kind, "threads": torch.get_num_threads()}
    row["encode_tokens_s"] = round(encode_rate(model, documents, encoded), 1)
    memory = RamMemory(encode_documents(model, documents[: 2 * PASSAGES]), model.config)
    first, whole = answer_seconds(model, layout, memory, texts)
    row |= {"first_word_s": round(first, 2), "answer_s": round(whole, 2)}
    row |= decode(model, layout, texts, tokens)
    return row | {
        "load_s": round(load_s, 1),
        "loaded_gb": round(loaded_gb, 2),
        "peak_gb": round(peak_gb(), 2),
    }


def loaded(settings: Settings, kind: str) -> MsaModel:
    """The model with its reader, as the product loads it, but for how its products are computed."""
    model = load_model(store.model_folder(settings), dtype=torch.float32, products=PRODUCTS[kind])
    adapter = store.reader(settings)
    if adapter.is_file():
        load_adapter(model, adapter, READER, fused=True)
        model.reading = reading_settings(adapter)
    if kind == "int8":
        write_with_int8(model)
    return model


def passages() -> list[str]:
    return [
        part
        for path in sorted(SAMPLE.rglob("*.md"))
        for part in path.read_text("utf-8").split("\n\n")
        if len(part) > 200
    ]


def encode_rate(model: MsaModel, documents: Sequence[list[int]], most: int) -> float:
    """Tokens a second, after one step that is not counted."""
    batches = list(steps(list(documents), len, STEP_TOKENS))
    encode_documents(model, batches[0])
    tokens, began = 0, time.perf_counter()
    for batch in batches:
        encode_documents(model, batch)
        tokens += sum(map(len, batch))
        if tokens >= most:
            break
    return tokens / (time.perf_counter() - began)


def answer_seconds(
    model: MsaModel, layout: Layout, memory: RamMemory, texts: Sequence[str]
) -> tuple[float, float]:
    """Medians until the first word and until the last one."""
    reader = QaReader(model, layout, lambda adapter: encode_prefix(model, layout.prefix, adapter=adapter))
    firsts, wholes = [], []
    for number, question in enumerate(QUESTIONS):
        quoted = texts[PASSAGES * number : PASSAGES * (number + 1)]
        began = time.perf_counter()
        if READER in model.adapters:
            pieces = iter(reader.read(memory, question, quoted).text)
        else:
            pieces = reader.read_together(memory, question, quoted)
        next(pieces, None)
        firsts.append(time.perf_counter() - began)
        list(pieces)
        wholes.append(time.perf_counter() - began)
    return statistics.median(firsts), statistics.median(wholes)


def decode(model: MsaModel, layout: Layout, texts: Sequence[str], tokens: int) -> dict[str, float]:
    """Speed of writing one answer, and the share of it that reading the weights once would take."""
    prefix = encode_prefix(model, layout.prefix, adapter=READER)
    prompt = layout.reading(QUESTIONS[0], texts[:PASSAGES])
    session = open_session(
        model, RamMemory([], model.config), [prompt], prefix, adapter=READER, keep_scores=False
    )
    written = generate(session, Sampling(max_new_tokens=tokens + 3), ())
    for _ in range(3):
        next(written)
    began = time.perf_counter()
    count = sum(1 for _ in written)
    seconds = (time.perf_counter() - began) / count
    read, rate = token_bytes(model), bandwidth()
    return {
        "decode_tokens_s": round(1 / seconds, 2),
        "decode_mb": round(read / 1e6),
        "bandwidth_gb_s": round(rate / 1e9, 1),
        "decode_share": round(read / rate / seconds, 3),
    }


def token_bytes(model: MsaModel) -> int:
    """Of the weights that one token of an answer reads."""
    head = model.head
    total = head.rounded.nbytes if isinstance(head, Int8Head) else model.backbone.lm_head.weight.nbytes
    for layer in model.backbone.model.layers:
        for name, module in layer.named_modules():
            if isinstance(module, Product) and module.written is not None:
                total += module.written[0].nbytes
            elif isinstance(module, nn.Linear) and name.rpartition(".")[2] in TARGETS:
                total += module.weight.nbytes
    return total


def bandwidth() -> float:
    """Bytes that this machine reads a second, with as many threads as torch uses."""
    numbers = torch.ones(BANDWIDTH_BYTES // 8, dtype=torch.int64)
    times = []
    for _ in range(5):
        began = time.perf_counter()
        numbers.sum()
        times.append(time.perf_counter() - began)
    return numbers.nbytes / min(times)


def resident_gb() -> float:
    import psutil

    return psutil.Process().memory_info().rss / 1e9


def peak_gb() -> float:
    """At most so far; what is resident now where the system does not say."""
    try:
        import resource
    except ImportError:
        return resident_gb()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e9 if sys.platform == "darwin" else most * 1024 / 1e9


if __name__ == "__main__":
    sys.exit(main())
