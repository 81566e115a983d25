"""One period's quality report as a page, by the renderers and templates of Great Expectations.

The report is turned into the result objects that Great Expectations makes itself; its page renderer lays
them out, and its templates write the HTML. Ours are the grouping by what follows from a failure (it has a
section for every column), the frame of the page (its own loads scripts and styles from six hosts), and the
escaping: its templates write table cells and descriptions as they come.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.render.components import (
    RenderedHeaderContent,
    RenderedSectionContent,
    RenderedStringTemplateContent,
    RenderedTableContent,
)
from great_expectations.render.renderer.column_section_renderer import ValidationResultsColumnSectionRenderer
from great_expectations.render.renderer.content_block.validation_results_table_content_block import (
    ValidationResultsTableContentBlockRenderer,
)
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader

import pipeline.validate.expectations  # noqa: F401 - registers ours
from pipeline.article import UNDATED
from pipeline.validate.docs.policy import POLICY, STYLE, TEMPLATES
from pipeline.validate.expectation import CRITICAL, INFO, PRESENT, WARNING, Expectation
from pipeline.validate.gate import gate_suite
from pipeline.validate.report import expects
from pipeline.validate.suites import ROW_SUITE
from pipeline.validate.thresholds import load_thresholds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

GATE: Final = "gate"

PARTS: Final = {
    GATE: "The period as a whole: one failure, and the former partition stays",
    CRITICAL: "Articles: who fails one of these is in quarantine",
    WARNING: "Articles: who fails one of these is published, with the name in warnings",
    INFO: "Articles: counted",
}
"""The sections of a page in their order, by what follows from a failure."""


def render_page(report: Mapping[str, Any]) -> bytes:
    """The page of a period."""
    results = validation_results(report)
    renderer: Any = _Page(report)
    document = renderer.render(results)
    parts = list(enumerate([section.section_name for section in document.sections], start=1))
    view: Any = _view()
    page: str = view.render(
        document,
        title=f"{report['period']}: what the expectations found",
        parts=parts,
        policy=POLICY,
        style=STYLE,
    )
    return _tidy(page)


def render_index(periods: Iterable[str]) -> bytes:
    """The page that leads to those of some periods."""
    years: dict[str, list[str]] = defaultdict(list)
    for period in sorted(periods, reverse=True):
        years[period if period == UNDATED else period[:4]].append(period)
    template = _view().env.get_template("index.html.j2")
    return _tidy(template.render(years=years, policy=POLICY, style=STYLE))


def _tidy(page: str) -> bytes:
    """Without the blank lines and indents that templates leave."""
    return "".join(f"{line.strip()}\n" for line in page.splitlines() if line.strip()).encode()


# --- from the report to what Great Expectations says of a validation ------------------------------


def validation_results(report: Mapping[str, Any]) -> ExpectationSuiteValidationResult:
    """The report as Great Expectations would have given it: rows and gate in one suite."""
    declared = {e.name: e for e in (*ROW_SUITE, *gate_suite(load_thresholds().partition))}
    results = [
        *(_gate_result(e, declared.get(e["name"])) for e in report["partition"]["expectations"]),
        *(_row_result(e, declared.get(e["name"])) for e in report["rows"]["expectations"]),
    ]
    met = sum(bool(result.success) for result in results)
    return ExpectationSuiteValidationResult(
        success=report["published"],
        results=results,
        suite_name=report["suite_version"],
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": met,
            "unsuccessful_expectations": len(results) - met,
            "success_percent": 100 * met / len(results) if results else None,
        },
        meta={},
    )


def _gate_result(found: Mapping[str, Any], declared: Expectation | None) -> ExpectationValidationResult:
    judged, seen = found["judged"], found["observed"] is not None
    observed = [*_values(found["observed"]), *_bounds(found["threshold"])] if judged or seen else []
    return ExpectationValidationResult(
        success=found["success"],
        expectation_config=_configuration(found, declared),
        result={"observed_value": observed},
        meta={
            "part": GATE,
            "judged": judged,
            "examples": [("the period", found["reason"])] if found["reason"] else [],
            "more": 0,
        },
        exception_info=_NO_EXCEPTION,
    )


def _row_result(found: Mapping[str, Any], declared: Expectation | None) -> ExpectationValidationResult:
    evaluated, unexpected = found["evaluated"], found["unexpected"]
    share = 100 * unexpected / evaluated if evaluated else 0.0
    examples = [(example["article_id"] or "no id", example["reason"]) for example in found["examples"]]
    return ExpectationValidationResult(
        success=not unexpected or found["severity"] == INFO,
        expectation_config=_configuration(found, declared),
        result={
            "element_count": evaluated,
            "unexpected_count": unexpected,
            "unexpected_percent": share,
            "observed_value": [f"{unexpected} of {evaluated}" + (f" ({share:.3g} %)" if unexpected else "")],
        },
        meta={
            "part": found["severity"],
            "judged": evaluated > 0,
            "examples": examples,
            "more": unexpected - len(examples) if examples else 0,
        },
        exception_info=_NO_EXCEPTION,
    )


_NO_EXCEPTION: Final = {"raised_exception": False, "exception_message": None, "exception_traceback": None}


def _values(observed: Any) -> list[str]:
    """A number, or one of each source, as they are read."""
    if isinstance(observed, dict):
        return [f"{source}: {_number(value)}" for source, value in observed.items()]
    return [_number(observed)]


def _bounds(threshold: Mapping[str, Any]) -> list[str]:
    return [
        f"{word.replace('_', ' ')} {line}" for word, value in threshold.items() for line in _values(value)
    ]


def _number(value: Any) -> str:
    match value:
        case None:
            return "none"
        case float():
            return f"{value:.4g}"
        case _:
            return str(value)


def _configuration(found: Mapping[str, Any], declared: Expectation | None) -> ExpectationConfiguration:
    """As it is declared; where that has changed since, what the report says of it."""
    if declared is None or expects(declared) != found["expects"]:
        return ExpectationConfiguration(
            type=PRESENT,
            kwargs={"column": found["name"]},
            meta={"name": found["name"], "expects": found["expects"]},
            severity=FailureSeverity(found["severity"]),
            description="Expected then; the suite has changed since." if found["expects"] else "Decided.",
        )
    return ExpectationConfiguration(
        type=declared.type,
        kwargs=declared.arguments,
        meta={"name": declared.name, "expects": found["expects"]},
        severity=FailureSeverity(found["severity"]),
        description=declared.doc,
    )


# --- from there to blocks: what Great Expectations lays out otherwise -----------------------------


class _Table(ValidationResultsTableContentBlockRenderer):
    """A row for each expectation: its name and reason, and the articles that fail it."""

    @classmethod
    def _get_content_block_fn(
        cls, expectation_type: str, expectation_config: ExpectationConfiguration | None = None
    ) -> Callable[..., Any]:
        usual: Any = super()._get_content_block_fn(expectation_type, expectation_config)

        def row(**kwargs: Any) -> list[list[Any]]:
            result = kwargs["result"]
            [[status, *_]] = usual(**kwargs)
            return [[[status, _text(_word(result), "status")], _expectation(result), _observed(result)]]

        return row

    @classmethod
    def _process_content_block(
        cls, content_block: Any, has_failed_evr: Any, render_object: Any = None
    ) -> None:
        super()._process_content_block(content_block, has_failed_evr, render_object)
        content_block.header_row = ["Status", "Expectation", "Observed"]
        content_block.header_row_options = {}
        content_block.table_options = {}


def _word(result: ExpectationValidationResult) -> str:
    if result.meta["part"] == INFO:
        return "counted"
    if not result.success:
        return "not met"
    return "met" if result.meta["judged"] else "not judged"


def _expectation(result: ExpectationValidationResult) -> list[Any]:
    config: Any = result.expectation_config
    cell: list[Any] = [_text(config.meta["name"], "name"), _text(config.description, "why")]
    if config.meta["expects"]:
        cell.append(_text(config.meta["expects"], "expects", tag="code"))
    examples = result.meta["examples"]
    if examples:
        cell.append(
            RenderedTableContent(
                table=[[_text(who, "id", tag="code"), _text(reason)] for who, reason in examples],
                header_row=["Where", "What is wrong"],
                styling=_classes("examples"),
            )
        )
    if result.meta["more"]:
        cell.append(_text(f"and {result.meta['more']} more", "more"))
    return cell


def _observed(result: ExpectationValidationResult) -> list[Any]:
    return [_text(value, "value") for value in result.result["observed_value"]]


def _text(text: str, *classes: str, tag: str = "span") -> RenderedStringTemplateContent:
    """Text from anywhere: as a parameter, the one thing that the view escapes and does not look into."""
    template = {"template": "$text", "params": {"text": text}, "tag": tag, "styling": {"classes": [*classes]}}
    return RenderedStringTemplateContent(string_template=template)


def _classes(*classes: str) -> dict[str, Any]:
    return {"body": {"classes": [*classes]}}


class _Section(ValidationResultsColumnSectionRenderer):
    """Expectations with the same consequence."""

    def __init__(self) -> None:
        super().__init__()
        self._table_renderer = _Table

    @classmethod
    def _get_column_name(cls, ge_object: Any) -> str:
        return PARTS[ge_object[0].meta["part"]]

    @classmethod
    def _render_header(cls, validation_results: Any) -> tuple[Any, RenderedHeaderContent]:
        return validation_results, RenderedHeaderContent(
            header=_text(cls._get_column_name(validation_results), tag="h2")
        )


class _Page(ValidationResultsPageRenderer):
    """An overview, and a section for each part."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        super().__init__()
        self._column_section_renderer = _Section()
        self._report = report

    def _collect_rendered_document_content_sections(self, *args: Any) -> list[RenderedSectionContent]:
        by_part: dict[str, list[Any]] = defaultdict(list)
        for result in args[0].results:
            by_part[result.meta["part"]].append(result)
        return [
            RenderedSectionContent(section_name="Overview", content_blocks=self._overview(args[0])),
            *(self._column_section_renderer.render(by_part[part]) for part in PARTS if part in by_part),
        ]

    def _overview(self, results: ExpectationSuiteValidationResult) -> list[Any]:
        report = self._report
        page: Any = self
        statistics = page._render_validation_statistics(results)
        statistics.header = _text("Expectations", tag="h2")
        statistics.styling = _classes("numbers")
        build = {
            "gate": "open" if results.success else "shut: published only where somebody approves it",
            "build": report["digest"],
            "suite": report["suite_version"],
        }
        return [
            _table("Build", build),
            _table("Articles", report["numbers"]),
            statistics,
        ]


def _table(header: str, values: Mapping[str, Any]) -> RenderedTableContent:
    return RenderedTableContent(
        header=_text(header, tag="h2"),
        table=[[_text(name), _text(str(value))] for name, value in values.items()],
        styling=_classes("numbers"),
    )


# --- from there to HTML ---------------------------------------------------------------------------


class _View(DefaultJinjaPageView):
    """Great Expectations' templates behind ours; no style attributes, which the policy forbids."""

    _template = "page.html.j2"

    def __init__(self) -> None:
        super().__init__()
        own = FileSystemLoader(TEMPLATES)
        self.env.auto_reload = False
        self.env.loader = ChoiceLoader([own, self.env.loader] if self.env.loader else [own])

    def render_styling(self, styling: Mapping[str, Any]) -> str:
        return super().render_styling({"classes": styling["classes"]} if "classes" in styling else {})


@functools.cache
def _view() -> _View:
    return _View()
