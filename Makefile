# Every target sets up what it needs; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
CODE := mock_server conformance fixtures benchmarks tests examples docs

# The tests start hundreds of processes: none is to compile everything anew, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

setup: $(READY) ## make the virtual environment and install everything

$(READY): pyproject.toml uv.lock
	if command -v uv >/dev/null; then \
	  uv sync --quiet --locked --extra conformance --extra dev; \
	else \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sora-mock needs Python 3.11 or newer; name one with make PYTHON=...")'; \
	  $(PYTHON) -m venv .venv; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[conformance,dev]'; \
	fi
	touch $(READY)

run: $(READY) ## serve the mock on http://127.0.0.1:8000/v1/sora
	$(BIN)/sora-mock serve

test: $(READY) ## run the tests; COVERAGE=1 holds the coverage of branches to its bar, too
ifdef COVERAGE
	rm -f .coverage .coverage.*
endif
	$(BIN)/$(if $(COVERAGE),coverage run --parallel-mode,python) -m pytest -n 2 --dist worksteal -m 'not slow and not browser' $(ARGS)
ifdef COVERAGE
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --format=total || $(BIN)/coverage report
endif

test-slow: $(READY) ## run the longer proofs
	$(BIN)/python -m pytest -n 2 -m slow $(ARGS)

test-browser: $(READY) ## run the tests in Chromium, installed with apt where it is missing
	command -v chromium > /dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }
	SORA_BROWSER=required $(BIN)/python -m pytest -m browser $(ARGS)

lint: $(READY) ## check style, spelling and the order of imports between parts
	$(BIN)/ruff check --quiet $(CODE)
	$(BIN)/ruff format --check --quiet $(CODE)
	$(BIN)/codespell $(CODE) *.md
	$(BIN)/lint-imports --no-cache > /dev/null || $(BIN)/lint-imports --no-cache

format: $(READY) ## put the code in its form
	$(BIN)/ruff check --quiet --fix $(CODE)
	$(BIN)/ruff format --quiet $(CODE)

types: $(READY) ## check the types
	$(BIN)/mypy

cov: ## run the tests, and show the branches that none of them takes
	$(MAKE) test COVERAGE=1
	$(BIN)/coverage report

check: lint types cov ## everything a change must pass

bench: $(READY) ## measure, and compare with the yardsticks
	$(BIN)/python -m benchmarks $(ARGS)

docs: $(READY) ## write the generated parts of docs/ anew
	$(BIN)/python -m docs.generate

kill-matrix: $(READY) ## run every broken mock before the judge, and write docs/kill-matrix.md
	$(BIN)/python -m tests.mutants.matrix

build: $(READY) ## build wheel and sdist into dist/
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

clean: ## remove what the other targets made
	rm -rf .venv build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup run test test-slow test-browser lint format types cov check bench docs kill-matrix build clean
