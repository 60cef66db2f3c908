# make demo        install what is missing, build, replay the quickstart and name the pictures it drew
# make test        install what is missing, build and run all tests
# make install     install under PREFIX=/usr/local, with what make mpi has made, if it has; make uninstall removes that again
# make deb         make a Debian package; make check-deb tries it in a root folder of its own
# make machines    the same bytes for other instruction sets, kernels of OpenBLAS, threads, and 64-bit Arm emulated
# make fuzz        a million damaged files for all that reads files, under the address sanitizer
# make npy-mutants 100,000 damaged .npy files, and NumPy's word on those that are accepted
# make stress      a million mutated scripts, 200 killed sessions and sweeps, and the engine's tests under three sanitizers, at length
# make jupyter     Jupyter's own checks of the kernel, and its clients, which are installed under .build/jupyter
# make mpi         what --mpi loads to train on several processes, over the MPI that mpicc is of, and ddpm-repl-mpi
# make mpi-tests   the same bytes for 1, 2, 4 and 8 processes, and 20 that are killed
# make bench       time it against PyTorch and scikit-learn, which are installed under Benchmarks/.venv
# make editors     have the editors' files tried by a TextMate engine, Vim and node, where they are to be had
# make reference   write docs/reference.md, docs/man and the editors' files from the declarations of commands and options

PACKAGES = openblas:libopenblas-dev pangocairo:libpango1.0-dev readline:libreadline-dev chafa:libchafa-dev libpng:libpng-dev \
           libturbojpeg:libturbojpeg0-dev libcurl:libcurl4-openssl-dev libarchive:libarchive-dev zlib:zlib1g-dev libcrypto:libssl-dev \
           sqlite3:libsqlite3-dev libzmq:libzmq3-dev libcmark-gfm:libcmark-gfm-dev -:libcmark-gfm-extensions-dev
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PROGRAM = .build/release/ddpm-repl

.PHONY: demo test programs install uninstall check-install deb check-deb editors machines stress mutants fuzz npy-mutants \
        kills mpi mpi-library mpi-tests bench jupyter build dependencies lint reference

demo: build
	$(PROGRAM) --batch notebooks/quickstart.ddpm
	@echo
	@echo "The pictures:"
	@ls figures/quickstart-*.png

test: dependencies
	swift build -c release --build-tests --explicit-target-dependency-import-check error
	swift test -c release --skip-build

# Programs that are installed hold Swift's runtime themselves: they outlive the compiler, and need no other file.
PREFIX = /usr/local
DESTDIR =
STATIC = --static-swift-stdlib --scratch-path .build/static
programs: dependencies
	swift build -c release $(STATIC) --product ddpm-repl
	swift build -c release $(STATIC) --product ddpm-kernel

install: programs
	packaging/stage.sh .build/static/release .build/stage '$(PREFIX)' .build/release
	packaging/install.sh .build/stage '$(PREFIX)' '$(DESTDIR)'

uninstall:
	packaging/uninstall.sh '$(PREFIX)' '$(DESTDIR)'

check-install:
	packaging/test-install.sh

deb: programs
	packaging/stage.sh .build/static/release .build/stage-deb /usr .build/release
	packaging/deb.sh .build/stage-deb .build

check-deb:
	packaging/test-deb.sh "$$(ls -t .build/ddpm-repl_*.deb | head -1)"

# The kernels' hashes here and on Arm; a session on every kind of machine that this one can play; all tests with other
# instructions and the kernels that OpenBLAS chooses by itself.
machines: PACKAGES += -:qemu-user -:gcc-aarch64-linux-gnu
machines: dependencies
	Tests/KernelHashes/compare.sh $(SHAPES)
	swift build -c release --build-tests
	DDPM_ALL_MACHINES=1 swift test -c release --skip-build --filter ReplayTests
	env -u OPENBLAS_CORETYPE DDPM_INSTRUCTIONS=avx2 swift test -c release --skip-build --skip ReplayTests

stress: mutants fuzz npy-mutants kills sanitize-address sanitize-thread sanitize-undefined

# The language over scripts made by chance and damaged: parser, check, interpreter, completion and search in the help.
MUTANTS = 1000000
mutants: dependencies
	swift build -c release --build-tests
	DDPM_MUTANTS=$(MUTANTS) swift test -c release --skip-build --filter "RobustnessTests|FuzzTests"

# Sessions that are killed at any moment, each of which must come back, and the store of runs under them.
KILLS = 200
kills: dependencies
	swift build -c release --build-tests
	DDPM_KILLS=$(KILLS) swift test -c release --skip-build --filter 'killsAtAnyMoment|theStoreOutlivesKills'

# All that reads files, over files with random damage: nothing crashes, takes a second or much memory. The sanitizer keeps
# little of what was freed, lest that be taken for memory in use; what it puts around the rest is half as much again.
FUZZ_FILES = 1000000
fuzz: dependencies
	swift build -c release --build-tests
	DDPM_FUZZ_FILES=$(FUZZ_FILES) swift test -c release --skip-build --filter DamagedFilesTests
	swift build -c release --build-tests --sanitize=address --scratch-path .build/address
	DDPM_FUZZ_FILES=$(FUZZ_FILES) DDPM_FUZZ_MEGABYTES=300 ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=4:thread_local_quarantine_size_kb=64 \
	  swift test -c release --skip-build --sanitize=address --scratch-path .build/address --filter DamagedFilesTests

