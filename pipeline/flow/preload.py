"""What the processes of `pipeline.flow.processes` need, made ready once before they are forked."""

import datetime as dt
import gc

import tqdm  # type: ignore[import-untyped]

import pipeline.flow  # noqa: F401
from pipeline.article import UNDATED, Article, to_table
from pipeline.normalise import measures_of
from pipeline.validate import check_partitions, check_rows, partition_facts

# Great Expectations imports and builds much of itself when it validates first, and shows its progress with
# a library that starts a thread: a process with threads must not be forked.
tqdm.tqdm.monitor_interval = 0
_NOW = dt.datetime.now(dt.UTC)
_ROWS = to_table(
    [
        Article(
            article_id="0" * 32,
            source="preload",
            text="One row.",
            published=UNDATED,
            first_seen_at=_NOW,
            captured_at=_NOW,
            capture="none",
            **measures_of("One row."),
        )
    ]
)
check_rows(_ROWS)
check_partitions([partition_facts(UNDATED, _ROWS, quarantined=_ROWS, superseded=0, rejected=0)])

gc.collect()
gc.freeze()  # nothing of all this will ever be garbage: looking at it again costs a twentieth of the work
