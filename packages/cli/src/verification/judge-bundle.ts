import { createHash } from "node:crypto";
import type { SignedDocument } from "@parmanasystems/governance";
import type { EvidenceBundle } from "@parmanasystems/verifier";
import type { Home } from "../home.js";
import { parseFile } from "../parse-file.js";
import { type PresentedFile, presentFile } from "../presented-file.js";
import { bundleTrust } from "./bundle-trust.js";
import type { Judgement } from "./judgement.js";
import { KeptLast } from "./kept-last.js";
import type { VerifyTerms } from "./terms.js";
import { createVerifiers, type Verifiers } from "./verifiers.js";

/** The attestation of a bundle, and how it ended where people had to decide. @throws CliError CLI-002, CLI-006 */
export type JudgeBundle = (bundle: EvidenceBundle, path: string) => Promise<Judgement>;

interface Opened extends Verifiers {
  readonly trustOnFirstUse: string | undefined;
}

/** Bundles of one home mostly bring along the same files: those are opened once. */
export function bundleJudge(home: Home, terms: VerifyTerms): JudgeBundle {
  const { now, runtimeKeys, log } = terms;
  // A bundle claims to have all of it, so that what is missing was taken out.
  const requiredLevel = terms.level ?? "L4";
  const trustFor = bundleTrust(home, terms);
  const kept = new KeptLast<Opened>();
  const open = (bundle: EvidenceBundle, release: SignedDocument, indexVersions: readonly number[]) =>
    kept.get(`${digestOf(bundle, release)} ${indexVersions.join(" ")}`, async () => {
      const { firstUse, ...trust } = await trustFor(bundle, indexVersions);
      const verifiers = createVerifiers({ ...trust, bundle: bundle.bundle, release, now, runtimeKeys, log });
      return { ...verifiers, trustOnFirstUse: firstUse?.keyId };
    });

  return async (bundle, path) => {
    const { attestation, evidence, logProof, resolution: end } = bundle;
    const presented = present(attestation, `the attestation of ${path}`);
    const ended = end && present(end.attestation, `the resolution of ${path}`);
    const indexVersions = [presented, ...(ended === undefined ? [] : [ended])].map(
      ({ statement }) => statement.provenance.policyIndexVersion,
    );
    const { attestations, trustOnFirstUse } = await open(bundle, bundle.release, indexVersions);
    const report = attestations(attestation, { evidence, logProof, requiredLevel });
    const statement = { presented, requiredLevel, report };
    if (end === undefined || ended === undefined) return { statement, trustOnFirstUse };
    const { resolutions } = await open(bundle, end.release, indexVersions);
    const resolution = resolutions(end.attestation, {
      original: attestation,
      votes: end.votes,
      logProof: end.logProof,
      requiredLevel,
    });
    return {
      statement,
      resolution: { presented: ended, requiredLevel, report: resolution },
      trustOnFirstUse,
    };
  };
}

function present(bytes: Uint8Array, path: string): PresentedFile {
  return presentFile(parseFile(path, bytes), { path, bytes });
}

/** Of all that is opened, each part with its length: other parts never make the same. */
function digestOf(bundle: EvidenceBundle, release: SignedDocument): string {
  const hash = createHash("sha256");
  const add = (...parts: readonly (Uint8Array | string)[]) => {
    for (const part of parts) hash.update(`${String(part.length)}:`).update(part);
  };
  const addDocuments = (documents: readonly SignedDocument[]) => {
    hash.update(`[${String(documents.length)}]`);
    for (const { document, signature } of documents) add(document, signature);
  };
  const { trustRoot, policyIndex, formerPolicyIndexes, bundle: policy } = bundle;
  addDocuments([trustRoot, policyIndex, release]);
  addDocuments(trustRoot.predecessors);
  addDocuments(formerPolicyIndexes);
  add(policy.manifest, policy.signature);
  for (const [path, bytes] of policy.files) add(path, bytes);
  return hash.digest("base64");
}
