"""Every command against a real S3 server: what it prints, its JSON, its exit code."""

from __future__ import annotations

import io
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.testing import CliRunner

from pipeline import flow
from pipeline.cli import app, main
from pipeline.lake import articles_name
from pipeline.normalise.identity import article_id
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.lake import Lake


ROOT = Path(__file__).parents[2]
DAGSPRESS = Path(sys.executable).with_name("dagspress")
COMMANDS = [
    *("ingest", "fetch", "publish", "show", "explain", "doctor"),
    *("release", "refuse", "withdraw", "restore", "purge", "rerun", "approve", "decisions"),
    *("quality", "docs", "verify", "repair"),
    *("mute", "unmute", "mutes"),
    *("sources", "clean", "deduplicate", "extract", "feed"),
]

BODY = "Kommunestyret i Havsund vedtok mandag kveld å bygge ny skole på Myrmo. " * 4
GOOD = f"date 2019-02 {BODY}\n\nBygget skal stå ferdig om to år\\, sa ordføreren."
OTHER = f"date 2020-03-04 {BODY.replace('skole', 'bro')}\n\nBroen blir 400 meter lang."

Dagspress = Callable[..., tuple[int, str, str]]
"""Exit code, output, errors."""


@pytest.fixture
def dagspress(capsys: pytest.CaptureFixture[str]) -> Dagspress:
    """Runs a command as `dagspress` does, in this process."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["dagspress", *map(str, arguments)])
            try:
                main()
            except SystemExit as leaving:
                code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
            else:
                code = 0
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good documents, one that cannot be read, one that is hidden."""
    path = tmp_path / "dropped"
    (path / "deep").mkdir(parents=True)
    (path / "good.txt").write_text(GOOD, encoding="utf-8")
    (path / "deep" / "other.txt").write_text(OTHER, encoding="utf-8")
    (path / "junk.bin").write_bytes(bytes(range(256)) * 20)
    (path / ".hidden").write_text(GOOD, encoding="utf-8")
    return path


