import { randomUUID } from "node:crypto";
import { ownMembers } from "@parmanasystems/canonical";
import { runtimeVersion, systemClock } from "@parmanasystems/execution-runtime";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyInstance } from "fastify";
import { createAuthenticator } from "./authentication/authenticate.js";
import { isLoopbackHost } from "./authentication/loopback.js";
import { ServerError } from "./errors.js";
import { admit, nothingThere } from "./http/admit.js";
import { Connections } from "./http/connections.js";
import { keepPlaces } from "./http/place.js";
import { translated } from "./http/framework-error.js";
import { Gate } from "./http/gate.js";
import { limitTime } from "./http/limit-time.js";
import { openDoor } from "./http/open-door.js";
import { checkedProxies } from "./http/trusted-proxies.js";
import { PROBLEM_TYPE } from "./http/problem.js";
import { RateLimit } from "./http/rate-limit.js";
import { answerMalformed } from "./http/raw-problem.js";
import { readBodiesStrictly } from "./http/strict-body.js";
import { problemTeller, type TellProblem } from "./http/tell-problem.js";
import { answerUnrouted, commonHeaders } from "./http/unrouted.js";
import { traceOf } from "./http/trace.js";
import { hasEndlessRest } from "./http/unread-body.js";
import { checkedLimits } from "./limits.js";
import { createLog } from "./log.js";
import { createMetrics } from "./metrics.js";
import { createReadiness } from "./readiness.js";
import { executionRoutes } from "./routes/executions.js";
import { governanceRoutes, trustRoutes } from "./routes/governance.js";
import { logRoutes } from "./routes/log.js";
import { operationRoutes } from "./routes/operation.js";
import { reviewRoutes } from "./routes/reviews.js";
import { verifyRoute } from "./routes/verify.js";
import { allSchemas } from "./schemas/index.js";
import type { ServerContext } from "./server-context.js";
import type { ServerOptions } from "./server-options.js";
import { depthsOf } from "./telemetry/depths-of.js";
import { createHarmless } from "./telemetry/harmless.js";
import { traceRequests } from "./telemetry/trace-requests.js";

