"""What memory and time cost, formula by formula. docs/performance.md says the same in words.

Each constant is an assumption; `ASSUMPTIONS` names them all, and the plan prints them. Bytes, seconds, tokens of text.
"""

from __future__ import annotations

from engine.planning.hardware import DeviceSpec
from engine.planning.shapes import ModelShape

PASSAGE_TOKENS = 168  # tokens of a passage, the mean over real documents
DATABASE_BYTES = 12  # per token: text, rows and text index
DOCUMENT_BYTES = 24  # of a document's id, offset and digest in its segment
SCALE_BYTES = 4  # one float32 for each quantised vector

USABLE = 0.92  # of a device's memory
USABLE_RAM = 0.85  # of a machine's memory; the system and the page cache have the rest
RUNTIME_BYTES = 1.5e9  # CUDA's context, kernels, the allocator's slack
RUNTIME_BYTES_CPU = 1.0e9  # Python, torch, the page, what an answer holds while it is read
WRITING_SHARE = 0.25  # of a machine's memory that int8 copies for writing answers may take; CPUs only
STEP_TOKENS = 8192  # encoded in one step on a GPU
CACHE_TOKENS = 8192  # of the contexts held at once

BANDWIDTH_REACHED = 0.7  # of a memory's bandwidth, when much is read in a row
PRODUCTS_REACHED = 0.5  # of a device's products per second, packed steps
INTEGERS_REACHED = 0.4  # of its int8 products, routing
DISK_BANDWIDTH = 2.5e9  # bytes/s of an NVMe disk

QUESTION_TOKENS = 40
EVIDENCE = 5  # passages that an answer is read from
ID_TOKENS = 32  # written to ask for them, in each of
ROUNDS = 2  # rounds of a model that writes ids
ANSWER_TOKENS = 48

HOP_SECONDS = {"machine": 60e-6, "network": 150e-6}  # one message to another rank, over loopback or a network
LINK_BANDWIDTH = {
    "machine": 2e9,
    "network": 1.2e9,
}  # bytes/s of one rank's messages; 10 Gbit/s between machines
MESSAGES = 2  # there and back, twice a router layer: candidates, then winners

ASSUMPTIONS = {
    "tokens of a passage": PASSAGE_TOKENS,
    "bytes of text, rows and index per token": DATABASE_BYTES,
    "usable share of a device's memory": USABLE,
    "usable share of a machine's memory": USABLE_RAM,
    "bytes of the runtime on a GPU": RUNTIME_BYTES,
    "bytes of the runtime on a CPU": RUNTIME_BYTES_CPU,
    "largest share of memory for int8 copies": WRITING_SHARE,
    "tokens of an encoding step on a GPU": STEP_TOKENS,
    "tokens of the contexts held at once": CACHE_TOKENS,
    "reached share of memory bandwidth": BANDWIDTH_REACHED,
    "reached share of products": PRODUCTS_REACHED,
    "reached share of int8 products": INTEGERS_REACHED,
    "bytes per second of the disk": DISK_BANDWIDTH,
    "tokens of a question": QUESTION_TOKENS,
    "passages read for an answer": EVIDENCE,
    "tokens written to ask for passages": ID_TOKENS,
    "rounds of a model that writes ids": ROUNDS,
    "tokens of an answer": ANSWER_TOKENS,
    "seconds of a message within a machine": HOP_SECONDS["machine"],
    "seconds of a message between machines": HOP_SECONDS["network"],
    "bytes per second of a rank within a machine": LINK_BANDWIDTH["machine"],
    "bytes per second of a rank between machines": LINK_BANDWIDTH["network"],
}


# Memory


def chunks(shape: ModelShape, tokens: float, passage: float = PASSAGE_TOKENS) -> float:
    """Chunks of an archive. A document's last chunk is half full on average, and its template takes room, too."""
    return tokens / passage * ((passage + shape.template) / shape.chunk + 0.5)


def tokens_per_chunk(shape: ModelShape, passage: float = PASSAGE_TOKENS) -> float:
    """Tokens of text that a chunk really holds."""
    return passage / chunks(shape, passage, passage)


def key_bytes(shape: ModelShape, chunks: float, bits: int = 8) -> float:
    """Routing keys: one quantised vector with one scale for each chunk and router layer."""
    return chunks * len(shape.router_layers) * (shape.width * bits / 8 + SCALE_BYTES)


def content_bytes(shape: ModelShape, chunks: float, documents: float, bits: int = 8) -> float:
    """K̄ and V̄, one scale for each head, and the documents' tables."""
    vector = shape.head_dim * bits / 8 + SCALE_BYTES
    return chunks * len(shape.router_layers) * 2 * shape.kv_heads * vector + documents * DOCUMENT_BYTES


