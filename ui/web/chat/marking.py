"""Which words of a passage are marked: those the answer rests on where they are known, else those of the question."""

from __future__ import annotations

import re

from ui.web.markup import text

# A run of a script that is written without spaces, or a word.
TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# Words this short or this common match everywhere and would only make the passage noisy.
COMMON = frozenset(
    TOKEN.findall(
        """about after also and are been but can could did does for from had has have her him his how into its
    just like may more most not now off one our out over she should some than that the their them then there
    these they this those too was were what when where which who whom whose why will with would you
    your"""
    )
)
# Characters after a marked word within which other marked words count as beside it.
NEAR = 160
Span = tuple[int, int]


def terms_of(*texts: str) -> frozenset[str]:
    """What is worth marking: words, and pairs of characters where words have no spaces between them."""
    found: set[str] = set()
    for part in texts:
        for token in TOKEN.findall(part.casefold()):
            if UNSPACED.match(token):
                found |= {token[at : at + 2] for at in range(len(token) - 1)}
            elif len(token) > 2 and token not in COMMON:
                found.add(token)
    return frozenset(found)


def spans(passage: str, terms: frozenset[str]) -> list[Span]:
    """Where the terms stand in the passage: start and end, in order, never overlapping."""
    found: list[Span] = []
    for match in TOKEN.finditer(passage):
        token = match.group().casefold()
        if not UNSPACED.match(token):
            found += [match.span()] if token in terms else []
            continue
        for at in range(len(token) - 1):
            if token[at : at + 2] in terms:
                start = match.start() + at
                if found and found[-1][1] >= start:
                    found[-1] = (found[-1][0], start + 2)
                else:
                    found.append((start, start + 2))
    return found


def marked(passage: str, terms: frozenset[str], rests_on: Span | None = None) -> str:
    """The passage, escaped, with its marks; class "best" is the one to open it at.

    rests_on: start and end of the words the answer rests on; then nothing else is marked.
    """
    if rests_on is not None and 0 <= rests_on[0] < rests_on[1] <= len(passage):
        start, end = rests_on
        middle = f'<mark class="best answer-words">{text(passage[start:end])}</mark>'
        return text(passage[:start]) + middle + text(passage[end:])
    hits = spans(passage, terms)
    said = [passage[start:end].casefold() for start, end in hits]

    def density(first: int) -> int:
        start = hits[first][0]
        return len({word for (at, _), word in zip(hits, said, strict=True) if 0 <= at - start < NEAR})

    best = max(range(len(hits)), key=density, default=None)
    pieces, last = [], 0
    for index, (start, end) in enumerate(hits):
        kind = ' class="best"' if index == best else ""
        pieces += [text(passage[last:start]), f"<mark{kind}>{text(passage[start:end])}</mark>"]
        last = end
    return "".join([*pieces, text(passage[last:])])
