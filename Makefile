# make run    builds and starts a charge point on the simulated board
#             CENTRAL=ws://host:port/path [ID=cp001] connects it to a central system
# make test   everything that is checked on every change
# make help   the rest
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory

DATA := ladepunkt-data
DAEMON := .build/debug/ladepunktd
COMMAND := .build/debug/ladepunkt
END_TO_END := Tests/EndToEnd
VIRTUAL_BOARD := Tests/VirtualBoard
VENV := .build/venv
# Debian's own, since python3-venv serves no other.
PYTHON := $(firstword $(wildcard /usr/bin/python3) python3)
BUILD_PACKAGES := git ca-certificates curl pkg-config libyaml-dev libsqlite3-dev \
	libssl-dev libgpiod-dev libnfc-dev libmodbus-dev
TEST_PACKAGES := $(BUILD_PACKAGES) python3 python3-venv
# A TPM and a token in software, and what reaches them: for the tests of keys that are in no file.
PROVIDER_PACKAGES := $(TEST_PACKAGES) swtpm tpm2-openssl tpm2-tools libtss2-tcti-swtpm0 softhsm2 libengine-pkcs11-openssl
TEST_BOARD_PACKAGES := $(TEST_PACKAGES) qemu-system-x86 linux-headers-amd64 linux-source-6.1 gcc make xz-utils busybox-static e2fsprogs \
	gpiod libnfc-examples
PACKAGE_PACKAGES := $(BUILD_PACKAGES) dpkg-dev lintian
TEST_INSTALL_PACKAGES := $(TEST_PACKAGES) mmdebstrap systemd-container openssl shellcheck
INSTALLATION := Tests/Installation
PACKAGES := .build/packages
ID ?= cp001

.PHONY: help run test test-all test-board fuzz measure release clean build build-packages test-packages test-board-packages \
	deb install test-install package-packages test-install-packages provider-packages
.DEFAULT_GOAL := help

help:
	@printf '%s\n' \
		'make run        build and start a charge point on the simulated board, standalone, with one demonstration card' \
		'make run CENTRAL=ws://host:port/path [ID=cp001]' \
		'                the same, connected to a central system' \
		'make test       format, unit tests, end-to-end tests of the daemon, 2,000 simulated worlds' \
		'make test-board the daemon in a virtual machine with GPIO lines, serial ports and power cuts; some 15 minutes' \
		'make test-all   both, 200 sessions with a process that keeps dying, and the long simulation' \
		'make fuzz       invents inputs for every decoder of foreign bytes, SECONDS=60 for each; FUZZ="frame url" for some' \
		'make measure    bytes written, memory, processor time, replay; some 15 minutes on a machine that does nothing else' \
		'make deb        the Debian package of a release build, in $(PACKAGES)' \
		'make install    the same, installed on this machine' \
		'make test-install  the package in a Debian of its own: install, charge, hang, crash, update, roll back, purge' \
		'make release    small, statically linked binaries in .build/release' \
		'make clean      remove what was built (the data in ./$(DATA) stay)'

# What is missing, and only that; silent when nothing is.
define install_packages
@command -v swift >/dev/null || { echo "There is no swift in the PATH: install Swift 6.3 or later, https://www.swift.org/install/linux" >&2; exit 1; }
if ! command -v dpkg-query >/dev/null; then
	echo "This is not Debian: see to it that the equivalents of these are installed: $(1)"
	exit 0
fi
missing=()
for package in $(1); do
	dpkg-query -W -f='$${Status}' "$$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$$package")
