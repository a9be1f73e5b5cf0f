"""The rewriting benchmark: `python -m benchmarks.rewriting --data DIR [--sets canard_dev,…] [--limit 150]`.

Follow-ups are rewritten by the rules of the product, then searched by BM25 among the rewrites that people wrote, of this set
and the others of its language. Reported: how often a follow-up's own rewrite is among the first ten, asked as it was, as
rewritten, and as people rewrote it; and how many of those that people left as they are were left.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from app.asking.rewrite import Turn, rewrite
from app.asking.topic import fold

TODAY = date(2025, 9, 20)
FIRST = 10
OTHERS = 1500  # rewrites of each other set among which the search goes
_HAN = re.compile(r"[\u3400-\u9fff]+")


def terms(text: str) -> list[str]:
    """Words, and pairs of Chinese characters."""
    folded = fold(text)
    pairs = [run[at : at + 2] for run in _HAN.findall(folded) for at in range(max(1, len(run) - 1))]
    return re.findall(r"[a-z0-9]+", folded) + pairs


class Bm25:
    def __init__(self, texts: Sequence[str]) -> None:
        self.postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self.lengths = []
        for at, text in enumerate(texts):
            words = terms(text)
            self.lengths.append(len(words))
            for word, count in Counter(words).items():
                self.postings[word].append((at, count))
        self.mean = sum(self.lengths) / max(1, len(self.lengths))

    def first(self, query: str) -> list[int]:
        scores: Counter[int] = Counter()
        for word in set(terms(query)):
            found = self.postings.get(word, [])
            rarity = math.log(1 + (len(self.lengths) - len(found) + 0.5) / (len(found) + 0.5))
            for at, count in found:
                norm = count + 1.2 * (0.25 + 0.75 * self.lengths[at] / self.mean)
                scores[at] += rarity * count * 2.2 / norm  # type: ignore[assignment]
        return [at for at, _ in sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))[:FIRST]]


def read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def is_chinese(name: str) -> bool:
    return "zh" in name or "kdconv" in name


def measure(data: Path, name: str, limit: int) -> dict[str, float]:
    rows = read(data / f"{name}.rewrite.jsonl.gz")
    texts = [row["rewrite"] for row in rows]
    for other in sorted(data.glob("*.rewrite.jsonl.gz")):
        title = other.name.split(".")[0]
        if title != name and is_chinese(title) == is_chinese(name):
            texts += [row["rewrite"] for row in read(other)[:OTHERS]]
    index = Bm25(texts)
    counts: Counter[str] = Counter()
    step = max(1, len(rows) // limit)
    for at in range(0, len(rows), step):
        row = rows[at]
        history = [Turn(turn["q"], turn["a"]) for turn in row["history"]]
        if row.get("topic"):
            history.insert(0, Turn(row["topic"], row.get("section", "")))
        if not history:
            continue
        ours = rewrite(row["question"], history, TODAY).text
        left = terms(ours) == terms(row["question"])
        needed = terms(row["question"]) != terms(row["rewrite"])
        counts.update(
            n=1,
            asked=at in index.first(row["question"]),
            ours=at in index.first(ours),
            gold=at in index.first(row["rewrite"]),
            alone=not needed,
            kept=left and not needed,
        )
    n = max(1, counts["n"])
    return {
        "n": counts["n"],
        "asked": counts["asked"] / n,
        "rewritten": counts["ours"] / n,
        "gold": counts["gold"] / n,
        "alone": counts["alone"],
        "left": counts["kept"] / counts["alone"] if counts["alone"] else math.nan,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Rewrite follow-up questions and search with them.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", default="")
    parser.add_argument("--limit", type=int, default=150)
    arguments = parser.parse_args()
    every = sorted(path.name.split(".")[0] for path in arguments.data.glob("*.rewrite.jsonl.gz"))
    print(f"{'set':<28}{'n':>6}{'as asked':>10}{'rewritten':>11}{'by people':>11}{'alone':>7}{'left':>7}")
    for name in [name for name in arguments.sets.split(",") if name] or every:
        row = measure(arguments.data, name, arguments.limit)
        print(
            f"{name:<28}{row['n']:>6.0f}{row['asked']:>10.3f}{row['rewritten']:>11.3f}{row['gold']:>11.3f}"
            f"{row['alone']:>7.0f}{row['left']:>7.2f}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
