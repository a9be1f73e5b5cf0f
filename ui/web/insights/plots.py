"""The plots, as Plotly draws them: data and layout as plain values. Gradio brings Plotly along; nothing is fetched.

Texts from files are shown as they are: Plotly reads a few tags (<b>, <a>) in labels, so every one is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.twin.insights import Insights, Routes
from ui.web.markup import file_name, text
from ui.web.messages import tr

PINE, AMBER, RUST = "#2c8a7b", "#d99a1c", "#b5533d"
SHADES = [[0, "rgba(44,138,123,0)"], [1, PINE]]
PARTS = {"database": "texts and rows", "encodings": "encodings", "other": "the rest"}
LABEL = 34  # characters of a file's name


@dataclass(frozen=True)
class Figure:
    """What `gr.Plot` takes for a Plotly figure."""

    data: list[dict[str, Any]]
    layout: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        quiet = {"showgrid": False, "zeroline": False, "automargin": True, "fixedrange": True}
        faint = {**quiet, "showgrid": True, "gridcolor": "rgba(140,132,120,0.18)"}
        layout = {
            "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False,
            "margin": {"l": 44, "r": 16, "t": 8, "b": 36}, "height": 260, "dragmode": False,
            "font": {"family": "system-ui, sans-serif", "size": 12, "color": "#8a8274"},
            "bargap": 0.25,
            "xaxis": {**quiet, **self.layout.get("xaxis", {})},
            "yaxis": {**faint, **self.layout.get("yaxis", {})},
        }  # fmt: skip
        rest = {name: value for name, value in self.layout.items() if name not in ("xaxis", "yaxis")}
        return json.dumps({"data": self.data, "layout": {**layout, **rest}})


def growth(known: Insights) -> Figure:
    """Memories in all, day by day."""
    days, counts = _columns(known.learned)
    if days:
        days, counts = [_day_before(days[0]), *days], [0, *counts]
    line = {"type": "scatter", "mode": "lines+markers", "x": days, "y": counts, "fill": "tozeroy"}
    return Figure(
        [{**line, "line": {"color": PINE, "width": 2}, "fillcolor": "rgba(44,138,123,0.14)"}],
        {"xaxis": {"type": "date", "tickformat": "%Y-%m-%d", **_ticks(days)}},
    )


def activity(known: Insights) -> Figure:
    """Memories by the month they are of."""
    months, counts = _columns(known.activity)
    return Figure(
        [{"type": "bar", "x": months, "y": counts, "marker": {"color": PINE}}], {"xaxis": {"type": "date"}}
    )


def kinds(known: Insights) -> Figure:
    named = [(tr(kind) if kind else tr("notes and chats"), count) for kind, count in known.kinds]
    return _across(named, AMBER)


def people(known: Insights) -> Figure:
    return _across(known.people, PINE)


def storage(known: Insights) -> Figure:
    sizes = [(tr(PARTS[part]), round(size / 1e6, 2)) for part, size in known.bytes.items()]
    return _across(sizes, RUST, " MB")


def routes(found: Routes) -> Figure:
    """Layers over documents; what only a later round brought is marked."""
    names = [
        f"{at}. {text(file_name(document.path))[:LABEL]}{' ↻' if document.later else ''}"
        for at, document in enumerate(found.documents, start=1)
    ]
    rows = [[document.scores[at] for document in found.documents] for at in range(len(found.layers))]
    layers = [tr("layer {n}", n=layer) for layer in found.layers]
    heat = {"type": "heatmap", "z": rows, "x": names, "y": layers, "colorscale": SHADES, "xgap": 3, "ygap": 3}
    hover = "%{y}<br>%{x}: %{z:.2f}<extra></extra>"
    layout = {
        "xaxis": {"tickangle": -35},
        "yaxis": {"showgrid": False, "autorange": "reversed"},
        "height": 240 + 26 * len(layers),
        "margin": {"l": 70, "r": 16, "t": 8, "b": 150},
    }
    return Figure(
        [{**heat, "hovertemplate": hover, "colorbar": {"thickness": 10, "outlinewidth": 0}}], layout
    )


def _across(rows: Sequence[tuple[str, float]], colour: str, unit: str = "") -> Figure:
    """Bars to the right, the largest on top."""
    names = [text(name)[:LABEL] for name, _ in rows][::-1]
    counts = [count for _, count in rows][::-1]
    bar = {"type": "bar", "orientation": "h", "x": counts, "y": names, "marker": {"color": colour}}
    texts = [f"{count:,}{unit}" for count in counts]
    return Figure(
        [{**bar, "text": texts, "textposition": "auto", "hoverinfo": "skip"}],
        {"yaxis": {"showgrid": False}, "height": max(160, 70 + 26 * len(rows)), "xaxis": {"visible": False}},
    )


def _columns(rows: Sequence[tuple[str, int]]) -> tuple[list[str], list[int]]:
    return [row[0] for row in rows], [row[1] for row in rows]


def _ticks(days: Sequence[str]) -> dict[str, Any]:
    """Of a few days no more ticks than days: more would say the same day twice."""
    few = bool(days) and (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days < 6
    return {"dtick": 86_400_000} if few else {"nticks": 6}


def _day_before(day: str) -> str:
    """When there was nothing yet."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
