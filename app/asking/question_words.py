"""The words by which the kind of a question is known, in each language. Tables only."""

from __future__ import annotations

import re


def rule(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


SMALLTALK = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon|night)|thanks?(?: you)?(?: very much| a lot)?|bye|hallo|guten "
    r"(?:morgen|tag|abend)|moin|servus|danke(?: schön| sehr)?|vielen dank|tschüss|bonjour|bonsoir|salut|merci(?: beaucoup)?"
    r"|au revoir|你好|您好|早上好|晚上好|谢谢你?|多谢|再见|how are you(?: today)?|wie geht(?:'s| es dir)|(?:comment )?ça va)"
    r"\W*$",
    re.IGNORECASE,
)
SELF = rule(
    r"^\W*(?:and )?who am i\b",
    r"\bwer bin ich\b",
    r"\bqui suis[- ]je\b",
    r"我是谁",
    r"^what do you know about me\b",
    r"^was weißt du über mich\b",
    r"que sais-tu (?:de|sur) moi",
    r"你知道我(?:的)?什么|介绍一下我",
    r"^tell me about (?:me|myself)\b",
)
SUMMARY = rule(
    r"\bsummari[sz]e\b",
    r"\bsummary\b",
    r"\bsum up\b",
    r"\boverview\b",
    r"\brecap\b",
    r"\bfass(?:e|en|t)?\b.*\bzusammen\b",
    r"\bzusammenfass",
    r"\büberblick\b",
    r"\brésum(?:e|er|ez|é)\b",
    r"\bvue d'ensemble\b",
    # As a request or as the thing that is asked for; "我总结学习心得的原因是什么" asks for something else.
    r"^(?:(?:请|帮我|给我|你?能(?:不能|否)?|麻烦)[^，。？?]{0,6})?(?:总结|概括|概述|综述)",
    r"(?:总结|概括|概述|综述)一下",
    r"请.{0,6}(?:总结|概括|概述)",
    r"(?:总结|摘要|概述|综述)(?:吗|吧)?[。？?！]?$",
)
# What a question asks for that only mentions a summary, or something that happened: one thing.
ASKS_ONE = rule(
    r"\b(?:which|when|where|who|why|how)\b|\bwhat (?!(?:is|was|would be|are)\b)",
    r"\b(?:wann|wo|wer|welche\w*|warum|wie viele?)\b",
    r"\b(?:quand|où|qui|pourquoi|combien)\b|\bquel(?:le)?s? (?!(?:est|serait)\b)",
    r"哪|什么时|多少|谁",
)
TIMELINE = rule(
    r"\bwhat (?:has )?(?:happened|happens)\b",
    r"\bwhat (?:all )?went on\b",
    r"\bwhat was (?:going on|new|up)\b",
    r"\bwhat was\b.*\blike\b",
    r"\btimeline\b",
    r"\bchronolog",
    r"(?:^|\b(?:the|a|and|is|me|was|full) )(?-i:history) of\b",
    r"\bwas (?:ist|war|gab es|gab's|passierte|geschah)\b"
    r"(?! (?:der|die|das|de[mnr]|ein\w*|mein\w*|unser\w*|dein\w*|sein\w*)\b)",
    r"\bwas\b.*\b(?-i:passiert|geschehen|los|vorgefallen|passierte|geschah)\b",
    r"\bverlauf\b",
    r"\bs'est[- ](?:il )?passé\b|\bs'est-il passé\b|\bse passait\b",
    r"时间线|发生(?:了|过)?(?:些|一些)?(?:什么|哪些|啥)(?:事情?|大事|新鲜事|事件)?[呢吗]?[。？?]?$"
    r"|(?:进展|经过)(?:如何|怎么?样|是什么|情况)?了?[呢吗]?[。？?]?$|怎么样了?[。？?]?$"
    r"|(?<!正在)[做干]了?(?:些)?(?:什么|啥|哪些事)(?:事情?)?[呢吗]?[。？?]?$",
)
HISTORY = rule(
    r"\btimeline\b",
    r"\bchronolog",
    r"\b(?-i:history) of\b",
    r"\bverlauf\b",
    r"时间线|经过(?:如何|是什么)?[。？?]?$",
)
# What was told of in a talk is one thing that was said there, not what happened in a period.
TOLD_OF = rule(r"得知|谈论|谈到|聊到|提到|听说|告诉|说起|提起")
DID = rule(
    r"^\W*what did (?:i|we|he|she|they|\w+(?: \w+)?)"
    r" (?:do|write|say|note|plant|buy|spend|see|read|eat|work|learn|make|talk|send)\b",
    r"^\W*what (?:have|had) (?:i|we|they)\b",
    r"^\W*was (?:habe|haben|hat|hatte|hatten|stand|schrieb)\b",
    r"^\W*(?:qu'est-ce que|qu'|que) ?(?:j'ai|nous avons|ai-je|avons-nous|a-t-|ont-)",
    r"(?:我们?|他|她)(?:都)?(?:做|写|买|花|去|看|说|种)了?(?:些)?(?:什么|哪些|哪里)(?:东西|事情?|书|地方)?[呢吗]?[。？?]?$",
)
# A person wants the notes, not one thing of them.
WROTE = rule(
    r"\bwhat (?:did|have) (?:i|we) (?:ever )?(?:write|written|note|noted|jot|jotted)(?: down)? (?:about|on|of)\b",
    r"\bwas (?:habe|hab|haben) (?:ich|wir) (?:alles )?(?:über|zu|zum|zur)\b.*\b(?:geschrieben|notiert|aufgeschrieben)\b",
    r"\b(?:qu['’]est-ce que j['’]ai|qu['’]ai-je|qu['’]avons-nous) (?:écrit|noté) (?:sur|à propos|au sujet)\b",
    r"关于.*我(?:们)?(?:都)?(?:写|记)(?:了|过)?什么|我(?:们)?(?:都)?(?:写|记)(?:过|了)?(?:哪些|什么)?关于",
)
# How often it was, not how often it has to be: what there is of it is shown, and the person counts.
TIMES = rule(
    r"\bhow (?:often|many times) (?:did|have|has|were|was)\b",
    r"\bwie oft (?:war|waren|bin|ist|sind|habe|hab|haben|hat|hatte|hatten|wurde|wurden)\b",
    r"\bcombien de fois (?:ai|as|a|avons|avez|ont|suis|est|sommes|sont|j['’]ai|je suis|nous avons|il a|elle a|on a)\b",
    r"[过了](?:几|多少)[次回]",
)
ALL = rule(
    r"^\W*(?:please )?list\b",
    r"^\W*(?:name|show|give|tell|find)(?: me)? (?:all|every|each)\b",
    r"^\W*(?:all|every)\s",
    # "Where does all the energy come from?" asks for one thing.
    r"^(?!\W*(?:where|when|why|how|is|are|was|were|did|does|do|has|have|had|can|will)\b)"
    r".*\ball (?:of )?(?:the|my|our|his|her|their)\b",
    r"^\W*(?:bitte )?(?:liste|zähle?|nenne?|zeige?)\b.*\b(?:auf|alle|alles|liste)\b",
    r"^\W*liste\b",
    r"\balle (?:meine|unsere|seine|ihre)?\s?\w+",
    r"^\W*(?:liste|énumère|énumérez|donne-moi (?:tous|toutes))\b",
    r"\b(?:tous les|toutes les|tous mes|toutes mes)\b",
    r"列出|所有的?|全部|都有(?:谁|什么)",
)
ACTOR = rule(
    r"\b(?:i|we|you|he|she|they|ich|wir|du|ihr|er|man|je|nous|tu|vous|il|elle|on|ils|elles)\b|\bj['’]",
    r"[我你他她](?:们)?",
)
WHICH = rule(
    r"^\W*(?:which|what) (?!(?:type|kind|sort|amount|number|size|colou?r|part|side) of\b)"
    r"(?:[\w-]+ ){0,2}?(?!is\b|was\b|does\b|this\b|his\b|its\b|address\b|class\b|bus\b)[\w-]*(?!s)\ws"
    r" (?:did|do|have|has|had|are|were|can|were|will)\b",
    r"^\W*welche [\w-]+(?:en|er|e|n|s) (?:hatten|haben|habe|sind|waren|gibt|wurden|besitze|kenne)\b",
    r"^\W*welche (?!\w*(?:nummer|steuer|feier|dauer|mauer|leiter|schulter|butter)\b)[\w-]+(?:en|er|n|s) (?:hatte|hat|gab)\b"
    r"|^\W*welche [\w-]+e hatte ich\b",
    r"^\W*quel(?:le)?s (?:sont|étaient|furent)\b",
    r"哪些",
)
