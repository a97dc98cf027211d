# `make help` lists what there is. Needs make, git and Python 3.11 or newer; the rest is installed into .venv.

PORT ?= 8000
PYTHON ?= python3
UV ?= uv
PYTEST_ARGS ?=
PIP_ARGS ?=
export PORT DATABASE_URL

VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
PIP_INSTALL := -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: $(PIP_ARGS)
# Tests on PostgreSQL need some key and host; what they are does not matter.
TEST_ENV := SECRET_KEY=$${SECRET_KEY:-only-for-tests} ALLOWED_HOSTS=$${ALLOWED_HOSTS:-localhost}
# With their extras: pip, checking hashes, takes `coverage[toml]` for a package apart from a pinned `coverage`.
UV_COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test test-e2e test-peers test-replication bench bench-mlflow lint format lock clean check-python check-port

help: ## List the targets and options
	@sed -n 's/^\([a-z][a-z0-9-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 26
	@echo
	@echo '  Options: PORT=8000, DATABASE_URL=postgres://user:password@host:5432/name (SQLite without it),'
	@echo '           PYTHON=python3, PYTEST_ARGS="-k name", SIZE=100000 (of the benchmarks)'

run: check-python check-port $(VENV)/run.stamp ## Serve the catalogue; an empty database gets the sample
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_sample
	@$(BIN)/python manage.py audit_provenance
	@exec $(BIN)/gunicorn

test: check-python $(VENV)/dev.stamp ## Run the tests that need no other programs
	@$(TEST_ENV) $(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

test-e2e: check-python $(VENV)/dev.stamp ## Run the browser tests (needs chromium)
	@$(TEST_ENV) $(BIN)/python -m pytest -m e2e tests/e2e $(PYTEST_ARGS)

test-peers: check-python $(VENV)/dev.stamp $(PEERS)/peers.stamp ## Run the tests against other tools (MLflow, the RO-Crate validator)
	@$(TEST_ENV) PEERS=$(CURDIR)/$(PEERS)/bin $(BIN)/python -m pytest -m peers tests/peers $(PYTEST_ARGS)

test-replication: check-python $(VENV)/dev.stamp ## Kill a database server under the catalogue (needs PostgreSQL's programs)
	@$(TEST_ENV) $(BIN)/python -m pytest -m replication tests/replication $(PYTEST_ARGS)

bench: check-python $(VENV)/run.stamp ## Measure against the goals of benchmarks/README.md (SIZE=100000 models)
	@$(TEST_ENV) $(BIN)/python -m benchmarks --size $(or $(SIZE),100000)

bench-mlflow: check-python $(VENV)/run.stamp $(PEERS)/peers.stamp ## Measure beside an MLflow server on PostgreSQL (SIZE=10000)
	@$(TEST_ENV) PEERS=$(CURDIR)/$(PEERS)/bin $(BIN)/python -m benchmarks.mlflow --size $(or $(SIZE),10000)

lint: check-python $(VENV)/dev.stamp ## Check style, templates, types and who imports whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	git ls-files --cached --others --exclude-standard 'templates/*.html' | xargs -r $(BIN)/djade --target-version 5.2 --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: check-python $(VENV)/dev.stamp ## Rewrite code and templates in the project's style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	git ls-files --cached --others --exclude-standard 'templates/*.html' | xargs -r $(BIN)/djade --target-version 5.2

lock: ## Write requirements/*.txt anew from *.in (needs uv; UPGRADE=--upgrade takes newer versions)
	$(UV_COMPILE) $(UPGRADE) requirements/run.in -o requirements/run.txt
	$(UV_COMPILE) $(UPGRADE) requirements/dev.in -o requirements/dev.txt
	$(UV_COMPILE) $(UPGRADE) requirements/peers.in -o requirements/peers.txt

clean: ## Remove the environment and caches; the database stays
	rm -rf $(VENV) $(PEERS) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	rm -f test.sqlite3*

# The environment. A stamp older than its lock is made again; what runs from .venv meanwhile keeps running,
# since pip replaces only what changed.

$(VENV)/run.stamp: requirements/run.txt
	@echo 'Installing what the catalogue needs into $(VENV) ...'
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python $(PIP_INSTALL) -r requirements/run.txt
	@touch $@

# dev.txt holds all of run.txt, so one install serves both stamps.
$(VENV)/dev.stamp: requirements/dev.txt
	@echo 'Installing what the tests and checks need into $(VENV) ...'
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python $(PIP_INSTALL) -r requirements/dev.txt
	@touch $@ $(VENV)/run.stamp

# What other tools pin does not go with what the checks need: they have an environment of their own.
$(PEERS)/peers.stamp: requirements/peers.txt
	@echo 'Installing the tools that the tests run beside the catalogue into $(PEERS) ...'
	@$(PEERS)/bin/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(PEERS)
	@$(PEERS)/bin/python $(PIP_INSTALL) -r requirements/peers.txt
	@touch $@

check-python:
	@command -v $(PYTHON) >/dev/null || { \
		echo 'There is no $(PYTHON) here. Install Python 3.11 or newer, or name it: make ... PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) -V 2>&1)." >&2; \
		echo 'Name a newer one: make ... PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo '$(PYTHON) has no venv module. On Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }

check-port:
	@$(PYTHON) -c 'import sys; sys.exit(not (sys.argv[1].isdigit() and 0 < int(sys.argv[1]) < 65536))' '$(PORT)' || { \
		echo 'PORT must be a number from 1 to 65535, not "$(PORT)".' >&2; exit 1; }
	@$(PYTHON) -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", int(sys.argv[1])))' '$(PORT)' 2>/dev/null || { \
		echo 'Port $(PORT) is taken or not allowed. Choose another: make run PORT=$(shell expr $(PORT) + 1 2>/dev/null)' >&2; exit 1; }
