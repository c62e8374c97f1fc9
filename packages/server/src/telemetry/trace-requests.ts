import type { FastifyInstance } from "fastify";
import type { Harmless } from "./harmless.js";
import type { RequestTrace } from "./request-trace.js";
import { Tracing } from "./tracing.js";

declare module "fastify" {
  interface FastifyRequest {
    /** Where the process traces. */
    trace: RequestTrace | null;
  }
}

/** A span for each request, where the optional peer @opentelemetry/api is installed. Comes before all other hooks. */
export function traceRequests(server: FastifyInstance, harmless: Harmless): void {
  let tracing: Tracing | undefined;
  server.decorateRequest("trace", null);
  server.addHook("onReady", async () => {
    const api = await import("@opentelemetry/api").catch(() => undefined);
    if (api !== undefined) tracing = new Tracing(api, harmless);
  });
  server.addHook("onRequest", (request, reply, done) => {
    const trace = harmless(() => tracing?.begin(request));
    if (trace !== undefined) {
      request.trace = trace;
      reply.raw.once("close", () => {
        trace.end(undefined);
      });
    }
    done();
  });
  server.addHook("preHandler", (request, _, done) => {
    if (request.trace === null) done();
    else request.trace.within(done);
  });
  server.addHook("onResponse", (request, reply, done) => {
    request.trace?.end(reply.statusCode);
    done();
  });
}
