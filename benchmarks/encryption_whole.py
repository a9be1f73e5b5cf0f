"""What a passphrase costs all in all, for `benchmarks.encryption`: learning a folder, a question until its answer stands.

A plain and an encrypted twin take turns with the same real model, so that whatever else the machine does hits both. The
first folder and the first question of each are not counted: with them the model is loaded.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from app.model.store import model_folder
from app.settings import disable_telemetry, load
from app.twin.twin import Twin
from benchmarks.ingest import WORDS
from storage.encryption.convert import encrypt

PASSPHRASE = "correct horse battery staple"
NOTES, NOTE_WORDS = 12, 120  # of a folder
QUESTIONS_PER_ROUND = 2
MOST_ROUNDS = 5


def measure(folder: Path, model: str, rounds: int) -> dict[str, Any]:
    """Seconds of each folder and question, by side, in the order in which they were measured."""
    settings = load()
    disable_telemetry(settings)
    own = replace(settings, model=str(model_folder(replace(settings, model=model))), throttle=False)
    homes = {side: folder / f"whole-{side}" for side in ("plain", "encrypted")}
    keys = {"plain": None, "encrypted": encrypt(homes["encrypted"], PASSPHRASE)}
    twins = {side: Twin.open(replace(own, home=home), keys[side]) for side, home in homes.items()}
    took: dict[str, dict[str, list[float]]] = {"learning": {}, "asking": {}}
    words = random.Random(1)
    try:
        for number in range(min(rounds, MOST_ROUNDS) + 1):
            notes = write_notes(folder / f"notes-{number}", words)
            questions = [f"What was written about {words.choice(WORDS)}?" for _ in range(QUESTIONS_PER_ROUND)]
            for side, twin in twins.items() if number % 2 else reversed(twins.items()):
                took["learning"].setdefault(side, []).append(timed(partial(twin.ingest, notes)))
                for question in questions:
                    took["asking"].setdefault(side, []).append(timed(partial(answered, twin, question)))
    finally:
        for twin in twins.values():
            twin.close()
    return {kind: {side: values[1:] for side, values in sides.items()} for kind, sides in took.items()}


def answered(twin: Twin, question: str) -> None:
    for _ in twin.ask(question):
        pass


def timed(step: Callable[[], object]) -> float:
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun


def write_notes(folder: Path, words: random.Random) -> Path:
    folder.mkdir()
    for number in range(NOTES):
        (folder / f"{number}.txt").write_text(" ".join(words.choices(WORDS, k=NOTE_WORDS)))
    return folder


def rows(found: dict[str, dict[str, list[float]]]) -> list[str]:
    """The medians, and by how much the encrypted one is longer."""
    names = {"learning": f"learning {NOTES} notes, whole", "asking": "a question, whole"}
    return [
        f"{names[kind]:34} {plain:>7.2f} s  {sealed:>7.2f} s   {sealed / plain - 1:+.1%}"
        for kind, sides in found.items()
        for plain, sealed in [(median(sides["plain"]), median(sides["encrypted"]))]
    ]
