import { isSha256 } from "@parmanasystems/canonical";
import type { ExecutionRequest } from "@parmanasystems/execution-runtime";
import type { Caller } from "../authentication/caller.js";
import { ServerError } from "../errors.js";
import { requireOwnId } from "../http/idempotency-key.js";
import type { evaluateRequest } from "../schemas/execution.js";
import type { TypeOf } from "../schemas/type-of.js";

export type EvaluateBody = TypeOf<typeof evaluateRequest>;

/** The requester is who authenticated, whatever else the request says. @throws ServerError HTTP-002 */
export function executionRequest(body: EvaluateBody, { name }: Caller): ExecutionRequest {
  const { execution_id, policyId, policyVersion, signals, audience, actionHash } = body;
  if (execution_id !== undefined) requireOwnId(execution_id);
  return {
    policyId,
    policyVersion,
    signals,
    requester: name,
    ...(execution_id !== undefined && { executionId: execution_id }),
    ...(audience !== undefined && { audience }),
    ...(actionHash !== undefined && isSha256(actionHash) && { actionHash }),
  };
}

/** @throws ServerError HTTP-004 */
export function requirePolicy({ policies }: Caller, policyId: string): void {
  if (policies === null || policies.has(policyId)) return;
  throw new ServerError("HTTP-004", "The caller may not evaluate this policy.");
}
