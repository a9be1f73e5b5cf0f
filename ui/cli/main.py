"""The `doppel` command line. Each command opens the twin, asks it one thing and prints it, for people or as JSON.

Exit codes: 0 done; 1 something a person can act on, said in one line; 2 wrong use; 3 `status FILE`: not known;
4 `memory forget --verify`: erased text was still found. Every import that costs time happens inside its command, so
that `doppel --help` is instant.
"""

from __future__ import annotations

import threading
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from app.errors import DoppelError
from app.twin.forget_needles import texts_to_forget
from ui.cli import show
from ui.cli.base import Json, Yes, opened, read_settings
from ui.cli.doctor import doctor
from ui.cli.doors import mcp, tokens_app
from ui.cli.plan import plan
from ui.cli.protect import decrypt, encrypt, passphrase, restore, unlock
from ui.cli.run import run
from ui.cli.service import open_page, service_app
from ui.cli.train import train_app
from ui.cli.upkeep import chats_app, digest, jobs_app, summaries_app
from ui.web import messages
from ui.web.messages import tr
from ui.web.told import told

NOT_KNOWN = 3
STILL_FOUND = 4


class OneLineErrors(TyperGroup):
    """Prints what a person can act on as one line; a bug keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DoppelError as error:
            typer.echo(f"doppel: {told(show.plain(str(error)))}", err=True)
            ctx.exit(1)


app = typer.Typer(cls=OneLineErrors, no_args_is_help=True, help="Your files, remembered on this computer.")
memory_app = typer.Typer(no_args_is_help=True, help="Review what is remembered: list, show, edit, forget.")
sources_app = typer.Typer(
    no_args_is_help=True, help="The folders that are watched: add, list, keep, accept, remove."
)
model_app = typer.Typer(no_args_is_help=True, help="The language model: pull, use, convert, show.")
app.command()(run)
app.add_typer(memory_app, name="memory")
app.add_typer(sources_app, name="sources")
app.add_typer(model_app, name="model")
app.add_typer(chats_app, name="chats")
app.add_typer(summaries_app, name="summaries")
app.add_typer(jobs_app, name="jobs")
app.add_typer(train_app, name="train")
app.add_typer(tokens_app, name="tokens")
app.add_typer(service_app, name="service")
app.command("open")(open_page)
app.command()(mcp)
app.command()(digest)
app.command()(doctor)
app.command()(encrypt)
app.command()(decrypt)
app.command()(passphrase)
app.command()(unlock)
app.command()(restore)
app.command()(plan)


def main() -> None:
    """Entry point of the `doppel` command."""
    app(prog_name="doppel")


@app.callback(invoke_without_command=True)
def base(about: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    messages.use("")  # until the memory is open, which knows what the person prefers
    if about:
        typer.echo(f"doppel {version('doppel')}")
        raise typer.Exit


@app.command()
def ingest(path: Path, as_json: Json = False) -> None:
    """Read one folder or file now and remember it, without watching it."""
    with opened() as twin:
        report = twin.ingest(path.expanduser().absolute())
    show.out(report, as_json, show.ingested)
    if report.failed and not report.documents:
        raise typer.Exit(1)


@app.command()
def ask(
    question: str,
    chat: Annotated[
        int | None, typer.Option(help="Go on with this chat, so that follow-ups are understood.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask the memory; the answer is printed as it is written, then its sources."""
    from app.records import Done, Progress, Token, Understanding

    cancel, streamed, language = threading.Event(), False, "en"
    with opened() as twin:
        try:
            for event in twin.ask(question, chat_id=chat, cancel=cancel):
                if isinstance(event, Understanding):
                    language = event.language
                elif isinstance(event, Progress) and not event.done:
                    typer.echo(show.cost(event, language), err=True)
                elif isinstance(event, Token) and not as_json:
                    typer.echo(show.plain(event.text), nl=False)
                    streamed = True
                elif isinstance(event, Done):
                    lines = show.numbered_sources if streamed else show.whole_answer
                    show.out(event.answer, as_json, lines)
        finally:
            cancel.set()


