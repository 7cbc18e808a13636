# Everything a developer or CI does, each with one command; `make help` lists them.
# `make demo` and `make test` work on a machine with Python 3.11 and make: they set up what is missing first.

.DEFAULT_GOAL := help
SHELL := /bin/sh

# An interpreter of 3.11 or later; `make PYTHON=/path/to/python` chooses another.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
# `make NO_SYSTEM=1 …` leaves the machine's packages alone.
NO_SYSTEM ?=
# pytest's own options, for instance `make test PYTEST="-k corpus"`.
PYTEST ?= -n 2 --dist loadfile

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SYSTEM := $(VENV)/.system

.PHONY: help setup system demo test test-fast test-agents test-frameworks lint format docs site bench clean

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(READY) system ## create .venv with exact versions, and look for system packages

system: $(SYSTEM)

$(SYSTEM): .ci/system
	@mkdir -p $(VENV)
	@NO_SYSTEM=$(NO_SYSTEM) sh .ci/system
	@touch $@

$(BIN)/python:
	@PYTHON="$(PYTHON)" NO_SYSTEM=$(NO_SYSTEM) sh .ci/venv $(VENV)

$(READY): Makefile pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV), versions as in constraints.txt."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --upgrade pip
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
		--build-constraint constraints.txt --group dev --editable '.[all]'
	@touch $@

demo: setup ## audit the scripts modelled on ROME, and their harmless look-alikes
	@$(BIN)/python corpus/demo.py

test: setup ## run every test
	@$(BIN)/pytest $(PYTEST)

test-fast: setup ## run the tests that take no more than a few seconds
	@$(BIN)/pytest $(PYTEST) -m "not slow and not trial"

test-agents: setup ## hold the gate to real agent CLIs, offline (downloads about 2 GB into .venv-agents/)
	@sh tests/agents/install agents $(CURDIR)/$(BIN)/python
	@TEST_AGENTS=$(CURDIR)/.venv-agents $(BIN)/pytest tests/agents

test-frameworks: setup ## hold the adapters to real frameworks (puts about 3.5 GB into .venv-agents/)
	@sh tests/agents/install frameworks $(CURDIR)/$(BIN)/python
	@TEST_FRAMEWORKS=$(CURDIR)/.venv-agents $(BIN)/pytest tests/frameworks

lint: setup ## formatters, types, layers, rules and generated pages; all of them, even when one fails
	@failed=; \
	for check in "ruff check ." "ruff format --check ." "mypy" "lint-imports" "auditor rules check" \
		"python docs/generate.py --check"; do \
		echo "== $$check"; $(BIN)/$$check || failed="$$failed [$$check]"; \
	done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

format: setup ## let the formatter rewrite our own code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup ## regenerate the pages that are made from the code
	$(BIN)/python docs/generate.py

site: setup ## build the documentation with MkDocs, into site/
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group docs
	$(BIN)/mkdocs build --strict

bench: setup ## measure, side by side with Semgrep and Bandit
	$(BIN)/python -m tests.benchmarks.bench
	$(BIN)/python -m tests.benchmarks.gate
	$(BIN)/python -m tests.benchmarks.trial

clean: ## remove what was installed and cached here
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find auditor tests docs corpus -name __pycache__ -type d -prune -exec rm -rf {} +
