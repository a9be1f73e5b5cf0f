"""`doppel plan`: what an archive of a given size needs, and how long things take, before anybody buys a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli import show
from ui.cli.base import Json, read_settings

if TYPE_CHECKING:
    from app.model.planning import Planned


def plan(
    tokens: Annotated[str, typer.Option(help="Tokens of text: 300M, 3B.")],
    model: Annotated[
        str | None, typer.Option(help="A model by name (MSA-4B, small, 0.5b) or its folder; default: yours.")
    ] = None,
    devices: Annotated[
        str | None, typer.Option(help="Of each machine: 2xa800, a100,h100, cpu; default: this one's.")
    ] = None,
    machines: Annotated[int, typer.Option(min=1, help="How many such machines.")] = 1,
    ram: Annotated[
        float | None, typer.Option(min=1, help="GB of memory of each (default 512, a CPU's: this one's).")
    ] = None,
    passage: Annotated[float, typer.Option(help="Tokens of a passage on average.")] = 168,
    key_bits: Annotated[int, typer.Option(help="8, or 4 for half the keys.")] = 8,
    assumptions: Annotated[bool, typer.Option("--assumptions", help="Print them, too.")] = False,
    as_json: Json = False,
) -> None:
    """Where the memory of so many tokens lies, and how long encoding, routing and answering take. Loads no model."""
    from app.model.planning import planned

    found = planned(
        read_settings(),
        model,
        tokens,
        devices,
        machines=machines,
        ram_gb=ram,
        passage=passage,
        key_bits=key_bits,
    )
    show.out(found, as_json, lambda plan: lines(plan, assumptions))


def lines(found: Planned, assumptions: bool = False) -> str:
    """The plan as a table for people."""
    plan = found.plan
    share = plan.machine[0]
    device = f"{len(plan.machine)} × {share.device}"
    where = (
        f"{plan.machines} machines with {device} each" if plan.machines > 1 else f"one machine with {device}"
    )
    rows = [
        f"{plan.model}, {count(plan.tokens)} tokens in {count(plan.documents)} passages of {plan.passage:g}, on {where}",
        f"{'chunks':<22} {count(plan.chunks)}, {plan.tokens_per_chunk:.1f} tokens of text in each",
        f"{'routing keys':<22} {size(plan.keys)}",
        f"{'content':<22} {size(plan.content)}",
        f"{'text and its index':<22} {size(plan.database)}",
    ]
    kinds = {(s.device, s.memory, s.weights, s.keys, s.keys_in_ram, s.keys_on_disk): s for s in plan.machine}
    for one in kinds.values():
        free = one.memory - one.resident
        rows.append(
            f"{'each ' + one.device:<22} {size(one.memory)}: weights {size(one.weights)}, work {size(one.working)}, "
            f"keys {size(one.keys)}, together {size(one.resident)}, free {size(max(free, 0))}"
        )
        if one.keys_in_ram or one.keys_on_disk:
            rows.append(
                f"{'  keys without room':<22} {size(one.keys_in_ram)} in the machine's memory, "
                f"{size(one.keys_on_disk)} on its disk"
            )
    messages = (
        f", and messages between {plan.ranks} ranks {span(plan.communication_seconds)}"
        if plan.ranks > 1
        else ""
    )
    rows += [
        f"{'each machine':<22} {size(plan.ram)} of memory: content {size(plan.content_in_ram)}, the other "
        f"{size(plan.content_on_disk)} on its disk",
        f"{'disk of the first':<22} {size(plan.disk_first)}, the whole archive",
        f"{'encoding all':<22} {span(plan.encode_hours * 3600)} ({count(plan.encode_rate)} tokens/s)",
        f"{'routing a question':<22} {span(plan.route_seconds)}{messages}",
        f"{'writing':<22} {plan.decode_rate:.0f} tokens/s",
        f"{'an answer':<22} {span(plan.answer_seconds)}",
        verdict(found),
    ]
    if assumptions:
        rows += ["", "Assumed:", *(f"{name:<46} {value:g}" for name, value in found.assumptions.items())]
    return "\n".join(rows)


def verdict(found: Planned) -> str:
    plan = found.plan
    if plan.too_small:
        return "It does not fit: the model itself is too large for such a device, and no time above holds."
    if plan.fits:
        return "It fits: all routing keys lie on the devices."
    more = (
        "no number of such machines would hold them"
        if found.instead is None
        else f"{found.instead} machines would"
    )
    return f"The routing keys do not fit on the devices, so routing reads the slower memory, too; {more}."


def count(number: float) -> str:
    for unit, name in ((1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if number >= unit * 0.9995:
            return f"{number / unit:.3g} {name}"
    return f"{number:.3g}"


def size(bytes: float) -> str:
    for unit, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB")):
        if bytes >= unit * 0.9995:
            return f"{bytes / unit:.3g} {name}"
    return f"{bytes / 1e3:.3g} kB" if bytes else "0"


def span(seconds: float) -> str:
    for unit, name in ((86_400, "days"), (3600, "hours"), (60, "minutes"), (1, "s"), (1e-3, "ms")):
        if seconds >= unit * 0.9995:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds * 1e6:.3g} µs" if seconds else "0"
