import { decodeUtf8 } from "@parmanasystems/canonical";
import type { ExecutionAttestation, ResolutionAttestation } from "@parmanasystems/execution";
import { decodeBase64, type PublicKey } from "@parmanasystems/signing";
import {
  type LogMaterial,
  type RequiredLevel,
  type VerificationReport,
  verifyAttestation,
  verifyResolution,
} from "@parmanasystems/verifier";
import type { Case } from "./case.js";
import type { LogTerms } from "./log-terms.js";
import { indexesToJudgeBy } from "./policy-index.js";
import { readAttestation, readResolution } from "./statement.js";
import type { TrustChain } from "./trust-chain.js";

/** What the person decided about how to judge. */
export interface Terms {
  readonly pinnedKey: PublicKey;
  /** The key came with what it vouches for. */
  readonly isUnsafe: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** As much as the files claim to show, when absent. */
  readonly level: RequiredLevel | undefined;
  readonly log: LogTerms;
}

/** A report, and what it is about. */
export interface Judged<Statement> {
  readonly report: VerificationReport;
  /** What had to hold for the verdict. */
  readonly requiredLevel: RequiredLevel;
  /** Undefined when it is malformed. */
  readonly statement: Statement | undefined;
}

export interface Judgement {
  readonly terms: Terms;
  readonly facts: Case;
  readonly attestation: Judged<ExecutionAttestation> | undefined;
  readonly resolution: Judged<ResolutionAttestation> | undefined;
}

/** Both statements of a case under the same terms. Of a lone resolution, the log proof is its own. */
export function judgeCase(facts: Case, trust: TrustChain, terms: Terms): Judgement {
  const material = {
    ...indexesToJudgeBy(facts.indexes, trust, terms.pinnedKey),
    bundle: facts.bundle,
    trustRoot: { ...trust.newest, predecessors: trust.predecessors, pinnedKey: terms.pinnedKey },
    now: terms.now,
    runtimeKeys: terms.log.runtimeKeys,
    log: logMaterial(facts, terms.log),
  };
  return {
    terms,
    facts,
    attestation: judgeAttestation(facts, material, terms),
    resolution: judgeResolution(facts, material, terms),
  };
}

/** Whether a log proof is demanded, since otherwise nothing of this would be looked at. */
export function asksForLog({ remembered }: Case, { origin, rememberedAt, witnesses }: LogTerms): boolean {
  return [remembered, origin, rememberedAt, witnesses].some((term) => term !== undefined);
}

/** Every statement needs its own. */
export function lacksLogProof({ attestation, resolution, logProof, resolutionLogProof }: Case): boolean {
  if (attestation !== undefined && logProof === undefined) return true;
  return (
    resolution !== undefined && (attestation === undefined ? logProof : resolutionLogProof) === undefined
  );
}

function logMaterial({ remembered, consistency }: Case, terms: LogTerms): LogMaterial {
  const { origin, rememberedAt, witnesses } = terms;
  const hashes =
    consistency === undefined ? undefined : decodeUtf8(consistency).trimEnd().split("\n").map(decodeBase64);
  return { origin, remembered, rememberedAt, witnesses, consistency: hashes };
}

type SharedMaterial = Pick<
  Parameters<typeof verifyAttestation>[1],
  "trustRoot" | "bundle" | "policyIndex" | "formerPolicyIndexes" | "now" | "runtimeKeys" | "log"
>;

function judgeAttestation(facts: Case, material: SharedMaterial, { level }: Terms): Judgement["attestation"] {
  const { attestation, evidence, logProof, release } = facts;
  if (attestation === undefined) return undefined;
  const requiredLevel = level ?? claimedLevel(facts, evidence, logProof);
  return {
    report: verifyAttestation(attestation, { ...material, release, evidence, logProof, requiredLevel }),
    requiredLevel,
    statement: readAttestation(attestation),
  };
}

function judgeResolution(facts: Case, material: SharedMaterial, { level }: Terms): Judgement["resolution"] {
  const { resolution, attestation, votes, resolutionRelease: release } = facts;
  if (resolution === undefined) return undefined;
  const logProof = attestation === undefined ? facts.logProof : facts.resolutionLogProof;
  const wanted = level ?? claimedLevel(facts, votes, logProof);
  // Of single files, a log proof beside an attestation is the attestation's.
  const requiredLevel =
    wanted === "L3" && attestation !== undefined && logProof === undefined ? "L2" : wanted;
  return {
    report: verifyResolution(resolution, {
      ...material,
      release,
      original: attestation,
      votes,
      logProof,
      requiredLevel,
    }),
    requiredLevel,
    statement: readResolution(resolution),
  };
}

/** A bundle claims L4; of single files, as much as was supplied for. */
function claimedLevel(
  { isBundle, bundle }: Case,
  decidedOn: Uint8Array | undefined,
  logProof: Uint8Array | undefined,
): RequiredLevel {
  if (isBundle) return "L4";
  if (bundle === undefined) return "L1";
  if (decidedOn !== undefined) return "L4";
  return logProof === undefined ? "L2" : "L3";
}
