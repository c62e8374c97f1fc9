import { canonicalBytes, formatTimestamp } from "@parmanasystems/canonical";
import {
  attestationHash,
  parseAttestation,
  parseResolution,
  resolutionHash,
  type ExecutionAttestation,
  type ResolutionAttestation,
} from "@parmanasystems/execution";
import type { Level } from "../catalogue-entry.js";
import { VerifierError } from "../errors.js";
import type { VerificationReport } from "../verification-report.js";

export const VSA_PREDICATE_TYPE = "https://slsa.dev/verification_summary/v1";

/** The version of the SLSA specification that the predicate is written by. */
const SLSA_VERSION = "1.0";

/** What SLSA calls a resource descriptor, as far as it is used here. */
export interface ResourceDescriptor {
  readonly uri: string;
  readonly digest: { readonly sha256: string };
}

/** An in-toto v1 Statement with the predicate of a SLSA verification summary. Signed by whoever verified. */
export interface VerificationSummary {
  readonly _type: "https://in-toto.io/Statement/v1";
  readonly subject: readonly [{ readonly name: string; readonly digest: { readonly sha256: string } }];
  readonly predicateType: typeof VSA_PREDICATE_TYPE;
  readonly predicate: {
    readonly verifier: { readonly id: string; readonly version?: Readonly<Record<string, string>> };
    readonly timeVerified: string;
    readonly resourceUri: string;
    readonly policy: ResourceDescriptor;
    readonly inputAttestations: readonly [ResourceDescriptor];
    readonly verificationResult: "PASSED" | "FAILED";
    /** What was reached, and `PARMANA_LOGGED` where the log is shown to have it, which L4 alone does not say. */
    readonly verifiedLevels: readonly (`PARMANA_${Level}` | "PARMANA_LOGGED" | "FAILED")[];
    readonly slsaVersion: string;
  };
}

export interface SummaryInput {
  /** What was judged. */
  readonly statement: ExecutionAttestation | ResolutionAttestation;
  readonly report: VerificationReport;
  /** Who vouches for the result: `id` is a URI; `version` names components and their versions. */
  readonly verifier: { readonly id: string; readonly version?: Readonly<Record<string, string>> };
  /** Milliseconds since 1970. */
  readonly timeVerified: number;
}

// RFC 3986 section 3: a scheme, and then characters that a URI is made of.
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]+$/;

/**
 * Sums a report up for those who trust the verifier and need not see evidence, policy or trust root. The subject and the resource
 * are the execution, the policy is the one that decided; levels are ours, since SLSA has none for decisions.
 * @throws VerifierError INV-060; ExecutionError INV-020 and others for what is no attestation or resolution
 */
export function verificationSummary({
  statement,
  report,
  verifier,
  timeVerified,
}: SummaryInput): VerificationSummary {
  const { execution_id, execution_fingerprint, policyId, policyVersion, provenance, hash } = read(statement);
  const { id, version } = verifier;
  if (typeof id !== "string" || !URI.test(id))
    throw new VerifierError(
      "INV-060",
      "The option verifier.id must be a URI, such as https://audit.example.com.",
    );
  const { verdict, level, checks } = report;
  const logged = checks.some((check) => check.id === "log.inclusion" && check.status === "pass");
  const passed = verdict === "verified" && level !== "none";
  const name = `execution:${execution_id}`;
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name, digest: digestOf(execution_fingerprint) }],
    predicateType: VSA_PREDICATE_TYPE,
    predicate: {
      verifier: { id, ...(version !== undefined && { version: { ...version } }) },
      timeVerified: formatTimestamp(timeVerified),
      resourceUri: name,
      policy: { uri: `policy:${policyId}@${policyVersion}`, digest: digestOf(provenance.policyHash) },
      inputAttestations: [{ uri: `attestation:${hash}`, digest: digestOf(hash) }],
      verificationResult: passed ? "PASSED" : "FAILED",
      verifiedLevels: passed
        ? [`PARMANA_${level}`, ...(logged ? (["PARMANA_LOGGED"] as const) : [])]
        : ["FAILED"],
      slsaVersion: SLSA_VERSION,
    },
  };
}

/** The canonical bytes of the Statement, to sign as a DSSE payload of type `application/vnd.in-toto+json`. @throws as verificationSummary */
export function verificationSummaryBytes(input: SummaryInput): Uint8Array {
  return canonicalBytes(verificationSummary(input));
}

function read(statement: SummaryInput["statement"]) {
  if (isResolution(statement)) {
    const resolution = parseResolution(statement);
    return { ...resolution, hash: resolutionHash(resolution) };
  }
  const attestation = parseAttestation(statement);
  return { ...attestation, hash: attestationHash(attestation) };
}

function isResolution(statement: SummaryInput["statement"]): statement is ResolutionAttestation {
  return Object.hasOwn(statement, "resolution");
}

function digestOf(hash: `sha256:${string}`): { readonly sha256: string } {
  return { sha256: hash.slice("sha256:".length) };
}
