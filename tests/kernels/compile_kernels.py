"""Compiles every Triton kernel for sm_80 and sm_90 without a GPU and prints its resources as JSON lines.

Run as a script, outside Triton's interpreter. Registers and spilled bytes come from ptxas' log, shared memory is
Triton's own figure. Shapes: the default model (head_dim 64, 2 kv heads), the small one (3) and MSA-4B (head_dim 128, 8
kv heads), bfloat16 activations. As the launcher would, it makes a constant of what is 1 and compiles without what is None.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import sys
from contextlib import redirect_stdout
from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from kernels import triton_decode, triton_route
from kernels.resident import triton_best
from kernels.resident.triton_best import best_kernel
from kernels.route_integer import LOW
from kernels.triton_decode import meet_kernel, stretch_kernel
from kernels.triton_pool import pool_chunks_kernel
from kernels.triton_quantise import quantise_int8_kernel
from kernels.triton_route import route_kernel

MODELS = {"default": (64, 2), "small": (64, 3), "msa-4b": (128, 8)}  # head_dim, kv heads
GROUPS = {"default": 7, "small": 3, "msa-4b": 4, "wide": 8}  # query heads of a kv head


def cases() -> list[tuple[str, Any, dict[str, str], dict[str, Any], dict[str, int]]]:
    """(name, kernel, types of the pointer and scalar arguments, constants, options)"""
    found: list[tuple[str, Any, dict[str, str], dict[str, Any], dict[str, int]]] = []
    found.append((
        "pool", pool_chunks_kernel,
        {"x": "*bf16", "first": "*i64", "counts": "*i64", "out": "*fp32", "width": "i32"},
        {"SIZE": 64, "BLOCK_T": 16, "BLOCK_W": 128}, {},
    ))  # fmt: skip
    for (model, group), newest in itertools.product(GROUPS.items(), (False, True)):
        dim = MODELS.get(model, (128, 8))[0]
        recorded = ", recorded" if newest else ""
        found.append((
            f"decode stretch, groups of {group}, {model}{recorded}", stretch_kernel,
            {
                "query": "*bf16", "key": "*bf16", "value": "*bf16", "parts": "*fp32", "weights": "*fp32",
                "scale": "fp32", "length": "*i64" if newest else "i32", "stretch": "i32", "splits": "i32",
                "key_head": "i32", "key_row": "i32", "value_head": "i32", "value_row": "i32",
            },
            {
                "GROUP": group, "DIM": dim, "BLOCK_H": triton_decode.LEAST_ROWS,
                "BLOCK_N": triton_decode.BLOCK_N, "BLOCK_D": dim, "NEWEST": newest,
            },
            {"num_warps": triton_decode.WARPS},
        ))  # fmt: skip
    found.append((
        "decode meet", meet_kernel,
        {"parts": "*fp32", "weights": "*fp32", "out": "*bf16", "splits": "i32"},
        {"DIM": 128, "BLOCK_S": triton_decode.MOST_SPLITS, "BLOCK_D": triton_decode.LEAST_ROWS},
        {"num_warps": triton_decode.WARPS},
    ))  # fmt: skip
    for model, (dim, kv_heads) in MODELS.items():
        width = dim * kv_heads
        found.append((
            f"quantise int8, {model}", quantise_int8_kernel,
            {"x": "*bf16", "values": "*i8", "scales": "*fp32", "rows": "i32"},
            {"DIM": dim, "BLOCK_D": dim, "BLOCK_R": 4096 // dim}, {},
        ))  # fmt: skip
        for block_t, best in ((16, 16), (64, 16), (64, 64)):
            found.append((
                f"best tokens {block_t} of {best}, {model}", best_kernel,
                {
                    "high": "*i8", "low": "*i8", "step": "*fp32", "first": "*i32", "keys": "*i8", "scales": "*fp32",
                    "rows": "*i32", "ids": "*i64", "alive": "*i8", "out": "*i64",
                    "chunks": "i32", "questions": "i32", "tiles": "i32",
                },
                {
                    "LOW": LOW, "WIDTH": width, "K": best, "BLOCK_C": triton_best.BLOCK_C, "BLOCK_T": block_t,
                    "BLOCK_K": triton_best.BLOCK_K,
                },
                {"num_warps": triton_best.WARPS[block_t]},
            ))  # fmt: skip
        for bits, groups, block_t in ((8, 1, 16), (8, kv_heads, 64), (4, 1, 64), (0, 1, 64)):
            part = "*fp16" if bits else "*fp32"
            found.append((
                f"route int{bits} groups {groups} tokens {block_t}, {model}" if bits else f"route float, {model}",
                route_kernel,
                {
                    "high": part, "low": part, "amplitude": "*fp32", "question": "*i32",
                    "keys": "*i8" if bits else "*bf16", "scales": "*fp32", "document": "*i32", "out": "*fp32",
                    "chunks": "i32", "documents": "i32", "blocks": "i32",
                },
                {
                    "BITS": bits, "GROUPS": groups, "DIM": width // groups,
                    "BLOCK_C": triton_route.BLOCK_C, "BLOCK_T": block_t, "BLOCK_K": triton_route.BLOCK_K[bits],
                },
                {"num_warps": triton_route.WARPS[block_t]},
            ))  # fmt: skip
    return found


def resources(
    kernel: Any, types: dict[str, str], constants: dict[str, Any], options: dict[str, int], arch: int
) -> dict[str, int]:
    signature = {name: types.get(name, "constexpr") for name in kernel.arg_names}
    # What the launcher would find out: torch's allocations are aligned to 16 bytes, strides are multiples of head_dim.
    aligned = {
        (i,): [["tt.divisibility", 16]]
        for i, name in enumerate(kernel.arg_names)
        if types.get(name, "").startswith("*") or name.endswith(("_head", "_row"))
    }
    source = ASTSource(fn=kernel, signature=signature, constexprs=constants, attrs=aligned)
    log = io.StringIO()
    with redirect_stdout(log), triton.knobs.nvidia.scope(), triton.knobs.compilation.scope():
        triton.knobs.nvidia.dump_ptxas_log = True
        triton.knobs.compilation.always_compile = True  # a kernel from the cache has no log
        compiled = triton.compile(
            source, target=GPUTarget("cuda", arch, 32), options={"enable_fp_fusion": True, **options}
        )
    spills = re.findall(r"(\d+) bytes spill stores, (\d+) bytes spill loads", log.getvalue())
    registers = re.findall(r"Used (\d+) registers", log.getvalue())
    return {
        "registers": max(map(int, registers)),
        "spilled": max(int(figure) for pair in spills for figure in pair),
        "shared": compiled.metadata.shared,
        "threads": 32 * compiled.metadata.num_warps,
    }


def main() -> None:
    for name, kernel, types, constants, options in cases():
        for arch in (80, 90):
            row = {"kernel": name, "arch": arch, **resources(kernel, types, constants, options, arch)}
            print(json.dumps(row))


if __name__ == "__main__":
    sys.exit(main())
