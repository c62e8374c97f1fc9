/**
 * Takes out of a contradiction what it does not need: what is left contradicts, and no member of it can be spared.
 * @param contradicts whether the given members contradict each other
 */
export function minimalCore<Member>(
  members: readonly Member[],
  contradicts: (members: readonly Member[]) => boolean,
): readonly Member[] {
  let core = members;
  // Halves first: most contradictions are between a few of many.
  for (let size = Math.max(1, members.length >> 1); size >= 1; size >>= 1) {
    for (let start = 0; start < core.length;) {
      const without = [...core.slice(0, start), ...core.slice(start + size)];
      if (contradicts(without)) core = without;
      else start += size;
    }
  }
  return core;
}
