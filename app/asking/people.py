"""What memories say of a person: names, addresses, numbers, and the sentences that say who they are.

Worked out when asked, from the passages that say the name; nothing of it is stored, so there is nothing that forgetting a
memory would leave behind, and an edited memory counts as edited. Rules only: every fact is a line of a passage.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.asking.lines import Line, days_of, in_order, lines_of
from app.asking.memory import own_words
from app.asking.plain import plain
from app.asking.topic import fold
from storage.records import Document

MOST = 6
UNDER_NAME = 3  # lines of a passage whose title says the name
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w.])(?:\+\d{1,3}[ /-]?)?(?:\(?\d{2,5}\)?[ /-]?)(?:\d[ /-]?){5,10}\d(?!\w)")
_TITLES = re.compile(r"^(?:dr\.?|prof\.?|mr\.?|mrs\.?|ms\.?|herr|frau|madame|monsieur|mme|m\.)\s+", re.I)
_ROLES = re.compile(
    r"\b(?:sister|brother|mother|father|mum|dad|wife|husband|partner|friend|son|daughter|uncle|aunt|neighbour|boss|chief|head|doctor"
    r"|vet|dentist|teacher|conductor|translat\w+|roofer|owner|lawyer|notary|editor|expert|colleague|client|landlord|caretaker"
    r"|schwester|bruder|mutter|vater|frau|mann|freund\w*|sohn|tochter|onkel|tante|nachbar\w*|chef\w*|leiter\w*|ärzt\w+|arzt|tierärzt\w+"
    r"|lehrer\w*|dirigent\w*|übersetzer\w*|vorsitz\w*|kasse\w*|vorstand|aufsichtsrat|nachfolger\w*|architekt\w*|architect\w*|tenor|bass|alt|sopran"
    r"|sœur|frère|mère|père|femme|mari|ami\w*|fils|fille|oncle|voisin\w*|patron|médecin|vétérinaire|professeur|traduct\w+|gérant\w*)\b"
    r"|专家|教授|编辑|译者|翻译|审校|老师|医生|朋友|姐姐|妹妹|哥哥|弟弟|母亲|父亲|妈妈|爸爸|女儿|儿子|丈夫|妻子|经理|邻居|同事",
    re.IGNORECASE,
)


_NO_NAME = re.compile(
    r"(?:herr|frau|dr|liebe[rs]?|dear|hi|hello|und|and|mit|whatsapp|telegram|signal|chat|onkel|tante|uncle|aunt)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Entry:
    """What is known of somebody. name: as fully as it is written anywhere; facts: the telling lines, the best first.

    first, last: the earliest and the latest passage that says the name, None where none has a date.
    """

    name: str
    facts: tuple[Line, ...]
    first: Line | None
    last: Line | None


def entry_of(name: str, documents: Sequence[Document], most: int = MOST) -> Entry | None:
    """What the passages say of somebody; None where no passage says the name."""
    bare = bare_name(name)
    full = full_name(bare, documents)
    known = [bare, full]
    lines = [line for document in documents for line in _telling(document, known)]
    if not lines:
        return None
    ranked = sorted(lines, key=lambda line: -_worth(line, known))
    facts: list[Line] = []
    for line in ranked:
        if len(facts) < most and not any(fold(line.text) in fold(kept.text) for kept in facts):
            facts.append(line)
    dated = [line for line in in_order(lines) if line.period is not None]
    return Entry(full, tuple(facts), dated[0] if dated else None, dated[-1] if dated else None)


def bare_name(name: str) -> str:
    """A name without "Dr", "Frau" and the like."""
    return _TITLES.sub("", name).strip()


def is_card(document: Document) -> bool:
    """Whether a passage is somebody's card in an address book."""
    return (document.path or "").lower().endswith(".vcf")


def says(name: str, text: str) -> bool:
    """Whether a text has the name as words of its own."""
    if re.match(r"[\u3400-\u9fff]", name):
        return name in text
    return bool(re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", fold(text)))


def full_name(name: str, documents: Sequence[Document]) -> str:
    """The name as fully as it is most often written: in the heads of mails, on cards, in texts."""
    if " " in name or re.match(r"[\u3400-\u9fff]", name):
        return name
    found: Counter[str] = Counter()
    run = re.compile(rf"(?<!\w)((?:[A-ZÀ-Þ][\w'’-]+ )?{re.escape(name)}(?: [A-ZÀ-Þ][\w'’-]+)?)(?!\w)")
    for document in documents:
        for text, weight in (
            (document.author, 4),
            (document.title, 6 * is_card(document)),
            (document.text, 1),
        ):
            for match in run.finditer(text):
                if " " in match[1] and not _NO_NAME.match(match[1]):
                    found[match[1]] += weight
        # "Sebastian Hürlin <basti@example.org>" is Basti.
        for match in re.finditer(
            r"([A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)+)\"? <([\w.+-]+)@", f"{document.author}\n{document.text}"
        ):
            if fold(match[2]) == fold(name):
                found[match[1]] += 6
    best = found.most_common(1)
    return best[0][0] if best and best[0][1] >= 2 else name


def _telling(document: Document, names: Sequence[str]) -> Iterator[Line]:
    """The lines of a passage that say a name; of somebody's own card, all of it; of their mail, who wrote it."""
    if any(says(name, document.title) for name in names) and is_card(document):
        yield Line(plain(own_words(document), 400), None, document)
        return
    if document.author and any(says(name, document.author) for name in names):
        address = _ADDRESS.search(document.author)
        yield Line(
            document.author if address else f"{document.author}: {plain(document.title)}",
            days_of(document),
            document,
        )
    lines = lines_of(document)
    headed = any(says(name, document.title) for name in names)
    for at, line in enumerate(lines):
        # What stands under a name is about it, though its lines need not say it again.
        if any(says(name, line.text) for name in names) or (headed and at < UNDER_NAME):
            yield line


def _worth(line: Line, names: Sequence[str]) -> float:
    """How much a line says of who somebody is."""
    text = line.text
    value = 4.0 * is_card(line.document)
    at = min((fold(text).find(fold(name)) for name in names if says(name, text)), default=-1)
    if at >= 0:
        near = text[max(0, at - 60) : at + 90]
        value += 2.0 * bool(_ROLES.search(near)) + 0.5 * (at < 20)
    for name in names:
        escaped = re.escape(name)
        if re.search(
            rf"{escaped}(?:'s|s)?\s*(?:,|\(|is\b|was\b|ist\b|war\b|est\b|était\b|是|（)", text, re.I
        ):
            value += 1.5
        if re.search(
            rf"(?:\bmy|\bour|\bmein\w*|\bunser\w*|\bmon|\bma|我的?)\s+\w+,?\s+{escaped}", text, re.I
        ):
            value += 2.0
    value += 0.7 * bool(_ADDRESS.search(text)) + 0.5 * bool(PHONE.search(text))
    return value + min(len(text), 160) / 400
