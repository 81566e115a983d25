"""`dagspress mute`, `mutes` and `unmute` against a real S3 server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import DagspressError
from pipeline.mutes import hold_back, read_mutes

if TYPE_CHECKING:
    from pipeline.lake import Lake

MUTE = ("mute", "source:avisa", "--why", "De [bygger] om.", "--for", "3d", "--by", "kari")


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_mute_is_set_listed_and_ended(lake: Lake) -> None:
    assert run("mutes") == "Nothing is muted.\n"
    assert "source:avisa is muted until " in run(*MUTE)
    [standing] = read_mutes(lake)
    hold_back(lake, standing.mute, "avisa failed")
    said = run("mutes")
    assert "source:avisa" in said
    assert "De [bygger] om." in said
    assert said.endswith("1 mute\n")
    assert run("unmute", "source:avisa").startswith("1 alert was muted about source:avisa since ")
    assert read_mutes(lake) == []


def test_scripts_read_json(lake: Lake) -> None:
    muted = json.loads(run(*MUTE, "--json"))
    assert (muted["subject"], muted["by"], muted["why"]) == ("source:avisa", "kari", "De [bygger] om.")
    assert [(m["subject"], m["alerts"]) for m in json.loads(run("mutes", "--json"))] == [("source:avisa", 0)]
    assert json.loads(run("unmute", "source:avisa", "--json"))["alerts"] == 0
    assert json.loads(run("mutes", "--json")) == []


def test_a_mute_without_an_end_or_a_reason_is_refused(lake: Lake) -> None:
    for arguments in (
        MUTE[:4],
        ("mute", "all", "--for", "3d"),
        ("mute", "all", "--why", "x", "--for", "3 days"),
    ):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code != 0
        assert isinstance(result.exception, DagspressError | SystemExit)
    assert read_mutes(lake) == []
