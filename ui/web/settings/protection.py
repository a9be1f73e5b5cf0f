"""The passphrase in the settings: given, changed, taken away. The memory has to be closed for the first and the last, so
Doppel starts anew by itself, and the page goes on when it is back."""

from __future__ import annotations

import _thread
import threading
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError
from ui.web.blocks import clickable, words
from ui.web.markup import text
from ui.web.messages import tr
from ui.web.settings.guarded import guard

if TYPE_CHECKING:
    from ui.web.settings.twin import SettingsTwin

SECONDS_TO_ANSWER = 1.5


def build(tab: gr.Tab, twin: SettingsTwin, note: gr.HTML) -> None:
    """A block of its own; `note` says what was done."""
    block = clickable("protect", "passphrase", "unprotect", elem_id="protection")

    def state() -> str:
        return shown(twin.protected)

    guarded = guard(note, lambda: {block: state()})

    def protect(event: gr.EventData) -> str:
        twin.encrypt_after_closing(agreed(event))
        start_anew()
        return tr("Doppel starts anew and encrypts the memory. The page goes on when that is done.")

    def change(event: gr.EventData) -> str:
        twin.change_passphrase(words(event, "old"), agreed(event))
        return tr("The new passphrase holds from now on.")

    def unprotect(event: gr.EventData) -> str:
        twin.decrypt_after_closing(words(event, "old"))
        start_anew()
        return tr("Doppel starts anew and decrypts the memory. The page goes on when that is done.")

    quiet: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private"}
    tab.select(state, outputs=block, show_progress="hidden", api_visibility="private")
    block.protect(guarded(protect), outputs=[note, block], **quiet)
    block.passphrase(guarded(change), outputs=[note, block], **quiet)
    block.unprotect(guarded(unprotect), outputs=[note, block], **quiet)


def agreed(event: gr.EventData) -> str:
    """The new passphrase. Raises DoppelError where the two that were typed differ."""
    given = words(event, "new")
    if given != words(event, "again"):
        raise DoppelError(tr("The two passphrases differ. Nothing was changed."))
    return given


def start_anew() -> None:
    """Ends this server as Ctrl-C does, once its answer is out; whoever runs it goes on (`ui.cli.run`)."""
    timer = threading.Timer(SECONDS_TO_ANSWER, _thread.interrupt_main)
    timer.daemon = True
    timer.start()


def shown(protected: bool) -> str:
    title = f"<h2>{text(tr('Protection'))}</h2>"
    lost = text(
        tr(
            "If you forget the passphrase, the memory is lost: nobody can open it again, nor any backup of it."
        )
    )
    if not protected:
        why = text(
            tr(
                "The memory lies readable on this computer. With a passphrase it is encrypted: whoever takes the disk or a "
                "backup reads nothing. Backups made before stay readable."
            )
        )
        fields = _secret("new", tr("New passphrase"), "new-password") + _again()
        said = f'{title}<p class="facts">{why} <b>{lost}</b></p>'
        return _form("protect", f"{said}{fields}{_act(tr('Encrypt the memory'))}")
    why = text(tr("The memory is encrypted, and opens with your passphrase."))
    said = f'{title}<p class="facts">{why} <b>{lost}</b></p>'
    old = _secret("old", tr("Passphrase"), "current-password")
    fields = old + _secret("new", tr("New passphrase"), "new-password") + _again()
    away = (
        f"<details><summary>{text(tr('Take the passphrase away'))}</summary>"
        f'<p class="facts">{text(tr("Everything lies readable on this computer again."))}</p>'
        f"{old}{_act(tr('Decrypt the memory'))}</details>"
    )
    changing = _form("passphrase", f"{said}{fields}{_act(tr('Change the passphrase'))}")
    return changing + _form("unprotect", away)


def _form(event: str, content: str) -> str:
    return f'<form class="setting" data-event="{event}">{content}</form>'


def _act(name: str) -> str:
    return f'<button class="act">{text(name)}</button>'


def _again() -> str:
    return _secret("again", tr("The new passphrase again"), "new-password")


def _secret(name: str, label: str, kind: str) -> str:
    return (
        f'<label class="field">{text(label)}<input type="password" name="{name}" required '
        f'autocomplete="{kind}"></label>'
    )
