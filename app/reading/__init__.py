"""Reading files of many formats into items with text, structure and places.

`read_file` reads in this process; `isolated.read_isolated` does the same in a worker that can neither crash
nor hang the caller, and is what the application uses.
"""

from __future__ import annotations

from app.reading.formats import iter_file, read_file
from app.reading.items import Block, Item, Limits

__all__ = ["Block", "Item", "Limits", "iter_file", "read_file"]
