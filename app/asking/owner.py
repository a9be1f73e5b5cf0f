"""Whose memory it is, as far as the memory itself tells: who writes most of it, and to whom others write."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from storage.records import Document

_TO = re.compile(r"^(?:To|An|À|收件人): ?([^<\n,]+)", re.MULTILINE)
_CV = re.compile(r"\b(?:cv|resume|résumé|lebenslauf|curriculum vitae|简历)\b", re.IGNORECASE)


def owner_of(documents: Iterable[Document]) -> str:
    """The name that most files are by or to; "" where nobody writes."""
    seen: set[tuple[int | None, str]] = set()
    counts: Counter[str] = Counter()
    for document in documents:
        names = [document.author.split("<")[0], *_TO.findall(document.text)]
        if _CV.search(f"{document.path or ''} {document.title}"):
            names += [document.author.split("<")[0]] * 3
        for name in (re.sub(r"[\"']", "", name).strip() for name in names):
            # Names in full: a first name may be anybody's.
            if " " in name and "@" not in name:
                counts[name] += (document.file_id, name) not in seen
                seen.add((document.file_id, name))
    best = counts.most_common(1)
    return best[0][0] if best else ""
