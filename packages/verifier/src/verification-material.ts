import { isSha256, type Sha256 } from "@parmanasystems/canonical";
import type { BundleContent, SignedDocument } from "@parmanasystems/governance";
import type { KeySource, PublicKey } from "@parmanasystems/signing";
import { VerifierError } from "./errors.js";
import { readLogMaterial, type LogMaterial, type ReadLogMaterial } from "./log-material.js";
import type { AttestationInput } from "./statement-checks.js";

export type RequiredLevel = "L1" | "L2" | "L3" | "L4";

/** The trust root's exact file bytes, and the one root key that the verifier knows from elsewhere. */
export interface PinnedTrustRoot extends SignedDocument {
  /** The versions before it, in order from version 1 on. Version 1 has none; any later one is refused without them. */
  readonly predecessors?: readonly SignedDocument[] | undefined;
  /** A root key of version 1. */
  readonly pinnedKey: PublicKey | KeySource;
  /** The hash that one version must have, when it came to you as well; see `openTrustRootChain`. */
  readonly pinnedHash?: Sha256 | undefined;
}

/** What an attestation is judged against, the same for every attestation made under it. */
export interface VerificationMaterial {
  readonly trustRoot: PinnedTrustRoot;
  /** The policy bundle that decided. Needed from L2 on. */
  readonly bundle?: BundleContent | undefined;
  /** The policy index the attestation was made under, or any later one. Needed from L2 on. */
  readonly policyIndex?: SignedDocument | undefined;
  /** Earlier versions of the index. The one that an attestation names shows what was in force when it was issued. */
  readonly formerPolicyIndexes?: readonly SignedDocument[] | undefined;
  /** The release manifest of the runtime. Needed from L2 on. */
  readonly release?: SignedDocument | undefined;
  /** Time of verification, milliseconds since the Unix epoch. Without it nothing is judged against today. */
  readonly now?: number | undefined;
  /** Trusted runtime keys, for a trust root that declares no `runtime` role; otherwise not looked at. */
  readonly runtimeKeys?: readonly (PublicKey | KeySource)[] | undefined;
  /** What is known of the audit log, to judge log proofs by. */
  readonly log?: LogMaterial | undefined;
}

/** What belongs to one attestation alone. */
export interface AttestationMaterial {
  /** The evidence file: the signals that were decided on. Needed for L4. */
  readonly evidence?: Uint8Array | undefined;
  /** The `.tlog-proof` file of this attestation. Needed for L3; once supplied it must hold, whatever level is required. */
  readonly logProof?: Uint8Array | undefined;
  /** Default: L4 with evidence and bundle, else L3 with a log proof and bundle, else L2 with a bundle, else L1. */
  readonly requiredLevel?: RequiredLevel | undefined;
}

/** What belongs to one resolution alone. */
export interface ResolutionMaterial {
  /** The attestation that says pending_override, in either spelling, parsed or as bytes. Needed for L1. */
  readonly original?: AttestationInput | undefined;
  /** The file of the votes that the resolution counted. Needed for L4. */
  readonly votes?: Uint8Array | undefined;
  /** The `.tlog-proof` file of this resolution, not of the attestation. Needed for L3; once supplied it must hold, whatever level is required. */
  readonly logProof?: Uint8Array | undefined;
  /** Default: L4 with votes and bundle, else L3 with a log proof and bundle, else L2 with a bundle, else L1. */
  readonly requiredLevel?: RequiredLevel | undefined;
}

const materialNames = [
  "trustRoot",
  "bundle",
  "policyIndex",
  "formerPolicyIndexes",
  "release",
  "now",
  "runtimeKeys",
  "log",
] as const;
const attestationMaterialNames = ["evidence", "logProof", "requiredLevel"] as const;
const resolutionMaterialNames = ["original", "votes", "logProof", "requiredLevel"] as const;

/** The same after every option was looked at once: keys as they are stored, nothing inherited. */
export interface ReadMaterial extends VerificationMaterial {
  readonly trustRoot: SignedDocument & {
    readonly predecessors: readonly SignedDocument[];
    readonly pinnedKey: KeySource;
    readonly pinnedHash: Sha256 | undefined;
  };
  readonly formerPolicyIndexes: readonly SignedDocument[];
  readonly runtimeKeys: readonly KeySource[];
  readonly log: ReadLogMaterial;
}

/** Splits the options of `verifyAttestation`. @throws VerifierError INV-060 */
export function readMaterial(options: unknown): {
  readonly shared: ReadMaterial;
  readonly own: AttestationMaterial;
} {
  const given = ownMembers(options, [...materialNames, ...attestationMaterialNames]);
  return { shared: sharedMaterial(given), own: attestationMaterial(given) };
}

/** Splits the options of `verifyResolution`. @throws VerifierError INV-060 */
export function readResolutionOptions(options: unknown): {
  readonly shared: ReadMaterial;
  readonly own: ResolutionMaterial;
} {
  const given = ownMembers(options, [...materialNames, ...resolutionMaterialNames]);
  return { shared: sharedMaterial(given), own: resolutionMaterial(given) };
}

/** @throws VerifierError INV-060 */
export function readSharedMaterial(options: unknown): ReadMaterial {
  return sharedMaterial(ownMembers(options, materialNames));
}

/** @throws VerifierError INV-060 */
export function readAttestationMaterial(options: unknown): AttestationMaterial {
  return attestationMaterial(ownMembers(options, attestationMaterialNames));
}

/** @throws VerifierError INV-060 */
export function readResolutionMaterial(options: unknown): ResolutionMaterial {
  return resolutionMaterial(ownMembers(options, resolutionMaterialNames));
}

/** Each is opened, whether an attestation names it or not. As many as a bundle brings, and what a home adds. */
const MAX_FORMER_INDEXES = 1_032;