def database_bytes(tokens: float) -> float:
    return tokens * DATABASE_BYTES


def writing_bytes(shape: ModelShape, device: DeviceSpec) -> float:
    """The int8 copies that a CPU writes answers with: layers and output head, a byte a weight, and none where that is more
    than WRITING_SHARE of the memory."""
    copies = shape.layers * shape.layer_parameters + shape.vocabulary * shape.hidden
    return 0.0 if device.gpu or copies > WRITING_SHARE * device.memory else copies


def weight_bytes(shape: ModelShape, device: DeviceSpec) -> float:
    """bfloat16, on a CPU mapped from its file, for one that multiplies it natively; and the copies to write with."""
    return shape.parameters * 2 + writing_bytes(shape, device)


def working_bytes(shape: ModelShape, device: DeviceSpec) -> float:
    """What a step of encoding and the contexts of questions need beside the weights."""
    caches = CACHE_TOKENS * shape.layers * 2 * shape.width
    if not device.gpu:
        return RUNTIME_BYTES_CPU + caches * 4  # contexts are float32 there
    step = STEP_TOKENS * (2 * shape.intermediate + 8 * shape.hidden) * 2
    return RUNTIME_BYTES + step + caches * 2


def key_room(shape: ModelShape, device: DeviceSpec) -> float:
    """What a device has left for routing keys."""
    share = USABLE if device.gpu else USABLE_RAM
    return max(device.memory * share - weight_bytes(shape, device) - working_bytes(shape, device), 0.0)


# Time


def encode_rate(shape: ModelShape, device: DeviceSpec, passage: float = PASSAGE_TOKENS) -> float:
    """Tokens of text encoded a second: the layers up to the last router layer, over text and template."""
    operations = 2 * shape.layer_parameters * (shape.router_layers[-1] + 1)
    attention = (
        2 * passage * shape.heads * shape.head_dim * (shape.router_layers[-1] + 1)
    )  # causal: half of it
    encoded = device.products * PRODUCTS_REACHED / (operations + attention)
    return encoded * passage / (passage + shape.template)


def rows(shape: ModelShape) -> int:
    """Vectors that a question is routed by, at each router layer."""
    return shape.rows or QUESTION_TOKENS


def scan_seconds(
    shape: ModelShape, device: DeviceSpec, scanned_bytes: float, bandwidth: float, bits: int = 8
) -> float:
    """Scoring a question against so many bytes of keys that come with this bandwidth: reading or multiplying, whichever is
    slower."""
    reading = scanned_bytes / (bandwidth * BANDWIDTH_REACHED)
    elements = scanned_bytes * 8 / bits
    return max(reading, 2 * rows(shape) * elements / (device.integers * INTEGERS_REACHED))


def fetch_bytes(shape: ModelShape, passage: float = PASSAGE_TOKENS) -> float:
    """Content of one router layer's documents for one question."""
    return content_bytes(shape, shape.top_k * chunks(shape, passage, passage), 0) / len(shape.router_layers)


def communication_seconds(
    shape: ModelShape, ranks: int, where: str, passage: float = PASSAGE_TOKENS
) -> float:
    """A question's messages, all router layers: its rows to every other rank, k candidates from each, the winners' content.

    Ranks answer at the same time, so a hop is waited for once; what they send shares rank 0's link.
    """
    others = ranks - 1
    if not others:
        return 0.0
    sent = others * (rows(shape) * shape.width * 4 + shape.top_k * 12) + fetch_bytes(shape, passage)
    layer = 2 * MESSAGES * HOP_SECONDS[where] + sent / LINK_BANDWIDTH[where]
    return len(shape.router_layers) * layer


def prefill_seconds(shape: ModelShape, device: DeviceSpec, tokens: float) -> float:
    return tokens * 2 * shape.parameters / (device.products * PRODUCTS_REACHED)


def decode_rate(shape: ModelShape, device: DeviceSpec) -> float:
    """Tokens written a second: all weights are read for each, the int8 copies where there are any."""
    read = writing_bytes(shape, device) or (shape.parameters - shape.router_parameters) * 2
    return device.bandwidth * BANDWIDTH_REACHED / read


def answer_seconds(
    shape: ModelShape, device: DeviceSpec, routing: float, passage: float = PASSAGE_TOKENS
) -> float:
    """A whole answer. routing: of one round, with its communication."""
    rounds = ROUNDS if shape.writes_ids else 1
    written = ANSWER_TOKENS + (rounds * ID_TOKENS if shape.writes_ids else 0)
    read = rounds * QUESTION_TOKENS + (rounds if shape.writes_ids else 1) * EVIDENCE * passage
    return rounds * routing + prefill_seconds(shape, device, read) + written / decode_rate(shape, device)
