import { openLedger, type SqliteLedger } from "@parmanasystems/audit-db";
import { type Home, requireHome } from "./home.js";

/** Opens the ledger of a home for a question that needs no key. @throws CliError CLI-002; LedgerError */
export async function withHomeLedger<Answer>(
  home: Home,
  work: (ledger: SqliteLedger) => Promise<Answer>,
): Promise<Answer> {
  requireHome(home);
  const ledger = openLedger(home.ledger);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}
