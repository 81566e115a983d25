"""Great Expectations at work: the only module that knows its API. A frame and a suite in, row numbers out."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from pipeline.validate.expectation import Expectation

_ONE_AT_A_TIME: Final = threading.Lock()
"""A context keeps its active batch: threads take turns."""

_RESULT_FORMAT: Final = {
    # complete, or the lists of rows are cut off at 20; values are cut off at 200 even so, hence left out:
    # sentences take theirs from the facts. Rows are told by the index of the frame, which is their number.
    "result_format": "COMPLETE",
    "partial_unexpected_count": 0,
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}


def validate(table: pa.Table, suite: Sequence[Expectation]) -> tuple[dict[str, list[int]], dict[str, bytes]]:
    """Run a suite over a table with a row per thing that is judged.

    Returns for every expectation the numbers of the rows that fail it, ascending, and one byte a row that
    says whether it was judged at all. Raises ValidationError when an expectation itself raises.
    """
    if len(table) == 0:
        return {e.name: [] for e in suite}, {e.name: b"" for e in suite}
    # pandas' own str columns: with Arrow-backed frames Great Expectations is five times slower
    frame = table.select(sorted(set().union(*(e.columns for e in suite)))).to_pandas()
    judged = {
        e.name: b"\x01" * len(frame) if e.judges_nulls else frame[e.column].notna().to_numpy().tobytes()
        for e in suite
    }
    failed: dict[str, list[int]] = {}
    for name, result in _run(frame, suite):
        message = _exception(result["exception_info"])
        if message is not None:
            raise ValidationError(f"Expectation {name} raised an error of ours, not of the data: {message}")
        rows = sorted(int(row) for row in result["result"]["unexpected_index_list"])
        if len(rows) != result["result"]["unexpected_count"]:
            raise ValidationError(
                f"Expectation {name} counts {result['result']['unexpected_count']} failing rows but lists "
                f"{len(rows)}: Great Expectations cut its result off."
            )
        failed[name] = rows
    if failed.keys() != judged.keys():
        lost = ", ".join(sorted(judged.keys() - failed.keys()))
        raise ValidationError(f"Great Expectations gave no result for {lost}.")
    return failed, judged


def _run(frame: Any, suite: Sequence[Expectation]) -> Iterator[tuple[str, Any]]:
    """Name and result of every expectation, in whatever order."""
    from great_expectations import ExpectationSuite
    from great_expectations.validator.v1_validator import Validator

    expectations = [_build(e) for e in suite]
    try:
        with _ONE_AT_A_TIME:
            # what `Batch.validate` does; it would fingerprint the frame twice
            results = Validator(
                _batch_definition(),
                batch_parameters={"dataframe": frame},
                result_format=_RESULT_FORMAT,
            ).validate_expectation_suite(ExpectationSuite(name="suite", expectations=expectations))
    except Exception as error:
        raise ValidationError(f"Great Expectations failed as a whole: {error}") from error
    result: Any
    for result in results.results:
        yield result.expectation_config.meta["name"], result


def _build(expectation: Expectation) -> Any:
    """The Great Expectations object of a declared expectation."""
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.metadata_types import FailureSeverity

    import pipeline.validate.expectations  # noqa: F401 - registers ours

    try:
        return ExpectationConfiguration(
            type=expectation.type,
            kwargs=expectation.arguments,
            meta={"name": expectation.name},
            severity=FailureSeverity(expectation.severity),
            description=expectation.doc,
        ).to_domain_obj()
    except Exception as error:
        raise ValidationError(f"Expectation {expectation.name} cannot be built: {error}") from error


@functools.cache
def _batch_definition() -> Any:
    """A context of this process that keeps nothing, shows nothing and reports to nobody."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        ),
    )
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("facts")
    return asset.add_batch_definition_whole_dataframe("all")


def _exception(info: dict[str, Any]) -> str | None:
    """The message of the exception that an expectation raised; None when it raised none.

    Great Expectations reports either one exception, or one for every metric that the expectation needs.
    """
    for entry in [info] if "raised_exception" in info else info.values():
        if entry["raised_exception"]:
            return str(entry["exception_message"])
    return None
