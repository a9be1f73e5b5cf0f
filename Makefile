# `make run` opens Doppel on its sample archive; `make test` checks everything, `make check` its fast half. All set up what they need.
PYTHON ?= python3
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)

.PHONY: run test check setup lint browser pins clean

run: setup
	@echo "== The language model, downloaded once: 491 MB, or 93 MB where memory is short"
	$(BIN)/doppel model pull
	@echo "== Opening Doppel"
	$(BIN)/doppel run

setup: .venv/.ready

# The stamp is written last, so an interrupted set-up is done again. pip names each download and its size.
.venv/.ready: pyproject.toml
	@echo "== Setting up .venv, once (sizes: make pins)."
	@echo "   Linux: some 3.1 GB of downloads, nearly all of it torch for NVIDIA cards. macOS and Windows: some 0.45 GB."
	@echo "   To save the download on a Linux machine without such a card, hand pip a CPU wheel of torch:"
	@echo "   PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu make run"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install -e '.[dev]'
	@touch .venv/.ready

lint: setup
	@echo "== ruff and mypy"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The e2e tests drive a real browser: the system's Chromium, Debian's where none is installed, Playwright's elsewhere.
browser: setup
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
		echo "== Chromium, for the tests of the page: some 100 MB"; \
		if command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium; \
		else $(BIN)/playwright install chromium; fi; }

# The tests use whatever model answers: the small one, unless the default is here already.
test: lint browser
	@echo "== The small model: 93 MB, downloaded once"
	$(BIN)/doppel model pull small
	@echo "== All tests: some 20 minutes on two cores"
	$(BIN)/python -m pytest

check: lint
	@echo "== The tests that need no model, no browser and no network"
	$(BIN)/python -m pytest -m "not e2e and not index"

# Where the pins resolve, and what is downloaded there; only metadata is.
pins: setup
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/python -m benchmarks.pins

clean:
	rm -rf .venv
