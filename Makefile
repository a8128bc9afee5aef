# The few words people expect; meson and ninja do the work.
#   make            build                          make demo      install what is missing, build, inject an example
#   make story      a mesh without a cluster: plays examples/demo-red-blue.yaml (needs root)
#   make test       install, build, all tests      make sanitize  the same tests under ASan and UBSan
#   make test-cluster   against a real API server
#   make fuzz       each fuzzer for FUZZ_SECONDS   make bench     figures
#   make tsan       what runs threads, under TSan  make bench-webhook, bench-capture, bench-cni, bench-proxy
#   make install    PREFIX, DESTDIR                make clean
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
FUZZ_SECONDS ?= 60
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: all demo story test test-netns test-cluster sanitize tsan fuzz bench bench-capture bench-webhook bench-cni bench-proxy install clean dependencies golden-update
.DEFAULT_GOAL := all

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) -j $(JOBS) $(NINJA_FLAGS)
	@ln -sf src/command/pillion $(BUILD)/pillion
	@ln -sf src/command/pillion $(BUILD)/istio-cni

$(BUILD)/build.ninja:
	@command -v meson >/dev/null 2>&1 || { echo "make: meson is missing; \`make dependencies\` installs what a build needs" >&2; exit 1; }
	@meson setup $(BUILD) $(MESON_FLAGS)

dependencies:
	@tools/install-dependencies build test

demo:
	@tools/install-dependencies build
	@$(MAKE) --no-print-directory all NINJA_FLAGS=--quiet >$(BUILD)-log 2>&1 || { cat $(BUILD)-log >&2; exit 1; }
	@rm -f $(BUILD)-log
	@echo '$$ $(BUILD)/src/command/pillion inject -f examples/deployment.yaml' >&2
	@$(BUILD)/src/command/pillion inject -f examples/deployment.yaml

# About five seconds; nothing stays on the host, and nothing of its network changes.
story:
	@tools/install-dependencies build story
	@$(MAKE) --no-print-directory all NINJA_FLAGS=--quiet >$(BUILD)-log 2>&1 || { cat $(BUILD)-log >&2; exit 1; }
	@rm -f $(BUILD)-log
	@echo '$$ $(BUILD)/src/command/pillion play -f examples/demo-red-blue.yaml --until-done --time-limit 60' >&2
	@if [ "$$(id -u)" = 0 ]; then run=; elif command -v sudo >/dev/null 2>&1; then run=sudo; \
	else echo "make: a play needs root, and there is no sudo" >&2; exit 1; fi; \
	$$run $(BUILD)/src/command/pillion play -f examples/demo-red-blue.yaml --until-done --time-limit 60

test:
	@tools/install-dependencies build test
	@$(MAKE) --no-print-directory all
	@tests/run $(BUILD)

test-netns: all
	@tests/netns/run $(BUILD)/src/command/pillion

# Against a real API server, which is built once (needs Go).
test-cluster:
	@tools/install-dependencies build cluster
	@$(MAKE) --no-print-directory all
	@tests/cluster/run $(BUILD)/src/command/pillion

sanitize:
	@tools/install-dependencies build test
	@$(MAKE) --no-print-directory all BUILD=build-sanitize MESON_FLAGS="-Db_sanitize=address,undefined -Db_lundef=false -Dstatic_libraries=false"
	@ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 tests/run build-sanitize

# What runs threads. The libraries are not built for it, so what they do is not seen, and nothing is said of them.
tsan:
	@tools/install-dependencies build test
	@$(MAKE) --no-print-directory all BUILD=build-tsan MESON_FLAGS="-Db_sanitize=thread -Db_lundef=false -Dstatic_libraries=false"
	@TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 tests/run build-tsan webhook relay relay-tls status dns proxy passenger

fuzz:
	@tools/install-dependencies build fuzz
	@tests/fuzz/run $(FUZZ_SECONDS)

# Writes what is printed now over the goldens: read the diff.
golden-update: all
	@GOLDEN_UPDATE=1 tests/program/run $(BUILD)/src/command/pillion goldens

bench: all
	@tests/bench/run $(BUILD)/src/command/pillion

bench-capture: all
	@tests/bench/capture_bench.py $(BUILD)/src/command/pillion

bench-cni: all
	@tests/bench/cni_bench.py $(BUILD)/src/command/pillion

# BENCH_CONFIG, BENCH_VALUES, BENCH_MESH and ISTIO_WEBHOOK: see tests/bench/webhook_bench.py.
bench-webhook: all
	@tools/install-dependencies bench
	@ninja -C $(BUILD) --quiet tests/bench/webhook_floor
	@tests/bench/webhook_bench.py $(BUILD)/src/command/pillion $(BENCH_FLAGS)

# As root. BENCH_FLAGS=--quick for what CI looks at; PILLION_ENVOY: see tests/bench/proxy_bench.py.
bench-proxy: all
	@tools/install-dependencies bench
	@ninja -C $(BUILD) --quiet tests/bench/relay_floor
	@tests/bench/proxy_bench.py $(BUILD)/src/command/pillion $(BENCH_FLAGS)

install: all
	@meson configure $(BUILD) --prefix "$(PREFIX)"
	@ninja -C $(BUILD) --quiet
	@DESTDIR="$(DESTDIR)" meson install -C $(BUILD) --no-rebuild --quiet
	@echo "installed: $(DESTDIR)$(PREFIX)/bin/pillion"

clean:
	rm -rf build build-*
