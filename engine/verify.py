"""Check the engine against golden vectors: `python -m engine.verify DIR [--json]` (issue of exactness; spec §2–§7).

DIR holds a checkpoint (config.json, weights.safetensors), golden.json, and cases `stage1_*`, `stage2_*`, `train_*`. Every
tensor of every case is computed through the ordinary loading path and compared; floats within 1e-4, selections exactly.
Padding is not computed here (questions lie packed), so padding positions, which carry no meaning, are not compared.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.backbone import run_layers
from engine.checkpoint import load_model
from engine.encode import SegmentAttention
from engine.memory import Encoding, Memory, RamMemory
from engine.model import MsaModel
from engine.resident import ResidentMemory, Shape
from engine.session import Prefix, Prompt, Session, open_session
from engine.training.forward import Sample, TrainingAttention, compute_losses, forward, packed
from kernels.pool import chunk_counts

TOLERANCE = 1e-4

Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class Partial:
    """A tensor of which only some places carry meaning. counts: bool, broadcastable from the left to `values`."""

    values: Tensor
    counts: Tensor


Results = dict[str, Tensor | Partial]


@dataclass(frozen=True)
class Check:
    """One compared tensor. difference: largest absolute difference, infinite where shapes differ."""

    case: str
    tensor: str
    difference: float
    tolerance: float

    @property
    def passed(self) -> bool:
        return self.difference <= self.tolerance


def verify(folder: Path) -> tuple[list[Check], list[str]]:
    """Run every case of a folder. Returns the checks, and the tensors that no check covers as "case: tensor"."""
    about = json.loads((folder / "golden.json").read_text("utf-8"))
    checks: list[Check] = []
    unchecked: list[str] = []
    for file in sorted(folder.glob("*.safetensors")):
        kind = file.stem.split("_")[0]
        if kind not in ("stage1", "stage2", "train"):
            continue
        model = load_model(folder, dtype=torch.float32, overrides=_overrides(file.stem))
        want = load_file(file)
        if kind == "stage1":
            got = stage1(model, want)
        elif kind == "stage2":
            got = stage2(model, want, load_file(_memory_of(folder, file.stem)))
        else:
            got = train(model, want)
        checks += list(_compare(file.stem, want, got))
        names = {name for name in want if not name.startswith("in.") and not _is_input(name)}
        unchecked += [f"{file.stem}: {name}" for name in sorted(names - got.keys())]
    if not checks:
        raise SystemExit(f"{folder} holds no golden case ({about.get('about', 'no description')})")
    return checks, unchecked


def _overrides(stem: str) -> dict[str, Any]:
    """The public behaviour, and the loss that a case's name says it was made with."""
    overrides: dict[str, Any] = {"public_routing": True, "public_injection": True}
    if "infonce_decouple" in stem:
        overrides["aux_loss_method"] = "INFONCE_DECOUPLE"
    elif "infonce" in stem:
        overrides["aux_loss_method"] = "INFONCE"
    return overrides


def _memory_of(folder: Path, stem: str) -> Path:
    """The stage 1 case that a stage 2 case reads: the one whose variant its name ends with, else the common one."""
    variants = {file.stem.removeprefix("stage1_"): file for file in folder.glob("stage1_*.safetensors")}
    for variant, file in sorted(variants.items(), key=lambda item: -len(item[0])):
        if stem.endswith("_" + variant):
            return file
    return variants["all"]


def _is_input(name: str) -> bool:
    return name.startswith("inject") and not name.endswith("logits")


def _compare(case: str, want: Tensors, got: Results) -> Iterator[Check]:
    for name, result in sorted(got.items()):
        reference = want.get(name)
        if reference is None:
            continue
        exact = not reference.is_floating_point()
        ours = result.values if isinstance(result, Partial) else result
        difference = float("inf")
        if reference.shape == ours.shape:
            gap = (reference.double() - ours.detach().double()).abs()
            if isinstance(result, Partial):
                gap = gap[result.counts]
            # A nan on either side is a failure, not a match.
            difference = float(gap.nan_to_num(nan=torch.inf).max()) if gap.numel() else 0.0
        # Gradients of a sum over tokens scale with its size; activations do not.
        scale = max(1.0, float(reference.abs().max())) if name.startswith("grad.") else 1.0
        yield Check(case, name, difference, 0.0 if exact else TOLERANCE * scale)


