"""Contrastive training of the layers below the last router layer, together with the router's projections.

    python -m engine.train_encoder --model DIR --router START --data DIR --sets a,b=1000 --leave-out c --first-layer N
        --work DIR --out FILE --router-out FILE

Frozen, the backbone's states know what words mean, not what a question is after; low-rank adapters on the layers between
the early and the last router layer teach them that. They are on while documents are encoded and questions are routed, and
off while answers are read (`engine.lora`). Loss, batches, teacher and held-out questions are those of `engine.train_router`,
whose result is the start.

The layers below the adapters never change, so a text's states at the first adapted layer are computed once and kept in
memory. Everything lies in --work: an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.attention import attend_context, attend_segments
from engine.backbone import run_layers
from engine.convert import convert, read_backbone
from engine.layout import Layout
from engine.lora import TARGETS, LoraSettings, adapter_parameters, add_lora, save_lora
from engine.model import ENCODER, MsaModel
from engine.router import save_router
from engine.router_features import QUESTION_TOKENS, Pairs, Teacher, read_pairs
from engine.train_router import (
    ALIKE,
    DEPTHS,
    HELD_OUT,
    STAY,
    Projections,
    contrast,
    minilm,
    pooled_scores,
    read_router,
    sizes,
)
from engine.trainer import load_state, save_state
from kernels.pool import pool_chunks

QUESTIONS, DOCUMENTS = 24, 40  # of a batch
TEXT_TOKENS = 96  # a document is cut to
WARM_UP = 20  # steps; then the rates fall in a line to a tenth
EVERY = 25  # steps between two looks at held-out batches, and between two states kept
WATCHED = 8  # held-out batches
KIND, LOG = "encoder", "encoder.json"


@dataclass(frozen=True)
class Known:
    """What is computed once of a text. low: [router layers but the last, rows, hidden] pooled attention inputs; hidden:
    [tokens, hidden] float16 states before the first adapted layer; positions: [tokens]."""

    low: Tensor
    hidden: Tensor
    positions: Tensor


@dataclass
class Corpus:
    """One set: tokens of documents and questions, which documents answer, the teacher's vectors, and what is known."""

    documents: list[list[int]]
    questions: list[list[int]]
    gold: list[tuple[int, ...]]
    document_teacher: Tensor
    question_teacher: Tensor
    known: dict[tuple[str, int], Known] = field(default_factory=dict)

    @property
    def held_out(self) -> range:
        return range(len(self.questions) // HELD_OUT)

    @property
    def learning(self) -> range:
        return range(len(self.questions) // HELD_OUT, len(self.questions))


class Encoder:
    """The backbone cut in two before its first adapted layer; the upper part is differentiable."""

    def __init__(self, model: MsaModel, prefix: Sequence[int], first: int) -> None:
        self.model = model
        self.prefix = list(prefix)
        self.first = first
        *self.low_layers, self.last = model.config.router_layers

    def states(self, corpus: Corpus, kind: str, rows: Sequence[int]) -> Tensor:
        """Pooled attention inputs at the router layers: chunk means of documents, means over questions.

        Returns [layers, chunks or questions, hidden], documents one after the other.
        """
        known = [self._known(corpus, kind, row) for row in rows]
        before = [self._template] if kind == "question" else []
        texts = before + known
        lengths = [len(k.hidden) for k in texts]
        upper = self._upper(
            torch.cat([k.hidden for k in texts]).float(),
            torch.cat([k.positions for k in texts]),
            lengths,
            shared=len(before) * lengths[0],
        )
        parts = upper.split(lengths)[len(before) :]
        return torch.cat(
            [
                torch.cat([k.low.float() for k in known], dim=1),
                torch.cat([self._pool(x, kind) for x in parts])[None],
            ]
        )

    def counts(self, corpus: Corpus, rows: Sequence[int]) -> Tensor:
        size = self.model.config.chunk_size
        return torch.tensor([-(-len(corpus.documents[row]) // size) for row in rows])

    def _pool(self, states: Tensor, kind: str) -> Tensor:
        """[tokens, hidden] as [rows, hidden]."""
        if kind == "question":
            return states.mean(dim=0, keepdim=True)
        size = self.model.config.chunk_size
        return pool_chunks(states[:, None], torch.tensor([len(states)]), size)[:, 0]

    @cached_property
    def _template(self) -> Known:
        """What stands before every question."""
        return self._below(self.prefix, torch.arange(len(self.prefix)), 0, "question")

    def _known(self, corpus: Corpus, kind: str, row: int) -> Known:
        if (kind, row) not in corpus.known:
            if kind == "document":
                ids = corpus.documents[row]
                corpus.known[kind, row] = self._below(ids, torch.arange(len(ids)), 0, kind)
            else:
                ids, skip = self.prefix + corpus.questions[row], len(self.prefix)
                positions = torch.arange(len(ids))
                positions[skip:] += self.model.config.top_k  # as a session places a question
                corpus.known[kind, row] = self._below(ids, positions, skip, kind)
        return corpus.known[kind, row]

    @torch.no_grad()
    def _below(self, ids: Sequence[int], positions: Tensor, skip: int, kind: str) -> Known:
        """Run the frozen layers over one text; the first `skip` tokens are seen and not kept."""
        low: list[Tensor] = []
        states: list[Tensor] = []

        def attend(layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            if layer in self.low_layers:
                low.append(self._pool(hidden[skip:], kind))
            return attend_segments(query, key, value, [len(ids)])

        def observe(name: str, hidden: Tensor) -> None:
            if name == f"layer{self.first - 1}":
                states.append(hidden[skip:].half())

        row = torch.tensor(list(ids))
        run_layers(self.model.backbone, row, positions, attend, stop_at=self.first, observe=observe)
        return Known(torch.stack(low).half(), states[0], positions[skip:])

    def _upper(self, hidden: Tensor, positions: Tensor, lengths: Sequence[int], shared: int) -> Tensor:
        """From the states before the first adapted layer to the attention input of the last router layer. Each text sees
        itself and the first `shared` tokens."""
        caught: list[Tensor] = []

        def attend(layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            if layer == self.last:
                caught.append(hidden)
                return torch.zeros_like(query.transpose(0, 1))
            parts = [
                attend_context(
                    q, torch.cat([key[:, :shared], k], dim=1), torch.cat([value[:, :shared], v], dim=1)
                )
                for q, k, v in zip(*(x.split(list(lengths), dim=1) for x in (query, key, value)), strict=True)
            ]
            if shared:
                parts[0] = attend_context(query[:, :shared], key[:, :shared], value[:, :shared])
            return torch.cat(parts)

        run_layers(self.model.backbone, hidden, positions, attend, start_at=self.first, stop_at=self.last)
        return caught[0]


def load_corpus(
    folder: Path, name: str, layout: Layout, teacher: Teacher, documents: int, per_document: int, work: Path
) -> Corpus:
    """A set of `../shared/data`'s format; the teacher's vectors are kept in `work`."""
    pairs: Pairs = read_pairs(folder, name, documents, per_document=per_document)
    file = work / f"{name}-{documents}-{per_document}.teacher.safetensors"
    if not file.exists():
        vectors = {
            "documents": teacher(pairs.documents).half(),
            "questions": teacher([text for text, _ in pairs.questions]).half(),
        }
        save_file(vectors, file)
    vectors = load_file(file)
    return Corpus(
        [layout.document(0, text)[:TEXT_TOKENS] for text in pairs.documents],
        [layout.tokens(text)[:QUESTION_TOKENS] for text, _ in pairs.questions],
        [gold for _, gold in pairs.questions],
        vectors["documents"].float(),
        vectors["questions"].float(),
    )


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
    scored = pooled_scores(
        router,
        encoder.states(corpus, "question", questions),
        encoder.states(corpus, "document", documents),
        encoder.counts(corpus, documents),
    )
    column = {row: at for at, row in enumerate(documents)}
    answers = torch.zeros(len(questions), len(documents), dtype=torch.bool)
    for at, q in enumerate(questions):
        answers[at, [column[row] for row in corpus.gold[q] if row in column]] = True
    cosines = corpus.question_teacher[list(questions)] @ corpus.document_teacher[list(documents)].T
    return contrast(scored, answers, cosines)


@torch.no_grad()
def recall(
    encoder: Encoder, router: Projections, corpus: Corpus, asked: range, at_once: int = 32
) -> list[float]:
    """Recall@1, @5, @16 and their mean, of some questions among all documents of the set."""

    def all_states(kind: str, rows: Sequence[int]) -> Tensor:
        parts = [rows[low : low + at_once] for low in range(0, len(rows), at_once)]
        return torch.cat([encoder.states(corpus, kind, part) for part in parts], dim=1)

    documents = range(len(corpus.documents))
    scored = pooled_scores(
        router,
        all_states("question", asked),
        all_states("document", documents),
        encoder.counts(corpus, documents),
    )
    owner = torch.tensor([at for at, q in enumerate(asked) for _ in corpus.gold[q]])
    gold = torch.tensor([row for q in asked for row in corpus.gold[q]])
    rank = (scored[owner] > scored[owner, gold][:, None]).sum(dim=1)
    found = [float((rank < k).float().mean()) for k in DEPTHS]
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
        loss = batch_loss(encoder, router, corpus, *draw(corpus, corpus.learning, choice))
        (loss + STAY * distance).backward()
        torch.nn.utils.clip_grad_norm_(adapters.values(), 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
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
            unfinished = work / (LOG + ".part")
            unfinished.write_text(json.dumps(log, indent=1), encoding="utf-8")
            unfinished.replace(work / LOG)
            save_state(work, trained, optimiser, KIND, step)
    return Projections(query.detach(), key.detach(), router.head_dim), log


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m engine.train_encoder", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--model", type=Path, required=True, help="the backbone: a model folder or a GGUF file"
    )
    parser.add_argument("--router", type=Path, required=True, help="where to start from")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of NAME.docs.jsonl.gz and NAME.qa.jsonl.gz"
    )
    parser.add_argument("--sets", type=sizes, required=True, help="NAME or NAME=DOCUMENTS, comma-separated")
    parser.add_argument("--leave-out", type=sizes, required=True, help="sets to judge by only")
    parser.add_argument("--documents", type=int, default=256, help="of a set that names no number")
    parser.add_argument("--per-document", type=int, default=2, help="most questions about the same documents")
    parser.add_argument("--first-layer", type=int, required=True, help="the lowest layer to adapt")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--rate", type=float, default=5e-4, help="of the adapters")
    parser.add_argument("--router-rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, required=True, help="teacher's vectors and state; kept")
    parser.add_argument(
        "--out", type=Path, required=True, help="the adapter; belongs to the router trained with it"
    )
    parser.add_argument("--router-out", type=Path, required=True)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    options.work.mkdir(parents=True, exist_ok=True)
    backbone, tokenizer = read_backbone(options.model, torch.float32)
    model = convert(backbone, tokenizer, options.router)
    layout = Layout(model.config.layout, tokenizer)
    start, about = read_router(options.router, model.head_dim)
    teacher = minilm()
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
    wins = held_out[1] < held_out[0] and all(after[name][-1] >= before[name][-1] for name in before)
    result = {"held_out_loss": held_out, "left_out": [before, after], "steps": log[-1]["step"]}
    print(json.dumps({**result, "kept": wins}), flush=True)
    if wins:
        taught, judged = (", ".join(name for name, _ in named) for named in (options.sets, options.leave_out))
        notes = {"data": f"trained on {taught}; judged by {judged}", "result": json.dumps(result)}
        projections = {
            layer: (router.query[i], router.key[i]) for i, layer in enumerate(about["router_layers"])
        }
        save_router(options.router_out, projections, about, notes)
        save_lora(model, settings, options.out, name=ENCODER, dtype=torch.float16, about=notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
