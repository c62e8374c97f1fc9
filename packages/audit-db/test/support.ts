import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reservation, ReserveOutcome, ReserveRequest } from "@parmanasystems/execution-runtime";
import { afterAll, expect } from "vitest";
import { selectDriver, type SqliteDatabase, type SqliteDriver, type SqliteStatement } from "../src/driver.js";
import type { HeadMemory } from "../src/index.js";
import { SCHEMA } from "../src/schema.js";
import { facts } from "./records.js";

/** A directory for the ledgers of one test file, removed at its end. */
export function temporaryDirectory(): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), "parmana-ledger-"));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return (name) => join(directory, name);
}

export function reserveRequest(
  executionId: string,
  name: string,
  overrides: Partial<ReserveRequest> = {},
): ReserveRequest {
  return { executionId, fingerprint: facts(name), identity: "fingerprint", leaseMs: 1_000, ...overrides };
}

export function reservationOf(answer: ReserveOutcome): Reservation {
  if (answer.outcome !== "reserved") throw new Error(`expected a reservation, got ${answer.outcome}`);
  return answer.reservation;
}

/** What a signer remembers, as long as the test lasts. */
export function headsInMemory(first?: string): HeadMemory {
  let last = first;
  return {
    latest: () => Promise.resolve(last),
    replace: (previous, note) => {
      if (last !== previous) return Promise.resolve(false);
      last = note;
      return Promise.resolve(true);
    },
  };
}

export function refusal(code: string): unknown {
  return expect.objectContaining({ code });
}

/** A second, plain connection to the file, as any SQLite shell would open it. */
export function shell(path: string, use: (database: SqliteDatabase) => void): void {
  const database = selectDriver().open(path);
  try {
    use(database);
  } finally {
    database.close();
  }
}

/** Runs statements as somebody would who first removes what protects the log, and puts it back afterwards. */
export function tamper(path: string, sql: string): void {
  shell(path, (database) => {
    const triggers = SCHEMA.filter((statement) => statement.startsWith("CREATE TRIGGER"));
    for (const trigger of triggers) database.exec(`DROP TRIGGER ${trigger.split(" ")[2] ?? ""}`);
    database.exec(sql);
    for (const trigger of triggers) database.exec(trigger);
  });
}

/** The real driver with a tap: every statement is seen, and chosen ones fail. */
export class TappedDriver implements SqliteDriver {
  readonly ran: string[] = [];
  /** Called before each statement runs; what it throws is what SQLite would have thrown. */
  before: (sql: string) => void = () => undefined;
  database: SqliteDatabase | undefined;

  open(path: string): SqliteDatabase {
    const database = selectDriver().open(path);
    this.database = database;
    const seen = (sql: string) => {
      this.ran.push(sql);
      this.before(sql);
    };
    return {
      exec(sql) {
        seen(sql);
        database.exec(sql);
      },
      prepare: (sql) => tapped(sql, database.prepare(sql), seen),
      close() {
        database.close();
      },
    };
  }

  count(sql: string): number {
    return this.ran.filter((ran) => ran === sql).length;
  }
}

function tapped(sql: string, statement: SqliteStatement, seen: (sql: string) => void): SqliteStatement {
  return {
    run(...parameters) {
      seen(sql);
      return statement.run(...parameters);
    },
    get(...parameters) {
      seen(sql);
      return statement.get(...parameters);
    },
  };
}

/** An error as both drivers raise it. */
export function sqliteError(errcode: number, message: string): Error {
  return Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode });
}

/** As a connection is that SQLite's own shell opens. */
export function withoutDefence(database: SqliteDatabase): void {
  const enable: unknown = Reflect.get(database, "enableDefensive");
  if (typeof enable === "function") Reflect.apply(enable, database, [false]);
}
