import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { bearer, claim, type Started, testServer } from "./test-server.js";

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>
  >;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const given = testServer();
let started: Started;
let openApi: OpenApi;
let ajv: Ajv2020;

beforeAll(async () => {
  started = given().start();
  openApi = (await started.server.inject({ url: "/openapi.json" })).json();
  ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: "openapi", ...openApi });
});

/** What a caller who has read the description, or has not, may send. */
const text = fc.oneof(
  fc.constantFrom("claims-approval", "1.0.0", "1", "0", "approved", "fuzz-1", "2026-11-20T12:00:00.000Z", ""),
  fc.string({ maxLength: 40 }),
);
const value = fc.oneof(fc.jsonValue(), fc.integer({ min: -10, max: 200_000_000 }), fc.boolean(), text);
const facts = fc.record({
  claim_amount: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 100_000_000 }) }, value),
  risk_score: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 100 }) }, value),
  vip_customer: fc.oneof({ weight: 4, arbitrary: fc.boolean() }, value),
});
const proposal = fc
  .record({
    signals: facts,
    extra: fc.option(fc.dictionary(fc.string({ maxLength: 8 }), value, { maxKeys: 2 })),
  })
  .map(({ signals, extra }) => ({ ...claim(0), signals, ...extra }));
const batch = fc.record({ items: fc.array(proposal, { maxLength: 4 }) });
const presented = fc.record({ attestation: fc.oneof(fc.jsonValue(), proposal), level: text });
const vote = fc.record({ decision: fc.constantFrom("approved", "rejected", "x"), reason: text, role: text });
const body = fc.oneof(proposal, batch, presented, vote, value);
/** Mostly what the route reads, so that it is not only the form that is asked. */
const fitting: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  "/evaluate": proposal,
  "/simulate": proposal,
  "/evaluate/batch": batch,
  "/verify": presented,
  "/reviews/{execution_id}/resolve": vote,
};
const bodyFor = (path: string) =>
  fc.oneof({ weight: 4, arbitrary: fitting[path] ?? body }, { weight: 1, arbitrary: body });

describe("every route of the description", () => {
  it("answers whatever comes as the description says, and never fails", async () => {
    const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    expect(operations.length).toBeGreaterThan(20);
    const { evaluator, approver, auditor, operator, keys } = given();
    const counts = routeCounts();
    const everything = keys.make("everything", ["evaluator", "approver", "auditor", "operator"], {
      approverRoles: ["claims-manager"],
    });
    const request = fc.constantFrom(...operations).chain((operation) =>
      fc.record({
        operation: fc.constant(operation),
        key: fc.oneof(
          { weight: 3, arbitrary: fc.constant(everything) },
          {
            weight: 2,
            arbitrary: fc.constantFrom(evaluator, approver, auditor, operator, "pk_00000000_none"),
          },
        ),
        names: fc.array(text, { minLength: 2, maxLength: 2 }),
        query: fc.dictionary(fc.constantFrom("limit", "cursor", "from", "decision", "since", "x"), text, {
          maxKeys: 2,
        }),
        headers: fc.dictionary(
          fc.constantFrom("accept", "idempotency-key", "traceparent", "content-type", "x-forwarded-for"),
          fc.oneof(
            fc.constantFrom("application/json", "application/vnd.dsse+json", '"key"'),
            fc.stringMatching(/^[\x21-\x7e]{0,30}$/),
          ),
          { maxKeys: 2 },
        ),
        body: bodyFor(operation.path),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        request,
        async ({ operation: { path, method, operation }, key, names, query, headers, body: sent }) => {
          let next = 0;
          const url = path.replace(/\{[^}]+\}/g, () => encodeURIComponent(names[next++] ?? "x") || "x");
          const response = await started.server.inject({
            method: method.toUpperCase() as "GET" | "POST",
            url,
            query,
            headers: {
              ...bearer(key),
              ...(method === "post" && { "content-type": "application/json" }),
              ...headers,
            },
            ...(operation.requestBody !== undefined && { payload: JSON.stringify(sent) }),
          });
          requireDescribed(path, operation, response);
          counts.add(`${method.toUpperCase()} ${path}`, response.statusCode);
        },
      ),
      { numRuns: 600, seed: 20_261_121 },
    );
    expect(counts.routes().length).toBe(operations.length);
    if (process.env["PARMANA_FUZZ_PRINT"] === "1") process.stdout.write(`${counts.text()}\n`);
  });
});

/** How often each route was asked, and what it answered. */
function routeCounts() {
  const byRoute = new Map<string, Map<number, number>>();
  return {
    routes: () => [...byRoute.keys()],
    add(route: string, status: number) {
      const statuses = byRoute.get(route) ?? new Map<number, number>();
      byRoute.set(route, statuses.set(status, (statuses.get(status) ?? 0) + 1));
    },
    text: () =>
      [...byRoute]
        .sort(([one], [other]) => one.localeCompare(other))
        .map(([route, statuses]) => {
          const sorted = [...statuses].sort(([one], [other]) => one - other);
          const asked = sorted.reduce((sum, [, count]) => sum + count, 0);
          const answers = sorted.map(([status, count]) => `${String(status)}: ${String(count)}`).join(", ");
          return `${route.padEnd(48)} ${String(asked).padStart(4)}  (${answers})`;
        })
        .join("\n"),
  };
}

function requireDescribed(
  path: string,
  { responses }: Operation,
  response: { statusCode: number; headers: Record<string, unknown>; body: string },
): void {
  const { statusCode, headers, body: answer } = response;
  const type = String(headers["content-type"]).split(";")[0] ?? "";
  // A path parameter may have made another path of it.
  const described = responses[String(statusCode)] ?? (statusCode === 404 ? responses["400"] : undefined);
  const subject = `${path} answered ${String(statusCode)} ${type}: ${answer.slice(0, 300)}`;
  if (statusCode >= 500 || described === undefined) throw new Error(subject);
  const schema = described.content?.[type]?.schema;
  if (schema === undefined) throw new Error(`not described: ${subject}`);
  if (type === "text/plain" || type === "text/html") return;
  const texts = type === "application/x-ndjson" ? answer.trimEnd().split("\n") : [answer];
  for (const line of texts) {
    const validate = ajv.compile(absolute(schema));
    if (!validate(JSON.parse(line))) throw new Error(`${subject}\n${ajv.errorsText(validate.errors)}`);
  }
}

/** References inside the document, as seen from a schema beside it. */
function absolute(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) as object;
}
