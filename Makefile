# Everything runs from .venv, which the pinned, hashed requirements fill. `make help` lists the commands.
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := $(shell command -v uv 2>/dev/null || echo .local/uv/bin/uv)
BIN := .venv/bin
READY := .venv/.ready
PARTIAL := .venv/.partial
JOBS ?= 4
# A file is one worker's, so that its servers are started once; the long files stand first, the short ones fill up.
SHARED_OUT := --dist loadfile --no-loadscope-reorder
QUICK_TESTS := $(BIN)/python -m pytest -n $(JOBS) $(SHARED_OUT) -q -m "not long"
COVERED := tests/unit/lambdatwin tests/integration/lambdatwin tests/e2e
FORMAT ?= text
USER_ID ?= $(if $(filter file command% environment%override,$(origin USER)),$(USER),administrator)

.DEFAULT_GOAL := help
.PHONY: help dev routes psql reset migration endpoint generate check test coverage lint format bench verify wheel token lock

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

dev: $(READY) ## run the API on this machine with hot reload, real PostgreSQL and sample data
	@$(BIN)/python -m src.runtimes.fastapi.app

routes: $(READY) ## print the table of routes: method, path, handler
	@$(BIN)/python -m src.lambdatwin routes

psql: $(READY) ## open the database of this machine: make psql ARGS='-c "SELECT 1"'
	@$(BIN)/python -m src.lambdatwin psql $(ARGS)

reset: ## remove the embedded database; the next `make dev` makes it anew with sample data
	@pid=$$(head -n 1 .local/postgres/postmaster.pid 2>/dev/null) && kill -0 "$$pid" 2>/dev/null \
		&& { echo "The database in .local/postgres is in use: stop make dev first." >&2; exit 1; } || true
	@rm -rf .local/postgres

migration: $(READY) ## write the file of the next migration: make migration NAME=meal_notes
	@$(BIN)/python -m src.migrations.new "$(NAME)"

endpoint: $(READY) ## write a handler, its schema and test: make endpoint NAME=archive_meal CONTEXT=recipes_catalog
	@$(BIN)/python -m src.new_endpoint "$(NAME)" "$(CONTEXT)"

generate: $(READY) ## write generated/ from the Lambda handlers, then the exported OpenAPI document
	@$(BIN)/python -m codegen generate
	@$(BIN)/python -m src.lambdatwin openapi

check: $(READY) ## fail with a diff when generated/ is not what the handlers say
	@$(BIN)/python -m codegen check --format $(FORMAT)
	@$(BIN)/python -m src.lambdatwin openapi --check

test: $(READY) ## run the quick tests (PostgreSQL included)
	@$(QUICK_TESTS)

coverage: $(READY) ## measure the branches of src/lambdatwin and src/runtimes that tests run; fail below 90 %
	@$(QUICK_TESTS) --cov --cov-report=term $(COVERED)

lint: $(READY) ## run the linters, the type checker and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --num-workers auto
	@$(BIN)/lint-imports

format: $(READY) ## format the code and sort its imports
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY) ## measure on this machine; every figure is a ratio to a baseline of the same run
	@missed=0; for bench in tests/bench/*.py; do $(BIN)/python "$$bench" || missed=1; done; exit $$missed

verify: $(READY) ## run the long proofs, a line with a figure for each
	@# First what runs alone. The rest waits and proves, on both cores: its figures stand at the end.
	@failed=0; $(BIN)/python -m pytest -q -s tests/verify -m alone --durations=0 --durations-min=5 || failed=1; \
	$(BIN)/python -m pytest -q -rP --show-capture=stdout tests -m "long and not alone" \
		-n 2 $(SHARED_OUT) --durations=0 --durations-min=5 && exit $$failed

wheel: $(READY) ## build the distribution lambdatwin into dist/
	@$(BIN)/python -m hatchling build -t wheel -d dist

token: $(READY) ## print an access token of the local issuer: make token USER=administrator|user|<sub>
	@$(BIN)/python -m src.lambdatwin token --user "$(USER_ID)"

lock: $(UV) ## pin the newest versions that pyproject.toml allows, with hashes
	@$(PYTHON) tests/support/mirror_pins.py --clear
	@$(UV) pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.12 \
		--custom-compile-command "make lock" pyproject.toml --group backend -o requirements.txt
	@$(UV) pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.12 \
		--custom-compile-command "make lock" pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	@$(PYTHON) tests/support/mirror_pins.py

$(READY): requirements-dev.txt $(UV)
	@# Only what an interrupted run of this rule has left is cleared: another .venv, or one that is a link, may be in use.
	@test ! -e $(PARTIAL) -o -L .venv || $(UV) venv -q --clear .venv
	@mkdir -p .venv
	@rm -f $@
	@touch $(PARTIAL)
	@echo "Installing what requirements-dev.txt pins into .venv: the first time this takes a moment ..."
	@$(UV) venv -q --allow-existing .venv
	@$(UV) pip sync --require-hashes --python $(BIN)/python requirements-dev.txt
	@mv -f $(PARTIAL) $@

.local/uv/bin/uv:
	@echo "There is no uv on the path: installing uv $(UV_VERSION) into .local/uv ..."
	@$(PYTHON) -m venv --clear .local/uv.part
	@.local/uv.part/bin/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@# The last step makes the target as a whole, so that an interrupted one leaves none.
	@mkdir -p $(@D)
	@mv -f .local/uv.part/bin/uv $@
	@rm -rf .local/uv.part
