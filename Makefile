# The task names are the same for people and for CI.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: help install app test lint bench docs model

help:
	@echo "make app      install, make the demo topic if it is absent, serve http://127.0.0.1:8501"
	@echo "make install  make $(VENV) with what running and testing need"
	@echo "make test     check the code and run all tests, those in a browser too"
	@echo "make lint     check style and types alone"
	@echo "make bench    print the tables of speed, beside other engines"
	@echo "make docs     take the screenshots of the documentation anew"
	@echo "make model    train the bundled model anew, from training/ into ./splade-tiny-pubmed (an hour)"

install: $(INSTALLED)

$(INSTALLED): requirements.txt pyproject.toml
	@echo "Making $(VENV): this downloads about 1 GB once and takes some minutes."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "pubsearch needs Python 3.11 or newer: make install PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "This Python cannot make virtual environments; on Debian: sudo apt-get install --yes python3-venv"; exit 1; }
	$(BIN)/python -m pip install --requirement requirements.txt --editable .
	@touch $@

app: install
	@$(BIN)/pubsearch demo
	@$(BIN)/pubsearch serve

test: lint
	@if [ -z "$(CHROMIUM)" ]; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
			apt-get update && apt-get install --yes chromium; \
		else \
			echo "The browser tests need Chromium: sudo apt-get install --yes chromium"; \
		fi; \
	fi
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install
	$(BIN)/python -m benchmarks.demo
	$(BIN)/python -m benchmarks.parse
	$(BIN)/python -m benchmarks.build
	$(BIN)/python -m benchmarks.update
	$(BIN)/python -m benchmarks.search 10000
	$(BIN)/python -m benchmarks.engine
	$(BIN)/python -m benchmarks.encoder
	$(BIN)/python -m benchmarks.finetune
	$(BIN)/python -m benchmarks.pace
	$(BIN)/python -m benchmarks.ingestion

docs: install
	$(BIN)/python -m tests.browser.screenshots

model: install
	$(BIN)/pubsearch finetune splade-tiny-pubmed-first --model splade-tiny --steps 2400 \
		--texts training/texts.jsonl.zst --pairs training/claims.jsonl.zst
	$(BIN)/pubsearch finetune splade-tiny-pubmed --model ./splade-tiny-pubmed-first --steps 1200 \
		--mine --document-flops 0.004 --keep 0.5 --texts training/texts.jsonl.zst --pairs training/claims.jsonl.zst
