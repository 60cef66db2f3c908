// Folding, outline and running of cells, and the program's own check of a file as it is saved.
"use strict";

const vscode = require("vscode");
const { execFile } = require("child_process");
const { cells, cellAt, problems } = require("./cells");

const lines = (document) => document.getText().split(/\r?\n/);
const program = () => vscode.workspace.getConfiguration("ddpm").get("program", "ddpm-repl");
const quoted = (path) => `"${path.replace(/["\\$]/g, "\\$&")}"`;

let terminal;

/** The session in a terminal; begun where there is none. */
function session() {
  if (!terminal || terminal.exitStatus) {
    terminal = vscode.window.createTerminal({ name: "ddpm-repl", shellPath: program() });
  }
  terminal.show(true);
  return terminal;
}

function runCell() {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const all = lines(editor.document);
  const cell = cellAt(all, editor.selection.active.line);
  if (!cell) return;
  if (!cell.isText) session().sendText(all.slice(cell.start, cell.end + 1).join("\n"));
  const next = cells(all).find((other) => other.start > cell.start);
  if (next) {
    const place = new vscode.Position(next.start, 0);
    editor.selection = new vscode.Selection(place, place);
    editor.revealRange(new vscode.Range(place, place));
  }
}

async function runFile() {
  const document = vscode.window.activeTextEditor && vscode.window.activeTextEditor.document;
  if (!document || !(await document.save())) return;
  session().sendText(`run ${quoted(document.fileName)}`);
}

/** What is wrong with a saved file, under the places. */
function check(document, diagnostics) {
  if (document.languageId !== "ddpm" || document.uri.scheme !== "file") return;
  execFile(program(), ["--check", document.fileName], (error, output, errors) => {
    if (error && error.code === "ENOENT") return;
    diagnostics.set(
      document.uri,
      problems(output + errors).map(({ line, column, message }) => {
        const place = new vscode.Position(Math.min(line, document.lineCount - 1), column);
        const word = document.getWordRangeAtPosition(place) || new vscode.Range(place, place.translate(0, 1));
        return new vscode.Diagnostic(word, message, vscode.DiagnosticSeverity.Error);
      })
    );
  });
}

function activate(context) {
  const diagnostics = vscode.languages.createDiagnosticCollection("ddpm");
  context.subscriptions.push(
    diagnostics,
    vscode.languages.registerFoldingRangeProvider("ddpm", {
      provideFoldingRanges: (document) =>
        cells(lines(document))
          .filter((cell) => cell.end > cell.start)
          .map((cell) => new vscode.FoldingRange(cell.start, cell.end, vscode.FoldingRangeKind.Region)),
    }),
    vscode.languages.registerDocumentSymbolProvider("ddpm", {
      provideDocumentSymbols: (document) =>
        cells(lines(document)).map((cell) => {
          const range = new vscode.Range(cell.start, 0, cell.end, document.lineAt(cell.end).text.length);
          const kind = cell.isText ? vscode.SymbolKind.String : vscode.SymbolKind.Module;
          return new vscode.DocumentSymbol(cell.title, "", kind, range, range);
        }),
    }),
    vscode.commands.registerCommand("ddpm.runCell", runCell),
    vscode.commands.registerCommand("ddpm.runFile", runFile),
    vscode.commands.registerCommand("ddpm.check", () => {
      if (vscode.window.activeTextEditor) check(vscode.window.activeTextEditor.document, diagnostics);
    }),
    vscode.workspace.onDidSaveTextDocument((document) => check(document, diagnostics)),
    vscode.workspace.onDidOpenTextDocument((document) => check(document, diagnostics)),
    vscode.workspace.onDidCloseTextDocument((document) => diagnostics.delete(document.uri)),
    vscode.window.onDidCloseTerminal((closed) => {
      if (closed === terminal) terminal = undefined;
    })
  );
}

module.exports = { activate, deactivate() {} };
