"""Is a part of Airflow well? `python -m deploy.healthy URL PART`: its health page says so, or this exits with 1."""

from __future__ import annotations

import json
import sys
import urllib.request
from typing import Final

SECONDS: Final = 10


def sickness(url: str, part: str) -> str:
    """Why a part is not well, in words; empty when it is."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=SECONDS) as reply:
            health = json.load(reply)
    except (OSError, ValueError) as error:
        return f"{url}: {error}"
    status = (health.get(part) or {}).get("status") if isinstance(health, dict) else None
    return "" if status == "healthy" else f"{part} is {status or 'not mentioned'}"


def main() -> None:
    """Say why, and exit with 1, unless it is well."""
    url, part = sys.argv[1:]
    if why := sickness(url, part):
        sys.exit(why)


if __name__ == "__main__":
    main()
