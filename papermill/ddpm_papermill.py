"""Lets papermill set the parameters of ddpm-repl's notebooks.

papermill loads this as an engine when it starts, which registers the translator; the engine itself is papermill's own.
"""

import re

from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

# As the tool's own -p takes it, a text with commas is a list.
LIST = re.compile(r"[A-Za-z0-9_.-]+(,[A-Za-z0-9_.-]+)+")
DEFAULT = re.compile(r"default\s+(?P<name>[\w-]+)\s*=\s*(?P<value>.*?)\s*(#\s*(?P<help>.*))?")

ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "$": "\\$", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


class DDPMTranslator(Translator):
    """Values in the command language: `let NAME = VALUE`."""

    @classmethod
    def translate_none(cls, val):
        raise PapermillException("ddpm-repl has no value for nothing: leave the parameter out")

    @classmethod
    def translate_bool(cls, val):
        return "on" if val else "off"

    @classmethod
    def translate_str(cls, val):
        if LIST.fullmatch(val):
            return val
        return '"' + str(val).translate(ESCAPES) + '"'

    @classmethod
    def translate_list(cls, val):
        if not val or any(isinstance(item, (list, tuple, dict)) for item in val):
            raise PapermillException(f"ddpm-repl has lists of one value or more, not {val!r}")
        return ",".join(cls.translate(item) for item in val)

    @classmethod
    def translate_dict(cls, val):
        raise PapermillException(f"ddpm-repl has no value for a dictionary: {val!r}")

    @classmethod
    def comment(cls, cmt_str):
        return f"# {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        return f"let {name} = {str_val}"

    @classmethod
    def inspect(cls, parameters_cell):
        lines = (DEFAULT.fullmatch(line.strip()) for line in parameters_cell["source"].splitlines())
        return [Parameter(line["name"], "None", line["value"], line["help"] or "") for line in lines if line]


papermill_translators.register("ddpm", DDPMTranslator)


class DDPMEngine(NBClientEngine):
    """papermill's own way to run a notebook."""
