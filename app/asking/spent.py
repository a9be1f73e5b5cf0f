"""What was spent, added up from the rows of a table: of several rows a small model takes one.

Only where it is plain what is added: the rows of one file whose table names one column of amounts, of the period that the
question names, with all that it says was bought. Every passage of a table repeats its header, so its rows are found by it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from app.asking.memory import Cited, Memory, own_words
from app.asking.plain import plain
from app.asking.quantities import number_of, told_number
from app.asking.question import Question
from app.asking.texts import say
from app.asking.topic import share
from app.asking.values import told_unit
from app.dates.periods import written_periods
from storage.records import Document

SEARCHED = 24
PASSAGES = 400  # of tables with one header; of more no part is added up
SHOWN = 12
_SPENT = r"spen[dt]\w*|ausgegeben|ausgaben|ausgab|d[ée]pens\w*|花了|花费|花掉|支出|开销"
_ASKED = re.compile(
    rf"\b(?:how much|wie ?viel|combien)\b.*\b(?:{_SPENT})\b|\btotal (?:of|for)\b.*\b(?:expenses|spending|costs)\b"
    r"|(?:花了|花费|花掉|支出|开销).{0,4}多少|多少.{0,4}(?:支出|开销)",
    re.IGNORECASE,
)
# Says how it is asked, not what was bought.
_ASKING = re.compile(
    rf"(?:{_SPENT}|much|money|expenses?|costs?|total|all|altogether|geld|insgesamt|gesamt|argent|tout|钱|花|多少|一共|总共|我|们)+",
    re.IGNORECASE,
)
_AMOUNTS = re.compile(
    r"amount|betrag|summe|preis|price|cost|kosten|total|montant|prix|coût|somme|金额|价格|费用|支出|\beur|_eur|usd|gbp|chf|[€$£元]",
    re.IGNORECASE,
)
_CURRENCIES = {"€": r"€|eur", "$": r"\$|usd", "£": "£|gbp", "CHF": "chf", "¥": "元|¥|rmb|cny"}
_NUMBER = re.compile(r"[^\d+-]{0,4}\d[\d.,'’ ]*[^\d]{0,5}")


@dataclass(frozen=True)
class _Table:
    """header: its first line, the names of the columns; column: which of them has the amounts."""

    header: str
    column: int

    @property
    def names(self) -> list[str]:
        return self.header.split("|")


@dataclass(frozen=True)
class _Row:
    text: str
    amount: float
    document: Document


def spent(question: Question, memory: Memory) -> tuple[str, tuple[Cited, ...]] | None:
    """The sum with the rows that it is made of, and their passages; None where no table says plainly what was spent."""
    if not _ASKED.search(question.text):
        return None
    topic = [word for word in question.topic if not _ASKING.fullmatch(word)]
    if not topic and question.period is None:
        return None
    documents = [hit.document for hit in memory.search(question.text, SEARCHED)]
    documents += memory.dated(question.period, PASSAGES) if question.period else []
    files: defaultdict[_Table, set[int]] = defaultdict(set)
    for document in documents:
        if (table := _table(document)) and document.file_id is not None:
            files[table].add(document.file_id)
    found: dict[tuple[_Table, int | None], list[_Row]] = {}
    for table, own in files.items():
        passages = memory.saying([table.header], PASSAGES)
        if len(passages) == PASSAGES:
            continue
        for passage in passages:
            if passage.file_id in own and _table(passage) == table:
                meant = [row for row in _rows(passage, table) if _is_meant(row, topic, question)]
                found.setdefault((table, passage.file_id), []).extend(meant)
    told = [(table, rows) for (table, _), rows in found.items() if rows]
    return _told(*told[0], question) if len(told) == 1 and len(told[0][1]) > 1 else None


def _told(table: _Table, rows: list[_Row], question: Question) -> tuple[str, tuple[Cited, ...]] | None:
    if min(row.amount for row in rows) < 0 < max(row.amount for row in rows):
        return None  # what came in and what went out
    total = round(abs(sum(row.amount for row in rows)), 2)
    name = table.names[table.column]
    unit = next((unit for unit, said in _CURRENCIES.items() if re.search(said, name, re.IGNORECASE)), "")
    number = told_unit(told_number(total, question.language, money=True), unit, question.language)
    documents = list({row.document.id: row.document for row in rows}.values())
    at = {document.id: place for place, document in enumerate(documents, 1)}
    lines = [say("total", question.language, total=number)]
    lines += [f"- {plain(row.text)} [{at[row.document.id]}]" for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(say("more", question.language, count=len(rows) - SHOWN))
    return "\n".join(lines), tuple(Cited(document) for document in documents)


def _table(document: Document) -> _Table | None:
    """The table that a passage begins with; None where it is none, or none or several of its columns are of amounts."""
    header = own_words(document).strip().split("\n", 1)[0].strip()
    if "|" not in header or re.search(r"\d{2}", header):
        return None
    columns = [at for at, name in enumerate(header.split("|")) if _AMOUNTS.search(name)]
    return _Table(header, columns[0]) if len(columns) == 1 else None


def _rows(document: Document, table: _Table) -> Iterator[_Row]:
    for line in own_words(document).strip().split("\n")[1:]:
        cells = line.split("|")
        if len(cells) != len(table.names) or not _NUMBER.fullmatch(cells[table.column].strip()):
            continue
        said = cells[table.column]
        sign = -1 if re.match(r"\W*[-−]", said) else 1
        yield _Row(line, sign * number_of(re.sub(r"[^\d.,'’]", "", said).strip(".,")), document)


def _is_meant(row: _Row, topic: list[str], question: Question) -> bool:
    if topic and share(topic, row.text) < 1.0:
        return False
    period = question.period
    if period is None:
        return True
    return any(period.first <= one.first and one.last <= period.last for one in written_periods(row.text))
