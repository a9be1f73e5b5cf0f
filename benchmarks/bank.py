"""The bank at any size: `python -m benchmarks.bank --tokens N [--json]`.

Builds an archive of N tokens (see `bank_archive` for what is synthetic in it), opens it in a fresh process and measures
it (`bank_measure`). 100M tokens take some 13 GB of disk and 5 GB of memory; their texts and the text index are most of the
building, which `--words 40` shortens, and routing does not notice. With `--work DIRECTORY` the archive stays there, and the
next, larger one is built on it; a building that was stopped goes on where it was. `--build-only` builds it beside other
work, to be measured when the machine is quiet.
`--kills N` crashes an archive N times instead (`bank_crashes`), with `--ranks R` one of R ranks of it (`bank_ranks`);
`--segments N` builds as many segments of one document instead and prints what of the system they take (`bank_segments`);
`--sizes` prints what a token costs in each format.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.bank_archive import Base, build, encoded_base, random_base
from benchmarks.bank_crashes import crash_rounds
from benchmarks.bank_measure import Effort, measure
from benchmarks.bank_ranks import rank_rounds
from benchmarks.bank_segments import build_segments, measure_segments
from benchmarks.bank_sizes import sizes_table

DEFAULT_SHAPE = {"layers": 3, "kv_heads": 3, "head_dim": 64, "heads": 9, "chunk_size": 16}


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    if options.sizes:
        print(sizes_table())
        return 0
    with contextlib.ExitStack() as stack:
        if options.work and not options.kills:
            options.work.mkdir(parents=True, exist_ok=True)
            directory = options.work
        else:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=options.directory)))
        if options.kills:
            result = crash(directory, options)
        else:
            result = in_new_process(run_segments if options.segments else run, directory, options)
    print(json.dumps(result) if options.json else "\n".join(f"{k}: {v}" for k, v in result.items()))
    return int(bool(result.get("wrong")))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bank", description=__doc__)
    parser.add_argument("--tokens", type=count, default=1_000_000, help="such as 100M")
    parser.add_argument(
        "--model", type=Path, help="model folder whose encodings are perturbed; random ones without"
    )
    for name, value in DEFAULT_SHAPE.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=value, help="without --model")
    parser.add_argument("--document-chunks", type=int, default=16)
    parser.add_argument("--words", type=int, default=190, help="of a document's text")
    parser.add_argument("--key-bits", type=int, choices=(4, 8), default=8)
    parser.add_argument("--content-bits", type=int, choices=(4, 8), default=8)
    parser.add_argument("--questions", type=int, default=7)
    parser.add_argument("--question-tokens", type=int, default=32)
    parser.add_argument("--threads", type=int, default=0, help="of torch; 0 leaves it to torch")
    parser.add_argument("--kills", type=int, default=0, help="crash an archive so many times instead")
    parser.add_argument("--encrypted", action="store_true", help="crash an encrypted one")
    parser.add_argument(
        "--ranks", type=int, default=1, help="kill one of so many ranks instead of the archive"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the crashes")
    parser.add_argument("--segments", type=count, default=0, help="measure so many tiny segments instead")
    parser.add_argument("--sizes", action="store_true", help="print bytes per token instead")
    parser.add_argument("--directory", type=Path, help="where to put the temporary archive")
    parser.add_argument("--work", type=Path, help="keep the archive here, and continue the one that is here")
    parser.add_argument("--build-only", action="store_true", help="build what --work lacks, measure nothing")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.build_only and not options.work:
        parser.error("--build-only needs --work DIRECTORY, where the archive is to stay")
    return options


def count(text: str) -> int:
    """ "100M" as 100,000,000."""
    factor = {"k": 1e3, "m": 1e6, "b": 1e9}.get(text[-1:].lower(), 1)
    return int(float(text.rstrip("kKmMbB")) * factor)


def crash(directory: Path, options: argparse.Namespace) -> dict[str, Any]:
    def report(done: int) -> None:
        progress(f"{done} of {options.kills} crashes")

    if options.ranks > 1:
        return vars(rank_rounds(directory, options.kills, options.ranks, seed=options.seed, report=report))
    passphrase = "correct horse battery" if options.encrypted else None
    found = crash_rounds(directory, options.kills, seed=options.seed, report=report, passphrase=passphrase)
    return vars(found)


def run(directory: Path, options: argparse.Namespace) -> dict[str, Any]:
    built: dict[str, Any] = in_new_process(fill, directory, options)
    if options.build_only:
        return built
    if options.threads:
        torch.set_num_threads(options.threads)
    # Values do not matter for the measurements' time; loading the model here would count as the bank's memory.
    kept = torch.load(directory / "base.pt", weights_only=True)
    effort = Effort(questions=options.questions, question_tokens=options.question_tokens)
    base = Base(**kept)
    result = measure(
        directory / "data", base, chunks=options.document_chunks, words=options.words, effort=effort
    )
    return result | built | {"threads": torch.get_num_threads(), "base": base.origin}


def run_segments(directory: Path, options: argparse.Namespace) -> dict[str, Any]:
    if options.threads:
        torch.set_num_threads(options.threads)
    in_new_process(fill_segments, directory, options)
    if options.build_only:
        return {"segments": options.segments}
    return measure_segments(directory / "data", shaped(options))


def fill_segments(directory: Path, options: argparse.Namespace) -> None:
    def report(left: int) -> None:
        progress(f"{left} segments to go")

    build_segments(directory / "data", shaped(options), options.segments, report)


def shaped(options: argparse.Namespace) -> Base:
    return random_base(**{k: getattr(options, k) for k in DEFAULT_SHAPE})


def fill(directory: Path, options: argparse.Namespace) -> dict[str, float]:
    """Builds the archive, or what of it is missing; what storing and making it up took since it was begun."""
    begun = time.perf_counter()
    if options.threads:
        torch.set_num_threads(options.threads)
    noted = directory / "built.json"
    before = (
        json.loads(noted.read_text("utf-8")) if noted.exists() else {"rebuild_store_s": 0.0, "build_s": 0.0}
    )
    if noted.exists():
        base = Base(**torch.load(directory / "base.pt", weights_only=True))
    elif options.model:
        base = encoded_base(options.model)
    else:
        base = shaped(options)
    torch.save(vars(base), directory / "base.pt")
    built = before

    def note(left: int, stored: float) -> None:
        """After every segment, so that a building that is stopped loses no time that it took."""
        nonlocal built
        built = {
            "rebuild_store_s": round(before["rebuild_store_s"] + stored, 2),
            "build_s": round(before["build_s"] + time.perf_counter() - begun, 2),
        }
        noted.write_text(json.dumps(built), "utf-8")
        progress(f"{left} tokens to go")

    build(
        directory / "data",
        base,
        options.tokens,
        chunks=options.document_chunks,
        words=options.words,
        key_bits=options.key_bits,
        content_bits=options.content_bits,
        report=note,
    )
    return built


def in_new_process(work: Any, directory: Path, options: argparse.Namespace) -> Any:
    """Runs `work` where nothing of this process's memory counts."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    child = context.Process(target=answer, args=(send, work, directory, options))
    child.start()
    send.close()
    try:
        return receive.recv()
    except EOFError:
        raise SystemExit(f"{work.__name__} ended without a result, see above") from None
    finally:
        child.join()


def answer(send: Any, work: Any, directory: Path, options: argparse.Namespace) -> None:
    send.send(work(directory, options))


def progress(line: str) -> None:
    print(f"\r{line}   ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
