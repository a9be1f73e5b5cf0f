"""Train a copy head: what the reader takes out of compressed memory alone.

    python -m engine.train_copy --model DIR --data DIR --reader FILE --out FILE [--set NAME] [--documents N] [--epochs N]

How chunks superpose tokens is measured on the documents (`fit_codes`). Which chunks a state points at and how certain a word
has to be is learnt from answers: with the document that holds them in memory, alone or among others, they shall become
likely; with another document in memory nothing shall change. Backbone and reader stay as they are, so their states are
computed once. FILE gets the head as float16, with data, settings and the losses of held-out documents in its metadata.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.checkpoint import load_model
from engine.copying import (
    CONTENT_LAYERS,
    CopyHead,
    Words,
    document_content,
    give_copy_head,
    new_copy_head,
    save_copy_head,
    token_codes,
)
from engine.encode import encode_documents
from engine.layout import Layout
from engine.lora import load_adapter
from engine.memory import RamMemory
from engine.model import READER, MsaModel
from engine.training.reader_data import memory_lessons
from engine.training.reader_loss import Answers, lesson, read_answers

OTHERS = (0, 0, 1, 2)  # documents in memory beside the one that holds the answer, drawn anew each time
SHRINKAGE = 0.01  # of the covariance of chunks towards a multiple of the identity


@dataclass(frozen=True)
class Settings:
    """documents: how many are learnt from; rate: highest learning rate, reached after `warm_up` steps, then falling in a
    line."""

    documents: int = 800
    epochs: int = 2
    batch: int = 8
    rate: float = 3e-3
    warm_up: int = 20
    seed: int = 0


@dataclass(frozen=True)
class Case:
    """A document in memory and what its questions' answers are read from. tokens: [tokens] int64 of the document;
    content: [chunks, 2·width], keys: [chunks, layers·width], see `CopyHead.words`."""

    tokens: Tensor
    content: Tensor
    keys: Tensor
    answers: Answers


def cases(
    model: MsaModel, layout: Layout, texts: Iterator[tuple[str, list[tuple[str, str]]]]
) -> Iterator[Case]:
    for text, questions in texts:
        shown = lesson(layout, [], [text], questions)
        memory = RamMemory(encode_documents(model, shown.documents), model.config)
        with torch.no_grad():
            answers = read_answers(model, shown, memory)
        content, keys = document_content(model, memory, memory.document_ids)
        yield Case(torch.tensor(shown.documents[0]), content, keys, answers)


def fit_codes(head: CopyHead, model: MsaModel, learnt: Sequence[Case]) -> None:
    """Set what turns a chunk's content into correlations with tokens' codes: whitening by the chunks' own covariance."""
    tokens = torch.cat([case.tokens for case in learnt])
    content = torch.cat([case.content for case in learnt])
    codes = token_codes(model)
    width = content.shape[1] // len(CONTENT_LAYERS)
    spread = torch.stack([part.std() for part in content.split(width, dim=1)]).repeat_interleave(width)
    head.scale.copy_(1 / spread)
    head.middle.copy_(content.mean(dim=0))
    head.code_middle.copy_(codes[tokens.to(codes.device)].mean(dim=0))
    content = (content - head.middle) * head.scale
    covariance = content.T @ content / len(content)
    ridge = SHRINKAGE * covariance.trace() / len(covariance)
    head.whitening.copy_(
        torch.linalg.inv(covariance + ridge * torch.eye(len(covariance), device=ridge.device))
    )


def start(head: CopyHead, model: MsaModel, learnt: Sequence[Case]) -> None:
    """Point as the router does: its query projection of the last router layer, heads of a group averaged."""
    states = torch.cat([case.answers.pointing for case in learnt]).float()
    router = (
        model.backbone.model.layers[model.config.router_layers[-1]].self_attn.router_q_proj[0].weight.float()
    )
    hidden = router.shape[1]
    router = router.view(model.kv_heads, -1, model.head_dim, hidden).mean(dim=1).reshape(-1, hidden)
    width, middle = len(router), states.mean(dim=0)
    router = 0.3 * router / ((states - middle) @ router.T).std()
    head.middle_key.copy_(torch.cat([case.keys for case in learnt]).mean(dim=0))
    with torch.no_grad():
        head.query.weight[:-width].zero_()
        head.query.weight[-width:] = router
        head.query.bias.copy_(-head.query.weight @ middle)
        head.gate.weight.zero_()
        head.gate.bias.fill_(1.0)


