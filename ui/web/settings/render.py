"""HTML of the settings tab."""

from __future__ import annotations

from collections.abc import Sequence

from app.records import Digest, Status
from app.settings import Settings
from app.twin.access import AccessToken
from app.twin.page_sessions import PageSession
from ui.web.markup import button, day, file_name, text
from ui.web.messages import LANGUAGES, tr
from ui.web.sources.render import state_name


def overview(status: Status, judged: tuple[int, int]) -> str:
    """The numbers of the whole twin. judged: passages that the person named for questions, and answers said to be wrong."""
    size = "" if status.bytes_on_disk is None else f"{status.bytes_on_disk / 1_000_000:,.1f} MB"
    files = [f"{count:,} {state_name(state)}" for state, count in status.files.items() if count]
    missing = tr("{model} (missing: run `doppel model pull`)", model=status.model)
    rows = {
        tr("Model"): status.model if status.model_ready else missing,
        tr("Watching"): tr("paused") if status.paused else tr("on") if status.running else tr("off"),
        tr("Passages"): f"{status.documents:,}",
        tr("Tokens"): f"{status.tokens:,}",
        tr("Files"): ", ".join(files),
        tr("Archive"): status.data_directory,
        tr("On disk"): size,
    }
    if any(judged):
        named, wrong = (f"{count:,}" for count in judged)
        rows[tr("What you said of answers")] = tr(
            "passages named: {named}, wrong answers: {wrong}. `doppel train router` learns from the passages.",
            named=named, wrong=wrong,
        )  # fmt: skip
    if status.better_model:
        rows[tr("Better model")] = status.better_model
    if status.newer_version:
        rows[tr("Newer Doppel")] = tr(
            "Version {version} is there. Get it as you got this one; your memory stays.",
            version=status.newer_version,
        )
    if change := status.change:
        done = tr("{n} of {total} passages encoded", n=f"{change.encoded:,}", total=f"{change.documents:,}")
        rows[tr("New model")] = " ".join([done, change.problem]).strip()
    for trouble in status.troubles:
        since = trouble.since.replace("T", " ")
        rows[tr("Trouble: {part}", part=trouble.part)] = tr(
            "{what} (since {since})", what=trouble.what, since=since
        )
    body = "".join(
        f"<div><dt>{text(name)}</dt><dd>{text(value) or '–'}</dd></div>" for name, value in rows.items()
    )
    return f'<dl class="overview">{body}</dl>'


def forms(settings: Settings, language: str) -> str:
    """What can be set, one form a subject; each is saved by itself."""
    languages = "".join(
        f'<option value="{code}"{" selected" if code == language else ""}>{text(name)}</option>'
        for code, name in {"": tr("as this computer"), **LANGUAGES}.items()
    )
    choice = f'<select name="language" aria-label="{text(tr("Language"))}">{languages}</select>'
    return "".join(
        (
            form("language", tr("Language"), choice, tr("Of the page and of the command line.")),
            form(
                "model", tr("Model"), field("model", settings.model),
                tr("The name of the built-in model, a folder on this computer, or a name on the model hub. The present "
                   "model answers until everything is encoded with the new one."),
            ),
            form(
                "backup", tr("Backups"),
                field("backup_folder", settings.backup_folder, tr("Folder (empty: no backups)"))
                + number_field("backups", settings.backups, tr("Backups kept"), 0, 365),
                tr("Made every night. What is forgotten later stays in older backups."),
            ),
            form(
                "work", tr("Work in the background"),
                tick("throttle", settings.throttle, tr("Rest while the computer is busy or on battery"))
                + number_field("busy_percent", settings.busy_percent, tr("Busy above (% of the processor)"), 1, 100)
                + number_field("min_battery_percent", settings.min_battery_percent, tr("Wait below (% of battery)"), 0, 100),
                "",
            ),
        )
    )  # fmt: skip


def form(name: str, title: str, fields: str, why: str) -> str:
    said = f'<p class="facts">{text(why)}</p>' if why else ""
    return (
        f'<form class="setting" data-event="{name}"><h2>{text(title)}</h2>{fields}{said}'
        f"<button class='act'>{text(tr('Save'))}</button></form>"
    )


def field(name: str, value: str, label: str = "") -> str:
    return (
        f'<label class="field">{text(label)}<input name="{name}" value="{text(value)}" spellcheck="false" '
        f'aria-label="{text(label or name)}"></label>'
    )


def number_field(name: str, value: float, label: str, low: int, high: int) -> str:
    return (
        f'<label class="field">{text(label)}'
        f'<input type="number" name="{name}" value="{value:g}" min="{low}" max="{high}"></label>'
    )


