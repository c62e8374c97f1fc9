import { LocalSigner, payloadTypes } from "@parmanasystems/signing";
import { readPrivateKey } from "@parmanasystems/governance/node";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { homeAt } from "../src/home.js";
import { readSigners } from "../src/signers.js";
import { sampleFolder, temporaryFolder } from "./policy-files.js";
import { parmana } from "./run-parmana.js";

const folder = temporaryFolder();
const directory = join(folder, "home");
const home = homeAt(directory, {});
const keyFile = (role: string): string => join(directory, "keys", `${role}.pem`);
const withHome = (...words: string[]) => parmana(...words, "--home", directory);
const document = new TextEncoder().encode("{}");

/** The script of docs/trust.md. */
const script = join(folder, "signer.mjs");
const page = readFileSync(fileURLToPath(new URL("../../../docs/trust.md", import.meta.url)), "utf8");
const bridge = (pem: string): string => `"${process.execPath}" '${script}' "${pem}"`;

beforeAll(async () => {
  writeFileSync(script, /```js\n([^]*?)```/.exec(page)?.[1] ?? "");
  expect(await withHome("init")).toMatchObject({ exitCode: 0 });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("Who signs for a role", () => {
  it("is every key of the home that the trust root lets sign, where nobody is named", async () => {
    const [only, ...others] = await readSigners({}, "policy", home);
    expect(only?.keyId).toBe((await readPrivateKey(keyFile("policy"))).keyId);
    expect(others).toEqual([]);
  });

  it("is whoever is named, in that order, and nobody else", async () => {
    const options = { key: [keyFile("runtime")], signerCommand: [bridge(keyFile("release"))] };
    const signers = await readSigners(options, "policy", home);
    expect(signers.map(({ keyId }) => keyId)).toEqual([
      (await readPrivateKey(keyFile("runtime"))).keyId,
      (await readPrivateKey(keyFile("release"))).keyId,
    ]);
  });

  it("is nobody: that is an error that says what to do", async () => {
    await expect(readSigners({}, "source:nobody", home)).rejects.toThrow(
      expect.objectContaining({ code: "CLI-020" }),
    );
    await expect(readSigners({ key: [join(folder, "absent.pem")] }, "policy", home)).rejects.toThrow(
      expect.objectContaining({ code: "TRUST-001" }),
    );
    await expect(readSigners({ signerCommand: ["'"] }, "policy", home)).rejects.toThrow(
      expect.objectContaining({ code: "CLI-001" }),
    );
  });
});

describe("A command that signs", () => {
  it("makes the same signature as the key it holds", async () => {
    const [signer] = await readSigners({ signerCommand: [bridge(keyFile("policy"))] }, "policy", home);
    const local = new LocalSigner(await readPrivateKey(keyFile("policy")));
    expect(await signer?.sign(payloadTypes.policyIndex, document)).toEqual(
      local.signSync(payloadTypes.policyIndex, document),
    );
  });

  it("signs one thing at a time, since each may ask a person for a PIN", async () => {
    const busy = join(folder, "busy");
    const slow = join(folder, "slow.mjs");
    writeFileSync(
      slow,
      [
        `import { existsSync, rmSync, writeFileSync } from "node:fs";`,
        `if (existsSync(${JSON.stringify(busy)})) process.exit(9);`,
        `writeFileSync(${JSON.stringify(busy)}, "");`,
        `await new Promise((resolve) => setTimeout(resolve, 100));`,
        `rmSync(${JSON.stringify(busy)});`,
        `await import(${JSON.stringify(script)});`,
      ].join("\n"),
    );
    const commands = ["policy", "release"].map(
      (role) => `"${process.execPath}" "${slow}" "${keyFile(role)}"`,
    );
    const signers = await readSigners({ signerCommand: commands }, "policy", home);
    const signatures = await Promise.all(
      signers.map((signer) => signer.sign(payloadTypes.policyIndex, document)),
    );
    expect(signatures.map(({ length }) => length)).toEqual([64, 64]);
    expect(existsSync(busy)).toBe(false);
  });

  it.each([
    ["policy sign", ["policy", "sign", sampleFolder("claims-approval")], "policy"],
    ["policy deprecate", ["policy", "deprecate", "claims-approval@1.0.0"], "policy"],
    ["policy revoke", ["policy", "revoke", "claims-approval@1.0.0"], "policy"],
    ["release build", ["release", "build"], "release"],
    ["trust rotate", ["trust", "rotate", "--days", "100", "--install"], "root"],
  ])("works for %s", async (_what, words, role) => {
    const elsewhere = join(folder, `${role}.away.pem`);
    if (!existsSync(elsewhere)) writeFileSync(elsewhere, readFileSync(keyFile(role)), { mode: 0o600 });
    rmSync(keyFile(role), { force: true });
    expect(await withHome(...words, "--signer-command", bridge(elsewhere))).toMatchObject({ exitCode: 0 });
  });

  it("is believed no more than any other signer: the key of another role is refused", async () => {
    const command = bridge(keyFile("runtime"));
    expect(
      await withHome("policy", "sign", sampleFolder("loan-approval"), "--signer-command", command),
    ).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("[TRUST-034]"),
    });
  });
});
