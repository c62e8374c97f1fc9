import { parseStrict } from "@parmanasystems/canonical";
import { generatePrivateKey, importPublicKey } from "@parmanasystems/signing";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "./policy-files.js";
import { parmana } from "./run-parmana.js";

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const refused = (exitCode: number, code: string) => ({
  exitCode,
  notes: expect.stringContaining(`[${code}]`),
});
const secretOf = (pem: string): string => pem.split("\n")[1] ?? "-";

describe("parmana key new", () => {
  it("makes a private key for its owner's eyes, and prints nothing of it", async () => {
    const made = await parmana("key", "new", "--out", at("new.pem"));
    expect(made).toMatchObject({ exitCode: 0, out: expect.stringMatching(/key id +[A-Za-z0-9_-]{43}/) });
    expect(statSync(at("new.pem")).mode & 0o777).toBe(0o600);
    expect(made.out + made.notes).not.toContain(secretOf(readFileSync(at("new.pem"), "utf8")));
  });

  it("overwrites nothing", async () => {
    writeFileSync(at("taken.pem"), "theirs");
    expect(await parmana("key", "new", "--out", at("taken.pem"))).toMatchObject(refused(1, "TRUST-051"));
    expect(readFileSync(at("taken.pem"), "utf8")).toBe("theirs");
    expect(await parmana("key", "new")).toMatchObject({ exitCode: 2 });
  });
});

describe("parmana key show", () => {
  const key = generatePrivateKey();
  writeFileSync(at("key.pem"), key.toPem(), { mode: 0o600 });
  writeFileSync(at("key.pub.pem"), key.publicKey.toPem());
  writeFileSync(at("key.jwk"), JSON.stringify(key.publicKey.toJwk()));

  it.each(["key.pem", "key.pub.pem", "key.jwk"])(
    "shows the public half of %s, whichever half it is",
    async (name) => {
      const { exitCode, out } = await parmana("key", "show", at(name), "--json");
      expect(exitCode).toBe(0);
      expect(parseStrict(out)).toEqual({
        keyId: key.keyId,
        jwk: { ...key.publicKey.toJwk(), kid: key.keyId },
        pem: key.publicKey.toPem(),
      });
    },
  );

  it("never shows the private half (threat 52)", async () => {
    const secret = secretOf(key.toPem());
    for (const words of [[], ["--json"], ["--out", at("shown.pem")]]) {
      const { out, notes } = await parmana("key", "show", at("key.pem"), ...words);
      expect(out + notes).not.toContain(secret);
      expect(out + notes).not.toContain("PRIVATE");
    }
    expect(importPublicKey(readFileSync(at("shown.pem"), "utf8")).keyId).toBe(key.keyId);
    expect(await parmana("key", "show", at("key.pem"), "--out", at("shown.pem"))).toMatchObject(
      refused(2, "CLI-004"),
    );
  });

  it("refuses a private key that others can read, and what is no Ed25519 key (threat 12)", async () => {
    writeFileSync(at("open.pem"), key.toPem());
    chmodSync(at("open.pem"), 0o644);
    expect(await parmana("key", "show", at("open.pem"))).toMatchObject(refused(1, "TRUST-004"));
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    writeFileSync(at("ec.pem"), String(publicKey.export({ type: "spki", format: "pem" })));
    expect(await parmana("key", "show", at("ec.pem"))).toMatchObject(refused(1, "KEY-005"));
    expect(await parmana("key", "show", at("absent.pem"))).toMatchObject(refused(1, "TRUST-001"));
  });

  it("takes a file or a command, not both and not none", async () => {
    expect(await parmana("key", "show")).toMatchObject(refused(2, "CLI-001"));
    expect(await parmana("key", "show", at("key.pem"), "--signer-command", "x")).toMatchObject(
      refused(2, "CLI-001"),
    );
    expect(await parmana("key", "show", "--signer-command", at("absent"))).toMatchObject(
      refused(1, "SIG-012"),
    );
  });
});

describe("parmana key import", () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const jwk = JSON.stringify(privateKey.export({ format: "jwk" }));
  const pem = String(privateKey.export({ type: "pkcs8", format: "pem" }));

  it("rewrites PEM and JWK as the file that every command reads", async () => {
    for (const [name, text] of [
      ["given.pem", pem],
      ["given.jwk", jwk],
    ] as const) {
      writeFileSync(at(name), text, { mode: 0o600 });
      const imported = await parmana("key", "import", at(name), "--out", at(`${name}.out`));
      expect(imported).toMatchObject({ exitCode: 0 });
      expect(readFileSync(at(`${name}.out`), "utf8")).toBe(pem);
      expect(statSync(at(`${name}.out`)).mode & 0o777).toBe(0o600);
      expect(imported.out + imported.notes).not.toContain(secretOf(pem));
    }
  });

  it("refuses a public key, and a private one that others can read", async () => {
    writeFileSync(at("public.pem"), generatePrivateKey().publicKey.toPem(), { mode: 0o600 });
    const words = ["--out", at("never.pem")];
    expect(await parmana("key", "import", at("public.pem"), ...words)).toMatchObject(refused(1, "KEY-007"));
    writeFileSync(at("lax.jwk"), jwk, { mode: 0o644 });
    expect(await parmana("key", "import", at("lax.jwk"), ...words)).toMatchObject(refused(1, "TRUST-004"));
    expect(existsSync(at("never.pem"))).toBe(false);
  });
});
