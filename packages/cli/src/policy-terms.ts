import type { Policy } from "@parmanasystems/governance";

/** What may execute once, in words. */
export function describeReplay({ replay }: Policy): string {
  switch (replay.identity) {
    case "fingerprint":
      return "fingerprint: the same facts execute once";
    case "execution":
      return "execution: equal facts may come again, an execution id may not";
  }
}

/** Who may resolve a pending override, in words. */
export function describeOverride({ override }: Policy): string {
  if (override === undefined) return "none: no rule decides pending_override";
  const { approverRoles, quorum, expiresAfterSeconds, signed } = override;
  return `${approverRoles.join(" or ")}, quorum ${String(quorum)}, within ${describeSeconds(expiresAfterSeconds)}${signed ? ", signed" : ""}`;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** In the largest unit that leaves no rest. */
export function describeSeconds(seconds: number): string {
  for (const [unit, length] of UNITS) {
    if (seconds % length === 0) return countOf(seconds / length, unit);
  }
  return countOf(seconds, "second");
}

export function countOf(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}
