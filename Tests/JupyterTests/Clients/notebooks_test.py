"""Notebooks in and out: what nbformat, nbclient, papermill and a reader of HTML say of those that the tool writes."""

import glob
import os
import subprocess
import unittest

import html5lib
import nbformat
import papermill
from nbclient import NotebookClient

TOOL = os.environ["DDPM_REPL"]
NOTEBOOKS = sorted(glob.glob(os.environ["DDPM_NOTEBOOKS"] + "/*.ddpm"))


def tool(*arguments):
    return subprocess.run([TOOL, *arguments], check=True, capture_output=True, text=True, timeout=300)


def content(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def printed(cell):
    return "".join(output.text for output in cell.outputs)


def parsed(path):
    """The page as HTML5 has it; anything that is not is an error."""
    return html5lib.HTMLParser(strict=True).parse(content(path))


class Conversion(unittest.TestCase):
    def test_shipped_notebooks(self):
        self.assertGreaterEqual(len(NOTEBOOKS), 9)
        for path in NOTEBOOKS:
            with self.subTest(path):
                tool("convert", path, "a.ipynb", "--overwrite")
                book = nbformat.read("a.ipynb", as_version=nbformat.NO_CONVERT)
                nbformat.validate(book)
                self.assertEqual((book.nbformat, book.nbformat_minor), (4, 5))
                tagged = [cell for cell in book.cells if "parameters" in cell.metadata.get("tags", [])]
                self.assertEqual(len(tagged), 1)
                tool("convert", "a.ipynb", "back.ddpm", "--overwrite")
                self.assertEqual(content("back.ddpm"), content(path))
                # As Jupyter writes it, in another order.
                nbformat.write(book, "b.ipynb")
                tool("convert", "b.ipynb", "back.ddpm", "--overwrite")
                self.assertEqual(content("back.ddpm"), content(path))
                tool("convert", path, "a.html", "--overwrite")
                parsed("a.html")

    def test_a_session_saved(self):
        commands = "load strokes count=200; model kmeans; train rounds=2; evaluate; images out=i.png overwrite=on; print '<b>'"
        tool("-c", commands, "-c", "let x = 1\nshow x", "-c", "save s.ipynb overwrite=on; save s.html overwrite=on")
        book = nbformat.read("s.ipynb", as_version=nbformat.NO_CONVERT)
        nbformat.validate(book)
        sources = [cell.source for cell in book.cells]
        self.assertEqual(sources, [word.strip() for word in commands.split(";")] + ["let x = 1", "show x"])
        kinds = [key for cell in book.cells for output in cell.outputs for key in output.get("data", {})]
        self.assertIn("text/html", kinds)
        self.assertIn("image/png", kinds)
        self.assertEqual([cell.execution_count for cell in book.cells], list(range(1, len(sources) + 1)))
        page = parsed("s.html")
        self.assertTrue(list(page.iter("{http://www.w3.org/1999/xhtml}img")))
        self.assertFalse(list(page.iter("{http://www.w3.org/1999/xhtml}script")))
        # It runs as it was saved.
        self.assertIn("x = 1", tool("s.ipynb").stdout)


class Execution(unittest.TestCase):
    def test_quickstart(self):
        quickstart = os.environ["DDPM_NOTEBOOKS"] + "/quickstart.ddpm"
        tool("convert", quickstart, "quickstart.ipynb", "--overwrite")
        book = nbformat.read("quickstart.ipynb", as_version=4)
        NotebookClient(book, kernel_name="ddpm", timeout=600).execute()
        nbformat.validate(book)
        pictures = [
            output for cell in book.cells for output in cell.get("outputs", []) if "image/png" in output.get("data", {})
        ]
        self.assertEqual(len(pictures), 5)
        nbformat.write(book, "executed.ipynb")
        tool("convert", "executed.ipynb", "executed.html", "--overwrite")
        self.assertEqual(len(list(parsed("executed.html").iter("{http://www.w3.org/1999/xhtml}img"))), 5)
        tool("convert", "executed.ipynb", "executed.ddpm", "--overwrite")
        self.assertEqual(content("executed.ddpm"), content(quickstart))

    def test_papermill(self):
        with open("p.ddpm", "w") as file:
            file.write("# %% [markdown] P\n# words\n\n# %% Parameters\ndefault seed = 0\ndefault names = a  # which\n"
                       "default quick = off\n\n# %%\nshow seed names quick\n")
        tool("convert", "p.ddpm", "p.ipynb", "--overwrite")
        parameters = {"seed": 3, "names": "a,b", "quick": True}
        book = papermill.execute_notebook("p.ipynb", "q.ipynb", parameters=parameters, progress_bar=False)
        self.assertEqual(printed(book.cells[-1]), "seed = 3\nnames = a,b\nquick = on\n")
        self.assertEqual([cell.metadata.tags for cell in book.cells[1:3]], [["parameters"], ["injected-parameters"]])
        found = papermill.inspect_notebook("p.ipynb")
        self.assertEqual((list(found), found["names"]["help"]), (["seed", "names", "quick"], "which"))
        # The same from the command line.
        self.assertEqual(tool("p.ipynb", "-p", "seed=3", "-p", "names=a,b").stdout, "seed = 3\nnames = a,b\nquick = off\n")
        odd = 'a "b" $c\\d\n'
        book = papermill.execute_notebook("p.ipynb", "q.ipynb", parameters={"names": odd}, progress_bar=False)
        self.assertIn('names = "a \\"b\\" \\$c\\\\d\\n"', printed(book.cells[-1]))


if __name__ == "__main__":
    unittest.main()
