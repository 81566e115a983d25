"""The newsstand as one of the embedded services."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.embedded.processes import Child, Children, clean_env, free_port

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsstandServer:
    """A running newsstand."""

    port: int
    control: str
    """Address of its control endpoint."""
    edition: dt.date
    """The day its papers are of."""
    catalogue: Path
    """The `sources.yaml` of its papers."""
    access_log: Path
    child: Child

    def env(self) -> dict[str, str]:
        """What lets us fetch from it, and from it alone: loopback is forbidden ground else."""
        return {
            "DAGSPRESS_SOURCES": str(self.catalogue),
            "DAGSPRESS_ALLOW_ADDRESSES": "127.0.0.0/8",
            "DAGSPRESS_SPACING_SECONDS": "0.1",
            "DAGSPRESS_JITTER_SECONDS": "0.05",
        }


def start_newsstand(children: Children, folder: Path) -> NewsstandServer:
    """Serve made-up papers on loopback.

    `folder` remembers the port and the day the papers are of, so that the next start serves the same articles
    under the same addresses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ready, catalogue, log = folder / "ready.json", folder / "sources.yaml", folder / "access.jsonl"
    edition = folder / "edition.json"
    ready.unlink(missing_ok=True)
    log.unlink(missing_ok=True)
    known = json.loads(edition.read_text()) if edition.exists() else {}
    port = free_port(known.get("port"))
    today = known.get("today") or dt.datetime.now(dt.UTC).date().isoformat()
    edition.write_text(json.dumps({"port": port, "today": today}))
    command = [sys.executable, "-m", "pipeline.embedded.newsstand", "--port", str(port), "--today", today]
    child = children.start(
        "newsstand",
        [*command, "--log", log, "--ready", ready, "--catalogue", catalogue],
        env=clean_env(),
    )
    children.on_close(child)
    child.wait_until(ready.exists, seconds=30)
    said = json.loads(ready.read_text())
    return NewsstandServer(
        port=said["port"],
        control=said["control"],
        edition=dt.date.fromisoformat(today),
        catalogue=catalogue,
        access_log=log,
        child=child,
    )
