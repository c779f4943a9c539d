# `make lab` starts JupyterLab with the extension; `make test` proves it. `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
export PATH := $(abspath .venv/bin):$(PATH)
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

SOURCES := $(shell git ls-files -co --exclude-standard src schema style jupyterlab_mlops jupyter-config) \
  package.json pyproject.toml esbuild.mjs tsconfig.base.json install.json README.md

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

.venv/.tools: requirements-dev.txt
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	python -m pip install -q -r requirements-dev.txt
	touch $@

node_modules/.yarn-state.yml: .venv/.tools package.json yarn.lock .yarnrc.yml
	jlpm install --immutable
	touch $@

ui-tests/node_modules/.yarn-state.yml: .venv/.tools ui-tests/package.json ui-tests/yarn.lock
	cd ui-tests && jlpm install --immutable
	touch $@

.PHONY: wheel
wheel: dist/.built ## Build the wheel into dist/

# From clean: the build hook would otherwise ship an earlier bundle.
dist/.built: node_modules/.yarn-state.yml $(SOURCES)
	rm -rf dist && jlpm clean
	python -m build --wheel --no-isolation --outdir dist . > build.log 2>&1 || { tail -60 build.log; exit 1; }
	rm build.log
	touch $@

.venv/.installed: dist/.built
	python -m pip uninstall -q -y jupyterlab-mlops 2> /dev/null || true
	python -m pip install -q --no-deps dist/*.whl
	touch $@

.PHONY: lab
lab: .venv/.installed ## Start JupyterLab in a copy of examples/ (ARGS="--no-browser --port 8899")
	mkdir -p lab-home && cp -Rn examples/. lab-home/
	cd lab-home && exec jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS)

.PHONY: test
test: .venv/.installed ui-tests/node_modules/.yarn-state.yml ## Lint, types, unit, integration and browser tests
	@tests/chromium.sh
	@tests/servers.sh
	@tests/docker-registry.sh
	@MLOPS_CLUSTER_DEADLINE=$${MLOPS_CLUSTER_DEADLINE:-0} python tests/run.py $(SUITES)

.PHONY: lint
lint: node_modules/.yarn-state.yml ## Check style of all sources
	jlpm lint
	node config/docs.mjs --check
	ruff check . && ruff format --check .

.PHONY: loop
loop: .venv/.installed ## The whole loop on the example, without a browser
	python tests/loop/loop.py

.PHONY: loop-cluster
loop-cluster: .venv/.installed ## The same loop on the cluster that KUBECONFIG names, or on one started here
	$(if $(KUBECONFIG),,tests/cluster/here/run.sh) \
	  bash -c 'python tests/loop/cluster_loop.py $(ARGS) && python tests/loop/cluster_killed.py'

.PHONY: equivalence
equivalence: .venv/.installed ## Does a pipeline compute what its notebook computes? All notebooks, all modes
	python tests/equivalence/equivalence.py $(ARGS)

.PHONY: bench
bench: .venv/.installed ui-tests/node_modules/.yarn-state.yml ## Measure; docs/performance.md says what and how
	@tests/chromium.sh
	python tests/bench/bench.py
	node tests/bench/convert.mjs
	node tests/bench/run.mjs

.PHONY: bench-convert
bench-convert: node_modules/.yarn-state.yml ## Measure the conversion of 10, 100 and 1,000 cells
	node tests/bench/convert.mjs --check

.PHONY: bench-run
bench-run: node_modules/.yarn-state.yml ## Measure what the local engine adds to the cells themselves
	node tests/bench/run.mjs --check

.PHONY: test-cluster
test-cluster: .venv/.installed ## Tests on the cluster that KUBECONFIG names, or on one started here; tests/cluster/README.md
	@python tests/run.py cluster

.PHONY: bench-cluster
bench-cluster: node_modules/.yarn-state.yml ## Measure on the cluster that KUBECONFIG names
	node tests/cluster/bench/watch.mjs --check
	node tests/cluster/bench/actions.mjs --check

.PHONY: mutation
mutation: .venv/.tools node_modules/.yarn-state.yml ## Change the converter's code bit by bit: do its tests notice? Two hours (ARGS="--mutate 'src/notebook/split/*.ts'")
	node node_modules/@stryker-mutator/core/bin/stryker.js run config/stryker.json --incremental $(ARGS)

.PHONY: docs
docs: node_modules/.yarn-state.yml ## Write the references of mlops.yaml and the command line
	node config/docs.mjs

.PHONY: lock
lock: .venv/.tools ## Pin the development environment anew
	uv pip compile -q --universal --python-version 3.11.7 --no-header -o requirements-dev.txt requirements-dev.in
	uv pip compile -q --python-version 3.11.2 --python-platform x86_64-unknown-linux-gnu --no-header \
	  -o tests/cluster/here/image/requirements.txt tests/cluster/here/image/requirements.in

.PHONY: clean
clean: ## Remove everything that was built or installed
	rm -rf .venv node_modules ui-tests/node_modules lib dist build coverage lab-home \
	  jupyterlab_mlops/labextension jupyterlab_mlops/gateway .pytest_cache .ruff_cache
