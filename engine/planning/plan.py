"""A plan: where an archive's memory lies on some machines, and how long encoding, routing and answering take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.planning import costs
from engine.planning.hardware import DeviceSpec
from engine.planning.shapes import ModelShape

MOST_MACHINES = 4096


@dataclass(frozen=True)
class Share:
    """What one device does: bytes of weights, of working space, of keys that lie on it, in its machine's memory, and on disk
    (the keys that found no room), and the seconds it takes to route a question."""

    device: str
    memory: float
    weights: float
    working: float
    keys: float
    keys_in_ram: float
    keys_on_disk: float
    route_seconds: float

    @property
    def resident(self) -> float:
        """Bytes of its memory that are in use once all is loaded."""
        return self.weights + self.working + self.keys


@dataclass(frozen=True)
class Plan:
    """Bytes and seconds. machine: the shares of one machine; all machines are alike. content_in_ram, content_on_disk, disk:
    of one machine; disk_first: of the machine of rank 0, which keeps the whole archive."""

    model: str
    tokens: float
    passage: float
    machines: int
    ram: float
    documents: float
    chunks: float
    tokens_per_chunk: float
    keys: float
    content: float
    database: float
    machine: tuple[Share, ...]
    ram_needed: float
    content_in_ram: float
    content_on_disk: float
    disk_first: float
    encode_hours: float
    encode_rate: float
    route_seconds: float
    communication_seconds: float
    decode_rate: float
    answer_seconds: float

    @property
    def ranks(self) -> int:
        return self.machines * len(self.machine)

    @property
    def fits(self) -> bool:
        """Whether the model and all routing keys lie on the devices."""
        return not self.too_small and not any(s.keys_in_ram + s.keys_on_disk for s in self.machine)

    @property
    def too_small(self) -> bool:
        """Whether a device does not even hold the model."""
        return any(share.weights + share.working > share.memory for share in self.machine)


def make_plan(
    shape: ModelShape,
    tokens: float,
    devices: Sequence[DeviceSpec],
    *,
    ram: float,
    machines: int = 1,
    passage: float = costs.PASSAGE_TOKENS,
    key_bits: int = 8,
    content_bits: int = 8,
) -> Plan:
    """The plan of `tokens` of text on `machines` alike, each with `devices` and `ram` bytes of memory.

    A CPU's keys and weights lie in `ram`. Raises ValueError for what is no machine and no archive.
    """
    if (
        not tokens > 0
        or not 8 <= passage <= 4096
        or not ram > 0
        or not 1 <= machines <= MOST_MACHINES
        or not devices
    ):
        raise ValueError(
            "a plan needs tokens > 0, passages of 8 to 4096 tokens, memory > 0, and between 1 and "
            f"{MOST_MACHINES} machines with devices"
        )
    devices = [device if device.gpu else replace(device, memory=ram) for device in devices]
    documents = tokens / passage
    count = costs.chunks(shape, tokens, passage)
    keys = costs.key_bytes(shape, count, key_bits)
    content = costs.content_bytes(shape, count, documents, content_bits)
    database = costs.database_bytes(tokens)

    rooms = [costs.key_room(shape, device) for device in devices]
    of_machine = keys / machines
    placed = [min(room, of_machine * (room / sum(rooms) if sum(rooms) else 1 / len(rooms))) for room in rooms]
    own = sum(costs.weight_bytes(shape, d) + costs.working_bytes(shape, d) for d in devices if not d.gpu)
    spare = max(
        ram * costs.USABLE_RAM - own - sum(p for p, d in zip(placed, devices, strict=True) if not d.gpu), 0
    )
    over = of_machine - sum(placed)
    in_ram = min(over, spare)
    content_in_ram = min(content / machines, spare - in_ram)

    shares = []
    for device, here in zip(devices, placed, strict=True):
        part = 1 / len(devices)
        ram_keys, disk_keys = in_ram * part, (over - in_ram) * part
        seconds = (
            costs.scan_seconds(shape, device, here, device.bandwidth, key_bits)
            + costs.scan_seconds(shape, device, ram_keys, device.host_link, key_bits)
            + costs.scan_seconds(shape, device, disk_keys, costs.DISK_BANDWIDTH * part, key_bits)
        )
        weights, working = costs.weight_bytes(shape, device), costs.working_bytes(shape, device)
        shares.append(Share(device.name, device.memory, weights, working, here, ram_keys, disk_keys, seconds))

    ranks = machines * len(devices)
    rate = machines * sum(costs.encode_rate(shape, device, passage) for device in devices)
    routing = max(share.route_seconds for share in shares)
    where = "network" if machines > 1 else "machine"
    communication = costs.communication_seconds(shape, ranks, where, passage)
    return Plan(
        model=shape.name,
        tokens=tokens,
        passage=passage,
        machines=machines,
        ram=ram,
        documents=documents,
        chunks=count,
        tokens_per_chunk=costs.tokens_per_chunk(shape, passage),
        keys=keys,
        content=content,
        database=database,
        machine=tuple(shares),
        ram_needed=own
        + in_ram
        + content / machines
        + sum(p for p, d in zip(placed, devices, strict=True) if not d.gpu),
        content_in_ram=content_in_ram,
        content_on_disk=content / machines - content_in_ram,
        disk_first=keys + content + database,
        encode_hours=tokens / rate / 3600,
        encode_rate=rate,
        route_seconds=routing,
        communication_seconds=communication,
        decode_rate=costs.decode_rate(shape, devices[0]),
        answer_seconds=costs.answer_seconds(shape, devices[0], routing + communication, passage),
    )


def machines_that_would(
    shape: ModelShape,
    tokens: float,
    devices: Sequence[DeviceSpec],
    *,
    ram: float,
    passage: float,
    key_bits: int = 8,
) -> int | None:
    """The fewest such machines whose devices hold all keys; None where no number does, as the model itself is too large."""
    most = [replace(d, memory=ram) if not d.gpu else d for d in devices]
    room = sum(costs.key_room(shape, device) for device in most)
    if not room:
        return None
    keys = costs.key_bytes(shape, costs.chunks(shape, tokens, passage), key_bits)
    return max(int(-(-keys // room)), 1)
