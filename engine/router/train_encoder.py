"""Contrastive training of the layers below the last router layer, together with the router's projections.

    python -m engine.router.train_encoder --model DIR --router START --data DIR --sets a,b=1000 --leave-out c --first-layer N
        --work DIR --out FILE --router-out FILE

Frozen, the backbone's states know what words mean, not what a question is after; low-rank adapters on the layers between
the early and the last router layer teach them that. They are on while documents are encoded and questions are routed, and
off while answers are read (`engine.lora`). Loss, batches, teacher and held-out questions are those of `engine.router.train`,
whose result is the start.

Everything lies in --work: an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from engine.checkpoint import load_model, read_config
from engine.convert import convert, read_backbone
from engine.files import replacing
from engine.layout import Layout
from engine.lora import TARGETS, LoraSettings, adapter_parameters, add_lora, save_lora
from engine.model import ENCODER, MsaModel
from engine.router.encoder_states import Corpus, Encoder, load_corpus
from engine.router.projections import Projections, loss, recalls, scores
from engine.router.train import (
    ALIKE,
    ANCHOR_WEIGHT,
    TEACHERS,
    common_arguments,
    read_router,
    ship,
)
from engine.training.loop import load_state, save_state

QUESTIONS, DOCUMENTS = 24, 40  # of a batch
WARM_UP = 20  # steps; then the rates fall in a line to a tenth
EVERY = 25  # steps between two looks at held-out batches, and between two states kept
WATCHED = 8  # held-out batches
KIND, LOG = "encoder", "encoder.json"


def draw(corpus: Corpus, asked: range, choice: random.Random) -> tuple[list[int], list[int]]:
    """Questions and documents of a batch: what answers, then what the teacher finds alike, then any."""
    questions = choice.sample(asked, min(QUESTIONS, len(asked)))
    chosen = dict.fromkeys(row for q in questions for row in corpus.gold[q])
    alike = corpus.question_teacher[questions] @ corpus.document_teacher.T
    best = alike.topk(min(ALIKE, len(corpus.documents)), dim=1).indices.tolist()
    hard = list(dict.fromkeys(choice.choice(row) for row in best))
    chosen.update(dict.fromkeys(hard[: max(0, DOCUMENTS - len(chosen))]))
    others = [row for row in range(len(corpus.documents)) if row not in chosen]
    return questions, [*chosen, *choice.sample(others, min(len(others), max(0, DOCUMENTS - len(chosen))))]


def batch_loss(
    encoder: Encoder, router: Projections, corpus: Corpus, questions: Sequence[int], documents: Sequence[int]
) -> Tensor:
    features = encoder.features(corpus, questions, documents)
    return loss(router, features, torch.arange(len(questions)), torch.arange(len(documents)))


@torch.no_grad()
def recall(
    encoder: Encoder, router: Projections, corpus: Corpus, asked: range, at_once: int = 32
) -> list[float]:
    """Recall@1, @5, @16 and their mean, of some questions among all documents of the set."""
    features = encoder.features(corpus, asked, range(len(corpus.documents)), at_once=at_once)
    questions = torch.arange(len(asked))
    scored = scores(router, features, questions, torch.arange(features.documents))
    found = recalls(scored, features, questions)
    return [*found, sum(found) / len(found)]


def train(
    encoder: Encoder,
    start: Projections,
    sets: Sequence[Corpus],
    work: Path,
    *,
    steps: int,
    rate: float,
    router_rate: float,
    seed: int,
) -> tuple[Projections, list[dict[str, float]]]:
    """Trains adapters (in the model) and projections; returns the projections and the course of the run."""
    origin = start.scaled()
    query, key = nn.Parameter(origin.query.clone()), nn.Parameter(origin.key.clone())
    router = Projections(query, key, origin.head_dim)
    adapters = adapter_parameters(encoder.model, ENCODER)
    trained = {**adapters, "query": query, "key": key}
    groups = [{"params": list(adapters.values())}, {"params": [query, key]}]
    optimiser = torch.optim.AdamW(groups, lr=rate, weight_decay=0)
    watched = [
        (corpus, *draw(corpus, corpus.held_out, random.Random(f"watched {at}")))
        for at, corpus in enumerate(
            random.Random(seed).choices([s for s in sets if len(s.held_out)], k=WATCHED)
        )
    ]

    def held_out() -> float:
        with torch.no_grad():
            return sum(float(batch_loss(encoder, router, *batch)) for batch in watched) / len(watched)

    done = load_state(work, trained, optimiser, KIND)
    written = json.loads((work / LOG).read_text("utf-8")) if done else [{"step": 0.0, "held_out": held_out()}]
    log = [entry for entry in written if entry["step"] <= done]
    begun, losses = time.monotonic(), []
    for step in range(done + 1, steps + 1):
        choice = random.Random(f"{seed} {step}")
        corpus = choice.choices(sets, weights=[len(s.questions) ** 0.5 for s in sets])[0]
        shape = min(1, step / WARM_UP) * (1 - 0.9 * step / steps)
        for group, full in zip(optimiser.param_groups, (rate, router_rate), strict=True):
            group["lr"] = full * shape
        optimiser.zero_grad()
        distance = sum((w - o).pow(2).mean() for w, o in ((query, origin.query), (key, origin.key)))
        lost = batch_loss(encoder, router, corpus, *draw(corpus, corpus.learning, choice))
        (lost + ANCHOR_WEIGHT * distance).backward()
        torch.nn.utils.clip_grad_norm_(adapters.values(), 1.0)
        optimiser.step()
        losses.append(float(lost.detach()))
        if step % EVERY == 0 or step == steps:
            seconds = (time.monotonic() - begun) / len(losses)
            log.append(
                {
                    "step": float(step),
                    "loss": sum(losses[-EVERY:]) / len(losses[-EVERY:]),
                    "held_out": held_out(),
                }
            )
            print(json.dumps({**log[-1], "seconds_a_step": round(seconds, 1)}), flush=True)
            with replacing(work / LOG) as unfinished:
                unfinished.write_text(json.dumps(log, indent=1), encoding="utf-8")
            save_state(work, trained, optimiser, KIND, step)
    return Projections(query.detach(), key.detach(), router.head_dim), log


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = common_arguments("engine.router.train_encoder", __doc__.splitlines()[0])
    parser.add_argument("--per-document", type=int, default=2, help="most questions about the same documents")
    parser.add_argument("--first-layer", type=int, required=True, help="the lowest layer to adapt")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=5e-4, help="of the adapters")
    parser.add_argument("--router-rate", type=float, default=1e-3)
    parser.add_argument("--teacher", choices=TEACHERS, default="minilm")
    parser.add_argument(
        "--bfloat16", action="store_true", help="all but the adapters in bfloat16, where the CPU has it"
    )
    parser.add_argument("--router-out", type=Path, required=True, help="the router trained with the adapter")
    return parser.parse_args(argv)


def mean_of(judged: Mapping[str, Sequence[float]]) -> float:
    """The mean over sets of what `recall` gives last."""
    return sum(found[-1] for found in judged.values()) / len(judged)


def read_model(source: Path, router: Path, dtype: torch.dtype) -> MsaModel:
    """A plain backbone with the router put on, or an MSA checkpoint as it would be without its encoder."""
    if (source / "config.json").is_file() and "msa_config" in read_config(source):
        return load_model(source, dtype=dtype, encoder=False)
    return convert(*read_backbone(source, dtype), router)


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    options.work.mkdir(parents=True, exist_ok=True)
    dtype = torch.bfloat16 if options.bfloat16 else torch.float32
    model = read_model(options.model, options.router, dtype)
    layout = Layout(model.config.layout, model.tokenizer)
    start, about = read_router(options.router, model.head_dim)
    teacher = TEACHERS[options.teacher]()
    sets, unseen = (
        [
            load_corpus(
                options.data,
                name,
                layout,
                teacher,
                documents or options.documents,
                options.per_document,
                options.work,
            )
            for name, documents in named
        ]
        for named in (options.sets, options.leave_out)
    )
    settings = LoraSettings(
        tuple(range(options.first_layer, model.config.router_layers[-1])),
        options.rank,
        2.0 * options.rank,
        TARGETS,
    )
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    add_lora(model, settings, name=ENCODER, seed=options.seed)
    encoder = Encoder(model, layout.prefix, options.first_layer)

    def judge(router: Projections) -> dict[str, list[float]]:
        names = [name for name, _ in options.leave_out]
        return {
            name: [round(x, 4) for x in recall(encoder, router, corpus, range(len(corpus.questions)))]
            for name, corpus in zip(names, unseen, strict=True)
        }

    before = judge(start.scaled())
    print(json.dumps(before), flush=True)
    router, log = train(
        encoder,
        start,
        sets,
        options.work,
        steps=options.steps,
        rate=options.rate,
        router_rate=options.router_rate,
        seed=options.seed,
    )
    after = judge(router)
    held_out = [round(entry["held_out"], 4) for entry in (log[0], log[-1])]
    # On the average of the sets left out: one of them is a few dozen questions, and one question more or less is chance.
    wins = held_out[1] < held_out[0] and mean_of(after) >= mean_of(before)
    result = {"held_out_loss": held_out, "left_out": [before, after], "steps": log[-1]["step"]}
    print(json.dumps({**result, "kept": wins}), flush=True)
    if wins:
        notes = ship(options.router_out, router, about, options, result)
        save_lora(model, settings, options.out, name=ENCODER, dtype=torch.float16, about=notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
