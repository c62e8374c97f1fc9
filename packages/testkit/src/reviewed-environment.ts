import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExecutionAttestation } from "@parmanasystems/execution";
import {
  type AuditSink,
  type Clock,
  createExecutionRuntime,
  type ExecutionRuntime,
  type ReplayStore,
  type ReviewTasks,
} from "@parmanasystems/execution-runtime";
import type { Signer, Verifier } from "@parmanasystems/signing";
import { fixedClock } from "./fixed-clock.js";
import { createTestEnvironment, type TestEnvironment } from "./test-environment.js";

/** Where executions, their log and their reviews are kept: one ledger, or parts. */
export interface ReviewedStores {
  readonly replayStore: ReplayStore;
  /** Absent where the store is the log, too. */
  readonly auditSink?: AuditSink;
  readonly reviewTasks: ReviewTasks;
  readonly log: AuditSink;
  /** Writes a row of a vote as any other client of the database would; absent where there is no database. */
  readonly insertVote?: (row: VoteRow) => Promise<void>;
}

/** A vote as databases hold it. */
export interface VoteRow {
  readonly executionId: string;
  readonly position: number;
  readonly approver: string;
  readonly body: string;
  readonly seal: string;
}

/** Everything waits for two officers or managers; the signed one, for their signatures too. */
function policy(policyId: string, signed: boolean) {
  return {
    policyId,
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: { payment: { type: "string", maxLength: 64 } },
    override: { approverRoles: ["officer", "manager"], quorum: 2, expiresAfterSeconds: 3600, signed },
    rules: [
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "pending_override", action: "pay", reason: "two people must agree" },
      },
    ],
  };
}

/** With the policies payouts and signed-payouts, and the approvers ada, bob and eve. */
export async function createReviewedEnvironment(withoutRuntimeRole = false): Promise<TestEnvironment> {
  const sources = mkdtempSync(join(tmpdir(), "parmana-reviews-"));
  const policies = [policy("payouts", false), policy("signed-payouts", true)].map((document) => {
    const folder = join(sources, document.policyId, document.policyVersion);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "policy.json"), JSON.stringify(document));
    return folder;
  });
  try {
    return await createTestEnvironment({
      policies,
      modules: [fileURLToPath(import.meta.resolve("@parmanasystems/execution-runtime"))],
      now: fixedClock().now(),
      approvers: { officer: ["ada", "bob"], manager: ["eve"] },
      withoutRuntimeRole,
    });
  } finally {
    rmSync(sources, { recursive: true, force: true });
  }
}

/** A runtime of the environment on these stores, by default with its signer. */
export function runtimeOn(
  { paths, ...own }: TestEnvironment,
  { replayStore, auditSink, reviewTasks }: ReviewedStores,
  clock: Clock,
  { signer, verifier }: { readonly signer: Signer; readonly verifier: Verifier } = own,
): ExecutionRuntime {
  return createExecutionRuntime({
    environment: paths,
    signer,
    verifier,
    replayStore,
    ...(auditSink && { auditSink, reviewTasks }),
    clock,
  });
}

/** An execution that waits for people. */
export function executePayout(
  runtime: ExecutionRuntime,
  executionId: string,
  { policyId = "payouts", requester }: { readonly policyId?: string; readonly requester?: string } = {},
): Promise<ExecutionAttestation> {
  return runtime.execute({
    executionId,
    policyId,
    policyVersion: "1.0.0",
    signals: { payment: executionId },
    ...(requester !== undefined && { requester }),
  });
}
