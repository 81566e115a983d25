"""The notifier: tells a person, by mail or webhook, of tasks that failed and of gates that wait.

Off unless the environment says whom to tell. Never fails a task, and never hides why one failed.
"""

from __future__ import annotations

import html
import logging
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from airflow.sdk import BaseNotifier
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.log import mask_secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.alerts import Alert, Reason

log = logging.getLogger(__name__)

SMTP: Final = "DAGSPRESS_NOTIFY_SMTP"
MAIL_TO: Final = "DAGSPRESS_NOTIFY_MAIL_TO"
WEBHOOK: Final = "DAGSPRESS_NOTIFY_WEBHOOK"

SECONDS: Final = 15.0
"""Longest wait for a webhook."""

WHEN_RED: Final = re.compile(r"\*\*When it is red\*\*:?\s*(.+?)(?:\n\s*\n|\Z)", re.DOTALL)
"""What to do, in the documentation of a DAG."""


class Troubles(AirflowFailException):
    """Fails a task because of several things, each of which may be muted alone."""

    def __init__(self, message: str, reasons: Iterable[Reason]) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)


class ToldElsewhere(AirflowFailException):
    """Fails a task because of what another task of the run tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Whom to tell. Its webhook is a secret: whoever knows it can write there."""

    mail_to: tuple[str, ...] = ()
    smtp: str = "smtp_default"
    webhook: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Channels:
        """By `DAGSPRESS_NOTIFY_MAIL_TO` (addresses, by commas), `_SMTP` (a connection of Airflow's) and
        `_WEBHOOK` (an address).
        """
        to = tuple(part.strip() for part in env.get(MAIL_TO, "").split(",") if part.strip())
        webhook = env.get(WEBHOOK, "").strip()
        if webhook:
            mask_secret(webhook)
        return cls(mail_to=to, smtp=env.get(SMTP, "").strip() or cls().smtp, webhook=webhook)

    def __bool__(self) -> bool:
        return bool(self.mail_to or self.webhook)

    def send(self, alert: Alert) -> None:
        """Tell everybody; where one way fails, the other is still gone."""
        if self.mail_to:
            _attempt("mail", self._mail, alert)
        if self.webhook:
            _attempt("webhook", self._post, alert)

    def _mail(self, alert: Alert) -> None:
        from airflow.providers.smtp.hooks.smtp import SmtpHook

        text = html.escape(alert.body(), quote=False)
        with SmtpHook(self.smtp) as smtp:
            smtp.send_email_smtp(
                to=list(self.mail_to),
                subject=alert.title(),
                html_content=f'<div style="white-space: pre-wrap">{text}</div>',
                custom_headers={"Auto-Submitted": "auto-generated"},
            )

    def _post(self, alert: Alert) -> None:
        import asyncio

        asyncio.run(_post(self.webhook, alert.as_json()))


class WebhookRefused(Exception):
    """The webhook answered with an error."""

    def __init__(self, status: int) -> None:
        super().__init__(f"it answered {status}")


async def _post(url: str, value: dict[str, Any]) -> None:
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
        session.post(url, json=value, allow_redirects=False) as reply,
    ):
        if not 200 <= reply.status < 300:
            raise WebhookRefused(reply.status)


class Notifier(BaseNotifier):
    """Tells of a task that failed (`on_failure_callback`), or of a gate that waits (`gate=True`)."""

    def __init__(self, *, gate: bool = False) -> None:
        super().__init__()
        self.gate = gate

    def notify(self, context: Any) -> None:
        """Send what is not muted. Whatever goes wrong here is logged and goes no further."""
        try:
            if channels := Channels.from_env():
                tell(channels, self.alert(context))
        except Exception as error:
            # not what it says: that may hold an address which is a secret
            log.error("Nobody could be told: %s.", type(error).__name__)

    def alert(self, context: Any) -> Alert | None:
        """What there is to tell."""
        return gate_alert(context) if self.gate else failure_alert(context)


def tell(channels: Channels, alert: Alert | None) -> None:
    """Send what is not muted of an alert, and the end of every mute that is over."""
    from pipeline import alerts
    from pipeline.errors import DagspressError
    from pipeline.lake import Lake

    try:
        alerts.tell(Lake.from_env(), alert, channels.send, now=datetime.now(UTC))
    except DagspressError as error:
        # one too many is better than none
        log.warning("Whether this is muted could not be asked: %s", error)
        if alert is not None:
            channels.send(alert)


def failure_alert(context: Any) -> Alert | None:
    """A task failed; None where another one tells of it."""
    from pipeline.alerts import Alert

    ti, error = context["ti"], context.get("exception")
    if isinstance(error, ToldElsewhere):
        return None
    dag = context.get("dag")
    name = getattr(dag, "dag_display_name", None) or ti.dag_id
    return Alert(
        what=f"{name}{_which(context)}: {ti.task_id} failed. {_why(error)}",
        subjects=(ti.dag_id, f"{ti.dag_id}.{ti.task_id}"),
        reasons=getattr(error, "reasons", ()),
        todo=what_to_do(getattr(dag, "doc_md", None) or ""),
        link=ti.log_url,
    )


def gate_alert(context: Any) -> Alert:
    """A build waits for a person."""
    from pipeline.alerts import Alert, gate_reasons
    from pipeline.lake import Lake

    ti, period = context["ti"], str(context["dag_run"].partition_key)
    return Alert(
        what=f"{period} is not published: its gate is shut, and it waits for a person.",
        subjects=(ti.dag_id, f"{ti.dag_id}.{ti.task_id}"),
        reasons=tuple(gate_reasons(Lake.from_env(), period)),
        todo="approve or refuse it in Required Actions, where the numbers stand; or drop a better file.",
        link=f"{ti.log_url.partition('?')[0]}/required_actions",
    )


def what_to_do(doc: str) -> str:
    """The advice in the documentation of a DAG, as one line.

    >>> what_to_do("### A\\n\\n**When it is red**: look\\nat `plan`.\\n\\nMore.")
    'look at `plan`.'
    """
    match = WHEN_RED.search(doc)
    return " ".join(match[1].split()) if match else ""


def _which(context: Any) -> str:
    """The day or period of the run."""
    run = context["dag_run"]
    day = run.data_interval_start or run.logical_date
    which = run.partition_key or (f"{day:%Y-%m-%d}" if day else "")
    return f", {which}" if which else ""


def _why(error: object) -> str:
    """Our own sentences as they are; of others the kind alone, for they may quote anything."""
    from pipeline.errors import DagspressError

    if isinstance(error, DagspressError | AirflowFailException):
        return str(error)
    if isinstance(error, BaseException):
        return f"{type(error).__name__}: its log says more."
    return "It was ended from outside, or never began: its log says more."


def _attempt(way: str, send: Any, alert: Alert) -> None:
    try:
        send(alert)
        log.info("Told by %s: %s", way, alert.title())
    except WebhookRefused as refused:
        log.error("Not told by %s: %s.", way, refused)
    except Exception as error:
        # not what it says: that may hold an address which is a secret
        log.error("Not told by %s: %s.", way, type(error).__name__)
