import { ParmanaError } from "@parmanasystems/canonical";
import { RuntimeError } from "@parmanasystems/execution-runtime";
import { LedgerError } from "../errors.js";

/** SQLSTATE of an error that the server raised, or the code that Node gave it. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "";
}

const LOCK_NOT_AVAILABLE = "55P03";
const READ_ONLY_TRANSACTION = "25006";
const INSUFFICIENT_PRIVILEGE = "42501";
/** Authorization (class 28), unknown database, and what Node's TLS and pg's SASL call their refusals. */
const LOGIN = /^(?:28|3D000$|ERR_TLS|ERR_SSL|EPROTO$|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/;
const LOGIN_MESSAGE = /^SASL:|does not support SSL/;

/** Why the server could not be asked. Nothing was stored. */
export function unavailable(error: unknown, where: string): ParmanaError {
  if (ParmanaError.isInstance(error)) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : "";
  const options = { details: { where, code }, cause: reason(error) };
  if (LOGIN.test(code) || LOGIN_MESSAGE.test(message)) {
    return new LedgerError("SYS-031", `PostgreSQL at ${where} refuses this client: ${message}.`, options);
  }
  switch (code) {
    case INSUFFICIENT_PRIVILEGE:
      return new LedgerError("SYS-035", `The role lacks a right at ${where}: ${message}.`, options);
    case READ_ONLY_TRANSACTION:
      return new LedgerError("SYS-033", `PostgreSQL at ${where} is read-only.`, options);
    case LOCK_NOT_AVAILABLE:
      return new RuntimeError(
        "SYS-001",
        "Another node keeps the ledger locked; nothing was stored.",
        options,
      );
    default:
      return new RuntimeError(
        "SYS-001",
        `PostgreSQL at ${where} did not answer (${code || message}); nothing was stored.`,
        options,
      );
  }
}

/** The server took back a transaction that it could not write, as on a full disk. */
export function refusedWrite(error: unknown, where: string): RuntimeError {
  const code = codeOf(error);
  return new RuntimeError(
    "SYS-003",
    `PostgreSQL at ${where} refused to write (${code}); nothing was stored.`,
    {
      details: { where, code },
      cause: reason(error),
    },
  );
}

/** The answer to a commit was lost, and the log could not tell what became of it. */
export function unknownOutcome(error: unknown, where: string): RuntimeError {
  return new RuntimeError(
    "SYS-003",
    `The connection to PostgreSQL at ${where} was lost during a commit; whether it was stored is unknown.`,
    { details: { where, code: codeOf(error) }, cause: reason(error) },
  );
}

/** Without the rows that the server quotes in `detail` and `where`: they belong in no log. */
function reason(error: unknown): unknown {
  return error instanceof Error && "severity" in error
    ? Object.assign(new Error(error.message), { code: codeOf(error) })
    : error;
}
