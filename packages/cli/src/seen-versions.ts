import { existsSync } from "node:fs";
import type { SeenVersion, VersionedSubject, VersionMemory } from "@parmanasystems/execution-runtime";
import type { PolicyIndex } from "@parmanasystems/governance";
import { CliError } from "./errors.js";
import type { Home } from "./home.js";
import { openHomeLedger } from "./home-ledger.js";

/** The highest version that the ledger of the home ever accepted; undefined where there is no ledger yet. */
export async function seenVersion(home: Home, subject: VersionedSubject): Promise<SeenVersion | undefined> {
  return withMemory(home, (versions) => versions.highest(subject));
}

/**
 * Remembers a version that was put in force. A ledger is made for an index only: one made for a trust root would look as if it
 * had watched over the index, too.
 */
export async function rememberVersion(
  home: Home,
  subject: VersionedSubject,
  { version, hash }: SeenVersion,
): Promise<void> {
  const remember = (versions: VersionMemory) => versions.remember(subject, { version, hash });
  await (subject === "policy-index" ? withLedger(home, remember) : withMemory(home, remember));
}

/** Without the ledger nobody could tell a rolled-back index from the newest. @throws CliError CLI-008 */
export function requireMemory(home: Home, index: PolicyIndex): void {
  if (existsSync(home.ledger) || index.version === 1) return;
  throw new CliError(
    "CLI-008",
    `The ledger ${home.ledger} is missing, and the policy index is at version ${String(index.version)}.`,
  );
}

async function withMemory<Result>(
  home: Home,
  work: (versions: VersionMemory) => Promise<Result>,
): Promise<Result | undefined> {
  return existsSync(home.ledger) ? withLedger(home, work) : undefined;
}

async function withLedger<Result>(
  home: Home,
  work: (versions: VersionMemory) => Promise<Result>,
): Promise<Result> {
  const ledger = await openHomeLedger(home);
  try {
    return await work(ledger.versions);
  } finally {
    await ledger.close();
  }
}
