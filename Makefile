# Every target sets up what it needs; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
SDKS := $(patsubst %,.sdks/%/.ready,litellm node openai-2 openai-3)
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
	$(BIN)/$(if $(COVERAGE),coverage run --parallel-mode,python) -m pytest -n 2 --dist worksteal -m 'not slow and not browser and not sdk' $(ARGS)
ifdef COVERAGE
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --format=total || $(BIN)/coverage report
endif

test-slow: $(READY) ## run the longer proofs
	$(BIN)/python -m pytest -n 2 -m slow $(ARGS)

test-browser: $(READY) ## run the tests in Chromium, installed with apt where it is missing
	command -v chromium > /dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }
	SORA_BROWSER=required $(BIN)/python -m pytest -m browser $(ARGS)

test-sdks: $(READY) ## run the tests with real SDKs, which are installed into .sdks/ where they are missing
	$(MAKE) --jobs 2 $(SDKS)
	SORA_SDKS=required $(BIN)/python -m pytest -n 2 --dist worksteal -m sdk tests/e2e/sdks $(ARGS)

# As each line of an SDK is pinned with all that it needs, nothing is resolved anew.
.sdks/%/.ready: tests/e2e/sdks/requirements-%.txt
	rm -rf $(@D)
	$(BIN)/python -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --requirement $<
	touch $@

.sdks/node/.ready: tests/e2e/sdks/package.json tests/e2e/sdks/package-lock.json
	rm -rf $(@D)
	mkdir -p $(@D)
	cp $^ $(@D)
	cd $(@D) && npm ci --no-audit --no-fund --loglevel=error
	touch $@

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

kill-matrix: $(READY) ## run every broken mock and every faulty client before its judge, and write the matrices in docs/
	$(BIN)/python -m tests.mutants.matrix
	$(BIN)/python -m tests.clients.matrix

build: $(READY) ## build wheel and sdist into dist/
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

clean: ## remove what the other targets made
	rm -rf .venv .sdks build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup run test test-slow test-browser test-sdks lint format types cov check bench docs kill-matrix build clean
