"""More of the settings, one form a subject: whose memory it is, what of pictures and recordings is read, on what it
computes, and the models with what each of them takes."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.model import store
from app.model.catalogue import KNOWN
from app.settings import Settings
from ui.web.blocks import clickable, in_order, number, words
from ui.web.markup import text
from ui.web.messages import tr
from ui.web.settings.guarded import guard
from ui.web.settings.render import field, form, number_field

if TYPE_CHECKING:
    from ui.web.settings.twin import SettingsTwin

GIGABYTE = 10**9


def build(tab: gr.Tab, twin: SettingsTwin, note: gr.HTML) -> None:
    """A block of its own; `note` says what was done."""
    block = clickable("persona", "reading", "devices", elem_id="setting-subjects")

    def state() -> str:
        owner = twin.owner()
        return (
            persona(owner.name, owner.seems, owner.voice)
            + reading(twin.settings)
            + devices(twin.settings)
            + models(twin.settings)
        )

    guarded = guard(note, lambda: {block: state()})

    def whose(event: gr.EventData) -> str:
        twin.set_owner(words(event, "name"), words(event, "voice") or None)
        return tr("Saved.")

    def read(event: gr.EventData) -> str:
        changes: dict[str, Any] = {"ocr_pages": number(event, "ocr_pages") or 0}
        if speech_is_installed():
            changes["speech_model"] = words(event, "speech_model").strip()
            changes["speech_minutes"] = number(event, "speech_minutes") or 0
        twin.change_settings(**changes)
        return tr("Saved. It holds from the next start.")

    def compute(event: gr.EventData) -> str:
        twin.change_settings(devices=words(event, "devices").strip())
        return tr("Saved. It holds from the next start.")

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    tab.select(state, outputs=block, **quiet)
    for listen, action in ((block.persona, whose), (block.reading, read), (block.devices, compute)):
        listen(guarded(action), outputs=[note, block], **in_order("settings"), **quiet)


def persona(name: str, seems: str, voice: str) -> str:
    """Who the memory belongs to. seems: who writes most of it, where the person has not said."""
    choices = (("you", tr("of you as “you”")), ("I", tr("for you, as “I”")))
    options = "".join(
        f'<option value="{value}"{" selected" if value == voice else ""}>{text(said)}</option>'
        for value, said in choices
    )
    guess = tr("It seems to be {name}.", name=seems) if seems and not name else ""
    return form(
        "persona",
        tr("You"),
        field("name", name, tr("Your name"))
        + f'<label class="field">{text(tr("Doppel speaks"))}<select name="voice">{options}</select></label>',
        " ".join(filter(None, (guess, tr("Used in answers about you."))))
    )  # fmt: skip


def speech_is_installed() -> bool:
    return find_spec("faster_whisper") is not None


def reading(settings: Settings) -> str:
    """Text in pictures, and words in recordings where what hears them is installed."""
    fields = number_field(
        "ocr_pages",
        settings.ocr_pages,
        tr("Scanned pages and pictures of one file whose text is read (0: none)"),
        0,
        10_000,
    )
    why = tr("Recordings are heard once `pip install 'doppel[speech]'` was run.")
    if speech_is_installed():
        fields += field(
            "speech_model",
            settings.speech_model,
            tr("Whisper model for recordings: a folder or a name (empty: not heard)"),
        )
        fields += number_field(
            "speech_minutes", settings.speech_minutes, tr("Minutes heard of one recording"), 1, 600
        )
        why = tr("The model for recordings is not fetched by Doppel.")
    return form("reading", tr("Pictures and recordings"), fields, why)


def devices(settings: Settings) -> str:
    """What it computes on."""
    why = tr(
        "“all”: every graphics card that can be used, else the processor; or a list such as cuda:0,cuda:1."
    )
    return form("devices", tr("Computes on"), field("devices", settings.devices, tr("Devices")), why)


def models(settings: Settings) -> str:
    """The models that Doppel knows: download, memory, and whether they are here."""
    rows = "".join(
        f"<tr><td>{text(known.name)}<small>{text(known.about)}</small></td>"
        f"<td class='count'>{known.size / GIGABYTE:,.1f} GB</td><td class='count'>{known.memory / GIGABYTE:,.0f} GB</td>"
        f"<td>{text(_here(settings, known.name))}</td></tr>"
        for known in KNOWN.values()
    )
    heads = "".join(f"<th>{text(tr(head))}</th>" for head in ("Model", "Download", "Memory needed", "State"))
    why = text(tr("A model is fetched by `doppel model pull NAME`."))
    return (
        f'<section class="setting"><h2>{text(tr("Models"))}</h2><div class="table"><table><thead><tr>{heads}</tr></thead>'
        f'<tbody>{rows}</tbody></table></div><p class="facts">{why}</p></section>'
    )


def _here(settings: Settings, name: str) -> str:
    if name == store.answering(settings):
        return tr("answers now")
    return tr("on this computer") if store.model_folder(settings, name).is_dir() else tr("not downloaded")
