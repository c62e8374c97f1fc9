import { expect, it, vi } from "vitest";
import { bearer, claim, testServer } from "./test-server.js";

vi.mock("@opentelemetry/api", () => {
  throw new Error("Cannot find package '@opentelemetry/api'");
});
const given = testServer();

it("serves and logs the caller's trace where OpenTelemetry is not installed", async () => {
  const { server } = given().start();
  const response = await server.inject({
    method: "POST",
    url: "/evaluate",
    headers: {
      "content-type": "application/json",
      ...bearer(given().evaluator),
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    },
    payload: claim(1),
  });
  expect(response.statusCode).toBe(200);
  const line = given().logLines.find((one) => one.includes("4bf92f3577b34da6a3ce929d0e0e4736"));
  expect(line).toContain('"parentId":"00f067aa0ba902b7"');
  expect(line).not.toContain("spanId");
  const { body } = await server.inject({ url: "/metrics", headers: bearer(given().operator) });
  expect(body).toContain('parmana_step_duration_seconds_count{step="append_and_confirm",outcome="done"} 1');
  expect(body).toContain("parmana_telemetry_failures_total 0");
});
