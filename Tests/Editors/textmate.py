"""The TextMate grammar over all notebooks, by an engine that uses Oniguruma: every verb at a statement's beginning is a
keyword, every option an option, nothing in a comment or a string is either."""

import json
import re
import sys
import tempfile
from pathlib import Path

import onigurumacffi
from babi.highlight import Grammars, State, highlight_line

root = Path(__file__).parents[2]
grammar_path = root / "editors/vscode/ddpm.tmLanguage.json"
grammar = json.loads(grammar_path.read_text())
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)


def expressions(value):
    if isinstance(value, dict):
        for key, member in value.items():
            if key in ("match", "begin", "end"):
                yield member
            yield from expressions(member)
    elif isinstance(value, list):
        for member in value:
            yield from expressions(member)


count = 0
for expression in expressions(grammar):
    count += 1
    try:
        onigurumacffi.compile(expression)
    except onigurumacffi.OnigError as error:
        failures.append(f"{expression}: {error}")

with tempfile.TemporaryDirectory() as folder:
    Path(folder, "source.ddpm.json").write_text(grammar_path.read_text())
    grammars = Grammars(folder)
    compiler = grammars.compiler_for_scope("source.ddpm")


def scopes(text):
    """For each character of each line the innermost scopes."""
    state = compiler.root_state
    for number, line in enumerate(text.splitlines(), 1):
        state, regions = highlight_line(compiler, state, line + "\n", first_line=number == 1)
        found = [()] * (len(line) + 1)
        for region in regions:
            for place in range(region.start, min(region.end, len(found))):
                found[place] = region.scope
        yield line, found


def has(found, place, name):
    return any(scope.startswith(name) for scope in found[place])


verbs = set()
for rule in grammar["repository"].values():
    words = re.findall(r"\((\w[\w-]*)\)", rule.get("begin", ""))
    if words:
        verbs.add(" ".join(words))
firsts = {verb.split()[0] for verb in verbs}
statements = {"let", "default", "for", "repeat", "if", "sweep"}

seen = options = 0
for notebook in sorted((root / "notebooks").glob("*.ddpm")):
    continued = False
    for line, found in scopes(notebook.read_text()):
        where = f"{notebook.name}: {line}"
        if line.startswith("#"):
            check(all(has(found, place, "comment") or has(found, place, "markup.heading") for place in range(len(line))), where)
            continue
        if not continued:
            for match in re.finditer(r"(?:^|[;{}])\s*([a-z-]+)", re.sub(r"\"[^\"]*\"|#.*", lambda m: "·" * len(m[0]), line)):
                word, place = match[1], match.start(1)
                if word in firsts:
                    seen += 1
                    check(has(found, place, "keyword.other.command"), f"{where}: '{word}' is {found[place]}")
                elif word in statements:
                    check(has(found, place, "keyword.control"), f"{where}: '{word}' is {found[place]}")
                else:
                    check(False, f"{where}: '{word}' begins a statement and is no command")
        sweeps = re.match(r"\s*(sweep|let|default)\b", line)
        for match in re.finditer(r"(?<![\w.$-])([a-zA-Z][\w.-]*)=", re.sub(r"\"[^\"]*\"|#.*", lambda m: "·" * len(m[0]), line)):
            if not sweeps:
                options += 1
                check(has(found, match.start(1), "variable.parameter"), f"{where}: '{match[1]}' is {found[match.start(1)]}")
        continued = line.rstrip().endswith("\\")

# Each verb, an option of its own, a wrong one, and what must stay plain.
for verb in sorted(verbs):
    (line, found), = scopes(f"{verb} x")
    place = len(verb) - 1
    check(has(found, place, "keyword.other.command") and not has(found, place + 2, "keyword"), verb)
samples = [
    ('load strokes count=500 # train', {"load": "keyword", "count": "variable.parameter", "500": "constant.numeric", "train": "comment"}),
    ('print "train $x \\n \\q"; info', {"train": "string", "$x": "variable", "\\n": "constant.character", "\\q": "invalid", "info": "keyword"}),
    ("for seed in 0 1 { train lambda=$seed }", {"for": "keyword.control", "in ": "keyword.control", "train": "keyword.other", "lambda": "variable.parameter", "$seed": "variable.other"}),
    ("plot tsne color=cluster", {"plot": "keyword", "tsne": "keyword", "color": "variable.parameter", "cluster": "constant.language"}),
    ("train rounds=2 \\\n  lambda=0.1", {"lambda": "variable.parameter", "0.1": "constant.numeric"}),
    ("let lambda = 0.1", {"let": "keyword.control", "lambda": "variable.other"}),
    ("evaluate more=on\nprint 'x # y'", {"on": "constant.language", "# y": "string"}),
    ("# %% [markdown] Title\n# train\n\n# more\ninfo", {"Title": "markup.heading", "train": "comment", "more": "comment", "info": "keyword"}),
]
for text, expected in samples:
    lines = list(scopes(text))
    for word, scope in expected.items():
        line, found = next((line, found) for line, found in lines if word in line)
        check(has(found, line.index(word), scope), f"{text!r}: '{word}' is {found[line.index(word)]}, not {scope}")
for text, word in [("train bogus=1", "bogus"), ("foo train", "train"), ("load train", "train")]:
    (line, found), = scopes(text)
    check(not has(found, line.index(word), "keyword") and not has(found, line.index(word), "variable.parameter"), f"{text}: {word}")

for failure in failures:
    print(failure)
print(f"TextMate: {count} expressions, {len(verbs)} verbs, {seen} statements and {options} options of notebooks, {len(failures)} wrong")
check(seen > 100 and options > 100, "too little was looked at")
sys.exit(1 if failures else 0)
