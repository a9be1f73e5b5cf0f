"""Chinese questions that are worked out from two readings."""

from __future__ import annotations

import re

from app.asking.parts.forms import Form, Parts, Working, both, form, time_unit

_ASKED = {
    "贵": "多少钱",
    "便宜": "多少钱",
    "高": "有多高",
    "低": "有多高",
    "重": "有多重",
    "轻": "有多重",
    "大": "有多大",
    "小": "有多大",
    "长": "有多长",
    "短": "有多长",
    "远": "有多远",
    "近": "有多远",
    "年长": "多大年纪",
    "年轻": "多大年纪",
    "年纪大": "多大年纪",
    "年纪小": "多大年纪",
    "久": "用了多长时间",
    "时间长": "用了多长时间",
    "时间短": "用了多长时间",
}
_LEAST = frozenset(("便宜", "低", "轻", "小", "短", "近", "年轻", "年纪小", "时间短", "少"))
_AGES = frozenset(("年长", "年轻", "年纪大", "年纪小"))
_DEGREES = "|".join(sorted((*_ASKED, "多", "少"), key=len, reverse=True))
_TIME = r"(?P<unit>天|周|个?星期|个月|年|久|长时间)"
# From one to the other, where 到 is no part of a verb: 收到, 注意到, 感到.
_UNTIL = r"(?:(?<![收接感意看摄找听得遇想达回谈见提拿等碰来])到|至(?!今))"
_LATER = (
    r"(?:中间|这?期间|这段时间|总共|一共|共|整个过程|大约|大概)*(?:(?:间隔|相隔|隔|过|经过|经历|历时|用|花|持续)(?:了|去了)?(?:大约|大概|约)?)?"
    rf"(?<!第)(?:几|多少|多)个?{_TIME}"
)


_UNITS = re.compile(r"(?:[元块米厘米公里天年岁度次个]|钱|块钱)+")
_WHICH = r"(?:哪一?[个家次种年部本]|谁)"


def _asked(degree: str, what: str, *, people: bool) -> str:
    """What is asked of one side: 大 of people is their age."""
    if degree in ("多", "少"):
        return f"有多少{what}"
    if what == "时间":
        return _ASKED["久"]
    if people and degree in ("大", "小"):
        return "多大年纪"
    if what and degree in ("高", "低"):
        return f"{what}是多少" if not _UNITS.fullmatch(what) else "是多少"
    return _ASKED[degree]


def _compared(working: Working, match: re.Match[str]) -> Parts | None:
    groups = match.groupdict()
    degree, what = match["degree"], (groups.get("what") or "").strip("的 ")
    a, b = match["a"], match["b"]
    if not what and degree in ("多", "少") and "的" in a:  # 谁的鸡更多
        a, _, what = a.rpartition("的")
    people = "谁" in match.group() or "岁" in what
    ages = degree in _AGES or (people and degree in ("大", "小"))
    asked = _asked(degree, "" if ages else what, people=people)
    return both(working, a, b, lambda side: f"{side}{asked}？", ages=ages, claims="claims" in groups)


def _difference(match: re.Match[str]) -> Parts | None:
    return _compared("difference", match)


def _choice(match: re.Match[str]) -> Parts | None:
    return _compared("least" if match["degree"] in _LEAST else "most", match)


def _order(match: re.Match[str]) -> Parts | None:
    groups = match.groupdict()
    verb = (groups.get("verb") or "").rstrip("的了")
    working: Working = "last" if match["order"] in ("晚", "后", "之后") else "first"
    return both(
        working,
        match["a"],
        match["b"],
        lambda side: f"{side}是什么时候{verb}的？" if verb else _when(side),
        claims="claims" in groups,
    )


def _gap(match: re.Match[str]) -> Parts | None:
    noun, unit = match["noun"] or "", match["what"] or ""
    ages = "岁" in unit or noun in ("年龄", "年纪", "岁数")
    if ages:
        asked = "多大年纪"
    elif noun in ("价格", "价钱", "价") or "钱" in unit or "元" in unit:
        asked = "多少钱"
    elif noun:
        asked = f"的{noun}是多少"
    else:
        return None
    return both("difference", match["a"], match["b"], lambda side: f"{side}{asked}？", ages=ages)


