"""Floors: what quality must reach, beside the digest of the data it was measured on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def below(shares: Mapping[str, float], floors: Mapping[str, Any], found: str) -> list[str]:
    """What is not as the floors want it, in sentences; `found` is the digest of the data at hand."""
    wrong = [
        f"{name}: {shares.get(name, 0.0):.4f}, floor {floor}"
        for name, floor in floors.items()
        if name != "digest" and shares.get(name, 0.0) < floor
    ]
    if found != floors["digest"]:
        wrong.append(f"the data are others than the floors were measured on: their digest is {found}")
    return wrong
