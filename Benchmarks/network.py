#!/usr/bin/env python3
"""Runs a command under mpirun on processes that are joined by a network of a given speed.

    Benchmarks/network.py COUNT MEGABITS MILLISECONDS COMMAND…
    Benchmarks/network.py 2 1000 0.1 .build/release/ddpm-repl --mpi …

Each process has a network namespace of its own, whose only cable ends in this program: it holds every packet as long as its
bytes take at MEGABITS a second, out of its sender and into its receiver, and MILLISECONDS more. For root on Linux, with
iproute2 and Open MPI; nothing of it stays. (tc's netem would do the same where the kernel has it; many have not.)
"""

import ctypes
import fcntl
import heapq
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time

# Seconds of a sender's packets that are taken ahead of their turn: what waits beyond them waits with the sender, as it does
# before a network card, so that TCP sees no longer a way than there is.
AHEAD = 0.002


def cable(name):
    """A network device whose packets are read from, and written to, the descriptor."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    set_device, tun, without_header = 0x400454CA, 0x0001, 0x1000
    fcntl.ioctl(descriptor, set_device, struct.pack("16sH22x", name.encode(), tun | without_header))
    return descriptor


def relay(cables, seconds_per_byte, delay):
    """Carries packets from cable to cable, until it is ended."""
    ctypes.CDLL(None).prctl(29, 1, 0, 0, 0)  # Wake up in time, not some 50 µs later.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    sent = [0.0] * len(cables)
    arrived = [0.0] * len(cables)
    waiting = []
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, receiver, packet = heapq.heappop(waiting)
            os.write(cables[receiver], packet)
        heard = [descriptor for descriptor, end in zip(cables, sent) if end < now + AHEAD]
        moments = [waiting[0][0]] if waiting else []
        moments += [end - AHEAD for end in sent if end >= now + AHEAD]
        ready, _, _ = select.select(heard, [], [], max(0, min(moments) - now) if moments else None)
        for sender, descriptor in enumerate(cables):
            while descriptor in ready and sent[sender] < time.monotonic() + AHEAD:
                try:
                    packet = os.read(descriptor, 1 << 16)
                except BlockingIOError:
                    break
                receiver = packet[19] - 1 if packet[0] >> 4 == 4 else -1
                if not 0 <= receiver < len(cables):
                    continue
                length = len(packet) * seconds_per_byte
                sent[sender] = max(time.monotonic(), sent[sender]) + length
                arrived[receiver] = max(sent[sender] + delay, arrived[receiver] + length)
                heapq.heappush(waiting, (arrived[receiver], receiver, packet))


def run(count, megabits, milliseconds, command):
    def ip(*words):
        subprocess.run(["ip", *words], check=True)

    # Long packets where there would be too many for this program.
    mtu = 1_500 if megabits <= 200 else 16_000
    # 5 ms of packets, then they are lost, as in a switch: TCP must not take a full queue for a long way.
    queue = max(20, int(megabits * 1e6 / 8 * 0.005 / mtu))
    names = [f"ddpm-{os.getpid()}-{number}" for number in range(1, count + 1)]
    made = []
    carrier = None
    try:
        cables = []
        for number, name in enumerate(names, 1):
            ip("netns", "add", name)
            made.append(name)
            cables.append(cable(f"ddpm{number}"))
            ip("link", "set", f"ddpm{number}", "netns", name)
            ip("-n", name, "addr", "add", f"10.77.0.{number}/24", "dev", f"ddpm{number}")
            ip("-n", name, "link", "set", f"ddpm{number}", "mtu", str(mtu), "txqueuelen", str(queue), "up")
            ip("-n", name, "link", "set", "lo", "up")
        carrier = os.fork()
        if carrier == 0:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            relay(cables, 8e-6 / megabits, milliseconds * 1e-3)
        with tempfile.TemporaryDirectory() as folder:
            # What mpirun starts its helpers with, in the place of ssh.
            agent = f"{folder}/agent"
            inside = 'ip netns exec {} unshare --uts sh -c "hostname node{}; exec $*"'
            with open(agent, "w") as file:
                file.write("#!/bin/sh\nnumber=${1##*.}\nshift\nexec ")
                file.write(inside.format(f"ddpm-{os.getpid()}-$number", "$number") + "\n")
            os.chmod(agent, 0o700)
            hosts = ",".join(f"10.77.0.{number}:1" for number in range(1, count + 1))
            settings = {
                "plm": "rsh", "plm_rsh_agent": agent, "pml": "ob1", "btl": "tcp,self", "mpi_yield_when_idle": "1",
                "btl_tcp_if_include": "10.77.0.0/24", "oob_tcp_if_include": "10.77.0.0/24",
            }
            words = [word for name, value in settings.items() for word in ("--mca", name, value)]
            os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
            shell = ["unshare", "--uts", "sh", "-c", 'hostname node1; exec "$@"', "sh"]
            mpirun = ["mpirun", "-n", str(count), "--host", hosts, "--map-by", "node", "--bind-to", "none"]
            return subprocess.run(["ip", "netns", "exec", names[0]] + shell + mpirun + words + command).returncode
    finally:
        if carrier:
            os.kill(carrier, signal.SIGKILL)
            os.waitpid(carrier, 0)
        for name in made:
            ip("netns", "delete", name)


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(run(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]))