/**
 * The HTTP API over a runtime and its log. `listen` opens it; `close` refuses what comes and answers what is under way, and leaves
 * the runtime to whoever made it.
 * @throws ServerError HTTP-014
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const {
    runtime,
    records,
    authentication,
    probes,
    queues = {},
    limits: given,
    trustedProxies = [],
    log = { level: "silent" },
    clock = systemClock,
  } = ownMembers(options);
  const limits = checkedLimits(given);
  const authenticator = createAuthenticator(authentication, {
    // Whoever has an API key finds a place while a provider does not answer.
    maxWaitingForKeys: Math.ceil(limits.maxConcurrent / 4),
    now: () => clock.now(),
  });
  const metrics = createMetrics();
  const gate = new Gate(limits.maxConcurrent);
  const rate = new RateLimit({ perSecond: limits.requestsPerSecond, burst: limits.burst });
  const logger = createLog(log);
  const tellProblem = problemTeller(logger, metrics);
  const harmless = createHarmless(metrics, logger);
  const server = Fastify({
    bodyLimit: limits.maxBodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // Longer than any answer takes: only who neither sends nor reads is cut off.
    connectionTimeout: limits.requestTimeoutMs + 5_000,
    trustProxy: checkedProxies(trustedProxies, authenticator.isOpen),
    forceCloseConnections: false,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 256 },
    genReqId: () => randomUUID(),
    clientErrorHandler: answerMalformed,
    // Values are what they are: nothing is converted, filled in or dropped on the way to a decision.
    ajv: {
      customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false },
    },
    frameworkErrors: (error, request, reply) => {
      answerUnrouted({ error, request, reply, rate, tellProblem });
    },
    http: { maxHeaderSize: limits.maxHeaderBytes },
  });
  server.server.maxConnections = limits.maxConnections;
  // Node leaves out what comes after so many without a word; their bytes are bounded.
  server.server.maxHeadersCount = 0;
  const context: ServerContext = {
    runtime,
    records,
    limits,
    gate,
    rate,
    metrics,
    tellProblem,
    depths: () => depthsOf({ door: () => door.waiting, ...queues }, harmless),
    readiness: createReadiness({ documents: () => runtime.ready(), ...probes }),
    clock,
  };

  server.setSerializerCompiler(() => (value) => JSON.stringify(value));
  readBodiesStrictly(server, { ...limits, rate });
  answerProblems(server, tellProblem, limits.maxBodyBytes);
  traceRequests(server, harmless);
  server.decorateRequest("caller", null);
  server.decorateRequest("place", null);
  server.addHook("onRoute", keepPlaces);
  const door = openDoor(server, { gate, limits, logger, metrics });
  const connections = new Connections(server.server);
  server.addHook("onRequest", (request, reply, done) => {
    void reply.headers(commonHeaders(request));
    limitTime(reply, limits.requestTimeoutMs);
    if (request.method === "GET" && hasEndlessRest(request.raw, 0)) void reply.header("connection", "close");
    // No promise where nothing is waited for: this runs for every request.
    let admission: Promise<void> | undefined;
    try {
      admission = admit({ request, reply, gate, authenticator, rate });
    } catch (error) {
      done(errorOf(error));
      return;
    }
    if (admission === undefined) done();
    else
      admission.then(
        () => {
          done();
        },
        (error: unknown) => {
          done(errorOf(error));
        },
      );
  });
  server.addHook("onResponse", (request, reply, done) => {
    const { id: requestId, method, ip: address } = request;
    const { statusCode: status, elapsedTime } = reply;
    const route = request.routeOptions.url ?? "unknown";
    const caller = request.caller?.name;
    metrics.answered({ route, method, status, seconds: elapsedTime / 1_000 });
    const ms = Math.round(elapsedTime * 10) / 10;
    const trace = { ...traceOf(request.headers.traceparent), ...request.trace?.ids };
    logger.info({ ...trace, requestId, caller, address, method, route, status, ms }, "request");
    done();
  });
  server.addHook("preClose", async () => {
    gate.close();
    connections.close();
  });
  refuseOpenListening(server, authenticator.isOpen);

  for (const schema of allSchemas(limits.maxBatchItems)) server.addSchema(schema);
  describe(server);
  void server.register(async (scope) => {
    executionRoutes(scope, context);
    verifyRoute(scope, context);
    reviewRoutes(scope, context);
    logRoutes(scope, context);
    governanceRoutes(scope, context);
    trustRoutes(scope, context);
    operationRoutes(scope, context);
  });
  return server;
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error("unknown failure", { cause: thrown });
}

function answerProblems(server: FastifyInstance, tellProblem: TellProblem, maxBodyBytes: number): void {
  server.setErrorHandler(async (error, request, reply) => {
    const { status, headers, body } = tellProblem(translated(error), request);
    request.trace?.refused(body.code);
    if (hasEndlessRest(request.raw, maxBodyBytes)) void reply.header("connection", "close");
    return reply.code(status).headers(headers).type(PROBLEM_TYPE).send(JSON.stringify(body));
  });
  server.setNotFoundHandler(async () => {
    throw nothingThere();
  });
}

/** Beside the look at every request: a configuration that would serve strangers does not even start. */
function refuseOpenListening(server: FastifyInstance, isOpen: boolean): void {
  if (!isOpen) return;
  const listen = server.listen.bind(server) as (...words: readonly unknown[]) => unknown;
  const guarded = (...words: readonly unknown[]): unknown => {
    const [first] = words;
    const host: unknown =
      typeof first === "object" && first !== null ? Reflect.get(first, "host") : undefined;
    if (typeof host === "string" ? isLoopbackHost(host) : host === undefined) return listen(...words);
    throw new ServerError("HTTP-015", "Without authentication the server listens on 127.0.0.1 only.");
  };
  Object.assign(server, { listen: guarded });
}

function describe(server: FastifyInstance): void {
  void server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Parmana",
        version: runtimeVersion,
        description:
          "Governed execution: a signed policy decides, once, and anyone can verify it later. Problems are RFC 9457 with a stable code.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          bearer: {
            type: "http",
            scheme: "bearer",
            description: "An API key (pk_…) or a token of the OIDC provider.",
          },
        },
      },
    },
    refResolver: {
      buildLocalReference: (schema) => (typeof schema["$id"] === "string" ? schema["$id"] : "Shape"),
    },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access;
      const security = access === "public" ? [] : [{ bearer: [] }];
      return { schema: { ...schema, security }, url };
    },
  });
}
