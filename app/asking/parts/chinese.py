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
}
_LEAST = frozenset(("便宜", "低", "轻", "小", "短", "近", "年轻", "少"))
_DEGREES = "|".join(sorted((*_ASKED, "多", "少"), key=len, reverse=True))
_TIME = r"(?P<unit>天|周|个?星期|个月|年|久|长时间)"


def _difference(match: re.Match[str]) -> Parts | None:
    degree, what = match["degree"], (match["what"] or "").strip()
    if degree in ("多", "少"):
        return both("difference", match["a"], match["b"], lambda side: f"{side}有多少{what}？")
    asked = "是多少" if what and degree in ("高", "低") else _ASKED[degree]
    return both("difference", match["a"], match["b"], lambda side: f"{side}{asked}？")


def _choice(match: re.Match[str]) -> Parts | None:
    degree = match["degree"]
    working: Working = "least" if degree in _LEAST else "most"
    asked = _ASKED.get(degree, "有多少")
    return both(working, match["a"], match["b"], lambda side: f"{side}{asked}？")


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
            rf"^(?P<a>[^，。？?]+?)(?:之?后)?(?:过了)?(?:几|多少|多)(?:{_TIME})(?:之|以)?(?P<way>后|前)，?(?P<b>[^？?]+?)[？?]?$"
        ),
        lambda m: both("distance", m["a"], m["b"], _when, time_unit(m["unit"])),
    ),
    (
        form(
            rf"^从?(?P<a>[^，。？?]+?)(?:到|至|和|与|跟)(?P<b>[^，。？?]+?)(?:之间)?(?:一共|总共)?(?:隔了?|过了|相隔了?|有|经过了?|花了)(?:几|多少|多)(?:{_TIME})"
        ),
        lambda m: both("distance", m["a"], m["b"], _when, time_unit(m["unit"])),
    ),
    (
        form(
            r"^(?P<a>[^，。？?]+?)(?:和|与|跟|还是)(?P<b>[^，。？?]+?)，?(?:哪个|哪一个|谁)(?:更|比较)?(?:先|早|在前)"
        ),
        lambda m: both("first", m["a"], m["b"], _when),
    ),
    (
        form(
            rf"^(?P<a>[^，。？?]+?)(?:和|与|跟|还是)(?P<b>[^，。？?]+?)，?(?:哪个|哪一个|哪家|谁)(?:更|比较|最)?(?:的)?(?P<degree>{_DEGREES})"
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
CHANGE_ASKED = "{period}{what}是多少？"
DEGREE = form(r"多了?(?=[^少])|少了?(?=多少)")
HIGHER = form(r"(?!)(?P<degree>)")
THAN = form(r"比")
TOGETHER = form(r"一共|总共|加起来|合计")
