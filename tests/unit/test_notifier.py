"""The notifier, by mail to a real SMTP server and by webhook to a real HTTP server; off, broken and muted."""

from __future__ import annotations

import datetime as dt
import doctest
import json
import logging
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.embedded.processes import free_port
from pipeline.errors import LakeUnreachable
from pipeline.lake import stopped_name
from pipeline.mutes import mute, read_mutes
from pipeline.write import to_json
from tests.receiving import SECRET, running_letters, running_webhook, smtp_extra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from pipeline.lake import Lake
    from tests.receiving import Letters, Webhook

SAID = "The object store does not answer. Is it running?"


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with running_webhook() as webhook:
        yield webhook


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    with running_letters() as letters:
        monkeypatch.setenv("AIRFLOW_CONN_POST", smtp_connection(letters.port))
        yield letters


def smtp_connection(port: int) -> str:
    return json.dumps({"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": smtp_extra()})


@pytest.fixture
def notifier(airflow_module: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("MAIL_TO", "SMTP", "WEBHOOK"):
        monkeypatch.delenv(f"DAGSPRESS_NOTIFY_{name}", raising=False)
    return airflow_module("notifier")


@pytest.fixture
def by_webhook(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> Webhook:
    monkeypatch.setenv("DAGSPRESS_NOTIFY_WEBHOOK", webhook.url)
    return webhook


@pytest.fixture
def by_mail(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> Letters:
    monkeypatch.setenv("DAGSPRESS_NOTIFY_MAIL_TO", "desk@example.org, vakt@example.org")
    monkeypatch.setenv("DAGSPRESS_NOTIFY_SMTP", "post")
    return letters


DOC = "Text.\n\n**When it is red** look at\nthe log.\n\nMore."


def context(error: object = None, **changes: Any) -> dict[str, Any]:
    """What Airflow hands to a callback, as far as it is looked at."""
    from airflow.sdk import DAG

    ti = SimpleNamespace(
        dag_id="fetch_news",
        task_id="summary",
        log_url="http://127.0.0.1:8080/dags/fetch_news/runs/x/tasks/summary?try_number=1",
    )
    run = SimpleNamespace(
        partition_key=None, logical_date=None, data_interval_start=dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    )
    dag = DAG("fetch_news", dag_display_name="Fetch news", doc_md=DOC, schedule=None)
    return {"ti": ti, "dag_run": run, "dag": dag, "exception": error} | changes


def test_it_is_off_unless_somebody_is_named(
    notifier: Any, lake: Lake, caplog: pytest.LogCaptureFixture
) -> None:
    assert not notifier.Channels.from_env({})
    assert not notifier.Channels.from_env({"DAGSPRESS_NOTIFY_MAIL_TO": " , ", "DAGSPRESS_NOTIFY_SMTP": "x"})
    notifier.Notifier()({})  # does not even look at what happened
    assert caplog.messages == []


def test_a_failed_task_is_told_by_webhook(notifier: Any, lake: Lake, by_webhook: Webhook) -> None:
    notifier.Notifier()(context(LakeUnreachable(SAID)))
    [got] = by_webhook.got
    assert got == {
        "text": f"Dagspress: Fetch news, 2026-03-01: summary failed. {SAID}\n\n"
        "What to do: look at the log.\n\n"
        "The run: http://127.0.0.1:8080/dags/fetch_news/runs/x/tasks/summary?try_number=1\n\n"
        'Not now? dagspress mute fetch_news.summary --for 3d --why "..."',
        "what": f"Fetch news, 2026-03-01: summary failed. {SAID}",
        "subjects": ["fetch_news", "fetch_news.summary"],
        "reasons": [],
        "todo": "look at the log.",
        "link": "http://127.0.0.1:8080/dags/fetch_news/runs/x/tasks/summary?try_number=1",
    }


def test_a_failed_task_is_told_by_mail(notifier: Any, lake: Lake, by_mail: Letters) -> None:
    notifier.Notifier()(context(LakeUnreachable("<b>Nei</b> & nei, på æøå.\r\nBcc: alle@example.org")))
    [letter] = by_mail.got
    assert letter["To"] == "desk@example.org, vakt@example.org"
    assert letter["From"] == "avis@example.org"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Bcc"] is None
    assert letter["Subject"].strip() == (
        "Dagspress: Fetch news, 2026-03-01: summary failed. <b>Nei</b> & nei, på æøå. Bcc: alle@example.org"
    )
    body = letter.get_body(("html",))
    assert body is not None
    text = body.get_content()
    assert "&lt;b&gt;Nei&lt;/b&gt; &amp; nei, på æøå." in text
    assert "What to do: look at the log." in text
    assert "/dags/fetch_news/runs/x/tasks/summary" in text


def test_every_way_is_gone_even_where_one_is_shut(
    notifier: Any,
    lake: Lake,
    by_webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_POST", smtp_connection(free_port()))
    monkeypatch.setenv("DAGSPRESS_NOTIFY_MAIL_TO", "desk@example.org")
    monkeypatch.setenv("DAGSPRESS_NOTIFY_SMTP", "post")
    notifier.Notifier()(context(LakeUnreachable(SAID)))
    assert len(by_webhook.got) == 1
    assert SECRET not in caplog.text
    assert "Not told by mail: ConnectionRefusedError." in caplog.messages


def failing(kind: str, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> str:
    """Makes a webhook fail in a way, and gives what is to be logged."""
    match kind:
        case "refuses":
            webhook.status = 500
            return "it answered 500"
        case "redirects":
            webhook.status = 302
            return "it answered 302"
        case "gone":
            monkeypatch.setenv("DAGSPRESS_NOTIFY_WEBHOOK", f"http://127.0.0.1:{free_port()}/{SECRET}")
            return "ClientConnectorError"
        case _:
            monkeypatch.setenv("DAGSPRESS_NOTIFY_WEBHOOK", f"no address at all {SECRET}")
            return "InvalidUrlClientError"


@pytest.mark.parametrize("kind", ["refuses", "redirects", "gone", "mistyped"])
def test_a_webhook_that_fails_is_logged_without_its_address_and_raises_nothing(
    kind: str,
    notifier: Any,
    lake: Lake,
    by_webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    said = failing(kind, by_webhook, monkeypatch)
    notifier.Notifier()(context(LakeUnreachable(SAID)))
    ours = [
        record.getMessage() for record in caplog.records if record.name.startswith(("notifier", "pipeline"))
    ]
    assert f"Not told by webhook: {said}." in ours
    assert SECRET not in " ".join(ours)


def test_whatever_goes_wrong_in_the_notifier_stays_there(
    notifier: Any, lake: Lake, by_webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    notifier.Notifier()({"ti": None})
    assert "Nobody could be told: AttributeError." in caplog.messages
    assert by_webhook.got == []


def test_errors_that_are_not_ours_are_told_by_their_kind_alone(
    notifier: Any, lake: Lake, by_webhook: Webhook
) -> None:
    notifier.Notifier()(context(ValueError(f"cannot parse {SECRET}, the text of an article")))
    notifier.Notifier()(context("killed"))
    first, second = by_webhook.got
    assert first["what"] == "Fetch news, 2026-03-01: summary failed. ValueError: its log says more."
    assert SECRET not in json.dumps(first)
    assert "ended from outside" in second["what"]


def test_what_another_task_tells_is_not_told_twice(notifier: Any, lake: Lake, by_webhook: Webhook) -> None:
    notifier.Notifier()(context(notifier.ToldElsewhere("There was no plan.")))
    assert by_webhook.got == []


def test_several_reasons_are_told_one_by_one_but_not_without_end(
    notifier: Any, lake: Lake, by_webhook: Webhook
) -> None:
    from pipeline.alerts import source_reasons

    names = [(f"avis{n:02}", f"avis{n:02}: <!channel> {'no answer ' * 200}") for n in range(30)]
    notifier.Notifier()(context(notifier.Troubles("30 of 30 sources failed.", source_reasons(names))))
    [got] = by_webhook.got
    assert len(got["reasons"]) == 30
    lines = got["text"].splitlines()
    assert len([line for line in lines if line.startswith("- avis")]) == 20
    assert "- and 10 more" in lines
    assert max(map(len, lines)) < 700
    assert "<!channel>" not in got["text"]
    assert "&lt;!channel&gt;" in got["text"]


def test_a_shut_gate_is_told_with_its_reasons(notifier: Any, lake: Lake, by_webhook: Webhook) -> None:
    expectations = [
        {"name": "quarantined_share", "success": False, "reason": "45 of 55 rows are quarantined"},
        {"name": "unique_article_ids", "success": True, "reason": None},
    ]
    lake.put(stopped_name("2016-04"), to_json({"partition": {"expectations": expectations}}))
    run = SimpleNamespace(partition_key="2016-04")
    notifier.Notifier(gate=True)(context(dag_run=run))
    [got] = by_webhook.got
    assert got["what"] == "2016-04 is not published: its gate is shut, and it waits for a person."
    assert got["reasons"] == [
        {"subject": "quarantined_share", "sentence": "45 of 55 rows are quarantined"},
    ]
    assert got["link"].endswith("/tasks/summary/required_actions")
    assert "dagspress mute quarantined_share" in got["text"]


def test_what_is_muted_is_logged_with_the_reason_counted_and_not_sent(
    notifier: Any, lake: Lake, by_webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    mute(lake, "fetch_news.summary", why="Vi flytter.", by="kari", until=until)
    notifier.Notifier()(context(LakeUnreachable(SAID)))
    assert by_webhook.got == []
    assert any("by kari: Vi flytter." in message for message in caplog.messages)
    assert [s.alerts for s in read_mutes(lake)] == [1]


def test_without_a_lake_to_ask_for_mutes_an_alert_is_sent(
    notifier: Any,
    lake: Lake,
    by_webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("DAGSPRESS_LAKE", "not a lake")
    notifier.Notifier()(context(LakeUnreachable(SAID)))
    assert len(by_webhook.got) == 1
    assert "Whether this is muted could not be asked" in caplog.text


def test_the_examples_hold(notifier: Any, airflow_module: Callable[[str], ModuleType]) -> None:
    for module in (notifier, airflow_module("run_notes")):
        result = doctest.testmod(module)
        assert result.attempted
        assert not result.failed


def test_a_note_fits_into_airflows_database(airflow_module: Callable[[str], ModuleType]) -> None:
    note_of = airflow_module("run_notes").note_of
    note = note_of({"a": "x" * 700, "b": "æ\0" * 700}, ["c"])
    assert len(note) == 1_000
    assert note.endswith("…")
    assert "\0" not in note
    assert note_of({}, []) == ""
