"""Processes: which there are, and whether they end."""

import glob
import time


def children(process):
    """The processes that one has started and that go on."""
    found = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                number, _, rest = file.read().partition(" ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, parent = rest.rpartition(")")[2].split()[:2]
        if int(parent) == process and state != "Z":
            found.append(int(number))
    return found


def has_ended(process, limit):
    """Whether a process ends in so many seconds."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            with open(f"/proc/{process}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False