def _document_lengths(doc_ids: Tensor) -> list[int]:
    return torch.unique_consecutive(doc_ids[doc_ids > 0], return_counts=True)[1].tolist()


def _encode(model: MsaModel, given: Tensors) -> tuple[SegmentAttention, Results]:
    """Stage 1 over template head and documents, with every layer's hidden states."""
    doc_ids = given["in.doc_ids"][0]
    seen: Results = {}
    attend = SegmentAttention(model, _document_lengths(doc_ids), prefix=int((doc_ids == -2).sum()))
    with torch.inference_mode():
        run_layers(
            model.backbone,
            given["in.input_ids"][0],
            given["in.position_ids"][0],
            attend,
            observe=lambda name, value: seen.update({f"hidden.{name}": value[None]}),
        )
    return attend, seen


def stage1(model: MsaModel, given: Tensors) -> Results:
    attend, got = _encode(model, given)
    counts = chunk_counts(attend.lengths, model.config.chunk_size)
    got["doc_num_chunks"] = counts
    got["pooled_doc_ids"] = torch.repeat_interleave(torch.arange(1, len(counts) + 1), counts)
    # Entry 0 is the public implementation's dummy slot; whatever it holds means nothing here.
    numbers = torch.arange(len(counts) + 1)
    got["global_doc_ids"] = Partial(numbers - 1, numbers > 0)
    for layer in range(model.num_layers):
        got[f"template_k.{layer}"] = attend.prefix_keys[layer][None]
        got[f"template_v.{layer}"] = attend.prefix_values[layer][None]
        slot = model.slot(layer)
        if slot is not None:
            for name, tensors in (
                ("pooled_k", attend.keys),
                ("pooled_v", attend.values),
                ("router_k", attend.router_keys),
            ):
                got[f"{name}.{layer}"] = tensors[slot].transpose(0, 1)[None]
    return got


def stage2(model: MsaModel, given: Tensors, memory_case: Tensors) -> Results:
    attend, _ = _encode(model, memory_case)
    plain = RamMemory(attend.encodings(), model.config)
    memory = resident(model, attend.encodings())
    prefix = Prefix(attend.prefix_keys, attend.prefix_values, attend.prefix)
    valid = given["in.attention_mask"] == 1  # [batch, length]
    prompts = [
        Prompt(ids[keep].tolist(), (doc_ids[keep] == 0).tolist())
        for ids, doc_ids, keep in zip(given["in.input_ids"], given["in.doc_ids"], valid, strict=True)
    ]
    seen: Tensors = {}
    # Documents are chosen as the product chooses them, out of blocks; every score is compared beside.
    session = open_session(model, memory, prompts, prefix, keep_scores=False, observe=seen.__setitem__)
    routing = (given["in.doc_ids"] == 0) & valid
    got: Results = {"router_query_mask": routing}
    for name, value in seen.items():
        number = name.rpartition(".")[2]
        if name.startswith("router_query.") and f"router_q.{number}" in given:
            # The golden vectors show q before scaling, on every position; ours exist where they route.
            if model.config.query_reduce == "max":
                full = torch.zeros_like(given[f"router_q.{number}"].transpose(1, 2))
                full[routing] = value / model.config.routing_scale(model.head_dim)
                counts = routing[:, None, :].expand(full.shape[0], full.shape[2], -1)
                got[f"router_q.{number}"] = Partial(full.transpose(1, 2), counts)
        elif not name.startswith("router_"):
            got[f"hidden.{name}"] = _unpacked(value, valid)
    got["stage2.logits"] = _unpacked(model.logits(seen["final_norm"]), valid)
    for layer in range(model.num_layers):
        _contexts(got, session, layer)
        slot = model.slot(layer)
        if slot is not None:
            queries = [rows for rows in seen[f"router_query.{layer}"].split(_routing_rows(model, prompts))]
            got[f"chunk_scores.{layer}"] = torch.stack([plain.chunk_scores(slot, query) for query in queries])
            scores = memory.score(slot, queries)
            _routing(got, given, session, scores, slot, layer)
    _generate(model, got, given, session)
    return got