def train(head: CopyHead, model: MsaModel, learnt: Sequence[Case], settings: Settings) -> None:
    """Train what points and the threshold of words in place."""
    draw = random.Random(settings.seed)
    words = [head.words(case.content, case.keys) for case in learnt]
    optimiser = torch.optim.AdamW(head.parameters(), lr=settings.rate, weight_decay=0.0)
    steps = settings.epochs * (len(learnt) // settings.batch)
    order: list[int] = []
    for step in range(steps):
        if len(order) < settings.batch:
            order = draw.sample(range(len(learnt)), len(learnt))
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * min(1.0, (step + 1) / settings.warm_up) * (1 - step / steps)
        total = 0.0
        for row in [order.pop() for _ in range(settings.batch)]:
            answers = learnt[row].answers
            logits = model.logits(answers.hidden).float()
            beside = draw.sample(range(len(learnt)), draw.choice(OTHERS))
            right = head(answers.pointing, joined([words[at] for at in [row, *beside]]))
            loss = F.cross_entropy(logits + right, answers.targets)
            total += float(loss.detach())
            wrong = head(answers.pointing, words[draw.choice([at for at in range(len(learnt)) if at != row])])
            before = logits.log_softmax(dim=1)
            # The divergence of what is said with the wrong document in memory from what was said without.
            moved = (torch.logsumexp(before + wrong, dim=1) - (before.exp() * wrong).sum(dim=1)).mean()
            ((loss + moved) / settings.batch).backward()
        nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        if step % 10 == 0:
            print({"step": step, "of": steps, "loss": round(total / settings.batch, 4)}, flush=True)


def joined(words: Sequence[Words]) -> Words:
    """What several documents hold, as of one memory."""
    return Words(
        torch.cat([one.keys for one in words]),
        torch.cat([one.tokens for one in words]),
        torch.cat([one.deviations for one in words]),
    )


@torch.no_grad()
def losses(head: CopyHead, model: MsaModel, measured: Sequence[Case]) -> dict[str, float]:
    """Mean loss of the answers with nothing, the right document and another one in memory; nats per token."""
    found: dict[str, list[float]] = {"nothing": [], "memory": [], "wrong": []}
    for at, case in enumerate(measured):
        logits = model.logits(case.answers.hidden).float()
        for name, other in (("memory", case), ("wrong", measured[at - 1])):
            copied = head(case.answers.pointing, head.words(other.content, other.keys))
            found[name].append(float(F.cross_entropy(logits + copied, case.answers.targets)))
        found["nothing"].append(float(F.cross_entropy(logits, case.answers.targets)))
    return {name: round(sum(values) / len(values), 4) for name, values in found.items()}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m engine.train_copy", description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="an MSA checkpoint")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of NAME.docs.jsonl.gz, NAME.qa.jsonl.gz"
    )
    parser.add_argument("--reader", type=Path, required=True, help="the reader that the head works with")
    parser.add_argument("--out", type=Path, required=True, help="the head, a safetensors file")
    parser.add_argument("--set", default="squad11_train_part")
    parser.add_argument("--documents", type=int, default=Settings.documents)
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    settings = Settings(options.documents, options.epochs, seed=options.seed)
    model = load_model(options.model, dtype=torch.float32)
    load_adapter(model, options.reader, READER)
    layout = Layout(model.config.layout, model.tokenizer)

    def read(held_out: bool) -> list[Case]:
        texts = memory_lessons(
            options.data, options.set, settings.documents, settings.seed, held_out=held_out
        )
        return list(cases(model, layout, texts))

    learnt, measured = read(held_out=False), read(held_out=True)
    head = new_copy_head(model)
    fit_codes(head, model, learnt)
    give_copy_head(model, head)
    head.know(model)
    start(head, model, learnt)
    before = losses(head, model, measured)
    head.requires_grad_(True)
    train(head, model, learnt, settings)
    after = losses(head, model, measured)
    about = {
        "set": options.set,
        "settings": json.dumps(asdict(settings)),
        "held_out_loss": json.dumps({"before": before, "after": after}),
    }
    save_copy_head(head, options.out, about)
    print(f"{options.out}: held-out losses {before} before, {after} after training")
    return 0


if __name__ == "__main__":
    sys.exit(main())
