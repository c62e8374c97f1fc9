import { canonicalize } from "@parmanasystems/canonical";
import { type ExecutionAttestation, toEnvelope } from "@parmanasystems/execution";
import type { ExecutionRequest } from "@parmanasystems/execution-runtime";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../authentication/caller.js";
import { requireCaller } from "../authentication/require-caller.js";
import { ServerError } from "../errors.js";
import { guarded, guardedBody, json, sendJson, text, TEXT_TYPE } from "../http/answers.js";
import { idempotencyKey } from "../http/idempotency-key.js";
import { callerKey } from "../http/rate-keys.js";
import { type EvaluateBody, executionRequest, requirePolicy } from "./evaluate-body.js";
import { executeIdempotently, underKey } from "./execute-idempotently.js";
import type { ServerContext } from "../server-context.js";
import { executionId, position } from "../schemas/basics.js";
import { maySee, withoutForeign } from "./visible.js";
import type { simulateRequest } from "../schemas/execution.js";
import type { TypeOf } from "../schemas/type-of.js";
import { observeExecution } from "../telemetry/observe-execution.js";
import { streamBatch } from "./stream-batch.js";

const ENVELOPE_TYPE = "application/vnd.dsse+json";
const idempotencyHeader = {
  type: "object",
  properties: {
    "idempotency-key": {
      type: "string",
      description:
        "Stands for an execution id of this caller. The same request again gives the original attestation, byte for byte, with Idempotent-Replayed: true; another request under the key is refused with 422. Not beside execution_id.",
    },
  },
} as const;

const proofQuery = {
  type: "object",
  additionalProperties: false,
  properties: {
    of: {
      type: "string",
      enum: ["attestation", "resolution"],
      description: "Of the decision (default), or of the end of its override.",
    },
    size: {
      ...position,
      description:
        "Under the first checkpoint of at least so many entries that covers the execution; without it, under the latest.",
    },
  },
} as const;