done
if ((!$${#missing[@]})); then exit 0; fi
root=()
if ((EUID)); then
	root=(sudo)
	command -v sudo >/dev/null || { echo "These packages are missing: $${missing[*]}. Install them as root and try again." >&2; exit 1; }
fi
echo "Installing Debian packages: $${missing[*]}"
"$${root[@]}" apt-get update -q
"$${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$${missing[@]}"
endef

build-packages:
	$(call install_packages,$(BUILD_PACKAGES))

test-packages:
	$(call install_packages,$(TEST_PACKAGES))

test-board-packages:
	$(call install_packages,$(TEST_BOARD_PACKAGES))


package-packages:
	$(call install_packages,$(PACKAGE_PACKAGES))

test-install-packages:
	$(call install_packages,$(TEST_INSTALL_PACKAGES))

provider-packages:
	$(call install_packages,$(PROVIDER_PACKAGES))

build: build-packages
	@echo "Building"
	swift build --product ladepunktd
	swift build --product ladepunkt

export CENTRAL ID
run: build
	@mkdir -p $(DATA)
	arguments=(--board simulated)
	if [[ $$CENTRAL ]]; then
		cat > $(DATA)/demo.yaml <<-END
			board: simulated
			dataDirectory: .
			control: {socket: control.sock}
			chargePoint: {id: "$$ID"}
			centralSystem: {url: "$$CENTRAL"}
		END
		arguments=(--config $(DATA)/demo.yaml)
	fi
	welcome() {
		for ((attempt = 0; attempt < 150; attempt++)); do
			if $(COMMAND) --socket $(DATA)/control.sock status >/dev/null 2>&1; then break; fi
			sleep 0.1
		done
		if [[ ! $$CENTRAL ]]; then $(COMMAND) --socket $(DATA)/control.sock cards add DEMO0001 >/dev/null || return; fi
		printf '%s\n' '' "The charge point is up$${CENTRAL:+ and connects to $$CENTRAL as $$ID}. In another terminal:" '' \
			'    $(COMMAND) simulate plug 1' \
			'    $(COMMAND) simulate card DEMO0001' \
			'    $(COMMAND) status --watch' \
			'' 'Ctrl-C here ends it. Its data are in ./$(DATA).' ''
	}
	welcome &
	trap 'kill $$! 2>/dev/null || true' EXIT
	# 10: a Reset was carried out, start again (systemd does the same for an installed charge point).
	status=10
	while ((status == 10)); do
		status=0
		$(DAEMON) "$${arguments[@]}" || status=$$?
	done
	exit $$status

$(VENV)/installed: $(END_TO_END)/requirements.txt | test-packages
	@echo "Installing Python packages into $(VENV)"
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $(END_TO_END)/requirements.txt
	touch $@

$(VENV)/installed-board: $(VIRTUAL_BOARD)/requirements.txt $(VENV)/installed
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $(VIRTUAL_BOARD)/requirements.txt
	touch $@

test: test-packages $(VENV)/installed
	@echo "Checking the format"
	swift format lint --strict --recursive --configuration .swift-format Package.swift Sources Tests
	echo "Building everything"
	swift build --build-tests
	echo "Unit tests"
	# Drivers wait for devices on real threads: one after the other, so that nothing else holds the threads meanwhile.
	swift test --skip-build --disable-xctest --skip DriversTests
	swift test --skip-build --disable-xctest --no-parallel --filter DriversTests
	echo "End-to-end tests"
	$(VENV)/bin/pytest -c $(END_TO_END)/pytest.ini $(END_TO_END)
	echo "Simulation"
	swift build -c release --product simulate
	.build/release/simulate --seeds 2000

test-board: test-board-packages $(VENV)/installed-board build
	@echo "The virtual charger board"
	$(VENV)/bin/pytest -c $(VIRTUAL_BOARD)/pytest.ini $(VIRTUAL_BOARD)

test-all: test test-board test-install provider-packages
	@echo "Keys in a TPM and on a token"
	$(VENV)/bin/pytest -c $(END_TO_END)/pytest.ini $(END_TO_END)/test_provider_keys.py
	echo "Crashes"
	LADEPUNKT_CRASHES=200 $(VENV)/bin/pytest -c $(END_TO_END)/pytest.ini $(END_TO_END)/test_crashes.py
	echo "Long simulation"
	swift run -c release simulate --seeds 200000

# What the fuzzer finds out stays in .build-fuzz; an input that breaks something goes into Tests/Fuzzing/Corpus with its mending.
SECONDS ?= 60
FUZZ ?= frame payload json timestamp board meter controller configuration web-socket url
fuzz: build-packages
	@LADEPUNKT_FUZZ=all swift build -c release --sanitize fuzzer --scratch-path .build-fuzz -Xswiftc -enable-testing --product fuzz
	for target in $(FUZZ); do
		case $$target in
			frame|payload|json) words=json ;;
			board|meter|controller|configuration) words=yaml ;;
			*) words=$$target ;;
		esac
		mkdir -p .build-fuzz/corpus/$$target
		echo "Fuzzing: $$target"
		SWIFT_BACKTRACE=enable=no LADEPUNKT_FUZZ_TARGET=$$target .build-fuzz/release/fuzz -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=1024 \
			-verbosity=0 -print_final_stats=1 -artifact_prefix=.build-fuzz/$$target- -dict=Tests/Fuzzing/Dictionaries/$$words.txt \
			.build-fuzz/corpus/$$target Tests/Fuzzing/Corpus/$$target
	done

measure: release $(VENV)/installed
	@LADEPUNKTD=.build/release/ladepunktd $(VENV)/bin/python $(END_TO_END)/measure.py

release: build-packages
	@for product in ladepunktd ladepunkt; do
		swift build -c release --static-swift-stdlib -Xswiftc -Osize --product $$product
	done

deb: package-packages release
	@rm -rf $(PACKAGES)
	package=$$(Systemd/build-deb.sh .build/release $(PACKAGES))
	lintian --tag-display-limit 0 --fail-on error,warning "$$package"
	echo "$$package"

install: deb
	@root=()
	if ((EUID)); then root=(sudo); fi
	"$${root[@]}" apt-get install -y ./$(PACKAGES)/ladepunkt_*.deb

# Needs root, for a container with a systemd of its own.
test-install: test-install-packages $(VENV)/installed deb
	@echo "The package, installed"
	shellcheck Systemd/build-deb.sh Systemd/restart-board Systemd/firmware/* Systemd/debian/postinst Systemd/debian/prerm Systemd/debian/postrm
	root=()
	if ((EUID)); then root=(sudo); fi
	"$${root[@]}" $(VENV)/bin/pytest -c $(INSTALLATION)/pytest.ini $(INSTALLATION)

clean:
	rm -rf .build .build-fuzz
