// The SDK as apps/server starts it, where OpenTelemetry's variables name a collector.
import { createRequire } from "node:module";

if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) {
  const ofTheApp = createRequire(new URL("../../apps/server/package.json", import.meta.url));
  const { BatchSpanProcessor, NodeTracerProvider } = ofTheApp("@opentelemetry/sdk-trace-node");
  const { OTLPTraceExporter } = ofTheApp("@opentelemetry/exporter-trace-otlp-proto");
  const provider = new NodeTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register({ contextManager: null });
}
