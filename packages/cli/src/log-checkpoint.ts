import { existsSync } from "node:fs";
import { type AuditLog, headFile, type WitnessTerms } from "@parmanasystems/audit-db";
import { requireSigningKey } from "@parmanasystems/governance";
import { readPrivateKey, readTrustRoot } from "@parmanasystems/governance/node";
import { createNoteSigner, parseNote, type PrivateKey } from "@parmanasystems/signing";
import { parseCheckpoint } from "@parmanasystems/verifier";
import { CliError } from "./errors.js";
import type { Home } from "./home.js";
import { homeKeys } from "./home-keys.js";
import { originOf, originPath, writeOrigin } from "./log-origin.js";
import { checkpointPath, rememberedCheckpoint } from "./remembered-checkpoint.js";

export interface CheckpointTerms {
  /** A file of the log's private key; the home's when absent. */
  readonly key?: string | undefined;
  readonly witnesses?: WitnessTerms | undefined;
}

/**
 * Signs what the log of the home is now, and remembers it outside the ledger.
 * @throws CliError CLI-050, CLI-051; LedgerError SYS-036 to -038, SYS-046; KEY-*, TRUST-*
 */
export async function issueCheckpoint(
  home: Home,
  ledger: { readonly audit: AuditLog },
  { key, witnesses }: CheckpointTerms = {},
): Promise<string> {
  const privateKey = await logKey(home, key);
  const latest = rememberedCheckpoint(home) ?? (await ledger.audit.latestCheckpoint());
  const name = originOf(home, latest, privateKey.publicKey);
  const heads = headFile(checkpointPath(home));
  const note = await ledger.audit.checkpoint(createNoteSigner({ name, privateKey }), { heads, witnesses });
  if (!existsSync(originPath(home))) await writeOrigin(home, name);
  return note;
}

/** A checkpoint by any other key would be one that nobody believes, and the log could have no other of its size. */
async function logKey(home: Home, path: string | undefined): Promise<PrivateKey> {
  const now = Date.now();
  if (path !== undefined) {
    const key = await readPrivateKey(path);
    const { value: trustRoot } = await readTrustRoot(home.environment);
    requireSigningKey(trustRoot, "log", key.keyId, now);
    return key;
  }
  const [key] = await homeKeys(home, "log", now);
  if (key !== undefined) return key;
  throw new CliError("CLI-050", `No key in ${home.keys} may sign for the role log now.`);
}

/** How many entries a checkpoint is about. @throws what is thrown for a note that is none */
export function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(note).text).size;
}
