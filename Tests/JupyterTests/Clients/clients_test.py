"""What clients do beyond single requests: whole notebooks, interruptions, entries that wait, ends, and what is forged."""

import json
import os
import socket
import subprocess
import sys
import time
import unittest

import nbformat
from jupyter_client.connect import write_connection_file
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from processes import children, has_ended

KERNEL = "ddpm"


def answer(client, identifier, limit=60):
    """The reply to a request, and what was published for it until the kernel was idle again."""
    published = []
    while True:
        message = client.get_iopub_msg(timeout=limit)
        if message["parent_header"].get("msg_id") != identifier:
            continue
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            break
        published.append(message)
    while True:
        reply = client.get_shell_msg(timeout=limit)
        if reply["parent_header"].get("msg_id") == identifier:
            return reply["content"], published


class Notebooks(unittest.TestCase):
    def notebook(self, *cells):
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata.kernelspec = {"name": KERNEL, "display_name": "ddpm-repl"}
        return book

    def test_outputs(self):
        book = self.notebook(
            "load strokes count=300\nimages out=images.png overwrite=on",
            "model kmeans\ntrain rounds=2",
            "evaluate",
            'print "${evaluate.images} images"',
        )
        NotebookClient(book, kernel_name=KERNEL, timeout=120).execute()
        nbformat.validate(book)
        first, second, third, fourth = [cell.outputs for cell in book.cells]
        pictures = [output for output in first if "image/png" in output.get("data", {})]
        self.assertEqual(len(pictures), 1)
        self.assertGreater(len(pictures[0].data["image/png"]), 1000)
        self.assertLessEqual(pictures[0].metadata["image/png"]["width"], 720)
        self.assertTrue(any("round" in output.get("text", "") for output in second))
        tables = [output for output in third if "text/html" in output.get("data", {})]
        self.assertTrue(tables and tables[0].data["text/html"].startswith("<table>"))
        self.assertIn("300 images", fourth[0].text)

    def test_an_error_ends_it(self):
        book = self.notebook("seed 1", "train rounds=", "seed 2")
        with self.assertRaises(CellExecutionError) as caught:
            NotebookClient(book, kernel_name=KERNEL, timeout=60).execute()
        self.assertIn("In [2]:1:", str(caught.exception))
        self.assertEqual(book.cells[2].outputs, [])


