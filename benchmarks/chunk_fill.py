"""How full the chunks of real documents are, and how full they could be.

    python -m benchmarks.chunk_fill [FOLDER …] [--max-tokens 256] [--model FOLDER] [--json]

Parses and splits the files of folders (by default the sample archive) as Doppel does; tokens are a model's.
For each size of chunk: tokens of text in a chunk; the most that any splitter could reach, if every document ended with a
whole chunk; and what is reached when the budget of a passage is lowered to whole chunks less the template.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from app.errors import NotRead
from app.model import store
from app.parsing.registry import iter_file
from app.passages.file_passages import file_label
from app.passages.split import split
from app.sample import ARCHIVE
from app.settings import Settings
from benchmarks.tables import table
from engine.planning.shapes import TEMPLATE_TOKENS

SIZES = ((16, "chat"), (64, "msa"))


def passage_tokens(folders: Sequence[Path], tokenizer: object, max_tokens: int) -> list[int]:
    """Tokens of each passage of all readable files."""

    def count(text: str) -> int:
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])  # type: ignore[operator]

    found = []
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            try:
                for item in iter_file(path):
                    found += [p.tokens for p in split(item, count, max_tokens, label=file_label(path))]
            except NotRead:
                continue
    return found


def fill(tokens: Sequence[int], chunk: int, template: int) -> tuple[float, float]:
    """Tokens of text in a chunk: as documents are, and if each ended with a whole chunk."""
    chunks = sum(-(-(n + template) // chunk) for n in tokens)
    whole = sum((n + template) / chunk for n in tokens)
    return sum(tokens) / chunks, sum(tokens) / whole


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, default=[ARCHIVE])
    parser.add_argument("--max-tokens", type=int, default=256)
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)

    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(options.model or store.model_folder(Settings()))
    tokens = passage_tokens(options.folders, tokenizer, options.max_tokens)
    if not tokens:
        print("There is no readable file in these folders.", file=sys.stderr)
        return 1
    rows = []
    for chunk, layout in SIZES:
        template = TEMPLATE_TOKENS[layout]
        now, best = fill(tokens, chunk, template)
        budget = options.max_tokens // chunk * chunk - template
        aimed, _ = fill(passage_tokens(options.folders, tokenizer, budget), chunk, template)
        rows.append(
            {
                "chunk": chunk,
                "template": template,
                "passages": len(tokens),
                "mean_tokens": round(sum(tokens) / len(tokens), 1),
                "text_in_a_chunk": round(now, 2),
                "at_best": round(best, 2),
                "budget_of_whole_chunks": round(aimed, 2),
            }
        )
    print(json.dumps(rows) if options.json else table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
