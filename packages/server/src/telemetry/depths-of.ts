import type { Harmless } from "./harmless.js";

export function depthsOf(
  queues: Readonly<Record<string, () => number>>,
  harmless: Harmless,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(queues).flatMap(([name, depth]): [string, number][] => {
      const found = harmless(depth);
      return found === undefined ? [] : [[name, found]];
    }),
  );
}
