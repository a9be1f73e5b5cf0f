"""Questions in one language about notes in another, and some that nothing answers: `python -m benchmarks.foreign [--json]`.

`foreign_notes.jsonl` is an invented archive of short notes in four languages, `foreign_questions.jsonl` twenty questions
whose note is in another language than they are, and twenty-two that no note answers, most of which one nearly does. Printed
is how many were answered rightly, wrongly and not at all, and how many of the first two as not sure. The author of the
questions knew the rules and went by them when some were mended, so that the figures flatter.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import DoppelError
from app.model.store import model_folder
from app.records import Answer, Done
from app.settings import disable_telemetry
from app.settings import load as load_settings
from benchmarks.twin import TODAY
from benchmarks.twin_scoring import says

if TYPE_CHECKING:
    from app.twin.twin import Twin

HERE = Path(__file__).parent
OUTCOMES = ("right", "right, not sure", "wrong", "wrong, not sure", "declined")


@dataclass(frozen=True)
class Asked:
    """answer: ways to say what its note says, none where no note answers."""

    id: str
    question: str
    answer: list[str]


def read_questions() -> list[Asked]:
    lines = (HERE / "foreign_questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [Asked(**json.loads(line)) for line in lines]


def write_notes(folder: Path) -> int:
    """The archive as files; how many."""
    rows = [json.loads(line) for line in (HERE / "foreign_notes.jsonl").read_text("utf-8").splitlines()]
    for row in rows:
        path = folder / row["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(row["text"], encoding="utf-8")
    return len(rows)


def outcome(asked: Asked, answer: Answer) -> str:
    if answer.declined:
        return "declined"
    right = bool(asked.answer) and says(answer.text, asked.answer)
    return ("right" if right else "wrong") + (", not sure" if answer.unsure else "")


def answers(twin: Twin, questions: Sequence[Asked]) -> Iterator[tuple[Asked, Answer]]:
    for asked in questions:
        for event in twin.ask(asked.question, today=TODAY, keep=False):
            if isinstance(event, Done):
                yield asked, event.answer


def table(told: Sequence[tuple[Asked, Answer]]) -> Iterator[str]:
    yield f"{'questions':<28}" + "".join(f"{name:>17}" for name in OUTCOMES)
    for label, answered in (("with a note elsewhere", True), ("that nothing answers", False)):
        counts = Counter(outcome(asked, answer) for asked, answer in told if bool(asked.answer) == answered)
        yield f"{label:<22}{sum(counts.values()):>6}" + "".join(f"{counts[name]:>17}" for name in OUTCOMES)


def main() -> int:
    parser = argparse.ArgumentParser(description="Ask in one language about notes in another.")
    parser.add_argument("--json", action="store_true", help="print every answer as JSON lines")
    arguments = parser.parse_args()
    from app.twin.twin import Twin

    settings = load_settings()
    disable_telemetry(settings)
    with tempfile.TemporaryDirectory(prefix="doppel-foreign-", ignore_cleanup_errors=True) as home:
        write_notes(Path(home) / "notes")
        own = replace(settings, home=Path(home) / "data", model=str(model_folder(settings)), throttle=False)
        try:
            twin = Twin.open(own)
            try:
                twin.ingest(Path(home) / "notes")
                told = list(answers(twin, read_questions()))
            finally:
                twin.close()
        except DoppelError as error:
            print(f"benchmarks.foreign: {error}", file=sys.stderr)
            return 1
    if arguments.json:
        for asked, answer in told:
            row = {"id": asked.id, "outcome": outcome(asked, answer), "answer": answer.text}
            print(json.dumps(row, ensure_ascii=False))
    else:
        print("\n".join(table(told)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
