"""HTML of the folder picker: the folders of one place, one of which can be entered or taken."""

from __future__ import annotations

from pathlib import PurePath

from app.watching.places import Place
from ui.web.markup import button, text
from ui.web.messages import tr


def picker(place: Place) -> str:
    """A list of buttons, so that it is walked by keyboard like any other."""
    rows = "".join(f"<li>{_folder(path, place.path is None)}</li>" for path in place.folders)
    empty = f'<p class="facts">{text(tr("There are no folders in it."))}</p>' if not place.folders else ""
    more = (
        ""
        if place.complete
        else f'<p class="facts">{text(tr("There are more; type the path of another one."))}</p>'
    )
    acts = []
    if place.path is not None:
        acts.append(button("take", tr("Take this folder"), kind="act primary", where=place.path))
        acts.append(button("enter", tr("Up"), where=place.above or "", meaning=tr("Go to the folder above")))
    acts.append(button("close", tr("Cancel")))
    here = text(place.path or tr("Your home and connected disks"))
    return (
        f'<section class="confirm calm picker" aria-label="{text(tr("Choose a folder"))}"><p><b>{here}</b></p>'
        f"<ul>{rows}</ul>{empty}{more}<div class='acts'>{''.join(acts)}</div></section>"
    )


def _folder(path: str, whole: bool) -> str:
    label = path if whole else PurePath(path).name
    return button("enter", label, kind="folder", where=path, meaning=tr("Open {folder}", folder=label))
