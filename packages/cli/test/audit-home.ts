import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { sampleFolder } from "./policy-files.js";
import { parmana, type Run } from "./run-parmana.js";

export interface AuditHome {
  readonly directory: string;
  readonly home: string;
  readonly ledger: string;
  readonly checkpoint: string;
  readonly run: (...words: string[]) => Promise<Run>;
  /** A claim that is decided at once, or by 90 rejected. */
  readonly execute: (id: string, amount: number, risk?: number) => Promise<Run>;
}

/** A home with the sample policy and a release, for the tests of one file. */
export function auditHome(): AuditHome {
  const directory = mkdtempSync(join(tmpdir(), "parmana-audit-"));
  const home = join(directory, "home");
  const run = (...words: string[]) => parmana(...words, "--home", home);
  beforeAll(async () => {
    for (const words of [["init"], ["policy", "sign", sampleFolder("claims-approval")], ["release", "build"]])
      expect(await run(...words)).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const signals = (amount: number, risk: number) =>
    [`claim_amount=${String(amount)}`, `risk_score=${String(risk)}`, "vip_customer=false"].flatMap(
      (signal) => ["--signal", signal],
    );
  return {
    directory,
    home,
    ledger: join(home, "ledger.db"),
    checkpoint: join(home, "audit/checkpoint"),
    run,
    execute: (id, amount, risk = 12) =>
      run("execute", "claims-approval", ...signals(amount, risk), "--execution-id", id),
  };
}

/** A change that somebody with every right made, who left the trigger that forbids it as it was. */
export function tamper(path: string, trigger: string, sql: string): void {
  const found = shell(path, `SELECT sql FROM sqlite_schema WHERE name = '${trigger}'`) as { sql: string };
  shell(path, `DROP TRIGGER ${trigger}`);
  shell(path, sql);
  shell(path, found.sql);
}

interface Database {
  prepare(sql: string): { get(): unknown };
  close(): void;
}

/** The file as any SQLite shell would open it; answers with the first row. */
export function shell(path: string, sql: string): unknown {
  const load = createRequire(new URL("../../audit-db/package.json", import.meta.url));
  const { DatabaseSync } = load("@photostructure/sqlite") as { DatabaseSync: new (path: string) => Database };
  const database = new DatabaseSync(path);
  try {
    return database.prepare(sql).get();
  } finally {
    database.close();
  }
}