def resident(model: MsaModel, encodings: list[Encoding]) -> Memory:
    """The documents in float32 blocks of a few chunks, so that documents lie in several; in RAM for settings that blocks do
    not score."""
    config = model.config
    if (config.head_reduce, config.chunk_reduce) != ("mean", "max"):
        return RamMemory(encodings, config)
    shape = Shape(len(config.router_layers), model.kv_heads, model.head_dim, bits=0)
    memory = ResidentMemory(shape, chunks_per_block=4)
    memory.add(range(1, len(encodings) + 1), encodings)
    return memory.snapshot()


def _routing_rows(model: MsaModel, prompts: list[Prompt]) -> list[int]:
    collapsed = model.config.query_reduce in ("last", "pool") or (
        model.config.query_reduce == "mean" and model.config.head_reduce == "mean"
    )
    return [1 if collapsed else sum(prompt.routes) for prompt in prompts]


def _unpacked(rows: Tensor, valid: Tensor) -> Partial:
    """[batch, length, …] from packed rows [tokens, …]; padding does not count."""
    full = torch.zeros(*valid.shape, *rows.shape[1:])
    full[valid] = rows.float()
    return Partial(full, valid)


def _contexts(got: Results, session: Session, layer: int) -> None:
    caches = [row[layer] for row in session.caches]
    longest = max(cache.length for cache in caches)
    got[f"kv_lengths.{layer}"] = torch.tensor([cache.length for cache in caches])
    for name, tensors in (("k", [c.keys for c in caches]), ("v", [c.values for c in caches])):
        got[f"context_{name}.{layer}"] = torch.stack(
            [torch.nn.functional.pad(t, (0, 0, longest - t.shape[1], 0)) for t in tensors]
        ).clone()


def _routing(got: Results, given: Tensors, session: Session, scores: Tensor, slot: int, layer: int) -> None:
    """Document scores, selections and fetched content of one layer, in the golden vectors' conventions."""
    lowest = torch.finfo(torch.float32).min
    # Column 0 is the public implementation's dummy slot.
    got[f"doc_scores.{layer}"] = torch.nn.functional.pad(scores, (1, 0), value=lowest)
    top = given[f"topk_scores.{layer}"].shape[1]
    ids = torch.zeros(len(scores), top, dtype=torch.int64)
    values = torch.full((len(scores), top), lowest)
    fetched = []
    for row, selection in enumerate(session.selections[slot]):
        count = len(selection.document_ids)
        ids[row, :count] = selection.document_ids - 1
        values[row, :count] = selection.scores
        fetched.append(session.memory.fetch(slot, selection.document_ids.sort().values))
    got[f"topk_global_ids.{layer}"] = ids
    got[f"topk_scores.{layer}"] = values
    got[f"num_selected_chunks.{layer}"] = torch.tensor([len(keys) for keys, _, _ in fetched])
    got[f"selected_k.{layer}"] = torch.cat([keys for keys, _, _ in fetched]).transpose(0, 1)
    got[f"selected_v.{layer}"] = torch.cat([values for _, values, _ in fetched]).transpose(0, 1)


def _generate(model: MsaModel, got: Results, given: Tensors, session: Session) -> None:
    steps = given["gen.tokens"].shape[1]
    tokens, logits, positions = [session.logits.argmax(-1)], [session.logits], []
    for _ in range(steps - 1):
        positions.append(torch.tensor(session.next_position))
        logits.append(session.extend([[int(token)] for token in tokens[-1]]))
        tokens.append(logits[-1].argmax(-1))
    got["gen.tokens"] = torch.stack(tokens, dim=1)
    got["gen.logits"] = torch.stack(logits, dim=1)
    if positions:
        got["gen.position_ids"] = torch.stack(positions, dim=1)
    for name in ("inject", "inject_next"):
        if f"{name}.input_ids" not in given:
            continue
        ids = given[f"{name}.input_ids"]
        valid = given.get(f"{name}.attention_mask", torch.ones_like(ids)) == 1
        seen: Tensors = {}
        session.extend(
            [row[keep].tolist() for row, keep in zip(ids, valid, strict=True)],
            causal=not model.config.public_injection,
            observe=seen.__setitem__,
        )
        got[f"{name}.logits"] = _unpacked(model.logits(seen["final_norm"]), valid)