def _from_to(match: re.Match[str]) -> Parts | None:
    """From one to the other; what is told before it belongs to both."""
    before = match.groupdict().get("before")
    a = re.sub(r"(?<!前)(?:之|以)?后$", "", re.sub(r"^(.{0,4}?)[从自]", r"\1", match["a"]))

    def asked(side: str) -> str:
        return f"{before}，{_when(side)}" if before else _when(side)

    return both("distance", a, match["b"], asked, time_unit(match["unit"]), in_order=True)


def _when(side: str) -> str:
    return f"{side.rstrip('了的')}是什么时候？"


CHINESE: list[Form] = [
    (
        form(
            rf"^(?P<a>[^，。？?]+?)比(?P<b>[^，。？?]+?)(?P<degree>{_DEGREES})(?:了|出)?(?:多少|几)(?P<what>[^？?]*?)[？?]?$"
        ),
        _difference,
    ),
    (
        form(
            r"^(?P<a>[^，。？?]+?)(?:和|与|跟)(?P<b>[^，。？?]+?)(?:的(?P<noun>[^，。？?]{1,4}?))?(?:之间)?(?:相差|差|差了)(?:多少|几)"
            r"(?P<what>[^？?]*?)[？?]?$"
        ),
        _gap,
    ),
    (
        form(
            rf"^(?P<a>[^，。？?]+?)比(?P<b>[^，。？?]+?)(?:的)?(?:更|还)?(?P<degree>{_DEGREES})(?:一些|一点)?(?P<claims>吗)[？?]?$"
        ),
        _choice,
    ),
    (
        form(
            rf"^{_WHICH}(?:的(?P<what>[^，。？?更最]{{1,6}}?))?(?:更|比较|最)?(?P<degree>{_DEGREES})[，,：:](?P<a>[^，。？?]+?)还是"
            r"(?P<b>[^，。？?]+?)[？?]?$"
        ),
        _choice,
    ),
    (
        form(
            rf"^{_WHICH}(?P<order>先|早|晚|后)(?P<verb>[^，。？?]{{1,6}}?)[，,：:](?P<a>[^，。？?]+?)还是(?P<b>[^，。？?]+?)[？?]?$"
        ),
        _order,
    ),
    (
        form(
            rf"^(?P<a>[^，。？?]+?)(?:和|与|跟|还是)(?P<b>[^，。？?]+?)，?{_WHICH}(?:更|比较)?(?P<order>先|早|晚|后)"
            r"(?P<verb>[^，。？?]{0,6}?)[？?]?$"
        ),
        _order,
    ),
    (
        form(
            r"^(?:我们?|他们?|她们?)?(?P<order>先)(?P<verb>[^，。？?的]{1,3})的(?:是)?(?P<a>[^，。？?]+?)还是"
            r"(?P<b>[^，。？?]+?)[？?]?$"
        ),
        _order,
    ),
    (
        form(
            r"^(?P<a>[^，。？?]+?)(?:是)?在(?P<b>[^，。？?]+?)(?P<order>之前|之后|前|后)(?P<verb>)(?P<claims>吗|还是之后|还是之前)[？?]?$"
        ),
        _order,
    ),
    (
        form(rf"^(?P<a>[^，。？?]+?)(?P<degree>{_DEGREES})还是(?P<b>[^，。？?]+?)(?P=degree)[？?]?$"),
        _choice,
    ),
    (
        form(rf"^(?P<a>[^，。？?]+?)还是(?P<b>[^，。？?]+?)(?:更|比较)(?P<degree>{_DEGREES})[？?]?$"),
        _choice,
    ),
    (
        form(r"^(?P<a>[^，。？?]+?)(?:之后|以后|后)多久(?:是|才是)?(?P<b>[^，。？?]+?)[？?]?$"),
        lambda m: both("distance", m["a"], m["b"], _when),
    ),
    (
        form(
            rf"^(?P<a>[^，。？?]+?)(?<![在于])(?:之?后)?(?:过了)?(?:几|多少|多)(?:{_TIME})(?:之|以)?(?P<way>后|前)，?(?P<b>[^？?]+?)[？?]?$"
        ),
        lambda m: both("distance", m["a"], m["b"], _when, time_unit(m["unit"]), in_order=m["way"] == "后"),
    ),
    (
        form(
            rf"^从?(?P<a>[^，。？?]+?)(?P<to>到|至(?!今)|和|与|跟)(?P<b>[^，。？?]+?)(?:之间)?(?:一共|总共)?(?:隔了?|过了|相隔了?|有|经过了?|花了)(?:几|多少|多)(?:{_TIME})"
        ),
        lambda m: both("distance", m["a"], m["b"], _when, time_unit(m["unit"]), in_order=m["to"] in "到至"),
    ),
    (
        form(
            rf"^(?:(?P<before>.*?)[，。](?=[从自]))?(?P<a>[^。？?]+?)，直?{_UNTIL}(?P<b>[^。？?]+?)，?{_LATER}[^，。？?]*[？?]?$"
        ),
        _from_to,
    ),
    (
        form(
            rf"^(?:(?P<before>.*?)[，。])?(?P<a>[从自][^。？?]+?)直?{_UNTIL}(?P<b>[^。？?]+?)，?{_LATER}[^，。？?]*[？?]?$"
        ),
        _from_to,
    ),
    (
        form(
            rf"^(?P<a>[^。？?]+?)(?:之|以)?后，?(?P<who>[^，。？?]{{0,8}}?){_LATER}(?:之?后)?(?:才|就|，)*(?P<b>[^，。？?]{{3,}})[？?]?$"
        ),
        lambda m: both("distance", m["a"], f"{m['who']}{m['b']}", _when, time_unit(m["unit"]), in_order=True),
    ),
    (
        form(
            rf"^(?P<a>[^。？?]+?)(?:之|以)?后，(?P<b>[^。？?]+?)，?(?:这?是?发生)?是?在(?:[^，。？?]{{1,4}}的)?{_LATER}(?:之|以)?后[？?]?$"
        ),
        _from_to,
    ),
    (
        form(
            rf"^(?P<a>[^，。？?]+?)(?:和|与|跟|还是)(?P<b>[^，。？?]+?)，?{_WHICH}(?:的)?(?P<what>[^，。？?更最]{{0,4}}?)(?:更|比较|最)?(?:的)?(?P<degree>{_DEGREES})[？?]?$"
        ),
        _choice,
    ),
    (
        form(
            r"^(?P<a>[^，。？?]+?)(?:和|与|跟|加)(?P<b>[^，。？?]+?)(?:一共|总共|加起来|合计|共)(?P<verb>花了|用了|要|是|有|重)?(?:多少|几)(?P<what>[^？?]*?)[？?]?$"
        ),
        lambda m: both("sum", m["a"], m["b"], lambda side: f"{side}{m['verb'] or '是'}多少{m['what']}？"),
    ),
]
CHANGE = form(
    r"^(?P<what>.+?)(?:上涨|涨价|增加|增长|提高|下降|减少|降低|涨|降|跌|变化)了?(?:多少|几)(?P<unit>[^？?]*)[？?]?$"
)
THEN = form(
    r"^(?:哪一?[年个月]+)?的?(?P<what>[^高低贵便更]+?)(?:更|比较|最)?(?P<degree>高|低|贵|便宜)(?:更|比较|最)?(?:高|低|贵|便宜)?吗?$"
)
CHANGE_ASKED = "{period}{what}是多少？"
DEGREE = form(r"多了?(?=[^少])|少了?(?=多少)")
HIGHER = form(r"(?!)(?P<degree>)")
THAN = form(r"比")
TOGETHER = form(r"一共|总共|加起来|合计")
