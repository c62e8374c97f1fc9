import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { parseStrict } from "@parmanasystems/canonical";

interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface OtlpReceiver {
  readonly url: string;
  /** What it answers with. */
  status: number;
  readonly spans: ReceivedSpan[];
  readonly requests: {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: Buffer;
  }[];
  /** Attributes of the last resource that was sent. */
  readonly resource: Record<string, unknown>;
  close(): Promise<void>;
}

/** A collector as far as OTLP/HTTP traces go: takes what is posted, and decodes it where it is JSON. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const requests: OtlpReceiver["requests"] = [];
  const resource: Record<string, unknown> = {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      requests.push({ path: request.url ?? "", headers: request.headers, body });
      if (request.headers["content-type"] === "application/json") decode(parseStrict(body));
      response.writeHead(receiver.status, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: OtlpReceiver = {
    status: 200,
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    spans,
    requests,
    resource,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return receiver;

  function decode(message: unknown): void {
    for (const resourceSpans of list(message, "resourceSpans")) {
      Object.assign(resource, attributesOf(Reflect.get(object(resourceSpans), "resource")));
      for (const scope of list(resourceSpans, "scopeSpans"))
        for (const span of list(scope, "spans")) spans.push(spanOf(span));
    }
  }
}

/** Times are texts or numbers in OTLP's JSON, ids are hexadecimal. */
function spanOf(value: unknown): ReceivedSpan {
  const text = (name: string) => {
    const member: unknown = Reflect.get(object(value), name);
    return typeof member === "string" || typeof member === "number" ? String(member) : "";
  };
  return {
    traceId: text("traceId"),
    spanId: text("spanId"),
    parentSpanId: text("parentSpanId"),
    name: text("name"),
    startNs: BigInt(text("startTimeUnixNano")),
    endNs: BigInt(text("endTimeUnixNano")),
    attributes: attributesOf(value),
  };
}

function attributesOf(value: unknown): Record<string, unknown> {
  return Object.fromEntries(
    list(value, "attributes").map((attribute) => {
      const [kind] = Object.values(object(Reflect.get(object(attribute), "value")));
      return [String(Reflect.get(object(attribute), "key")), kind];
    }),
  );
}

function list(value: unknown, name: string): readonly unknown[] {
  const member: unknown = Reflect.get(object(value), name);
  return Array.isArray(member) ? member : [];
}

function object(value: unknown): object {
  if (typeof value === "object" && value !== null) return value;
  throw new TypeError("This is no OTLP message.");
}
