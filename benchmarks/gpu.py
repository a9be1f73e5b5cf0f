"""For whoever has a card: one command that checks every kernel and measures how close to the card Doppel comes.

    python -m benchmarks.gpu [--model FOLDER] [--golden FOLDER] [--tokens 1000000,10000000,100000000] [--ranks] [--json FILE]

Checks the public kernels against their torch versions on the card, and the golden vectors of a folder that has them.
Then measures the card itself (reading, bf16 products), routing at each size that fits, in the shape of MSA-4B, for 1
row and for 40, bringing content to a layer, and encoding, reading a prompt and writing with a model of this computer,
the latter launch by launch and in recorded steps. `share` is of what the card itself was just measured to do. `--ranks`
also spreads the largest size that fits over all cards. Without a card it says so and ends. Exit code 1 where a kernel or
a golden vector is off, or other content arrived than was sent.
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
from app.settings import Settings
from benchmarks.gpu_checks import kernel_checks
from benchmarks.gpu_measure import card, content_row, model_rows, routing_row, spread_row
from benchmarks.tables import table
from engine.verify import verify


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--golden", type=Path, default=None)
    parser.add_argument("--tokens", default="1000000,10000000,100000000")
    parser.add_argument("--device", default="cuda", help="cpu only tries the command itself")
    parser.add_argument("--steps", type=int, default=32, help="tokens written while writing is measured")
    parser.add_argument("--ranks", action="store_true", help="all cards, each a rank")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    if options.device == "cuda" and not torch.cuda.is_available():
        print(
            "There is no NVIDIA card that torch can use, so nothing was measured. `doppel doctor` says why."
        )
        return 0
    result = measured(options, torch.device(options.device))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(report(result))
    return int(result["wrong"])


def measured(options: argparse.Namespace, device: torch.device) -> dict[str, Any]:
    own = card(device)
    result: dict[str, Any] = {"card": own, "checks": kernel_checks(device)}
    wrong = [row for row in result["checks"] if not row["passed"]]
    if options.golden:
        checks, _ = verify(options.golden)
        off = [check.case for check in checks if not check.passed]
        result["golden"] = {"compared": len(checks), "off": off}
        wrong += off
    sizes = [int(float(part)) for part in options.tokens.split(",")]
    rows = [routing_row(device, own, tokens, many) for tokens in sizes for many in (1, 40)]
    result["routing"] = rows
    result["content"] = content_row(device)
    if not result["content"]["same"]:
        wrong.append(result["content"])
    folder = options.model or (store.model_folder(Settings()) if store.is_ready(Settings()) else None)
    result["model"] = model_rows(folder, device, own, options.steps) if folder else []
    fitting = [row["tokens"] for row in rows if row["seconds"] is not None]
    if options.ranks and fitting:
        result["ranks"] = spread_row(max(fitting))
    return {**result, "wrong": bool(wrong)}


def report(result: dict[str, Any]) -> str:
    parts = [
        table([result["card"]]),
        table(result["checks"]),
        table(result["routing"]),
        table([result["content"]]),
    ]
    parts += (
        [table(result["model"])] if result["model"] else ["No model is on this computer: doppel model pull"]
    )
    if "golden" in result:
        found = result["golden"]
        parts.append(f"{found['compared']} golden tensors compared, off: {', '.join(found['off']) or 'none'}")
    if "ranks" in result:
        parts.append(table([result["ranks"]]))
    return "\n\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
