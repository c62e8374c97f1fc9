import { lstatSync, statSync } from "node:fs";
import { ParmanaError } from "@parmanasystems/canonical";
import { CliError, reasonOf } from "../errors.js";
import { isEvidenceBundle } from "../evidence-bundle-input.js";
import { parsePresented } from "../parse-file.js";
import { type PresentedFile, presentFile } from "../presented-file.js";
import { readInput } from "../read-input.js";

/** What belongs to one file. */
export interface Companions {
  readonly evidence?: Uint8Array | undefined;
  readonly original?: Uint8Array | undefined;
  readonly votes?: Uint8Array | undefined;
  readonly logProof?: Uint8Array | undefined;
}

type CompanionKind = keyof Companions;

/** Behind the name of the file that they belong to, so that one folder can hold many. */
const ENDINGS = {
  evidence: ".evidence",
  original: ".original",
  votes: ".votes",
  logProof: ".tlog-proof",
} as const satisfies Record<CompanionKind, string>;

/** As `parmana execute --out` and `parmana review show --out` write them. */
const RESULT_NAMES: ReadonlyMap<string, Partial<Record<CompanionKind, string>>> = new Map([
  ["attestation.json", { evidence: "evidence.json" }],
  ["resolution.json", { votes: "votes.json", original: "original.json" }],
]);

/** What is looked for beside a file, by what it is. */
export const companionKinds = {
  attestation: ["evidence", "logProof"],
  resolution: ["original", "votes", "logProof"],
} as const satisfies Record<PresentedFile["kind"], readonly CompanionKind[]>;

/**
 * Those of the files of a folder that another one of them, as it is now, is judged with.
 * @param prefix the folder's path, with a slash behind it
 */
export function companionNames(prefix: string, names: ReadonlySet<string>): ReadonlySet<string> {
  const used = new Set<string>();
  for (const [name, beside] of RESULT_NAMES) {
    const known = Object.values(beside).filter((companion) => names.has(companion));
    if (known.length === 0 || !names.has(name)) continue;
    const paths = new Set(pathsUsedBy(`${prefix}${name}`));
    for (const companion of known) if (paths.has(`${prefix}${companion}`)) used.add(companion);
  }
  return used;
}

/** None for an evidence bundle, and for what cannot be judged: why not, its own finding says. */
function pathsUsedBy(file: string): readonly string[] {
  try {
    const bytes = readInput(file);
    const value = parsePresented(file, bytes);
    if (isEvidenceBundle(value)) return [];
    const kinds = companionKinds[presentFile(value, { path: file, bytes }).kind];
    return kinds.flatMap((kind) => beside(file, kind) ?? []);
  } catch (error) {
    if (ParmanaError.isInstance(error)) return [];
    throw error;
  }
}

/** The path of a log proof beside the file. */
export function logProofBeside(file: string): string | undefined {
  return file === "-" ? undefined : beside(file, "logProof");
}

/** Reads what lies beside a file. @throws CliError CLI-004 */
export function readCompanions(file: string, kinds: readonly CompanionKind[]): Companions {
  if (file === "-") return {};
  const found = kinds.flatMap((kind): [CompanionKind, Uint8Array][] => {
    const path = beside(file, kind);
    return path === undefined ? [] : [[kind, readInput(path)]];
  });
  return Object.fromEntries(found);
}

function beside(file: string, kind: CompanionKind): string | undefined {
  const path = `${file}${ENDINGS[kind]}`;
  if (isThere(path)) return path;
  const at = file.lastIndexOf("/") + 1;
  const name = RESULT_NAMES.get(file.slice(at))?.[kind];
  if (name !== undefined && isThere(`${file.slice(0, at)}${name}`)) return `${file.slice(0, at)}${name}`;
  return undefined;
}

/** A link that leads nowhere is there, and reading it says so. @throws CliError CLI-004 also where reading it might never end */
function isThere(path: string): boolean {
  if (!hasEntry(path)) return false;
  try {
    if (statSync(path).isFile()) return true;
  } catch {
    return true;
  }
  throw new CliError("CLI-004", `What lies at ${path} is no regular file.`);
}

function hasEntry(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    // What would have too long a name cannot lie there.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return false;
    throw new CliError("CLI-004", `${path} cannot be looked at: ${reasonOf(cause)}.`, { cause });
  }
}
