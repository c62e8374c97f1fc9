import type * as OpenTelemetry from "@opentelemetry/api";
import { runtimeVersion } from "@parmanasystems/execution-runtime";
import type { FastifyRequest } from "fastify";
import type { Harmless } from "./harmless.js";
import { knownMethod } from "./known-method.js";
import { RequestTrace } from "./request-trace.js";
import { TraceClock } from "./trace-clock.js";

/** Begins the spans of requests with the API of OpenTelemetry, and whatever SDK the process has started. */
export class Tracing {
  readonly #api: typeof OpenTelemetry;
  readonly #tracer: OpenTelemetry.Tracer;
  readonly #harmless: Harmless;

  constructor(api: typeof OpenTelemetry, harmless: Harmless) {
    this.#api = api;
    this.#tracer = api.trace.getTracer("@parmanasystems/server", runtimeVersion);
    this.#harmless = harmless;
  }

  /** Continues the trace of the caller, or of the instrumentation that the request came through. */
  begin(request: FastifyRequest): RequestTrace | undefined {
    const { trace, context: contexts, propagation, SpanKind } = this.#api;
    const active = contexts.active();
    const isInner = trace.getSpan(active) !== undefined;
    const parent = isInner ? active : propagation.extract(active, request.headers);
    const clock = new TraceClock();
    const span = this.#tracer.startSpan(
      nameOf(request),
      {
        kind: isInner ? SpanKind.INTERNAL : SpanKind.SERVER,
        startTime: clock.now(),
        attributes: attributesOf(request),
      },
      parent,
    );
    // No SDK, and nothing to hand on.
    if (!trace.isSpanContextValid(span.spanContext())) return undefined;
    const context = trace.setSpan(parent, span);
    return new RequestTrace({
      api: this.#api,
      tracer: this.#tracer,
      span,
      context,
      clock,
      harmless: this.#harmless,
    });
  }
}

function nameOf({ method, routeOptions: { url } }: FastifyRequest): string {
  const known = knownMethod(method);
  const shown = known === "_OTHER" ? "HTTP" : known;
  return url === undefined ? shown : `${shown} ${url}`;
}

/** HTTP semantic conventions 1.x. Never the query, and no path but of a route: what else callers write there is theirs. */
function attributesOf({ id, method, url, protocol, raw, routeOptions }: FastifyRequest) {
  const [path = ""] = url.split("?", 1);
  return {
    "http.request.method": knownMethod(method),
    "url.scheme": protocol,
    "network.protocol.version": raw.httpVersion,
    "parmana.request_id": id,
    ...(routeOptions.url !== undefined && { "http.route": routeOptions.url, "url.path": path }),
  };
}
