"""A browser that looks at the newsdesk, and keeps what it saw go wrong."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import sync_playwright

from pipeline.embedded.processes import LOOPBACK, Children
from pipeline.lake import Lake
from tests.integration.desk_server import Desk, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from pipeline.embedded.s3 import S3Server

CHROMIUM: Final = Path("/usr/bin/chromium")
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIEWS: Final[dict[str, dict[str, Any]]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "is_mobile": True},
}
GRAVE: Final = {"serious", "critical"}


@dataclass(slots=True)
class Seen:
    """What a page did beside being shown."""

    said: list[str] = field(default_factory=list)
    """In the console, and by errors that nobody caught."""
    asked: list[str] = field(default_factory=list)
    """Addresses of all requests."""
    dialogs: list[str] = field(default_factory=list)

    def elsewhere(self) -> list[str]:
        """Requests that were not for this machine."""
        return [a for a in self.asked if urlsplit(a).hostname != LOOPBACK and not a.startswith("data:")]


@contextmanager
def running_desk(
    s3: S3Server, folder: Path, bucket: str, fill: Callable[[Lake], None], **env: str
) -> Iterator[Desk]:
    """Airflow's API server with the newsdesk, over a lake of its own that was filled before."""
    names = s3.env(bucket)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in names.items():
            patch.setenv(name, value)
        lake = Lake.from_env()
        lake.create_bucket()
        fill(lake)
    with Children(folder / "logs") as children:
        yield start(children, folder, lake, {**names, **env})


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that talks to nobody of its own accord."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def looking(
    browser: Browser, desk: Desk, *, user: str = "admin", **options: Any
) -> Iterator[tuple[Page, Seen]]:
    """A page of somebody who is logged in, and what it does."""
    context = browser.new_context(locale="en-GB", **options)
    context.add_cookies([{"name": "_token", "value": desk.token(user), "url": desk.origin}])
    page, seen = context.new_page(), Seen()
    page.set_default_timeout(60_000)
    page.on("console", lambda message: seen.said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: seen.said.append(f"error: {error}"))
    page.on("request", lambda request: seen.asked.append(request.url))

    def dismissed(dialog: Any) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismissed)
    yield page, seen
    context.close()


def grave_findings(page: Page) -> list[str]:
    """What axe finds serious or critical, with the elements."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("() => axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:300]}: {node['failureSummary']}"
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """What reaches beyond the window and cannot be scrolled to in a box of its own: empty on a whole page."""
    script = """() => {
      const width = document.documentElement.clientWidth, whole = document.documentElement.scrollWidth;
      return [...document.querySelectorAll("main *, header *, footer *")]
        .map((e) => [e, Math.round(e.getBoundingClientRect().right)])
        .filter(([e, right]) => right > width + 1 && !e.closest(".scroll, pre, .hidden"))
        .filter(([e]) => e.checkVisibility())
        .map(([e, right]) => `${e.tagName} ${e.getAttribute("class")} ${right} > ${width}`)
        .concat(whole > width ? [`the page ${whole} > ${width}`] : []);
    }"""
    found: list[str] = page.evaluate(script)
    return found
