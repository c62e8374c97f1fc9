/** Where a command writes: results to one stream, what a person needs to know to the other. */
export interface Output {
  /** A line of the result, on standard output. */
  out(line: string): void;
  /** A line about the result, on standard error. */
  note(line: string): void;
}

export const processOutput: Output = {
  out: (line) => process.stdout.write(`${line}\n`),
  note: (line) => process.stderr.write(`${line}\n`),
};

/** Prints `value` as JSON for machines, or the lines for people. */
export function print(
  output: Output,
  json: boolean | undefined,
  value: unknown,
  lines: readonly string[],
): void {
  if (json === true) output.out(JSON.stringify(value, undefined, 2));
  else for (const line of lines) output.out(line);
}

/** Two columns, the first as wide as its longest cell. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}
