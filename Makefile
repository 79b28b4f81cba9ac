# The only entry point: `make run` records, `make test` is everything that CI asks.

SWIFT ?= swift
WERROR ?= 1
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT := DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get -qq -o Dpkg::Use-Pty=0 -y --no-install-recommends install

BUILD_PACKAGES := pkg-config libavformat-dev libavcodec-dev libavutil-dev libswresample-dev libswscale-dev \
	libsqlite3-dev libcurl4-openssl-dev libmosquitto-dev libcrypt-dev libgnutls28-dev
TEST_PACKAGES := ffmpeg mediainfo openssl python3-venv python3-gi gir1.2-gst-rtsp-server-1.0 \
	gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good \
	gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav faketime strace \
	binutils fuse3 e2fsprogs mosquitto mosquitto-clients prometheus nftables iproute2 systemd-container \
	chromium chromium-driver dpkg-dev systemd man-db zsh fish curl

FLAGS := $(if $(filter 1,$(WERROR)),-Xswiftc -warnings-as-errors)
RELEASE := .build/release/cctv
VENV := .build/venv

.PHONY: run build release binaries test suites check bench bench-console sanitize interop storage network notify faults soak simulate fuzz console package-test deb images assets deps test-deps fixtures format clean

## Record RTSP_URL, or the built-in demo camera when there is none.
run: release
	@$(if $(RTSP_URL),CCTV_RTSP_URL="$$RTSP_URL") exec $(RELEASE) \
		$(if $(RTSP_URL)$(CCTV_RTSP_URL)$(wildcard config.json),record,demo)

## Build for development.
build: deps
	$(SWIFT) build $(FLAGS)

## Build the binary that is shipped: one file beside the distribution's FFmpeg.
release: deps
	$(SWIFT) build -c release --static-swift-stdlib --product cctv

## What the suites run: that binary, and the camera it records.
binaries: release
	$(SWIFT) build -c release --static-swift-stdlib --product fake-camera

## Everything that CI asks. A console answers on the Swift pool, which the archive's tests keep busy.
test: deps test-deps check
	$(SWIFT) build --build-tests $(FLAGS)
	$(SWIFT) test --skip-build --disable-xctest --skip ConsoleTests
	$(SWIFT) test --skip-build --disable-xctest --filter ConsoleTests
	$(MAKE) sanitize
	$(MAKE) -j2 --output-sync=target suites

## The suites that run the shipped binary, two at a time: mostly they wait for cameras and clocks.
suites: storage interop console network notify package-test

## Format and architecture, without building.
check:
	$(SWIFT) format lint --strict -r Package.swift Sources Tests
	Tests/check-imports

## The suites that touch memory and threads. The archive's is not among those for races: its
## mailboxes contend, and the thread sanitizer does not see inside the standard library's Mutex.
## A resolver's thread may outlive a test: getaddrinfo cannot be interrupted.
sanitize: export CCTV_WITHOUT_CONSOLE = 1
sanitize:
	$(SWIFT) build --build-tests --scratch-path .build/address --sanitize=address
	$(SWIFT) test --skip-build --disable-xctest --scratch-path .build/address --sanitize=address \
		--filter 'ISOBMFFTests|RTSPTests|AVRemuxTests'
	$(SWIFT) build --build-tests --scratch-path .build/thread --sanitize=thread
	TSAN_OPTIONS=report_thread_leaks=0 \
		$(SWIFT) test --skip-build --disable-xctest --scratch-path .build/thread --sanitize=thread \
		--filter 'ISOBMFFTests|RTSPTests|AVRemuxTests'

## Damaged bytes into the parsers of what comes from outside, under the address sanitizer: EXECUTIONS of
## each kind of boxes, RTSP messages, whole sessions, settings and requests, varied by SEED.
fuzz: export CCTV_FUZZ_ITERATIONS = $(or $(EXECUTIONS),100000)
fuzz: export CCTV_SEED = $(or $(SEED),0)
fuzz: deps
	$(SWIFT) build --build-tests --scratch-path .build/fuzz --sanitize=address
	$(SWIFT) test --skip-build --disable-xctest --scratch-path .build/fuzz --sanitize=address \
		--filter 'FuzzTests|DamagedSessionTests'

