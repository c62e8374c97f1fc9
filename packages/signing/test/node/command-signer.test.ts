import { generatePrivateKey, LocalSigner, payloadTypes, signDetached } from "../../src/index.js";
import { commandSigner } from "../../src/node/index.js";
import * as door from "../../src/node/index.js";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "signer-"));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const key = generatePrivateKey();
const other = generatePrivateKey();
const document = new TextEncoder().encode('{"a":1}');

function file(name: string, text: string, mode = 0o600): string {
  const path = join(directory, name);
  writeFileSync(path, text, { mode });
  return path;
}

/** The script that the documentation shows, as it is shown. */
function documentedSigner(): string {
  const page = readFileSync(fileURLToPath(new URL("../../../../docs/trust.md", import.meta.url)), "utf8");
  const [, script = ""] = /```js\n(\/\/ signer\.mjs[^]*?)```/.exec(page) ?? [];
  expect(script.split("\n").length).toBeLessThan(17);
  return script;
}

const keyFile = file("key.pem", key.toPem());
const sample = [process.execPath, file("signer.mjs", documentedSigner()), keyFile];

/** A command that answers every request with what the expression gives; `asked` is the request. */
function answering(expression: string): string[] {
  const script = [
    `import { readFileSync } from "node:fs";`,
    `const asked = JSON.parse(readFileSync(0, "utf8"));`,
    `process.stdout.write(${expression});`,
  ].join("\n");
  return [process.execPath, "--input-type=module", "--eval", script];
}

const publicKey = key.publicKey;
const refused = (code: string): unknown => expect.objectContaining({ name: "SigningError", code });
const sign = async (command: readonly string[], timeoutMs = 20_000) =>
  (await commandSigner({ command, publicKey, timeoutMs })).sign(payloadTypes.trustRoot, document);

describe("The door for Node", () => {
  it("exports what it promises and nothing else", () => {
    expect(Object.keys(door)).toEqual(["commandSigner"]);
  });
});

describe("A command that holds the key", () => {
  it("signs as the key itself would, byte for byte, with the script of the documentation", async () => {
    const signer = await commandSigner({ command: sample });
    expect(signer.keyId).toBe(key.keyId);
    expect(Object.isFrozen(signer)).toBe(true);
    expect(await signDetached(payloadTypes.trustRoot, document, [signer])).toEqual(
      await signDetached(payloadTypes.trustRoot, document, [new LocalSigner(key)]),
    );
  });

  it("is not asked for a public key that is given, and may give it as a JWK", async () => {
    const asked = await commandSigner({ command: answering("'never'"), publicKey });
    expect(asked.keyId).toBe(key.keyId);
    const jwk = JSON.stringify({ publicKey: key.publicKey.toJwk() });
    expect((await commandSigner({ command: answering(`'${jwk}'`) })).keyId).toBe(key.keyId);
  });

  it("gets the exact bytes to sign, what they are made of, and nothing else", async () => {
    const copy = join(directory, "request.json");
    const script = `import { readFileSync, writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(copy)}, readFileSync(0)); process.exit(1)`;
    const command = [process.execPath, "--input-type=module", "--eval", script];
    await expect(sign(command)).rejects.toThrow(refused("SIG-013"));
    const head = `DSSEv1 ${payloadTypes.trustRoot.length} ${payloadTypes.trustRoot} ${document.length} `;
    expect(JSON.parse(readFileSync(copy, "utf8"))).toEqual({
      version: 1,
      request: "sign",
      keyid: key.keyId,
      payloadType: payloadTypes.trustRoot,
      payload: Buffer.from(document).toString("base64"),
      pae: Buffer.concat([Buffer.from(head), document]).toString("base64"),
    });
  });

  it("signs what was passed, whatever the caller does with it meanwhile", async () => {
    const signer = await commandSigner({ command: sample, publicKey });
    const mine = Uint8Array.from(document);
    const pending = signer.sign(payloadTypes.trustRoot, mine);
    mine.fill(0);
    expect(await pending).toEqual(new LocalSigner(key).signSync(payloadTypes.trustRoot, document));
  });

  it("is started without a shell: nothing of its words is expanded", async () => {
    const word = "$(echo x); `echo y` *";
    const script = `process.exit(process.argv[1] === ${JSON.stringify(word)} ? 7 : 8)`;
    await expect(sign([process.execPath, "--eval", script, word])).rejects.toThrow("exit code 7");
  });
});

