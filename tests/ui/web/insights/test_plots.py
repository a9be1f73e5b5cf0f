"""The plots as Plotly takes them: all values there, no markup of a file's name."""

from __future__ import annotations

import json
from dataclasses import replace

from app.twin.insights import Insights, Routed, Routes
from ui.web.insights import plots

BAD = "<a href='javascript:x()'>x</a>"
KNOWN = Insights(
    (("2026-01-01", 2), ("2026-01-03", 5)),
    (("note", 4), ("", 1)),
    (("2020-01", 3),),
    ((BAD, 7),),
    {"database": 2_000_000},
)


def test_every_plot_is_json_with_its_values() -> None:
    drawn = {
        draw.__name__: json.loads(draw(KNOWN).to_json())
        for draw in (plots.growth, plots.activity, plots.kinds, plots.people, plots.storage)
    }
    assert drawn["growth"]["data"][0]["y"] == [0, 2, 5]
    assert drawn["activity"]["data"][0]["x"] == ["2020-01"]
    assert drawn["kinds"]["data"][0]["x"] == [1, 4], "the largest is drawn last, on top"
    assert drawn["storage"]["data"][0]["text"] == ["2.0 MB"]
    assert "<a" not in json.dumps(drawn)


def test_a_few_days_have_a_tick_each_and_many_have_six() -> None:
    def axis(last: str) -> dict[str, object]:
        known = replace(KNOWN, learned=(("2026-01-01", 2), (last, 5)))
        found: dict[str, object] = json.loads(plots.growth(known).to_json())["layout"]["xaxis"]
        return found

    assert axis("2026-01-01")["dtick"] == 86_400_000
    assert axis("2026-06-01")["nticks"] == 6 and "dtick" not in axis("2026-06-01")


def test_the_routing_picture_has_a_row_for_each_layer() -> None:
    routed = (
        Routed(1, f"/a/{BAD}", None, (0.5, 2.0), False),
        Routed(2, "/a/b.md", "page 1", (1.0, -1.0), True),
    )
    picture = json.loads(plots.routes(Routes((1, 4), routed)).to_json())
    heat = picture["data"][0]
    assert heat["z"] == [[0.5, 1.0], [2.0, -1.0]] and heat["y"] == ["layer 1", "layer 4"]
    assert heat["x"][1] == "2. b.md ↻" and "<a" not in heat["x"][0]
