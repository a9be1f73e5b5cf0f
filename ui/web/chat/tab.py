"""The chat tab: a question, its answer as it is written, and the passages it rests on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError, Stopped
from app.records import Chat, MemoryFilter
from ui.web.answering import Answering, UnderWay
from ui.web.blocks import LIVE, clickable, in_order, number, panel, words
from ui.web.chat import export, scope, sidebar, turns
from ui.web.chat.deleted import Deleted
from ui.web.chat.desk import Desk, answered
from ui.web.chat.suggested import Sample, Suggested
from ui.web.chat.welcome import welcome
from ui.web.markup import button, notice, text
from ui.web.messages import tr

if TYPE_CHECKING:
    from ui.web.chat.twin import ChatTwin

log = logging.getLogger(__name__)

SECONDS_PER_LOOK = 5.0
SCOPE_PEOPLE = 60  # to choose from; those named most


def build(
    page: gr.Blocks,
    tab: gr.Tab,
    twin: ChatTwin,
    samples: Sequence[Sample],
    answering: Answering,
    deleted: Deleted,
) -> None:
    suggested = Suggested(twin, samples)
    desk = gr.State(Desk())
    narrowed = gr.State(scope.EVERYWHERE)

    with gr.Row(elem_id="chat-row"):
        with gr.Column(elem_id="chats-column"):
            new = gr.Button(tr("New chat"), size="sm", elem_id="new-chat")
            search = clickable("search", elem_id="chat-search", value=sidebar.search_box())
            chats = clickable("open", elem_id="chats")
        with gr.Column(elem_id="talk-column"):
            head = clickable("rename", "pin", "export", "save", "delete", elem_id="chat-head")
            talk = clickable("cite", "sample", "retry", "judge", elem_id="talk")
            note = clickable("undo", elem_id="chat-note")
            within = clickable("narrow", "anywhere", elem_id="chat-scope")
            box = clickable("ask", "stop", elem_id="question", value=_question_box())
        with gr.Column(elem_id="evidence-column"):
            panel(f"<h2>{text(tr('Sources'))}</h2>")
            evidence = clickable("judge", elem_id="evidence")
    saved_file = clickable(elem_id="download")

    def kept(query: str = "") -> list[Chat]:
        return [chat for chat in twin.chats(query) if not deleted.hides(chat.id)]

    def talk_of(state: Desk, busy: str = "") -> str:
        empty = "" if state.turns else welcome(twin.status(sizes=False), suggested.at_hand())
        return turns.conversation(
            state.turns, chat_id=state.chat_id, empty=empty, busy=busy, judged=state.judged
        )

    def shown(state: Desk, *, busy: str = "") -> dict[Any, Any]:
        """Everything that depends on the desk alone."""
        return {
            desk: state,
            talk: talk_of(state, busy),
            evidence: state.cards(len(state.turns) - 1),
        }

    def listed(state: Desk) -> dict[Any, Any]:
        found = kept()
        here = next((chat for chat in found if chat.id == state.chat_id), None)
        return {chats: sidebar.chat_list(found, state.chat_id), head: sidebar.heading(here)}

    def choices(wanted: MemoryFilter, *, shown: bool = False) -> str:
        years = dict.fromkeys(month[:4] for month, _ in twin.timeline(scope.EVERYWHERE) if month)
        people = twin.people(limit=SCOPE_PEOPLE)
        return scope.selector(wanted, list(years), people, twin.folders(), shown=shown)

    def elsewhere(page: str, one: UnderWay, *, done: bool) -> dict[Any, Any]:
        """What a page shows that turned to another chat while this answer goes on."""
        drawn = shown(here(page)) if one.once_left() else {note: gr.skip()}
        return {**drawn, **listed(here(page))} if done else drawn

    def here(page: str) -> Desk:
        chat_id = answering.opened.get(page)
        return opened(chat_id) if chat_id is not None else Desk()

    def answer(
        question: str, before: Desk, wanted: MemoryFilter, request: gr.Request
    ) -> Iterator[dict[Any, Any]]:
        question = question.strip()
        if not question:
            yield {note: notice(tr("Type a question first."))}
            return
        page = str(request.session_hash)
        one = answering.begin(page, before.chat_id)
        sorry = ""
        try:
            only = wanted if wanted != scope.EVERYWHERE else None
            events = twin.ask(question, chat_id=before.chat_id, cancel=one.cancel, scope=only)
            for state, busy in answered(question, before, events):
                if one.shown:
                    # The list comes with the last words: a list drawn later would take a click that was meant for it.
                    yield {**shown(state, busy=busy), **({} if busy else listed(state)), note: ""}
                else:  # it goes on, and is found in its chat
                    yield elsewhere(page, one, done=not busy)
        except Stopped:
            yield (
                {**shown(before), note: notice(tr("Stopped."), gives_back=question)}
                if one.shown
                else {note: gr.skip()}
            )
        except DoppelError as error:
            sorry = str(error)
        except Exception:
            log.exception("answering failed")
            sorry = tr("Doppel failed to answer. The terminal it runs in says why.")
        finally:
            answering.over(page, one)
        if sorry and one.shown:
            yield {**shown(before), note: notice(sorry, "problem", gives_back=question)}
        elif sorry:
            yield {note: notice(f"{question}: {sorry}", "problem")}
        # Gradio sends the last step again when the event is over; what the person opened in between would be drawn over.
        yield {note: gr.skip()}

    def ask(
        state: Desk, wanted: MemoryFilter, event: gr.EventData, request: gr.Request
    ) -> Iterator[dict[Any, Any]]:
        yield from answer(words(event, "question"), state, wanted, request)

    def ask_again(
        state: Desk, wanted: MemoryFilter, event: gr.EventData, request: gr.Request
    ) -> Iterator[dict[Any, Any]]:
        yield from answer(state.question_of(number(event, "turn") or 0), state, wanted, request)

    def halt(request: gr.Request) -> None:
        answering.stop(str(request.session_hash))

    def opened(chat_id: int) -> Desk:
        return Desk(chat_id, list(twin.messages(chat_id)), twin.judgements(chat_id))

    def open_chat(chat_id: int | None, request: gr.Request) -> dict[Any, Any]:
        """The chat, or an empty desk where there is none."""
        goes_on = answering.look(str(request.session_hash), chat_id)
        said = notice(tr("The other answer goes on. It is in its chat when it is done.")) if goes_on else ""
        try:
            known = chat_id is not None and not deleted.hides(chat_id)
            state = opened(chat_id) if known and chat_id else Desk()
        except DoppelError as error:
            return {**shown(Desk()), **listed(Desk()), note: notice(str(error), "problem")}
        return {**shown(state), **listed(state), note: said}

    def begin(request: gr.Request) -> dict[Any, Any]:
        wanted = str(request.query_params.get("chat", ""))
        return open_chat(int(wanted) if wanted.isascii() and wanted.isdigit() else None, request)

    def welcomed(state: Desk) -> Any:
        """With what is suggested now, where no chat is open."""
        if state.turns:
            return gr.skip()
        suggested.now()
        return talk_of(state)

    def grown(state: Desk, drawn: str) -> tuple[Any, Any]:
        """The first screen again, where what is known has grown since it was drawn."""
        if state.turns:
            return gr.skip(), ""
        now = twin.status(sizes=False)
        seen = f"{now.documents} {now.files}"
        return (gr.skip() if seen == drawn else welcomed(state)), seen

    def on_chat(change: Callable[[int, gr.EventData], dict[Any, Any]]) -> Callable[..., dict[Any, Any]]:
        """A handler that changes the chat the event names; what goes wrong is said."""

        def handler(state: Desk, event: gr.EventData) -> dict[Any, Any]:
            chat_id = number(event, "id")
            if chat_id is None:
                return {note: ""}
            try:
                return {**change(chat_id, event), **listed(state)}
            except DoppelError as error:
                return {**listed(state), note: notice(str(error), "problem")}

        return handler

    def rename(chat_id: int, event: gr.EventData) -> dict[Any, Any]:
        twin.rename_chat(chat_id, words(event, "title"))
        return {note: ""}

    def pin(chat_id: int, event: gr.EventData) -> dict[Any, Any]:
        now = next((chat.pinned for chat in twin.chats() if chat.id == chat_id), False)
        twin.pin_chat(chat_id, not now)
        return {note: ""}

    def write_out(chat_id: int, event: gr.EventData) -> dict[Any, Any]:
        title = next((chat.title for chat in twin.chats() if chat.id == chat_id), "")
        file = export.download(export.file_title(title), export.markdown(title, twin.messages(chat_id)))
        return {saved_file: file, note: notice(tr("Saved as a Markdown file."), "good")}

    def remember(chat_id: int, event: gr.EventData) -> dict[Any, Any]:
        if twin.save_chat(chat_id).documents:
            done = tr("Remembered. Answers may now rest on this chat, too; it is marked as one.")
            return {note: notice(done, "good")}
        return {note: notice(tr("There is nothing new in this chat to remember."))}

    def delete(event: gr.EventData, request: gr.Request) -> dict[Any, Any]:
        chat_id = number(event, "id")
        if chat_id is None:
            return {note: ""}
        deleted.delete(chat_id, lambda: twin.delete_chat(chat_id))
        undo = button("undo", tr("Undo"), id=chat_id)
        said = notice(tr("Deleted. Memories stay."), more=undo)
        return {**open_chat(None, request), note: said}

    def undo_delete(event: gr.EventData, request: gr.Request) -> dict[Any, Any]:
        chat_id = number(event, "id")
        if chat_id is not None and deleted.undo(chat_id):
            return open_chat(chat_id, request)
        return {note: notice(tr("It is erased already."))}

    def find(state: Desk, event: gr.EventData) -> str:
        query = words(event, "query").strip()
        return sidebar.chat_list(kept(query), state.chat_id, searched=bool(query))

    def judge(state: Desk, event: gr.EventData) -> dict[Any, Any]:
        turn, kind = number(event, "turn"), words(event, "kindOf")
        if state.chat_id is None or turn is None:
            return {note: ""}
        try:
            twin.judge(state.chat_id, turn, kind, number(event, "document"))
        except DoppelError as error:
            return {note: notice(str(error), "problem")}
        state = replace(state, judged=twin.judgements(state.chat_id))
        said = (
            tr("Kept on this computer. “doppel train router” learns from it.") if kind else tr("Taken back.")
        )
        return {desk: state, talk: talk_of(state), evidence: state.cards(turn), note: notice(said, "good")}

    def narrow(event: gr.EventData) -> dict[Any, Any]:
        wanted = scope.asked_of(event)
        return {narrowed: wanted, within: choices(wanted, shown=True)}

    def cite(state: Desk, event: gr.EventData) -> str:
        return state.cards(number(event, "turn") or 0, number(event, "number"))

    def reopen(event: gr.EventData, request: gr.Request) -> dict[Any, Any]:
        return open_chat(number(event, "id"), request)

    def emptied(request: gr.Request) -> dict[Any, Any]:
        return open_chat(None, request)

    everything = [desk, talk, evidence, chats, head, note, saved_file]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    # Whoever asks stands in the twin's own line (`app.model.line`), which says how long it is; that one page asks one thing
    # at a time is up to `assets/page.js`.
    asking: dict[str, Any] = {
        "inputs": [desk, narrowed],
        "outputs": everything,
        "concurrency_limit": None,
        "trigger_mode": "multiple",
        **quiet,
    }
    box.ask(ask, **asking)
    talk.sample(ask, **asking)
    talk.retry(ask_again, **asking)
    box.stop(halt, concurrency_limit=None, trigger_mode="multiple", **quiet)
    for listen in (talk.judge, evidence.judge):
        listen(judge, inputs=desk, outputs=[desk, talk, evidence, note], **in_order("judge"), **quiet)
    for listen in (within.narrow, within.anywhere):
        listen(narrow, outputs=[narrowed, within], **in_order("scope"), **quiet)
    page.load(lambda: choices(scope.EVERYWHERE), outputs=within, **quiet)
    talk.cite(cite, inputs=desk, outputs=evidence, **LIVE, **quiet)
    # The chat that was chosen last is the one that is open in the end.
    new.click(emptied, outputs=everything, **in_order("chats"), **quiet)
    chats.open(reopen, outputs=everything, **in_order("chats"), **quiet)
    search.search(find, inputs=desk, outputs=chats, **LIVE, **quiet)
    head.rename(on_chat(rename), inputs=desk, outputs=everything, **in_order("chats"), **quiet)
    head.pin(on_chat(pin), inputs=desk, outputs=everything, **in_order("chats"), **quiet)
    head.export(on_chat(write_out), inputs=desk, outputs=everything, **quiet)
    head.save(on_chat(remember), inputs=desk, outputs=everything, **quiet)
    head.delete(delete, outputs=everything, **quiet)
    note.undo(undo_delete, outputs=everything, **quiet)
    welcoming: dict[str, Any] = {"inputs": desk, "outputs": talk, **quiet}
    page.load(begin, outputs=everything, **quiet).then(welcomed, **welcoming)
    # The memory may have filled or emptied while another tab was open; an open answer is left alone.
    tab.select(welcomed, **welcoming)
    seen = gr.State("")
    gr.Timer(SECONDS_PER_LOOK).tick(grown, inputs=[desk, seen], outputs=[talk, seen], **quiet)


def _question_box() -> str:
    label = text(tr("Ask about your files"))
    return (
        f'<form class="ask" data-ask><textarea rows="1" placeholder="{label}" aria-label="{label}" '
        f'enterkeyhint="send" autofocus></textarea><button id="ask" type="submit">{text(tr("Ask"))}</button>'
        f'<button id="stop" type="button" data-event="stop">{text(tr("Stop"))}</button></form>'
    )
