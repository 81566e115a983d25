"""Who comes in at the newsdesk: by a real Airflow, its login, its roles and its session."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from desk_server import REPOSITORY, Desk, Reply

from pipeline.lake import capture_name, docs_name

if TYPE_CHECKING:
    from pathlib import Path

PERIOD = "1814-05-17"
CAPTURE = capture_name("avis", PERIOD, "0123456789abcdef", "side.html")
HOSTILE = b"<script>alert(document.cookie)</script>"

PATHS = [
    "/newsdesk/",
    "/newsdesk/?year=2024",
    f"/newsdesk/periods/{PERIOD}",
    "/newsdesk/periods/never",
    f"/newsdesk/periods/{PERIOD}/articles.parquet",
    f"/newsdesk/docs/{PERIOD}",
    f"/newsdesk/{CAPTURE}",
    "/newsdesk/captures/nothing",
    "/newsdesk/articles/0123456789abcdef",
    "/newsdesk/quarantine",
    "/newsdesk/rejected",
    "/newsdesk/sources",
    "/newsdesk/sources/avis",
    "/newsdesk/decisions",
    "/newsdesk/static/desk.css",
    "/newsdesk/static/nothing",
    "/newsdesk/nothing",
    "/newsdesk/docs",
    "/newsdesk/openapi.json",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@pytest.fixture(scope="module", autouse=True)
def _bytes_of_others(desk: Desk) -> None:
    desk.lake.put(CAPTURE, HOSTILE)
    desk.lake.put(docs_name(PERIOD), HOSTILE)


def same_site(desk: Desk) -> dict[str, str]:
    return {"Origin": desk.origin, "Sec-Fetch-Site": "same-origin"}


def form_token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


# --- nobody without a login ------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_without_a_login_every_route_answers_401(desk: Desk, path: str) -> None:
    for method in METHODS:
        assert desk.ask(path, user=None, method=method).code == 401, method


def test_without_a_login_nobody_learns_what_there_is(desk: Desk) -> None:
    there, absent = (desk.ask(f"/newsdesk/{name}", user=None) for name in (CAPTURE, CAPTURE[:-1] + "x"))
    assert there.text.split("next=")[0] == absent.text.split("next=")[0]
    assert there.headers.keys() == absent.headers.keys()


def test_without_a_login_the_page_leads_to_it_and_back(desk: Desk) -> None:
    page = desk.ask("/newsdesk/periods/2024", user=None).text
    assert "/auth/login?next=http%3A%2F%2F127.0.0.1" in page
    assert "newsdesk%2Fperiods%2F2024" in page


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", ""])
def test_a_made_up_session_is_refused(desk: Desk, token: str) -> None:
    assert desk.ask("/newsdesk/", user=None, headers={"Cookie": f"_token={token}"}).code in {401, 403}
    assert desk.ask("/newsdesk/", user=None, headers={"Authorization": f"Bearer {token}"}).code in {401, 403}


def test_a_token_of_the_api_is_as_good_as_a_session(desk: Desk) -> None:
    headers = {"Authorization": f"Bearer {desk.token('reader')}"}
    assert desk.ask("/newsdesk/", user=None, headers=headers).code == 200


def test_who_may_not_see_runs_may_not_read(desk: Desk) -> None:
    reply = desk.ask("/newsdesk/", user="nobody")
    assert reply.code == 403
    assert "Archive" not in reply.text


# --- who may decide --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def waiting(desk: Desk) -> str:
    """A period that can be built."""
    desk.lake.put(f"staged/published={PERIOD}/x-00000.parquet", b"PAR1")
    return f"/newsdesk/periods/{PERIOD}"


def rebuild(desk: Desk, path: str, *, user: str, headers: dict[str, str], **form: str) -> Reply:
    return desk.ask(f"{path}/rebuild", user=user, form=form, headers=headers)


def test_a_reader_is_shown_no_button_and_may_not_use_it(desk: Desk, waiting: str) -> None:
    assert "Rebuild" in desk.page(waiting)
    page = desk.page(waiting, user="reader")
    assert "Rebuild" not in page
    assert "<form" not in page
    own = form_token(desk.page(waiting))
    assert rebuild(desk, waiting, user="reader", headers=same_site(desk), token=own).code == 403


FORGED = {
    "no token": ("none", {}),
    "another one's token": ("forged", {}),
    "another site": ("own", {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}),
    "another site without fetch metadata": ("own", {"Origin": "https://evil.example"}),
    "another port of this machine": ("own", {"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"}),
    "a sandbox": ("own", {"Origin": "null"}),
    "nothing said": ("own", {"-": "-"}),
}


@pytest.mark.parametrize(("token", "headers"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_form_is_refused(desk: Desk, waiting: str, token: str, headers: dict[str, str]) -> None:
    own = form_token(desk.page(waiting))
    sent = {"own": own, "forged": own[:-3] + "abc", "none": ""}[token]
    reply = rebuild(desk, waiting, user="admin", headers=headers or same_site(desk), token=sent)
    assert reply.code == 403


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "own"}], ids=str)
def test_an_honest_form_reaches_airflow(desk: Desk, waiting: str, headers: dict[str, str]) -> None:
    headers = {name: desk.origin if value == "own" else value for name, value in headers.items()}
    reply = rebuild(desk, waiting, user="admin", headers=headers, token=form_token(desk.page(waiting)))
    assert reply.code == 404  # no DAG is known to this Airflow: it was asked
    assert "publish_articles" in reply.text


def test_a_period_that_nothing_is_known_of_is_not_built(desk: Desk, waiting: str) -> None:
    token = form_token(desk.page(waiting))
    reply = rebuild(desk, "/newsdesk/periods/1999", user="admin", headers=same_site(desk), token=token)
    assert reply.code == 404
    assert "1999" in reply.text


# --- what browsers are told ------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(desk: Desk, path: str) -> None:
    for user in ("admin", None):
        headers = desk.ask(path, user=user).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "script-src 'unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_pages_hold_no_script_and_no_style_of_their_own(desk: Desk) -> None:
    page = desk.page("/newsdesk/")
    assert re.findall(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=|javascript:", page) == []
    for address in re.findall(r'(?:src|href)="([^"]*)"', page):
        assert address.startswith(("/", "#")), address


def test_a_file_that_is_named_by_its_digest_may_be_kept(desk: Desk) -> None:
    found = re.search(r'href="(/newsdesk/static/desk\.css\?v=\w+)"', desk.page("/newsdesk/"))
    assert found
    assert "immutable" in desk.ask(found[1]).headers["cache-control"]
    assert desk.ask("/newsdesk/static/desk.css?v=other").headers["cache-control"] == "no-store"


# --- bytes of others -------------------------------------------------------------------------------


def test_captures_are_downloads_and_never_pages(desk: Desk) -> None:
    reply = desk.ask(f"/newsdesk/{CAPTURE}", user="reader")
    assert (reply.code, reply.body) == (200, HOSTILE)
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in reply.headers["content-security-policy"]


ASTRAY = [
    "captures/../private/x",
    "captures/source=avis/../../private/x",
    "captures/%2e%2e/private/x",
    "captures/..%2fprivate%2fx",
    "captures//private/x",
    "captures/./source=avis",
    "captures/a%00b",
    "captures/a%0d%0aSet-Cookie:b",
    "captures/..\\private\\x",
    "docs/..%2f..%2f..%2fprivate/x",
    f"docs/{PERIOD}/..%2f..%2f..%2fprivate%2fx",
    "periods/..%2f..%2fdecisions/articles.parquet",
    f"periods/{PERIOD}/decisions.parquet",
    "static/..%2faccess.py",
    "static/../access.py",
]


@pytest.mark.parametrize("path", ASTRAY)
def test_no_name_leads_astray(desk: Desk, path: str) -> None:
    desk.lake.put("private/x", b"nobody's business")
    reply = desk.ask(f"/newsdesk/{path}")
    assert reply.code == 404
    assert "business" not in reply.text


def test_data_docs_show_and_can_do_nothing(desk: Desk) -> None:
    reply = desk.ask(f"/newsdesk/docs/{PERIOD}", user="reader")
    assert (reply.code, reply.body) == (200, HOSTILE)
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "script-src" not in policy
    assert desk.ask("/newsdesk/docs/1999").code == 404


# --- problems --------------------------------------------------------------------------------------


def test_a_lake_that_nobody_serves_is_a_page_that_says_what_to_do(desk: Desk) -> None:
    reply = desk.ask("/astray/")
    assert reply.code == 503
    assert "Nothing answers at" in reply.text
    assert "dagspress doctor" in reply.text


def test_a_year_that_is_none_is_said_to_be_none(desk: Desk) -> None:
    for year in ("0", "10000", "abc", "-1"):
        assert desk.ask(f"/newsdesk/?year={year}").code == 422


def test_the_server_imports_nothing_heavy_for_the_newsdesk(tmp_path: Path) -> None:
    look = (
        "import sys; sys.path.insert(0, 'plugins'); import newsdesk.app; "
        "print([m for m in ('great_expectations', 'pandas', 'duckdb', 'trafilatura') if m in sys.modules])"
    )
    env = {"AIRFLOW_HOME": str(tmp_path), "_AIRFLOW__AS_LIBRARY": "1", "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", look], cwd=REPOSITORY, env=env, capture_output=True, text=True
    )
    assert done.stdout.strip().splitlines()[-1:] == ["[]"], done.stderr
