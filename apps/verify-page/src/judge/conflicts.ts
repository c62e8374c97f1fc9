import { shorten } from "@parmanasystems/canonical";
import type { SignedDocument } from "@parmanasystems/governance";
import type { EvidenceBundle } from "@parmanasystems/verifier";
import {
  findBundle,
  findCheckpoints,
  findConsistency,
  findOwnKeys,
  findTrusted,
  type Named,
} from "../given/find-files.js";
import { areRivals, type GivenFile } from "../given/given-files.js";
import { areSameBytes } from "../given/same-bytes.js";
import type { Problem } from "../problem.js";
import type { RootKeyChoice } from "./root-key.js";
import { claimedVersion } from "./trust-chain.js";

/** What a verdict would rest on, given twice and not the same: neither takes the other's place, so that there is none. */
export function conflictsOf(files: readonly GivenFile[], entered: RootKeyChoice): readonly Problem[] {
  const bundle = findBundle(files);
  const inBundle = (documentsOf: (bundle: EvidenceBundle) => readonly SignedDocument[]) =>
    bundle === undefined
      ? []
      : documentsOf(bundle.value).map((value): Named<SignedDocument> => ({ name: bundle.name, value }));
  return [
    ...rivalsAmong(files),
    ...keyConflicts(files, entered),
    ...conflictsAmong(findCheckpoints(files), "remembered checkpoints"),
    ...conflictsAmong(findConsistency(files), "consistency proofs"),
    ...versionConflicts(trustRoots, findTrusted(files, "trust-root"), inBundle(trustRootsOf)),
    ...versionConflicts(policyIndexes, findTrusted(files, "policy-index"), inBundle(indexesOf)),
  ];
}

/** Of what came at once, nothing takes the place of the other unseen. */
function rivalsAmong(files: readonly GivenFile[]): readonly Problem[] {
  return files.flatMap((file, at) => {
    const other = files.slice(0, at).find((earlier) => areRivals(earlier, file));
    if (other === undefined) return [];
    const names = `${shorten(other.name)} and ${shorten(file.name)}`;
    return [
      {
        code: undefined,
        sentence: `${names} cannot be verified at once. Take away the one that is not to count.`,
      },
    ];
  });
}

function keyConflicts(files: readonly GivenFile[], entered: RootKeyChoice): readonly Problem[] {
  const [first, ...others] = findOwnKeys(files);
  if (first === undefined) return [];
  const other = others.find(({ value }) => value.keyId !== first.value.keyId);
  if (other !== undefined) return [conflict(first.name, shorten(other.name), "root keys")];
  const enteredId = entered.kind === "key" ? entered.key.keyId : undefined;
  const keyId = entered.kind === "fingerprint" ? entered.keyId : enteredId;
  if (keyId === undefined || keyId === first.value.keyId) return [];
  return [conflict(first.name, "what was entered", "root keys")];
}

function conflictsAmong(found: readonly Named<Uint8Array>[], nouns: string): readonly Problem[] {
  const [first, ...others] = found;
  if (first === undefined) return [];
  const other = others.find(({ value }) => !areSameBytes(value, first.value));
  return other === undefined ? [] : [conflict(first.name, shorten(other.name), nouns)];
}

function conflict(first: string, other: string, nouns: string, code?: string): Problem {
  return {
    code,
    sentence: `${shorten(first)} and ${other} are two different ${nouns}. Take away the one that is not to count.`,
  };
}

interface VersionKind {
  readonly code: string;
  readonly noun: string;
}

/** By the version that each claims, before anybody looks at signatures: junk must not decide which of them is looked at. */
function versionConflicts(
  { code, noun }: VersionKind,
  given: readonly Named<SignedDocument>[],
  brought: readonly Named<SignedDocument>[],
): readonly Problem[] {
  const withVersions = (documents: typeof given) =>
    documents.map(({ name, value }) => ({ name, ...value, version: claimedVersion(value) }));
  const apart = withVersions(given);
  const inBundle = apart.length === 0 ? [] : withVersions(brought);
  return apart.flatMap(({ name, document, version }, at) => {
    const other = [...apart.slice(0, at), ...inBundle].find(
      (one) => one.version === version && !areSameBytes(one.document, document),
    );
    if (other === undefined) return [];
    return [conflict(name, shorten(other.name), `documents of version ${version} of the ${noun}`, code)];
  });
}

const trustRoots = { code: "TRUST-021", noun: "trust root" };
const policyIndexes = { code: "POL-048", noun: "policy index" };

function trustRootsOf({ trustRoot }: EvidenceBundle): readonly SignedDocument[] {
  return [...trustRoot.predecessors, trustRoot];
}

function indexesOf({ policyIndex, formerPolicyIndexes }: EvidenceBundle): readonly SignedDocument[] {
  return [...formerPolicyIndexes, policyIndex];
}
