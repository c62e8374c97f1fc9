import { encodeHex, ParmanaError } from "@parmanasystems/canonical";
import { readWitnessPolicy } from "@parmanasystems/verifier";
import type { AuditStorage } from "./audit-storage.js";
import { readKept } from "./kept-checkpoint.js";
import { LogWalk } from "./log-walk.js";
import { RevokedKeys } from "./revoked-keys.js";
import type { TreeReader } from "./tree-reader.js";
import type { VerifyLogOptions } from "./verify-log-options.js";

/** What was found in a log. Only `intact` is good. */
export interface LogReport {
  /** `unproven`: everything fits, but what a revoked key signed is only dated before its revocation. */
  readonly verdict: "intact" | "unproven" | "damaged";
  /** Entries from `from` to before `to` were read and hold. */
  readonly from: number;
  readonly to: number;
  /** Root over what holds, in lower-case hexadecimal. */
  readonly rootHash: string;
  readonly attestations: number;
  readonly checkpoints: number;
  readonly signatures: "checked" | "not_checked";
  /** The first thing that does not hold. */
  readonly problem?: LogProblem;
}

export interface LogProblem {
  /** The first position that does not hold; null where it is not one position. */
  readonly seq: number | null;
  readonly code: string;
  readonly detail: string;
}

const FINDINGS: ReadonlySet<string> = new Set(["SYS-013", "SYS-036", "SYS-037", "SYS-045", "SYS-047"]);

/**
 * Memory stays the same however long the log is. What fails to be read is thrown, what does not hold is reported.
 * @throws LedgerError SYS-016, SYS-036 when what is remembered is no checkpoint; VerifierError INV-060 for witnesses
 */
export async function verifyStoredLog(
  storage: AuditStorage,
  tree: TreeReader,
  options: VerifyLogOptions,
): Promise<LogReport> {
  const { remembered = [], witnesses, trustRoot } = options;
  const known = readKept(remembered);
  const policy = witnesses === undefined ? undefined : readWitnessPolicy(witnesses, "The option witnesses");
  const revoked = new RevokedKeys(trustRoot, policy, known);
  const walk = new LogWalk(storage, tree, revoked, { ...options, remembered: known });
  let problem: LogProblem | undefined;
  try {
    await walk.run();
  } catch (error) {
    problem = problemOf(error);
  }
  return Object.freeze({
    verdict: verdictOf(problem),
    from: walk.from,
    to: walk.frontier.size,
    rootHash: encodeHex(walk.frontier.root()),
    attestations: walk.attestations,
    checkpoints: walk.checkpoints,
    signatures: options.trustRoot === undefined ? "not_checked" : "checked",
    ...(problem === undefined ? {} : { problem }),
  });
}

function verdictOf(problem: LogProblem | undefined): LogReport["verdict"] {
  if (problem === undefined) return "intact";
  return problem.code === "SYS-045" ? "unproven" : "damaged";
}

/** Findings are about what is stored; a server that does not answer, or a defect of the program, is none. */
function problemOf(error: unknown): LogProblem {
  if (!ParmanaError.isInstance(error) || !FINDINGS.has(error.code)) throw error;
  const seq = error.details["seq"];
  return Object.freeze({
    seq: typeof seq === "number" ? seq : null,
    code: error.code,
    detail: error.message,
  });
}
