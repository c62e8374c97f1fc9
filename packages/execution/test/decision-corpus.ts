import { encodeUtf8, sha256 } from "@parmanasystems/canonical";
import { parsePolicy, validateSignals } from "@parmanasystems/governance";
import { compileWith } from "../src/compile-policy.js";
import { interpretPolicy } from "../src/index.js";
import { errorOf } from "./code-of.js";

/** One line of stored/decisions.jsonl: a policy, and what it was once seen to decide. */
export interface CorpusEntry {
  readonly policy: Readonly<Record<string, unknown>>;
  readonly cases: readonly {
    readonly signals: Readonly<Record<string, unknown>>;
    /** The rule that decided, or the code of the refusal. */
    readonly rule?: string;
    readonly code?: string;
  }[];
}

export function readCorpus(text: string): readonly CorpusEntry[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as CorpusEntry);
}

/** All decisions and refusals in full, one a line: of every evaluator, with members in the order given and in reverse. */
export function decisionsOf(corpus: readonly CorpusEntry[]): readonly string[] {
  return corpus.flatMap(({ policy: document, cases }) =>
    [document, reversed(document)].flatMap((ordered) => {
      const policy = parsePolicy(encodeUtf8(JSON.stringify(ordered)));
      const ways = [
        compileWith(policy, {}),
        compileWith(policy, { generate: false }),
        compileWith(policy, { leafRules: 1 }),
        { decide: (signals: object) => interpretPolicy(policy, validateSignals(policy, { ...signals })) },
      ];
      return cases.flatMap(({ signals }) =>
        [signals, reversed(signals)].flatMap((given) =>
          ways.map((way) => outcomeOf(() => way.decide(given))),
        ),
      );
    }),
  );
}

export function hashOf(decisions: readonly string[]): string {
  return sha256(decisions.join("\n"));
}

function outcomeOf(decide: () => unknown): string {
  let decision: unknown;
  const error = errorOf(() => {
    decision = decide();
  });
  return JSON.stringify(error ?? decision);
}

/** Members in the reverse order, at every depth; lists as they are. */
function reversed<T>(value: T): T;
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return (value as unknown[]).map((item) => reversed(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
