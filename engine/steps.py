"""A token of each answer as a step of fixed shape, which a card records once and replays.

Written by the packed forward (`Session.extend`) a token is some two thousand launches, and a card waits for the host between
them. Here nothing depends on how far an answer is but the numbers in one small tensor: every question's token, its position,
and where its key goes in each layer's buffer. So a CUDA graph of the step serves every token, until a buffer is full or a
question ends. Whatever cannot be recorded is written by the packed forward as before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from weakref import WeakSet

import torch
from torch import Tensor

from engine.attention import visible_to_newest
from engine.backbone import run_layers
from engine.model import MsaModel
from engine.session import Session
from kernels.decode import attend_newest, attend_seen

BUCKET = 256  # rows by which a full buffer grows
PATIENCE = (
    2  # tokens of the same questions before a step is recorded for them, as recording costs about as many
)

log = logging.getLogger(__name__)
_refused: WeakSet[MsaModel] = WeakSet()  # models of which a step could not be recorded


class Step:
    """The next token of some of a session's questions, any number of times. Their caches must have room."""

    def __init__(self, session: Session, rows: Sequence[int]) -> None:
        self.session = session
        self.rows = tuple(rows)
        self._caches = [session.caches[row] for row in rows]
        self._buffers = [[cache.buffers for cache in caches] for caches in self._caches]
        device = session.model.device
        # Per question its token, its position, and per layer the place of its key: all that changes.
        self._state = torch.zeros(len(rows), 2 + session.model.num_layers, dtype=torch.int64, device=device)
        self._row = torch.tensor(self.rows, device=device)
        self._replay: Callable[[], Tensor] | None = None

    @property
    def fits(self) -> bool:
        """Whether there is room for another token, in the buffers that were there when it was made."""
        return all(
            cache.room and cache.buffers[0] is keys
            for caches, buffers in zip(self._caches, self._buffers, strict=True)
            for cache, (keys, _) in zip(caches, buffers, strict=True)
        )

    @torch.inference_mode()
    def feed(self, tokens: Sequence[int]) -> None:
        """Feed a token to each question, as `Session.extend` does. Raises what a device raises that cannot record it."""
        session = self.session
        places = [
            [token, session.next_position[row], *(cache.length for cache in caches)]
            for token, row, caches in zip(tokens, self.rows, self._caches, strict=True)
        ]
        # From pageable memory: taken before this returns, without waiting for the device.
        self._state.copy_(torch.tensor(places), non_blocking=True)
        with session.model.adapted(session.adapter, writing=True):
            if self._replay is None:
                self._replay = recorded(self._forward, session.model.device)
            newest = self._replay()
        session.logits = session.logits.index_copy(0, self._row, newest)
        for row, caches in zip(self.rows, self._caches, strict=True):
            session.next_position[row] += 1
            for cache in caches:
                cache.advance()

    def _forward(self) -> Tensor:
        """Logits [questions, vocab]; may run any number of times, as it writes the same keys to the same places."""
        model = self.session.model
        hidden = run_layers(model.backbone, self._state[:, 0], self._state[:, 1], self._attend)
        return model.logits(hidden).float()

    def _attend(self, layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        attended = []
        window = self.session.model.window(layer)
        for at, buffers in enumerate(self._buffers):
            keys, values = buffers[layer]
            place = self._state[at, 2 + layer : 3 + layer]
            keys.index_copy_(1, place, key[:, at : at + 1])
            values.index_copy_(1, place, value[:, at : at + 1])
            chunks = self._caches[at][layer].chunks
            if window is None or keys.shape[1] - len(chunks) <= window:
                attended.append(attend_newest(query[:, at], keys, values, place))
            else:
                seen = visible_to_newest(place, keys.shape[1], window, chunks)
                attended.append(attend_seen(query[:, at], keys, values, seen))
        return torch.stack(attended)


def recorded(forward: Callable[[], Tensor], device: torch.device) -> Callable[[], Tensor]:
    """What computes the same again and again, over the tensors that it found: on a card a graph of its launches."""
    if not records_on(device):
        return forward
    stream, current = torch.cuda.Stream(device), torch.cuda.current_stream(device)
    stream.wait_stream(current)
    graph = torch.cuda.CUDAGraph()
    try:
        with torch.cuda.stream(stream):
            forward()  # what is built or allocated at the first run must not be recorded
            # Other threads encode meanwhile, which must not end the recording.
            graph.capture_begin(capture_error_mode="thread_local")
            try:
                out = forward()
            finally:
                graph.capture_end()
    finally:
        current.wait_stream(stream)  # recorded or not, the first run has written to the caches

    def replay() -> Tensor:
        graph.replay()
        return out

    return replay


def records_on(device: torch.device) -> bool:
    """Whether steps are worth recording there."""
    return device.type == "cuda"


class Writer:
    """Feeds token after token to the questions of a session; in recorded steps where that is worth it.

    records: whether it is, default on a card.
    """

    def __init__(self, session: Session, *, records: bool | None = None) -> None:
        self._session = session
        self._records = records_on(session.model.device) if records is None else records
        self._step: Step | None = None
        self._rows: tuple[int, ...] = ()
        self._times = 0

    @property
    def recording(self) -> bool:
        """Whether the newest tokens were fed in a recorded step."""
        return self._step is not None and self._step.rows == self._rows and self._times > PATIENCE

    def feed(self, tokens: Sequence[int | None]) -> None:
        """A token for each question, None for one that is left as it is."""
        rows = tuple(row for row, token in enumerate(tokens) if token is not None)
        self._times = self._times + 1 if rows == self._rows else 1
        self._rows = rows
        if rows and self._records and self._times > PATIENCE and self._fed(rows, tokens):
            return
        self._session.extend([[] if token is None else [token] for token in tokens])

    def _fed(self, rows: tuple[int, ...], tokens: Sequence[int | None]) -> bool:
        session = self._session
        if session.model in _refused:
            return False
        for row in rows:
            for cache in session.caches[row]:
                if not cache.room:
                    cache.grow(cache.length + max(BUCKET, cache.length))
        if self._step is None or self._step.rows != rows or not self._step.fits:
            self._step = Step(session, rows)
        try:
            self._step.feed([token for token in tokens if token is not None])
        except RuntimeError as error:  # of each device and driver another one
            _refused.add(session.model)
            self._step = None
            log.warning("a step of an answer cannot be recorded on this device: %s", type(error).__name__)
            return False
        return True
