import type { SqliteLedger } from "@parmanasystems/audit-db";
import { createExecutionRuntime, type ExecutionRuntime } from "@parmanasystems/execution-runtime";
import { LocalSigner, LocalVerifier } from "@parmanasystems/signing";
import { noteExpiries } from "./expiry-notes.js";
import { type Home, requireHome, requireRelease } from "./home.js";
import { runtimeKey } from "./home-keys.js";
import { openHomeLedger } from "./home-ledger.js";
import type { Output } from "./output.js";

export interface HomeRuntime {
  /** Closes the ledger, too. */
  readonly runtime: ExecutionRuntime;
  readonly ledger: SqliteLedger;
}

/** The runtime of a home, on its ledger and with its runtime key. @throws CliError CLI-002, CLI-007; KEY-*, TRUST-*; LedgerError */
export async function openHomeRuntime(home: Home, output: Output): Promise<HomeRuntime> {
  requireHome(home);
  requireRelease(home);
  const key = await runtimeKey(home, Date.now());
  await noteExpiries(home, [key.keyId], output);
  const ledger = await openHomeLedger(home);
  const runtime = createExecutionRuntime({
    environment: home.environment,
    signer: new LocalSigner(key),
    verifier: new LocalVerifier(key.publicKey),
    replayStore: ledger,
    modules: [import.meta.url],
  });
  return { runtime, ledger };
}