type Members = ReadonlyMap<string, unknown>;

function sharedMaterial(given: Members): ReadMaterial {
  return {
    trustRoot: pinnedTrustRoot(given.get("trustRoot")),
    bundle: optional(given, "bundle", bundleContent),
    policyIndex: optional(given, "policyIndex", signedDocument),
    formerPolicyIndexes: optional(given, "formerPolicyIndexes", formerIndexes) ?? [],
    release: optional(given, "release", signedDocument),
    now: optional(given, "now", time),
    runtimeKeys: optional(given, "runtimeKeys", keyList) ?? [],
    log: optional(given, "log", readLogMaterial) ?? readLogMaterial({}, "The option log"),
  };
}

function attestationMaterial(given: Members): AttestationMaterial {
  return {
    evidence: optional(given, "evidence", bytes),
    logProof: optional(given, "logProof", bytes),
    requiredLevel: optional(given, "requiredLevel", level),
  };
}

function resolutionMaterial(given: Members): ResolutionMaterial {
  return {
    // As untrusted as the resolution itself: whatever it is, the report says so.
    original: given.get("original") as AttestationInput | undefined,
    votes: optional(given, "votes", bytes),
    logProof: optional(given, "logProof", bytes),
    requiredLevel: optional(given, "requiredLevel", level),
  };
}

/** Own members only: an inherited `requiredLevel` or `now` must not decide a verdict. A misspelt option must not silently weaken one. */
function ownMembers(value: unknown, allowed: readonly string[]): Members {
  if (typeof value !== "object" || value === null) throw misuse("The options", "an object");
  const members = new Map<string, unknown>(Object.entries(value));
  for (const name of members.keys()) {
    if (!allowed.includes(name))
      throw misuse(`The option "${name.slice(0, 64)}"`, `one of ${allowed.join(", ")}`);
  }
  return members;
}

function optional<T>(given: Members, name: string, read: (value: unknown, what: string) => T): T | undefined {
  const value = given.get(name);
  return value === undefined ? undefined : read(value, `The option ${name}`);
}

function pinnedTrustRoot(value: unknown): ReadMaterial["trustRoot"] {
  const pinnedKey = ownMember(value, "pinnedKey");
  const predecessors = ownMember(value, "predecessors");
  const pinnedHash = ownMember(value, "pinnedHash");
  return {
    ...signedDocument(value, "The option trustRoot"),
    predecessors:
      predecessors === undefined ? [] : documentList(predecessors, "The option trustRoot.predecessors"),
    pinnedKey: keySource(pinnedKey, "The option trustRoot.pinnedKey"),
    pinnedHash: pinnedHash === undefined ? undefined : hash(pinnedHash, "The option trustRoot.pinnedHash"),
  };
}

function signedDocument(value: unknown, what: string): SignedDocument {
  return {
    document: bytes(ownMember(value, "document"), `${what}.document`),
    signature: bytes(ownMember(value, "signature"), `${what}.signature`),
  };
}

function documentList(value: unknown, what: string): readonly SignedDocument[] {
  if (!Array.isArray(value)) throw misuse(what, "an array of documents with their signatures");
  // Unlike map, from does not pass over the holes of a sparse array.
  return Array.from(value, (entry: unknown) => signedDocument(entry, `Every entry of ${what}`));
}

function formerIndexes(value: unknown, what: string): readonly SignedDocument[] {
  const documents = documentList(value, what);
  if (documents.length > MAX_FORMER_INDEXES) throw misuse(what, `${MAX_FORMER_INDEXES} documents at most`);
  return documents;
}

function bundleContent(value: unknown, what: string): BundleContent {
  const listed = ownMember(value, "files");
  if (!(listed instanceof Map)) throw misuse(`${what}.files`, "a Map from path to bytes");
  const files = new Map<string, Uint8Array>();
  for (const [path, content] of listed as ReadonlyMap<unknown, unknown>) {
    if (typeof path !== "string") throw misuse(`${what}.files`, "a Map from path to bytes");
    files.set(path, bytes(content, `Every file of ${what}`));
  }
  return {
    manifest: bytes(ownMember(value, "manifest"), `${what}.manifest`),
    signature: bytes(ownMember(value, "signature"), `${what}.signature`),
    files,
  };
}

function keyList(value: unknown, what: string): readonly KeySource[] {
  if (!Array.isArray(value)) throw misuse(what, "an array of public keys");
  return value.map((key: unknown) => keySource(key, `Every key of ${what}`));
}

function keySource(value: unknown, what: string): KeySource {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    if (Object.hasOwn(value, "kty")) return value as Readonly<Record<string, unknown>>;
    // A PublicKey. Its bytes are admitted again: the object may come from another copy of the package.
    const raw: unknown = Reflect.get(value, "raw");
    if (raw instanceof Uint8Array) return raw;
  }
  throw misuse(what, "a public key: a PEM text, 32 raw bytes, a JWK or a PublicKey");
}

function time(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw misuse(what, "a whole number of milliseconds since 1970");
}

function hash(value: unknown, what: string): Sha256 {
  if (isSha256(value)) return value;
  throw misuse(what, '"sha256:" and 64 lower-case hexadecimal digits');
}

function level(value: unknown, what: string): RequiredLevel {
  if (value === "L1" || value === "L2" || value === "L3" || value === "L4") return value;
  throw misuse(what, '"L1", "L2", "L3" or "L4"');
}

function bytes(value: unknown, what: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw misuse(what, "a Uint8Array: the exact bytes of the file");
}

function ownMember(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function misuse(what: string, expected: string): VerifierError {
  return new VerifierError("INV-060", `${what} must be ${expected}.`);
}
