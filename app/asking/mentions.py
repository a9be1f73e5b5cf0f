"""What turns of a chat are about: the names and things that a later pronoun may mean, most likely first.

No grammar and no model: names are runs of capitalised words, things are what follows an article or a possessive, Chinese
ones what stands in book quotes or before the question's own words. Good enough to say which of a few candidates is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.asking.genders import gender_of_article, titled
from app.asking.language import Language, language_of
from app.asking.topic import fold, topic_words
from engine.retrieval.names import names

_LEADS = frozenset(
    """what who whom whose which when where why how did does do is was are were has have had can could will would should
    the a an and or but in on at to of for from with by i my me we our please tell show list give name some any all
    wer was wen wem wann wo warum wieso wie welche welcher welches hat habe haben ist sind war waren kann wird und oder
    der die das den dem ein eine im am in mit von bei für nach ich mein meine wir unser liste nenne zeige fasse
    qui que quoi quand où pourquoi comment quel quelle quels quelles combien est sont a ai avez dans le la les un une et
    es er sie ihr du je tu il elle ils elles on nous vous ce cela ça we you
    yes no ja nein oui non ok okay thanks it he she they this that these those there here his her its their als auch
    what's who's where's i'm it's january february march april may june july august september october november december
    januar februar märz mai juni juli oktober dezember monday tuesday wednesday thursday friday saturday sunday
    woher wohin wofür womit wozu wodurch worüber wobei seit ab bis wem wessen since until till à your
    hello hi hey hallo bonjour sorry sure well looking
    montag dienstag mittwoch donnerstag freitag samstag sonntag""".split()  # noqa: SIM905
)
_LEFT = frozenset(("m", "s", "d", "ll", "re", "ve"))
# Written like names, and say of what kind a thing is.
_PEOPLES = frozenset(
    """english british irish scottish welsh french german swiss austrian spanish catalan basque italian portuguese dutch
    belgian danish swedish norwegian finnish polish czech hungarian romanian russian ukrainian turkish greek lebanese persian
    egyptian moroccan indian thai chinese cantonese japanese korean vietnamese indonesian mexican cuban jamaican brazilian
    american canadian african australian european asian mediterranean international""".split()  # noqa: SIM905
)
_WORD_EN = (
    r"(?!(?:of|in|on|at|to|for|from|with|by|and|or|that|who|which|is|was|are|were|did|do|does|has|have|had|the|a|an|be)\b)"
    r"[\w'-]+\s*"
)
# "How much did the microscope cost": the verb that the question's "did" goes with is no part of the thing.
_VERB_BEHIND = re.compile(
    r"(?<=\w)\s+(?:cost|come|live|stand|happen|break|start|begin|end|take|weigh|last|hold|work|belong|look|open|close|leave"
    r"|arrive|die|go|stop|burn|leak|run|grow|sell|change|move|hang|lie)$",
    re.I,
)
_DID = re.compile(r"\b(?:do|does|did)\b", re.I)
_IN_FR = re.compile(r"\b(?:dans|en|à|au|aux|vers|depuis)\s+(?:les?\s+|la\s+|l['’])?$", re.I)
_THING_EN = re.compile(
    r"\b(?:the|my|our|your|his|her|its|their|a|an|this|that|these|those|about|of|any|some|all)\s+"
    rf"((?:{_WORD_EN}){{1,3}}(?:of (?:the |my |our )?(?:{_WORD_EN}){{1,2}})?)",
    re.I,
)
# "Which car did Anna buy": the thing that was done something with.
ASKED_FOR = re.compile(
    r"\b(?:which|what)\s+(?P<thing>[a-z-]+(?: [a-z-]+)?)\s+(?:did|do|does|had|has|have|will|can)\b",
    re.IGNORECASE,
)
_ASKED_DE = re.compile(r"^(?:welche|wie viele)\s+", re.I)
# With the place or whole that it is of: a search for it has more to go by.
_THING_DE = re.compile(
    r"\b(?P<article>der|die|das|den|dem|des|ein|eine|einen|einem|einer|mein\w*|unser\w*|vom|zum|zur|im|am|beim|alle"
    r"|[Ww]elche|[Ww]ie viele)\s+"
    r"((?:[a-zäöü]+\w*\s+){0,1}[A-ZÄÖÜ][\w-]+(?:\s+[A-ZÄÖÜ][\w-]+)*"
    r"(?:\s+(?:der|des|vom|von|im|in|am|beim)\s+(?:(?:der|dem|den)\s+)?[A-ZÄÖÜ][\w-]+)?)"
)
_ARTICLE_DE = (
    r"\b(?:der|die|das|den|dem|des|eine?[nmr]?|vom|zum|zur|im|am|beim|mein\w*|unser\w*|wie viele?|welche\w?)"
)
_THING_FR = re.compile(
    r"(?<![\w'’])(?P<article>le |la |les |l['’]|une? |des |du |de la |mon |ma |mes |notre |nos |son |sa |ses |aux? )"
    r"([\w-]+(?:\s+(?:de la |de l['’]|du |des |de |d['’])[\w-]+)?)",
    re.I,
)
_QUOTED_ZH = re.compile(r"[《「『“【]([^》」』”】]{1,24})[》」』”】]")
_SUBJECT_ZH = re.compile(
    r"^(?:请问|那么|那|你知道|知道|关于|在|从|据|我想问|我喜欢|最近)?(?P<subject>[\u3400-\u9fff·A-Za-z0-9.]{2,24}?)"
    r"(?:的|是|在|于|位于|有|为|被|由|属于|叫|什么|怎么|哪|谁|多少|几|吗|呢|啊|，|。|？|\?|$|能|住|出生|开始|工作|搬|和|与|对|后|前|时|曾|于|从"
    # A party or a club ends in the word for "can".
    r"|(?<![聚宴晚集年协教社工班例舞酒乐览动大峰长学日布委商员])会|可以|一共|总|花[了费掉]|付[了的过]|来了|去了)"
)
_OF_ZH = re.compile(
    r"[\u3400-\u9fff·A-Za-z0-9.]{2,24}?的[\u3400-\u9fff]{1,6}?(?<!位置|地点|产地|地址)(?=在哪)"
)
_QUESTION_ZH = re.compile(r"[什么谁哪几怎]|多少|为何|是否|请问|知道|可以|你|我|他|她|它|这|那")


@dataclass(frozen=True)
class Mention:
    """Something named. person: it may be one (a name without an article in front). gender: of m, f, n and p (several) those
    that its article or title allows, "" where neither tells."""

    text: str
    person: bool
    gender: str = ""


def mentions(text: str) -> list[Mention]:
    """What a turn names, each once, in its order."""
    language = language_of(text)
    if language == "zh":
        return _chinese(text)
    found: dict[str, Mention] = {}
    for name in _named(text, language):
        place = language == "fr" and _IN_FR.search(text[: max(0, text.find(name))])
        found.setdefault(fold(name), Mention(name, not place, titled(name, text)))
    if language == "en" and (asked := ASKED_FOR.search(text)) and topic_words(asked["thing"]):
        found[fold(asked["thing"])] = Mention("the " + asked["thing"], False)
    pattern = {"en": _THING_EN, "de": _THING_DE, "fr": _THING_FR}[language]
    for match in pattern.finditer(text):
        thing = match[match.lastindex or 1].strip(" '-")
        if language == "en" and "'" in thing:
            continue
        if language == "en" and _DID.search(text[: match.start()]):
            thing = _VERB_BEHIND.sub("", thing)
        if topic_words(thing) and not any(fold(thing) in known or known in fold(thing) for known in found):
            said = "the " + thing if language == "en" else _ASKED_DE.sub("die ", match.group().strip())
            found[fold(thing)] = Mention(said, False, _gender(match, text, language))
    return sorted(
        found.values(), key=lambda mention: text.casefold().find(mention.text.casefold().removeprefix("the "))
    )


def same_kind(fragment: str, question: str) -> str:
    """What of a question is of the kind of a fragment: "Spanish food" in it for "Thai food", "Spanish" for "Thai"."""
    *described, thing = fragment.split()
    if not described:
        peoples = [word for word in re.findall(r"[\w-]+", question) if word.casefold() in _PEOPLES]
        return peoples[-1] if peoples and thing.casefold() in _PEOPLES else ""
    found = re.search(rf"\b([\w-]+) {re.escape(thing)}\b", question, re.I)
    return found.group() if found and topic_words(found[1]) else ""


def _named(text: str, language: Language) -> list[str]:
    kept = []
    for name in names("x " + text):
        words = name.split()
        # "I'm" leaves an m, "Nora's" an s, "l'Ourse" an l.
        while words and (
            words[0].casefold() in _LEADS or words[0] in _LEFT or (language == "fr" and len(words[0]) == 1)
        ):
            words.pop(0)
        while words and words[-1] in _LEFT:
            words.pop()
        if len(words) == 1 and words[0].casefold() in _PEOPLES:
            continue
        if not words or words[0][0].isdigit() or all(word.casefold() in _LEADS for word in words):
            continue
        joined = any(word[0].islower() for word in words)
        if language == "de" and (len(words) == 1 or joined) and _noun(words[0], text):
            continue
        kept.append(" ".join(words))
    return kept


def _gender(match: re.Match[str], text: str, language: Language) -> str:
    """What the article of a thing says of its gender, "" in a language without any."""
    if "article" not in match.re.groupindex:
        return ""
    return gender_of_article(match["article"], text[: match.start()], language)


def _noun(word: str, text: str) -> bool:
    """Whether a capitalised German word is a thing: it has an article or the like before it."""
    return bool(re.search(rf"{_ARTICLE_DE}\s+(?:[a-zäöü]\w+\s+)?{re.escape(word)}\b", text, re.I))


def _chinese(text: str) -> list[Mention]:
    found = dict.fromkeys(_QUOTED_ZH.findall(text))
    wholes = {}
    if (match := _SUBJECT_ZH.match(text)) and not _QUESTION_ZH.search(match["subject"]):
        found.setdefault(match["subject"])
        if (whole := _OF_ZH.match(text, match.start("subject"))) and not _QUESTION_ZH.search(whole.group()):
            wholes[whole.group()] = Mention(whole.group(), False)
    for name in re.findall(r"[\u3400-\u9fff]{1,6}(?:·[\u3400-\u9fff]{1,8})+|[A-Z][A-Za-z .]{2,}", text):
        found.setdefault(name.strip())
    return [*wholes.values(), *(Mention(name, True) for name in found)]
