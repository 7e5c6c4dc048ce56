# The two commands of the README, and the chores of developers.
# Everything is set up in .venv/ by the first of them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check catalogues clean

demo: $(VENV)/.installed
	$(BIN)/campaign demo

test: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest $(PYTEST_ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

# Collect every text again, and bring the translations up to date with it.
catalogues: $(VENV)/.installed-dev
	$(BIN)/pybabel extract --omit-header --no-location --sort-output --mapping babel.cfg --keyword _l --output campaign/translations/messages.pot .
	$(BIN)/pybabel update --omit-header --no-fuzzy-matching --input-file campaign/translations/messages.pot --output-dir campaign/translations
	$(BIN)/pybabel compile --directory campaign/translations

clean:
	rm -rf $(VENV) build dist
