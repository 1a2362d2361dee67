.DEFAULT_GOAL := help
.PHONY: help run pbx test check lint types types-js test-structure test-js test-python \
	test-browser explore chaos bench lighthouse screenshots translations readme set-up set-up-test \
	clean audit mutants

PYTHON := .venv/bin/python
AT_ONCE ?= 3
# A test of real calls keeps more than one core busy: three at once, or the Python tests beside two,
# made waits of seconds too short now and then and saved little.
BROWSERS_AT_ONCE ?= 2
ROUNDS ?= 30
# Each file is one worker's, in the order of tests/longest_first.py.
BY_FILE := --dist loadfile --no-loadscope-reorder
PIP_AUDIT_VERSION := 2.10.1
PIP_AUDIT := build/pip-audit-$(PIP_AUDIT_VERSION)/bin/pip-audit
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Python keeps its compiled modules: the tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=
PROPERTY_TESTS = $(shell grep -rl "from hypothesis" tests --include="test_*.py")
JS_TESTS = $(shell find tests/js -name "*.test.js")

help:  ## list the targets
	@echo "Console. Two commands: make run, make test."
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: set-up  ## serve on http://localhost:5000 with the demo and a pretend exchange
	$(PYTHON) app.py

pbx:  ## a SIP server on this machine, so that alice and bob can call each other
	@scripts/pbx.sh

test: set-up-test  ## everything; installs what it needs from Debian, PyPI and npm
	@$(MAKE) --no-print-directory --jobs=2 --output-sync check test-js
	@$(MAKE) --no-print-directory --jobs=1 test-python test-browser

check: lint types types-js test-structure  ## ruff, mypy, tsc, style and structure

lint: set-up-test
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	node_modules/.bin/prettier --check --log-level warn .

types: set-up-test
	$(PYTHON) -m mypy

types-js: set-up-test
	node_modules/.bin/tsc --noEmit
	node_modules/.bin/tsc --project console/simulator/clouds/vcc/scripts

test-structure: set-up-test
	$(PYTHON) -m pytest -q tests/test_*.py

test-js: set-up-test  ## the browser modules' logic, under node
	node --test $(JS_TESTS)

test-python: set-up-test  ## everything in Python but the browser tests
	$(PYTHON) -m pytest -q -n $(AT_ONCE) $(BY_FILE) -m "not browser" --ignore-glob "tests/test_*.py"

test-browser: set-up-test  ## real calls in Chromium (BROWSERS_AT_ONCE=0: one by one)
	$(PYTHON) -m pytest -q -n $(BROWSERS_AT_ONCE) $(BY_FILE) -m browser --durations=20

explore: set-up-test  ## the property tests with new examples, then make chaos
	$(PYTHON) -m pytest -q -n 2 $(BY_FILE) --hypothesis-profile=explore $(PROPERTY_TESTS)
	@$(MAKE) --no-print-directory chaos

chaos: set-up-test  ## random failures of an agent's browsers (ROUNDS=30; SEED=1 repeats a run)
	$(PYTHON) -m tests.chaos --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED))

mutants: set-up-test  ## small faults in the rules that no test notices (SAMPLE=300; all: hours)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-mutants.txt
	$(PYTHON) -m tests.mutants $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

bench: set-up-test  ## speed beside two peers (a quarter of an hour, two idle cores)
	$(PYTHON) -m tests.bench

lighthouse: set-up-test  ## the first load in Chromium, with Lighthouse (180 MB in build/)
	npm install --prefix build/lighthouse --no-save --no-audit --no-fund lighthouse@13.5.0
	$(PYTHON) -m tests.bench.first_load --lighthouse build/lighthouse

audit: set-up-test $(PIP_AUDIT)  ## known vulnerabilities, by pip-audit and npm audit
	$(PYTHON) -m scripts.audit $(PIP_AUDIT)

$(PIP_AUDIT):
	$(PYTHON) -m venv --clear $(@D)/..
	$(@D)/python -m pip install --quiet --disable-pip-version-check pip-audit==$(PIP_AUDIT_VERSION)

screenshots: set-up-test  ## pictures of all pages, in build/screenshots
	$(PYTHON) -m scripts.screenshots build/screenshots

translations: set-up  ## collect the sentences and compile the translations
	mkdir -p build
	.venv/bin/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext -k lazy_ngettext:1,2 \
		--no-location --sort-output -o build/messages.pot .
	.venv/bin/pybabel -q update -i build/messages.pot -d translations --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date --width 140
	.venv/bin/pybabel -q compile -d translations

readme: set-up-test  ## write the settings table of README.md from console/config/settings.py
	$(PYTHON) -m tests.test_readme

set-up:
	@scripts/set-up.sh run

set-up-test:
	@scripts/set-up.sh test

clean:  ## removes what set-up and tests made (not the development database in instance/)
	rm -rf .venv node_modules build .mypy_cache .ruff_cache .pytest_cache .hypothesis
