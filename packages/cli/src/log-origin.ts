import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { encodeUtf8, sha256, shorten } from "@parmanasystems/canonical";
import { writeFileAtomically } from "@parmanasystems/governance/node";
import {
  createVerifierKey,
  generatePrivateKey,
  noteAlgorithms,
  parseNote,
  type PublicKey,
  SigningError,
} from "@parmanasystems/signing";
import { parseCheckpoint } from "@parmanasystems/verifier";
import { CliError, type CliErrorCode } from "./errors.js";
import type { Home } from "./home.js";
import { readNote } from "./remembered-checkpoint.js";

/** The log's name stays when its key is followed by another, so it is kept by itself. */
export function originPath(home: Home): string {
  return join(home.audit, "origin");
}

/**
 * The origin of the home's log: as it was written down, else that of its checkpoints, else a name that no other log has.
 * @throws CliError CLI-051, CLI-004
 */
export function originOf(home: Home, latest: string | undefined, key: PublicKey): string {
  const path = originPath(home);
  if (existsSync(path)) {
    return requireOrigin(readNote(path).replace(/\n$/, ""), "CLI-051", `The origin in ${path}`);
  }
  return latest === undefined ? derivedOrigin(key) : parseCheckpoint(parseNote(latest).text).origin;
}

/** @throws GovernanceError TRUST-052 */
export async function writeOrigin(home: Home, origin: string): Promise<void> {
  mkdirSync(home.audit, { recursive: true, mode: 0o700 });
  await writeFileAtomically(originPath(home), encodeUtf8(`${origin}\n`), { mode: 0o644 });
}

const DERIVED_DIGITS = 16;

export function derivedOrigin(key: PublicKey): string {
  const [, digits = ""] = sha256(key.raw).split(":");
  return `parmana.local/${digits.slice(0, DERIVED_DIGITS)}`;
}

/** @throws CliError of the code, for what cannot be the name of a key in a signed note */
export function requireOrigin(origin: string, code: CliErrorCode, what: string): string {
  try {
    const { publicKey } = generatePrivateKey();
    return createVerifierKey({ name: origin, algorithm: noteAlgorithms.ed25519, publicKey }).name;
  } catch (cause) {
    if (!SigningError.isInstance(cause)) throw cause;
    const problem = `must be 1 to 255 characters without spaces, controls and plus, not ${shorten(origin)}`;
    throw new CliError(code, `${what} ${problem}.`, { cause });
  }
}