@app.command()
def status(file: Annotated[Path | None, typer.Argument()] = None, as_json: Json = False) -> None:
    """How the twin is, or whether it knows FILE (exit code 3 if not)."""
    with opened() as twin:
        if file is None:
            show.out(twin.status(), as_json, show.status)
            return
        known = twin.file_status(file.expanduser().absolute())
    show.out(known, as_json, show.file_status)
    if known.state != "known":
        raise typer.Exit(NOT_KNOWN)


@memory_app.command("list")
def memory_list(
    query: Annotated[str | None, typer.Argument(help="Words to search for.")] = None,
    source: Annotated[int | None, typer.Option(help="Only of this source.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    as_json: Json = False,
) -> None:
    """List what is remembered, newest state, a page at a time."""
    with opened() as twin:
        show.out(twin.memories(query, source_id=source, limit=limit, offset=offset), as_json, show.memories)


@memory_app.command("show")
def memory_show(id: int, as_json: Json = False) -> None:
    """Print one memory in full."""
    with opened() as twin:
        show.out(twin.memory(id), as_json, show.memory)


@memory_app.command("edit")
def memory_edit(
    id: int,
    text: Annotated[str, typer.Argument(help="The new text; - reads it from standard input.")],
    as_json: Json = False,
) -> None:
    """Correct one memory; the next answer uses the new text."""
    new = typer.get_text_stream("stdin").read() if text == "-" else text
    if not new.strip():
        raise DoppelError(tr("A memory cannot be empty. To forget it: doppel memory forget {id}", id=id))
    with opened() as twin:
        twin.edit_memory(id, new.strip())
        show.out(twin.memory(id), as_json, show.memory)


@memory_app.command("forget")
def memory_forget(
    ids: Annotated[list[int] | None, typer.Argument(help="Memory numbers.")] = None,
    file: Annotated[Path | None, typer.Option(help="Everything from this file.")] = None,
    source: Annotated[int | None, typer.Option(help="Everything from this source.")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Search the archive's bytes afterwards.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Erase memories for good. Your files stay where they are."""
    if sum(bool(choice) for choice in (ids, file, source)) != 1:
        raise typer.BadParameter("Name memory numbers, or --file, or --source.")
    path = file.expanduser().absolute() if file else None
    with opened() as twin:
        chosen: dict[str, Any] = {"ids": ids or (), "path": path, "source_id": source}
        needles = texts_to_forget(twin, **chosen) if verify else []
        if not yes:
            typer.confirm(tr("Erase this from the archive for good?"), abort=True, err=True)
        report: Any = twin.forget(**chosen)
        checked = twin.verify_forgotten(needles) if verify else None
    show.out(
        {"forgotten": report, "verified": checked} if checked else report,
        as_json,
        lambda _: show.forgotten(report, checked),
    )
    if checked and checked.found:
        raise typer.Exit(STILL_FOUND)


@memory_app.command("allow")
def memory_allow(
    path: Annotated[Path | None, typer.Argument(help="A file or folder.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Whatever was ever forgotten.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Let forgotten words in again: those that a file or folder says now, or all. They are read again."""
    if (path is None) != everything:
        raise typer.BadParameter("Name a file or folder, or --all.")
    with opened() as twin:
        if not yes:
            typer.confirm(tr("Let this be read and remembered again?"), abort=True, err=True)
        twin.allow_again(path.expanduser().absolute() if path else None)
    said = show.plain(str(path)) if path else tr("everything")
    allowed = {"allowed": str(path) if path else "everything"}
    show.out(allowed, as_json, lambda _: tr("It may be read again: {what}", what=said))


@sources_app.command("add")
def sources_add(
    path: Path,
    ignore: Annotated[list[str] | None, typer.Option(help="Pattern to leave out, as in .gitignore.")] = None,
    polling: Annotated[bool, typer.Option("--polling", help="Network folder: look at intervals.")] = False,
    forget_after: Annotated[
        int | None, typer.Option(min=1, help="Forget files so many days after they last changed.")
    ] = None,
    pictures: Annotated[
        str | None, typer.Option(help="Of pictures and scans: none, text, or all (photos without text, too).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Watch a folder or file from the next `doppel run` on."""
    with opened() as twin:
        added = twin.add_source(
            path.expanduser().absolute(),
            ignore=ignore or (),
            polling=polling,
            retention_days=forget_after,
            pictures=pictures,
        )
        show.out(added, as_json, lambda source: show.sources([source]))


@sources_app.command("keep")
def sources_keep(
    id: int,
    days: Annotated[
        int | None, typer.Option(min=1, help="Forget files so many days after they last changed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Keep what a source holds for so many DAYS, or for ever if none are given. The files themselves stay."""
    with opened() as twin:
        show.out(twin.set_retention(id, days), as_json, lambda source: show.sources([source]))


@sources_app.command("pictures")
def sources_pictures(id: int, wanted: str, as_json: Json = False) -> None:
    """Read of a source's pictures and scans WANTED: none, text, or all (date, place and album of photos, too)."""
    with opened() as twin:
        show.out(twin.set_pictures(id, wanted), as_json, lambda source: show.sources([source]))


@sources_app.command("accept")
def sources_accept(id: int, yes: Yes = False, as_json: Json = False) -> None:
    """Take a source's folder as it is now: what is not in it any more is dropped from memory."""
    with opened() as twin:
        if not yes:
            typer.confirm(
                tr("Drop what was known from files that are not there any more?"), abort=True, err=True
            )
        show.out(twin.accept_source(id), as_json, lambda source: show.sources([source]))


@sources_app.command("list")
def sources_list(as_json: Json = False) -> None:
    """List the watched folders."""
    with opened() as twin:
        show.out(twin.sources(), as_json, show.sources)


@sources_app.command("remove")
def sources_remove(
    id: int,
    forget: Annotated[bool, typer.Option("--forget", help="Also erase what was read from it.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Stop watching a folder. Its files stay."""
    with opened() as twin:
        if forget and not yes:
            typer.confirm(tr("Erase everything read from it for good?"), abort=True, err=True)
        twin.remove_source(id, forget=forget)
    show.out({"removed": id, "forgotten": forget}, as_json, lambda _: tr("Source {id} is removed.", id=id))


@model_app.command("pull")
def model_pull(name: Annotated[str | None, typer.Argument()] = None, as_json: Json = False) -> None:
    """Fetch a model once: the default, another that Doppel knows (small, 0.5b, 1.5b), or a hub name."""
    from app.model import store

    folder = store.pull(read_settings(), name, report=lambda line: typer.echo(line, err=True))
    show.out({"folder": str(folder)}, as_json, lambda _: tr("The model is in {folder}", folder=folder))


@model_app.command("use")
def model_use(name: str, as_json: Json = False) -> None:
    """Answer with another model once everything is encoded with it. Interrupted, it goes on in `doppel run`."""
    from app.model import store

    store.pull(read_settings(), name, report=lambda line: typer.echo(line, err=True))
    with opened() as twin:
        twin.use_model(name, report=lambda now: typer.echo(show.change(now.change), err=True))
    show.out({"model": name}, as_json, lambda _: tr("{model} answers from now on.", model=name))


@model_app.command("convert")
def model_convert(
    source: Path,
    target: Path,
    texts: Annotated[list[Path] | None, typer.Option(help="Text files to fit the router to.")] = None,
    as_json: Json = False,
) -> None:
    """Turn a plain model folder into one whose attention reads a memory."""
    from app.model import store

    read_settings()
    folder = store.convert(source, target, texts or (), report=lambda line: typer.echo(line, err=True))
    show.out({"folder": str(folder)}, as_json, lambda _: tr("The model is in {folder}", folder=folder))


@model_app.command("show")
def model_show(as_json: Json = False) -> None:
    """Which model is set, and whether it is on this computer."""
    from app.model import store
    from app.model.catalogue import KNOWN

    settings = read_settings()
    facts = {
        "model": settings.model,
        "answering": store.answering(settings),
        "folder": str(store.model_folder(settings)),
        "ready": store.is_ready(settings),
        "better": store.better(settings),
        "known": {known.name: known.about for known in KNOWN.values()},
    }
    show.out(facts, as_json, show.model)
