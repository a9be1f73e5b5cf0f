"""Train an MSA checkpoint: `python -m engine.train --model DIR --data FILE… --run FOLDER --out DIR`.

FILE holds one JSON object per line: {"documents": {"12": "text", …}, "question": "…", "rounds": [[12], [7, 3]],
"answer": "…"}, `rounds` being the ids that each step of the chain retrieves. The run goes on where FOLDER stopped; DIR
gets the trained checkpoint, adapters merged, once all steps are done. The paper's phases by default; every number is an
option.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from engine.checkpoint import load_model, save_model
from engine.config import parse_router_layers
from engine.layout import Layout
from engine.lora import LoraSettings, add_lora, merge_lora
from engine.training.forward import Sample
from engine.training.loop import Phase, Settings, Step, train
from engine.training.samples import chain, direct


def read_samples(path: Path, layout: Layout, *, without_text: bool = False) -> list[Sample]:
    """Samples of a file: one per step of each chain, or one per question without original text.

    Raises ValueError naming the line that is no such object or asks for a document it does not hold.
    """
    samples: list[Sample] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            documents = {int(key): str(text) for key, text in row["documents"].items()}
            rounds = [[int(key) for key in ids] for ids in row["rounds"]]
            question, answer = str(row["question"]), str(row["answer"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"{path}, line {number}: {type(error).__name__}: {error}; see engine/train.py"
            ) from None
        unknown = {key for ids in rounds for key in ids} - documents.keys()
        if unknown:
            raise ValueError(
                f"{path}, line {number}: rounds name {sorted(unknown)}, documents do not hold them"
            )
        if without_text:
            evidence = [key for ids in rounds for key in ids]
            samples.append(direct(layout, documents, question, evidence, answer))
        else:
            samples += chain(layout, documents, question, rounds, answer)
    return samples


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    dtype = torch.bfloat16 if options.precision == "weights" else torch.float32
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # What is trained here is the model itself: an encoder's adapter would not fit what comes out.
    model = load_model(options.model, dtype=dtype, device=device, encoder=False)
    if model.tokenizer is None:
        raise SystemExit(f"{options.model} has no tokenizer: training needs the words")
    if options.out.exists():
        raise SystemExit(f"{options.out} exists already: choose another folder or remove it")
    layout = Layout("msa", model.tokenizer)
    samples = [
        sample
        for path in options.data
        for sample in read_samples(path, layout, without_text=options.without_text)
    ]
    if options.lora_layers:
        layers = parse_router_layers(options.lora_layers, model.num_layers)
        add_lora(model, LoraSettings(layers, rank=options.lora_rank, alpha=2.0 * options.lora_rank))
    phases = (
        Phase(options.router_steps, 0.1, 1.0, options.warm_up_rate, "routers"),
        Phase(options.warm_up_steps, 0.1, 1.0, options.warm_up_rate),
        Phase(options.main_steps, 1.0, 0.1, options.main_rate),
    )
    settings = Settings(
        phases=phases,
        batch=options.batch,
        accumulate=options.accumulate,
        precision="bfloat16" if options.precision == "autocast" else "weights",
        checkpointing=options.checkpointing,
        seed=options.seed,
        save_every=options.save_every,
    )

    def report(step: Step) -> None:
        print(
            f"step {step.step}: loss {step.loss:.4f} (language {step.language:.4f}, router {step.router:.4f})"
        )

    train(model, samples, settings, options.run, on_step=report)
    merge_lora(model)
    save_model(model, options.out)
    print(f"{options.out}: trained on {len(samples)} samples")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine.train", description="Train an MSA checkpoint.")
    parser.add_argument("--model", type=Path, required=True, help="an MSA checkpoint")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="JSON lines, see engine/train.py")
    parser.add_argument("--run", type=Path, required=True, help="folder of the state and the log")
    parser.add_argument("--out", type=Path, required=True, help="folder for the trained checkpoint")
    parser.add_argument("--router-steps", type=int, default=100, help="steps on routers alone")
    parser.add_argument("--warm-up-steps", type=int, default=400)
    parser.add_argument("--main-steps", type=int, default=2000)
    parser.add_argument("--warm-up-rate", type=float, default=1e-4)
    parser.add_argument("--main-rate", type=float, default=6e-6)
    parser.add_argument("--batch", type=int, default=1, help="samples of one forward")
    parser.add_argument("--accumulate", type=int, default=8, help="forwards of one step")
    parser.add_argument(
        "--precision",
        choices=["float32", "autocast", "weights"],
        default="autocast",
        help="autocast: bfloat16 over float32 weights; weights: all in bfloat16",
    )
    parser.add_argument("--checkpointing", action="store_true", help="recompute activations, use less memory")
    parser.add_argument(
        "--lora-layers", help="train adapters on these layers ('20,21' or 'all'), not all weights"
    )
    parser.add_argument("--lora-rank", type=int, default=8)
    parser.add_argument("--without-text", action="store_true", help="answer through compressed memory alone")
    parser.add_argument("--save-every", type=int, default=100, help="steps")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