def shell(
    command: str, env: Mapping[str, str] | None = None, *, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """A real shell with a real `dagspress` and nothing but `env` that names a lake."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DAGSPRESS_"))}
    bare["PATH"] = f"{DAGSPRESS.parent}:{bare['PATH']}"
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], env={**bare, **(env or {})}, input=stdin,
        capture_output=True, timeout=100, check=False,
    )  # fmt: skip


# --- ingest ---------------------------------------------------------------------------------------


def test_ingest_publish_as_a_process_says_what_became_of_each_file(
    lake: Lake, lake_env: Callable[[Lake], Mapping[str, str]], folder: Path
) -> None:
    result = shell(f"dagspress ingest '{folder}' --publish", lake_env(lake))
    output = result.stdout.decode()
    assert (result.returncode, result.stderr) == (0, b"")
    assert "good.txt" in output
    assert str(folder) not in output
    assert "junk.bin  not text and no known format" in output
    assert "2019-02: 1 published" in output
    assert "undated: 1 rejected" in output
    assert "\x1b" not in output
    assert sorted(p.name for p in folder.rglob("*") if p.is_file()) == [
        ".hidden", "good.txt", "junk.bin", "other.txt",
    ]  # fmt: skip


def test_ingest_json_has_its_documented_keys(lake: Lake, dagspress: Dagspress, folder: Path) -> None:
    code, output, _ = dagspress("ingest", folder, "--json")
    answer = json.loads(output)
    assert code == 0
    assert set(answer) == {"loaded", "failed", "published", "pending", "seconds"}
    assert sorted(Path(item["name"]).name for item in answer["loaded"]) == [
        "good.txt",
        "junk.bin",
        "other.txt",
    ]
    assert answer["pending"] == ["2019-02", "2020-03-04", "undated"]
    assert (answer["failed"], answer["published"]) == ([], [])
    assert {"acquire", "extract", "clean", "normalise", "stage"} <= set(answer["seconds"])


def test_ingest_publish_json_names_what_was_published(lake: Lake, dagspress: Dagspress, folder: Path) -> None:
    code, output, _ = dagspress("ingest", folder, "--publish", "--json")
    answer = json.loads(output)
    assert code == 0
    assert {p["period"]: p["state"] for p in answer["published"]} == dict.fromkeys(
        ["2019-02", "2020-03-04", "undated"], "published"
    )
    assert answer["pending"] == []


def test_ingest_takes_a_single_file_with_a_source(lake: Lake, dagspress: Dagspress, folder: Path) -> None:
    code, output, _ = dagspress("ingest", folder / "good.txt", "--source", "Havsund Avis", "--json")
    assert code == 0
    [item] = json.loads(output)["loaded"]
    assert item["source"] == "havsund-avis"


def test_ingest_says_how_to_go_on_and_a_second_time_that_nothing_is_new(
    lake: Lake, dagspress: Dagspress, folder: Path
) -> None:
    _, output, _ = dagspress("ingest", folder / "good.txt")
    assert "1 period waits to be published: dagspress publish\n2019-02\n" in output
    dagspress("publish")
    _, output, _ = dagspress("ingest", folder / "good.txt")
    assert "known already" in output
    assert "Nothing is new" in output


def test_ingest_empties_the_inbox(lake: Lake, dagspress: Dagspress, drop: Callable[[str, str], str]) -> None:
    drop("ncc/good.txt", GOOD)
    code, output, _ = dagspress("ingest", "--publish", "--json")
    assert code == 0
    assert json.loads(output)["loaded"][0]["source"] == "ncc"
    assert flow.waiting(lake) == []
    assert dagspress("ingest") == (0, "The inbox is empty.\n", "")


def test_ingest_of_a_missing_path_says_so(lake: Lake, dagspress: Dagspress, tmp_path: Path) -> None:
    code, _, errors = dagspress("ingest", tmp_path / "no.txt")
    assert code == 1
    assert "no.txt does not exist." in errors.replace("\n", "")


# --- publish, show, explain -----------------------------------------------------------------------


def test_publish_takes_periods_or_all_that_wait(lake: Lake, dagspress: Dagspress, folder: Path) -> None:
    dagspress("ingest", folder)
    code, output, _ = dagspress("publish", "2019-02", "--json")
    assert code == 0
    assert [(p["period"], p["state"]) for p in json.loads(output)] == [("2019-02", "published")]
    code, output, _ = dagspress("publish")
    assert code == 0
    assert "2020-03-04: 1 published" in output
    assert "1 period: nothing is new" in output
    _, output, _ = dagspress("publish", "2019-02")
    assert "2019-02: nothing is new (1 published)" in output
    _, output, _ = dagspress("publish", "2019-02", "--force")
    assert "2019-02: 1 published" in output


def test_publish_of_an_unknown_period_names_it(lake: Lake, dagspress: Dagspress) -> None:
    code, output, errors = dagspress("publish", "1999-01")
    assert (code, output) == (1, "")
    assert "Nothing is staged for 1999-01. `dagspress show` lists them." in errors


def test_publish_of_an_empty_lake_says_how_to_begin(lake: Lake, dagspress: Dagspress) -> None:
    code, output, _ = dagspress("publish")
    assert code == 0
    assert "The archive is empty: dagspress ingest PATH..." in output


def test_show_lists_the_archive_and_what_waits(lake: Lake, dagspress: Dagspress, folder: Path) -> None:
    assert dagspress("show") == (0, "The archive is empty: dagspress ingest PATH...\n", "")
    dagspress("ingest", folder)
    dagspress("publish", "2019-02")
    code, output, _ = dagspress("show")
    assert code == 0
    assert "Wait for dagspress publish: 2020-03-04 undated" in output
    lines = json.loads(dagspress("show", "--json")[1])
    assert [(line["period"], line["state"], line["published"]) for line in lines] == [
        ("2019-02", "published", 1), ("2020-03-04", "waiting", 0), ("undated", "waiting", 0),
    ]  # fmt: skip
    assert set(lines[0]) == {
        "period", "state", "in", "published", "duplicates", "superseded", "quarantined", "rejected",
        "withdrawn",
    }  # fmt: skip


def test_show_of_a_period_gives_rows_and_reasons(lake: Lake, dagspress: Dagspress, folder: Path) -> None:
    (folder / "empty.txt").write_text("date 2019-02 ", encoding="utf-8")
    dagspress("ingest", folder, "--publish")
    code, output, _ = dagspress("show", "2019-02")
    assert code == 0
    assert "2 in = 1 published + 0 duplicates + 0 superseded + 1 quarantined + 0 rejected" in output
    assert "the text is empty" in output
    assert "empty.txt" in output
    _, output, _ = dagspress("show", "undated")
    assert "junk.bin" in output
    assert set(json.loads(dagspress("show", "2019-02", "--json")[1])) == {
        "period", "summary", "gate_failures", "pending", "published", "quarantined", "rejected",
    }  # fmt: skip


def test_a_row_is_released_by_a_short_id_and_the_decision_is_listed(
    lake: Lake, dagspress: Dagspress, folder: Path
) -> None:
    (folder / "future.txt").write_text(f"date 2999-01-02 {BODY}", encoding="utf-8")
    dagspress("ingest", folder, "--publish")
    [row] = json.loads(dagspress("show", "2999-01-02", "--json")[1])["quarantined"]
    code, output, _ = dagspress(
        "release", row["article_id"][:8], "--why", "En [bold]spådom[/].", "--by", "Kari"
    )
    assert code == 0
    assert f"release: {row['article_id']}, by Kari" in output
    assert "2999-01-02: 1 published" in output
    _, output, _ = dagspress("decisions")
    assert "[bold]" in output
    assert json.loads(dagspress("decisions", "--json")[1])[0]["why"] == "En [bold]spådom[/]."
    code, _, errors = dagspress("release", row["article_id"], "--why", "Igjen.")
    assert (code, "not in quarantine" in errors) == (1, True)
    code, output, _ = dagspress("withdraw", "https://a.example/", "--why", "Et krav.", "--later", "--json")
    assert (code, json.loads(output)["published"]) == (0, [])


def test_a_purge_shows_first_what_it_would_remove(
    lake: Lake, dagspress: Dagspress, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dagspress("ingest", folder, "--publish")
    [row] = read_object(lake, articles_name("2019-02")).to_pylist()
    short = row["article_id"][:8]
    code, _, errors = dagspress("purge", short, "--why", "Et krav.")
    assert (code, "dagspress withdraw" in errors) == (1, True)
    dagspress("withdraw", short, "--why", "Et krav.")
    code, output, _ = dagspress("purge", short, "--why", "Et krav.", "--json")
    assert (code, json.loads(output)["article_ids"]) == (0, [row["article_id"]])
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert dagspress("purge", short, "--why", "Et krav.")[0] != 0
    assert dagspress("decisions")[1].count("purge") == 0
    code, output, _ = dagspress("purge", short, "--why", "Et krav.", "--by", "Kari", "--yes")
    assert (code, "Purged: 1 captures" in output) == (0, True)
    assert "purge" in dagspress("decisions")[1]


def test_rerun_without_anything_in_quarantine_says_so(lake: Lake, dagspress: Dagspress, folder: Path) -> None:
    dagspress("ingest", folder, "--publish")
    code, _, errors = dagspress("rerun", "--why", "Rettet.")
    assert (code, "No such row is in quarantine" in errors) == (1, True)


def test_show_of_an_unknown_period_says_so(lake: Lake, dagspress: Dagspress) -> None:
    code, _, errors = dagspress("show", "1999")
    assert code == 1
    assert "There is no period '1999'." in errors


def test_explain_takes_a_short_id_and_shows_each_rule(lake: Lake, dagspress: Dagspress, folder: Path) -> None:
    dagspress("ingest", folder, "--publish")
    [row] = read_object(lake, articles_name("2019-02")).to_pylist()
    code, output, _ = dagspress("explain", row["article_id"][:6], "--period", "2019-02")
    assert code == 0
    assert "Dropped as good.txt" in output
    assert "escapes in text, 1 place" in output
    assert "om to år\\, sa ordføreren." in output
    assert "om to år, sa ordføreren." in output
    answer = json.loads(dagspress("explain", row["article_id"], "--json")[1])
    assert set(answer) == {"article_id", "period", "state", "row", "reasons", "versions"}


@pytest.mark.parametrize(
    ("identifier", "complaint"),
    [("abc", "too short"), ("0123456789", "No article '0123456789'"), ("ffffff", "No article 'ffffff'")],
)
def test_explain_of_an_unknown_article_says_so(
    lake: Lake, dagspress: Dagspress, identifier: str, complaint: str
) -> None:
    code, _, errors = dagspress("explain", identifier)
    assert code == 1
    assert complaint in errors


def test_explain_of_an_ambiguous_id_names_the_candidates(
    lake: Lake, dagspress: Dagspress, tmp_path: Path
) -> None:
    first, second = numbers_of_alike_ids()
    path = tmp_path / "two.jsonl"
    rows = [{"id": n, "date": "2019-02", "text": f"{BODY} Sak {n}."} for n in (first, second)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    dagspress("ingest", path)
    code, _, errors = dagspress("explain", id_of(first)[:6])
    assert code == 1
    assert "is short for 2 articles" in errors
    assert id_of(first) in errors.replace("\n", "")
    assert dagspress("explain", id_of(first))[0] == 0


def id_of(number: str) -> str:
    return article_id(canonical_url=None, source="documents", own_id=number, raw=b"")


def numbers_of_alike_ids() -> tuple[str, str]:
    """Two ids of a producer whose article ids begin with the same 6 digits."""
    first: dict[str, str] = {}
    for number in map(str, itertools.count()):
        other = first.setdefault(id_of(number)[:6], number)
        if other != number:
            return other, number
    raise AssertionError


# --- doctor ---------------------------------------------------------------------------------------


def test_doctor_checks_everything(lake: Lake, dagspress: Dagspress) -> None:
    code, output, _ = dagspress("doctor")
    assert code == 0
    assert output.count("ok") >= 6
    findings = json.loads(dagspress("doctor", "--json")[1])
    assert [f["check"] for f in findings] == ["settings", "bucket", "write", "read back", "list", "remove"]
    assert all(f["ok"] for f in findings)
    assert lake.list("state/") == []


@pytest.mark.parametrize(
    ("variable", "value", "check", "complaint"),
    [
        ("DAGSPRESS_LAKE", "s3://no-such-bucket", "bucket", "no-such-bucket"),
        ("DAGSPRESS_LAKE", "no lake", "settings", "DAGSPRESS_LAKE"),
        ("AWS_SECRET_ACCESS_KEY", "wrong-secret-key", "bucket", "AWS_SECRET_ACCESS_KEY"),
        ("AWS_ENDPOINT_URL_S3", "ftp://example.org", "settings", "AWS_ENDPOINT_URL_S3"),
    ],
)
def test_doctor_names_what_is_wrong(
    lake: Lake, dagspress: Dagspress, monkeypatch: pytest.MonkeyPatch,
    variable: str, value: str, check: str, complaint: str,
) -> None:  # fmt: skip
    monkeypatch.setenv(variable, value)
    code, output, _ = dagspress("doctor", "--json")
    last = json.loads(output)[-1]
    assert code == 1
    assert (last["check"], last["ok"]) == (check, False)
    assert complaint in last["detail"]
    code, output, _ = dagspress("doctor")
    assert code == 1
    assert "fail" in output


def test_doctor_warns_of_names_that_mean_nothing(
    lake: Lake, dagspress: Dagspress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSPRESS_COPYDAYS", "1")
    code, output, _ = dagspress("doctor", "--json")
    assert code == 0
    [warning] = [finding for finding in json.loads(output) if finding["warning"]]
    assert warning["detail"] == "DAGSPRESS_COPYDAYS means nothing. Is DAGSPRESS_COPY_DAYS meant?"
    code, output, _ = dagspress("doctor")
    assert code == 0
    assert "warn" in output
    monkeypatch.setenv("DAGSPRESS_MAX_PAGE_BYTES", "many")
    code, output, _ = dagspress("doctor")
    assert code == 1
    assert "DAGSPRESS_MAX_PAGE_BYTES" in output


# --- clean ----------------------------------------------------------------------------------------


def test_clean_is_a_filter_of_lines() -> None:
    lines = [
        json.dumps({"id": 1, "extra": [1, {"a": None}], "text": "lasset\\, sa hun"}),
        "{not json",
        json.dumps({"id": 3}),
        json.dumps({"text": "Ja."}),
    ]
    result = shell("dagspress clean", stdin="\n".join(lines).encode())
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert (result.returncode, result.stderr) == (0, b"")
    assert len(rows) == len(lines)
    assert (rows[0]["id"], rows[0]["extra"], rows[0]["text"]) == (1, [1, {"a": None}], "lasset, sa hun")
    assert rows[0]["rules"] == ["escapes"]
    assert rows[1]["error"].startswith("line 2: ")
    assert (rows[2]["id"], "text" in rows[2]) == (3, False)
    assert rows[3]["text"] == "Ja."


def test_clean_reads_a_file_and_closes_with_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text((json.dumps({"text": BODY}) + "\n") * 3000, encoding="utf-8")
    result = shell(f"dagspress clean '{path}' | head -n 1")
    assert json.loads(result.stdout)["language"] == "nb"
    assert (result.returncode, result.stderr) == (0, b"")


# --- settings, secrets, help ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DAGSPRESS_LAKE", None),
        ("DAGSPRESS_LAKE", "/a/folder"),
        ("AWS_ENDPOINT_URL_S3", "localhost:9000"),
        ("DAGSPRESS_MAX_RECORD_BYTES", "many"),
    ],
)
@pytest.mark.parametrize("command", [("ingest",), ("publish",), ("show",), ("explain", "abcdef")])
def test_wrong_settings_end_with_2_and_name_the_variable(
    lake: Lake, dagspress: Dagspress, monkeypatch: pytest.MonkeyPatch,
    variable: str, value: str | None, command: tuple[str, ...],
) -> None:  # fmt: skip
    if value is None:
        monkeypatch.delenv(variable)
    else:
        monkeypatch.setenv(variable, value)
    code, output, errors = dagspress(*command)
    assert (code, output) == (2, "")
    assert variable in errors


def test_a_process_without_settings_ends_with_2() -> None:
    result = shell("dagspress show")
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"DAGSPRESS_LAKE" in result.stderr


@pytest.mark.parametrize("secret", ["test-secret-key", "wrong-secret-key"])
@pytest.mark.parametrize("command", [("doctor",), ("show",), ("publish", "1999"), ("ingest", "--json")])
def test_secrets_are_never_printed(
    lake: Lake, dagspress: Dagspress, monkeypatch: pytest.MonkeyPatch,
    secret: str, command: tuple[str, ...],
) -> None:  # fmt: skip
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    _, output, errors = dagspress(*command)
    assert secret not in output + errors


def test_every_command_is_tested_here() -> None:
    assert sorted(command_names()) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_stands_in_the_readme(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
    assert f"dagspress {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def command_names() -> list[str]:
    group: Any = typer.main.get_command(app)
    return list(group.commands)