class Sessions(unittest.TestCase):
    def setUp(self):
        self.manager, self.client = start_new_kernel(kernel_name=KERNEL)

    def tearDown(self):
        self.client.stop_channels()
        if self.manager.is_alive():
            self.manager.shutdown_kernel(now=True)

    def run_cell(self, code, **options):
        return answer(self.client, self.client.execute(code, **options))

    def test_interrupt(self):
        self.run_cell("load strokes count=300; model kmeans restarts=1")
        for by_message in (False, True):
            identifier = self.client.execute("repeat 1000000 { train }")
            time.sleep(1)
            start = time.monotonic()
            if by_message:
                request = self.client.session.msg("interrupt_request", {})
                self.client.control_channel.send(request)
            else:
                self.manager.interrupt_kernel()
            reply, _ = answer(self.client, identifier)
            self.assertLess(time.monotonic() - start, 2)
            self.assertEqual((reply["status"], reply["ename"]), ("error", "Interrupted"))
            reply, published = self.run_cell("print on")
            self.assertEqual(reply["status"], "ok")
            self.assertEqual(published[-1]["content"]["text"], "on\n")

    def test_what_waits_behind_an_error_is_aborted(self):
        identifiers = [self.client.execute(code) for code in ("print a", "fail", "print b", "print c")]
        replies = {}
        while len(replies) < 4:
            reply = self.client.get_shell_msg(timeout=30)
            replies[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
        self.assertEqual([replies[name] for name in identifiers], ["ok", "error", "aborted", "aborted"])
        identifiers = [self.client.execute(code, stop_on_error=False) for code in ("fail", "print b")]
        statuses = [answer(self.client, name)[0]["status"] for name in identifiers[1:]]
        self.assertEqual(statuses, ["ok"])

    def test_silence_and_counting(self):
        reply, published = self.run_cell("let a = 1; print hidden", silent=True)
        self.assertEqual((reply["status"], reply["execution_count"]), ("ok", 0))
        self.assertEqual([message["msg_type"] for message in published], ["status"])
        reply, _ = self.run_cell("print $a", store_history=False)
        self.assertEqual(reply["execution_count"], 0)
        reply, _ = self.run_cell("print $a", user_expressions={"x": "a", "y": "b"})
        self.assertEqual(reply["execution_count"], 1)
        self.assertEqual(reply["user_expressions"]["x"]["data"]["text/plain"], "1")
        self.assertEqual(reply["user_expressions"]["y"]["status"], "error")

    def test_one_error_an_error(self):
        reply, published = self.run_cell("train rounds=x; evaluat; let")
        errors = [message["content"] for message in published if message["msg_type"] == "error"]
        self.assertEqual(len(errors), 1)
        self.assertEqual(errors[0]["traceback"], reply["traceback"])
        self.assertTrue(any("did you mean 'evaluate'" in line for line in reply["traceback"]))
        self.assertTrue(any("^" in line for line in reply["traceback"]))

    def test_help_where_the_cursor_is(self):
        code = "seed 1\nplot tsne points=100; evaluate"
        for cursor, word in ((2, "seed"), (12, "plot tsne"), (len(code), "evaluate")):
            self.client.inspect(code, cursor)
            text = self.client.get_shell_msg(timeout=30)["content"]["data"]["text/plain"]
            self.assertTrue(text.startswith(word), text[:60])

    def test_places_are_code_points(self):
        code = "print 'ä🙂'; evalu"
        self.client.complete(code, len(code))
        content = self.client.get_shell_msg(timeout=30)["content"]
        self.assertEqual(content["matches"], ["evaluate"])
        self.assertEqual((content["cursor_start"], content["cursor_end"]), (len(code) - 5, len(code)))

    def test_progress_is_one_display(self):
        _, published = self.run_cell("load strokes count=3000; model gmm restarts=20 floor=0.01; train")
        shown = [message for message in published if message["msg_type"].endswith("display_data")]
        kinds = [message["msg_type"] for message in shown]
        self.assertLessEqual(kinds.count("display_data"), 3)
        for first in [message for message in shown if message["msg_type"] == "display_data"]:
            name = first["content"]["transient"]["display_id"]
            last = [message for message in shown if message["content"]["transient"]["display_id"] == name][-1]
            self.assertEqual(last["content"]["data"]["text/plain"], "")

    def test_restart_begins_anew(self):
        self.run_cell("let a = 1")
        self.manager.restart_kernel()
        self.client.wait_for_ready(timeout=60)
        reply, _ = self.run_cell("print $a")
        self.assertEqual((reply["status"], reply["execution_count"]), ("error", 1))

    def test_shutdown_while_it_works(self):
        process = self.manager.provisioner.process.pid
        self.run_cell("load strokes count=300; model kmeans restarts=1")
        self.client.execute("repeat 1000000 { train }")
        time.sleep(0.5)
        self.client.shutdown()
        self.assertTrue(has_ended(process, 5))

    def test_quit(self):
        process = self.manager.provisioner.process.pid
        reply, _ = self.run_cell("quit")
        self.assertEqual([part["source"] for part in reply["payload"]], ["ask_exit"])
        self.assertTrue(has_ended(process, 5))

    def test_forgeries_are_not_run(self):
        import zmq

        with open(self.manager.connection_file) as file:
            connection = json.load(file)
        shell = zmq.Context.instance().socket(zmq.DEALER)
        shell.linger = 0
        shell.connect(f"tcp://{connection['ip']}:{connection['shell_port']}")
        header = json.dumps({"msg_id": "1", "msg_type": "execute_request", "session": "s", "version": "5.3"}).encode()
        content = json.dumps({"code": "let forged = 1", "silent": False}).encode()
        for count in range(10_000):
            parts = [b"<IDS|MSG>", b"%064x" % count, header, b"{}", b"{}", content]
            if count % 4 == 1:
                parts = parts[: 1 + count % 6]
            elif count % 4 == 2:
                parts[count % 6] = os.urandom(count % 5000)
            elif count % 4 == 3:
                parts = [os.urandom(count % 50)] * (count % 9) + parts
            shell.send_multipart(parts)
        shell.close()
        raw = socket.create_connection((connection["ip"], connection["shell_port"]))
        raw.sendall(os.urandom(1 << 16))
        raw.close()
        reply, _ = self.run_cell("print $forged")
        self.assertEqual((reply["status"], reply["execution_count"]), ("error", 1))
        with open(f"/proc/{self.manager.provisioner.process.pid}/status") as file:
            memory = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
        self.assertLess(memory, 200_000)

    def test_it_listens_where_it_is_told(self):
        process = self.manager.provisioner.process.pid
        listening = subprocess.run(["ss", "-ltnp"], capture_output=True, text=True).stdout
        places = [line.split()[3] for line in listening.splitlines() if f"pid={process}," in line]
        self.assertTrue(all(place.startswith("127.0.0.1:") for place in places), places)
        self.assertIn(len(places), (0, 5))


class Parents(unittest.TestCase):
    """A kernel ends with who started it, however that ends."""

    script = (
        "from jupyter_client.manager import start_new_kernel; import sys, time\n"
        "manager, client = start_new_kernel(kernel_name=sys.argv[1])\n"
        "for code in sys.argv[2:]: client.execute(code)\n"
        "time.sleep(1)\n"
        "print(manager.provisioner.process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )

    def started(self, *arguments):
        """A client that goes on, and the process that it has started."""
        client = subprocess.Popen(
            [sys.executable, "-c", self.script, *arguments], stdout=subprocess.PIPE, text=True)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        self.addCleanup(client.stdout.close)
        return client, int(client.stdout.readline())

    def test_a_kernel_goes_with_its_parent(self):
        client, kernel = self.started(KERNEL)
        client.kill()
        self.assertTrue(has_ended(kernel, 5))

    def test_a_kernel_that_works_goes_with_its_parent(self):
        client, kernel = self.started(KERNEL, "load strokes count=300; model kmeans", "repeat 1000000 { train }")
        client.kill()
        self.assertTrue(has_ended(kernel, 5))

    def test_a_kernel_behind_another_program_goes_with_who_started_that(self):
        installed = os.path.join(os.environ["JUPYTER_DATA_DIR"], "kernels")
        with open(os.path.join(installed, KERNEL, "kernel.json")) as file:
            specification = json.load(file)
        specification["argv"] = ["sh", "-c", '"$@"; exit', "sh", *specification["argv"]]
        os.makedirs(os.path.join(installed, "wrapped"), exist_ok=True)
        with open(os.path.join(installed, "wrapped", "kernel.json"), "w") as file:
            json.dump(specification, file)
        client, wrapper = self.started("wrapped")
        kernels = children(wrapper)
        self.assertEqual(len(kernels), 1)
        client.kill()
        self.assertTrue(has_ended(kernels[0], 5))
        self.assertTrue(has_ended(wrapper, 5))

    def test_who_has_started_it_is_gone_before_it_begins(self):
        gone = subprocess.run(["sh", "-c", "echo $$"], capture_output=True, text=True).stdout.strip()
        connection = write_connection_file()[0]
        with open(os.path.join(os.environ["JUPYTER_DATA_DIR"], "kernels", KERNEL, "kernel.json")) as file:
            words = [connection if word == "{connection_file}" else word for word in json.load(file)["argv"]]
        kernel = subprocess.run(
            words, env=os.environ | {"JPY_PARENT_PID": gone}, capture_output=True, text=True, timeout=10)
        self.assertEqual(kernel.returncode, 1)
        self.assertIn(f"{gone} is gone", kernel.stderr)


if __name__ == "__main__":
    unittest.main()