def tick(name: str, value: bool, label: str) -> str:
    on = " checked" if value else ""
    return f'<label class="tick"><input type="checkbox" name="{name}" value="1"{on}>{text(label)}</label>'


def doors(tokens: Sequence[AccessToken], mcp: bool, made: str = "") -> str:
    """Programs that may use the memory. mcp: also by MCP over HTTP. made: a new token, to be shown this once."""
    shown = ""
    if made:
        copy = f'<button type="button" class="quiet-act" data-copy-text="{text(made)}">{text(tr("Copy"))}</button>'
        once = text(tr("Copy the token now; it is not shown again:"))
        shown = f'<p class="notice good" role="status">{once} <b class="token">{text(made)}</b> {copy}</p>'
    rows = "".join(
        f"<li><b>{text(token.name)}</b> {text(', '.join(tr(scope) for scope in token.scopes))} "
        f"<small>{text(day(token.made_at))}</small> "
        f"{_revoke(token.name)}</li>"
        for token in tokens
    )
    listed = (
        f"<ul>{rows}</ul>" if rows else f'<p class="facts">{text(tr("None so far: the doors are shut."))}</p>'
    )
    why = tr(
        "Editors and assistants on this computer can ask and search the memory: OpenAI’s protocol under /v1, REST under "
        "/api, MCP with `doppel mcp`."
    )
    switch = button(
        "mcp", tr("Switch off") if mcp else tr("Switch on"), kind="quiet-act", meaning=tr("MCP over HTTP")
    )
    over_http = tr("MCP over HTTP, under /mcp, is on.") if mcp else tr("MCP over HTTP, under /mcp, is off.")
    return (
        f'<form class="setting" data-event="grant"><h2>{text(tr("Other programs"))}</h2>'
        f'<p class="facts">{text(why)}</p>{shown}{listed}'
        f'<p class="facts">{text(over_http)} {switch}</p>'
        f'<label class="field">{text(tr("Name of the program"))}<input name="name" maxlength="80"></label>'
        f"{tick('write', False, tr('May add and edit memories'))}{tick('forget', False, tr('May forget memories'))}"
        f"<button class='act'>{text(tr('Make a token'))}</button></form>"
    )


def _revoke(name: str) -> str:
    return button("revoke", tr("Remove"), kind="quiet-act", of=name, meaning=tr("Remove {path}", path=name))


def browsers(sessions: Sequence[PageSession]) -> str:
    """The browsers that are signed in, each with a way out."""
    rows = "".join(f"<li>{_browser(item)}</li>" for item in sessions)
    why = tr(
        "A browser stays signed in when Doppel is started anew, until it is signed out here or unused for 30 days."
    )
    return (
        f'<section class="setting"><h2>{text(tr("Signed-in browsers"))}</h2><p class="facts">{text(why)}</p>'
        f"<ul>{rows}</ul>{button('sign_out_all', tr('Sign out everywhere'))}</section>"
    )


def _browser(item: PageSession) -> str:
    used = tr("since {date}, last used {used}", date=day(item.made_at), used=day(item.used_at))
    own = f" ({tr('this one')})" if item.own else ""
    meaning = tr("Sign out {browser}", browser=item.browser)
    out = button("sign_out", tr("Sign out"), kind="quiet-act", id=item.id, meaning=meaning)
    return f"<b>{text(item.browser)}</b>{text(own)} <small>{text(used)}</small> {out}"


def privacy(status: Status) -> str:
    """What happens to what is read, in a few lines."""
    lines = (
        tr("Everything stays in one folder on this computer: {folder}", folder=status.data_directory),
        tr("The page answers only on this computer and only to the one who started it. It asks no other host for anything."),
        tr("Doppel asks the network for nothing, unless you fetch a model or switch the job “update” on."),
        tr("What you forget is erased from text, vectors and chats; the proof searches every file of the archive for it."),
    )  # fmt: skip
    items = "".join(f"<li>{text(line)}</li>" for line in lines)
    return f'<section class="setting"><h2>{text(tr("Privacy"))}</h2><ul>{items}</ul></section>'


def digest_list(days: Sequence[Digest]) -> str:
    """What was learned on the last days, a few lines each."""
    if not days:
        return ""
    entries = "".join(_digest(entry) for entry in days)
    return (
        f'<div class="table"><table><caption>{text(tr("Learned lately"))}</caption>'
        f"<tbody>{entries}</tbody></table></div>"
    )


def _digest(entry: Digest) -> str:
    files = dict.fromkeys(file_name(row.path) for row in entry.memories)
    new = tr("{n} new", n=f"{entry.documents:,}")
    return (
        f"<tr><td>{text(day(entry.day))}</td><td class='count'>{text(new)}</td>"
        f"<td>{text(', '.join(list(files)[:8]))}</td></tr>"
    )
