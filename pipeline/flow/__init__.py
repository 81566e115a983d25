"""What composes the stages: `load` (dropped file to staged rows) and `publish` (to partitions).

The DAGs and the command line call these and nothing below them.
"""

from pipeline.acquire import waiting
from pipeline.flow.load import Loaded, batches, clear, load, load_path
from pipeline.flow.publish import Publication, known_periods, pending, publish

__all__ = [
    "Loaded",
    "Publication",
    "batches",
    "clear",
    "known_periods",
    "load",
    "load_path",
    "pending",
    "publish",
    "waiting",
]
