"""What code built a row: part of every digest, so that other code means another build."""

from __future__ import annotations

import functools
import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Final

_LIBRARIES: Final = (
    "pyarrow", "ftfy", "idna", "numpy", "pycld2", "beautifulsoup4", "soupsieve", "lxml", "feedparser",
)  # fmt: skip
_EFFECTS: Final = (
    "acquire/", "alerts.py", "cli/", "doctor.py", "embedded/", "explain.py", "extract/erase", "filters/",
    "flow/checked.py", "flow/days.py", "flow/decide.py", "flow/discover/", "flow/fetch/", "flow/freshness.py",
    "flow/history.py", "flow/load.py", "flow/mentions.py", "flow/overview.py", "flow/preload.py",
    "flow/processes.py", "flow/purge.py", "flow/refresh.py", "flow/rerun.py", "lake.py", "mutes.py",
    "newsdesk/", "opml.py",
    "report/", "s3.py", "settings_table.py", "sources/", "stopwatch.py", "validate/docs", "validate/gate.py",
    "validate/partitions.py", "validate/report.py", "validate/thresholds.py", "verify/",
)  # fmt: skip
"""What does not decide what a row holds."""


@functools.cache
def code_digest() -> str:
    """SHA-256 (16 hex digits) of the code, and the library versions, that decide what a row holds."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name.startswith(_EFFECTS):
            continue
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for library in _LIBRARIES:
        digest.update(f"{library}={version(library)}\0".encode())
    return digest.hexdigest()[:16]
