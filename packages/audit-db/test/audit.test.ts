import { describe } from "vitest";
import { openLedger } from "../src/index.js";
import { auditBehaviour, type AuditHarness } from "./audit-behaviour.js";
import { revocationBehaviour } from "./revocation-behaviour.js";
import { signingBehaviour } from "./signing-behaviour.js";
import { shell, tamper, temporaryDirectory } from "./support.js";
import { tamperBehaviour } from "./tamper-behaviour.js";
import { tilesBehaviour } from "./tiles-behaviour.js";

const inDirectory = temporaryDirectory();
let made = 0;
let path = "";

describe("the audit log of an SQLite ledger", () => {
  // Opened within a promise, so that a refusal is a rejection.
  const open = async () => Promise.resolve().then(() => openLedger(path));
  const harness: AuditHarness = {
    create: () => {
      made += 1;
      path = inDirectory(`audit-${String(made)}.db`);
      return open();
    },
    open,
    tamper: async (...statements) => {
      await Promise.resolve();
      for (const statement of statements) tamper(path, statement.replaceAll("%", ""));
    },
    bytes: (text) => `CAST('${text}' AS BLOB)`,
    hex: (digits) => `x'${digits}'`,
    run: async (statement) => {
      await Promise.resolve();
      shell(path, (database) => {
        database.exec(statement.replaceAll("%", ""));
      });
    },
  };
  auditBehaviour(harness);
  tamperBehaviour(harness);
  tilesBehaviour(harness);
  describe("when it is signed", () => {
    signingBehaviour(harness);
  });
  describe("when a key was revoked", () => {
    revocationBehaviour(harness);
  });
});
