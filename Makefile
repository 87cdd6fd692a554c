# Drape: the commands a person needs. Each target skips what is done already.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.requirements
PORT ?= 8501
# A data root is taken from DRAPE_DATA, else data/, else the folder that the workspace shares.
ifndef DRAPE_DATA
ifeq ($(wildcard data),)
ifneq ($(wildcard ../shared/data),)
export DRAPE_DATA := $(abspath ../shared/data)
endif
endif
endif

.PHONY: demo setup test fast lint pictures clean

demo: setup
	$(BIN)/python -m core prepare
	$(BIN)/python -m streamlit run dashboard/app.py --server.port $(PORT)

setup: $(STAMP)

$(STAMP): requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fast: setup
	$(BIN)/python -m pytest -q -n 2 --dist loadscope --max-worker-restart 0 -m "not photos and not browser and not slow"

test: lint fast
	$(BIN)/python -m pytest -q -n 2 --dist load --max-worker-restart 0 -m "slow and not (photos or browser)"
	$(BIN)/python -m pytest -m "photos or browser" --durations 8

pictures: setup
	$(BIN)/python -m tests.pictures

clean:
	rm -rf artifacts/galleries artifacts/catalogs artifacts/jobs artifacts/photos
