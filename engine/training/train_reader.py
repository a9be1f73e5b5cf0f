"""Train a reader: low-rank adapters that answer briefly from passages, read compressed memory, and decline.

    python -m engine.training.train_reader --model DIR --data DIR --run FOLDER --out FILE [--sets NAME=WEIGHT …] [--steps N]

Adapters are on while answers are read and off while documents are encoded and routed to, so banks outlive their reader.
An interrupted run goes on where FOLDER stopped; `log.jsonl` has a line per step. FILE gets the adapters as float16, with
data, settings and the loss on held-out documents, before and after, in its metadata.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from safetensors import safe_open
from torch import nn

from engine.checkpoint import load_model
from engine.layout import Layout
from engine.lora import TARGETS, LoraSettings, adapter_parameters, add_lora, load_lora, save_lora
from engine.model import MsaModel
from engine.training.loop import LOG, cut_log, load_state, save_state
from engine.training.reader_data import lessons
from engine.training.reader_loss import Lesson, lesson, reading_loss

SETS = Path(__file__).with_name("reader_sets.json")  # of the default's reader: name -> weight
HELD_OUT_LESSONS = 24
KIND = "reader"  # the kind of run: it may be continued with other settings


@dataclass(frozen=True)
class Settings:
    """lessons: of one step; rate: highest learning rate, reached after `warm_up` steps, then falling in a line to 0."""

    steps: int = 250
    lessons: int = 6
    rate: float = 5e-4
    warm_up: int = 10
    clip: float = 1.0
    seed: int = 0
    save_every: int = 10


def train(model: MsaModel, source: Iterator[Lesson], settings: Settings, run: Path) -> None:
    """Train the model's adapters in place; takes up what `run` holds. source: lessons in a fixed order."""
    run.mkdir(parents=True, exist_ok=True)
    for parameter in model.backbone.parameters():
        parameter.requires_grad_(False)
    adapters = adapter_parameters(model)
    for parameter in adapters.values():
        parameter.requires_grad_(True)
    optimiser = torch.optim.AdamW(adapters.values(), weight_decay=0.0, betas=(0.9, 0.99))
    done = load_state(run, adapters, optimiser, KIND)
    cut_log(run, done)
    for _ in islice(source, done * settings.lessons):
        pass
    for step in range(done, settings.steps):
        began = time.perf_counter()
        warm = min(1.0, (step + 1) / settings.warm_up)
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * warm * (1 - step / settings.steps)
        losses, tokens = [], 0
        for shown in islice(source, settings.lessons):
            loss = reading_loss(model, shown)
            (loss / settings.lessons).backward()
            losses.append(float(loss.detach()))
            tokens += shown.tokens
        nn.utils.clip_grad_norm_(adapters.values(), settings.clip)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        entry = {
            "step": step + 1,
            "loss": round(sum(losses) / len(losses), 4),
            "tokens": tokens,
            "seconds": round(time.perf_counter() - began, 1),
        }
        with (run / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
        print(entry, flush=True)
        if (step + 1) % settings.save_every == 0 or step + 1 == settings.steps:
            save_state(run, adapters, optimiser, KIND, step + 1)


@torch.no_grad()
def mean_loss(model: MsaModel, measured: Sequence[Lesson]) -> float:
    return sum(float(reading_loss(model, shown)) for shown in measured) / len(measured)


def metadata(reader: Path) -> dict[str, str]:
    """What a reader's file says of how it was made."""
    with safe_open(reader, framework="pt") as stored:
        return dict(stored.metadata())


def parse_sets(given: Sequence[str]) -> dict[str, float]:
    """["a=0.5", "b"] as weights; a name alone weighs 1. Raises ValueError for a weight that is no number."""
    pairs = [text.partition("=") for text in given]
    return {name: float(weight) if weight else 1.0 for name, _, weight in pairs}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.training.train_reader", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--model", type=Path, required=True, help="an MSA checkpoint")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of NAME.docs.jsonl.gz, NAME.qa.jsonl.gz"
    )
    parser.add_argument("--run", type=Path, required=True, help="folder of the state and the log")
    parser.add_argument("--out", type=Path, required=True, help="the reader, a safetensors file")
    parser.add_argument(
        "--sets", nargs="+", metavar="NAME=WEIGHT", help="default: the sets of the shipped reader"
    )
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--lessons", type=int, default=Settings.lessons, help="of one step")
    parser.add_argument("--rate", type=float, default=Settings.rate)
    parser.add_argument("--start", type=Path, help="a reader to go on from, whose rank and layers then count")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--first-layer", type=int, default=8, help="adapters sit on this layer and all above")
    parser.add_argument("--save-every", type=int, default=Settings.save_every, help="steps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--bfloat16", action="store_true", help="all but the adapters in bfloat16, where the CPU has it"
    )
    options = parser.parse_args(argv)
    weights = parse_sets(options.sets) if options.sets else json.loads(SETS.read_text(encoding="utf-8"))
    settings = Settings(
        options.steps, options.lessons, options.rate, seed=options.seed, save_every=options.save_every
    )
    model = load_model(options.model, dtype=torch.bfloat16 if options.bfloat16 else torch.float32)
    layout = Layout(model.config.layout, model.tokenizer)
    if options.start:
        adapters = load_lora(model, options.start)
    else:
        layers = tuple(range(options.first_layer, model.num_layers))
        adapters = LoraSettings(layers, options.rank, 2.0 * options.rank, TARGETS)
        add_lora(model, adapters, seed=options.seed)

    def source(held_out: bool) -> Iterator[Lesson]:
        for texts in lessons(options.data, weights, seed=options.seed, held_out=held_out):
            yield lesson(layout, texts.quoted, texts.remembered, texts.questions)

    measured = list(islice(source(held_out=True), HELD_OUT_LESSONS))
    before = mean_loss(model, measured)  # new adapters change nothing yet
    train(model, source(held_out=False), settings, options.run)
    after = mean_loss(model, measured)
    about = {
        "sets": json.dumps(weights),
        "settings": json.dumps(vars(settings)),
        **({"start": json.dumps(metadata(options.start))} if options.start else {}),
        "held_out_loss": json.dumps({"before": round(before, 4), "after": round(after, 4)}),
    }
    save_lora(model, adapters, options.out, dtype=torch.float16, about=about)
    print(f"{options.out}: loss on held-out lessons {before:.3f} before, {after:.3f} after")
    return 0


if __name__ == "__main__":
    sys.exit(main())
