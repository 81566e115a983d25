"""Airflow's pages as a person sees them, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.e2e.conftest import Up

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_after_logging_in_all_dags_are_there_and_open(up: Up, logged_in: Page, tmp_path: Path) -> None:
    page = logged_in
    page.goto(f"{up.airflow.url}/dags")
    for name in ("Load documents", "Publish articles", "Approve articles", "Fetch news", "Watch sources"):
        expect(page.get_by_text(name).first).to_be_visible(timeout=30_000)
    page.screenshot(path=tmp_path / "dags.png")
    page.get_by_role("link", name="Load documents").first.click()
    expect(page).to_have_url(f"{up.airflow.url}/dags/load_documents", timeout=30_000)
    expect(page.get_by_text("list_inbox").first).to_be_visible(timeout=30_000)
    page.screenshot(path=tmp_path / "load_documents.png")
