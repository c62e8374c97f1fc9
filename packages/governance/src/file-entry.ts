import { type JsonValue, type Sha256, sha256 } from "@parmanasystems/canonical";
import type { DocumentReader } from "./document-reader.js";
import type { GovernanceError } from "./errors.js";

/** One listed file: where it is, how long it is in bytes, and the hash of exactly those bytes. */
export interface FileEntry {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly size: number;
  readonly sha256: Sha256;
}

/** What a manifest demands of its list of files. */
export interface FileListTerms {
  readonly reader: DocumentReader;
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  readonly isPath: (path: string) => boolean;
  /** Whether two paths may differ in case only, which some file systems cannot hold. */
  readonly caseMatters: boolean;
  readonly pathDefect: (path: string) => GovernanceError;
}

export function describeFile(path: string, bytes: Uint8Array): FileEntry {
  return Object.freeze({ path, size: bytes.length, sha256: sha256(bytes) });
}

/** Code-unit order, which no locale changes. */
export function comparePaths(left: string, right: string): number {
  return Number(left > right) - Number(left < right);
}

export function sortByPath(files: Iterable<FileEntry>): readonly FileEntry[] {
  return Object.freeze(
    Array.from(files, ({ path, size, sha256: hash }) => Object.freeze({ path, size, sha256: hash })).sort(
      (left, right) => comparePaths(left.path, right.path),
    ),
  );
}

/** Reads a closed list of files, sorted by path, no path twice. */
export function parseFileList(
  value: JsonValue | undefined,
  pointer: string,
  terms: FileListTerms,
): readonly FileEntry[] {
  const { reader, maxFiles, maxFileBytes, isPath, caseMatters, pathDefect } = terms;
  const taken = new Set<string>();
  let last = "";
  const files = reader.list(value, pointer, maxFiles).map((element, index) => {
    const at = `${pointer}/${index}`;
    const entry = reader.object(element, at, ["path", "size", "sha256"]);
    const path = reader.text(entry["path"], `${at}/path`, 512);
    const identity = caseMatters ? path : path.toLowerCase();
    if (!isPath(path) || taken.has(identity)) throw pathDefect(path);
    if (comparePaths(last, path) >= 0) throw reader.defect(`${at}/path`, "paths in ascending order");
    taken.add(identity);
    last = path;
    return Object.freeze({
      path,
      size: reader.integer(entry["size"], `${at}/size`, 0, maxFileBytes),
      sha256: reader.hash(entry["sha256"], `${at}/sha256`),
    });
  });
  return Object.freeze(files);
}
