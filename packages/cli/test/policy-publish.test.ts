import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseStrict } from "@parmanasystems/canonical";
import { openPolicyIndex } from "@parmanasystems/governance";
import { readTrustRoot } from "@parmanasystems/governance/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { homeAt } from "../src/home.js";
import { editedPolicy, sampleFolder, temporaryFolder, unchanged } from "./policy-files.js";
import { parmana } from "./run-parmana.js";

const folder = temporaryFolder();
const home = join(folder, "home");
const withHome = (...words: string[]) => parmana(...words, "--home", home);

beforeAll(async () => {
  expect(await withHome("init")).toMatchObject({ exitCode: 0 });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Listing {
  readonly indexVersion: number;
  readonly expired: boolean;
  readonly versions: readonly { readonly policyVersion: string; readonly status: string }[];
}

async function listing(): Promise<Listing> {
  return parseStrict((await withHome("policy", "list", "--json")).out) as unknown as Listing;
}

const bundleOf = (version: string) => join(home, "policies/claims-approval", version);

describe("parmana policy sign", () => {
  it("runs the tests, and signs them along as evidence of what was tested", async () => {
    const { exitCode, out, notes } = await withHome("policy", "sign", sampleFolder("claims-approval"));
    expect({ exitCode, notes }).toEqual({ exitCode: 0, notes: "" });
    expect(out).toMatch(/^Signed: claims-approval@1\.0\.0 sha256:\w+ \(index version 2, 9 cases passed\)$/);
    const manifest = parseStrict(readFileSync(join(bundleOf("1.0.0"), "bundle.manifest.json")));
    expect(manifest).toMatchObject({ files: [{ path: "policy.json" }, { path: "policy.test.json" }] });
    expect(readFileSync(join(bundleOf("1.0.0"), "policy.test.json"))).toEqual(
      readFileSync(join(sampleFolder("claims-approval"), "policy.test.json")),
    );
  });

  it("signs nothing whose tests fail, unless that is asked for by a name that says so", async () => {
    const failing = editedPolicy(folder, "failing", {
      version: "1.1.0",
      policy: (text) => text.replace('"less_than_or_equal": 100000', '"less_than_or_equal": 90000'),
      tests: unchanged,
    });
    const refused = await withHome("policy", "sign", failing);
    expect(refused).toMatchObject({ exitCode: 1, notes: expect.stringContaining("[POL-065]") });
    expect(refused.notes).toContain("the limits, row 1");
    expect(existsSync(bundleOf("1.1.0"))).toBe(false);
    const skipped = await withHome("policy", "sign", failing, "--unsafe-skip-tests");
    expect(skipped).toMatchObject({ exitCode: 0, notes: expect.stringContaining("--unsafe-skip-tests") });
  });

  it("signs nothing whose tests cover less than they demand, or do not load", async () => {
    const few = editedPolicy(folder, "few", {
      version: "1.2.0",
      tests: (text) =>
        text
          .replace('"risk_score"],', '"risk_score"],')
          .replace(/\[0, 81.*\n.*\]\n/, '[0, 80, "approved", "small-claim"]\n'),
    });
    expect(await withHome("policy", "sign", few)).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("[POL-065]"),
    });
    const broken = editedPolicy(folder, "broken", { version: "1.2.0", tests: () => "{" });
    expect(await withHome("policy", "sign", broken, "--unsafe-skip-tests")).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("[POL-060]"),
    });
    expect(existsSync(bundleOf("1.2.0"))).toBe(false);
  });

  it("signs nothing in which lint finds an error", async () => {
    const unreachable = editedPolicy(folder, "unreachable", {
      version: "1.3.0",
      policy: (text) => text.replace('"greater_than": 80', '"greater_than_or_equal": 0'),
    });
    const refused = await withHome("policy", "sign", unreachable);
    expect(refused).toMatchObject({ exitCode: 1, notes: expect.stringContaining("[POL-067]") });
    expect(refused.notes).toContain("policy.json:");
    expect(existsSync(bundleOf("1.3.0"))).toBe(false);
  });

  it("says aloud when there are no tests", async () => {
    const untested = editedPolicy(folder, "untested", { version: "1.4.0" });
    expect(await withHome("policy", "sign", untested)).toMatchObject({
      exitCode: 0,
      notes: expect.stringContaining("claims-approval@1.4.0 has no policy.test.json"),
    });
  });

  it("signs with a key that is named", async () => {
    const key = join(home, "keys/policy.pem");
    const signed = await withHome("policy", "sign", sampleFolder("loan-approval"), "--key", key);
    expect(signed).toMatchObject({ exitCode: 0, out: expect.stringContaining("loan-approval@1.0.0") });
    const stranger = join(home, "keys/runtime.pem");
    expect(await withHome("policy", "sign", sampleFolder("agent-payment"), "--key", stranger)).toMatchObject({
      exitCode: 1,
      notes: expect.stringMatching(/^\[TRUST-03\d\]/m),
    });
  });
});

