"""What composes the stages: `load` (dropped files) and `fetch` (sources) stage rows, `publish` partitions.

The DAGs and the command line call these and nothing below them.
"""

from pipeline.acquire import waiting
from pipeline.flow.decide import Decided, decide_addresses, decide_article, decide_articles, decide_gate
from pipeline.flow.fetch import Fetched, fetch
from pipeline.flow.load import Loaded, batches, clear, load, load_path
from pipeline.flow.processes import Workers, cores
from pipeline.flow.publish import Publication, known_periods, pending, publish
from pipeline.flow.purge import plan_purge, purge
from pipeline.flow.rerun import ReadAgain, Rerun, read_again, rerun

__all__ = [
    "Decided",
    "Fetched",
    "Loaded",
    "Publication",
    "ReadAgain",
    "Rerun",
    "Workers",
    "batches",
    "clear",
    "cores",
    "decide_addresses",
    "decide_article",
    "decide_articles",
    "decide_gate",
    "fetch",
    "known_periods",
    "load",
    "load_path",
    "pending",
    "plan_purge",
    "publish",
    "purge",
    "read_again",
    "rerun",
    "waiting",
]
