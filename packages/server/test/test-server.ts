import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger, type SqliteLedger } from "@parmanasystems/audit-db";
import { createExecutionRuntime, type ExecutionRuntime } from "@parmanasystems/execution-runtime";
import { type ApiKeyRecord, type CallerRole, createApiKey } from "@parmanasystems/governance";
import type { Signer } from "@parmanasystems/signing";
import { createTestEnvironment, type TestEnvironment } from "@parmanasystems/testkit";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll } from "vitest";
import { createServer, type ServerOptions, signerProbe } from "../src/index.js";

const sources = new URL("../../..", import.meta.url);

interface Keys {
  readonly records: ApiKeyRecord[];
  /** A key for somebody with these roles. */
  make(name: string, roles: readonly CallerRole[], terms?: Partial<ApiKeyRecord>): string;
}

function keyring(): Keys {
  const records: ApiKeyRecord[] = [];
  return {
    records,
    make(name, roles, terms = {}) {
      const { key, record } = createApiKey({
        name,
        roles,
        approverRoles: [],
        policies: null,
        createdAt: Date.now(),
        expiresAt: null,
        ...terms,
      });
      records.push({ ...record, revokedAt: terms.revokedAt ?? null });
      return key;
    },
  };
}

export interface TestServer {
  readonly environment: TestEnvironment;
  readonly keys: Keys;
  /** The keys of one caller for each role. */
  readonly evaluator: string;
  readonly approver: string;
  readonly auditor: string;
  readonly operator: string;
  readonly logLines: string[];
  /** A server on a ledger of its own; closed at the end. */
  start(options?: Partial<ServerOptions>, signer?: Signer): Started;
}

export interface Started {
  readonly server: FastifyInstance;
  readonly runtime: ExecutionRuntime;
  readonly ledger: SqliteLedger;
}

/** Real keys, signatures and SQLite; the server is the real one, asked through inject or a socket. */
export function testServer(policies = ["claims-approval", "loan-approval"]): () => TestServer {
  let made: TestServer | undefined;
  const directory = mkdtempSync(join(tmpdir(), "parmana-server-"));
  const running: Started[] = [];
  beforeAll(async () => {
    const environment = await createTestEnvironment({
      policies: policies.map((id) => fileURLToPath(new URL(`policies/${id}/1.0.0`, sources))),
      modules: [fileURLToPath(new URL("packages/execution-runtime/src/index.ts", sources))],
      now: Date.now(),
    });
    const keys = keyring();
    const logLines: string[] = [];
    made = {
      environment,
      keys,
      evaluator: keys.make("claims-service", ["evaluator"]),
      approver: keys.make("maria", ["approver"], { approverRoles: ["claims-manager"] }),
      auditor: keys.make("auditor", ["auditor"]),
      operator: keys.make("operator", ["operator"]),
      logLines,
      start(options = {}, signer = environment.signer) {
        const { paths, verifier } = environment;
        const ledger = openLedger(join(directory, `${String(running.length)}.db`));
        const runtime = createExecutionRuntime({ environment: paths, signer, verifier, replayStore: ledger });
        const server = createServer({
          runtime,
          records: ledger,
          authentication: { apiKeys: () => keys.records },
          probes: {
            signer: signerProbe(signer, verifier),
            ledger: () => ledger.requireWritable(),
            log: () => ledger.entries({ from: 0, limit: 1 }),
          },
          log: { level: "debug", stream: { write: (line) => logLines.push(line) } },
          limits: { requestsPerSecond: 0 },
          ...options,
        });
        const started = { server, runtime, ledger };
        running.push(started);
        return started;
      },
    };
  });
  afterAll(async () => {
    for (const { server, runtime } of running) {
      await server.close();
      await runtime.close();
    }
    made?.environment.remove();
    rmSync(directory, { recursive: true, force: true });
  });
  return () => {
    if (made === undefined) throw new Error("the environment is made before all tests");
    return made;
  };
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

export const claim = (amount: number, risk = 10) => ({
  policyId: "claims-approval",
  policyVersion: "1.0.0",
  signals: { claim_amount: amount, risk_score: risk, vip_customer: false },
});
