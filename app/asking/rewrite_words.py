"""The words by which follow-ups are known, in each language. Tables only."""

from __future__ import annotations

import re

from app.asking.language import Language


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _words(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'’])(?:{'|'.join(text.split())})(?![\w])", re.IGNORECASE)


PRONOUNS: dict[Language, re.Pattern[str]] = {
    "en": _words(
        "he she him his hers her it its they them their theirs this that these those there one ones"
    ),
    "de": _words(
        "er ihn ihm sie ihnen ihr ihre ihren ihrem ihrer ihres sein seine seinen seinem seiner seines deren dessen dort "
        "dorthin daran darauf darin dafür damit davon dazu dabei darüber es das dies dieser diese dieses diesen diesem"
    ),
    # "Quand l'avons-nous acheté ?", "C'était quand ?"
    "fr": re.compile(
        _words("il elle ils elles lui leur leurs son sa ses celui-ci celle-ci cela ça y").pattern
        + r"|(?<=\s)l['’](?=(?:ai|as|a|avons|avez|ont|avait|avaient)\b)|(?<!\w)c['’](?=était\b)",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"他们|她们|它们|他|她|它|这个|那个|这里|那里|该(?!如何|怎么)|其(?!他|它|实|中)|此(?!外)|这(?!么|样)|那(?!么|年|时)"
    ),
}
PERSONAL = word_set("he she him his her hers er ihn ihm sein seine seinen seinem seiner seines lui 他 她")
POSSESSIVE = word_set(
    "his her its their sein seine seinen seinem seiner seines ihr ihre ihren ihrem ihrer ihres son sa ses leur leurs"
)
# Behind these "her" is somebody, not whose something is.
AFTER_HER = _words(
    "to at in on for from with by about when where why how home there up out back and or after before last yesterday today "
    "so again off down away into over than if as a an the my our"
)
# "at at", where a fragment brings the word that stands before its place.
TWICE = re.compile(
    r"\b(at|in|on|for|from|with|by|of|to|an|auf|aus|bei|für|mit|von|zu|à|chez|dans|de|pour|sur)\s+\1\b",
    re.IGNORECASE,
)
# What these mean is nobody.
THINGS = word_set("it its that this das dies es dafür damit cela ça c' c’ l' l’ 它 这个 那个 这 那")
# What these mean is a place.
PLACES = word_set("there here dort dorthin da y 那里 这里")
# Pronouns that cannot give their place to a name: grammar would not allow it.
ELIDED = word_set("y lui l' l’ c' c’")
# Somebody else than who is named before them in the sentence.
OTHERS = word_set("him them ihn ihm ihnen lui leur there dort y")
AND: dict[Language, str] = {"en": " and ", "de": " und ", "fr": " et ", "zh": "和"}
POINTING = word_set("this that these those one ones there")
# German words that stand for a place or thing together with its preposition.
JOINED = word_set(
    "dort dorthin daran darauf darin dafür damit davon dazu dabei darüber das dies dieser diese dieses diesen diesem "
    "deren dessen"
)

# Pronouns that mean nothing outside their sentence.
EMPTY: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:is|was|are|were|will|be) there\b|\bthere (?:is|was|are|were)\b"
        r"|\b(?:know|say|said|think|believe|so|is it true|it true|sure|happen\w*|fact|way|reason|time|day|year) that\b"
        r"|\b(?:that|those|one) (?:\w+ed|who|which|is|are|was|were|of|has|have|had|i|we|you|can)\b|\bone of\b"
        r"|\b(?:in|about|of) this (?:article|chat|text|section)\b"
        r"|\b(?:this|that) (?:year|month|week|morning|evening|summer|winter|spring|autumn)\b"
        r"|\bwhat (?:time )?is it\b(?= *\?*$)|\bit (?:rain|snow)",
        re.I,
    ),
    "de": re.compile(
        r"(?i:\b(?:gibt|gab|geht|ging|regnete|schneite) es\b|\bes (?:gibt|gab|geht|ging|ist|war)\b)|\b[Dd]as [A-ZÄÖÜ]\w+"
        r"|\b(?:diese[rnms]?) (?:Jahr|Monat|Woche|Sommer|Winter)|(?<!^)\bSie\b"
    ),
    "fr": re.compile(
        r"\bil y a\b|\by a-t-il\b|\bs'est-il passé\b|\b(?:est-ce|quelle heure est)-? ?il\b|\bfaut-il\b|\bil faut\b",
        re.I,
    ),
    "zh": re.compile(r"^那(?!个|里)|这[么样]"),
}

