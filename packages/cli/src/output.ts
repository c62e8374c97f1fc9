import { createInterface } from "node:readline/promises";
import { escapeForDisplay } from "@parmanasystems/canonical";

/** Where a command writes: results to one stream, what a person needs to know to the other. */
export interface Output {
  /** A line of the result, on standard output. A line break in it is no line break. */
  out(line: string): void;
  /** A line about the result, on standard error, spelt likewise. */
  note(line: string): void;
  /** What is being done, on a line that the next call overwrites and an empty text removes; absent where nobody watches. */
  readonly progress?: (text: string) => void;
  /** Whether the person who watches says yes; absent where nobody can answer. */
  readonly ask?: (question: string) => Promise<boolean>;
}

/** Policies, requests and file names come from anyone, and must not steer the terminal that shows them. */
export const processOutput: Output = {
  out: (line) => process.stdout.write(`${onOneLine(line)}\n`),
  note: (line) => process.stderr.write(`${onOneLine(line)}\n`),
  ...(process.stderr.isTTY && {
    progress: (text) => process.stderr.write(`\r\u001b[K${escapeForDisplay(text)}`),
  }),
  ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
};

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${escapeForDisplay(question)} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** Prints `value` as JSON for machines, or the lines for people. */
export function print(
  output: Output,
  json: boolean | undefined,
  value: unknown,
  lines: readonly string[],
): void {
  if (json === true) printText(output, JSON.stringify(value, undefined, 2));
  else for (const line of lines) output.out(line);
}

/** A text of several lines, in which no line break is anybody else's: JSON, a signed note, a PEM. */
export function printText(output: Output, text: string): void {
  for (const line of text.split("\n")) output.out(line);
}

/** Rows of cells, every column as wide as its longest cell; what follows the last is not padded. No cell makes a row of its own. */
export function columns(cells: readonly (readonly string[])[]): string[] {
  const rows = cells.map((row) => row.map(spellCell));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd());
}

/** As a terminal shows it, line breaks spelt as the other controls are: what was read makes no line of its own. */
export function onOneLine(text: string): string {
  return escapeForDisplay(text).replaceAll("\n", "\\u000a");
}

function spellCell(text: string): string {
  return onOneLine(text).replaceAll("\t", "\\u0009");
}
