"""The sample benchmark: `python -m benchmarks.sample [--json]`.

Ingests the packaged sample archive into a fresh temporary data directory with the model that the settings name, asks the
40 sample questions through the `Twin` and reports how many got their evidence, how good the answers are, how often a
question without an answer is declined, how fast documents are encoded, and how soon the first word comes.

The answer itself is scored, without the marks of its sources and without the line below it that says what another memory
has. Evidence counts by file: what the memory offered (the `Retrieved` event), first five passages. The archive is small and
written for this purpose, so figures compare versions of Doppel, not Doppel with anything else. What loads a model is
imported late, because telemetry has to be off before.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import DoppelError
from app.model.store import load as load_model
from app.model.store import model_folder
from app.records import Done, IngestReport, Retrieved
from app.sample import ARCHIVE
from app.settings import Settings, disable_telemetry
from app.settings import load as load_settings
from benchmarks.scoring import bootstrap_interval, exact_match, hit_at, itself, recall_at, token_f1

if TYPE_CHECKING:
    from app.twin.twin import Twin
    from benchmarks.encode_speed import EncodeSpeed

QUESTIONS = Path(__file__).parent / "sample_questions.jsonl"
KINDS = ("single", "two", "unanswerable")
TOP = 5
SPEED_BATCHES = 4


@dataclass(frozen=True)
class Question:
    """A line of the question file. evidence: paths in the archive, both needed for kind "two", otherwise alternatives;
    quote: the passages that hold the answer."""

    id: str
    question: str
    answers: list[str]
    evidence: list[str]
    kind: str
    quote: list[str]


@dataclass(frozen=True)
class Outcome:
    """What happened to one question. files: of the evidence passages, best first, a file once per passage."""

    question: Question
    answer: str
    files: list[str]
    declined: bool
    first_token_s: float | None

    @property
    def found(self) -> float:
        """Of the first five passages: whether one is from a gold file; for two documents, the fraction of them found."""
        score = recall_at if self.question.kind == "two" else hit_at
        return score(TOP, self.files, self.question.evidence)

    @property
    def f1(self) -> float:
        return token_f1(itself(self.answer), self.question.answers)


def read_questions(path: Path = QUESTIONS) -> list[Question]:
    return [Question(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def ask(twin: Twin, question: Question) -> Outcome:
    """Ask one question and keep what counts. Raises RuntimeError if the answer never finishes."""
    files: list[str] = []
    for event in twin.ask(question.question):
        if isinstance(event, Retrieved):
            files = [archive_path(evidence.path) for evidence in event.evidence]
        elif isinstance(event, Done):
            answer = event.answer
            return Outcome(question, answer.text, files, answer.declined, answer.seconds_to_first_token)
    raise RuntimeError(f"question {question.id} ended without an answer")


def archive_path(path: str | None) -> str:
    """Path within the archive as the question file writes it; "" for a passage without a file."""
    return Path(path).relative_to(ARCHIVE).as_posix() if path else ""


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The headline figures, their 95 % intervals, and the same by kind. Means are over questions."""
    answerable = [outcome for outcome in outcomes if outcome.question.kind != "unanswerable"]
    unanswerable = [outcome for outcome in outcomes if outcome.question.kind == "unanswerable"]
    found = [outcome.found for outcome in answerable]
    f1 = [outcome.f1 for outcome in answerable]
    times = [outcome.first_token_s for outcome in outcomes if outcome.first_token_s is not None]
    return {
        "evidence_at_5": statistics.fmean(found),
        "answer_f1": statistics.fmean(f1),
        "declined": _mean(outcome.declined for outcome in unanswerable),
        "first_token_s": statistics.median(times) if times else None,
        "evidence_all_at_5": _mean(
            outcome.found == 1.0 for outcome in answerable if outcome.question.kind == "two"
        ),
        "declined_wrongly": _mean(outcome.declined for outcome in answerable),
        "intervals": {
            "evidence_at_5": asdict(bootstrap_interval(found)),
            "answer_f1": asdict(bootstrap_interval(f1)),
        },
        "kinds": {kind: _kind(kind, outcomes) for kind in KINDS},
    }


