import { type JsonValue, ParmanaError, parseStrict } from "@parmanasystems/canonical";
import type { SignedDocument } from "@parmanasystems/governance";

/** As large as the verifier reads an index. */
const MAX_DOCUMENT_BYTES = 4_194_304;

/** Version 1 of the trust root and all that follow it. The verifier walks them from the pinned key on. */
export interface TrustChain {
  readonly first: SignedDocument;
  readonly newest: SignedDocument;
  readonly predecessors: readonly SignedDocument[];
}

/**
 * The chain that a bundle brought, continued by versions that came apart from it, of which the person's own come first: they may
 * know of revocations since. Where two say different things, there is no verdict; nothing is believed here, since every step is
 * verified.
 */
export function chainOf(
  apart: readonly SignedDocument[],
  brought: readonly SignedDocument[],
): TrustChain | undefined {
  const chain = apart.length === 0 ? brought : merged([...apart, ...brought]);
  const [first] = chain;
  const newest = chain.at(-1);
  if (first === undefined || newest === undefined) return undefined;
  return { first, newest, predecessors: chain.slice(0, -1) };
}

function merged(documents: readonly SignedDocument[]): readonly SignedDocument[] {
  const versions = new Map<number, SignedDocument>();
  for (const signed of documents) {
    const version = claimedVersion(signed);
    if (!versions.has(version)) versions.set(version, signed);
  }
  return [...versions].sort(([one], [other]) => one - other).map(([, signed]) => signed);
}

/** The version that a document says it is of; 0 for what cannot be read. */
export function claimedVersion({ document }: SignedDocument): number {
  try {
    const json: JsonValue = parseStrict(document, { maxBytes: MAX_DOCUMENT_BYTES });
    if (typeof json !== "object" || json === null || !("version" in json)) return 0;
    return typeof json.version === "number" ? json.version : 0;
  } catch (error) {
    if (ParmanaError.isInstance(error)) return 0;
    throw error;
  }
}
