#!/usr/bin/env python3
"""Two processes of one thread against one process of two threads, in alternation.

    Benchmarks/processes.py [MODEL] [BATCH] [SHARDS] [ROUNDS]

Prints the images a second of pretraining, the median of the best epochs of ROUNDS rounds, and ratios within rounds: machines
are shared, and an absolute time means little. Needs make mpi.
"""

import os
import pathlib
import statistics
import subprocess
import sys

PROGRAM = pathlib.Path(__file__).parent.parent / ".build" / "release" / "ddpm-repl"
model, batch, shards, rounds = [*sys.argv[1:], *["fast", "128", "8", "7"][len(sys.argv) - 1:]]
count = 1024 if model == "fast" else 256
SCRIPT = f"load strokes count={count}; model {model} batch={batch} rate=0.0001; pretrain epochs=4"
MPIRUN = ["mpirun", "-n", "2", "--bind-to", "none"]
WAYS = {
    "1 process, 2 threads, 1 shard": [PROGRAM, "--threads", "2", "--shards", "1"],
    f"1 process, 2 threads, {shards} shards": [PROGRAM, "--threads", "2", "--shards", shards],
    f"2 processes, 1 thread, {shards} shards": [*MPIRUN, PROGRAM, "--mpi", "--threads", "1", "--shards", shards],
    "1 process, 1 thread, 1 shard": [PROGRAM, "--threads", "1", "--shards", "1"],
    f"1 process, 1 thread, {shards} shards": [PROGRAM, "--threads", "1", "--shards", shards],
}


def rate(command):
    environment = os.environ | {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    run = subprocess.run(
        [*command, "--batch", "--no-rc", "-c", "set journal=off; " + SCRIPT], env=environment, capture_output=True, text=True)
    rows = [line.split() for line in run.stdout.splitlines() if line.startswith("    ")]
    if run.returncode or not rows:
        sys.exit(run.stderr)
    return max(float(row[-1]) for row in rows)


rates = {way: [] for way in WAYS}
for _ in range(int(rounds)):
    for way, command in WAYS.items():
        rates[way].append(rate(command))
print(f"{model}, batches of {batch}")
base = rates[next(iter(WAYS))]
for way, found in rates.items():
    ratios = [one / other for one, other in zip(found, base)]
    print(f"{way:36} {statistics.median(found):7.0f} images/s, {statistics.median(ratios):.2f} of the first "
          f"({min(ratios):.2f} to {max(ratios):.2f})")
