"""The training loop: the paper's two phases over `engine.training.forward` samples, resumable to the last bit (spec §7).

* Phases run one after the other; each says its loss weights, learning rate and what it trains.
* Which samples a step sees follows from seed and step alone, so a resumed run continues the curve of an unbroken one.
* `state.safetensors` holds trained tensors, optimiser moments and random state; it is replaced in one step, nothing is
  pickled. `log.jsonl` has a line per step.

It knows no texts (`engine.training.samples` makes samples of them) and writes no checkpoint folder: `save_model` does.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.files import replacing
from engine.model import MsaModel
from engine.training.forward import Sample, compute_losses

STATE, LOG = "state.safetensors", "log.jsonl"


@dataclass(frozen=True)
class Phase:
    """steps: optimiser steps; loss = lm_weight · L_LM + aux_weight · L_aux; trains: "routers", or "all" that may be."""

    steps: int
    lm_weight: float
    aux_weight: float
    learning_rate: float
    trains: Literal["routers", "all"] = "all"


@dataclass(frozen=True)
class Settings:
    """batch: samples of one forward; accumulate: forwards of one step, weighted alike; clip: largest gradient norm.

    precision "weights" computes in the type the weights have, "bfloat16" in autocast over them (float32 weights keep small
    steps that bfloat16 weights would lose). save_every: steps between saved states, 0 for the end of the run only.
    """

    phases: tuple[Phase, ...]
    batch: int = 1
    accumulate: int = 1
    weight_decay: float = 0.0
    betas: tuple[float, float] = (0.9, 0.95)
    clip: float = 1.0
    precision: Literal["weights", "bfloat16"] = "weights"
    checkpointing: bool = False
    seed: int = 0
    save_every: int = 0


@dataclass(frozen=True)
class Step:
    """One line of the log. loss: the weighted total; language, router: its parts; norm: of the gradient before clipping."""

    step: int
    phase: int
    loss: float
    language: float
    router: float
    norm: float
    learning_rate: float
    tokens: int
    seconds: float


def train(
    model: MsaModel,
    samples: Sequence[Sample],
    settings: Settings,
    folder: Path,
    *,
    on_step: Callable[[Step], bool | None] = lambda step: None,
) -> list[Step]:
    """Train in place; continues where `folder` stopped. Returns the steps of this call.

    With adapters on the model (`engine.lora`) those and the routers are trained, otherwise everything. `on_step` ends the
    run early, saved, by returning True. Raises ValueError where the folder belongs to another run.
    """
    if not samples:
        raise ValueError("there is nothing to train on: give at least one sample")
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(settings.seed)
    parameters = trainable(model)
    optimiser = torch.optim.AdamW(
        parameters.values(), lr=0.0, betas=settings.betas, weight_decay=settings.weight_decay
    )
    run = _run_digest(samples, settings, parameters)
    done = load_state(folder, parameters, optimiser, run)
    cut_log(folder, done)
    steps: list[Step] = []
    total = sum(phase.steps for phase in settings.phases)
    with (folder / LOG).open("a", encoding="utf-8") as log:
        for number in range(done, total):
            step = _one_step(model, samples, settings, parameters, optimiser, number)
            steps.append(step)
            log.write(json.dumps(asdict(step)) + "\n")
            log.flush()
            stop = bool(on_step(step))
            saved = settings.save_every and (number + 1) % settings.save_every == 0
            if saved or stop or number + 1 == total:
                save_state(folder, parameters, optimiser, run, number + 1)
            if stop:
                break
    for parameter in model.backbone.parameters():
        parameter.requires_grad_(False)
        parameter.grad = None
    return steps


def trainable(model: MsaModel) -> dict[str, nn.Parameter]:
    """Parameters that training may change, by name: adapters and routers where there are adapters, else all weights."""
    everything = {
        name: parameter
        for name, parameter in model.backbone.named_parameters()
        if name != "temperature" and parameter.is_floating_point()
    }
    chosen = {name: p for name, p in everything.items() if ".lora_" in name or is_router(name)}
    return chosen if any(".lora_" in name for name in chosen) else everything


def is_router(name: str) -> bool:
    return ".router_q_proj." in name or ".router_k_proj." in name


def _one_step(
    model: MsaModel,
    samples: Sequence[Sample],
    settings: Settings,
    parameters: dict[str, nn.Parameter],
    optimiser: torch.optim.Optimizer,
    number: int,
) -> Step:
    started = time.perf_counter()
    index, phase = _phase_at(settings.phases, number)
    for parameter in model.backbone.parameters():
        parameter.requires_grad_(False)
    for name, parameter in parameters.items():
        parameter.requires_grad_(phase.trains == "all" or is_router(name))
    for group in optimiser.param_groups:
        group["lr"] = phase.learning_rate
    optimiser.zero_grad(set_to_none=True)
    chosen = _samples_of(number, len(samples), settings)
    sums = torch.zeros(3)
    for start in range(0, len(chosen), settings.batch):
        batch = [samples[at] for at in chosen[start : start + settings.batch]]
        with _precision(model, settings):
            losses = compute_losses(
                model,
                batch,
                weights=(phase.lm_weight, phase.aux_weight),
                checkpointing=settings.checkpointing,
            )
        if losses.total.requires_grad:
            (losses.total / settings.accumulate).backward()
        parts = [losses.total.detach(), losses.language.detach(), losses.router.detach()]
        sums += torch.stack([part.float().cpu() for part in parts]) / settings.accumulate
    if not bool(sums.isfinite().all()):
        raise FloatingPointError(f"the loss of step {number + 1} is not finite: lower the learning rate")
    norm = nn.utils.clip_grad_norm_(parameters.values(), settings.clip)
    optimiser.step()
    return Step(
        step=number + 1,
        phase=index,
        loss=float(sums[0]),
        language=float(sums[1]),
        router=float(sums[2]),
        norm=float(norm),
        learning_rate=phase.learning_rate,
        tokens=sum(samples[at].tokens for at in chosen),
        seconds=round(time.perf_counter() - started, 4),
    )


def _phase_at(phases: Sequence[Phase], number: int) -> tuple[int, Phase]:
    for index, phase in enumerate(phases):
        if number < phase.steps:
            return index, phase
        number -= phase.steps
    raise IndexError("the step lies behind the last phase")


def _samples_of(number: int, count: int, settings: Settings) -> list[int]:
    """Samples of one step: every epoch is a permutation drawn from seed and epoch."""
    per_step = settings.batch * settings.accumulate
    orders: dict[int, list[int]] = {}
    chosen = []
    for place in range(number * per_step, (number + 1) * per_step):
        epoch = place // count
        if epoch not in orders:
            draw = torch.Generator().manual_seed(settings.seed * 1_000_003 + epoch)
            orders[epoch] = torch.randperm(count, generator=draw).tolist()
        chosen.append(orders[epoch][place % count])
    return chosen


def _precision(model: MsaModel, settings: Settings) -> Any:
    if settings.precision == "weights":
        return nullcontext()
    return torch.autocast(model.device.type, dtype=torch.bfloat16)


def _run_digest(samples: Sequence[Sample], settings: Settings, parameters: dict[str, nn.Parameter]) -> str:
    """What must be the same for a run to be continued: data, settings but for the saving, and what is trained."""
    about = {**asdict(settings), "save_every": None}
    digest = hashlib.blake2b(json.dumps(about, sort_keys=True).encode(), digest_size=16)
    for name, parameter in parameters.items():
        digest.update(f"{name} {tuple(parameter.shape)} {parameter.dtype}".encode())
    for sample in samples:
        digest.update(repr(sample).encode())
    return digest.hexdigest()


def _moments(optimiser: torch.optim.Optimizer, name: str, parameter: Tensor) -> Iterator[tuple[str, Tensor]]:
    for key, value in optimiser.state.get(parameter, {}).items():
        yield f"{key}/{name}", value


def save_state(
    folder: Path,
    parameters: dict[str, nn.Parameter],
    optimiser: torch.optim.Optimizer,
    run: str,
    step: int,
) -> None:
    tensors = {"rng": torch.get_rng_state()}
    for name, parameter in parameters.items():
        tensors[f"weight/{name}"] = parameter.detach().contiguous()
        tensors.update(_moments(optimiser, name, parameter))
    with replacing(folder / STATE) as unfinished:
        save_file(tensors, unfinished, metadata={"run": run, "step": str(step)})


def load_state(
    folder: Path, parameters: dict[str, nn.Parameter], optimiser: torch.optim.Optimizer, run: str
) -> int:
    """Continue from a folder's state; returns the steps done, 0 where there is none.

    run: what must be the same for a run to be continued. Raises ValueError where it is not.
    """
    if not (folder / STATE).exists():
        return 0
    with safe_open(folder / STATE, framework="pt") as stored:
        about = stored.metadata()
        if about["run"] != run:
            raise ValueError(
                f"{folder} holds a run with other data, settings or model: choose another folder, or remove {STATE}"
            )
        names = set(stored.keys())
        for name, parameter in parameters.items():
            parameter.data.copy_(stored.get_tensor(f"weight/{name}"))
            moments = {
                key: stored.get_tensor(f"{key}/{name}")
                for key in ("step", "exp_avg", "exp_avg_sq")
                if f"{key}/{name}" in names
            }
            if moments:
                optimiser.state[parameter] = {
                    key: value if key == "step" else value.to(parameter.device)
                    for key, value in moments.items()
                }
        torch.set_rng_state(stored.get_tensor("rng"))
        return int(about["step"])


def cut_log(folder: Path, done: int) -> None:
    """Drop the lines of steps that a crash left behind the last saved state."""
    log = folder / LOG
    if not log.exists():
        return
    lines = log.read_text("utf-8").splitlines()[:done]
    with replacing(log) as unfinished:
        unfinished.write_text("".join(line + "\n" for line in lines), "utf-8")
