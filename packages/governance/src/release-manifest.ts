import { canonicalize, type Sha256, sha256, shorten } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import { DocumentReader } from "./document-reader.js";
import { GovernanceError } from "./errors.js";
import { type FileEntry, type FileListTerms, parseFileList, sortByPath } from "./file-entry.js";
import { isPolicyVersion } from "./policy/identity.js";
import type { SignedDocument } from "./signed-document.js";
import { verifyForRole } from "./trust-root/roles.js";
import type { TrustRoot } from "./trust-root/trust-root.js";

const TYPE = "parmana/release-manifest/v1";
const SEMANTICS = /^parmana-policy\/[1-9][0-9]{0,3}$/;
// Package names, versions and files as npm allows them: any printable character but a backslash, no empty or
// dot segment.
const PATH = /^(?!\.{0,2}(?:\/|$))(?!.*\/\.{0,2}(?:\/|$))[^\\]+$/u;

/** Every file of every package that a runtime is made of. */
export interface ReleaseManifest {
  readonly runtimeVersion: string;
  readonly evaluatorSemantics: string;
  readonly schemaVersions: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly files: readonly FileEntry[];
  /** SHA-256 of the canonical list of files. */
  readonly runtimeHash: Sha256;
  /** SHA-256 of the exact bytes of the document. */
  readonly releaseManifestHash: Sha256;
}

export type ReleaseManifestDraft = Omit<ReleaseManifest, "runtimeHash" | "releaseManifestHash">;

const reader = new DocumentReader({
  noun: "The release manifest",
  code: "INV-040",
  maxBytes: 4 * 1024 * 1024,
});

const fileTerms: FileListTerms = {
  reader,
  maxFiles: 20_000,
  maxFileBytes: 256 * 1024 * 1024,
  isPath: (path) => PATH.test(path),
  caseMatters: true,
  pathDefect: (path) =>
    reader.defect("/files", `unique relative paths of package files, not ${shorten(path)}`),
};

/**
 * The canonical bytes of a release manifest, checked by the rules that will open it.
 * @throws GovernanceError INV-040
 */
export function createReleaseManifestDocument(draft: ReleaseManifestDraft): Uint8Array {
  const document = reader.encode({
    type: TYPE,
    runtimeVersion: draft.runtimeVersion,
    evaluatorSemantics: draft.evaluatorSemantics,
    schemaVersions: [...draft.schemaVersions],
    createdAt: reader.spellTime(draft.createdAt, "/createdAt"),
    files: sortByPath(draft.files).map((entry) => ({ ...entry })),
  });
  parseReleaseManifest(document);
  return document;
}

/** Opens a signed release manifest. @throws GovernanceError INV-040, TRUST-030 to -037 */
export function openReleaseManifest(signed: SignedDocument, trustRoot: TrustRoot): ReleaseManifest {
  const snapshot = {
    document: reader.snapshot(signed.document),
    signature: reader.snapshot(signed.signature),
  };
  const release = parseReleaseManifest(snapshot.document);
  verifyForRole({
    trustRoot,
    role: "release",
    payloadType: payloadTypes.releaseManifest,
    signed: snapshot,
    dated: release.createdAt,
  });
  return release;
}

/** The hash of a runtime: of its list of files, sorted by path, as canonical JSON. */
export function runtimeHashOf(files: Iterable<FileEntry>): Sha256 {
  return sha256(canonicalize(sortByPath(files)));
}

/**
 * Holds the files that were really loaded against the release. Each package measured must have exactly the released
 * files; the release may list further packages, which another process loads.
 * @throws GovernanceError INV-041 whose details name the first changed, missing and added files
 */
export function requireReleasedRuntime(release: ReleaseManifest, measured: Iterable<FileEntry>): void {
  const files = sortByPath(measured);
  const packages = new Set(files.map(({ path }) => packageOf(path)));
  const expected = release.files.filter(({ path }) => packages.has(packageOf(path)));
  if (files.length > 0 && runtimeHashOf(files) === runtimeHashOf(expected)) return;
  const released = new Map(expected.map((entry) => [entry.path, entry]));
  const found = new Map(files.map((entry) => [entry.path, entry]));
  const changed = expected.filter(
    ({ path, sha256: hash }) => found.has(path) && found.get(path)?.sha256 !== hash,
  );
  const missing = expected.filter(({ path }) => !found.has(path));
  const added = files.filter(({ path }) => !released.has(path));
  const name = (entries: readonly FileEntry[]): readonly string[] =>
    entries.slice(0, 8).map(({ path }) => path);
  const first = [...name(changed), ...name(missing), ...name(added)][0] ?? "the list of files";
  throw new GovernanceError(
    "INV-041",
    `The runtime is not the released one: ${changed.length} files changed, ${missing.length} missing, ${added.length} added, such as ${shorten(first)}.`,
    { details: { changed: name(changed), missing: name(missing), added: name(added) } },
  );
}

/** "@scope/name@1.0.0/dist/index.js" → "@scope/name@1.0.0" */
function packageOf(path: string): string {
  return path.split("/", path.startsWith("@") ? 2 : 1).join("/");
}

/** Reads the document; signatures are not looked at. @throws GovernanceError INV-040 */
export function parseReleaseManifest(document: Uint8Array): ReleaseManifest {
  const release = reader.object(reader.parse(document), "", [
    "type",
    "runtimeVersion",
    "evaluatorSemantics",
    "schemaVersions",
    "createdAt",
    "files",
  ]);
  reader.constant(release["type"], "/type", TYPE);
  const runtimeVersion = reader.text(release["runtimeVersion"], "/runtimeVersion", 64);
  if (!isPolicyVersion(runtimeVersion)) throw reader.defect("/runtimeVersion", "a semantic version");
  const evaluatorSemantics = reader.text(release["evaluatorSemantics"], "/evaluatorSemantics", 64);
  if (!SEMANTICS.test(evaluatorSemantics)) {
    throw reader.defect("/evaluatorSemantics", 'a name like "parmana-policy/1"');
  }
  const schemaVersions = reader.list(release["schemaVersions"], "/schemaVersions", 64).map((entry, index) => {
    const schemaVersion = reader.text(entry, `/schemaVersions/${index}`, 64);
    if (!isPolicyVersion(schemaVersion)) {
      throw reader.defect(`/schemaVersions/${index}`, "a semantic version");
    }
    return schemaVersion;
  });
  if (new Set(schemaVersions).size !== schemaVersions.length) {
    throw reader.defect("/schemaVersions", "versions that differ");
  }
  const createdAt = reader.timestamp(release["createdAt"], "/createdAt");
  const files = parseFileList(release["files"], "/files", fileTerms);
  return Object.freeze({
    runtimeVersion,
    evaluatorSemantics,
    schemaVersions: Object.freeze(schemaVersions),
    createdAt,
    files,
    runtimeHash: runtimeHashOf(files),
    releaseManifestHash: sha256(document),
  });
}
