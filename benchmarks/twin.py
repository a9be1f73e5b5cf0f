"""The twin benchmark: `python -m benchmarks.twin [--kinds period,list] [--words] [--json]`.

Asks `twin_questions.jsonl` about the packaged sample archive, as of a fixed day, and reports per kind how many key facts an
answer says, and whether a passage that it cites says them too. Follow-ups are asked behind their history and again in full.
With `--words` no model takes part: passages are found by words alone and only the kinds that no model reads are asked
(period, list, who-is, summary), in seconds.

The questions were written before the strategies; the archive was written for this purpose, so figures compare versions
of Doppel, not Doppel with anything else.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.asking import route
from app.asking.memory import Evidenced
from app.asking.question import understand
from app.errors import DoppelError
from app.model.store import model_folder
from app.records import Done
from app.sample import ARCHIVE
from app.settings import disable_telemetry
from app.settings import load as load_settings
from benchmarks.scoring import bootstrap_interval
from benchmarks.twin_scoring import answered, holds, says

if TYPE_CHECKING:
    from app.twin.twin import Twin

QUESTIONS = Path(__file__).parent / "twin_questions.jsonl"
TODAY = date(2025, 9, 20)
WITHOUT_MODEL = ("period", "list", "who-is", "summary")


@dataclass(frozen=True)
class Question:
    """facts: key facts, each a list of ways to say it; evidence: paths in the archive; history: questions asked before;
    full: a follow-up as a question of its own."""

    id: str
    kind: str
    lang: str
    question: str
    facts: list[list[str]]
    evidence: list[str]
    history: list[str] = field(default_factory=list)
    full: str = ""


@dataclass(frozen=True)
class Outcome:
    """What happened to one question. cited: the texts of the passages that it was answered from."""

    question: Question
    answer: str
    cited: list[str]
    declined: bool
    seconds: float

    @property
    def facts(self) -> float:
        """The share of key facts that the answer says; of a question without any, whether it was declined."""
        if not self.question.facts:
            return float(self.declined)
        return statistics.fmean(says(answered(self.answer), ways) for ways in self.question.facts)

    @property
    def held(self) -> float | None:
        """Of the key facts that the answer says, the share that cited passages hold; None without any."""
        text = answered(self.answer)
        said = [ways for ways in self.question.facts if says(text, ways)]
        return statistics.fmean(holds(ways, text, self.cited) for ways in said) if said else None


def read_questions(kinds: Sequence[str] = ()) -> list[Question]:
    rows = [Question(**json.loads(line)) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if not kinds or row.kind in kinds]


def ask(twin: Twin, question: Question, *, in_full: bool = False) -> Outcome:
    """Ask it behind its history, or as a question of its own."""
    chat = None
    for before in [] if in_full else question.history:
        chat = finished(twin, before, chat).answer.chat_id
    answer = finished(twin, question.full if in_full else question.question, chat).answer
    cited = [evidence.passage for evidence in answer.evidence if evidence.read]
    return Outcome(question, answer.text, cited, answer.declined, answer.seconds)


def finished(twin: Twin, question: str, chat: int | None) -> Done:
    """Raises RuntimeError if the answer never finishes."""
    for event in twin.ask(question, chat_id=chat, today=TODAY):
        if isinstance(event, Done):
            return event
    raise RuntimeError("a question ended without an answer")


def with_model(kinds: Sequence[str]) -> list[tuple[str, Outcome]]:
    """(kind, outcome); follow-ups that are asked in full have a kind of their own."""
    from app.twin.twin import Twin

    settings = load_settings()
    disable_telemetry(settings)
    outcomes: list[tuple[str, Outcome]] = []
    with tempfile.TemporaryDirectory(prefix="doppel-twin-", ignore_cleanup_errors=True) as home:
        own = replace(settings, home=Path(home), model=str(model_folder(settings)), throttle=False)
        twin = Twin.open(own)
        try:
            report = twin.ingest(ARCHIVE)
            _say(f"ingested {report.files} files, {report.documents} passages in {report.seconds:.0f} s")
            for question in read_questions(kinds):
                outcomes.append((question.kind, ask(twin, question)))
                if question.full:
                    outcomes.append((f"{question.kind}, in full", ask(twin, question, in_full=True)))
                _say(f"{question.id}: {outcomes[-1][1].facts:.2f}")
        finally:
            twin.close()
    return outcomes


def with_words(kinds: Sequence[str]) -> list[tuple[str, Outcome]]:
    from benchmarks.twin_words import open_words

    wanted = [kind for kind in kinds or WITHOUT_MODEL if kind in WITHOUT_MODEL]
    outcomes: list[tuple[str, Outcome]] = []
    with open_words(ARCHIVE) as memory:
        for question in read_questions(wanted):
            began, text, cited = time.monotonic(), "", []
            for event in route.answer(understand(question.question, TODAY), memory):
                if isinstance(event, str):
                    text += event
                elif isinstance(event, Evidenced):
                    cited = [hit.document.text for hit in event.cited if hit.read]
            outcome = Outcome(question, text, cited, "could not find" in text, time.monotonic() - began)
            outcomes.append((question.kind, outcome))
    return outcomes


def summarise(outcomes: Sequence[tuple[str, Outcome]]) -> dict[str, Any]:
    """Per kind and over all: key facts with their 95 % interval, citations that hold them, median seconds."""
    kinds = dict.fromkeys(kind for kind, _ in outcomes)
    rows = {kind: _figures([o for k, o in outcomes if k == kind]) for kind in kinds}
    return {"kinds": rows, "all": _figures([o for k, o in outcomes if not k.endswith("in full")])}


def _figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    facts = [outcome.facts for outcome in outcomes]
    held = [outcome.held for outcome in outcomes if outcome.held is not None]
    return {
        "questions": len(outcomes),
        "facts": statistics.fmean(facts),
        "interval": asdict(bootstrap_interval(facts)),
        "citations": statistics.fmean(held) if held else None,
        "seconds": statistics.median(outcome.seconds for outcome in outcomes),
    }


def show(result: dict[str, Any]) -> Iterator[str]:
    yield f"{'kind':<22}{'questions':>10}{'facts':>8}{'95 % interval':>18}{'citations':>11}{'seconds':>9}"
    for kind, row in [*result["kinds"].items(), ("all", result["all"])]:
        low, high = row["interval"]["low"], row["interval"]["high"]
        citations = "–" if row["citations"] is None else f"{row['citations']:.3f}"
        span = f"{low:.3f} to {high:.3f}"
        yield f"{kind:<22}{row['questions']:>10}{row['facts']:>8.3f}{span:>18}{citations:>11}{row['seconds']:>9.1f}"


def _say(line: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {line}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Ask the twin questions about the sample archive.")
    parser.add_argument("--kinds", default="", help="only these, with commas between them")
    parser.add_argument(
        "--words", action="store_true", help="without a model: what needs none, found by words"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    kinds = [kind for kind in arguments.kinds.split(",") if kind]
    try:
        outcomes = with_words(kinds) if arguments.words else with_model(kinds)
    except DoppelError as error:
        print(f"benchmarks.twin: {error}", file=sys.stderr)
        return 1
    result = summarise(outcomes)
    if arguments.json:
        told = [
            {"id": o.question.id, "kind": kind, "answer": o.answer, "facts": o.facts, "citations": o.held}
            for kind, o in outcomes
        ]
        print(json.dumps({**result, "questions": told}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(show(result)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
