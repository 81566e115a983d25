"""Data Docs: complete, the same bytes every time, asking nobody, and showing hostile text as text."""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

from bs4 import BeautifulSoup
from hypothesis import given, settings, strategies as st
from validate_inputs import article, facts

from pipeline.article import to_table
from pipeline.validate import check_partitions, check_rows, quality_report
from pipeline.validate.docs import POLICY
from pipeline.validate.docs.policy import STYLE
from pipeline.validate.docs.render import PARTS, render_index, render_page, validation_results

FACTS = facts(quarantined=1, language_known=10)
HOSTILE = (
    "</td><script>alert(1)</script><img src=//x.example onerror=a> $text ${text} $$ {{section_id}} &lt; \"'"
)


def report(*rows: Any) -> dict[str, Any]:
    gate = check_partitions([FACTS])[FACTS.period]
    found = quality_report(FACTS.period, check_rows(to_table(list(rows))), facts=FACTS, gate=gate)
    return found | {"digest": "0f" * 32, "numbers": {"in": 101, "published": 100, "quarantined": 1}}


ROWS = [article(article_id=f"{i:032x}", language=None if i % 2 else "nb", url=f"side-{i}") for i in range(50)]
REPORT = report(*ROWS, article(article_id="x", authors=[]))


def soup(page: bytes) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def lines(page: bytes) -> dict[str, list[str]]:
    """Name of an expectation: its status, and what was observed."""
    found = {}
    for table in soup(page).select("table.table"):
        for row in table.tbody.find_all("tr", recursive=False):
            status, expectation, observed = row.find_all("td", recursive=False)
            name = expectation.select_one(".name").get_text(strip=True)
            values = [value.get_text(strip=True) for value in observed.select(".value")]
            found[name] = [status.get_text(strip=True), *values]
    return found


def test_every_expectation_of_rows_and_gate_is_on_the_page_with_its_numbers() -> None:
    found = lines(render_page(REPORT))
    expected = {
        e["name"]: e for part in ("partition", "rows") for e in REPORT[part]["expectations"]
    }  # fmt: skip
    assert list(found) == list(expected)
    assert found["article_id_well_formed"] == ["not met", "1 of 51 (1.96 %)"]
    assert found["url_is_http"] == ["not met", "50 of 51 (98 %)"]
    assert found["no_markup"] == ["met", "0 of 51"]
    assert found["authors_known"] == ["counted", "1 of 51 (1.96 %)"]
    assert found["unknown_language_share"] == ["not met", "0.9", "at most 0.8"]
    assert found["median_words"] == ["met", "300", "at least 10", "at most 10000"]
    assert found["source_present"] == ["not judged"]
    assert found["period_not_in_future"] == ["not judged"]


def test_the_page_names_rows_that_fail_and_why_the_gate_is_shut() -> None:
    text = soup(render_page(REPORT)).get_text(" ", strip=True)
    assert "the article_id 'x' is not 32 hex digits" in text
    assert "the language of 90 of 100 rows is not known (more than 80%)" in text
    assert "and 30 more" in text  # 50 fail, 20 are named
    assert "shut: published only where somebody approves it" in text


def test_the_parts_are_sections_that_the_page_links_to() -> None:
    page = soup(render_page(REPORT))
    titles = [link.get_text(strip=True) for link in page.select("nav a")]
    assert titles == ["Overview", *PARTS.values()]
    assert all(page.select_one(link["href"]) for link in page.select("nav a"))
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_the_same_report_gives_the_same_bytes() -> None:
    before = copy.deepcopy(REPORT)
    page = render_page(REPORT)
    assert render_page(copy.deepcopy(REPORT)) == page
    assert before == REPORT


