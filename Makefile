# A thin face over CMake presets and npm scripts; HACKING.md shows what stands behind each target.
# Every target sets up what it needs first (tools/setup); what is there already costs nothing.

export PORT ?= 8080
SUITE ?= unary
SECONDS ?= 300
FAULTS ?= 1000000
SEED ?= 1
# Ninja would take two jobs more than there are processors, which memory does not always allow.
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)

setup = node tools/setup/setup.mjs
npm_run = npm run --silent

.PHONY: help demo test build bench size fuzz simulate check format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: ## build, run the market example and print its address (PORT=8080)
	@$(setup) demo && $(npm_run) build:demo && $(npm_run) demo

test: ## every test: C++ native, wasm and sanitized, TypeScript, fuzzers, three browsers
	@$(setup) test && $(npm_run) test

build: ## generator, server, wasm modules, npm package, examples
	@$(setup) build && $(npm_run) build

bench: ## one benchmark beside its peers (SUITE=unary); writes bench/out/
	@$(setup) bench && $(npm_run) build && $(npm_run) bench -- $(SUITE)

size: ## what a page downloads: raw, gzip, brotli, against the budget
	@$(setup) build && $(npm_run) build && $(npm_run) size

fuzz: ## every fuzzer for SECONDS=300; its corpus grows in build/asan/corpus
	@$(setup) test && $(npm_run) fuzz -- --seconds $(SECONDS)

simulate: ## sessions over a network that breaks, FAULTS=1000000 times from SEED=1 on
	@$(setup) build && $(npm_run) simulate -- --faults $(FAULTS) --seed $(SEED)

check: ## format, lint, clang-tidy, types, the tree's own rules, generated files, page size
	@$(setup) check && $(npm_run) build && $(npm_run) check

format: ## format all sources in place
	@$(setup) check && $(npm_run) format

clean: ## remove what was built; keeps .toolchain/ and node_modules/
	@rm -rf build js-glue/dist bench/out examples/*/dist
	@echo "Removed build outputs. To drop the tool chain and npm packages too: rm -rf .toolchain node_modules"
