"""What a question is about: its words without those that any question has, and how far a text is about the same.

Words meet by their first five letters, and inside compounds ("Dach" in "Dachdecker"); Chinese by pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from rapidfuzz.distance import OSA

_SMALL_WORDS = """
a an the this that these those and or but not no of in on at to for from with by about into over under between as than
then so if is are was were be been being am do does did done doing have has had having can could will would shall
should may might must i me my mine myself we us our ours you your yours he him his she her hers it its they them their
theirs what which who whom whose when where why how much many more most all any some every each both other there here
now please tell give show list name find know say said think mean happen happened happening happens everything
anything something thing things like long ago ever still also just only too very did didn't don't it's what's who's
now currently nowadays cost costs summarise summarize summary overview recap write wrote written went go going get got
make made take took let one two time times day days week weeks month months year years last next past since before
after until during der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine keinen ist
sind war waren sein bin bist wird werden wurde wurden hat habe haben hatte hatten kann können konnte will wollen soll
sollen muss ich mich mir mein meine meinen meinem meiner meines wir uns unser unsere unseren unserem du dich dir dein
deine er ihn ihm sie ihr ihre ihren ihrem es man was wer wen wem wessen wann wo warum wieso weshalb wie welche welcher
welches welchen welchem viel viele mehr alle alles allen jede jeder jedes hier da dort dann so als ob wenn in im an am
auf aus bei beim bis durch für gegen mit nach ohne seit über um unter von vom vor zu zum zur zwischen gemacht passiert
los geschehen gegeben gab jetzt derzeit aktuell momentan zurzeit kostet kostete kosten gekostet gibt liste zähle nenne
zeige fasse zusammen zusammenfassung überblick bitte heute jahr jahre jahren monat woche tag tage le la les l un une
des du de d et ou mais ne pas est sont était étaient suis es sera ai as a avons avez ont avait je j me m mon ma mes
moi nous notre nos tu te t ton ta tes vous votre vos il elle lui son sa ses ils elles leur leurs on ce c cet cette ces
qui que qu quoi quand où pourquoi maintenant actuellement coûte coûtait coûté coûter comment quel quelle quels quelles
combien plus tout toute tous toutes en dans pour par sur avec sans chez entre vers au aux y s se fait faire passé
passée liste énumère résume résumé donne montre dis moi année an mois semaine jour dernier dernière
noted jotted often geschrieben aufgeschrieben notiert oft écrit noté fois
"""
_STOP = frozenset(_SMALL_WORDS.split())
_STOP_ZH = re.compile(
    r"请问|请|告诉我|总结一下|总结|概括一下|概括|摘要|列出所有|列出|所有的?|哪些|什么时候|什么|哪里|哪一?[天年月个位]|谁|怎么样?|为什么"
    r"|多少|几[个次位]?|发生了?|有没有|有|是|的|了|吗|呢|吧|我们?|你们?|他们?|她们?|它们?|在|和|与|跟|也|都|就|还|现在|目前|如今|这[个次]?|那[个次]?|被|把|到|去"
)
# "How high", "wie teuer": asks for a measure, and is no thing to find in a text.
_DEGREE = re.compile(
    r"\b(?:how|wie)\s+(?:high|big|large|tall|deep|wide|far|often|old|heavy|expensive|hoch|groß|weit|tief|breit|oft|alt|schwer"
    r"|teuer|lange?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
# French joins small words to the next one: "l'atelier" is an "atelier".
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu)['’](?=\w)")
_STEM = 5
_LONG = 6  # letters of words that may be mistyped by one


def topic_words(text: str) -> tuple[str, ...]:
    """The words that say what a question is about, each once, folded; Chinese in runs."""
    found: dict[str, None] = {}
    text = _DEGREE.sub(" ", text)
    for run in _HAN.findall(text):
        for part in _STOP_ZH.split(run):
            if part:
                found[part] = None
    for word in _WORD.findall(_HAN.sub(" ", text)):
        folded = _ELIDED.sub("", fold(word))
        if folded and not is_small(folded) and word.casefold() not in _STOP:
            found[folded] = None
    return tuple(found)


def is_small(folded: str) -> bool:
    """Whether a word, in lower case and without accents, says nothing of what is asked about."""
    return folded in _STOP_FOLDED


def share(topic: Collection[str], text: str) -> float:
    """The share of the topic's words that a text has, 0 to 1; 1 without any."""
    if not topic:
        return 1.0
    folded = fold(text)
    words = set(_WORD.findall(folded))
    beginnings = {word[:_STEM] for word in words}
    return sum(_has(word, folded, beginnings) or _mistyped(word, words) for word in topic) / len(topic)


def _mistyped(word: str, words: Collection[str]) -> float:
    """Whether a text has a long word but for one letter; people type fast."""
    if len(word) < _LONG or _HAN.match(word):
        return 0.0
    alike = (other for other in words if other[0] == word[0] and abs(len(other) - len(word)) <= 1)
    return float(any(OSA.distance(word, other, score_cutoff=1) <= 1 for other in alike))


def _has(word: str, folded: str, beginnings: Collection[str]) -> float:
    if _HAN.match(word):
        pairs = [word[at : at + 2] for at in range(max(1, len(word) - 1))]
        return sum(pair in folded for pair in pairs) / len(pairs)
    if word[:_STEM] in beginnings:
        return 1.0
    return float(len(word) >= 4 and word in folded)


def fold(text: str) -> str:
    """Lower case without accents and possessives."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"['’]s\b", "", plain)


_STOP_FOLDED = frozenset(fold(word) for word in _STOP)
