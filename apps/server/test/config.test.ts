import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "../src/config.js";
import { listenAt } from "../src/listen.js";
import { runServer } from "../src/run-server.js";

describe("settings", () => {
  it.each([
    ["PARMANA_POSTGRES_SCHEMA", "PARMANA_POSTGRES_URL"],
    ["PARMANA_REDIS_KEY_PREFIX", "PARMANA_REDIS_URL"],
    ["PARMANA_REDIS_TTL_SECONDS", "PARMANA_REDIS_URL"],
    ["PARMANA_SIGNER_TIMEOUT_MS", "PARMANA_SIGNER_COMMAND"],
    ["PARMANA_SIGNER_CONCURRENCY", "PARMANA_SIGNER_COMMAND"],
    ["PARMANA_OIDC_ALGORITHMS", "PARMANA_OIDC_ISSUER"],
    ["PARMANA_OIDC_ROLES_CLAIM", "PARMANA_OIDC_ISSUER"],
    ["PARMANA_OIDC_NAME_CLAIM", "PARMANA_OIDC_ISSUER"],
  ])("are named where they have no effect: %s without %s", (name, other) => {
    const read = () => readConfig({ [name]: "100" });
    expect(read).toThrow(`${name} is set, and has no meaning without ${other}.`);
    expect(readConfig({ [name]: "" }).port).toBe(3000);
  });

  it.each([
    ["PARMANA_LEDGER", "PARMANA_POSTGRES_URL"],
    ["PARMANA_SIGNER_COMMAND", "PARMANA_RUNTIME_KEY"],
    ["PARMANA_UNSAFE_OPEN_ACCESS", "PARMANA_API_KEYS"],
    ["PARMANA_UNSAFE_OPEN_ACCESS", "PARMANA_OIDC_ISSUER"],
  ])("do not contradict each other: %s and %s", (one, other) => {
    const read = () => readConfig({ [one]: "loopback", [other]: "x" });
    expect(read).toThrow("exclude each other");
  });

  it.each([
    ...["PARMANA_POSTGRES_URL", "PARMANA_REDIS_URL", "PARMANA_LEDGER", "PARMANA_API_KEYS"],
    ...["PARMANA_OIDC_ISSUER", "PARMANA_RUNTIME_KEY", "PARMANA_SIGNER_COMMAND", "PARMANA_POLICIES_ROOT"],
    ...["PARMANA_TRUST_PUBLIC_KEY", "PARMANA_TRUST_ROOT_HASH"],
    ...["PARMANA_RELEASE_MANIFEST", "PARMANA_RELEASE_SIGNATURE"],
  ])("of an installation need its home, so that no home for trying it out takes its place: %s", (name) => {
    const file = join(mkdtempSync(join(tmpdir(), "parmana-config-")), "parmana.json");
    writeFileSync(file, JSON.stringify({ [name]: "x" }));
    for (const settings of [{ [name]: "x" }, { PARMANA_CONFIG: file }])
      expect(() => readConfig(settings)).toThrow(`${name} is set, and PARMANA_HOME is not`);
    expect(() => readConfig({ [name]: "x", PARMANA_HOME: "home" })).not.toThrow("PARMANA_HOME");
    expect(() => readConfig({ [name]: "x", PARMANA_TRUST_ROOT: "root.json" })).not.toThrow("PARMANA_HOME");
    rmSync(dirname(file), { recursive: true });
  });

  it("name a home that is there", async () => {
    const config = readConfig({ PARMANA_HOME: "/nonexistent/home" });
    await expect(runServer(config, () => undefined)).rejects.toThrow(
      "PARMANA_HOME names /nonexistent/home, which does not exist.",
    );
  });
});

describe("a place that cannot be listened on", () => {
  it("is told in a sentence", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const listen = (place: object) =>
      new Promise<string>((_, reject) => {
        createServer().once("error", reject).listen(place);
      });
    const server = { listen } as unknown as Parameters<typeof listenAt>[0];
    const taken = listenAt(server, { host: "127.0.0.1", port });
    await expect(taken).rejects.toThrow(`Another process listens on port ${String(port)}`);
    await expect(listenAt(server, { host: "192.0.2.1", port: 0 })).rejects.toThrow(
      "no address of this machine",
    );
    other.close();
  });
});
