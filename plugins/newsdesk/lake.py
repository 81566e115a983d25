"""The lake that the pages read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from pipeline.lake import Lake


def lake_of(request: Request) -> Lake:
    """The lake of the environment, opened once; raises ConfigurationError."""
    lake = request.app.state.open_lake()
    if not isinstance(lake, Lake):
        raise TypeError(f"{lake!r} is no lake.")
    return lake


LakeDep = Annotated[Lake, Depends(lake_of)]
