# make run: set everything up and serve.  make test: lint, types, tests.  Needs Python 3.11 or newer, nothing else.
PYTHON ?= python3
SERVICE ?= keepsake
BIN := .venv/bin
export FLASK_APP := app.py
unexport PYTHONDONTWRITEBYTECODE  # tests start hundreds of processes; each would compile all modules again

.PHONY: run user update back release test soak bench shots lint format docs words lock clean

run: .venv/run.stamp
	@$(BIN)/python app.py

# An account for somebody: make user NAME=bob. Asks for a password; also while the server runs.
user: .venv/run.stamp
	@test -n "$(NAME)" || { echo "Say whose: make user NAME=bob"; exit 1; }
	@$(BIN)/flask user create "$(NAME)"

# To the newest release, or to one: make update VERSION=v1.2.0. SHOW=1 only tells what has changed. docs/updating.md
update:
	@$(PYTHON) -m deploy.update --service=$(SERVICE) to $(if $(SHOW),--show) $(VERSION)

# The way back from the last update. EVEN=1: also where that puts what was uploaded since out of reach.
back:
	@$(PYTHON) -m deploy.update --service=$(SERVICE) back $(if $(EVEN),--even)

test: .venv/dev.stamp lint
	$(BIN)/python -m pytest $(ARGS)

# What takes minutes: every step of every crash, a minute of requests at random, and other long forms of tests.
soak: .venv/dev.stamp
	SOAK=1 $(BIN)/python -m pytest $(ARGS)

# Ratios of one run, against other programs and against the bare work. Takes some minutes; a quiet machine helps.
bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks.derivatives
	$(BIN)/python -m benchmarks.uploads
	$(BIN)/python -m benchmarks.serving
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.queue
	$(BIN)/python -m benchmarks.shares
	$(BIN)/python -m benchmarks.changes

# Every state of the pages, on a laptop and on a phone, light and dark: shots/index.html. Needs Chromium.
shots: .venv/dev.stamp
	$(BIN)/python -m tests.looks shots $(STATES)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(BIN)/python -m tests.lint & scripts=$$!; $(BIN)/mypy; types=$$?; wait $$scripts && exit $$types

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tests.lint --fix

docs: .venv/dev.stamp
	$(BIN)/python -m services.settings.page > docs/settings.md
	$(BIN)/python -m tests.looks.parts docs/images/design

# The texts of pages, for translators; LANGUAGE=de begins a language. Then every catalogue gets what is new, and is compiled.
POT := translations/keepsake.pot
CATALOGUES = $(wildcard translations/*/LC_MESSAGES/keepsake.po)
words: .venv/dev.stamp
	$(BIN)/pybabel -q extract -F pyproject.toml -k _l -k _ln:1,2 -k setting:2 --add-location=file --sort-by-file --omit-header -o $(POT) .
	$(if $(LANGUAGE),$(BIN)/pybabel -q init -i $(POT) -d translations -D keepsake -l $(LANGUAGE))
	$(if $(LANGUAGE)$(CATALOGUES),$(BIN)/pybabel -q update -i $(POT) -d translations -D keepsake --no-fuzzy-matching --ignore-obsolete)
	$(if $(LANGUAGE)$(CATALOGUES),$(BIN)/pybabel -q compile -d translations -D keepsake)

# Resolve pyproject.toml anew. uv writes the files; pip alone installs from them.
lock:
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group dev pyproject.toml -o requirements-dev.lock

# Checks all that a release must have, and tags it. TESTS=no: they passed elsewhere. CONTRIBUTING.md
release: .venv/dev.stamp
	@$(BIN)/python -m deploy.release "$(VERSION)" $(if $(filter no,$(TESTS)),--untested)

clean:
	rm -rf .venv .venvs .update .venv-bench .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Keepsake needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }

.venv/run.stamp: requirements.lock .venv/bin/python
	@echo "Installing what Keepsake needs into .venv, this once ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ .venv/run.stamp
