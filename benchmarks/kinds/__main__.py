"""The further inputs fed to the real product: `python -m benchmarks.kinds [--only CASE] [--keep FOLDER]`.

Each is written as its program would, learned like a person's files and checked as benchmarks.cases does. Ends with 1 if
one does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.parsing.isolated import close_workers
from benchmarks.cases import report, run
from benchmarks.kinds import chats, mail, notes, office
from benchmarks.kinds.inputs import Input

INPUTS: list[Input] = [*mail.INPUTS, *chats.INPUTS, *office.INPUTS, *notes.INPUTS]
ROOMS = (("mail", mail.INPUTS), ("chats", chats.INPUTS), ("office", office.INPUTS), ("notes", notes.INPUTS))


def written(root: Path, inputs: Sequence[Input]) -> list[dict[str, Any]]:
    """Writes the inputs below `root`, each in a folder of its own; what is expected of them."""
    kinds = {one.name + one.program: kind for kind, found in ROOMS for one in found}
    expected = []
    for number, one in enumerate(inputs):
        folder = f"{one.case} {number:03}"
        path = root / folder / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.data)
        name = f"{one.case}: {one.program} ({folder[-3:]})"
        expected.append({"case": folder, "kind": kinds[one.name + one.program], "named": name, **one.expect})
    return expected


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Feed further inputs of each case's kind to the product.")
    parser.add_argument("--only", help="of one case")
    parser.add_argument("--keep", type=Path, help="write the files here and keep them")
    chosen = parser.parse_args(arguments)
    inputs = [one for one in INPUTS if chosen.only in (None, one.case)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="doppel-kinds-") as folder:
        root = (chosen.keep or Path(folder)).resolve()
        expected = written(root, inputs)
        names = {expect["case"]: expect["named"] for expect in expected}
        try:
            outcomes = run(root, expected)
        finally:
            close_workers()
    text = report(outcomes, time.monotonic() - began)
    for case, name in names.items():
        text = text.replace(f"  {case}\n", f"  {name}\n")
    print(text)
    return int(any(outcome.failures for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
