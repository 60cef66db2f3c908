#!/usr/bin/env python3
"""Saving and restoring against the same bytes written and read by Python: python saving.py [MODEL] [ROUNDS]

A session with a network that was trained for an epoch, so that its optimiser has moments. Each round saves and restores it 25
times, as the program's records time it; then Python writes the file's bytes to another, brings them to the disk and renames
it, and reads and hashes them, as often. Prints medians in ms, and the median ratio of rounds. Wants an idle machine.
"""
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM = pathlib.Path(__file__).parent.parent / ".build" / "release" / "ddpm-repl"
TIMES = 25
model, rounds = [*sys.argv[1:], *["reference", "4"][len(sys.argv) - 1:]]


def run(*lines, record=None):
    options = ["--record", record] if record else []
    command = [PROGRAM, "--batch", "--no-rc", *options, "-c", "set journal=off"]
    subprocess.run([*command, *(word for line in lines for word in ("-c", line))], check=True, capture_output=True)


def ours(file, copy, record):
    """Seconds of each save, and of each restore."""
    pathlib.Path(record).unlink(missing_ok=True)
    run(f"restore {file} data=none", f"repeat {TIMES} {{ save {copy} overwrite=on; restore {copy} data=none }}", record=record)
    commands = [json.loads(line) for line in open(record)][2:]
    found = [[event["seconds"] for event in commands if event["command"].startswith(verb)] for verb in ("save", "restore")]
    assert all(len(seconds) == TIMES for seconds in found), found
    return found


def theirs(bytes, file):
    found = [[], []]
    for _ in range(TIMES):
        start = time.perf_counter()
        with open(file + ".new", "wb", buffering=0) as new:
            new.write(bytes)
            os.fsync(new.fileno())
        os.rename(file + ".new", file)
        found[0].append(time.perf_counter() - start)
        start = time.perf_counter()
        hashlib.sha256(open(file, "rb").read()).hexdigest()
        found[1].append(time.perf_counter() - start)
    return found


with tempfile.TemporaryDirectory(dir=".") as folder:
    file = f"{folder}/trained.safetensors"
    run("load strokes count=200", f"model {model}", "pretrain epochs=1", f"save {file}")
    content = open(file, "rb").read()
    both = [
        (ours(file, f"{folder}/ours.safetensors", f"{folder}/record.jsonl"), theirs(content, f"{folder}/theirs"))
        for _ in range(int(rounds))]
print(f"{model}, trained: {len(content) / 1e6:.1f} MB")
for index, name in enumerate(["save", "restore"]):
    medians = [[1e3 * statistics.median(side[index]) for side in pair] for pair in both]
    ratio = statistics.median(us / them for us, them in medians)
    us, them = (statistics.median(column) for column in zip(*medians))
    print(f"{name}: {us:.1f} ms, Python {them:.1f} ms, ratio {ratio:.2f}")
