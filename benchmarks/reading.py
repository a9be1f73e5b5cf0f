"""What the model makes of compressed memory: the loss of gold answers behind nothing, memory, a wrong memory and text.

    python -m benchmarks.reading --data DIR [--set squad20_dev] [--limit 60] [--reader FILE] [--json]

Mean negative log-likelihood of the answers, nats per answer, averaged over questions: without any context, with the gold
document as pooled K̄, V̄ alone, with another document so, and with the gold text in the prompt; of the plain model and of
the model with its reader. `closed` is the share of the distance from nothing to text that the memory closes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from app.model import store
from app.settings import disable_telemetry
from app.settings import load as load_settings
from benchmarks.datasets import load_set
from benchmarks.scoring import bootstrap_interval
from engine.checkpoint import load_model
from engine.layout import Layout
from engine.lora import load_adapter
from engine.model import READER, MsaModel
from engine.training.reader_loss import lesson, reading_loss

Case = tuple[str, str, str, str]
"""question, answer, gold passage, wrong passage"""


def cases(data: Path, name: str, limit: int, layout: Layout) -> list[Case]:
    """Questions with one gold passage that holds the answer, at even distances."""
    qa = load_set(data, name, layout.count_tokens)
    passages = {document: passage.text for passage in qa.passages for document in passage.covers}
    asked = [
        (question.text, question.answers[0], passages[question.evidence[0]])
        for question in qa.questions
        if question.answerable
        and len(question.evidence) == 1
        and question.answers
        and question.answers[0] in passages[question.evidence[0]]
    ]
    chosen = asked[:: max(1, len(asked) // limit)][:limit]
    texts = [passage.text for passage in qa.passages]
    return [
        (question, answer, gold, next(t for t in texts[7 * at :] + texts if answer not in t))
        for at, (question, answer, gold) in enumerate(chosen)
    ]


@torch.no_grad()
def measure(model: MsaModel, layout: Layout, asked: Sequence[Case]) -> dict[str, Any]:
    losses: dict[str, list[float]] = {"nothing": [], "memory": [], "wrong": [], "text": []}
    for question, answer, gold, wrong in asked:
        shown = {"nothing": ([], []), "memory": ([], [gold]), "wrong": ([], [wrong]), "text": ([gold], [])}
        for name, (quoted, remembered) in shown.items():
            taught = lesson(layout, quoted, remembered, [(question, answer)])
            losses[name].append(float(reading_loss(model, taught)))
    row: dict[str, Any] = {name: round(sum(values) / len(values), 4) for name, values in losses.items()}
    for name in ("memory", "wrong"):
        row[f"{name}_closed"] = round((row["nothing"] - row[name]) / (row["nothing"] - row["text"]), 4)
    row["intervals"] = {
        name: [round(found.low, 4), round(found.high, 4)]
        for name, values in losses.items()
        for found in [bootstrap_interval(values)]
    }
    return row


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", default="squad20_dev")
    parser.add_argument("--limit", type=int, default=60, help="questions")
    parser.add_argument("--reader", type=Path, help="default: that of the model that answers")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    settings = load_settings()
    disable_telemetry(settings)
    model = load_model(store.model_folder(settings), dtype=torch.float32)
    layout = Layout(model.config.layout, model.tokenizer)
    asked = cases(options.data, options.set, options.limit, layout)
    rows = [{"reader": False, "questions": len(asked), **measure(model, layout, asked)}]
    load_adapter(model, options.reader or store.reader(settings), READER)
    rows.append({"reader": True, "questions": len(asked), **measure(model, layout, asked)})
    if options.json:
        print(json.dumps(rows, indent=1))
        return 0
    for row in rows:
        print(
            f"{'with' if row['reader'] else 'without'} the reader: nothing {row['nothing']:.2f}, "
            f"memory {row['memory']:.2f} (closes {row['memory_closed']:.0%}), "
            f"wrong memory {row['wrong']:.2f} ({row['wrong_closed']:.0%}), text {row['text']:.2f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
