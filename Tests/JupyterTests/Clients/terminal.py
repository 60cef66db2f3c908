"""A program in a terminal: what its screen shows, and keys that are typed."""

import os
import re
import time

import pexpect
import pyte


class Screen(pyte.Screen):
    """One that answers a program which asks where the cursor is."""

    def __init__(self, columns, lines, answer):
        super().__init__(columns, lines)
        self.answer = answer

    def write_process_input(self, data):
        self.answer(data)


class Terminal:
    def __init__(self, program, arguments, columns=100, lines=60):
        environment = os.environ | {"TERM": "xterm-256color", "PAGER": "cat", "LC_ALL": "C.UTF-8"}
        self.process = pexpect.spawn(program, arguments, dimensions=(lines, columns), env=environment)
        self.screen = Screen(columns, lines, self.process.send)
        self.stream = pyte.ByteStream(self.screen)

    def __str__(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def read(self, seconds):
        """Takes what the program writes for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                self.stream.feed(self.process.read_nonblocking(1 << 16, timeout=left))
            except (pexpect.TIMEOUT, pexpect.EOF):
                return

    def wait(self, pattern, limit=60):
        """Waits until the screen shows what fits a pattern; gives the seconds that it took."""
        start = time.monotonic()
        while not re.search(pattern, str(self), re.MULTILINE):
            if time.monotonic() - start > limit:
                raise AssertionError(f"no {pattern!r} in {limit} s:\n{self}")
            self.read(0.02)
        return time.monotonic() - start

    def type(self, text):
        self.process.send(text)

    def end(self, limit=10):
        """Waits for the program's end; gives its status."""
        end = time.monotonic() + limit
        while self.process.isalive():
            if time.monotonic() > end:
                raise AssertionError(f"it goes on after {limit} s:\n{self}")
            self.read(0.05)
        self.read(0.05)
        return self.process.exitstatus

    def close_window(self):
        """Takes the terminal away from the program, and looks no further after it."""
        self.process.ptyproc.fileobj.close()

    def close(self):
        """Closes the terminal, and ends whatever runs in it."""
        self.process.close(force=True)
