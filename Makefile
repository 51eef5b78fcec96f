# Every target makes its own set-up: a virtual environment in .venv with pinned, hash-checked packages.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REQUIREMENTS := deploy/requirements/dev.txt

.DEFAULT_GOAL := help

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready  ## make the virtual environment
$(VENV)/.ready: $(REQUIREMENTS) pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $(REQUIREMENTS)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: setup  ## run the sample calls end to end: SIP Servers to EX Org
	$(BIN)/excp lab run

test: setup  ## run all tests
	$(BIN)/pytest

test-psdk-gateway: setup  ## compile and test the PSDK gateway (needs a JDK, version 17 or later)
	$(BIN)/pytest tests/psdk_gateway

bench: setup  ## measure: replay against a plain line loop, Redis' memory for a call, injection, an EX outage
	$(BIN)/python -m tests.bench.bench_replay
	$(BIN)/python -m tests.bench.bench_redis_memory
	$(BIN)/python -m tests.bench.bench_ex_budget
	$(BIN)/python -m tests.bench.bench_injection
	$(BIN)/python -m tests.bench.bench_ex_away

SECONDS ?= 60
fuzz: setup  ## look for input that breaks a parser: SECONDS=60 each, TARGET=all
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements/fuzz.txt
	$(BIN)/python -m tests.fuzz $(or $(TARGET),all) --seconds $(SECONDS)

chaos: setup  ## fault matrix: every fault under steady traffic, and what was lost (30 minutes; ONLY=Redis: part of it)
	$(BIN)/python -m tests.chaos $(if $(ONLY),--only "$(ONLY)")

MINUTES ?= 30
soak: setup  ## steady traffic with random faults, memory watched: make soak MINUTES=30
	$(BIN)/python -m tests.chaos.soak --minutes $(MINUTES)

lint: setup  ## format check, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: setup  ## format and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

PIN := $(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links pyproject.toml
pin: setup  ## pin the requirement files anew from pyproject.toml
	$(PIN) --output-file deploy/requirements/runtime.txt
	$(PIN) --extra lab --extra dev --output-file deploy/requirements/dev.txt
	$(PIN) --extra fuzz --constraint deploy/requirements/dev.txt --output-file deploy/requirements/fuzz.txt
	$(PIN) --only-build-deps --build-deps-for wheel --output-file deploy/requirements/build.txt

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache

.PHONY: help setup demo test test-psdk-gateway bench chaos soak fuzz lint format pin clean
