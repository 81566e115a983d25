"""What every DAG must keep to, asked of Airflow itself; and what importing a DAG file may cost."""

from __future__ import annotations

import ast
import doctest
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from pipeline.lake import Lake

REPOSITORY = Path(__file__).parents[2]
DAGS = REPOSITORY / "dags"
DAG_FILES = sorted(path.stem for path in DAGS.glob("*.py"))
WIRING = sorted([*DAGS.glob("*.py"), *(REPOSITORY / "plugins").glob("*.py")])

HEAVY = {
    "great_expectations", "pandas", "polars", "pyarrow", "bs4", "boto3", "botocore", "duckdb", "ftfy", "lxml",
    "aiohttp", "feedparser", "pipeline.flow",
}  # fmt: skip
MOST_CPU_SECONDS = 1.0

# Runs beside Airflow: every DAG as the dag processor sees it, as JSON.
LOOK = """
import json, sys
from pathlib import Path
from airflow.dag_processing.dagbag import BundleDagBag
from airflow.serialization.serialized_objects import DagSerialization

folder = Path(sys.argv[1])
bag = BundleDagBag(folder, bundle_path=folder, bundle_name="dags")

def seconds(value):
    return None if value is None else value.total_seconds()

def describe(dag):
    return {
        "dag_id": dag.dag_id, "tags": sorted(dag.tags), "owner": dag.owner, "description": dag.description,
        "doc_md": dag.doc_md, "catchup": dag.catchup,
        "serialized": DagSerialization.to_dict(dag),
        "timetable": type(dag.timetable).__name__,
        "asset": getattr(dag.timetable.asset_condition, "name", None),
        "watchers": [w.name for w in getattr(dag.timetable.asset_condition, "watchers", [])],
        "paused": dag.is_paused_upon_creation,
        "outlets": {task.task_id: [a.name for a in task.outlets] for task in dag.tasks if task.outlets},
        "tasks": {
            task.task_id: {
                "owner": task.owner, "retries": task.retries, "backoff": task.retry_exponential_backoff,
                "longest_delay": seconds(task.max_retry_delay), "timeout": seconds(task.execution_timeout),
                "mapped": task.is_mapped, "label": getattr(task, "map_index_template", None),
                "told": task.has_on_failure_callback,
            }
            for task in dag.tasks
        },
    }

report = {"errors": bag.import_errors, "dags": {d.dag_id: describe(d) for d in bag.dags.values()}}
Path(sys.argv[2]).write_text(json.dumps(report))
"""

# Runs beside Airflow: what each DAG file imports and costs in a process that has `airflow.sdk` alone.
COST = """
import json, os, sys, time
import airflow.sdk
for name in sys.argv[1:]:
    if os.fork() == 0:
        before = time.process_time()
        __import__(name)
        seconds = time.process_time() - before
        print(json.dumps({"name": name, "seconds": seconds, "modules": sorted(sys.modules)}), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0, name
"""


