import { ConfigError } from "./config-error.js";

export interface Exporting {
  /** Sends what is left, as far as the collector takes it in time. */
  close(): Promise<void>;
}

const PATIENCE_MS = 5_000;
const SAY_EVERY_MS = 60_000;

/**
 * Sends spans to a collector where OpenTelemetry's own variables name one; the SDK reads the others of them (headers, sampling,
 * batches) itself. An SDK that was started before, by `node --import`, is left to do its work.
 * @throws ConfigError for a collector that cannot be spoken to
 */
export async function startTracing(
  environment: NodeJS.ProcessEnv,
  note: (line: string) => void,
): Promise<Exporting | undefined> {
  const protocol = protocolOf(environment);
  if (protocol === undefined) return undefined;
  const { diag, DiagLogLevel, ProxyTracerProvider, trace } = await import("@opentelemetry/api");
  const registered = trace.getTracerProvider();
  const nobody = new ProxyTracerProvider().getDelegate();
  if (!(registered instanceof ProxyTracerProvider) || registered.getDelegate() !== nobody) return undefined;
  const { BatchSpanProcessor, NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } =
    await import("@opentelemetry/resources");
  const { OTLPTraceExporter } =
    protocol === "http/json"
      ? await import("@opentelemetry/exporter-trace-otlp-http")
      : await import("@opentelemetry/exporter-trace-otlp-proto");
  diag.setLogger(complaints(note), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "parmana-server" }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  // The server hands its contexts on itself; AsyncLocalStorage would slow down every promise on Node 20 and 22.
  provider.register({ contextManager: null });
  return {
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
    },
  };
}

type Protocol = "http/protobuf" | "http/json";

/** By the rules of OpenTelemetry: what is set for traces goes before what is set for everything, and empty is not set. */
function protocolOf(environment: NodeJS.ProcessEnv): Protocol | undefined {
  const set = (name: string) => environment[name]?.trim() || undefined;
  const names = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
  const name = names.find((candidate) => set(candidate) !== undefined);
  if (name === undefined || set("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return undefined;
  const exporter = set("OTEL_TRACES_EXPORTER") ?? "otlp";
  if (exporter === "none") return undefined;
  if (exporter !== "otlp") throw new ConfigError("OTEL_TRACES_EXPORTER must be otlp or none, or not set.");
  if (!/^https?:\/\/[^/]/.test(set(name) ?? "") || !URL.canParse(set(name) ?? ""))
    throw new ConfigError(`${name} must be the http:// or https:// URL of a collector.`);
  const protocol =
    set("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") ?? set("OTEL_EXPORTER_OTLP_PROTOCOL") ?? "http/protobuf";
  if (protocol === "http/protobuf" || protocol === "http/json") return protocol;
  throw new ConfigError(
    "OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json, or not set: this server does not speak gRPC.",
  );
}

/** What the SDK complains of, such as a collector that does not answer, once a minute at the most. */
function complaints(note: (line: string) => void) {
  let saidAt = -Infinity;
  const say = (sentence: string) => {
    if (performance.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = performance.now();
    note(`Spans may be lost: ${sentence.slice(0, 300)}`);
  };
  const ignore = () => undefined;
  return { error: say, warn: say, info: ignore, debug: ignore, verbose: ignore };
}
