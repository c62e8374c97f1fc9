import { ParmanaError } from "@parmanasystems/canonical";
import type { ReviewRecord, ReviewTask } from "@parmanasystems/execution-runtime";
import type { FastifyInstance } from "fastify";
import type { Caller } from "../authentication/caller.js";
import { areCertainlyOthers } from "../authentication/identity.js";
import { requireCaller } from "../authentication/require-caller.js";
import { ServerError } from "../errors.js";
import { guarded, guardedBody, json, sendJson } from "../http/answers.js";
import { count, executionId } from "../schemas/basics.js";
import { limitOf } from "../http/page-limit.js";
import type { resolveRequest } from "../schemas/review.js";
import type { TypeOf } from "../schemas/type-of.js";
import type { ServerContext } from "../server-context.js";

type ResolveBody = TypeOf<typeof resolveRequest>;
interface ExecutionParams {
  readonly execution_id: string;
}
const params = {
  type: "object",
  required: ["execution_id"],
  properties: { execution_id: executionId },
} as const;

const reviewsQuery = {
  type: "object",
  additionalProperties: false,
  properties: {
    limit: { ...count, description: "Reviews at the most, 1 to 1,000. Default 100." },
    after: { ...executionId, description: "`next` of the page before; the oldest reviews when absent." },
  },
} as const;

export function reviewRoutes(server: FastifyInstance, { runtime }: ServerContext): void {
  const { reviews } = runtime;

  server.get<{ Querystring: TypeOf<typeof reviewsQuery> }>(
    "/reviews",
    {
      config: { access: ["approver", "auditor", "operator"] },
      schema: {
        operationId: "listReviews",
        summary: "What waits for people, oldest first",
        tags: ["reviews"],
        querystring: reviewsQuery,
        response: { 200: json("ReviewList", "A page of the tasks still pending."), ...guarded() },
      },
    },
    async (request, reply) => {
      const { after } = request.query;
      const limit = limitOf(request.query.limit);
      if (after !== undefined && (await reviews.find(after)) === undefined)
        throw new ServerError("HTTP-002", "The query's after must be the next of a page before.", {
          details: { pointer: "/after" },
        });
      const tasks = await reviews.list({ limit, ...(after !== undefined && { after }) });
      const next = tasks.length === limit ? tasks.at(-1)?.executionId : undefined;
      return sendJson(reply, { reviews: tasks.map(taskAnswer), ...(next !== undefined && { next }) });
    },
  );

  server.get<{ Params: ExecutionParams }>(
    "/reviews/:execution_id",
    {
      config: { access: ["approver", "auditor", "operator"] },
      schema: {
        operationId: "getReview",
        summary: "One task, with the votes that count",
        tags: ["reviews"],
        params,
        response: { 200: json("Review", "The task, pending or ended."), ...guarded(404) },
      },
    },
    async (request, reply) => sendJson(reply, reviewAnswer(await requireReview(request.params.execution_id))),
  );

  server.post<{ Params: ExecutionParams }>(
    "/reviews/:execution_id/claim",
    {
      config: { access: ["approver"] },
      schema: {
        operationId: "claimReview",
        summary: "Tell others for 15 minutes that you are at it; it keeps nobody from voting",
        tags: ["reviews"],
        params,
        response: { 200: json("Review", "The task, claimed."), ...guardedBody(404, 409) },
      },
    },
    async (request, reply) => {
      await requireReview(request.params.execution_id);
      const { name } = requireCaller(request);
      return sendJson(reply, reviewAnswer(await reviews.claim(request.params.execution_id, name)));
    },
  );

  server.post<{ Params: ExecutionParams; Body: ResolveBody }>(
    "/reviews/:execution_id/resolve",
    {
      config: { access: ["approver"] },
      schema: {
        operationId: "resolveReview",
        summary: "Vote. One rejection ends the review, a quorum of approvals approves",
        tags: ["reviews"],
        params,
        body: { $ref: "ResolveRequest#" },
        response: {
          200: json("ReviewOutcome", "Where the review stands after the vote."),
          ...guardedBody(404, 409, 422),
        },
      },
    },
    async (request, reply) => {
      const { execution_id } = request.params;
      const { decision, reason, votedAt, keyId, signature } = request.body;
      const caller = requireCaller(request);
      const { task } = await requireReview(execution_id);
      const vote = {
        executionId: execution_id,
        approver: caller.name,
        role: roleOf(caller, request.body, task),
        decision,
        reason,
        ...(votedAt !== undefined && { votedAt }),
        ...(keyId !== undefined && { keyId }),
        ...(signature !== undefined && { signature }),
      };
      const samePerson = (name: string) => !areCertainlyOthers(caller.name, name);
      const outcome = await reviews.vote(vote, samePerson).catch((error: unknown) => {
        throw ofCredentials(error, caller);
      });
      return sendJson(
        reply,
        outcome.state === "resolved" ? { state: "resolved", resolution: outcome.attestation } : outcome,
      );
    },
  );

  async function requireReview(id: string): Promise<ReviewRecord> {
    const record = await reviews.find(id);
    if (record !== undefined) return record;
    throw new ServerError("HTTP-005", "There is no review of this execution.");
  }
}

/** The runtime refuses whoever could be the requester, or someone who voted, under another name; here names come with credentials. */
function ofCredentials(error: unknown, { name }: Caller): unknown {
  const otherName = ParmanaError.isInstance(error) ? error.details["otherName"] : undefined;
  if (typeof otherName !== "string") return error;
  const sentence = `It cannot be told that ${name} and ${otherName} are different persons.`;
  return new ServerError("HTTP-020", sentence, { cause: error });
}

/** Roles come with the credentials; the request can only choose among them. @throws ServerError HTTP-002, HTTP-004 */
function roleOf({ approverRoles }: Caller, { role }: ResolveBody, { terms }: ReviewTask): string {
  const wanted = role === undefined ? (terms?.approverRoles ?? []) : [role];
  const [only, another] = approverRoles.filter((candidate) => wanted.includes(candidate));
  if (only === undefined)
    throw new ServerError("HTTP-004", "The caller has none of the roles that may decide this execution.");
  if (another === undefined) return only;
  throw new ServerError("HTTP-002", "The caller has several roles that may decide; the body must name one.", {
    details: { pointer: "/role" },
  });
}

function taskAnswer({ executionId: id, ...task }: ReviewTask): object {
  return { execution_id: id, ...task };
}

function reviewAnswer({ task, state, claim, votes, uncounted }: ReviewRecord): object {
  return { task: taskAnswer(task), state, claim, votes, uncounted };
}
