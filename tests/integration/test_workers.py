"""Several processes write the very same bytes as one."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import TYPE_CHECKING

from pipeline import flow
from pipeline.lake import ARTICLES, STAGED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from pipeline.lake import Lake

NOW = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)


def test_the_bytes_do_not_depend_on_the_number_of_processes(
    new_lake: Callable[[], Lake], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the functions of the package hide the modules of their names
    stage, publish = (sys.modules[f"pipeline.flow.{name}"] for name in ("stage", "publish"))
    monkeypatch.setattr(stage, "CHUNK_RECORDS", 7)
    for module in (stage, publish):
        monkeypatch.setattr(module, "PARALLEL_BYTES", 0)
    path = tmp_path / "many.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for i in range(120):
            text = f"Sak {i % 50} ble behandlet i dag. " * 12
            day = f"2024-04-{1 + i % 9:02}"
            file.write(json.dumps({"id": str(i), "title": f"Sak {i}", "text": text, "date": day}) + "\n")
    held = []
    for processes in (1, 2):
        lake = new_lake()
        with flow.Workers(processes) as workers:
            loaded = flow.load_path(lake, path, source="avisa", clock=lambda: NOW, workers=workers)
            published = flow.publish(lake, loaded.periods, workers=workers)
        assert sum(p.summary["in"] for p in published) == 120
        held.append({o.name: lake.get(o.name) for room in (STAGED, ARTICLES) for o in lake.list(room)})
    assert held[0] == held[1]
