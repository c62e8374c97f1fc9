import { type Sha256, sha256, shorten } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import { DocumentReader } from "./document-reader.js";
import { GovernanceError } from "./errors.js";
import { describeFile, type FileEntry, type FileListTerms, parseFileList, sortByPath } from "./file-entry.js";
import { parsePolicy } from "./parse-policy.js";
import { isPolicyId, isPolicyVersion } from "./policy/identity.js";
import { policyLimits } from "./policy/policy-limits.js";
import { EVALUATOR_SEMANTICS, type Policy, SCHEMA_VERSION } from "./policy.js";
import { verifyForRole } from "./trust-root/roles.js";
import type { TrustRoot } from "./trust-root/trust-root.js";

const TYPE = "parmana/policy-bundle/v1";
const PATH_STEP = "[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?";
const BUNDLE_PATH = new RegExp(`^${PATH_STEP}(?:/${PATH_STEP}){0,7}$`);

export const POLICY_FILE = "policy.json";
export const MANIFEST_FILE = "bundle.manifest.json";
export const SIGNATURE_FILE = "bundle.sig";

/** A policy of 10,000 rules fits one file; tests and notes fit beside it. */
export const bundleLimits = Object.freeze({
  files: 64,
  fileBytes: policyLimits.fileBytes,
  totalBytes: 8 * 1024 * 1024,
  manifestBytes: 64 * 1024,
  signatureBytes: 64 * 1024,
});

