"""What the twin says in its own words, in the languages it is asked in. The page's words are elsewhere."""

from __future__ import annotations

from app.asking.language import Language

_TEXTS: dict[str, dict[Language, str]] = {
    "declined": {
        "en": "I could not find that in your memory.",
        "de": "Das habe ich in deinem Gedächtnis nicht gefunden.",
        "fr": "Je n'ai pas trouvé cela dans ta mémoire.",
        "zh": "在你的记忆中没有找到。",
    },
    "unsure": {
        "en": "Not sure: the passages can be read in different ways. Check them.",
        "de": "Nicht sicher: Die Stellen lassen sich verschieden lesen. Sieh nach.",
        "fr": "Pas sûr : les passages peuvent se lire autrement. Vérifie-les.",
        "zh": "不确定：这些段落可以有不同的解读，请核对。",
    },
    "looked_in": {
        "en": "Looked in:",
        "de": "Nachgesehen in:",
        "fr": "Cherché dans :",
        "zh": "查看过：",
    },
    "earlier_on": {
        "en": "Earlier ({date}): {said}",
        "de": "Früher ({date}): {said}",
        "fr": "Auparavant ({date}) : {said}",
        "zh": "此前（{date}）：{said}",
    },
    "otherwise": {
        "en": "Another memory says: {said}",
        "de": "Eine andere Erinnerung sagt: {said}",
        "fr": "Un autre souvenir dit : {said}",
        "zh": "另一段记忆说：{said}",
    },
    "you_are": {
        "en": "You are {name}.",
        "de": "Du bist {name}.",
        "fr": "Tu es {name}.",
        "zh": "你是{name}。",
    },
    "i_am": {"en": "I am {name}.", "de": "Ich bin {name}.", "fr": "Je suis {name}.", "zh": "我是{name}。"},
    "seems": {
        "en": "This seems to be the memory of {name}.",
        "de": "Das ist wohl das Gedächtnis von {name}.",
        "fr": "Cela semble être la mémoire de {name}.",
        "zh": "这似乎是{name}的记忆。",
    },
    "own_words": {
        "en": "- {said} (your own words)",
        "de": "- {said} (deine eigenen Worte)",
        "fr": "- {said} (tes propres mots)",
        "zh": "- {said}（你自己说的）",
    },
    "name": {"en": "name", "de": "Name", "fr": "nom", "zh": "姓名"},
    "alias": {"en": "also called", "de": "auch genannt", "fr": "aussi appelé", "zh": "又名"},
    "relation": {"en": "relation", "de": "Beziehung", "fr": "lien", "zh": "关系"},
    "role": {"en": "role", "de": "Aufgabe", "fr": "rôle", "zh": "职务"},
    "organisation": {"en": "organisation", "de": "Organisation", "fr": "organisation", "zh": "单位"},
    "email": {"en": "e-mail", "de": "E-Mail", "fr": "e-mail", "zh": "邮箱"},
    "phone": {"en": "phone", "de": "Telefon", "fr": "téléphone", "zh": "电话"},
    "address": {"en": "address", "de": "Adresse", "fr": "adresse", "zh": "地址"},
    "birthday": {"en": "birthday", "de": "Geburtstag", "fr": "anniversaire", "zh": "生日"},
    "note": {"en": "note", "de": "Notiz", "fr": "note", "zh": "备注"},
    "page": {"en": "page", "de": "Seite", "fr": "page", "zh": "网页"},
    "ask_who": {
        "en": "Who is {name}?",
        "de": "Wer ist {name}?",
        "fr": "Qui est {name} ?",
        "zh": "{name}是谁？",
    },
    "ask_month": {
        "en": "What happened in {month}/{year}?",
        "de": "Was ist in {month}/{year} passiert?",
        "fr": "Que s'est-il passé en {month}/{year} ?",
        "zh": "{year}年{month}月发生了什么？",
    },
    "ask_summary": {
        "en": "Summarise everything about {topic}.",
        "de": "Fasse alles über {topic} zusammen.",
        "fr": "Résume tout ce qui concerne {topic}.",
        "zh": "总结关于{topic}的一切。",
    },
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
    "first": {
        "en": "{side} was first.",
        "de": "{side} war zuerst.",
        "fr": "{side} était en premier.",
        "zh": "{side}在先。",
    },
    "last": {
        "en": "{side} was later.",
        "de": "{side} war später.",
        "fr": "{side} était plus tard.",
        "zh": "{side}在后。",
    },
    "yes": {"en": "Yes: {said}", "de": "Ja: {said}", "fr": "Oui : {said}", "zh": "是的：{said}"},
    "no": {"en": "No: {said}", "de": "Nein: {said}", "fr": "Non : {said}", "zh": "不是：{said}"},
    "same": {
        "en": "They are the same.",
        "de": "Beides ist gleich.",
        "fr": "C'est pareil.",
        "zh": "两者相同。",
    },
    "difference": {
        "en": "{by} (more: {more})",
        "de": "{by} (mehr: {more})",
        "fr": "{by} (plus : {more})",
        "zh": "{by}（较多：{more}）",
    },
    "total": {
        "en": "{total} together",
        "de": "{total} zusammen",
        "fr": "{total} ensemble",
        "zh": "一共{total}",
    },
    "most": {
        "en": "{side}, by {by}",
        "de": "{side}, um {by}",
        "fr": "{side}, de {by}",
        "zh": "{side}，相差{by}",
    },
    "least": {
        "en": "{side}, by {by}",
        "de": "{side}, um {by}",
        "fr": "{side}, de {by}",
        "zh": "{side}，相差{by}",
    },
    "between": {
        "en": "They are {by} apart.",
        "de": "Sie liegen {by} auseinander.",
        "fr": "À {by} d'intervalle.",
        "zh": "相隔{by}。",
    },
    "days": {"en": "{n} days", "de": "{n} Tage", "fr": "{n} jours", "zh": "{n}天"},
    "weeks": {"en": "{n} weeks", "de": "{n} Wochen", "fr": "{n} semaines", "zh": "{n}周"},
    "months": {"en": "{n} months", "de": "{n} Monate", "fr": "{n} mois", "zh": "{n}个月"},
    "years": {"en": "{n} years", "de": "{n} Jahre", "fr": "{n} ans", "zh": "{n}年"},
    "day": {"en": "1 day", "de": "1 Tag", "fr": "1 jour", "zh": "1天"},
    "week": {"en": "1 week", "de": "1 Woche", "fr": "1 semaine", "zh": "1周"},
    "month": {"en": "1 month", "de": "1 Monat", "fr": "1 mois", "zh": "1个月"},
    "year": {"en": "1 year", "de": "1 Jahr", "fr": "1 an", "zh": "1年"},
    "unknown": {
        "en": "not found",
        "de": "nicht gefunden",
        "fr": "introuvable",
        "zh": "未找到",
    },
    "uncertain": {
        "en": "not certain",
        "de": "nicht sicher",
        "fr": "pas certain",
        "zh": "不确定",
    },
    "mentioned": {
        "en": "First mentioned {first}, last {last}.",
        "de": "Zuerst erwähnt {first}, zuletzt {last}.",
        "fr": "Première mention {first}, dernière {last}.",
        "zh": "最早见于{first}，最近见于{last}。",
    },
    "kept": {
        "en": "Passages gone through: {count}. The summary is kept: asked again, it says what has changed.",
        "de": "Durchgesehene Passagen: {count}. Sie ist gemerkt: Noch einmal erbeten, sagt sie, was sich geändert hat.",
        "fr": "Passages parcourus : {count}. Le résumé est gardé : redemandé, il dit ce qui a changé.",
        "zh": "已通读的记忆段落：{count}。此总结已保留，再次询问时会说明有何变化。",
    },
    "kept_same": {
        "en": "As of {day}; passages gone through: {count}. Nothing in them has changed since, and nothing new has come.",
        "de": "Stand {day}; durchgesehene Passagen: {count}. Seitdem ist darin nichts anders und nichts dazugekommen.",
        "fr": "État du {day} ; passages parcourus : {count}. Depuis, rien n'y a changé et rien ne s'y est ajouté.",
        "zh": "截至{day}；已通读的记忆段落：{count}。此后没有变化，也没有新增。",
    },
    "kept_anew": {
        "en": "Made anew. Since {day}: passages new or changed: {came}, gone or as they were before: {went}.",
        "de": "Neu gemacht. Seit {day}: neue oder geänderte Passagen: {came}, verschwundene oder frühere Fassungen: {went}.",
        "fr": "Refait. Depuis le {day} : passages nouveaux ou modifiés : {came}, disparus ou remplacés : {went}.",
        "zh": "已重新整理。自{day}起：新增或更改的段落：{came}，消失或被替换的段落：{went}。",
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
