import { parseTimestamp } from "@parmanasystems/canonical";
import { parseNote } from "@parmanasystems/signing";
import { parseCheckpoint } from "@parmanasystems/verifier";
import type { FastifyInstance } from "fastify";
import { guarded, json, problems, sendJson } from "../http/answers.js";
import type { LogState } from "../metrics.js";
import type { ServerContext } from "../server-context.js";
import { docsPage } from "./docs-page.js";

export function operationRoutes(server: FastifyInstance, context: ServerContext): void {
  const { runtime, gate, metrics, depths, readiness } = context;

  server.get(
    "/healthz",
    {
      config: { access: "public", gated: false },
      schema: {
        operationId: "getHealth",
        summary: "Whether the process answers",
        tags: ["operation"],
        response: { 200: json("Health", "It does."), ...problems() },
      },
    },
    async (_, reply) => sendJson(reply, { status: "ok" }),
  );

  server.get(
    "/readyz",
    {
      config: { access: "public", gated: false },
      schema: {
        operationId: "getReadiness",
        summary: "Whether decisions can be made: asks signed documents, signer, stores and log",
        tags: ["operation"],
        response: {
          200: json("Readiness", "All parts answer."),
          ...problems(),
          503: {
            description: "At least one part does not answer.",
            content: {
              "application/json": { schema: { $ref: "Readiness#" } },
              "application/problem+json": { schema: { $ref: "Problem#" } },
            },
          },
        },
      },
    },
    async (_, reply) => {
      const answer = await readiness();
      const ready = answer.ready && !gate.isClosing;
      if (!ready) void reply.code(503).header("retry-after", "1");
      return sendJson(reply, { ...answer, ready });
    },
  );

  server.get(
    "/metrics",
    {
      config: { access: ["operator"], gated: false },
      schema: {
        operationId: "getMetrics",
        summary: "Prometheus metrics",
        tags: ["operation"],
        response: {
          200: {
            description: "Text in Prometheus's exposition format.",
            content: { "text/plain": { schema: { type: "string" } } },
          },
          ...guarded(),
        },
      },
    },
    async (_, reply) => {
      const [inForce, log] = await Promise.all([
        runtime.inForce().catch(() => undefined),
        logStateOf(context).catch(() => undefined),
      ]);
      const state = { inside: gate.inside, queues: depths(), inForce, log };
      return reply.type(metrics.contentType).send(await metrics.text(state));
    },
  );

  // Made once: everybody may ask for them, as often as they like.
  let description: Buffer | undefined;
  const openApi = () => (description ??= Buffer.from(JSON.stringify(server.swagger())));
  let page: Buffer | undefined;
  const docs = () => (page ??= Buffer.from(docsPage(server.swagger())));

  server.get(
    "/openapi.json",
    {
      config: { access: "public", gated: false },
      schema: {
        operationId: "getOpenApi",
        summary: "This description",
        tags: ["operation"],
        response: {
          200: {
            description: "OpenAPI 3.1.",
            content: { "application/json": { schema: { type: "object" } } },
          },
          ...problems(),
        },
      },
    },
    async (_, reply) => reply.type("application/json; charset=utf-8").send(openApi()),
  );

  server.get(
    "/docs",
    {
      config: { access: "public", gated: false },
      schema: {
        operationId: "getDocs",
        summary: "This description, to read",
        tags: ["operation"],
        response: {
          200: {
            description: "A page without scripts.",
            content: { "text/html": { schema: { type: "string" } } },
          },
          ...problems(),
        },
      },
    },
    async (_, reply) =>
      reply
        .type("text/html; charset=utf-8")
        .header(
          "content-security-policy",
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        )
        .send(docs()),
  );
}

async function logStateOf({ records, clock }: ServerContext): Promise<LogState> {
  // In this order: the log may grow in between, and no checkpoint shrinks.
  const note = await records.audit.latestCheckpoint();
  const entries = await records.audit.size();
  const checkpointed = note === undefined ? 0 : parseCheckpoint(parseNote(note).text).size;
  const [oldest] = await records.entries({ from: checkpointed, limit: 1 });
  const lagMs = oldest === undefined ? 0 : Math.max(0, clock.now() - parseTimestamp(oldest.entry.time));
  return { entries, checkpointed, lagMs };
}
