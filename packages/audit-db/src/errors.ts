import { type ErrorTable, ParmanaError } from "@parmanasystems/canonical";

export const ledgerErrors = {
  "SYS-010": {
    meaning: "The ledger file cannot be opened or created.",
    remedy:
      "Create the directory and give this user the right to read and write in it; the message names the path.",
  },
  "SYS-011": {
    meaning: "The file is not a Parmana ledger.",
    remedy: "Check the path. The file was left as it is; choose another one for the ledger.",
  },
  "SYS-012": {
    meaning: "The ledger is read-only, and there is no decision without its record.",
    remedy:
      "Give this user the right to write the file and its directory, or remount the file system writable.",
  },
  "SYS-013": {
    meaning: "The ledger is damaged or was changed by someone else: what is stored does not fit together.",
    remedy:
      "Keep the file as evidence, restore the last backup, and compare both. Nothing is written to a damaged ledger.",
  },
  "SYS-014": {
    meaning: "The file system does not give the durability that the ledger needs.",
    remedy: "Put the ledger on a local file system; network file systems cannot hold a write-ahead log.",
  },
  "SYS-015": {
    meaning: "No usable SQLite was found.",
    remedy:
      "Reinstall with the prebuilt @photostructure/sqlite for this platform, or use a Node with SQLite 3.51.3 or newer.",
  },
  "SYS-016": {
    meaning: "An argument of the ledger is not usable.",
    remedy: "The message names the argument and what it must be.",
  },
  "SYS-017": {
    meaning: "The audit record contradicts itself or the reservation it is meant to end.",
    remedy:
      "Build the record from the reservation and the attestation of the same execution; the message names the member.",
  },
  "SYS-018": {
    meaning: "Anyone on this machine may write the ledger file.",
    remedy: "Run `chmod 600` on the file, and check who may have changed it.",
  },
  "SYS-019": {
    meaning: "The clock gave something that is no instant.",
    remedy: "Pass a clock whose `now()` is a whole number of milliseconds since 1970.",
  },
  "SYS-030": {
    meaning: "The address of the PostgreSQL server is not usable.",
    remedy:
      "Pass a URL such as postgres://user:password@host:5432/database with special characters percent-encoded, or an object with host, port, database, user, password and ssl.",
  },
  "SYS-031": {
    meaning: "The PostgreSQL server refuses this client: its role, password, database or TLS.",
    remedy:
      "Compare the address with the server's pg_hba.conf and certificate; the message gives its reason.",
  },
  "SYS-032": {
    meaning: "The PostgreSQL schema holds the tables of something else.",
    remedy: "Name a schema of its own for the ledger. What is there was left as it is.",
  },
  "SYS-033": {
    meaning: "The PostgreSQL server is a standby or read-only, and there is no decision without its record.",
    remedy: "Connect to the primary. After a failover, work goes on by itself once the address leads there.",
  },
  "SYS-034": {
    meaning: "The PostgreSQL server or database is not set up as the ledger needs it: durable, and in UTF-8.",
    remedy:
      "Set fsync = on in the server's configuration, leave synchronous_commit to the ledger, and create the database with the encoding UTF8.",
  },
  "SYS-035": {
    meaning: "The PostgreSQL role lacks a right that the ledger needs.",
    remedy:
      "Let the role create the schema, or create it for the role: CREATE SCHEMA parmana AUTHORIZATION role. Its tables must belong to the role or be granted to it.",
  },
} as const satisfies ErrorTable;

export type LedgerErrorCode = keyof typeof ledgerErrors;

/** The ledger's own errors. Those of the ports (INV-013, SYS-001 and so on) are `RuntimeError`s. */
export class LedgerError extends ParmanaError<LedgerErrorCode> {
  override readonly name: string = "LedgerError";
}
