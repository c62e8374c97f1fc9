import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "parmana-health-"));
const config = join(directory, "parmana.json");
const server = createServer((request, response) => {
  response.writeHead(request.url === "/healthz" ? 200 : 404).end();
});
let port: number;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The exit code of the built health check. */
function check(environment: Readonly<Record<string, string>>): Promise<number | null> {
  const script = fileURLToPath(new URL("../dist/healthcheck.js", import.meta.url));
  const child = spawn(process.execPath, [script], { env: environment, stdio: "ignore" });
  return new Promise((resolve) => child.once("close", resolve));
}

describe("the health check", () => {
  it("asks where the server listens by the same settings, also by those of a file", async () => {
    writeFileSync(config, JSON.stringify({ PARMANA_PORT: port, PARMANA_HOST: "0.0.0.0" }));
    expect(await check({ PARMANA_PORT: String(port) })).toBe(0);
    expect(await check({ PARMANA_CONFIG: config })).toBe(0);
    expect(await check({ PARMANA_CONFIG: config, PARMANA_PORT: "" })).toBe(0);
    expect(await check({ PARMANA_CONFIG: config, PARMANA_PORT: "1" })).toBe(1);
    expect(await check({ PARMANA_CONFIG: config, PARMANA_HOST: "127.0.0.1" })).toBe(0);
  });

  it("fails where nothing answers, and where the settings cannot be read", async () => {
    expect(await check({ PARMANA_PORT: "1" })).toBe(1);
    expect(await check({ PARMANA_CONFIG: join(directory, "absent.json") })).toBe(1);
  });
});
