"""Airflow's pages as a person sees them, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from pipeline.embedded.state import USER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.e2e.conftest import Up

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed (apt-get install chromium)"
    ),
]


@pytest.fixture
def page() -> Iterator[Page]:
    """A fresh browser that talks to nobody of its own accord."""
    arguments = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments.split())
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
        page.set_default_timeout(30_000)
        yield page
        browser.close()


def test_after_logging_in_both_dags_are_there_and_open(up: Up, page: Page, tmp_path: Path) -> None:
    page.goto(up.airflow.url)
    page.locator("input[name=username]").fill(USER)
    page.locator("input[name=password]").fill(up.airflow.password)
    page.locator("button[type=submit]").click()
    page.locator("input[name=username]").wait_for(state="detached")
    page.goto(f"{up.airflow.url}/dags")
    expect(page.get_by_text("Load documents").first).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Publish articles").first).to_be_visible(timeout=30_000)
    page.screenshot(path=tmp_path / "dags.png")
    page.get_by_role("link", name="Load documents").first.click()
    expect(page).to_have_url(f"{up.airflow.url}/dags/load_documents", timeout=30_000)
    expect(page.get_by_text("list_inbox").first).to_be_visible(timeout=30_000)
    page.screenshot(path=tmp_path / "load_documents.png")
