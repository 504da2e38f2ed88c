# The same words for a person and for CI. `make` alone lists them.
#
# Everything stands on .venv, filled from requirements.lock: every package as a wheel, with its
# hash. The stamp inside it makes a second call cost nothing until the lock or pyproject.toml moves.

SHELL  := /bin/sh
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.set-up
ARGS   ?=
GOLD   ?=
FEEDS  ?=
KILLS  ?= 300

# Small matrices: more threads than one wait for each other where cores are busy (12 s become 60).
export OPENBLAS_NUM_THREADS ?= 1

# An interpreter of the user's choice; otherwise the newest that fits on PATH.
PYTHON ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test check demo format evaluate train teach left-out soak bench lock clean

help:
	@echo "make run        set up, then run the service (ARGS=--once: one pass, then exit)"
	@echo "make test       set up, then run the tests"
	@echo "make check      format, lint, types, import contracts, the rule pack"
	@echo "make demo       a played story through the real service, in half a minute; nothing leaves here"
	@echo "make evaluate   quality figures on labelled texts (GOLD=FOLDER: on texts of your own)"
	@echo "make train      learn rules/weights.json and story_weights.json anew (GOLD=FOLDER: from texts of your own as well)"
	@echo "make teach      teach the networks what texts were added, 90 minutes, needs torch (GOLD=FOLDER: labelled texts)"
	@echo "make left-out   what reading owes to actors that it has met: the largest left out in turn, three hours, needs torch (GOLD=FOLDER)"
	@echo "make soak       KILLS=300 at random moments; FEEDS=FOLDER GOLD=FOLDER: and real input"
	@echo "make bench      polling, parsing, mail, copies and reading beside named peers, as ratios (FEEDS=FOLDER)"
	@echo "make setup      only the set-up: .venv and .venv/bin/monitor"
	@echo "make format     put the code in its shape"
	@echo "make lock       write requirements.lock anew (needs uv on PATH)"
	@echo "make clean      remove .venv, .venv-bench and the caches; var/ stays"

setup: $(STAMP)

run: $(STAMP)
	@$(BIN)/monitor run $(ARGS)

test: $(STAMP)
	@$(BIN)/python -m pytest $(ARGS)

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/monitor rules check

demo: $(STAMP)
	@$(BIN)/python -m tests.demo.play

evaluate: $(STAMP)
	@$(BIN)/python -m tests.gold.evaluate $(GOLD)

teach: $(STAMP)
	@$(BIN)/python -m tests.gold.teach $(GOLD)

left-out: $(STAMP)
	@$(BIN)/python -m tests.gold.left_out $(GOLD) var/left-out

train: $(STAMP)
	@$(BIN)/python -m tests.gold.train $(GOLD)
	@$(BIN)/python -m tests.gold.train_stories $(GOLD)

# Kills need nothing; captures of feeds (*.xml) and articles (bare.jsonl) are nobody's to ship.
soak: $(STAMP)
	@$(BIN)/python -m tests.faults.kills --kills $(KILLS)
	@$(if $(and $(FEEDS),$(GOLD)),$(BIN)/python -m tests.real_input --feeds $(FEEDS) --gold $(GOLD),\
	  echo "real input was left out: make soak FEEDS=FOLDER GOLD=FOLDER")

# The peers come into .venv-bench, apart from the project; see bench/README.md.
bench: $(STAMP)
	@$(BIN)/python -m bench.poll $(ARGS)
	@$(BIN)/python -m bench.parse $(if $(FEEDS),--feeds $(FEEDS))
	@$(BIN)/python -m bench.mail
	@$(BIN)/python -m bench.copies
	@$(BIN)/python -m bench.extraction $(if $(FEEDS),--feeds $(FEEDS))

format: $(STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --only-binary :all: --no-annotate --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .venv-bench build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Wheels only: a fresh machine needs no compiler. The project itself goes in without asking an index.
$(STAMP): requirements.lock pyproject.toml
	@set -eu; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  python=$$(PYTHON='$(PYTHON)' sh .ci/find-python); \
	  echo "setting up $(VENV) with $$python (a minute or two)" >&2; \
	  rm -rf $(VENV); \
	  "$$python" -m venv $(VENV); \
	fi
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
	  --require-hashes --only-binary :all: -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
	  --no-deps --no-build-isolation -e .
	@touch $@