FRAGMENT: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"^(?:and|so|but)?[ ,]*(?:(?:what|how) about|and)\s+(?P<rest>.+)$", re.I),
    "de": re.compile(
        r"^(?:(?:und|aber)[ ,]+)?(?:was ist mit|wie (?:ist|war|sieht) es (?:mit|bei))\s+(?P<rest>.+)$"
        r"|^(?:und|aber)[ ,]+(?P<other>.+)$",
        re.I,
    ),
    "fr": re.compile(r"^et(?: pour| en ce qui concerne)?\s+(?P<rest>.+)$", re.I),
    "zh": re.compile(r"^(?:那么?)?(?P<rest>.{1,14}?)(?:呢|怎么样|又如何)$"),
}
# Without the "and" before it.
ASKING: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"why(?: not| so)?|how so|(?:since|until|till|from) when|when|where(?: to| from)?|(?:for |at |by )?how much|how many"
        r"|how long|how often|how|which one|(?:(?:with|for|from|by|to|at) )?whom?|who (?:with|for|from|to)"
        r"|(?:with|for|from|by) what|what for|(?:(?:with|for|from|by|to|at|in|on) )?(?:which|what) \w+",
        re.I,
    ),
    "de": re.compile(
        r"warum|wieso|weshalb|wann|wo|wer|wen|wem|wie viele?|wie lange|wie oft|wie"
        r"|(?:seit|ab|bis) wann|woher|wohin|womit|wofür|wodurch"
        r"|(?:mit|von|bei|zu|für|an) we[mn]|(?:(?:mit|von|bei|zu|für|an|in|auf|aus) )?welche[rmns]? \w+",
        re.I,
    ),
    "fr": re.compile(
        r"pourquoi|quand|où|combien(?: de temps)?|comment|(?:depuis|jusqu'à|à partir de) quand|d'où"
        r"|(?:(?:avec|pour|chez|par|de|à) )?qui|(?:avec|pour) quoi"
        r"|(?:(?:avec|pour|chez|par|de|à|dans|sur) )?quel(?:le)?s? \w+",
        re.I,
    ),
    "zh": re.compile(
        r"为什么|为何|从?什么时候(?:开始)?|从?哪里|在哪里?|(?:[和跟]谁|谁)(?:一起)?|多少钱?|怎么|真的吗?"
    ),
}
ALSO = re.compile(r"^(?:and|but|so|und|aber|et|mais)[ ,]+|^那么?", re.I)
# How a question begins that another question word can take the place of, as it asks for a time, place, reason or way.
HOW: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:why|when|where|how (?:long|often|much)|how)(?= (?:did|do|does|is|was|were|are|has|have|had|can|will)\b)"
        r"|^what(?= (?:is|was|are|were) (?:the|my|our|his|her|their)\b)",
        re.I,
    ),
    "de": re.compile(
        r"^(?:warum|wieso|weshalb|wann|wo|wohin|woher|(?:seit|ab|bis) wann|wie lange|wie oft)(?= [a-zäöü])"
        r"|^wie(?: [a-zäöü]+)?(?= (?:ist|sind|war|waren) (?:der|die|das|mein|unser))"
        r"|^(?:für )?wie ?viel(?= (?:hat|haben|habe|ist|war|wurden?|kostete?)\b)",
        re.I,
    ),
    "fr": re.compile(
        r"^(?:pourquoi|quand|où|comment)(?= )|^quel(?:le)?s?(?= (?:est|sont|était|étaient) )"
        r"|^combien(?= (?:a|ont|as|avez|est|sont|était|coûte)\b)",
        re.I,
    ),
    "zh": re.compile(r"为什么|为何|什么时候|何时|哪一?[天年]|几[点号月]|在?哪里"),
}
# How a question for yes or no begins.
WHETHER: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"^(?:did|do|does|is|was|were|are|has|have|had|can|will)\b", re.I),
    "de": re.compile(r"^(?:hat|habe|haben|hatte|hatten|ist|sind|war|waren|wird|kann|gibt|gab)\b", re.I),
    "fr": re.compile(r"^est-ce (?:que |qu')", re.I),
    "zh": re.compile(r"(?!)"),
}
# What asks for a part of the sentence, so that no other question word gives it its place.
PART = re.compile(
    r"whom?|how (?:much|many)|which one|we[rnm]|wie viele?|qui|combien|谁|多少钱?|真的吗?|how|wie", re.I
)
# Who did it, also as a kind of people: "which company repaired", "welche Firma hat".
_AUXILIARY = r"(?:is|was|are|were|do|does|did|has|have|had|can|could|will|would|should)\b"
WHO = re.compile(
    rf"^(?:who(?! (?:did|do|does)\b)|wer|qui)(?= )|^(?:which|what) (?!{_AUXILIARY})[\w-]+(?= (?!{_AUXILIARY})\w)"
    r"|^(?:which|what) [\w-]+(?= (?:was|were) \w+(?:ed|en)\b)"
    r"|^welche[rs]? [\w-]+(?= (?:hat|haben|hatte|hatten|wurden?)\b)|^quel(?:le)? [\w-]+(?= (?:a|ont)\b)"
    r"|是谁(?=[呀啊呢吗？?]*$)|谁",
    re.I,
)
# What asks who somebody is: the answer says something of whom the question names.
WHO_IS = re.compile(r"^(?:who|wer|qui)(?:['’]s| is| was| ist| war| est| était)\b", re.I)
# What asks for a place: what the answer names is that place.
WHERE = re.compile(r"^(?:where|wo|woher|wohin|où|d['’]où)\b|哪里|哪儿|在哪", re.I)
# What asks for a name: the answer is what is asked about next.
CALLED = re.compile(
    r"\bcalled\b|\bname of\b|\bnamed\b|\bwie (?:heißt|heißen|hieß)\b|\bs'appell|\bnom d"
    r"|(?<!名)叫什么名字|的[^，名]{1,6}叫什么",
    re.I,
)
# What is asked of the matter as a whole ("since when is that so?"): as the question word alone.
THE_MATTER = re.compile(
    r"^(?P<en>when|since when|until when|where|why|how) (?:is|was|did|does) (?:that|this)(?: so| happen(?:ed)?| apply"
    r"| the case| valid)?$"
    r"|^(?P<de>(?:seit |ab |bis )?wann|wo|warum|wieso|weshalb) (?:gilt|galt|ist|war) (?:das|dies)(?: so)?$"
    r"|^c'était (?P<late>quand|où|comment)$"
    r"|^(?P<fr>depuis quand|pourquoi|quand|où) (?:est-ce|était-ce|c'est|c'était)"
    r"(?: (?:le cas|comme ça|ainsi))?$"
    r"|^(?:那|这)是(?P<zh>什么时候|为什么|在?哪里)(?:的|开始的)?$",
    re.I,
)
# Who was at what the question before is about.
THERE_TOO = re.compile(
    r"^(?:and |und |et |还|那)?(?:who (?:else )?(?:was|were|came|went)(?: else)? (?:there|along|with (?:us|me))"
    r"|who else (?:came|went)|(?:is there |are there )?(?:anything|anyone|anybody|any others?|any more)(?: else)?(?: there)?"
    r"|what else(?: is there)?|(?:gibt es |war )?(?:da )?(?:sonst )?noch (?:etwas|was|jemand|andere|mehr)"
    r"|(?:y a-t-il )?(?:autre chose|quelqu['’]un d['’]autre)|(?:还有)(?:别的|其他的?|什么)?吗?"
    r"|wer (?:war|kam|ging)(?: sonst)?(?: noch)? (?:dabei|mit|da)"
    r"|qui (?:d['’]autre )?(?:était|y était|est venu)(?: là)?|(?:还)?有谁(?:在场?|去了?|来了?)?)\W*$",
    re.I,
)
# The year before or after the one that was asked about.
YEAR_BEFORE = re.compile(
    r"(?:in )?the (?:year before(?: that)?|previous year)|(?:im |das )?(?:jahr (?:davor|zuvor)|vorjahr)"
    r"|l['’]année (?:d['’]avant|précédente)|前一年|上一年",
    re.I,
)
YEAR_AFTER = re.compile(
    r"(?:in )?the (?:year after(?: that)?|(?:following|next) year)|(?:im |das )?(?:jahr (?:danach|darauf)|folgejahr)"
    r"|l['’]année (?:d['’]après|suivante)|后一年|第二年|下一年",
    re.I,
)
VERB = re.compile(
    r"\b(?:is|are|was|were|did|does|do|has|have|had|can|will|would|ist|sind|war|waren|hat|haben|hatte|wird|kann|gilt|gelten|gibt|"
    r"gab|est|sont|était|ont|ai|avez|avons)\b|(?<!^)\b(?:heißt|kostet|wohnt|kommt|macht|lebt|steht|liegt)\b",
    re.I,
)

