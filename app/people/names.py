"""Names of people and organisations as they are written in heads, on cards and in texts, in four languages."""

from __future__ import annotations

import re

from app.asking.rewrite_words import word_set
from app.asking.topic import fold

_TITLES = re.compile(
    r"^(?:(?:dr|prof|mr|mrs|ms|mme|mlle|m|hr|fr|sr|sra)\.?|herrn?|frau|madame|monsieur|docteur|doktor|doctor|professor)\s+"
    r"(?=\S)",
    re.I,
)
_SURNAME_TITLES = re.compile(
    r"^(?:mr|mrs|ms|mme|m|hr|fr|herrn?|frau|madame|monsieur|dr|prof|docteur|doctor)\.?\s", re.I
)
_ORGANISATION = re.compile(
    r"\b(?:gmbh|ag|kg|ohg|gbr|e\.?v|ltd|inc|llc|corp|sarl|sas|co|verein|verlag|praxis|kanzlei|druckerei|bank|sparkasse"
    r"|versicherung\w*|klinik\w*|hospital|university|universit\w+|school|schule|amt|finanzamt|office|team|support|service"
    r"|kundenservice|newsletter|shop|store|club|society|association|museum|library|bibliothek|partner|partners|anmeldung"
    r"|sekretariat|redaktion|info|noreply|no-reply|hotline|booking|reservation\w*|studio|atelier|gallery|galerie"
    r"|restaurant|hotel|cafe|refuge|mairie|assurance\w*|librairie|laden)\b"
    r"|&|\d|\w+(?:praxis|verein|bank|verlag|werk|werke|klinik|amt|schule|kasse|handel|dienst|bau|technik)\b"
    r"|公司|银行|医院|学校|大学|协会|中心|客服|出版社|酒店|餐厅|有限",
    re.I,
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_SURNAMES_ZH = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文施洪温季俞章鲁葛伍韦申尤毕聂丛焦向柳邢"
)
_NOBODY = word_set(
    "me i you ich du wir moi toi nous all alle alles everybody everyone team tous toutes mama papa mum mom dad mummy daddy "
    "doppel twin unknown unbekannt inconnu 我 你 我们 大家 妈妈 爸爸"
)
_NAME_WORD = re.compile(r"^(?:[A-ZÀ-ÞŒ][\w'’.-]*|von|van|de|der|den|la|le|du|di|da|del|zu|bin|al|y)$")
_LONGEST = 60


def key_of(name: str) -> str:
    """The same for all ways to write a name that differ in case, accents, titles and punctuation."""
    return " ".join(re.findall(r"\w+", fold(bare_name(name))))


def bare_name(name: str) -> str:
    """A name without "Dr", "Frau" and the like, without quotation marks; "Berg, Anna" is Anna Berg."""
    plain = re.sub(r"[\"“”„«»<>()\[\]]", " ", name)
    plain = " ".join(plain.split()).strip(" ,;:.'’")
    family, comma, given = plain.partition(", ")
    if comma and given and len(given.split()) <= 2 and len(family.split()) <= 2 and "," not in given:
        plain = f"{given} {family}"
    before = ""
    while before != plain:
        before, plain = plain, _TITLES.sub("", plain)
    return plain


def is_surname_only(name: str) -> bool:
    """Whether a written name has a title and one word ("Frau Berg"): then the word is a family name."""
    return bool(_SURNAME_TITLES.match(name)) and " " not in bare_name(name)


def told_name(name: str) -> str:
    """A name as a person reads it in a list: "Herrn Berg" of a letter is Herr Berg."""
    return re.sub(r"^Herrn\s", "Herr ", name) if is_surname_only(name) else bare_name(name)


def is_organisation(name: str) -> bool:
    return bool(_ORGANISATION.search(name))


def is_han(name: str) -> bool:
    return bool(_HAN.search(name))


def is_name(text: str) -> bool:
    """Whether a text can be the name of somebody: some capitalised words, or some Chinese characters."""
    bare = bare_name(text)
    if not bare or len(bare) > _LONGEST or "@" in bare or fold(bare) in _NOBODY or re.search(r"\d{3}", bare):
        return False
    if is_han(bare):
        return 2 <= len(bare) <= 8 and bool(re.fullmatch(r"[\u3400-\u9fff·A-Za-z ]+", bare))
    words = bare.split()
    return (
        len(words) <= 5 and any(len(word) > 1 for word in words) and any(word[0].isupper() for word in words)
    )


def is_written_name(text: str) -> bool:
    """The same of words in the middle of a text, where nothing else says that they are a name."""
    words = bare_name(text).split()
    return is_name(text) and 1 <= len(words) <= 3 and all(_NAME_WORD.match(word) for word in words)


def is_surname(character: str) -> bool:
    return character in _SURNAMES_ZH


def is_chinese_person(text: str) -> bool:
    return 2 <= len(text) <= 3 and text[0] in _SURNAMES_ZH


def split_address(text: str) -> tuple[str, str]:
    """(name, e-mail address) of "Anna Berg <anna@example.org>"; either may be ""."""
    found = re.search(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", text)
    address = found.group().casefold() if found else ""
    name = (text[: found.start()] if found else text).strip().strip("<>\"' ,;(")
    return name, address
