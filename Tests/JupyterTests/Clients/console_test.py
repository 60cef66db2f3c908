"""jupyter console in a terminal, as who types there sees it."""

import os
import signal
import sys
import time
import unittest

from processes import children, has_ended
from terminal import Terminal

JUPYTER = os.path.join(os.path.dirname(sys.executable), "jupyter")


class Console(unittest.TestCase):
    def setUp(self):
        self.terminal = Terminal(JUPYTER, ["console", "--kernel", "ddpm"])
        self.addCleanup(self.terminal.close)
        self.count = 1
        self.terminal.wait(r"^In \[1\]: *\Z")
        kernels = children(self.terminal.process.pid)
        self.assertEqual(len(kernels), 1)
        self.kernel = kernels[0]

    def prompt(self, limit=60):
        """Waits for the next prompt; gives the seconds that it took."""
        self.count += 1
        return self.terminal.wait(rf"^In \[{self.count}\]: *\Z", limit)

    def enter(self, text):
        """Types a line, and waits until it has been carried out; gives what the screen shows behind it."""
        self.terminal.type(text + "\r")
        self.prompt()
        return self.last()

    def last(self):
        """What the screen shows of the last command."""
        shown = str(self.terminal)
        return shown[max(shown.rfind(f"In [{self.count - 1}]:"), 0):]

    def assert_nothing_is_left(self):
        self.assertTrue(has_ended(self.kernel, 5))
        self.assertEqual(children(self.terminal.process.pid), [])

    def work(self):
        """Has the kernel train without end."""
        self.enter("load strokes count=300; model kmeans restarts=1")
        self.terminal.type("repeat 1000000 { train }\r")
        self.terminal.wait(r"round +inertia")

    def test_a_session(self):
        self.assertIn("explore ClusterDDPM", str(self.terminal))
        self.assertIn("300", self.enter("load strokes count=300"))
        self.assertRegex(self.enter("info"), r"strokes")
        self.enter("model kmeans restarts=1; train rounds=2")
        self.assertRegex(self.enter("evaluate"), r"(?s)accuracy +0\.\d+")
        self.assertIn("it was 300", self.enter('print "it was ${evaluate.images}"'))
        wrong = self.enter("evaluat")
        self.assertRegex(wrong, r"did you mean 'evaluate'")
        self.assertIn("^", wrong)
        # A block goes on until it is closed.
        self.terminal.type("repeat 2 {\r")
        self.terminal.wait(r"^ +\.\.\.:")
        self.terminal.type('print "turn $i" }\r')
        self.prompt()
        self.assertRegex(str(self.terminal), r"turn 1\nturn 2\n")
        # Completion and the pager.
        self.terminal.type("evalu\t")
        self.terminal.wait(r"^In \[\d+\]: evaluate")
        self.terminal.type("\r")
        self.prompt()
        self.assertIn("rounds=", self.enter("help train"))
        # An interruption of what is typed.
        self.terminal.type("evaluat")
        self.terminal.wait(r"evaluat\Z")
        self.terminal.type("\x03")
        self.terminal.wait(rf"^In \[{self.count}\]: *\Z")
        self.terminal.type("quit\r")
        self.assertEqual(self.terminal.end(), 0)
        self.assert_nothing_is_left()

    def test_interruptions(self):
        # Small steps: one that was begun is finished.
        self.enter("load strokes count=3000; model fast channels=8 batch=32")
        for command in ("pretrain epochs=100000", "train rounds=100000"):
            self.terminal.type(command + "\r")
            # Something is shown of what it does: consoles show the beginning of progress.
            self.terminal.wait(rf"^In \[{self.count}\]: {command}\n\S")
            time.sleep(0.5)
            self.terminal.type("\x03")
            self.assertLess(self.prompt(), 2)
            self.assertRegex(self.last(), r"(?s)stopped in .* goes on\ninterrupted\n")
            self.assertIn("\nit goes on\n", self.enter('print "it goes on"'))
        self.terminal.type("\x04")
        self.terminal.wait(r"Do you really want to exit")
        self.terminal.type("y\r")
        self.assertEqual(self.terminal.end(), 0)
        self.assert_nothing_is_left()

    def test_killed(self):
        os.kill(self.terminal.process.pid, signal.SIGKILL)
        self.assert_nothing_is_left()

    def test_killed_while_the_kernel_works(self):
        self.work()
        os.kill(self.terminal.process.pid, signal.SIGKILL)
        self.assert_nothing_is_left()

    def test_the_window_is_closed(self):
        self.work()
        self.terminal.close_window()
        self.assert_nothing_is_left()

    def test_the_kernel_is_killed(self):
        self.work()
        os.kill(self.kernel, signal.SIGKILL)
        self.terminal.wait(r"died|dead|restart", 30)


if __name__ == "__main__":
    unittest.main()
