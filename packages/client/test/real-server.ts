import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger, type SqliteLedger } from "@parmanasystems/audit-db";
import { createExecutionRuntime } from "@parmanasystems/execution-runtime";
import { type ApiKeyRecord, type CallerRole, createApiKey } from "@parmanasystems/governance";
import { createServer, type ServerOptions } from "@parmanasystems/server";
import { createNoteSigner, type Signer } from "@parmanasystems/signing";
import { createTestEnvironment } from "@parmanasystems/testkit";
import { afterAll, beforeAll } from "vitest";

const sources = new URL("../../..", import.meta.url);

export interface RealServer {
  readonly url: string;
  readonly port: number;
  readonly ledger: SqliteLedger;
  /** Signs the log as it is. */
  checkpoint(): Promise<string>;
  close(): Promise<void>;
}

export interface Given {
  /** A key with every role. */
  readonly apiKey: string;
  keyFor(name: string, roles: readonly CallerRole[]): string;
  readonly ledgerFile: string;
  readonly signer: Signer;
  /** The real server on a SQLite file; `port` 0 for a free one. */
  start(
    options?: {
      readonly port?: number;
      readonly ledgerFile?: string;
      readonly signer?: Signer;
    } & Partial<ServerOptions>,
  ): Promise<RealServer>;
}

const ALL: readonly CallerRole[] = ["evaluator", "approver", "auditor", "operator"];

export function realServer(): () => Given {
  let given: Given | undefined;
  let removeEnvironment: (() => void) | undefined;
  const directory = mkdtempSync(join(tmpdir(), "parmana-client-"));
  const ledgerFile = join(directory, "ledger.db");
  const closers: (() => Promise<void>)[] = [];
  const keys: ApiKeyRecord[] = [];

  beforeAll(async () => {
    const environment = await createTestEnvironment({
      policies: ["claims-approval", "loan-approval"].map((id) =>
        fileURLToPath(new URL(`policies/${id}/1.0.0`, sources)),
      ),
      modules: [fileURLToPath(new URL("packages/execution-runtime/src/index.ts", sources))],
      now: Date.now(),
    });
    removeEnvironment = () => {
      environment.remove();
    };
    given = {
      apiKey: makeKey("claims-service", ALL),
      keyFor: makeKey,
      ledgerFile,
      signer: environment.signer,
      async start({ port = 0, ledgerFile: file = ledgerFile, signer = environment.signer, ...options } = {}) {
        const { paths, verifier } = environment;
        const ledger = openLedger(file);
        const runtime = createExecutionRuntime({ environment: paths, signer, verifier, replayStore: ledger });
        const server = createServer({
          runtime,
          records: ledger,
          authentication: { apiKeys: () => keys },
          probes: { ledger: () => ledger.find("readyz") },
          ...options,
        });
        const url = await server.listen({ host: "127.0.0.1", port });
        let closed: Promise<void> | undefined;
        const close = () => (closed ??= server.close().then(() => runtime.close()));
        closers.push(close);
        const logSigner = createNoteSigner({
          name: "log.example.com",
          privateKey: environment.keys.log,
        });
        const checkpoint = () => ledger.audit.checkpoint(logSigner, { unsafeWithoutHeads: true });
        return { url, port: (server.server.address() as AddressInfo).port, ledger, checkpoint, close };
      },
    };
  });
  afterAll(async () => {
    for (const close of closers) await close();
    removeEnvironment?.();
    rmSync(directory, { recursive: true, force: true });
  });
  return () => {
    if (given === undefined) throw new Error("the environment is made before all tests");
    return given;
  };

  function makeKey(name: string, roles: readonly CallerRole[]): string {
    const { key, record } = createApiKey({
      name,
      roles,
      approverRoles: ["claims-manager"],
      policies: null,
      createdAt: Date.now(),
      expiresAt: null,
    });
    keys.push(record);
    return key;
  }
}

let amount = 0;

/** Facts that no test has proposed before; approved, or from 200,000 on for people to decide. */
export function claim(from = 0) {
  amount += 1;
  return {
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    signals: { claim_amount: from + amount, risk_score: 10, vip_customer: false },
  };
}
