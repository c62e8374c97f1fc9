import { main } from "../src/main.js";
import { onOneLine, type Output } from "../src/output.js";

export interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly notes: string;
}

/** Runs one command line inside this process; what it prints is spelt as a terminal gets it. */
export async function parmana(...words: string[]): Promise<Run> {
  return parmanaWith({}, ...words);
}

/** The same with somebody watching, or whatever else an output has. */
export async function parmanaWith(output: Partial<Output>, ...words: string[]): Promise<Run> {
  const lines: string[] = [];
  const notes: string[] = [];
  const exitCode = await main(words, {
    out: (line) => lines.push(onOneLine(line)),
    note: (line) => notes.push(onOneLine(line)),
    ...output,
  });
  return { exitCode, out: lines.join("\n"), notes: notes.join("\n") };
}
