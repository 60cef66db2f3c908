// A notebook's cells: from a line that begins with "# %%" to the next one, as ddpm-repl cuts them.
"use strict";

const marker = /^#[ ]?%%(.*)$/;

/**
 * The cells of a text. What stands before the first marker is a cell of its own if there is anything.
 *
 * @param {string[]} lines
 * @returns {{ start: number, end: number, title: string, isText: boolean }[]} lines counted from 0, the end included
 */
function cells(lines) {
  const found = [];
  lines.forEach((line, number) => {
    const match = marker.exec(line);
    if (match) {
      const isText = /\[(markdown|md)\]/.test(match[1]);
      const title = match[1].replace(/\[(markdown|md|raw)\]/, "").replace(/\s[\w-]+=.*$/, "").trim();
      found.push({ start: number, end: number, title: title || (isText ? "text" : "cell"), isText });
    } else if (found.length > 0) {
      if (line.trim() !== "") found[found.length - 1].end = number;
    } else if (line.trim() !== "") {
      found.push({ start: number, end: number, title: "start", isText: false });
    }
  });
  return found;
}

/** The cell that a line is in; undefined before the first. */
function cellAt(lines, line) {
  return cells(lines).filter((cell) => cell.start <= line).pop();
}

/**
 * What the program says of a script's mistakes.
 *
 * @param {string} output lines such as "a.ddpm:12:16: error: train has no option 'lamda'"
 * @returns {{ line: number, column: number, message: string }[]} counted from 0
 */
function problems(output) {
  const found = [];
  for (const line of output.split("\n")) {
    const match = /^(?:[^\s].*?):(\d+):(\d+): error: (.*)$/.exec(line);
    if (match) found.push({ line: match[1] - 1, column: match[2] - 1, message: match[3] });
  }
  return found;
}

module.exports = { cells, cellAt, problems };