def _kind(kind: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    chosen = [outcome for outcome in outcomes if outcome.question.kind == kind]
    row: dict[str, Any] = {"questions": len(chosen), "declined": _mean(o.declined for o in chosen)}
    if kind != "unanswerable":
        row["evidence_at_5"] = _mean(outcome.found for outcome in chosen)
        row["evidence_all_at_5"] = _mean(outcome.found == 1.0 for outcome in chosen)
        row["answer_f1"] = _mean(outcome.f1 for outcome in chosen)
        row["exact_match"] = _mean(exact_match(itself(o.answer), o.question.answers) for o in chosen)
    return row


def _mean(values: Iterable[float]) -> float | None:
    numbers = [float(value) for value in values]
    return statistics.fmean(numbers) if numbers else None


def encode_speed(settings: Settings, texts: Sequence[str]) -> EncodeSpeed:
    """Encoding speed on the first passages of the archive, in batches as large as ingestion makes them."""
    from benchmarks.encode_speed import cut_batches, measure_encoding
    from engine.layout import Layout

    model = load_model(settings)
    layout = Layout(model.config.layout, model.tokenizer)
    documents = [layout.document(number, text) for number, text in enumerate(texts, start=1)]
    return measure_encoding(model, cut_batches(documents, settings.batch_tokens, SPEED_BATCHES))


def run(settings: Settings) -> dict[str, Any]:
    """Ingest, ask and measure in a data directory that is thrown away; `settings` name the model."""
    from app.twin.twin import Twin

    with tempfile.TemporaryDirectory(prefix="doppel-sample-", ignore_cleanup_errors=True) as home:
        own = replace(settings, home=Path(home), model=str(model_folder(settings)), throttle=False)
        twin = Twin.open(own)
        try:
            report = twin.ingest(ARCHIVE)
            _say(f"ingested {report.files} files, {report.documents} passages in {report.seconds:.0f} s")
            outcomes = []
            for number, question in enumerate(read_questions(), start=1):
                outcomes.append(ask(twin, question))
                _say(f"question {number}: {question.id}")
            texts = [memory.text for memory in twin.memories(limit=report.documents)]
        finally:
            twin.close()
        _say("measuring the encoding speed")
        speed = encode_speed(own, texts)
    return {
        **summarise(outcomes),
        "encode_ratio": speed.ratio,
        "encode": asdict(speed),
        "ingest": _ingested(report),
        "questions": [_told(outcome) for outcome in outcomes],
    }


def _ingested(report: IngestReport) -> dict[str, Any]:
    return {
        "files": report.files,
        "documents": report.documents,
        "tokens": report.tokens,
        "seconds": report.seconds,
        "not_read": [archive_path(file.path) for file in (*report.skipped, *report.failed)],
    }


def _told(outcome: Outcome) -> dict[str, Any]:
    question = outcome.question
    return {
        "id": question.id,
        "kind": question.kind,
        "answer": outcome.answer,
        "declined": outcome.declined,
        "found": outcome.found if question.evidence else None,
        "f1": outcome.f1 if question.answers else None,
        "files": outcome.files[:TOP],
        "first_token_s": outcome.first_token_s,
    }


def show(result: dict[str, Any]) -> str:
    """The report as text: a table by kind, then the figures of the whole run."""
    columns = ("questions", "evidence_at_5", "evidence_all_at_5", "answer_f1", "exact_match", "declined")
    lines = [f"{'kind':<13}" + "".join(f"{column:>19}" for column in columns)]
    for kind, row in result["kinds"].items():
        lines.append(f"{kind:<13}" + "".join(f"{_figure(row.get(column)):>19}" for column in columns))
    lines.append("")
    for key in ("evidence_at_5", "answer_f1"):
        interval = result["intervals"][key]
        lines.append(
            f"{key:<18}{_figure(result[key])}   95 % interval {interval['low']:.3f} to {interval['high']:.3f}"
        )
    for key in ("declined", "declined_wrongly", "encode_ratio", "first_token_s"):
        lines.append(f"{key:<18}{_figure(result[key])}")
    speed = result["encode"]
    lines.append(
        f"encode {speed['encode']:.0f} tokens/s; plain forward {speed['plain_padded']:.0f} padded, "
        f"{speed['plain_single']:.0f} one by one ({speed['tokens']} tokens)"
    )
    if missed := result["ingest"]["not_read"]:
        lines.append(f"not read: {', '.join(missed)}")
    return "\n".join(lines)


def _figure(value: float | int | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _say(line: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {line}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Ingest the sample archive and ask its 40 questions.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    try:
        settings = load_settings()
        disable_telemetry(settings)
        result = run(settings)
    except DoppelError as error:
        print(f"benchmarks.sample: {error}", file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False, indent=2) if arguments.json else show(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
