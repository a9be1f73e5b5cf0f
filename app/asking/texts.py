"""What the twin says in its own words, in the languages it is asked in. The page's words are elsewhere."""

from __future__ import annotations

from app.asking.language import Language

_TEXTS: dict[str, dict[Language, str]] = {
    "more": {
        "en": "… and {count} more.",
        "de": "… und {count} weitere.",
        "fr": "… et {count} de plus.",
        "zh": "……还有{count}条。",
    },
    "unread": {
        "en": "{count} files are not read yet; ask again when they are.",
        "de": "{count} Dateien sind noch nicht gelesen; frage dann noch einmal.",
        "fr": "{count} fichiers ne sont pas encore lus ; redemande ensuite.",
        "zh": "还有{count}个文件未读，读完后请再问一次。",
    },
    "away": {
        "en": "(This answer does not know {share} of the memory: a part of it is away right now.)",
        "de": "(Diese Antwort kennt {share} des Gedächtnisses nicht: Ein Teil davon ist gerade nicht erreichbar.)",
        "fr": "(Cette réponse ignore {share} de la mémoire : une partie en est inaccessible en ce moment.)",
        "zh": "（此回答未涉及{share}的记忆：部分记忆目前无法访问。）",
    },
    "hello": {
        "en": "Hello. Ask me about anything in your files.",
        "de": "Hallo. Frage mich nach allem, was in deinen Dateien steht.",
        "fr": "Bonjour. Demande-moi tout ce qui est dans tes fichiers.",
        "zh": "你好。你的文件里有什么，都可以问我。",
    },
    "earlier": {
        "en": "Earlier: {text}",
        "de": "Früher: {text}",
        "fr": "Auparavant : {text}",
        "zh": "此前：{text}",
    },
    "first": {
        "en": "{left} was first.",
        "de": "{left} war zuerst.",
        "fr": "{left} était en premier.",
        "zh": "{left}在先。",
    },
    "same": {
        "en": "They are the same.",
        "de": "Beides ist gleich.",
        "fr": "C'est pareil.",
        "zh": "两者相同。",
    },
    "more_than": {
        "en": "{left}: more, by {by}.",
        "de": "{left}: mehr, um {by}.",
        "fr": "{left} : plus, de {by}.",
        "zh": "{left}更多，相差{by}。",
    },
    "less_than": {
        "en": "{left}: less, by {by}.",
        "de": "{left}: weniger, um {by}.",
        "fr": "{left} : moins, de {by}.",
        "zh": "{left}更少，相差{by}。",
    },
    "between": {
        "en": "{by} lie between them.",
        "de": "Dazwischen liegen {by}.",
        "fr": "{by} les séparent.",
        "zh": "相隔{by}。",
    },
    "days": {"en": "{n} days", "de": "{n} Tage", "fr": "{n} jours", "zh": "{n}天"},
    "months": {"en": "{n} months", "de": "{n} Monate", "fr": "{n} mois", "zh": "{n}个月"},
    "years": {"en": "{n} years", "de": "{n} Jahre", "fr": "{n} ans", "zh": "{n}年"},
    "unknown": {
        "en": "not found",
        "de": "nicht gefunden",
        "fr": "introuvable",
        "zh": "未找到",
    },
    "mentioned": {
        "en": "First mentioned {first}, last {last}.",
        "de": "Zuerst erwähnt {first}, zuletzt {last}.",
        "fr": "Première mention {first}, dernière {last}.",
        "zh": "最早见于{first}，最近见于{last}。",
    },
    "cost": {
        "en": "Going through {passages} passages.",
        "de": "{passages} Passagen werden durchgesehen.",
        "fr": "{passages} passages sont parcourus.",
        "zh": "正在通读{passages}段记忆。",
    },
}


def say(text: str, language: Language, **values: object) -> str:
    return _TEXTS[text][language].format(**values)