/** A bundle as it lies in its directory: the exact bytes of every file. */
export interface BundleContent {
  readonly manifest: Uint8Array;
  readonly signature: Uint8Array;
  /** Path → bytes of all files besides the manifest and its signature. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A policy whose every byte is covered by the threshold of the policy role. */
export interface PolicyBundle {
  readonly policy: Policy;
  readonly policyHash: Sha256;
  /** SHA-256 of the manifest's bytes. */
  readonly bundleHash: Sha256;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly files: readonly FileEntry[];
}

export interface BundleManifestInput {
  /** The bytes of policy.json. */
  readonly policy: Uint8Array;
  /** Further files by path, such as policy.test.json. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** A timestamp such as "2026-11-20T22:00:00.000Z". */
  readonly createdAt: string;
}

export interface PolicyName {
  readonly policyId: string;
  readonly policyVersion: string;
}

const reader = new DocumentReader({
  noun: "The bundle manifest",
  code: "POL-031",
  maxBytes: bundleLimits.manifestBytes,
});

const fileTerms: FileListTerms = {
  reader,
  maxFiles: bundleLimits.files,
  maxFileBytes: bundleLimits.fileBytes,
  isPath: isBundlePath,
  caseMatters: false,
  pathDefect: (path) => new GovernanceError("POL-032", `The bundle path ${shorten(path)} is not allowed.`),
};

/**
 * Whether a file of this path may be in a bundle: relative, ASCII, no segment that starts or ends with a dot,
 * and neither the manifest nor its signature, also in another case (a file system may not tell the two
 * apart).
 */
export function isBundlePath(path: string): boolean {
  return (
    path.length <= 255 &&
    BUNDLE_PATH.test(path) &&
    ![MANIFEST_FILE, SIGNATURE_FILE].includes(path.toLowerCase())
  );
}

/** The bytes of the manifest to sign. @throws GovernanceError POL-001 to -032, -039 */
export function createBundleManifest(input: BundleManifestInput): Uint8Array {
  const policyBytes = reader.snapshot(input.policy);
  const policy = parsePolicy(policyBytes, { file: POLICY_FILE });
  const files = [describeFile(POLICY_FILE, policyBytes)];
  for (const [path, bytes] of input.files ?? []) files.push(describeFile(path, reader.snapshot(bytes)));
  requireBundleSize(files);
  const manifest = reader.encode({
    type: TYPE,
    policyId: policy.policyId,
    policyVersion: policy.policyVersion,
    schemaVersion: policy.schemaVersion,
    evaluatorSemantics: EVALUATOR_SEMANTICS,
    createdAt: input.createdAt,
    files: sortByPath(files).map((entry) => ({ ...entry })),
  });
  parseBundleManifest(manifest);
  return manifest;
}

/**
 * Opens a bundle: signatures of the policy role, the list of files, the bytes of each, and the policy. The
 * bytes that were hashed are the bytes that are parsed.
 * @throws GovernanceError POL-001 to -039, TRUST-030 to -037
 */
export function openPolicyBundle(
  content: BundleContent,
  trustRoot: TrustRoot,
  expected?: PolicyName,
): PolicyBundle {
  const signed = {
    document: reader.snapshot(content.manifest),
    signature: reader.snapshot(content.signature),
  };
  const files = new Map(Array.from(content.files, ([path, bytes]) => [path, reader.snapshot(bytes)]));
  const manifest = parseBundleManifest(signed.document);
  verifyForRole({
    trustRoot,
    role: "policy",
    payloadType: payloadTypes.policyBundle,
    signed,
    dated: manifest.createdAt,
  });
  if (expected !== undefined) requireManifestName(manifest, expected);
  requireListedFiles(manifest.files, files);
  const { policyId, policyVersion } = manifest;
  // requireListedFiles has found policy.json; an empty file is refused by the parser.
  const bytes = files.get(POLICY_FILE) ?? new Uint8Array();
  const policy = parsePolicy(bytes, {
    policyId,
    policyVersion,
    file: `${policyId}/${policyVersion}/${POLICY_FILE}`,
  });
  return Object.freeze({
    policy,
    policyHash: sha256(bytes),
    bundleHash: sha256(signed.document),
    createdAt: manifest.createdAt,
    files: manifest.files,
  });
}

export interface BundleManifest extends PolicyName {
  readonly createdAt: number;
  readonly files: readonly FileEntry[];
}

/** Reads the document; signatures and files are not looked at. @throws GovernanceError POL-031, -032, -037, -039 */
export function parseBundleManifest(document: Uint8Array): BundleManifest {
  const manifest = reader.object(reader.parse(document), "", [
    "type",
    "policyId",
    "policyVersion",
    "schemaVersion",
    "evaluatorSemantics",
    "createdAt",
    "files",
  ]);
  reader.constant(manifest["type"], "/type", TYPE);
  const policyId = reader.text(manifest["policyId"], "/policyId", 64);
  if (!isPolicyId(policyId)) throw reader.defect("/policyId", "a policy id");
  const policyVersion = reader.text(manifest["policyVersion"], "/policyVersion", 64);
  if (!isPolicyVersion(policyVersion)) throw reader.defect("/policyVersion", "a semantic version");
  requireSupported(
    reader.text(manifest["schemaVersion"], "/schemaVersion", 64),
    SCHEMA_VERSION,
    "schemaVersion",
  );
  requireSupported(
    reader.text(manifest["evaluatorSemantics"], "/evaluatorSemantics", 64),
    EVALUATOR_SEMANTICS,
    "evaluatorSemantics",
  );
  const createdAt = reader.timestamp(manifest["createdAt"], "/createdAt");
  const files = parseFileList(manifest["files"], "/files", fileTerms);
  if (!files.some(({ path }) => path === POLICY_FILE)) {
    throw reader.defect("/files", `a list with ${POLICY_FILE}`);
  }
  requireBundleSize(files);
  return { policyId, policyVersion, createdAt, files };
}

function requireSupported(found: string, supported: string, member: string): void {
  if (found !== supported) {
    throw new GovernanceError(
      "POL-037",
      `The bundle's ${member} is ${shorten(found)}; this build understands "${supported}" only.`,
    );
  }
}

/** @throws GovernanceError POL-036 */
export function requireManifestName(manifest: PolicyName, expected: PolicyName): void {
  if (manifest.policyId === expected.policyId && manifest.policyVersion === expected.policyVersion) return;
  throw new GovernanceError(
    "POL-036",
    `The bundle is for ${manifest.policyId} ${manifest.policyVersion}, and ${shorten(expected.policyId)} ${shorten(expected.policyVersion)} was asked for.`,
  );
}

/** Whether these are exactly the files of a manifest. @throws GovernanceError POL-033 to -035 */
export function requireListedFiles(
  listed: readonly FileEntry[],
  files: ReadonlyMap<string, Uint8Array>,
): void {
  const names = new Set(listed.map(({ path }) => path));
  for (const path of files.keys()) {
    if (!names.has(path)) {
      throw new GovernanceError("POL-035", `The bundle manifest does not list the file ${shorten(path)}.`);
    }
  }
  for (const { path, size, sha256: hash } of listed) {
    const bytes = files.get(path);
    if (bytes === undefined) {
      throw new GovernanceError("POL-033", `The bundle lacks the file ${path} that its manifest lists.`);
    }
    if (bytes.length !== size || sha256(bytes) !== hash) {
      throw new GovernanceError("POL-034", `The file ${path} of the bundle is not the one that was signed.`);
    }
  }
}

function requireBundleSize(files: readonly FileEntry[]): void {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const { files: maxFiles, fileBytes, totalBytes } = bundleLimits;
  if (files.length <= maxFiles && total <= totalBytes && files.every(({ size }) => size <= fileBytes)) return;
  throw new GovernanceError(
    "POL-039",
    `A bundle holds at most ${maxFiles} files of ${fileBytes} bytes, and ${totalBytes} bytes in all.`,
  );
}
