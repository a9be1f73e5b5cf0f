# `make run` opens Doppel on its sample archive; `make test` checks everything. Both set up what they need.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test setup lint browser clean

run: setup
	$(BIN)/doppel model pull
	$(BIN)/doppel run

setup: .venv/.ready

# The stamp is written last, so an interrupted set-up is done again.
.venv/.ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	touch .venv/.ready

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The e2e tests drive a real browser; Debian's own is used where none is installed.
browser:
	command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium)

test: lint browser
	$(BIN)/doppel model pull
	$(BIN)/python -m pytest

clean:
	rm -rf .venv