def airflow_environment(home: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if "AIRFLOW" not in name},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite://",
        "AWS_SECRET_ACCESS_KEY": "not-to-be-seen-anywhere",
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def run_python(code: str, *arguments: str, env: dict[str, str], cwd: Path) -> str:
    """What a fresh process prints."""
    command = [sys.executable, "-c", code, *arguments]
    ran = subprocess.run(command, env=env, cwd=cwd, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every DAG as Airflow loaded it: `{"errors": ..., "dags": {dag_id: ...}}`."""
    home = tmp_path_factory.mktemp("airflow")
    facts = home / "facts.json"
    run_python(LOOK, str(DAGS), str(facts), env=airflow_environment(home), cwd=home)
    loaded: dict[str, Any] = json.loads(facts.read_text())
    return loaded


@pytest.fixture(scope="module")
def dags(bag: dict[str, Any]) -> list[dict[str, Any]]:
    assert bag["dags"]
    return list(bag["dags"].values())


@pytest.fixture(scope="module")
def tasks(dags: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {f"{dag['dag_id']}.{name}": task for dag in dags for name, task in dag["tasks"].items()}


def test_every_dag_loads(bag: dict[str, Any]) -> None:
    assert bag["errors"] == {}
    not_dags = (DAGS / ".airflowignore").read_text().split()
    assert sorted(bag["dags"]) == [name for name in DAG_FILES if f"{name}.py" not in not_dags]


def test_every_dag_says_what_it_is_and_whose(dags: list[dict[str, Any]]) -> None:
    for dag in dags:
        assert "dagspress" in dag["tags"], dag["dag_id"]
        assert dag["owner"] == "dagspress", dag["dag_id"]
        assert dag["description"], dag["dag_id"]


def test_every_dag_tells_the_operator_what_starts_it_and_what_to_do_when_it_is_red(
    dags: list[dict[str, Any]],
) -> None:
    for dag in dags:
        assert "**When it is red**" in dag["doc_md"], dag["dag_id"]
        assert "**Starts by itself**" in dag["doc_md"], dag["dag_id"]


@pytest.mark.parametrize("dag_id", ["load_documents", "fetch_news", "rerun_quarantine", "watch_sources"])
def test_the_documented_tasks_are_the_tasks(dag_id: str, bag: dict[str, Any]) -> None:
    dag = bag["dags"][dag_id]
    assert set(re.findall(r"^\| `(\w+)` \|", dag["doc_md"], flags=re.MULTILINE)) == set(dag["tasks"])


def test_every_dag_limits_its_runs_and_never_catches_up_by_itself(dags: list[dict[str, Any]]) -> None:
    for dag in dags:
        # Airflow's default is left out of what it stores, and is 16
        runs = dag["serialized"]["dag"].get("max_active_runs", 16)
        # those that wait for a person must not keep others from being asked about
        assert runs > 1_000 if dag["dag_id"] == "approve_articles" else 1 <= runs < 16, dag["dag_id"]
        assert dag["catchup"] is False, dag["dag_id"]


def test_every_task_is_tried_again_ever_later_but_not_later_than_a_limit(
    tasks: dict[str, dict[str, Any]],
) -> None:
    for name, task in tasks.items():
        assert task["retries"] >= 2, name
        assert task["backoff"] > 1, name
        assert 0 < task["longest_delay"] <= 3600, name


def test_every_task_ends_some_time_and_has_an_owner(tasks: dict[str, dict[str, Any]]) -> None:
    for name, task in tasks.items():
        assert task["timeout"], name
        assert task["timeout"] <= 24 * 3600, name
        assert task["owner"] == "dagspress", name


def test_mapped_tasks_are_named_for_what_they_work_on(tasks: dict[str, dict[str, Any]]) -> None:
    mapped = {name: task["label"] for name, task in tasks.items() if task["mapped"]}
    assert mapped == {
        "load_documents.load": "{{ batch }}",
        "fetch_news.fetch": "{{ source }}",
        "watch_sources.judge": "{{ source }}",
    }


def test_every_task_that_fails_is_told_but_of_mapped_ones_all_at_once(
    tasks: dict[str, dict[str, Any]],
) -> None:
    for name, task in tasks.items():
        assert task["told"] != task["mapped"], name
    for name in (name for name, task in tasks.items() if task["mapped"]):
        assert f"{name.partition('.')[0]}.summary" in tasks, name


def test_documents_are_loaded_when_the_watched_inbox_says_so(bag: dict[str, Any]) -> None:
    dag = bag["dags"]["load_documents"]
    assert (dag["timetable"], dag["asset"], dag["watchers"]) == (
        "AssetTriggeredTimetable",
        "inbox",
        ["inbox_watcher"],
    )


def test_articles_are_published_by_partition_of_what_is_staged(bag: dict[str, Any]) -> None:
    dag = bag["dags"]["publish_articles"]
    assert (dag["timetable"], dag["asset"]) == ("PartitionedAssetTimetable", "staged_articles")


def test_news_are_fetched_by_data_interval_and_announced_by_period(bag: dict[str, Any]) -> None:
    dag = bag["dags"]["fetch_news"]
    assert (dag["timetable"], dag["asset"]) == ("DailyInterval", None)
    assert dag["outlets"] == {"announce": ["staged_articles"]}


def test_a_run_is_red_when_announcing_failed(dags: list[dict[str, Any]]) -> None:
    announcing = 0
    for dag in dags:
        tasks = {task["__var"]["task_id"]: task["__var"] for task in dag["serialized"]["dag"]["tasks"]}
        if "announce" in tasks:
            announcing += 1
            after = tasks["announce"].get("downstream_task_ids", [])
            # the state of a run is that of its leaves: one that runs whatever happened would hide it
            assert {tasks[name].get("trigger_rule", "all_success") for name in after} <= {"none_failed"}
    assert announcing == 3


def test_a_summary_knows_what_was_planned(dags: list[dict[str, Any]]) -> None:
    """It runs whatever came before: only so does it see what is lacking, and that there was no plan."""
    planned = []
    for dag in dags:
        tasks = {task["__var"]["task_id"]: task["__var"] for task in dag["serialized"]["dag"]["tasks"]}
        if "plan" in tasks:
            planned.append(dag["dag_id"])
            assert "summary" in tasks["plan"]["downstream_task_ids"]
    assert sorted(planned) == ["fetch_news", "watch_sources"]


def test_where_a_summary_hides_no_failure_of_others(dags: list[dict[str, Any]]) -> None:
    """It runs whatever came before, so nothing but what it judges may end with it."""
    for dag in dags:
        tasks = {task["__var"]["task_id"]: task["__var"] for task in dag["serialized"]["dag"]["tasks"]}
        before = {name for name, task in tasks.items() if "summary" in task.get("downstream_task_ids", [])}
        assert before <= {"plan", "fetch", "judge", "list_inbox", "load"}, dag["dag_id"]


def test_only_what_asks_other_peoples_servers_has_to_be_turned_on(dags: list[dict[str, Any]]) -> None:
    assert {dag["dag_id"] for dag in dags if dag["paused"]} == {"fetch_news"}


def test_what_airflow_stores_of_a_dag_holds_no_secret(dags: list[dict[str, Any]]) -> None:
    for dag in dags:
        assert "not-to-be-seen-anywhere" not in json.dumps(dag["serialized"])


@pytest.mark.parametrize("path", WIRING, ids=lambda path: path.name)
def test_at_their_top_dags_and_plugins_import_airflow_and_the_standard_library_only(path: Path) -> None:
    allowed = sys.stdlib_module_names | {p.stem for p in WIRING} | {"airflow"}
    found = top_level_imports(path) - {"pipeline.errors"}  # which imports nothing
    assert {name for name in found if name.split(".")[0] not in allowed} == set()


def top_level_imports(path: Path) -> set[str]:
    """Modules imported when the file is: not those inside functions, nor for the type checker."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                waiting += node.orelse
                continue
            case ast.Import():
                found |= {alias.name for alias in node.names}
            case ast.ImportFrom():
                found.add(node.module or ".")
        waiting += ast.iter_child_nodes(node)
    return found


def test_the_scan_of_imports_sees_what_runs_at_import_and_nothing_else(tmp_path: Path) -> None:
    source = """
import pandas
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import duckdb
else:
    import polars
class A:
    from bs4 import BeautifulSoup
    def f(self):
        import pyarrow
"""
    (tmp_path / "dag.py").write_text(source)
    assert top_level_imports(tmp_path / "dag.py") == {"pandas", "typing", "polars", "bs4"}


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Three imports of each DAG file: `{"name": ..., "seconds": ..., "modules": [...]}`."""
    home = tmp_path_factory.mktemp("airflow")
    environment = airflow_environment(home)
    environment["PYTHONPATH"] = os.pathsep.join(str(REPOSITORY / p) for p in (".", "dags", "plugins"))
    printed = run_python(COST, *DAG_FILES * 3, env=environment, cwd=home)
    return [json.loads(line) for line in printed.splitlines() if line.startswith('{"name"')]


@pytest.mark.parametrize("name", DAG_FILES)
def test_importing_a_dag_file_is_cheap(name: str, costs: list[dict[str, Any]]) -> None:
    """Processor time, not time by the clock: a busy machine is no reason to fail."""
    mine = [cost for cost in costs if cost["name"] == name]
    assert len(mine) == 3
    for cost in mine:
        assert [m for m in cost["modules"] if any(m == h or m.startswith(f"{h}.") for h in HEAVY)] == []
    assert min(cost["seconds"] for cost in mine) < MOST_CPU_SECONDS


# --- the little that DAG files compute themselves ----------------------------------------------------


@pytest.mark.parametrize("name", ["lake_assets", "load_documents", "publish_articles", "approve_articles"])
def test_the_examples_in_dag_files_hold(name: str, airflow_module: Callable[[str], ModuleType]) -> None:
    result = doctest.testmod(airflow_module(name))
    assert result.attempted
    assert not result.failed


@pytest.mark.parametrize(
    ("partition_key", "params", "period"),
    [
        ("2019-02-06", {}, "2019-02-06"),
        ("2019-02", {"period": None}, "2019-02"),
        ("2019", {}, "2019"),
        ("undated", {}, "undated"),
        (None, {"period": "2019-12-31"}, "2019-12-31"),
        ("", {"period": "undated"}, "undated"),
        ("2019", {"period": "2020"}, "2019"),  # a run for a partition stays one
    ],
)
def test_a_run_knows_its_period(
    partition_key: str | None,
    params: dict[str, Any],
    period: str,
    airflow_module: Callable[[str], ModuleType],
) -> None:
    assert airflow_module("publish_articles").period_of(partition_key, params) == period


@pytest.mark.parametrize("nothing", [{}, {"period": None}, {"period": ""}])
def test_a_run_without_a_period_is_told_how_to_give_one(
    nothing: dict[str, Any], airflow_module: Callable[[str], ModuleType]
) -> None:
    with pytest.raises(ValueError, match="Trigger with the parameter `period`"):
        airflow_module("publish_articles").period_of(None, nothing)


@pytest.mark.parametrize(
    "wrong",
    ["2019-13", "2019-00", "2019-02-32", "2019-2", "19", "2019-02-06T10:00", "2019-02\n", " 2019", "２０１９",
     "Undated", "2019/02", "../2019", "2019-02-06/x"],
)  # fmt: skip
def test_what_is_no_period_is_refused_by_name(
    wrong: str, airflow_module: Callable[[str], ModuleType]
) -> None:
    with pytest.raises(ValueError, match="is no period"):
        airflow_module("publish_articles").period_of(wrong, {})


@pytest.mark.parametrize(
    ("names", "label"),
    [
        (["inbox/a.txt"], "a.txt"),
        (["inbox/ncc/2019/a.txt"], "ncc/2019/a.txt"),
        (["inbox/a.txt", "inbox/b.txt"], "a.txt and 1 more"),
        (["inbox/Å se «her».txt"], "Å se «her».txt"),
        ([f"inbox/{'x' * 80}"], "x" * 80),
        ([f"inbox/{'mappe/' * 50}slutten.txt"], "…" + f"{'mappe/' * 50}slutten.txt"[-79:]),
    ],
)
def test_a_batch_is_called_after_its_first_file(
    names: list[str], label: str, airflow_module: Callable[[str], ModuleType]
) -> None:
    assert airflow_module("load_documents")._label(names) == label


def test_the_label_of_any_batch_fits_into_airflows_database(
    airflow_module: Callable[[str], ModuleType],
) -> None:
    longest = f"inbox/{'å' * 1000}"  # more than a key of S3 may have
    assert len(airflow_module("load_documents")._label([longest] * 100_000)) <= 250


def test_the_errors_that_are_not_tried_again_exist(airflow_module: Callable[[str], ModuleType]) -> None:
    rules = airflow_module("lake_assets").DEFAULTS["retry_policy"].rules
    assert rules
    for rule in rules:
        module, _, name = rule.exception.rpartition(".")
        assert module == "pipeline.errors"
        assert issubclass(getattr(errors, name), errors.DagspressError)


def test_a_mistyped_period_makes_no_empty_partition(
    lake: Lake, airflow_module: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = airflow_module("publish_articles")
    run = SimpleNamespace(partition_key=None)
    context = {"dag_run": run, "params": {"period": "2019-02-31"}, "outlet_events": {}}
    monkeypatch.setattr(module, "get_current_context", lambda: context)
    publish = module.publish_articles().get_task("publish").python_callable
    with pytest.raises(module.AirflowFailException, match="Nothing is staged for 2019-02-31"):
        publish()
    assert lake.list("") == []
