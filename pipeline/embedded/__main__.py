"""`python -m pipeline.embedded`: what `make run`, `make up` and `make env` call."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from pipeline.embedded.first_look import first_look
from pipeline.embedded.processes import free_port
from pipeline.embedded.s3 import lake_env
from pipeline.embedded.services import Services, running
from pipeline.embedded.signals import ending_on_signals
from pipeline.embedded.state import BUCKET, READER, REPOSITORY, USER, State
from pipeline.errors import ConfigurationError, DagspressError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True, help=__doc__)

# `make run | tee` has no terminal width; tables of 80 columns would be unreadable
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)

UI_PORT = 8080

Folder = Annotated[Path, typer.Option("--state", help="Folder for data, database, logs and secrets.")]
DEFAULT_STATE = REPOSITORY / ".dagspress"


class Clock:
    """Prints lines with the seconds since the start."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def __call__(self, line: str) -> None:
        """Print a line of progress."""
        console.print(f"[dim]{time.monotonic() - self.started:6.1f} s[/]  {escape(line)}", soft_wrap=True)


@app.command()
def run(state: Folder = DEFAULT_STATE) -> None:
    """Take sample documents and made-up papers through the real DAGs, print what became of them, and stop."""
    from pipeline.embedded import run as steps
    from pipeline.embedded.summary import render_run

    say = Clock()
    home = State(state.resolve())
    with running(home, newsstand=True, say=say) as services:
        before = steps.digests(home)
        known = steps.finished_runs(services.airflow)
        names = steps.drop(services.lake, steps.SAMPLES)
        say(f"{len(names)} documents are dropped into the inbox")
        if services.newsstand is not None:
            steps.start_fetching(services.airflow, services.newsstand.edition)
        say("fetch_news is started: it asks the papers of the newsstand")
        work = steps.follow(services, known=known, say=say, fetching=True)
        if not work.announced:
            say("Nothing is new: no period was announced")
        loaded = steps.loaded_files(services.airflow, work)
        fetched = steps.fetched_sources(services.airflow, work)
        after = steps.digests(home)
        console.print()
        render_run(console, services.lake, home, loaded=loaded, fetched=fetched, before=before, after=after)
        console.print()
    if work.failed:
        for failed in work.failed:
            where = home.logs / "tasks" / f"dag_id={failed['dag_id']}" / f"run_id={failed['dag_run_id']}"
            console.print(
                f"[red]{failed['dag_id']} failed:[/] {escape(failed['dag_run_id'])}\n  See {where}/",
                soft_wrap=True,
            )
        raise typer.Exit(1)


@app.command()
def up(state: Folder = DEFAULT_STATE) -> None:
    """Everything with Airflow's pages on loopback, until Ctrl-C."""
    say = Clock()
    home = State(state.resolve())
    with running(home, port=_ui_port(), say=say) as services:
        try:
            say(f"A first look at the inbox: {first_look(services)}")
            _print_banner(services)
            while True:
                services.check()
                time.sleep(1)
        except KeyboardInterrupt:
            say("Stopping")


@app.command()
def env(state: Folder = DEFAULT_STATE) -> None:
    """Print the `export` lines that let the command line reach the running services (with secrets)."""
    home = State(state.resolve())
    if not home.is_running():
        raise DagspressError("Nothing runs. Start the services with `make up` in another terminal.")
    secrets = home.secrets()
    endpoint = home.endpoint.read_text()
    values = lake_env(endpoint, BUCKET, access_key=secrets.s3_access_key, secret_key=secrets.s3_secret_key)
    for name, value in values.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


def _print_banner(services: Services) -> None:
    home = services.state
    console.print(
        f"\n[bold]Airflow[/]   {services.airflow.url}   user [bold]{USER}[/], "
        f"password [bold]{escape(services.airflow.password)}[/]\n"
        f"          to look and decide nothing: user [bold]{READER}[/], "
        f"password [bold]{escape(home.secrets().reader_password)}[/]\n"
        f"[bold]Inbox[/]     {escape(str(home.inbox))}/\n"
        "          copy documents into it: they are published by themselves\n"
        f"[bold]Archive[/]   {escape(str(home.bucket / 'articles'))}/\n"
        f"[bold]S3[/]        {services.s3.endpoint}, bucket {BUCKET}\n"
        '[bold]Commands[/]  in another terminal: eval "$(make -s env)", then .venv/bin/dagspress show\n'
        f"[bold]Logs[/]      {escape(str(home.logs))}/\n\n"
        "Ctrl-C stops everything.\n",
        soft_wrap=True,
    )


def _ui_port() -> int:
    chosen = os.environ.get("DAGSPRESS_PORT")
    if chosen is not None and not (chosen.isdigit() and 0 < int(chosen) < 65536):
        raise ConfigurationError(f"DAGSPRESS_PORT must be a port number, not {chosen!r}.")
    wanted = int(chosen) if chosen else UI_PORT
    port = free_port(wanted)
    if port != wanted:
        if chosen:
            raise ConfigurationError(f"Port {wanted} (DAGSPRESS_PORT) is in use. Choose another one.")
        console.print(f"[yellow]Port {wanted} is in use; taking {port}. DAGSPRESS_PORT chooses one.[/]")
    return port


def main() -> None:
    """Run a command; our errors become one message and exit code 1, a signal exit code 130."""
    try:
        with ending_on_signals():
            app(standalone_mode=False)
    except typer.Exit as leaving:
        sys.exit(leaving.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except DagspressError as error:
        Console(stderr=True, highlight=False).print(
            f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
