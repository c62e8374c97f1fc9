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
      "Let the role create the schema, or create it for the role: CREATE SCHEMA parmana AUTHORIZATION role. Its tables must belong to the role or be granted to it, and it needs TEMPORARY on the database, which everybody has unless it was taken away: opening makes a copy of the schema there to compare with.",
  },
  "SYS-036": {
    meaning: "What was given as a checkpoint of the log is none.",
    remedy:
      "Pass the signed note as it was printed or stored, with its origin, size, root and signature lines.",
  },
  "SYS-037": {
    meaning: "The log does not continue a checkpoint: it was cut or rewritten, or it is another log.",
    remedy:
      "Keep the ledger and the checkpoint as evidence. Find out which of them is not yours, then restore the last backup that continues the checkpoint.",
  },
  "SYS-038": {
    meaning: "Too few witnesses cosigned the checkpoint.",
    remedy: "The message names what each of them answered. Nothing was stored; issue the checkpoint again.",
  },
  "SYS-039": {
    meaning: "A file of a tile export is not what the log says that it must be.",
    remedy:
      "Keep the directory as evidence: somebody changed the file that the message names, or it is of another log. Export into an empty directory.",
  },
  "SYS-040": {
    meaning:
      "The ledger was made by a build before the first release: its log does not say how identities are consumed, or its tables are others.",
    remedy:
      "Nothing was changed in it. Keep it as evidence and read it with the build that made it; begin a new ledger, which does not know what that one consumed.",
  },
  "SYS-044": {
    meaning: "The clock is far behind the last entry of the log, so nothing is written by it.",
    remedy:
      "Set the clock of this machine, or of the PostgreSQL server, right. If the last entry is of the future because a clock once was, wait until then, or restore the last backup from before and keep the ledger as evidence.",
  },
  "SYS-045": {
    meaning:
      "A key that is revoked signed what the log holds, and nothing but the ledger says that it is older than the revocation.",
    remedy:
      "Name a checkpoint that covers it and since when it has been kept, before the revocation, or the witnesses who cosigned one before then. If there is neither, do not rely on what the key signed.",
  },
  "SYS-046": {
    meaning: "Others that sign the same log came in between each time.",
    remedy: "Let one process sign the log, or try again; what was signed in the meantime is in the ledger.",
  },
  "SYS-047": {
    meaning: "The log holds entries that are dated in the future of whoever verifies it.",
    remedy:
      "Set the clock of the verifying machine right and verify again. If it is right, a clock was wrong when the entries were written, or somebody dated them: do not rely on their times, and nothing is written until then (SYS-044).",
  },
} as const satisfies ErrorTable;

export type LedgerErrorCode = keyof typeof ledgerErrors;

/** The ledger's own errors. Those of the ports (INV-013, SYS-001 and so on) are `RuntimeError`s. */
export class LedgerError extends ParmanaError<LedgerErrorCode> {
  override readonly name: string = "LedgerError";
}
