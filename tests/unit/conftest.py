"""Lets tests import the modules of `dags/` and `plugins/` without starting up Airflow around them."""

from __future__ import annotations

import importlib
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def airflow_module(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], ModuleType]:
    """`airflow_module("publish_articles")` imports one, with Airflow as a library: it sets nothing up."""
    home = tmp_path_factory.mktemp("airflow")

    def load(name: str) -> ModuleType:
        # only while importing: what other tests start must not inherit it
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            patch.setenv("AIRFLOW_HOME", str(home))
            patch.setenv("_AIRFLOW__AS_LIBRARY", "1")
            patch.setattr(sys, "path", [str(REPOSITORY / "plugins"), str(REPOSITORY / "dags"), *sys.path])
            warnings.simplefilter("ignore", DeprecationWarning)  # of Airflow's own imports
            return importlib.import_module(name)

    return load