# None of .npy is accepted that NumPy refuses. PYTHON must have numpy.
NPY_MUTANTS = 100000
PYTHON = python3
npy-mutants: dependencies
	swift build -c release --build-tests
	rm -rf .build/accepted-mutants && mkdir -p .build/accepted-mutants
	DDPM_FUZZ_LOADER=npy DDPM_FUZZ_FILES=$(NPY_MUTANTS) DDPM_ACCEPTED_FILES=$$PWD/.build/accepted-mutants \
	  swift test -c release --skip-build --filter DamagedFilesTests
	$(PYTHON) Tests/compare_numpy.py .build/accepted-mutants 5000

# One sanitizer over the tests of the kernels and of all that is parallel; SHAPES random shapes of each kernel. Swift
# has no undefined-behaviour sanitizer: the C kernels trap.
SHAPES = 300
SANITIZER = --sanitize=$*
sanitize-undefined: SANITIZER = -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined
sanitize-%: dependencies
	swift build -c release --build-tests $(SANITIZER) --scratch-path .build/$*
	DDPM_RANDOM_SHAPES=$(SHAPES) ASAN_OPTIONS=detect_leaks=0 \
	  swift test -c release --skip-build $(SANITIZER) --scratch-path .build/$* --filter 'TensorEngineTests|ClusteringTests'

# What Jupyter's own checks and its clients say of the kernel, where pip can install them.
jupyter: dependencies
	swift build -c release --product ddpm-kernel
	swift build -c release --product ddpm-repl
	Tests/JupyterTests/Clients/run.sh

# What a TextMate engine, Vim and node make of the editors' files, each where it is to be had.
editors:
	Tests/Editors/run.sh

# The processor-only build where the index has it; else the general one, which is larger but computes the same.
bench: dependencies
	swift build -c release --product ddpm-benchmark
	swift build -c release --product ddpm-repl
	test -x Benchmarks/.venv/bin/python || python3 -m venv Benchmarks/.venv
	Benchmarks/.venv/bin/pip install -q torch==2.13.0+cpu || Benchmarks/.venv/bin/pip install -q torch==2.13.0
	Benchmarks/.venv/bin/pip install -q numpy scikit-learn opentsne
	Benchmarks/.venv/bin/python Benchmarks/bench.py $(ROWS)

# The one part that needs MPI: a library over it beside the program, and the program's name with --mpi.
MPICC = mpicc
mpi: PACKAGES += ompi-c:libopenmpi-dev -:openmpi-bin
mpi: build mpi-library
mpi-library:
	$(MPICC) -O2 -Wall -Wextra -Werror -fPIC -shared -o .build/release/libddpm-mpi.so mpi/ddpm_mpi.c
	printf '#!/bin/sh\nexec "$$(dirname "$$(readlink -f "$$0")")/ddpm-repl" --mpi "$$@"\n' > .build/release/ddpm-repl-mpi
	chmod +x .build/release/ddpm-repl-mpi

# Whole trainings on 1, 2, 4 and 8 processes, and processes that are killed at any moment.
MPI_KILLS = 20
mpi-tests: mpi
	swift build -c release --build-tests
	DDPM_MPI_WHOLE=1 DDPM_MPI_KILLS=$(MPI_KILLS) swift test -c release --skip-build --filter MPITests

build: dependencies
	swift build -c release --product ddpm-repl

reference: dependencies
	swift build -c release --build-tests
	DDPM_WRITE_REFERENCE=1 swift test -c release --skip-build --filter theReferencePageIsCurrent

# Style, and that nothing which imports the C library computes with it: its functions differ between machines.
LIBM = \b(exp|exp2|exp10|expm1|log|log2|log10|log1p|pow|sin|cos|sincos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|erf|erfc|hypot|cbrt|[lt]gamma)f?\(
lint:
	swift format lint --strict --recursive Sources Tests Benchmarks/engine Package.swift
	@! grep -nE '$(LIBM)' $$(grep -rlE '^import (Glibc|Foundation|FoundationEssentials)$$' Sources) Sources/CKernels/*.[ch] \
	  | grep -vE ':[0-9]+: *///' | grep . || \
	  { echo "import ElementaryFunctions instead of the C library"; exit 1; }

# Each system library that pkg-config does not know, and each package without a library (-), is installed; nothing is
# asked of apt where all are there.
dependencies:
	@command -v swift >/dev/null || { echo "Swift 6 is needed: https://www.swift.org/install"; exit 1; }
	@missing=; \
	command -v pkg-config >/dev/null || missing=pkg-config; \
	for entry in $(PACKAGES); do \
	  case $$entry in \
	    -:*) dpkg -s "$${entry##*:}" >/dev/null 2>&1 ;; \
	    *) pkg-config --exists "$${entry%%:*}" 2>/dev/null ;; \
	  esac || missing="$$missing $${entry##*:}"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing:$$missing"; \
	  $(SUDO) apt-get update -q && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y $$missing; \
	fi
