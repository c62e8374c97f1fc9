import { isTimestamp, parseTimestamp } from "@parmanasystems/canonical";
import { encodeBase64 } from "@parmanasystems/signing";
import type { FastifyInstance } from "fastify";
import { ServerError } from "../errors.js";
import { guarded, json, sendJson, text, TEXT_TYPE } from "../http/answers.js";
import { limitOf } from "../http/page-limit.js";
import { count, decision, policyId, policyVersion, position, timestamp } from "../schemas/basics.js";
import type { TypeOf } from "../schemas/type-of.js";
import type { ServerContext } from "../server-context.js";
import type { RecordedEntry, ServerRecords } from "../server-options.js";

const executionsQuery = {
  type: "object",
  additionalProperties: false,
  properties: {
    cursor: { ...position, description: "`next` of the page before; the newest executions when absent." },
    limit: { ...count, description: "Executions at the most, 1 to 1,000. Default 100." },
    policyId,
    policyVersion,
    decision,
    since: { ...timestamp, description: "Recorded at this time or later." },
    until: { ...timestamp, description: "Recorded before this time." },
  },
} as const;

const entriesQuery = {
  type: "object",
  additionalProperties: false,
  properties: {
    from: { ...position, description: "The first position; 0 when absent." },
    limit: { ...count, description: "Entries at the most, 1 to 1,000. Default 100." },
  },
} as const;

const consistencyQuery = {
  type: "object",
  additionalProperties: false,
  required: ["from", "to"],
  properties: {
    from: { ...position, description: "The size of the older tree, 1 at the least." },
    to: { ...position, description: "The size of the newer tree." },
  },
} as const;

type ExecutionsQuery = TypeOf<typeof executionsQuery>;

export function logRoutes(server: FastifyInstance, { records }: ServerContext): void {
  server.get<{ Querystring: ExecutionsQuery }>(
    "/executions",
    {
      config: { access: ["auditor", "operator"] },
      schema: {
        operationId: "listExecutions",
        summary: "Attested executions, newest first",
        tags: ["executions"],
        querystring: executionsQuery,
        response: { 200: json("ExecutionPage", "A page, and where the next begins."), ...guarded() },
      },
    },
    async (request, reply) => sendJson(reply, await pageOf(records, request.query)),
  );

  server.get<{ Querystring: TypeOf<typeof entriesQuery> }>(
    "/audit/entries",
    {
      config: { access: ["auditor"] },
      schema: {
        operationId: "listAuditEntries",
        summary: "The log, entry by entry, with their leaf hashes",
        tags: ["audit"],
        querystring: entriesQuery,
        response: { 200: json("LogPage", "A page, and where the next begins."), ...guarded() },
      },
    },
    async (request, reply) => {
      const from = Number(request.query.from ?? 0);
      const limit = limitOf(request.query.limit);
      const found = await records.entries({ from, limit });
      const entries = found.map(({ seq, leafHash, entry }) => ({ seq, leafHash, entry }));
      return sendJson(reply, { entries, ...(found.length === limit && { next: from + limit }) });
    },
  );

  server.get(
    "/audit/checkpoint",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "getCheckpoint",
        summary: "The latest checkpoint of the log: a C2SP signed note",
        tags: ["audit"],
        response: { 200: text("The note, as it was signed and cosigned."), ...guarded(404) },
      },
    },
    async (_, reply) => {
      const note = await records.audit.latestCheckpoint();
      if (note === undefined) throw new ServerError("HTTP-017", "The log has no checkpoint yet.");
      return sendJson(reply, note, TEXT_TYPE);
    },
  );

  server.get<{ Querystring: TypeOf<typeof consistencyQuery> }>(
    "/audit/consistency",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "getConsistencyProof",
        summary: "Proof that the log of one size begins with that of a smaller one (RFC 6962)",
        tags: ["audit"],
        querystring: consistencyQuery,
        response: { 200: json("ConsistencyProof", "The hashes, as RFC 6962 orders them."), ...guarded() },
      },
    },
    async (request, reply) => {
      const [from, to] = requireSizes(request.query, await records.audit.size());
      const proof = await records.audit.consistencyProof(from, to);
      return sendJson(reply, { from, to, proof: proof.map(encodeBase64) });
    },
  );
}

async function pageOf({ audit }: ServerRecords, query: ExecutionsQuery): Promise<object> {
  const { policyId, policyVersion, decision, since, until, cursor } = query;
  const found = await audit.search({
    event: "attested",
    policyId,
    policyVersion,
    decision,
    since: instantOf(since, "since"),
    until: instantOf(until, "until"),
    cursor: cursor === undefined ? undefined : Number(cursor),
    limit: limitOf(query.limit),
  });
  return {
    executions: found.entries.map(executionOf),
    ...(found.cursor !== null && { next: String(found.cursor) }),
  };
}

/** @throws ServerError HTTP-002 for a day or an hour that does not exist */
function instantOf(time: string | undefined, name: string): number | undefined {
  if (time === undefined) return undefined;
  if (isTimestamp(time)) return parseTimestamp(time);
  throw new ServerError("HTTP-002", `The query's ${name} must be a real time.`, {
    details: { pointer: `/${name}` },
  });
}

/** @throws ServerError HTTP-002 */
function requireSizes(
  { from, to }: TypeOf<typeof consistencyQuery>,
  size: number,
): readonly [number, number] {
  const [oldSize, newSize] = [Number(from), Number(to)];
  if (oldSize >= 1 && oldSize <= newSize && newSize <= size) return [oldSize, newSize];
  throw new ServerError(
    "HTTP-002",
    `The query's from and to must be sizes of the log: 1 <= from <= to <= ${String(size)}.`,
    { details: { pointer: "/from" } },
  );
}

function executionOf({ seq, entry }: RecordedEntry): object {
  const { time, execution_id, execution_fingerprint, decision: decided, attestationHash } = entry;
  return { seq, time, execution_id, execution_fingerprint, decision: decided, attestationHash };
}
