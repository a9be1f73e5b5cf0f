"""How questions speak of a time by what happened then ("before we moved", "während der Renovierung"), and the words by which
such events are known across four languages. Tables only."""

from __future__ import annotations

import re
from typing import Literal

Way = Literal["before", "after", "since", "until", "during"]

_EN = r"(?:we|i|he|she|they|the|my|our|his|her|their)\b"
_DE = r"(?:de[rmns]|die|das|einer?|meine?[mrn]?|unsere?[mrn]?|seine?[mrn]?|ihre?[mrn]?)\b"
_FR = r"(?:le |la |les |l'|mon |ma |mes |notre |nos |son |sa |leur )"
_END = r"[^,;?？，。]*"

_PATTERNS: tuple[tuple[str, Way | None], ...] = (
    (rf"\b(?P<way>before|after|since|until|during)\s+(?P<event>{_EN}{_END})", None),
    (rf"\b(?:when|while)\s+(?P<event>(?:we|i|he|she|they|my \w+|our \w+)\s+(?!did\b){_END})", "during"),
    (rf"\b(?P<way>vor|nach|seit|während|bis zu[mr])\s+(?P<event>{_DE}{_END})", None),
    (rf"\b(?P<way>bevor|nachdem|seitdem|seit)\s+(?P<event>(?:wir|ich|er|sie)\s{_END})", None),
    (rf"\bals\s+(?P<event>(?:wir|ich|er|sie)\s{_END})", "during"),
    (
        rf"\b(?P<way>avant|après|depuis|pendant|durant|jusqu'à)\s+(?P<event>(?:que (?:nous|je|on|il|elle) |{_FR}){_END})",
        None,
    ),
    (rf"\b(?:quand|lorsque|lorsqu'|pendant que)\s*(?P<event>(?:j'|je |nous |on |il |elle ){_END})", "during"),
    (r"(?P<event>[^，。？?的]{2,16}?)(?:之前|以前|前)(?=[^天年月]|$)", "before"),
    (r"(?P<event>[^，。？?的]{2,16}?)(?:之后|以后|后)(?=[^天年月]|$)", "after"),
    (r"(?P<event>[^，。？?]{2,16}?)(?:期间|的时候|时)(?=[^候间]|$)", "during"),
    (r"(?:自从?)(?P<event>[^，。？?的]{2,16}?)以来", "since"),
)
PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), way) for pattern, way in _PATTERNS)
WAYS: dict[str, Way] = {
    "before": "before",
    "after": "after",
    "since": "since",
    "until": "until",
    "during": "during",
    "vor": "before",
    "bevor": "before",
    "nach": "after",
    "nachdem": "after",
    "seit": "since",
    "seitdem": "since",
    "während": "during",
    "bis zum": "until",
    "bis zur": "until",
    "avant": "before",
    "après": "after",
    "depuis": "since",
    "pendant": "during",
    "durant": "during",
    "jusqu'à": "until",
}

_LIFE = (
    r"\b(?:mov(?:e|ed|ing)|umzug\w*|umge?zogen|umziehen|einzug|eingezogen|zogen|déménag\w+|emménag\w+)\b|搬家|搬到|搬进|搬",
    r"\b(?:wedding|married|marriage|hochzeit\w*|geheiratet|heirat\w*|mariage|mari[ée]e?s?|épous\w+)\b|结婚|婚礼",
    r"\b(?:born|birth|geburt|geboren|naissance|née?)\b|出生|诞生",
    r"\b(?:renovat\w+|refurbish\w+|renovier\w+|umbau\w*|sanier\w+|rénov\w+|travaux)\b|装修|翻修",
    r"\b(?:retire[d]?|retirement|rente|ruhestand|pensionier\w+|retraite)\b|退休",
    r"\b(?:died|death|funeral|tod|gestorben|beerdigung|mort|décès|enterrement)\b|去世|葬礼",
    r"\b(?:trip|journey|holidays?|vacation|reise|urlaub|ferien|voyage|vacances)\b|旅行|旅游|度假",
    r"\b(?:operation|surgery|operiert|opération)\b|手术",
    r"\b(?:live[ds]?|living|wohn\w*|gewohnt|habit\w+|vivais|vivions|vivait)\b|住",
    r"\b(?:work(?:ed|ing)?|job|arbeite\w*|gearbeitet|stelle|travaill\w+)\b|工作|上班",
    r"\b(?:stud(?:y|ied|ying)|studier\w*|studium|étudi\w+|études)\b|上学|大学|读书",
)
LIFE = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _LIFE)
"""Each the words of one kind of event in a life."""