## Real cameras, real parsers and real crashes: the release binary against parts no one here wrote.
interop: binaries $(VENV)/ready
	$(VENV)/bin/python -B -m pytest -q Tests/interop

## Disks that are full, failing, slow, pulled and without power; clocks that are wrong.
storage: binaries $(VENV)/ready
	$(VENV)/bin/python -B -m pytest -q -s Tests/storage

## The web console in a real browser: what people see, press and hear.
console: binaries $(VENV)/ready
	$(VENV)/bin/python -B -m pytest -q -s Tests/console

## The pictures of the console in docs/images.
images: binaries test-deps $(VENV)/ready
	$(VENV)/bin/python -B Tests/console/pictures.py

## The Debian package: built, installed, upgraded and removed on a machine that is thrown away.
package-test: binaries $(VENV)/ready
	$(VENV)/bin/python -B -m pytest -q Tests/package

## A package for this distribution, in .build/package.
deb: release
	@command -v dpkg-shlibdeps strip >/dev/null || { $(SUDO) apt-get -qq update && $(APT) dpkg-dev binutils; }
	Packaging/deb $(RELEASE) .build/package

## Lives of a recorder under chance: HOURS camera-hours from SEED on, at most 2880 of each seed, then of the next.
simulate: deps
	$(SWIFT) build -c release --build-tests -Xswiftc -enable-testing $(FLAGS)
	$(if $(SEED),CCTV_SEED=$(SEED)) CCTV_SIMULATED_HOURS=$(or $(HOURS),1000) $(SWIFT) test -c release \
		--skip-build --disable-xctest -Xswiftc -enable-testing --filter 'the long form'

## Networks that lose packets, cables that are pulled, name servers that are silent.
network: binaries $(VENV)/ready
	$(VENV)/bin/python -B -m pytest -q Tests/network

## Notices: webhooks to a rude server, MQTT to a real broker.
notify: binaries $(VENV)/ready
	$(VENV)/bin/python -B -m pytest -q Tests/notify

## Every fault that this machine allows; the scoreboard goes into docs/reliability.md. HOURS=8 is the
## long form, SEED= repeats a run.
faults: binaries test-deps $(VENV)/ready
	$(SWIFT) build --build-tests $(FLAGS)
	$(VENV)/bin/python -B Tests/faults/run $(if $(HOURS),--hours $(HOURS)) $(if $(SEED),--seed $(SEED))

## Sixteen cameras for MINUTES: whether memory or descriptors grow, with confidence intervals.
soak: binaries $(VENV)/ready
	$(VENV)/bin/python -B Tests/faults/soak.py --minutes $(or $(MINUTES),10)

## What a recorded second costs, against other recorders in the same run.
bench: binaries test-deps
	Benchmarks/run

## What the console costs and how fast it answers.
bench-console: binaries test-deps $(VENV)/ready
	$(VENV)/bin/python -B Benchmarks/console

## The list of the web console's files, after one was added, renamed or removed.
assets:
	Sources/CWebAssets/list-assets >Sources/CWebAssets/web_assets.c.new
	mv Sources/CWebAssets/web_assets.c.new Sources/CWebAssets/web_assets.c

fixtures:
	Fixtures/make.sh

format:
	$(SWIFT) format -i -r Package.swift Sources Tests

deps:
	@pkg-config --exists libavformat libavcodec libavutil libswresample libswscale sqlite3 libcrypt gnutls libcurl libmosquitto || \
		{ $(SUDO) apt-get -qq update && $(APT) $(BUILD_PACKAGES); }

test-deps:
	@dpkg -s $(TEST_PACKAGES) >/dev/null 2>&1 || \
		{ $(SUDO) apt-get -qq update && $(APT) $(TEST_PACKAGES); }

$(VENV)/ready: Tests/interop/requirements.txt Tests/storage/requirements.txt \
		Tests/console/requirements.txt
	/usr/bin/python3 -m venv --system-site-packages $(VENV)
	$(VENV)/bin/pip install --quiet $(addprefix -r ,$^)
	touch $@

clean:
	rm -rf .build
