import { formatTimestamp } from "@parmanasystems/canonical";
import type { PolicyIndex } from "./policy-index.js";
import type { TrustRoot } from "./trust-root/trust-root.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const WARNING_MS = 30 * DAY_MS;

export interface ExpiryInput {
  readonly trustRoot: TrustRoot;
  readonly policyIndex?: PolicyIndex | undefined;
  /** Keys in use; every active key of the trust root when absent. */
  readonly keyIds?: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long before the end the warnings begin; 30 days by default. */
  readonly withinMs?: number;
}

export interface ExpiryWarning {
  readonly subject: "trust-root" | "policy-index" | "key";
  /** The key that ends. */
  readonly keyId?: string;
  readonly expiresAt: number;
  /** What ends, when and what to do, as one sentence. */
  readonly message: string;
}

/** What will soon stop executions, or has stopped them already; first what ends first. */
export function expiryWarnings(input: ExpiryInput): readonly ExpiryWarning[] {
  const { trustRoot, policyIndex, keyIds, now, withinMs = WARNING_MS } = input;
  const ends: Omit<ExpiryWarning, "message">[] = [
    { subject: "trust-root", expiresAt: trustRoot.expiresAt },
    ...(policyIndex === undefined
      ? []
      : [{ subject: "policy-index" as const, expiresAt: policyIndex.expiresAt }]),
    ...[...trustRoot.keys.values()]
      .filter(({ keyId, status }) => (keyIds === undefined ? status === "active" : keyIds.includes(keyId)))
      .map(({ keyId, validUntil }) => ({ subject: "key" as const, keyId, expiresAt: validUntil })),
  ];
  return (
    ends
      // Negated, so that a clock that is no number warns of everything.
      .filter(({ expiresAt }) => !(now < expiresAt - withinMs))
      .sort((left, right) => left.expiresAt - right.expiresAt)
      .map((end) => Object.freeze({ ...end, message: messageOf(end, trustRoot, now) }))
  );
}

/** Whole days left, rounded down; negative once it is over. */
export function daysLeft(expiresAt: number, now: number): number {
  return Math.floor((expiresAt - now) / DAY_MS);
}

function messageOf(end: Omit<ExpiryWarning, "message">, trustRoot: TrustRoot, now: number): string {
  const when = describeEnd(end.expiresAt, now);
  switch (end.subject) {
    case "trust-root":
      return `Trust root version ${trustRoot.version} ${when}: rotate it, else executions stop.`;
    case "policy-index":
      return `The policy index ${when}: sign it anew, else executions stop.`;
    case "key": {
      const operator = trustRoot.keys.get(end.keyId ?? "")?.operator ?? "unknown";
      return `Key ${end.keyId ?? ""} of ${operator} ${when}: extend or replace it in the next trust root.`;
    }
  }
}

function describeEnd(expiresAt: number, now: number): string {
  const at = formatTimestamp(expiresAt);
  if (!(now < expiresAt)) return `expired at ${at}`;
  const days = daysLeft(expiresAt, now);
  return `expires in ${days === 0 ? "less than a day" : days === 1 ? "1 day" : `${days} days`}, at ${at}`;
}
