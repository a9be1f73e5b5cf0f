"""Short notes asked for in other languages: `python -m benchmarks.short_notes [--ask EVERY] [--archive FOLDER] [--json]`.

`short_notes.jsonl` holds forty invented notes of one or two sentences, ten each in English, German, French and Chinese, and
a question about each in the three other languages. They are remembered beside the packaged sample archive. Printed is how
often a note is among the passages that are read in other languages, found with names and numbers alone and with everyday
words, and with `--ask` for every so many-th question whether the answer says it. The notes were written before the table of
everyday words, by the same author, who knew them: the figures flatter it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.asking.across import in_other_languages, to_read
from app.asking.disagreement import WIDE
from app.asking.everyday.abroad import senses, words_abroad
from app.asking.language import language_of
from app.asking.memory import Cited
from app.asking.question import understand
from app.errors import DoppelError
from app.model.store import model_folder
from app.records import Done
from app.sample import ARCHIVE
from app.settings import disable_telemetry
from app.settings import load as load_settings
from app.twin.recall import Recall, meant
from benchmarks.twin import TODAY
from benchmarks.twin_scoring import says

if TYPE_CHECKING:
    from app.twin.twin import Twin

NOTES = Path(__file__).parent / "short_notes.jsonl"


@dataclass(frozen=True)
class Note:
    """answer: ways to say what its questions ask for; questions: by language."""

    id: str
    lang: str
    note: str
    answer: list[str]
    questions: dict[str, str]


def read_notes() -> list[Note]:
    return [Note(**json.loads(line)) for line in NOTES.read_text(encoding="utf-8").splitlines()]


def asked(notes: Sequence[Note]) -> list[tuple[Note, str, str]]:
    """(note, language, question)."""
    return [(note, lang, question) for note in notes for lang, question in note.questions.items()]


def unspoken(question: str) -> list[str]:
    """The words of a question as other languages have them, each once."""
    return list(dict.fromkeys(word for words in meant(question) for word in words))


def same_words(question: str) -> list[str]:
    """What of a question is looked for without everyday words."""
    abroad = set(words_abroad(question, language_of(question)))
    return [word for word in unspoken(question) if word not in abroad]


def found(twin: Twin, notes: Sequence[Note]) -> dict[str, dict[str, float]]:
    """By pair of languages, the share of questions whose note would be read, with names and numbers ("same") or "everyday"
    words."""
    answerer, memory = twin._ready("which?")
    recall = Recall(twin._archive, answerer, memory, 1, lambda: False)
    rows: dict[str, list[tuple[bool, bool]]] = {}
    for note, lang, question in asked(notes):
        hits = answerer.search(
            memory,
            question,
            replace(recall._library(()), lexical=lambda text: recall._lexical(" ".join(same_words(text)))),
            limit=WIDE,
        )
        plain = in_other_languages(language_of(question), recall._cited(hits, len(hits)))
        sought = senses(question, language_of(question))
        everyday = to_read(understand(question, TODAY), sought, recall)
        seen = [_has(plain, note), _has(everyday, note)]
        rows.setdefault(f"{lang} about {note.lang}", []).append((seen[0], seen[1]))
    return {
        pair: {
            "questions": len(told),
            "same": sum(one for one, _ in told) / len(told),
            "everyday": sum(one for _, one in told) / len(told),
        }
        for pair, told in [*rows.items(), ("all", [one for told in rows.values() for one in told])]
    }


def _has(cited: Sequence[Cited], note: Note) -> bool:
    return any(Path(hit.document.path or "").stem == note.id for hit in cited)


def answered(twin: Twin, questions: Sequence[tuple[Note, str, str]]) -> Iterator[dict[str, Any]]:
    for note, lang, question in questions:
        for event in twin.ask(question, today=TODAY, keep=False):
            if isinstance(event, Done):
                answer = event.answer
                yield {
                    "id": note.id,
                    "lang": lang,
                    "answer": answer.text,
                    "right": says(answer.text, note.answer),
                    "declined": answer.declined,
                    "doubted": answer.unsure,
                }


def measure(home: Path, every: int, archive: Path) -> dict[str, Any]:
    from app.twin.twin import Twin

    settings = load_settings()
    disable_telemetry(settings)
    notes = read_notes()
    folder = home / "notes"
    folder.mkdir()
    for note in notes:
        (folder / f"{note.id}.txt").write_text(note.note, encoding="utf-8")
    twin = Twin.open(replace(settings, home=home / "twin", model=str(model_folder(settings)), throttle=False))
    try:
        for path in (folder, archive):
            twin.ingest(path)
        told = list(answered(twin, asked(notes)[::every])) if every else []
        return {"found": found(twin, notes), "answers": told}
    finally:
        twin.close()


def show(result: dict[str, Any]) -> Iterator[str]:
    yield f"{'question about note':<22}{'questions':>10}{'names, numbers':>17}{'everyday words':>17}"
    for pair, row in result["found"].items():
        yield f"{pair:<22}{row['questions']:>10}{row['same']:>17.2f}{row['everyday']:>17.2f}"
    if told := result["answers"]:
        right = sum(row["right"] for row in told)
        wrong = sum(not row["right"] and not row["declined"] and not row["doubted"] for row in told)
        yield f"asked {len(told)}: {right} answered, {wrong} wrong without a warning"


def main() -> int:
    parser = argparse.ArgumentParser(description="Find short notes by questions in other languages.")
    parser.add_argument(
        "--ask", type=int, default=0, metavar="EVERY", help="also let the model answer every so many-th"
    )
    parser.add_argument("--archive", type=Path, default=ARCHIVE, help="what else is remembered")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="doppel-notes-", ignore_cleanup_errors=True) as home:
            result = measure(Path(home), arguments.ask, arguments.archive)
    except DoppelError as error:
        print(f"benchmarks.short_notes: {error}", file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False, indent=2) if arguments.json else "\n".join(show(result)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
