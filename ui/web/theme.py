"""Colours, type and spacing of the web UI. Only fonts of the computer itself: the page must work offline.

The colours stand in `assets/css/base.css`, once for light and once for dark; Gradio's own variables point at them.
"""

from __future__ import annotations

from pathlib import Path

import gradio as gr

ASSETS = Path(__file__).parent / "assets"
CSS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ASSETS / "css").glob("*.css")))
# In this order: what asks for everything comes first.
SCRIPTS = ("session.js", "clicks.js", "page.js", "drop.js")
HEAD = "".join(f"<script>{(ASSETS / name).read_text(encoding='utf-8')}</script>" for name in SCRIPTS)

COLOURS = {
    "body_background_fill": "--paper",
    "body_text_color": "--ink",
    # Gradio's own is too pale to read (WCAG AA asks for 4.5 to 1).
    "body_text_color_subdued": "--quiet",
    "block_background_fill": "--sheet",
    "block_label_background_fill": "--sheet",
    "block_label_text_color": "--quiet",
    "block_title_text_color": "--quiet",
    "block_info_text_color": "--quiet",
    "block_border_color": "--line",
    "border_color_primary": "--line",
    "border_color_accent": "--pine",
    "background_fill_primary": "--sheet",
    "background_fill_secondary": "--wash",
    "input_background_fill": "--sheet",
    "input_border_color": "--line",
    "input_border_color_focus": "--pine",
    "input_placeholder_color": "--quiet",
    "color_accent_soft": "--pine-wash",
    "link_text_color": "--pine",
    "checkbox_background_color_selected": "--pine",
    "checkbox_border_color_selected": "--pine",
    "button_secondary_background_fill": "--sheet",
    "button_secondary_background_fill_hover": "--wash",
    "button_secondary_border_color": "--line",
    "button_secondary_text_color": "--ink",
    "button_primary_background_fill": "--pine",
    "button_primary_background_fill_hover": "--ink",
    "button_primary_text_color": "--paper",
    "button_cancel_background_fill": "--rust",
    "button_cancel_background_fill_hover": "--ink",
    "button_cancel_text_color": "--paper",
}


def theme() -> gr.themes.Base:
    colours = {name: f"var({colour})" for name, colour in COLOURS.items()}
    return gr.themes.Base(
        primary_hue="teal",
        secondary_hue="teal",
        neutral_hue="stone",
        radius_size="lg",
        font=(
            "system-ui",
            "-apple-system",
            "Segoe UI",
            "Roboto",
            "Noto Sans",
            "Noto Sans CJK SC",
            "sans-serif",
        ),
        font_mono=("ui-monospace", "SFMono-Regular", "Consolas", "monospace"),
    ).set(
        **colours,
        **{f"{name}_dark": value for name, value in colours.items()},
        color_accent="var(--pine)",
        button_border_width="1px",
        block_border_width="1px",
        block_shadow="none",
        input_shadow_focus="none",
    )
