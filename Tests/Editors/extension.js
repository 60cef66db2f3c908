// The extension for Visual Studio Code, run with a stand-in for the editor.
"use strict";

const assert = require("node:assert");
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

const root = join(__dirname, "../..");
const { cells, cellAt, problems } = require(join(root, "editors/vscode/cells.js"));

const lines = readFileSync(join(root, "notebooks/quickstart.ddpm"), "utf8").split("\n");
const found = cells(lines);
assert.deepStrictEqual(
  found.map((cell) => cell.title),
  ["A first session", "Parameters", "Data", "Model", "Clusters", "Pictures", "The session as a script that replays"]);
assert.ok(found[0].isText && !found[1].isText);
for (const [cell, next] of found.slice(1).map((next, index) => [found[index], next])) assert.ok(cell.end < next.start);
assert.strictEqual(cellAt(lines, found[3].start + 1).title, "Model");
assert.deepStrictEqual(cells(["", "seed 1", "#%% x tags=[\"a\"]", "info", ""]), [
  { start: 1, end: 1, title: "start", isText: false }, { start: 2, end: 3, title: "x", isText: false }]);
assert.deepStrictEqual(cells(["", ""]), []);
assert.deepStrictEqual(problems("a b.ddpm:12:16: error: train has no option 'lamda'\n  train lamda=1\n        ^~~~~\n"), [
  { line: 11, column: 15, message: "train has no option 'lamda'" }]);

const providers = {};
const commands = {};
const sent = [];
class Position { constructor(line, character) { Object.assign(this, { line, character }); } }
const document = { languageId: "ddpm", fileName: '/tmp/a b"c$d.ddpm', getText: () => lines.join("\n"),
  lineAt: (line) => ({ text: lines[line] }), save: async () => true, uri: { scheme: "untitled" }, lineCount: lines.length };
const editor = { document, selection: { active: new Position(found[1].start, 0) }, revealRange() {} };
const nothing = () => ({ dispose() {} });
const vscode = {
  Position, Range: class { constructor(...places) { this.places = places; } },
  Selection: class { constructor(anchor, active) { this.active = active; } },
  FoldingRange: class { constructor(start, end) { Object.assign(this, { start, end }); } }, FoldingRangeKind: {},
  DocumentSymbol: class { constructor(name) { this.name = name; } }, SymbolKind: {}, DiagnosticSeverity: {},
  languages: {
    createDiagnosticCollection: () => ({ set() {}, delete() {} }),
    registerFoldingRangeProvider: (_, provider) => { providers.folding = provider; },
    registerDocumentSymbolProvider: (_, provider) => { providers.symbols = provider; },
  },
  commands: { registerCommand: (name, run) => { commands[name] = run; } },
  workspace: { getConfiguration: () => ({ get: (_, standard) => standard }), onDidSaveTextDocument: nothing,
    onDidOpenTextDocument: nothing, onDidCloseTextDocument: nothing },
  window: { activeTextEditor: editor, onDidCloseTerminal: nothing,
    createTerminal: (settings) => ({ settings, show() {}, sendText: (text) => sent.push(text) }) },
};
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
const extension = require(join(root, "editors/vscode/extension.js"));
extension.activate({ subscriptions: [] });

const declared = JSON.parse(readFileSync(join(root, "editors/vscode/package.json"), "utf8")).contributes.commands;
assert.deepStrictEqual(Object.keys(commands).sort(), declared.map((command) => command.command).sort());
assert.deepStrictEqual(
  providers.folding.provideFoldingRanges(document).map((fold) => fold.start), found.map((cell) => cell.start));
assert.strictEqual(providers.symbols.provideDocumentSymbols(document)[1].name, "Parameters");
commands["ddpm.runCell"]();
assert.ok(sent[0].startsWith("# %% Parameters\ndefault seed = 0") && sent[0].endsWith("default out = figures"));
assert.strictEqual(editor.selection.active.line, found[2].start);
commands["ddpm.runFile"]().then(() => {
  assert.strictEqual(sent[1], String.raw`run "/tmp/a b\"c\$d.ddpm"`);
  console.log("extension: cells, folds, outline and commands are right");
});
