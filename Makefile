# MediaMosa Sync: everything a person or CI runs. `make` alone explains the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# One recipe at a time: two environments installed side by side would only share the same download.
.NOTPARALLEL:

PYTHON ?= python3
BIN := .venv/bin
SAM := .venv-sam/bin/sam

export SAM_CLI_TELEMETRY := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

##@ Every day

help: ## Explain the targets
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z.-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv-engine .venv-sam ## Run the whole application on this machine (ASSETS, PAGE_SIZE, STEPS_PER_TICK, TIME_ZONE, KEEP=1, MEDIAMOSA_URL ...)
	@PYTHONPATH=. .venv-engine/bin/python -m infra.local

test: .venv .venv-engine .venv-sam ## Run all the tests, with the coverage gates
	@# What is measured is measured alone; then both cores are used, and lines counted where it is cheap.
	@$(BIN)/pytest -m performance
	@$(BIN)/pytest -n 2 --dist loadgroup -m "not performance" $(UNTRACED)
	@$(BIN)/pytest -n 2 --dist loadgroup -m "not performance and not exhaustive" \
	  $(addprefix --ignore=,$(UNTRACED)) --cov --cov-report= --cov-gates

UNTRACED := $(addprefix tests/,e2e browser scenarios simulation sweep small_world planted wire)

unit: .venv ## Run the fast tests (30 s at most; the project's environment alone)
	@$(BIN)/pytest -n auto -m "not performance" $(addprefix tests/,unit architecture infrastructure openapi cli)

check: .venv ## Format, lint, types, import contracts, template (the project's environment alone)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=layers/common $(BIN)/lint-imports --no-logo
	$(BIN)/cfn-lint --template template.yaml
	@$(BIN)/pytest -q tests/architecture tests/infrastructure

bench: .venv ## Measure: run the tests that hold a budget
	@$(BIN)/pytest -m performance

##@ Proof (docs/promises.md)

PROGRAM = PYTHONPATH=layers/common:. $(BIN)/python -m

sim: .venv ## Play simulated histories (SEED, N, MINUTES, WORKERS)
	@$(PROGRAM) tests.simulation

sweep: .venv ## Disturb every scenario at every point, hard ones at two (PAIRS=0: at one only)
	@SWEEP=1 $(BIN)/pytest -n 2 tests/scenarios -m exhaustive
	@$(PROGRAM) tests.sweep

small-world: .venv ## Walk through every order of events of a small world (STATES, WORKERS, SCOPES)
	@$(PROGRAM) tests.small_world

fuzz: .venv ## Send broken answers to the real client (SEED, N, MINUTES, WORKERS)
	@$(PROGRAM) tests.wire

laws: .venv ## Try the planner's laws on many cases (SEED, N, MINUTES)
	@$(PROGRAM) tests.properties

conform: .venv .venv-engine ## Hold the fakes and the adapters against each other (SEEDS)
	@for name in tables engine mediamosa; do \
	  $(PROGRAM) tests.adapters.lockstep $$name --seeds $(or $(SEEDS),100) --calls 150; \
	done

planted: .venv ## Plant bugs, and see that each is found (SEED, N, WORKERS)
	@$(PROGRAM) tests.planted

mutants: .venv-mutation ## Change the domain in thousands of places, and see that tests notice
	@.venv-mutation/bin/python -m tests.mutation

##@ AWS

build: .venv-sam ## Build the functions and the layer into .aws-sam
	$(SAM) build --cached --parallel

deploy: build ## Deploy to AWS (samconfig.toml says where and with which parameters)
	$(SAM) deploy

##@ Upkeep

lock: .venv-lock ## Resolve the requirements anew and write the lock files
	@for pair in lock:requirements/lock.txt layer:layers/common/requirements.txt project:requirements/project.txt \
	    engine:requirements/engine.txt sam:requirements/sam.txt \
	    mutation:requirements/mutation.txt; do \
	  .venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	    --output-file "$${pair#*:}" "requirements/$${pair%%:*}.in"; \
	  echo "$${pair#*:}"; \
	done

openapi: .venv ## Write functions/page/openapi.json, which the API serves, from infra/openapi.yaml
	@$(BIN)/python -c 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout, separators=(",", ":"))' \
	  <infra/openapi.yaml >functions/page/openapi.json

pictures: .venv ## Take the pictures of README and docs anew (needs chromium)
	@PICTURES=docs/pictures $(BIN)/pytest -q tests/browser/test_pictures.py

clean: ## Remove everything that was made here (environments, build, state, caches)
	rm -rf .venv .venv-engine .venv-sam .venv-lock .venv-mutation .aws-sam .local .coverage htmlcov
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environments. The stamp is a copy of the lock file: an environment is made anew when the lock's
# content changed, not when git touched the file.

define environment
	@if cmp -s $< $@; then touch $@; else \
	  $(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.13 ...")'; \
	  echo "Installing $(@D) (only the first time, and when $< changed) ..."; \
	  $(PYTHON) -m venv --clear $(@D); \
	  $(@D)/bin/python -m pip install -qq --no-deps --require-hashes --requirement $<; \
	  cp $< $@; \
	fi
endef

.venv: .venv/lock.txt .venv/bin/mediamosa-sync
.venv-engine: .venv-engine/lock.txt
.venv-sam: .venv-sam/lock.txt
.venv-lock: .venv-lock/lock.txt
.venv-mutation: .venv-mutation/lock.txt

.venv/lock.txt: requirements/project.txt
	$(environment)
# The command line, run from where its code is; what installs it is in the lock, so nothing is fetched.
.venv/bin/mediamosa-sync: .venv/lock.txt pyproject.toml
	@$(BIN)/python -m pip install -qq --no-deps --no-index --no-build-isolation --editable .
	@touch $@
.venv-engine/lock.txt: requirements/engine.txt
	$(environment)
.venv-sam/lock.txt: requirements/sam.txt
	$(environment)
.venv-lock/lock.txt: requirements/lock.txt
	$(environment)
.venv-mutation/lock.txt: requirements/mutation.txt
	$(environment)

.PHONY: help run test unit check bench pictures sim sweep small-world fuzz laws conform planted mutants build deploy lock openapi clean \
  .venv .venv-engine .venv-sam .venv-lock .venv-mutation
