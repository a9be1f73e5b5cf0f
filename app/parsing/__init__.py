"""Reading files of many formats into items with text, structure and places.

`read_file` reads in this process; `isolated.read_isolated` does the same in a worker that can neither crash
nor hang the caller, and is what the application uses.
"""

from __future__ import annotations

from app.parsing.items import Block, Item, Limits
from app.parsing.registry import iter_file, read_file

__all__ = ["Block", "Item", "Limits", "iter_file", "read_file"]
