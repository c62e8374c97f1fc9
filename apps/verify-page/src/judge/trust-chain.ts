import { type JsonValue, ParmanaError, parseStrict } from "@parmanasystems/canonical";
import type { SignedDocument } from "@parmanasystems/governance";

/** Version 1 of the trust root and all that follow it. The verifier walks them from the pinned key on. */
export interface TrustChain {
  readonly first: SignedDocument;
  readonly newest: SignedDocument;
  readonly predecessors: readonly SignedDocument[];
}

/**
 * The chain that a bundle brought, continued or replaced by versions that came apart from it: those are what the person
 * fetched, and may know of revocations since. Nothing is believed here, since every step is verified.
 */
export function chainOf(
  given: ReadonlyMap<number, SignedDocument>,
  brought: readonly SignedDocument[],
): TrustChain | undefined {
  const chain = given.size === 0 ? brought : merged(given, brought);
  const [first] = chain;
  const newest = chain.at(-1);
  if (first === undefined || newest === undefined) return undefined;
  return { first, newest, predecessors: chain.slice(0, -1) };
}

function merged(
  given: ReadonlyMap<number, SignedDocument>,
  brought: readonly SignedDocument[],
): readonly SignedDocument[] {
  const versions = new Map([...brought.map((signed) => [claimedVersion(signed), signed] as const), ...given]);
  return [...versions].sort(([one], [other]) => one - other).map(([, signed]) => signed);
}

/** The version that a document says it is of; 0 for what cannot be read. */
export function claimedVersion({ document }: SignedDocument): number {
  try {
    const json: JsonValue = parseStrict(document);
    if (typeof json !== "object" || json === null || !("version" in json)) return 0;
    return typeof json.version === "number" ? json.version : 0;
  } catch (error) {
    if (ParmanaError.isInstance(error)) return 0;
    throw error;
  }
}