describe("parmana policy list", () => {
  it("shows every version with its status, and how long the index is in force", async () => {
    const { exitCode, out } = await withHome("policy", "list");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Policy index version \d+, in force until \d{4}-.*Z \(89 days\)$/m);
    expect(out).toMatch(/^ {2}claims-approval {2}1\.0\.0 {2}active {2}sha256:\w+$/m);
    expect(await listing()).toMatchObject({
      expired: false,
      versions: expect.arrayContaining([
        {
          policyId: "loan-approval",
          policyVersion: "1.0.0",
          status: "active",
          bundleHash: expect.any(String),
        },
      ]),
    });
  });

  it("says that nothing is published yet", async () => {
    const empty = join(folder, "empty");
    await parmana("init", "--home", empty);
    const { exitCode, out } = await parmana("policy", "list", "--home", empty);
    expect({ exitCode, out }).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("No policy is published yet."),
    });
  });

  it("ends with 3 where there is no trust root", async () => {
    expect(await parmana("policy", "list", "--home", join(folder, "nowhere"))).toMatchObject({ exitCode: 3 });
  });
});

describe("parmana policy deprecate and revoke", () => {
  it("change the status of a version and leave the others", async () => {
    const before = await listing();
    const deprecated = await withHome("policy", "deprecate", "claims-approval@1.1.0");
    expect(deprecated).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^Deprecated: claims-approval@1\.1\.0 /),
    });
    const revoked = await withHome("policy", "revoke", "claims-approval@1.4.0", "--json");
    expect(parseStrict(revoked.out)).toMatchObject({
      status: "revoked",
      indexVersion: before.indexVersion + 2,
    });
    const { versions } = await listing();
    const statuses = versions.map(({ policyVersion, status }) => `${policyVersion} ${status}`);
    expect(statuses).toEqual(["1.0.0 active", "1.1.0 deprecated", "1.4.0 revoked", "1.0.0 active"]);
  });

  it("let no revoked version come back", async () => {
    for (const words of [
      ["policy", "deprecate", "claims-approval@1.4.0"],
      ["policy", "sign", join(folder, "untested/claims-approval/1.4.0")],
    ]) {
      const refused = await withHome(...words);
      expect(refused).toMatchObject({ exitCode: 1, notes: expect.stringContaining("[POL-051]") });
    }
  });

  it("propose what was meant when there is no such version", async () => {
    const id = await withHome("policy", "revoke", "claim-approval@1.0.0");
    expect(id).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining('(did you mean "claims-approval"?)'),
    });
    expect(id.notes).toMatch(/^\[CLI-005\] /);
    const version = await withHome("policy", "revoke", "claims-approval@1.9.0");
    expect(version).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("the index lists 1.0.0, 1.1.0, 1.4.0"),
    });
  });
});

describe("parmana policy renew", () => {
  it("signs the same index anew for another term", async () => {
    const before = await listing();
    const { exitCode, out } = await withHome("policy", "renew");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Renewed: policy index version \d+ is in force until /);
    const after = await listing();
    expect(after).toMatchObject({ indexVersion: before.indexVersion + 1, versions: before.versions });
    const { value: trustRoot } = await readTrustRoot(homeAt(home).environment);
    const file = (ending: string) => readFileSync(join(home, `policies/index.${ending}`));
    expect(openPolicyIndex({ document: file("json"), signature: file("sig") }, trustRoot).version).toBe(
      after.indexVersion,
    );
  });

  it("does not renew an older index that was put in its place (threat 31)", async () => {
    const index = (ending: string) => join(home, `policies/index.${ending}`);
    const old = ["json", "sig"].map((ending) => readFileSync(index(ending)));
    await withHome("policy", "renew");
    const newer = ["json", "sig"].map((ending) => readFileSync(index(ending)));
    const put = (files: readonly Buffer[]) => {
      ["json", "sig"].forEach((ending, at) => {
        writeFileSync(index(ending), files[at] ?? "");
      });
    };
    put(old);
    expect(await withHome("policy", "renew")).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("[POL-047]"),
    });
    put(newer);
  });

  it("has nothing to renew where no version is listed", async () => {
    const empty = join(folder, "nothing");
    await parmana("init", "--home", empty);
    expect(await parmana("policy", "renew", "--home", empty)).toMatchObject({
      exitCode: 2,
      notes: expect.stringMatching(/^\[CLI-012\] .*\n.*policy sign/),
    });
  });
});