_PARTS = """
address phone telephone number area postcode post code price range
 cost date name title age author theme themes character characters plot
type kind location size reason reasons result results difference main food email website hours colour color
adresse telefon telefonnummer nummer preis kosten datum name titel alter autor art ort grosse grund grunde ergebnis farbe
telephone numero prix cout date nom titre age auteur genre lieu taille raison resultat couleur
"""
POLITE = word_set(
    "please like need want thanks thank yes yeah yep sure ok okay bitte brauche mochte danke ja gerne voudrais merci plait"
    " besoin oui accord"
)
# What is always a part of something: asked for alone, it is part of what the chat is about.
PARTS = word_set(_PARTS)
PART_ZH = re.compile(
    r"^(?:请问|那|你知道|知道)?(?:在|位于|于|由|有|下辖|共|一共|导演|主演|作者|哪年|哪一年|什么时候|什么|多少|为什么|怎么|谁|是谁|哪里|地址|电话"
    r"|价格|名字)"
)

# What a short answer says something about: the words before its first verb.
SUBJECT = re.compile(
    r"^(?:(?:yes|ja|oui),? )?(?P<the>the |der |die |das |le |la )?(?P<name>[\w'’.&-]+(?: [\w'’.&-]+){0,3}?) "
    r"(?:is|are|was|has|serves|offers|costs|lies|ist|sind|war|hat|kostet|liegt|est|était|a|coûte|se trouve)\b",
    re.IGNORECASE,
)
# "There is one called Blue Heron in Kiel."
THERE_IS = re.compile(
    r"^(?:yes,? )?there(?: is|['’]s) (?:(?:one|an? [\w ]{1,30}) (?:called|named) )?(?P<the>the )?"
    r"(?P<name>(?!(?:an?|one|no|any|only|some|not|nothing|also|just)\b)[\w'’.&-]+(?: [\w'’.&-]+){0,3}?) "
    r"(?:in|on|at|which|that|who)\b",
    re.IGNORECASE,
)
NO_SUBJECT = word_set(
    "there it he she they i you we yes no this that these those what which who one some all any my your his her our their "
    "es er sie ich du wir ja nein das dies was wer mein dein il elle ils elles je tu nous vous oui non ce cela c qui on"
)
