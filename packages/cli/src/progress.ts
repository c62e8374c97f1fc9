import type { Output } from "./output.js";

/** How often the line is written at most; more only costs time. */
const INTERVAL_MS = 100;
/** What is over sooner needs no line at all. */
const PATIENCE_MS = 500;

/** Shows how far a long work has come, and takes the line away at its end. */
export async function withProgress<Result>(
  output: Output,
  label: string,
  work: (report: (done: number, total: number) => void) => Result | Promise<Result>,
): Promise<Result> {
  const { progress } = output;
  if (progress === undefined) return work(() => undefined);
  let next = performance.now() + PATIENCE_MS;
  try {
    return await work((done, total) => {
      if (performance.now() < next) return;
      next = performance.now() + INTERVAL_MS;
      progress(`${label} ${String(done)}/${String(total)}`);
    });
  } finally {
    progress("");
  }
}
