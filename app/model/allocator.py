"""Keeping resident memory from growing with the number of threads that ever worked, and of lengths that ever were computed.

glibc gives each thread that allocates an arena of its own and hands freed memory of an arena back only from its top. Answers
run in threads of a pool, so after a day each of them holds what its largest answer took. Two arenas are enough for work
that one forward at a time bounds anyway; what is free is handed back when a model is loaded, when an answer is done and when
there is nothing left to learn.

oneDNN, which multiplies on CPUs, keeps the code it made for the last 1024 sizes of a product; every text has another length,
so within hours that is some hundred megabytes. What calls it in torch (ideep) does the same once for each thread that
multiplies. The last of them are kept, by ideep no more than one forward has different ones, which is no slower.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
from functools import lru_cache
from typing import Any

ARENAS = 2
M_ARENA_MAX = -8
TRIM_SECONDS = 10.0
# Read at the first product, by oneDNN and, in each thread, by ideep.
PRODUCTS_KEPT = {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "128", "LRU_CACHE_CAPACITY": "8"}

_last = 0.0
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _glibc() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL("libc.so.6")
        return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
    except OSError:
        return None


def bound_memory() -> None:
    """Call before threads are started and anything is multiplied; of the arenas nothing is done where there is no glibc."""
    for name, value in PRODUCTS_KEPT.items():
        os.environ.setdefault(name, value)
    if (library := _glibc()) is not None:
        library.mallopt(M_ARENA_MAX, ARENAS)


def hand_back() -> bool:
    """Returns free memory to the system, at most every TRIM_SECONDS: it costs milliseconds. False where it is too soon."""
    global _last
    with _lock:
        if time.monotonic() - _last < TRIM_SECONDS:
            return False
        _last = time.monotonic()
    if (library := _glibc()) is not None:
        library.malloc_trim(0)
    return True