describe("A signature is released only if it verifies (threats 51 and 62)", () => {
  const signedBy = (pem: string, bytes = "asked.pae", then = ""): string[] => {
    const body = `const sig = sign(null, Buffer.from(${bytes}, "base64"), ${JSON.stringify(pem)}); ${then}`;
    return answering(
      `((sign) => { ${body} return JSON.stringify({ keyid: asked.keyid, sig: sig.toString("base64") }); })((await import("node:crypto")).sign)`,
    );
  };

  it("accepts the right one", async () => {
    expect(await sign(signedBy(key.toPem()))).toHaveLength(64);
  });

  it.each([
    ["by another key under this one's name", signedBy(other.toPem()), "SIG-016"],
    ["over the payload in place of its PAE (threat 13)", signedBy(key.toPem(), "asked.payload"), "SIG-016"],
    [
      "under another key's name",
      answering(`JSON.stringify({ keyid: ${JSON.stringify(other.keyId)}, sig: "A".repeat(86) + "==" })`),
      "SIG-016",
    ],
    ["with one bit flipped", signedBy(key.toPem(), "asked.pae", "sig[9] ^= 1;"), "SIG-016"],
    ["of 63 bytes", answering(`JSON.stringify({ keyid: asked.keyid, sig: "A".repeat(84) })`), "SIG-006"],
    ["that is no text", answering(`JSON.stringify({ keyid: asked.keyid, sig: 1 })`), "SIG-015"],
  ])("refuses one %s", async (_what, command, code) => {
    await expect(sign(command)).rejects.toThrow(refused(code));
  });
});

describe("A command that misbehaves", () => {
  it.each([
    ["does not exist", [join(directory, "absent")], "SIG-012"],
    ["is no program", [file("plain.txt", "hello")], "SIG-012"],
    ["holds a NUL", ["node\0", "x"], "SIG-012"],
    ["fails", [process.execPath, "--eval", "process.exit(3)"], "SIG-013"],
    ["is killed", [process.execPath, "--eval", "process.kill(process.pid, 'SIGKILL')"], "SIG-013"],
    ["answers nothing", answering("''"), "SIG-015"],
    ["answers no JSON", answering("'{'"), "SIG-015"],
    ["answers two documents (threat 18)", answering("'{}{}'"), "SIG-015"],
    ["answers a member twice (threat 1)", answering(`'{"sig":"a","sig":"b","keyid":"c"}'`), "SIG-015"],
    ["answers a list", answering("'[]'"), "SIG-015"],
    ["answers too much of a thing", answering(`'{"keyid":"a","sig":"b","more":1}'`), "SIG-015"],
    ["answers without end (threat 57)", answering("'x'.repeat(1_000_000)"), "SIG-015"],
  ])("%s", async (_what, command, code) => {
    await expect(sign(command)).rejects.toThrow(refused(code));
  });

  it("does not answer in time, and is gone afterwards (threat 51)", async () => {
    const pidFile = join(directory, "pid");
    const script = `require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`;
    await expect(sign([process.execPath, "--eval", script], 1_500)).rejects.toThrow(refused("SIG-014"));
    const pid = Number(readFileSync(pidFile, "utf8"));
    await expect
      .poll(() => {
        try {
          return process.kill(pid, 0);
        } catch {
          return "gone";
        }
      })
      .toBe("gone");
  });

  it.each([
    [
      "gives a private key (threat 52)",
      answering(JSON.stringify(JSON.stringify({ publicKey: key.toPem() }))),
      "KEY-006",
    ],
    ["gives no key", answering(`'{"publicKey":1}'`), "SIG-015"],
    ["gives another member", answering(`'{"key":"x"}'`), "SIG-015"],
  ])("%s when it is asked for its public key", async (_what, command, code) => {
    const asking = commandSigner({ command });
    await expect(asking).rejects.toThrow(refused(code));
    const [, secret = "-"] = key.toPem().split("\n");
    await expect(asking).rejects.not.toThrow(secret);
  });
});

describe("What is no command is refused before anything is started", () => {
  it.each([[[]], [[""]], [["node", 1]], ["node"], [undefined]])("%j", async (command) => {
    const asking = commandSigner({ command: command as unknown as string[] });
    await expect(asking).rejects.toThrow(refused("SIG-012"));
  });

  it.each([0, -1, 1.5, NaN, 3_600_001])("a time limit of %s", async (timeoutMs) => {
    await expect(commandSigner({ command: sample, timeoutMs })).rejects.toThrow(refused("SIG-012"));
  });
});