def train(model: MsaModel, given: Tensors) -> Results:
    samples = [_sample(given, row) for row in range(len(given["in.input_ids"]))]
    for parameter in model.backbone.parameters():
        parameter.requires_grad_(parameter.dim() > 0)
    seen: Tensors = {}
    out = forward(model, samples)
    ids, positions = packed(samples, model)
    with torch.no_grad():
        run_layers(
            model.backbone, ids, positions, TrainingAttention(model, samples), observe=seen.__setitem__
        )
    valid = given["in.attention_mask"] == 1
    got: Results = {f"hidden.{name}": _unpacked(value, valid) for name, value in seen.items()}
    logits = _unpacked(model.logits(seen["final_norm"]), valid)
    got["logits_last8"] = Partial(logits.values[:, -8:], valid[:, -8:])
    for layer, rows in out.scores.items():
        wide = torch.full(given[f"doc_scores.{layer}"].shape, -torch.inf)
        for row, scores in enumerate(rows):
            wide[row, 1 : len(scores) + 1] = scores.detach()
        # Absent documents are −inf on both sides, and no difference is taken between infinities.
        same = torch.isneginf(wide) & torch.isneginf(given[f"doc_scores.{layer}"])
        got[f"doc_scores.{layer}"] = Partial(wide, ~same)
    losses = compute_losses(model, samples)
    losses.total.backward()
    got["loss"] = losses.total.detach()
    got["lm_loss"] = losses.language.detach()
    got["aux_loss"] = losses.router.detach()
    got["answer_loss"] = losses.answer.detach()
    got["reconstruction_loss"] = torch.zeros(())
    parameters = dict(model.backbone.named_parameters())
    for name in given:
        if name.startswith("grad."):
            gradient = parameters[name.removeprefix("grad.")].grad
            got[name] = torch.zeros_like(given[name]) if gradient is None else gradient
    return got


def _sample(given: Tensors, row: int) -> Sample:
    keep = given["in.attention_mask"][row] == 1
    ids, doc_ids = given["in.input_ids"][row][keep], given["in.doc_ids"][row][keep]
    first_document = int((doc_ids > 0).nonzero()[0])
    first_active = int((doc_ids > 0).nonzero()[-1]) + 1
    lengths = _document_lengths(doc_ids)
    documents = [part.tolist() for part in ids[first_document:first_active].split(lengths)]
    answers = given["in.batch_answer_labels"][row][keep][first_active:].tolist()
    counted = int(given["in.train_qa_samples"][row]) == 1
    return Sample(
        prefix=ids[:first_document].tolist(),
        documents=documents,
        active=ids[first_active:].tolist(),
        routes=(doc_ids[first_active:] == 0).tolist(),
        labels=given["in.labels"][row][keep][first_active:].tolist(),
        positive=[bool(flag) for flag in given[f"in.batch_aux_labels.{row}"]],
        answer_labels=answers if counted else None,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Check the engine against golden vectors.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    checks, unchecked = verify(options.folder)
    failed = [check for check in checks if not check.passed]
    if options.json:
        rows = [{**asdict(check), "passed": check.passed} for check in checks]
        print(json.dumps({"checks": rows, "unchecked": unchecked, "failed": len(failed)}))
    else:
        for check in checks:
            print(
                f"{'ok  ' if check.passed else 'FAIL'} {check.case}: {check.tensor}  {check.difference:.2e}"
            )
        for name in unchecked:
            print(f"not compared  {name}")
        print(
            f"{len(checks)} tensors compared, {len(failed)} outside tolerance, {len(unchecked)} not compared"
        )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
