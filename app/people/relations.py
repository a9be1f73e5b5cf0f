"""Who somebody is to the one who writes: "my sister Anna", "Anna, meine Schwester", "notre voisin M. Klein", "我姐姐李梅".

Only what a sentence says outright with a possessive counts, so that nobody becomes a sister by standing beside one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.people.names import is_chinese_person, is_written_name

_ROLE = (
    r"(?:(?:big|little|older|younger|best|old|good|great|ältere[rn]?|jüngere[rn]?|beste[rn]?|große[rn]?|kleine[rn]?"
    r"|alte[rn]?|former|new)\s+)?"
    r"(?P<role>sister(?:-in-law)?|brother(?:-in-law)?|mother(?:-in-law)?|father(?:-in-law)?|wife|husband|partner|girlfriend"
    r"|boyfriend|fiancée?|son|daughter|niece|nephew|aunt|uncle|cousin|grandmother|grandfather|grandma|grandpa|godmother"
    r"|godfather|friend|neighbour|neighbor|boss|colleague|landlord|landlady|tenant|doctor|dentist|vet|teacher|therapist"
    r"|lawyer|accountant|roommate|flatmate"
    r"|schwester|bruder|mutter|vater|schwägerin|schwager|schwiegermutter|schwiegervater|frau|mann|partnerin|freundin|freund"
    r"|verlobte[r]?|sohn|tochter|nichte|neffe|tante|onkel|cousine|großmutter|großvater|oma|opa|patentante|patenonkel"
    r"|nachbarin|nachbar|chefin|chef|kollegin|kollege|kollegen|vermieterin|vermieter|mieterin|mieter|ärztin|arzt|hausärztin"
    r"|hausarzt|zahnärztin|zahnarzt|tierärztin|tierarzt|lehrerin|lehrer|anwältin|anwalt|steuerberaterin|steuerberater"
    r"|mitbewohnerin|mitbewohner"
    r"|sœur|soeur|frère|belle-sœur|beau-frère|mère|père|belle-mère|beau-père|femme|mari|compagnon|compagne|fiancé|fils"
    r"|fille|nièce|neveu|oncle|cousin|grand-mère|grand-père|mamie|papi|marraine|parrain|amie?|voisine?|patronne?|chef"
    r"|collègue|propriétaire|locataire|médecin|dentiste|vétérinaire|professeure?|avocate?|comptable|colocataire)"
)
_MY = r"(?:my|our|meine?[rnms]?|unser(?:e[rnms]?)?|mon|ma|mes|notre|nos)"
_TITLE = r"(?:(?:Dr|Prof|Mr|Mrs|Ms|M|Mme)\.?\s|(?:Herrn?|Frau|Madame|Monsieur)\s)?"
_NAME = rf"(?P<name>{_TITLE}[A-ZÀ-ÞŒ][\w'’-]+(?:\s+(?:von|van|de|der|la|le|du)?\s*[A-ZÀ-ÞŒ][\w'’-]+)?)"
_BEFORE = re.compile(
    rf"(?<!\w)(?i:{_MY}\s+{_ROLE}),?\s+(?:(?i:is|heißt|named|called|s'appelle)\s+)?{_NAME}(?!\w)"
)
# "Anna, my sister, …", not "Anna, my sister is ill", which speaks to Anna.
_BEHIND = re.compile(
    rf"(?<!\w){_NAME}(?:,\s+(?i:{_MY}\s+{_ROLE})(?=\s*[,.;:!?)]|$)"
    rf"|\s+\((?i:{_MY}\s+{_ROLE.replace('<role>', '<in_brackets>')})(?=[,.;)])"
    rf"|\s+(?:is|was|ist|war|est|était)\s+(?i:{_MY}\s+{_ROLE.replace('<role>', '<is_role>')})(?![\w'’])(?!\s+[A-ZÀ-Þ]))"
)

_ROLE_ZH = (
    r"(?P<role>姐姐|妹妹|哥哥|弟弟|母亲|父亲|妈妈|爸爸|妻子|太太|丈夫|先生|女儿|儿子|侄女|侄子|外甥|阿姨|姑姑|叔叔|舅舅|伯伯|表姐|表哥|表妹|表弟|堂姐|堂哥"
    r"|奶奶|爷爷|外婆|外公|朋友|好友|邻居|同事|老板|经理|领导|房东|医生|牙医|兽医|老师|律师|会计|室友|女朋友|男朋友|同学)"
)
_BEFORE_ZH = re.compile(rf"我们?家?的?{_ROLE_ZH}(?:叫|是|：)?(?P<name>[\u4e00-\u9fff]{{2,3}})")
_BEHIND_ZH = re.compile(rf"(?<![\u4e00-\u9fff])(?P<name>[\u4e00-\u9fff]{{2,3}})(?:是|，)我们?的?{_ROLE_ZH}")

_OWN = re.compile(rf"(?<!\w)(?i:{_MY}\s+{_ROLE})(?!\w)")
_OWN_ZH = re.compile(rf"我们?家?的?{_ROLE_ZH}")

_NEXT_ZH = frozenset(
    "去来在是和说的很有要也都不会跟与住从到给把对为今明昨前后上下叫想做买看又已就才正让被打回生病找帮送"
)

_NO_NAME = re.compile(
    r"^(?:The|This|That|And|But|She|He|It|They|We|You|Und|Aber|Sie|Er|Es|Wir|Dann|Et|Mais|Elle|Il|On|Who|Today|Yesterday"
    r"|Heute|Gestern|Dear|Hi|Hello|Hallo|Liebe|Lieber|Liebes|Cher|Chère|Bonjour|Salut|I|Ich|Je|What|When|Where|Why|How|Was|Wer|Wann|Wo)$"
)


def relations(text: str) -> Iterator[tuple[str, str]]:
    """(name, relation as it is written) for each that a text says outright, in the text's words."""
    for match in (*_BEFORE.finditer(text), *_BEHIND.finditer(text)):
        name, said = match["name"].strip(), match.groupdict()
        role = next(said[group] for group in ("role", "in_brackets", "is_role") if said.get(group))
        if is_written_name(name) and not _NO_NAME.match(name.split()[0]):
            yield name, role.casefold()
    for match in _BEFORE_ZH.finditer(text):
        # Of three characters the last may begin the next word.
        name = match["name"][:-1] if match["name"][-1] in _NEXT_ZH else match["name"]
        if is_chinese_person(name):
            yield name, match["role"]
    for match in _BEHIND_ZH.finditer(text):
        if is_chinese_person(match["name"]):
            yield match["name"], match["role"]


def own_role(text: str) -> re.Match[str] | None:
    """Where a question speaks of somebody by what they are to whoever asks: "my sister", "我女儿"; group role: the word."""
    return _OWN.search(text) or _OWN_ZH.search(text)


def is_role(text: str) -> bool:
    """Whether a text is nothing but what somebody can be to another ("Kollegin")."""
    return bool(re.fullmatch(rf"(?i:{_ROLE})", text))


def leading_role(note: str) -> str:
    """The relation that a note on somebody's card begins with ("sister; has the keys"), "" where it begins otherwise."""
    first = note.strip()
    match = re.match(rf"(?i:{_MY}\s+)?(?i:{_ROLE})(?!\w)", first) or re.match(rf"我?的?{_ROLE_ZH}", first)
    return match["role"].casefold() if match else ""