def assert_asks_nobody(page: bytes) -> None:
    """Nothing in it runs, and nothing in it makes a browser ask for anything."""
    parsed = soup(page)
    kinds = {tag.name for tag in parsed.find_all(True)}
    assert not kinds & {"script", "img", "link", "iframe", "object", "embed", "form", "input", "base", "svg"}
    assert {str(tag["href"])[:9] for tag in parsed.select("[href]")} <= {"#section-", "published"}
    attributes = {name for tag in parsed.find_all(True) for name in tag.attrs}
    assert not {name for name in attributes if name.startswith("on")}
    assert not attributes & {"src", "srcset", "style", "action", "background", "data-src"}
    [policy] = [tag["content"] for tag in parsed.select("meta[http-equiv]")]
    assert policy == POLICY
    assert parsed.style is not None
    assert parsed.style.string == STYLE
    assert not {"url(", "@import", "http"} & set(STYLE.split())


def test_a_page_asks_nobody_and_runs_nothing() -> None:
    assert_asks_nobody(render_page(REPORT))
    assert_asks_nobody(render_index(["2024-05-06", "undated"]))


def test_hostile_text_is_shown_as_text() -> None:
    bad = report(
        article(article_id=HOSTILE), article(url=HOSTILE), article(title=HOSTILE * 20), article(source=" ")
    )
    [gate, *_] = bad["partition"]["expectations"]
    gate |= {"success": False, "reason": HOSTILE, "observed": {HOSTILE: 3}, "threshold": {"at_most": 1}}
    bad["digest"] = bad["suite_version"] = HOSTILE
    page = render_page(bad)
    assert_asks_nobody(page)
    shown = soup(page).get_text()
    assert shown.count(HOSTILE) == 5  # the id, reason and source of the gate, digest and suite
    assert f"{HOSTILE}: 3" in shown


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_whatever_stands_in_a_report_stays_text(article_id: str, reason: str) -> None:
    changed = copy.deepcopy(REPORT)
    found = next(e for e in changed["rows"]["expectations"] if e["name"] == "url_is_http")
    found["examples"] = [{"article_id": f"a{article_id}b", "reason": f"a{reason}b"}]
    page = render_page(changed)
    assert_asks_nobody(page)
    assert len(soup(page).find_all(True)) == len(soup(render_page(shortened(changed))).find_all(True))


def shortened(changed: dict[str, Any]) -> dict[str, Any]:
    plain = copy.deepcopy(changed)
    found = next(e for e in plain["rows"]["expectations"] if e["name"] == "url_is_http")
    found["examples"] = [{"article_id": "ab", "reason": "ab"}]
    return plain


def test_a_report_of_an_older_suite_is_shown_as_it_was() -> None:
    old = copy.deepcopy(REPORT)
    old["rows"]["expectations"][0] |= {"name": "no_longer_there", "expects": "expect_old(column)"}
    old["partition"]["expectations"][0] |= {
        "name": "kept_shut",
        "expects": "",
        "success": False,
        "reason": "Feil.",
    }
    page = render_page(old)
    assert {"no_longer_there", "kept_shut"} <= lines(page).keys()
    text = soup(page).get_text(" ", strip=True)
    assert "expect_old(column)" in text
    assert "the suite has changed since" in text
    assert "Feil." in text


def test_a_report_without_articles_has_a_page() -> None:
    assert lines(render_page(report()))["no_markup"] == ["not judged", "0 of 0"]


def test_it_is_what_great_expectations_says_of_a_validation() -> None:
    results = validation_results(REPORT)
    assert results.success is False
    by_name = {r.expectation_config.meta["name"]: r for r in results.results if r.expectation_config}
    assert by_name["url_is_http"].result["unexpected_count"] == 50
    assert by_name["url_is_http"].expectation_config.type == "expect_column_values_to_match_regex"  # type: ignore[union-attr]
    assert results.statistics["unsuccessful_expectations"] == sum(not r.success for r in results.results)


def test_who_serves_pages_imports_nothing_heavy() -> None:
    code = (
        "import sys, pipeline.validate.docs;"
        "print(sorted({'great_expectations', 'pandas', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
