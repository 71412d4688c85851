# Set-up and checks. The environment is the active one ($VIRTUAL_ENV), or else .venv, made here when it is first needed.
# Each set of dependencies leaves a stamp in the environment: a second call installs nothing, a changed pyproject.toml does.

VENV    := $(or $(VIRTUAL_ENV),.venv)
PYTHON  := $(VENV)/bin/python
WORKERS ?= 2

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: demo test fuzz lint format bench clean help

demo: $(VENV)/.hornbeam-demo  ## train a small model and show what Hornbeam does
	@$(PYTHON) -m hornbeam demo

test: lint  ## format, lint, types and all tests (WORKERS=2 processes)
	@$(PYTHON) -m pytest -n $(WORKERS)

fuzz: $(VENV)/.hornbeam-test  ## read 70,000 damaged files, kill 1,200 processes that save and 20 that train, in about 5 minutes
	@$(PYTHON) tests/training/killing.py
	@$(PYTHON) tests/saving/killing.py
	@$(PYTHON) tests/saving/fuzzing.py

lint: $(VENV)/.hornbeam-test  ## format, lint and types, changing nothing
	@$(PYTHON) -m ruff format --check --quiet --diff .
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m mypy

format: $(VENV)/.hornbeam-test  ## format the sources and apply the linter's safe fixes
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .

bench: $(VENV)/.hornbeam-test  ## compare speed with Keras and hand-written code (BENCH="mlp_small cnn_mnist": these, in full)
	@$(PYTHON) benchmarks/suite/compare.py $(or $(BENCH),--quick)

clean:  ## remove .venv, caches and build results
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

$(VENV)/.hornbeam-%: pyproject.toml | $(PYTHON)
	@echo "Installing Hornbeam and what 'make $*' needs into $(VENV) ..."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-input --editable '.[$*]'
	@touch $@

# `command -v` is not enough: version managers leave commands behind that only print an error.
.venv/bin/python:
	@for python in $(PYTHON3) python3 python3.13 python3.12 python3.11; do \
	    "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	    echo "Creating .venv with $$("$$python" --version) ..."; \
	    "$$python" -m venv --clear .venv && exit 0; \
	    echo "That failed: see the lines above." >&2; exit 1; \
	done; \
	echo "Hornbeam needs Python 3.11 or later with its venv module (on Debian and Ubuntu: python3-venv), and found none" >&2; \
	echo "as python3, python3.13, python3.12 or python3.11. Name another: make PYTHON3=/path/to/python" >&2; \
	exit 1
