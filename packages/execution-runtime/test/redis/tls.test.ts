import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "@parmanasystems/canonical";
import { freePort, RedisServer } from "@parmanasystems/testkit/servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RedisReplayStore, type RedisTls } from "../../src/index.js";
import { redisServerIsHere, withRedis } from "./support.js";

const refusal = (code: string): unknown => expect.objectContaining({ code });

/** An authority that certifies keys, as files in a folder of its own. */
class Authority {
  readonly directory = mkdtempSync(join(tmpdir(), "parmana-tls-"));

  constructor() {
    this.#openssl(["req", "-x509", ...this.#newKey("ca"), "-days", "2", "-subj", "/CN=Test authority"], "ca");
  }

  certify(name: string, subject: string, days = 2): void {
    const extensions = join(this.directory, `${name}.ext`);
    writeFileSync(extensions, `subjectAltName=${subject}\n`);
    this.#openssl(["req", ...this.#newKey(name), "-subj", `/CN=${name}`], `${name}-request`);
    this.#openssl(
      [
        "x509",
        "-req",
        "-in",
        this.path(`${name}-request`),
        "-CA",
        this.path("ca"),
        "-CAkey",
        this.keyPath("ca"),
      ].concat(["-CAcreateserial", "-days", String(days), "-extfile", extensions]),
      name,
    );
  }

  path(name: string): string {
    return join(this.directory, `${name}.pem`);
  }

  keyPath(name: string): string {
    return join(this.directory, `${name}.key`);
  }

  pem(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  #newKey(name: string): readonly string[] {
    return ["-newkey", "ed25519", "-nodes", "-keyout", this.keyPath(name)];
  }

  #openssl(command: readonly string[], output: string): void {
    execFileSync("openssl", [...command, "-out", this.path(output)], { stdio: "ignore" });
  }
}

describe.skipIf(!redisServerIsHere)("the Redis store over TLS", () => {
  const stores: RedisReplayStore[] = [];
  const servers: RedisServer[] = [];
  let authority: Authority;
  let stranger: Authority;

  beforeAll(() => {
    authority = new Authority();
    stranger = new Authority();
    authority.certify("here", "IP:127.0.0.1,DNS:localhost");
    authority.certify("elsewhere", "DNS:redis.example");
    authority.certify("client", "DNS:client.example");
    authority.certify("over", "IP:127.0.0.1", 0);
    stranger.certify("client", "DNS:client.example");
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await Promise.all(servers.map((server) => server.remove()));
    for (const { directory } of [authority, stranger]) rmSync(directory, { recursive: true, force: true });
  });

  /** A server that shows this certificate; its address without the protocol. */
  async function serverAs(certificate: string, clients: "no" | "yes" = "no"): Promise<string> {
    const server = await RedisServer.start(
      ...["--tls-cert-file", authority.path(certificate), "--tls-key-file", authority.keyPath(certificate)],
      ...["--tls-ca-cert-file", authority.path("ca"), "--tls-auth-clients", clients],
    );
    servers.push(server);
    const port = await freePort();
    await withRedis((redis) => redis.config("SET", "tls-port", String(port)), server.url);
    return `127.0.0.1:${String(port)}`;
  }

  function reserveAt(address: string, tls?: RedisTls) {
    const store = new RedisReplayStore(`rediss://${address}`, { timeoutMs: 2_000, ...(tls && { tls }) });
    stores.push(store);
    const facts = { executionId: "a", fingerprint: sha256("a"), identity: "fingerprint" } as const;
    return store.reserve({ ...facts, leaseMs: 1 });
  }

  it("speaks to a server that a trusted authority certifies, by address and by name", async () => {
    const address = await serverAs("here");
    const trusting = { ca: authority.pem("ca") };
    expect(await reserveAt(address, trusting)).toMatchObject({ outcome: "reserved" });
    const named = address.replace("127.0.0.1", "localhost");
    expect(await reserveAt(named, trusting)).toMatchObject({ outcome: "reserved", takenOver: true });
  });

  it("does not send anything to a server that nobody it trusts certifies", async () => {
    const address = await serverAs("here");
    for (const tls of [undefined, {}, { ca: stranger.pem("ca") }])
      await expect(reserveAt(address, tls)).rejects.toEqual(refusal("SYS-027"));
  });

  it("does not take another host's certificate, nor one that is over", async () => {
    for (const certificate of ["elsewhere", "over"])
      await expect(reserveAt(await serverAs(certificate), { ca: authority.pem("ca") })).rejects.toEqual(
        refusal("SYS-027"),
      );
  });

  it("shows its own certificate to a server that asks for one", async () => {
    const address = await serverAs("here", "yes");
    const ca = authority.pem("ca");
    const own = (from: Authority) => ({
      ca,
      cert: from.pem("client"),
      key: readFileSync(from.keyPath("client"), "utf8"),
    });
    expect(await reserveAt(address, own(authority))).toMatchObject({ outcome: "reserved" });
    for (const tls of [{ ca }, own(stranger)])
      await expect(reserveAt(address, tls)).rejects.toEqual(refusal("SYS-020"));
  });

  it("gets no answer from a server that does not speak TLS", async () => {
    const server = await RedisServer.start();
    servers.push(server);
    const address = `127.0.0.1:${String(server.port)}`;
    await expect(reserveAt(address, { ca: authority.pem("ca") })).rejects.toEqual(refusal("SYS-020"));
  });

  it.each<[string, (own: Authority) => RedisTls]>([
    ["an authority that is no certificate", () => ({ ca: "-----BEGIN" })],
    ["a certificate without its key", (own) => ({ cert: own.pem("client") })],
    [
      "a key that is another's",
      (own) => ({ cert: own.pem("client"), key: readFileSync(own.keyPath("here"), "utf8") }),
    ],
  ])("refuses %s", (_name, tls) => {
    expect(() => new RedisReplayStore("rediss://127.0.0.1", { tls: tls(authority) })).toThrow(
      refusal("INV-017"),
    );
  });
});
