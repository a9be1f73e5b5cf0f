"""Which model answers: the one whose bank is whole. A new one encodes everything first, while the old one goes on.

* The archive keeps the folder of each bank's model, so that the old one is found again after a restart.
* Changing places is one transaction (`Banks.switch`); the old bank is dropped behind it. Questions under way end with
  the model and the memory that they began with.
* Where the old model is gone or is no longer what it was, its bank is of no use to anybody: the new one answers at
  once, from what it has encoded so far.

It starts no thread and encodes nothing; that is `reencode`'s.
"""

from __future__ import annotations

import logging
import threading
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import DoppelError
from app.model import adapted_router, store
from app.model.catalogue import full_name
from app.model.in_flight import InFlight
from app.ranks.places import places_on
from app.records import ModelChange
from app.settings import Settings
from engine.memory import Memory
from kernels.resident.placing import HOST
from storage.archive import Archive

if TYPE_CHECKING:
    from app.model.answerer import Answerer
    from app.ranks.encoding import Helper
    from app.ranks.ranks import Ranks
    from storage.bank.bank import Bank

log = logging.getLogger(__name__)

FOLDERS = "model_folders"


class ModelSwitch:
    """The model that answers, and the one that is to follow it; each is loaded once. Thread-safe.

    changing: held by whoever changes memories with the present model, and while another takes its place.
    """

    def __init__(self, archive: Archive, settings: Settings) -> None:
        self.settings = settings
        self.changing = threading.RLock()
        self._archive = archive
        self._loading = threading.Lock()
        self._present: tuple[Answerer, Bank] | None = None
        self._next: tuple[Answerer, Bank] | None = None
        self.in_flight = InFlight()
        self._rerouted: list[Answerer] = []
        self._ranks: Ranks | None = None
        archive.derived.dropped.append(self._route_as_shipped)

    def present(self) -> tuple[Answerer, Bank]:
        """The model that answers, and its bank. Raises ModelMissing, ModelUnusable."""
        with self._loading:
            if self._present is None:
                self._present = self._open_present()
            return self._present

    def memory(self, bank: Bank) -> Memory:
        """What a question reads of a bank now: one committed state, spread over the ranks where there are some."""
        spread = self._ranks.memory(bank) if self._ranks is not None else None
        return bank.snapshot() if spread is None else spread

    def spread(self, ranks: Ranks) -> None:
        """Spread the memory of whichever model answers over these ranks, which are started."""
        self._ranks = ranks
        self._follow()

    def gather(self) -> None:
        """Answer from this process alone again."""
        self._ranks = None

    @property
    def encoders(self) -> int:
        """How many devices encode at the same time."""
        return self._ranks.encoders if self._ranks is not None else 1

    def _follow(self) -> None:
        if self._ranks is not None:
            _, bank = self.present()
            with self._archive.store.writing:
                if bank.on_devices:
                    # Rank 0's shard takes the card's room, which is given once.
                    bank.place(HOST)
                self._ranks.follow(bank)

    def successor(self) -> tuple[Answerer, Bank] | None:
        """The model that is to answer once its bank is whole, None if it does already.

        Raises ModelMissing, ModelUnusable.
        """
        _, bank = self.present()
        wanted = store.fingerprint(self.settings)
        if wanted == bank.fingerprint:
            return None
        if self._next is None or self._next[1].fingerprint != wanted:
            self._next = self._open(self.settings)
        return self._next

    def use(self, name: str) -> Settings:
        """Set another model as the one that is to answer. Raises what `successor` raises; then nothing has changed."""
        before, self.settings = self.settings, replace(self.settings, model=full_name(name))
        try:
            self.successor()
        except Exception:
            self.settings = before
            raise
        return self.settings

    def may_improve(self) -> bool:
        """Whether a better model is to follow as soon as somebody fetches it."""
        return bool(store.better(self.settings))

    def take_over(self) -> None:
        """The successor answers from now on, and the old bank goes. Raises BankIncomplete."""
        with self.changing:
            assert self._next is not None
            self._archive.banks.switch(self._next[1].fingerprint)
            with self._loading:
                self._present, self._next = self._next, None
            self._follow()
            self.drop_others()

    def drop_others(self) -> None:
        """Drop the banks of models that neither answer nor are to follow."""
        kept = {pair[1].fingerprint for pair in (self._present, self._next) if pair is not None}
        for info in self._archive.banks.rows():
            if info.fingerprint not in kept and not info.active:
                self._archive.banks.drop(info.fingerprint)
        folders = self._folders()
        self._archive.settings.set(FOLDERS, {name: folders[name] for name in folders if name in kept})

    def change(self) -> ModelChange | None:
        """How far the successor is; None where none is to follow. Loads nothing."""
        folders = self._folders()
        wanted = str(store.model_folder(self.settings).absolute())
        if not folders or set(folders.values()) == {wanted}:
            return None
        banks = self._archive.banks.rows()
        active = next((info for info in banks if info.active), None)
        answering = folders.get(active.fingerprint) if active else None
        if active is None or answering is None or answering == wanted or not active.documents:
            return None
        filling = (info.encoded for info in banks if folders.get(info.fingerprint) == wanted)
        return ModelChange(Path(answering).name, next(filling, 0), active.documents)

    def asked(self) -> AbstractContextManager[None]:
        """While a question is answered; `wait_quiet` waits for its end."""
        return self.in_flight.asked()

    def wait_quiet(self) -> None:
        self.in_flight.wait_quiet()

    def rest(self, seconds: float = -1) -> bool:
        """Wait until no model computes, for ever or so many seconds; False if one still does."""
        return self.in_flight.rest(seconds)

    def _open_present(self) -> tuple[Answerer, Bank]:
        old = self._predecessor()
        if old is not None:
            try:
                return self._open(old)
            except DoppelError as error:
                log.warning("the model that answered so far cannot be loaded: %s", error)
        answerer, bank = self._open(self.settings)
        active = self._archive.banks.active()
        if not self._archive.read_only and active is not None and active.fingerprint != bank.fingerprint:
            self._archive.banks.switch(bank.fingerprint, complete=False)
        return answerer, bank

    def _predecessor(self) -> Settings | None:
        """Settings that name the model of the active bank, where that is another than the one that is set."""
        active = self._archive.banks.active()
        folder = self._folders().get(active.fingerprint) if active is not None else None
        if active is None or folder is None or not active.documents:
            return None
        old = replace(self.settings, model=folder)
        if not store.is_ready(old) or store.fingerprint(old) != active.fingerprint:
            return None
        if store.is_ready(self.settings) and store.fingerprint(self.settings) == active.fingerprint:
            return None
        return old

    def _open(self, settings: Settings) -> tuple[Answerer, Bank]:
        from app.model.answerer import Answerer

        answerer = Answerer(store.load(settings), self.in_flight)
        model = answerer.model
        shape = (len(model.config.router_layers), model.kv_heads, model.head_dim)
        bank = self._archive.banks.open(model.fingerprint, *shape)
        if model.device.type == "cuda" and self._ranks is None:
            self._archive.banks.place(model.fingerprint, places_on(str(model.device)))
        self._adapt(answerer)
        answerer.helpers = partial(self._helpers, store.model_folder(settings).absolute(), model.fingerprint)
        folder = str(store.model_folder(settings).absolute())
        if not self._archive.read_only and self._folders().get(model.fingerprint) != folder:
            self._archive.settings.set(FOLDERS, {**self._folders(), model.fingerprint: folder})
        return answerer, bank

    def _helpers(self, folder: Path, fingerprint: str) -> list[Helper]:
        return self._ranks.helpers(folder, fingerprint) if self._ranks is not None else []

    def reroute(self) -> None:
        """Have the model that answers use the router that was adapted to this archive, if it is made for it."""
        self._adapt(self.present()[0])

    def _adapt(self, answerer: Answerer) -> None:
        with self._archive.derived.content(adapted_router.FILE) as content:
            if content is None:
                return
            queries = adapted_router.projections(content, answerer.model.fingerprint)
            if queries is None:
                log.info("the adapted router is for another model: it is left unused")
                return
            self._rerouted.append(answerer)
            answerer.reroute(queries)

    def _route_as_shipped(self) -> None:
        """The adapted router is dropped: nobody routes with it from now on."""
        for answerer in self._rerouted:
            answerer.reroute(None)
        self._rerouted.clear()

    def _folders(self) -> dict[str, str]:
        """Fingerprint -> folder of its model."""
        folders: dict[str, str] = self._archive.settings.get(FOLDERS, {})
        return folders
