import { shorten } from "@parmanasystems/canonical";
import {
  GovernanceError,
  newestTrustRoot,
  openPolicyIndex,
  openTrustRootChain,
  type SignedDocument,
  type TrustRoot,
} from "@parmanasystems/governance";
import type { PublicKey } from "@parmanasystems/signing";
import type { VerificationMaterial } from "@parmanasystems/verifier";
import type { Named } from "../given/find-files.js";
import { problemOf } from "../problem.js";
import { unlessMalformed } from "./statement.js";
import type { TrustChain } from "./trust-chain.js";

/** Indexes as they lie on the table; no two of one version say different things. */
export interface PresentedIndexes {
  /** That came as files of their own, the person's own first. */
  readonly apart: readonly Named<SignedDocument>[];
  /** By the bundle. */
  readonly brought: SignedDocument | undefined;
  readonly former: readonly SignedDocument[];
}

type Indexes = Pick<VerificationMaterial, "policyIndex" | "formerPolicyIndexes">;

/**
 * The newest index judges, as it knows what was withdrawn since; the others stand for the times before. What came apart has to
 * open: else an older one would take its place unnoticed. What a bundle brought and does not open is for the report to say.
 * @throws GovernanceError POL-040, TRUST-030 to -037, with the name of the file
 */
export function indexesToJudgeBy(
  { apart, brought, former }: PresentedIndexes,
  trust: TrustChain,
  pinnedKey: PublicKey,
): Indexes {
  const asBrought = { policyIndex: brought ?? apart[0]?.value, formerPolicyIndexes: former };
  if (apart.length === 0) return asBrought;
  const judge = unlessMalformed(() => openNewest(trust, pinnedKey));
  if (judge === undefined) return asBrought;
  const opened = apart.map(({ name, value }) => ({ signed: value, version: openApart(name, value, judge) }));
  if (brought !== undefined) {
    const version = unlessMalformed(() => openPolicyIndex(brought, judge).version);
    if (version === undefined) return asBrought;
    opened.unshift({ signed: brought, version });
  }
  const [newest, ...older] = opened.sort((one, other) => other.version - one.version);
  return {
    policyIndex: newest?.signed,
    formerPolicyIndexes: [...former, ...older.map(({ signed }) => signed)],
  };
}

function openNewest({ predecessors, newest }: TrustChain, pinnedKey: PublicKey): TrustRoot {
  return newestTrustRoot(openTrustRootChain({ documents: [...predecessors, newest], pinnedKey }));
}

function openApart(name: string, signed: SignedDocument, judge: TrustRoot): number {
  try {
    return openPolicyIndex(signed, judge).version;
  } catch (cause) {
    if (!(cause instanceof GovernanceError)) throw cause;
    const message = `The policy index ${shorten(name)} does not open. ${problemOf(cause).sentence}`;
    throw new GovernanceError(cause.code, message, { cause });
  }
}
