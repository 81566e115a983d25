"""Is a part of Airflow well? `python -m deploy.healthy URL [PART]` exits with 1 unless the page says so.

Without a part, an answer is enough: the scheduler's own page has no words.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from typing import Final

SECONDS: Final = 10


def sickness(url: str, part: str = "") -> str:
    """Why a part is not well, in words; empty when it is."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=SECONDS) as reply:
            health = json.load(reply) if part else None
    except (OSError, ValueError) as error:
        return f"{url}: {error}"
    if not part:
        return ""
    found = health.get(part) if isinstance(health, dict) else None
    status = found.get("status") if isinstance(found, dict) else None
    return "" if status == "healthy" else f"{part} is {status or 'not mentioned'}"


def main() -> None:
    """Say why, and exit with 1, unless it is well."""
    if why := sickness(*sys.argv[1:]):
        sys.exit(why)


if __name__ == "__main__":
    main()
