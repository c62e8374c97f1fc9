import { createServer } from "node:net";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { openPostgresLedger, type PostgresConnection } from "../../src/index.js";
import { refusal } from "../support.js";
import { postgresAnswers, postgresUrl, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("connection");
const SECRET = "canary-7f3a";

async function codeOf(connection: string | PostgresConnection): Promise<unknown> {
  try {
    await openPostgresLedger(connection, { schema: newSchema(), timeoutMs: 300 });
  } catch (error) {
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(SECRET);
    return Reflect.get(Object(error), "code");
  }
  throw new Error("expected a refusal");
}

describe("an address that is none (SYS-030)", () => {
  it.each([
    "",
    "ledger.db",
    `redis://user:${SECRET}@127.0.0.1:6379`,
    `mysql://user:${SECRET}@127.0.0.1/test`,
    `postgres://user:${SECRET}@127.0.0.1:port/test`,
    `postgres://user:${SECRET}@127.0.0.1/test?sslrootcert=/nowhere/ca.pem`,
    `socket:/var/run?user=${SECRET}`,
    null as never,
    { hostname: "127.0.0.1", password: SECRET } as never,
  ])("is refused: %j", async (connection) => {
    expect(await codeOf(connection)).toBe("SYS-030");
  });
});

describe("options that are none (SYS-016)", () => {
  it.each([
    { schema: "" },
    { schema: "Parmana" },
    { schema: 'x"; DROP SCHEMA public' },
    { schema: "pg_ledger" },
    { schema: "information_schema" },
    { schema: "x".repeat(64) },
    { maxQueue: 0 },
    { timeoutMs: 0 },
    { poolSize: 101 },
  ])("are refused: %j", async (options) => {
    await expect(openPostgresLedger(postgresUrl, options)).rejects.toEqual(refusal("SYS-016"));
  });
});

describe("a server that is not there (SYS-001)", () => {
  it("refuses connections", async () => {
    expect(await codeOf(`postgres://user:${SECRET}@127.0.0.1:1/test`)).toBe("SYS-001");
  });

  it("has no name", async () => {
    expect(await codeOf({ host: "nowhere.invalid", password: SECRET })).toBe("SYS-001");
  });

  it.each([
    ["says nothing", ""],
    ["speaks something else", "-ERR unknown command\r\n"],
  ])("%s", async (_, answer) => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", () => socket.write(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await codeOf({ host: "127.0.0.1", port, user: "user", password: SECRET, database: "test" })).toBe(
      "SYS-001",
    );
    server.close();
  });
});

describe.skipIf(!postgresAnswers)("a server that refuses this client (SYS-031)", () => {
  const changed = (change: (url: URL) => void) => {
    const url = new URL(postgresUrl);
    change(url);
    return url.href;
  };

  it.each([
    ["an unknown database", changed((url) => (url.pathname = "/nowhere"))],
    ["an unknown role", changed((url) => (url.username = "nobody_here"))],
    ["TLS, which it does not speak", changed((url) => (url.search = "sslmode=verify-full"))],
  ])("for %s", async (_, url) => {
    expect(await codeOf(url)).toBe("SYS-031");
  });

  it("takes an address in parts", async () => {
    const { hostname, port, username, password, pathname } = new URL(postgresUrl);
    const parts = {
      host: hostname,
      port: Number(port),
      user: username,
      password,
      database: pathname.slice(1),
    };
    const ledger = await openPostgresLedger(parts, { schema: newSchema() });
    expect(await ledger.entries()).toEqual([]);
    await ledger.close();
  });
});
