import type fc from "fast-check";

/** `PARMANA_FUZZ_RUNS` pairs (20,000 by default) as cases times pairs, from `PARMANA_FUZZ_SEED` when given. */
export function fuzzRuns(pairsPerCase: number): fc.Parameters<unknown> {
  const pairs = Number(process.env["PARMANA_FUZZ_RUNS"] ?? 20_000);
  const seed = process.env["PARMANA_FUZZ_SEED"];
  return { numRuns: Math.ceil(pairs / pairsPerCase), ...(seed !== undefined && { seed: Number(seed) }) };
}
