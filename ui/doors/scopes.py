"""What the bearer of a token may do, as FastAPI dependencies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Depends, HTTPException, Request


def needs(scope: str) -> Any:
    """A dependency that answers 403 to a token without `scope`."""

    def check(request: Request) -> None:
        if scope not in request.state.scopes:
            raise HTTPException(403, f"This token may not {scope}. Make another one on the Settings tab.")

    checked: Callable[..., Any] = Depends
    return checked(check)