export function executionRoutes(server: FastifyInstance, context: ServerContext): void {
  const { runtime, records, metrics, limits, rate, tellProblem } = context;

  server.post<{ Body: EvaluateBody }>(
    "/evaluate",
    {
      config: { access: ["evaluator"] },
      schema: {
        operationId: "evaluate",
        summary: "Decide once: signed, recorded, then answered",
        tags: ["executions"],
        headers: idempotencyHeader,
        body: { $ref: "EvaluateRequest#" },
        response: {
          200: json("ExecutionAttestation", "The decision, whatever it is, as it was signed and recorded."),
          ...guardedBody(409, 422),
        },
      },
    },
    async (request, reply) => {
      const caller = requireCaller(request);
      requirePolicy(caller, request.body.policyId);
      const key = idempotencyKey(request.headers["idempotency-key"]);
      const wanted = executionRequest(request.body, caller);
      const { attestation, replayed } = await answerFor(request, caller, wanted, { key });
      if (replayed) void reply.header("idempotent-replayed", "true");
      return sendAttestation(reply, attestation);
    },
  );

  async function execute(
    wanted: ExecutionRequest,
    request: FastifyRequest,
    index?: number,
  ): Promise<ExecutionAttestation> {
    const attestation = await runtime.execute(wanted, observeExecution(metrics, request, index));
    metrics.decided(attestation);
    return attestation;
  }

  async function answerFor(
    request: FastifyRequest,
    caller: Caller,
    wanted: ExecutionRequest,
    { key, index }: { readonly key?: string | undefined; readonly index?: number },
  ) {
    const executeOne = (one: ExecutionRequest) => execute(one, request, index);
    const keyed = key === undefined ? undefined : underKey(wanted, caller, key);
    try {
      if (keyed !== undefined) return await executeIdempotently({ records, execute: executeOne }, keyed);
      return { attestation: await executeOne(wanted), replayed: false };
    } catch (error) {
      throw await withoutForeign(error, records, keyed ?? wanted, caller);
    }
  }

  server.post<{ Body: { readonly items: readonly EvaluateBody[] } }>(
    "/evaluate/batch",
    {
      config: { access: ["evaluator"] },
      schema: {
        operationId: "evaluateBatch",
        summary: "Decide several, in order, stopping at the first that fails",
        description:
          "The answer is NDJSON, a line for each item as soon as it is decided. The first item that fails is the last line, with its problem; what follows it is not executed, and what came before it is attested and stays so. A caller that hangs up stops the batch after the item at work. For the caller's rate, it counts as many requests as it has items.",
        tags: ["executions"],
        body: { $ref: "BatchRequest#" },
        response: {
          200: {
            description: `One line for each item, at the most ${String(limits.maxBatchItems)}.`,
            content: { "application/x-ndjson": { schema: { $ref: "BatchLine#" } } },
          },
          ...guardedBody(),
        },
      },
    },
    async (request, reply) => {
      const caller = requireCaller(request);
      if (request.headers["idempotency-key"] !== undefined)
        throw new ServerError(
          "HTTP-010",
          "A batch takes no Idempotency-Key: give each item an execution_id.",
        );
      for (const { policyId } of request.body.items) requirePolicy(caller, policyId);
      rate.charge(callerKey(caller), request.body.items.length - 1);
      const items = request.body.items.map((item) => executionRequest(item, caller));
      return reply
        .type("application/x-ndjson; charset=utf-8")
        .send(
          streamBatch(
            items,
            async (item, index) => (await answerFor(request, caller, item, { index })).attestation,
            tellProblem,
            request,
          ),
        );
    },
  );

  server.post<{ Body: TypeOf<typeof simulateRequest> }>(
    "/simulate",
    {
      config: { access: ["evaluator"] },
      schema: {
        operationId: "simulate",
        summary: "Say what would be decided; nothing is reserved, signed or recorded",
        tags: ["executions"],
        body: { $ref: "SimulateRequest#" },
        response: { 200: json("Simulation", "Marked as not authoritative."), ...guardedBody(422) },
      },
    },
    async (request, reply) => {
      const { execution_id, policyId, policyVersion, signals } = request.body;
      requirePolicy(requireCaller(request), policyId);
      const facts = { policyId, policyVersion, signals };
      const simulated = await runtime.evaluateDryRun(
        execution_id === undefined ? facts : { ...facts, executionId: execution_id },
      );
      return sendJson(reply, simulated);
    },
  );

  server.get<{ Params: { readonly execution_id: string } }>(
    "/executions/:execution_id",
    {
      config: { access: ["evaluator", "auditor", "operator", "approver"] },
      schema: {
        operationId: "getExecution",
        summary: "The attestation of an execution, flat or as DSSE envelope",
        description: "Who only evaluates sees the executions it asked for itself.",
        tags: ["executions"],
        params: { type: "object", required: ["execution_id"], properties: { execution_id: executionId } },
        response: {
          200: {
            description: "The attestation, as it was answered the first time.",
            content: {
              "application/json": { schema: { $ref: "ExecutionAttestation#" } },
              [ENVELOPE_TYPE]: { schema: { $ref: "DsseEnvelope#" } },
            },
          },
          ...guarded(404),
        },
      },
    },
    async (request, reply) => {
      const attestation = await records.attestation(request.params.execution_id);
      if (attestation === undefined || !maySee(requireCaller(request), attestation))
        throw new ServerError("HTTP-005", "There is no attestation of this execution.");
      void reply.header("vary", "accept");
      if (wantsEnvelope(request)) return sendJson(reply, toEnvelope(attestation), ENVELOPE_TYPE);
      return sendAttestation(reply, attestation);
    },
  );

  server.get<{ Params: { readonly execution_id: string }; Querystring: TypeOf<typeof proofQuery> }>(
    "/executions/:execution_id/proof",
    {
      config: { access: ["evaluator", "auditor", "operator", "approver"] },
      schema: {
        operationId: "getExecutionProof",
        summary: "The proof that the execution is in the log: a C2SP .tlog-proof file",
        description: "404 with HTTP-017 until a checkpoint covers what is asked for.",
        tags: ["executions", "audit"],
        params: { type: "object", required: ["execution_id"], properties: { execution_id: executionId } },
        querystring: proofQuery,
        response: {
          200: text("Position, audit path and checkpoint; the entry itself is the extra data."),
          ...guarded(404),
        },
      },
    },
    async (request, reply) => {
      const { execution_id } = request.params;
      const attestation = await records.attestation(execution_id);
      if (attestation === undefined || !maySee(requireCaller(request), attestation))
        throw new ServerError("HTTP-005", "There is no attestation of this execution.");
      const { of, size } = request.query;
      const proof = await records.audit.proof(execution_id, {
        of,
        size: size === undefined ? undefined : Number(size),
      });
      if (proof === undefined)
        throw new ServerError(
          "HTTP-017",
          `No checkpoint covers ${of === "resolution" ? "an end of this" : "this"} execution yet.`,
        );
      return sendJson(reply, proof, TEXT_TYPE);
    },
  );
}

/** Canonical, so that every answer with one attestation has the same bytes. */
function sendAttestation(reply: FastifyReply, attestation: ExecutionAttestation): FastifyReply {
  return sendJson(reply, canonicalize(attestation));
}

function wantsEnvelope({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? "")
    .split(",")
    .some((range) => range.split(";")[0]?.trim().toLowerCase() === ENVELOPE_TYPE);
}
