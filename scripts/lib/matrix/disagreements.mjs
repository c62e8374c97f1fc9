/**
 * @param {Record<string, string[]>} reference outcomes by set
 * @param {Record<string, string[]>} outcomes of another runtime, or what was published
 * @returns {Record<string, number[]>} by set, the positions at which they differ; a vector that one of them lacks differs
 */
export function disagreements(reference, outcomes) {
  return Object.fromEntries(
    Object.entries(reference).map(([set, expected]) => {
      const found = outcomes[set] ?? [];
      const length = Math.max(expected.length, found.length);
      const positions = Array.from({ length }, (_, at) => at).filter((at) => expected[at] !== found[at]);
      return [set, positions];
    }),
  );
}

export function total(differing) {
  return Object.values(differing).reduce((sum, { length }) => sum + length, 0);
}
