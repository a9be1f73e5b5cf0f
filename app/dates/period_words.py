"""The words by which English, German, French and Chinese speak of days, months and years. Tables only."""

from __future__ import annotations

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner jän janvier janv",
            "february feb februar februar feber février fevrier févr",
            "march mar märz maerz mär mars",
            "april apr avril avr",
            "may mai",
            "june jun juni juin",
            "july jul juli juillet juil",
            "august aug août aout",
            "september sept sep septembre",
            "october oct oktober okt octobre",
            "november nov novembre",
            "december dec dezember dez décembre decembre déc",
        ),
        start=1,
    )
    for name in names.split()
}

NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "",
            "a an one ein eine einem einen einer eins un une 一",
            "two couple zwei deux 二 两 俩",
            "three drei trois 三",
            "four vier quatre 四",
            "five fünf cinq 五",
            "six sechs 六",
            "seven sieben sept 七",
            "eight acht huit 八",
            "nine neun neuf 九",
            "ten zehn dix 十",
            "eleven elf onze 十一",
            "twelve zwölf douze 十二",
        )
    )
    for word in words.split()
}

UNITS = {
    word: unit
    for unit, words in {
        "day": "day days tag tage tagen jour jours 天 日",
        "week": "week weeks woche wochen semaine semaines 周 星期 礼拜 个星期 个礼拜",
        "month": "month months monat monate monaten mois 个月 月",
        "year": "year years jahr jahre jahren an ans année années annee annees 年",
    }.items()
    for word in words.split()
}

SEASONS = {
    word: season
    for season, words in {
        "spring": "spring frühling frühjahr printemps 春天 春季 春",
        "summer": "summer sommer été ete 夏天 夏季 夏",
        "autumn": "autumn fall herbst automne 秋天 秋季 秋",
        "winter": "winter hiver 冬天 冬季 冬",
    }.items()
    for word in words.split()
}
FIRST_MONTH = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}

WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "monday montag lundi 周一 星期一",
            "tuesday dienstag mardi 周二 星期二",
            "wednesday mittwoch mercredi 周三 星期三",
            "thursday donnerstag jeudi 周四 星期四",
            "friday freitag vendredi 周五 星期五",
            "saturday samstag sonnabend samedi 周六 星期六",
            "sunday sonntag dimanche 周日 周天 星期日 星期天",
        )
    )
    for word in words.split()
}

# How far from today a day lies.
DAYS = {
    "today": 0,
    "heute": 0,
    "aujourd'hui": 0,
    "今天": 0,
    "今日": 0,
    "今晚": 0,
    "今早": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "heute morgen": 0,
    "heute abend": 0,
    "ce matin": 0,
    "cet après-midi": 0,
    "ce soir": 0,
    "last night": -1,
    "yesterday morning": -1,
    "yesterday evening": -1,
    "gestern abend": -1,
    "gestern morgen": -1,
    "hier soir": -1,
    "hier matin": -1,
    "昨晚": -1,
    "yesterday": -1,
    "gestern": -1,
    "hier": -1,
    "昨天": -1,
    "昨日": -1,
    "the day before yesterday": -2,
    "day before yesterday": -2,
    "vorgestern": -2,
    "avant-hier": -2,
    "前天": -2,
    "tomorrow": 1,
    "morgen": 1,
    "demain": 1,
    "demain matin": 1,
    "明天": 1,
    "the day after tomorrow": 2,
    "übermorgen": 2,
    "après-demain": 2,
    "后天": 2,
    "大后天": 3,
    "大前天": -3,
}

# How far from the present unit another one lies.
STEPS = {
    word: step
    for step, words in {
        -2: "vorletzte vorletzter vorletzten vorletztem vorletztes",
        -1: "last previous past letzte letzter letzten letztem letztes vorige vorigen voriger voriges vorigem "
        "vergangene vergangenen vergangener vergangenes vergangenem dernier dernière derniere passé passée",
        0: "this current diese dieser diesen dieses diesem ce cette cet actuel",
        1: "next coming nächste nächsten nächster nächstes kommende kommenden prochain prochaine",
    }.items()
    for word in words.split()
}

YEARS_ZH = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "明年": 1}

PARTS = {
    "early": 0,
    "beginning": 0,
    "start": 0,
    "anfang": 0,
    "début": 0,
    "mid": 1,
    "middle": 1,
    "mitte": 1,
    "milieu": 1,
    "mi": 1,
    "late": 2,
    "end": 2,
    "ende": 2,
    "fin": 2,
    "上旬": 0,
    "初": 0,
    "中旬": 1,
    "下旬": 2,
    "底": 2,
    "末": 2,
}

HOLIDAYS = {  # (month, day) of the first, and how many days
    "christmas": (12, 24, 3),
    "xmas": (12, 24, 3),
    "weihnachten": (12, 24, 3),
    "noël": (12, 24, 3),
    "noel": (12, 24, 3),
    "圣诞节": (12, 24, 3),
    "圣诞": (12, 24, 3),
    "new year's eve": (12, 31, 1),
    "silvester": (12, 31, 1),
    "halloween": (10, 31, 1),
}
