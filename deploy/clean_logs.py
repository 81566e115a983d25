"""Remove old logs of tasks, for ever: `python -m deploy.clean_logs FOLDER`; `LOG_DAYS` says how old."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

PAUSE: Final = 3_600.0
"""Seconds between two looks."""
MARK: Final = Path(tempfile.gettempdir()) / "dagspress-logs-cleaned"
"""Touched after each look: `--check` wants it young."""
DAY: Final = 86_400


def clean(folder: Path, *, older_than: float) -> int:
    """Remove files last written before an instant, and the folders left empty; returns how many files.

    Links are never followed, and what somebody else removes meanwhile is no error.
    """
    removed = 0
    for path, folders, files in os.walk(folder, topdown=False):
        for name in files:
            removed += _remove(Path(path, name), older_than)
        for name in folders:
            _remove_empty(Path(path, name), older_than)
    return removed


def _remove(file: Path, older_than: float) -> bool:
    try:
        found = file.lstat()
        if stat.S_ISREG(found.st_mode) and found.st_mtime < older_than:
            file.unlink()
            return True
    except OSError as error:
        if not isinstance(error, FileNotFoundError):
            print(f"{file}: {error.strerror}", file=sys.stderr)
    return False


def _remove_empty(folder: Path, older_than: float) -> None:
    # emptied just now it has a new time: the next look takes it; a folder just made may be about to be used
    try:
        if (
            not folder.is_symlink()
            and folder.stat().st_mtime < older_than + DAY
            and not any(folder.iterdir())
        ):
            folder.rmdir()
    except OSError:
        pass  # somebody wrote there, or removed it


def days() -> int:
    """How many days a log is kept; ends the program when the variable is wrong."""
    value = os.environ.get("LOG_DAYS", "30")
    if not value.isdigit() or int(value) == 0:
        sys.exit(f"LOG_DAYS must be a whole number above 0, not {value!r}.")
    return int(value)


def main() -> None:
    """Look, remove, sleep; or say whether that goes on."""
    if sys.argv[1:] == ["--check"]:
        young = MARK.exists() and time.time() - MARK.stat().st_mtime < 2 * PAUSE
        sys.exit(0 if young else f"No look for {2 * PAUSE:.0f} s.")
    [folder] = sys.argv[1:]
    kept = days()
    while True:
        removed = clean(Path(folder), older_than=time.time() - kept * DAY)
        if removed:
            print(f"Removed {removed} logs older than {kept} days.", flush=True)
        MARK.touch()
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
