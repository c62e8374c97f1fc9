import type { EvidenceBundle } from "@parmanasystems/verifier";
import {
  findBundle,
  findCheckpoints,
  findConsistency,
  type Pair,
  pairsOf,
  type SignedKind,
  signatureTypes,
} from "./find-files.js";
import type { GivenFile, Place } from "./given-files.js";
import { isTrust, type PresentedFile } from "./presented-file.js";
import { areSameBytes } from "./same-bytes.js";

/** A file that no verdict rests on, and why. */
export interface IdleFile {
  readonly file: GivenFile;
  readonly reason: string;
  /** Whether there is no verdict while it lies here: what a person trusts is never passed over. */
  readonly isObstacle: boolean;
}

const reasons = {
  unread: "It was not read.",
  misplaced: "Not used: it is what is judged, not what you judge by. Put it into step 1.",
  foreignKey:
    "Not used: a key that comes with the evidence proves nothing. If it is yours, from elsewhere, put it into step 2.",
  foreignCheckpoint:
    "Not used: only a checkpoint that you kept says what the log was. If this is it, put it into step 2.",
  unsigned: "Its signature file (.sig) is missing, so it counts for nothing.",
  signsNothing: "What it signs is missing, so it counts for nothing.",
  nothingRemembered: "Not used: it proves nothing without a checkpoint that you kept, in step 2.",
  ownFirst: "Not used: you have your own.",
  bundleFirst: "Not used: the evidence bundle has its own.",
};

/** All files that count for nothing. Beside a verdict they are named, so that nobody takes them for part of it. */
export function findIdle(files: readonly GivenFile[]): readonly IdleFile[] {
  const pairs = signedKinds.flatMap((kind) => places.flatMap((place) => pairsOf(files, kind, place)));
  const known = [
    ...documentsIn(findBundle(files)?.value),
    ...pairs.filter(isSigned).map(({ bytes }) => bytes),
  ];
  return files.flatMap((file): readonly IdleFile[] => {
    const reason = reasonOf(file, files, pairs);
    if (reason === undefined) return [];
    const isObstacle = file.place === "own" || isTooLarge(file) || mayBeNewer(file, known);
    return [{ file, reason, isObstacle }];
  });
}

function reasonOf(file: GivenFile, files: readonly GivenFile[], pairs: readonly Pair[]): string | undefined {
  const { presented, place, id } = file;
  if (presented === undefined) return reasons.unread;
  if (presented.kind === "signature") {
    const signs = pairs.some(({ signature }) => signature?.id === id);
    if (!signs) return reasons.signsNothing;
    return place === "own" && !ownSignatures.has(presented.payloadType) ? reasons.misplaced : undefined;
  }
  if (place === "own" && !isTrust(presented)) return reasons.misplaced;
  if (pairs.some((pair) => pair.document === file && !isSigned(pair))) return reasons.unsigned;
  if (inBundles.has(presented.kind) && findBundle(files) !== undefined) return reasons.bundleFirst;
  if (place === "presented" && presented.kind === "root-key") return reasons.foreignKey;
  if (place === "presented" && presented.kind === "checkpoint") return reasons.foreignCheckpoint;
  if (presented.kind !== "consistency") return undefined;
  if (findCheckpoints(files).length === 0) return reasons.nothingRemembered;
  return findConsistency(files).some(({ value }) => value === presented.bytes) ? undefined : reasons.ownFirst;
}

/** Nobody looked at what does not fit: it may be just what others fill the page up to hide. */
function isTooLarge({ problem }: GivenFile): boolean {
  return problem?.code === "INV-061" || problem?.code === "CANONICAL-013";
}

/** A trust root or index that nobody signed could be the one that knows of a revocation, unless a signed one is just the same. */
function mayBeNewer({ presented }: GivenFile, known: readonly Uint8Array[]): boolean {
  if (presented?.kind !== "trust-root" && presented?.kind !== "policy-index") return false;
  return !known.some((bytes) => areSameBytes(bytes, presented.bytes));
}

function documentsIn(bundle: EvidenceBundle | undefined): readonly Uint8Array[] {
  if (bundle === undefined) return [];
  const { trustRoot, policyIndex, formerPolicyIndexes } = bundle;
  return [trustRoot, ...trustRoot.predecessors, policyIndex, ...formerPolicyIndexes].map(
    ({ document }) => document,
  );
}

function isSigned({ signature }: Pair): boolean {
  return signature !== undefined;
}

const places: readonly Place[] = ["own", "presented"];
const signedKinds = [
  "trust-root",
  "policy-index",
  "policy-manifest",
  "release",
] as const satisfies SignedKind[];
const ownSignatures: ReadonlySet<string> = new Set([
  signatureTypes["trust-root"],
  signatureTypes["policy-index"],
]);
const inBundles: ReadonlySet<PresentedFile["kind"]> = new Set([
  "evidence",
  "votes",
  "log-proof",
  "policy-manifest",
  "policy-file",
  "release",
] as const);
