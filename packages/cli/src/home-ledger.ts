import { existsSync } from "node:fs";
import { LedgerError, openLedger, type SqliteLedger } from "@parmanasystems/audit-db";
import { type Home, requireHome } from "./home.js";
import { rememberedCheckpoint } from "./remembered-checkpoint.js";

/**
 * Opens the ledger of a home, or makes it. One that does not continue the checkpoint that the home remembers, such as an
 * older copy, is refused.
 * @throws LedgerError SYS-010 to -018, SYS-036, SYS-037
 */
export async function openHomeLedger(home: Home): Promise<SqliteLedger> {
  const remembered = rememberedCheckpoint(home);
  if (remembered !== undefined) requireLedger(home);
  const ledger = openLedger(home.ledger);
  try {
    if (remembered !== undefined) await ledger.audit.requireContinuation(remembered);
    return ledger;
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

/** A new ledger in place of one that was lost would decide everything once more. @throws LedgerError SYS-037 */
export function requireLedger(home: Home): void {
  if (existsSync(home.ledger)) return;
  throw new LedgerError(
    "SYS-037",
    `The ledger ${home.ledger} is missing, and a checkpoint of its log is remembered.`,
  );
}

/** Opens the ledger of a home for a question that needs no key. @throws CliError CLI-002; LedgerError */
export async function withHomeLedger<Answer>(
  home: Home,
  work: (ledger: SqliteLedger) => Promise<Answer>,
): Promise<Answer> {
  requireHome(home);
  return withLedger(home, work);
}

/** The same where a ledger is, and perhaps no trust root to judge by what is in it. @throws CliError CLI-002; LedgerError */
export async function withUnjudgedLedger<Answer>(
  home: Home,
  work: (ledger: SqliteLedger) => Promise<Answer>,
): Promise<Answer> {
  if (!existsSync(home.ledger)) requireHome(home);
  return withLedger(home, work);
}

async function withLedger<Answer>(
  home: Home,
  work: (ledger: SqliteLedger) => Promise<Answer>,
): Promise<Answer> {
  const ledger = await openHomeLedger(home);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}
