"""English questions about which of two is more or was first, and about whether one is more or was before the other."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.asking.parts.english_words import (
    AGES,
    BASES,
    LEAST,
    MEASURES,
    PRICES,
    UNCOUNTED,
    asks_how,
    base_of,
    does_or_did,
)
from app.asking.parts.forms import Form, Parts, Working, both, form


def _choice(match: re.Match[str]) -> Parts | None:
    degree = match["degree"].casefold().removeprefix("the ")
    if re.search(r"\b(?:whose|who|that|which)\b", match["noun"] or ""):
        return None
    noun = _noun(match["noun"] or match.groupdict().get("kind"))
    working = "least" if degree in LEAST or "less" in degree else "most"
    last = degree.split()[-1]

    def ask(side: str) -> str:
        if last in PRICES:
            return f"How much did {side}{noun} cost?"
        return f"How {MEASURES.get(last, last)} is {side}{noun}?"

    if last not in MEASURES and last not in PRICES:
        return None
    return both("least" if working == "least" else "most", match["a"], match["b"], ask, ages=last in AGES)


def _noun(said: str | None) -> str:
    """What both sides are, in brackets behind a side: "which of the two lamps" asks of lamps, "which of them" of nothing."""
    noun = re.sub(
        r"^\s*of (?:the |my |our |these |those |her |his |their )?(?:two )?(?:them|two|both|these|those)?",
        "",
        said or "",
    ).strip()
    return f" ({noun})" if noun and noun not in ("one", "two") else ""


def _how(degree: str, thing: str, aux: str, verb: str) -> Callable[[str], str] | None:
    """The question about one side of what has "more hens", "costs less", "took longer"."""
    last, thing = degree.split()[-1], thing.strip()
    if thing.endswith("ly"):
        return None
    if last in ("more", "most", "less", "least", "fewer", "fewest"):
        if thing in ("money", "expensive"):
            thing = ""
        many = "many" if thing and thing.split()[-1] not in UNCOUNTED else "much"
        counted = f" {thing}" if thing else ""
        return lambda side: f"How {many}{counted} {aux} {side} {verb}?"
    measure = MEASURES.get(last) or MEASURES.get(f"{last.removesuffix('est')}er")
    return (lambda side: f"How {measure} {aux} {side} {verb}?") if measure else None


def _verb_choice(match: re.Match[str]) -> Parts | None:
    verb, degree = match["verb"], match["degree"].casefold().removeprefix("the ")
    ask = _how(degree, match["thing"] or "", does_or_did(verb), base_of(verb))
    return both(_more(degree), match["a"], match["b"], ask) if ask else None


def _aux_choice(match: re.Match[str]) -> Parts | None:
    """Questions that begin with their auxiliary: of "or" which it is, of "than" whether it is so."""
    claims = "claims" in match.groupdict()
    degree, thing = match["degree"].casefold(), (match["thing"] or "").strip()
    aux, verb, a = match["aux"].casefold(), (match["verb"] or "").strip(), match["a"]
    b = re.sub(r"^(?:did|does|do|is|was) ", "", match["b"])
    if _NO_SIDE.search(a) or len(a.split()) > LONGEST or re.match(r"\d|(?:just|it|one)\b", b):
        return None
    ages = False
    ask: Callable[[str], str] | None = None
    if aux in ("is", "was", "are", "were"):
        adjective = thing if degree in ("more", "less") else degree
        if adjective and not (thing and adjective is not thing):
            ask, ages = asks_how(adjective, aux, ""), adjective in AGES
    elif verb or aux in ("has", "have"):
        ask = _how(degree, thing, aux if verb else "does", verb or "have")
    return both(_more(degree), a, b, ask, ages=ages, claims=claims) if ask else None


def _more(degree: str) -> Working:
    first = degree.split()[0]
    return "least" if first in LEAST else "most"


def _order(match: re.Match[str]) -> Parts | None:
    """Which of two did something first: when each did it."""
    groups = match.groupdict()
    working: Working = "last" if match["order"].casefold() in _LATE else "first"
    claims = "claims" in groups and not groups.get("either")
    if who := groups.get("who"):  # which did we buy first
        ask: Callable[[str], str] = lambda side: f"When did {who} {match['verb']} {side}?"  # noqa: E731
    else:
        verb = (groups.get("verb") or "was").casefold()
        rest = f" {groups['rest'].strip()}" if groups.get("rest") else ""
        if verb in ("was", "were", "is"):
            ask = lambda side: f"When was {side}{rest}?"  # noqa: E731
        elif verb in ("happened", "came", "come", "happen") and not rest:
            ask = lambda side: f"When was {side}?"  # noqa: E731
        else:
            ask = lambda side: f"When did {side} {base_of(verb)}{rest}?"  # noqa: E731
    return both(working, match["a"], match["b"], ask, claims=claims)


LONGEST = 6  # words of a side
# What opens or ends no side: "is it possible to sell at a higher …", "are there …".
_NO_SIDE = re.compile(
    r"^(?:it|there|this|that|you)\b|\b(?:a|an|the|any|for|to|at|of|if|when|and|or|by|be|with)$|\bif\b", re.I
)
_LATE = frozenset(("more recently", "last", "later", "after", "later than"))
_VERBS = "|".join(sorted({*BASES.values(), "cost", "weigh", "last", "earn", "need", "hold"}))
_SAID = rf"(?!is\b|was\b|are\b|were\b)(?:{'|'.join(BASES)}|costs?|[a-z]{{2,}}(?:ed|s))"
_DEGREE = r"(?P<degree>(?:the )?(?:more|most|less|least|fewer|fewest|[a-z]{3,}(?:er|est)))"
_THING = r"(?P<thing>(?: (?!than\b)[\w-]+){0,3}?)"
_PAIR = r"\s*[,:;?–-]\s*(?P<a>[^,:;]+?),?\s+or\s+(?P<b>.+?)\W*$"
_NOUN_PHRASE = (
    r"(?:(?:the|my|our|his|her|their|[A-Z]\w+['’]s) )[\w'’-]+"
    r"(?: (?:in|of|at|to) (?:the )?[\w'’-]+| (?!come\b|happen\b|take\b)[\w'’-]+)?"
)
_TIMED = r"(?:the |my |our |his |her |their |[A-Z]\w+['’]s )(?!.*\d)"

CHOICES: list[Form] = [
    (
        form(
            r"^(?:which|what|who)(?P<noun>(?: (?!did\b|do\b|does\b)[\w-]+){0,4}?) "
            rf"(?P<verb>{_SAID}) {_DEGREE}{_THING}{_PAIR}"
        ),
        _verb_choice,
    ),
    (
        form(
            r"^(?:(?:between|of) )(?P<a>.+?) and (?P<b>.+?), (?:which|what|who)(?: one)? "
            rf"(?P<verb>{_SAID}) {_DEGREE}{_THING}\W*$"
        ),
        _verb_choice,
    ),
    (
        form(
            r"^(?:(?:between|of) )(?P<a>.+?) and (?P<b>.+?), (?:which|what|who)(?P<noun>(?: one)?) (?:is|was|are|were) "
            r"(?:the )?(?P<degree>(?:(?:more|less) )?[a-z]{3,}(?:er|ive))(?: one)?\W*$"
        ),
        _choice,
    ),
    (
        form(
            rf"^(?P<aux>is|was|are|were|does|do|did|has|have) (?P<a>[^,?]+?)(?: (?P<verb>{_VERBS}))? "
            rf"(?P<degree>more|less|fewer|[a-z]{{3,}}er){_THING} than (?P<b>[^,]+?)(?P<claims>)\W*$"
        ),
        _aux_choice,
    ),
    (
        form(
            rf"^(?P<aux>is|was|are|were|does|do|did) (?P<a>[^,?]+?) or (?P<b>[^,?]+?)(?: (?P<verb>{_VERBS})"
            rf")? (?P<degree>more|less|fewer|[a-z]{{3,}}er){_THING}\W*$"
        ),
        _aux_choice,
    ),
    (
        form(
            r"^(?:which|what|who)(?: [\w-]+){0,3}? did (?P<who>\w+) (?P<verb>[a-z]+(?: up| in| out)?) "
            rf"(?P<order>first|earlier|sooner|later|last|more recently){_PAIR}"
        ),
        _order,
    ),
    (
        form(
            rf"^(?:which|what|who)(?: of (?:the )?(?:two|them)|(?: [\w-]+){{1,3}}?)? "
            rf"(?P<verb>was|were|{_SAID})(?P<rest>(?: [a-z]+){{0,2}}?) "
            rf"(?P<order>first|earlier|sooner|later|last|more recently){_PAIR}"
        ),
        _order,
    ),
    (
        form(
            rf"^did (?P<who>I|we|they|he|she|\w+) (?P<verb>[a-z]+) (?P<a>{_TIMED}.+?) (?P<order>before|after)"
            rf"(?P<either> or (?:before|after))? (?P<b>{_TIMED}[^,]+?)(?P<claims>)\W*$"
        ),
        _order,
    ),
    (
        form(
            rf"^(?:was|were|did) (?P<a>{_NOUN_PHRASE})(?: come| happen| take place)? "
            r"(?P<order>before|after|earlier than|later than)(?P<either> or (?:before|after))? "
            rf"(?P<b>{_NOUN_PHRASE})(?P<claims>)\W*$"
        ),
        _order,
    ),
    (
        form(
            r"^(?:what|which|who)(?: \w+){0,2}? (?:came|was|happened|did|is)(?: \w+)? (?:first|earlier)\W+"
            r"(?P<a>.+?),?\s+or\s+(?P<b>.+?)\W*$"
        ),
        lambda m: both("first", m["a"], m["b"], lambda side: f"When was {side}?"),
    ),
    (
        form(
            r"^(?:which|what|who)(?P<noun>(?: [\w-]+){0,4}?) (?:is|was|are|were) "
            r"(?:the )?(?P<degree>(?:(?:more|less) )?[a-z]{3,}(?:er|ive))(?:(?: one| (?P<kind>\w+))\s*[,:])?\W+"
            r"(?P<a>.+?),?\s+or\s+(?P<b>.+?)\W*$"
        ),
        _choice,
    ),
    (
        form(
            r"^(?P<aux>do|did|does|have|has) (?P<who>\w+) (?P<verb>[a-z]+) (?P<degree>more|less|fewer) (?P<a>[\w-]+) or "
            r"(?P<b>[\w-]+)\W*$"
        ),
        lambda m: both(
            _more(m["degree"].casefold()),
            m["a"],
            m["b"],
            lambda side: f"How many {side} {m['aux'].casefold()} {m['who']} {m['verb']}?",
        ),
    ),
    (
        form(
            r"^did (?P<who>.+?) (?P<verb>[a-z]+) (?P<degree>more|less|fewer) (?P<thing>.+?) "
            r"(?P<a>(?:in|on|at|from|with) .+?)\s+or\s+(?P<b>.+?)\W*$"
        ),
        lambda m: both(
            "most" if m["degree"].casefold() == "more" else "least",
            m["a"],
            m["b"],
            lambda side: f"How many {m['thing']} did {m['who']} {m['verb']} {side}?",
        ),
    ),
]
