import { parseStrict, sha256 } from "@parmanasystems/canonical";
import { parseProposal } from "@parmanasystems/governance";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sampleFolder, temporaryFolder } from "./policy-files.js";
import { parmana, parmanaWith } from "./run-parmana.js";

const folder = temporaryFolder();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let directory = "";
let count = 0;
beforeEach(() => {
  count += 1;
  directory = join(folder, String(count));
  mkdirSync(directory);
});
const at = (...names: string[]): string => join(directory, ...names);
const done = { exitCode: 0 };
const refused = (exitCode: number, code: string) => ({
  exitCode,
  notes: expect.stringContaining(`[${code}]`),
});

/** A key of its own for each name: <name>.pem and <name>.pub.pem. */
async function makeKeys(...names: string[]): Promise<void> {
  for (const name of names) {
    expect(await parmana("key", "new", "--out", at(`${name}.pem`))).toMatchObject(done);
    const shown = await parmana("key", "show", at(`${name}.pem`), "--out", at(`${name}.pub.pem`));
    expect(shown).toMatchObject(done);
  }
}

async function keyId(name: string): Promise<string> {
  const { out } = await parmana("key", "show", at(`${name}.pub.pem`), "--json");
  return (parseStrict(out) as { keyId: string }).keyId;
}

const hashOf = (file: string): string => sha256(parseProposal(readFileSync(file)).document);
const roles = (...pairs: string[]): string[] => pairs.flatMap((pair) => ["--role", pair]);
const localRoles = roles("policy:local", "release:local", "runtime:local");
const withHome = (...words: string[]) => parmana(...words, "--home", at("home"));
const show = async (home = "home") =>
  parseStrict((await parmana("trust", "show", "--home", at(home), "--json")).out) as {
    version: number;
    hash: string;
    firstVersionHash: string;
    expiresAt: string;
    roles: Record<string, { keyids: string[]; threshold: number }>;
    keys: Record<string, { operator: string; status: string; validUntil: string; daysLeft: number }>;
  };

/** Root held by alice and bob, both of whom must sign; installed in `home`. */
async function sharedHome(): Promise<void> {
  await makeKeys("alice", "bob");
  const keys = ["alice", "bob"].map((name) => `root:${name}=${at(`${name}.pub.pem`)}`);
  expect(
    await withHome(
      "trust",
      "init",
      ...roles(...keys),
      ...localRoles,
      "--threshold",
      "root=2",
      "--key",
      at("alice.pem"),
      "--key",
      at("bob.pem"),
    ),
  ).toMatchObject(done);
}

describe("parmana trust init", () => {
  it("makes everything at once where all signatures are at hand, and says where the private keys are", async () => {
    await makeKeys("alice");
    const made = await withHome(
      "trust",
      "init",
      ...roles(`root:alice=${at("alice.pub.pem")}`),
      ...localRoles,
      "--key",
      at("alice.pem"),
    );
    expect(made).toMatchObject(done);
    expect(made.notes).toContain(`Wrote the policy key ${at("home", "keys", "policy.pem")}`);
    expect(made.out).toContain("Installed trust root version 1");
    for (const role of ["policy", "release", "runtime"]) {
      expect(statSync(at("home", "keys", `${role}.pem`)).mode & 0o777).toBe(0o600);
    }
    expect(readFileSync(at("home", ".gitignore"), "utf8")).toBe("*\n");
    expect(existsSync(at("home", "policies", "index.json"))).toBe(true);
    expect(await withHome("trust", "verify")).toMatchObject(done);
    expect(await withHome("policy", "sign", sampleFolder("claims-approval"))).toMatchObject(done);
  });

  it("takes validity and keys from a ceremony file, with files beside it", async () => {
    await makeKeys("alice");
    const jwk = (
      parseStrict((await parmana("key", "show", at("alice.pem"), "--json")).out) as { jwk: object }
    ).jwk;
    const ceremony = (root: object) =>
      JSON.stringify({
        type: "parmana/ceremony/v1",
        days: 10,
        keyDays: 20,
        roles: {
          root: { keys: [{ operator: "alice", ...root }] },
          policy: { keys: [{ operator: "local" }] },
        },
      });
    for (const [home, root] of [
      ["by-file", { file: "alice.pub.pem" }],
      ["by-jwk", { jwk }],
    ] as const) {
      writeFileSync(at(`${home}.json`), ceremony(root));
      const made = await parmana(
        "trust",
        "init",
        "--from",
        at(`${home}.json`),
        "--key",
        at("alice.pem"),
        "--home",
        at(home),
      );
      expect(made).toMatchObject({
        exitCode: 0,
        notes: expect.stringContaining("No key has the role runtime"),
      });
      const { keys, roles: named } = await show(home);
      expect(Object.keys(named)).toEqual(["policy", "root"]);
      expect(Object.values(keys).map(({ daysLeft }) => daysLeft)).toEqual([19, 19]);
    }
  });

  it.each([
    ["neither roles nor ceremony", [], 2, "CLI-001"],
    ["both", ["--from", "x.json", "--role", "root:a"], 2, "CLI-001"],
    ["a ceremony that is not there", ["--from", "absent.json"], 2, "CLI-004"],
    ["days that are none", ["--role", "root:a", "--days", "never"], 2, "CLI-001"],
    ["no root role", ["--role", "policy:a"], 1, "TRUST-013"],
    ["a threshold out of reach", ["--role", "root:a", "--threshold", "root=2"], 1, "TRUST-015"],
    ["a key file that is not there", ["--role", "root:a=absent.pem"], 1, "TRUST-001"],
  ])("refuses %s and makes nothing", async (_what, words, exitCode, code) => {
    expect(await withHome("trust", "init", ...words)).toMatchObject(refused(exitCode, code));
    expect(existsSync(at("home", "keys"))).toBe(false);
    expect(existsSync(at("home", "trust"))).toBe(false);
  });

  it("makes nothing where the proposal has no place", async () => {
    await makeKeys("alice");
    writeFileSync(at("first.json"), "theirs");
    const words = ["trust", "init", ...roles(`root:alice=${at("alice.pub.pem")}`), ...localRoles];
    expect(await withHome(...words, "--out", at("first.json"))).toMatchObject(refused(2, "CLI-004"));
    expect(existsSync(at("home"))).toBe(false);
    expect(await withHome(...words, "--out", at("second.json"))).toMatchObject(done);
  });

  it("refuses a signer that no role lists, a private key in place of a public one, and a home in use", async () => {
    await makeKeys("alice", "mallory");
    const words = ["trust", "init", ...roles(`root:alice=${at("alice.pub.pem")}`)];
    expect(await withHome(...words, "--key", at("mallory.pem"))).toMatchObject(refused(2, "CLI-001"));
    expect(await withHome("trust", "init", ...roles(`root:a=${at("alice.pem")}`))).toMatchObject(
      refused(1, "KEY-006"),
    );
    expect(await withHome("init")).toMatchObject(done);
    expect(await withHome(...words, "--key", at("alice.pem"))).toMatchObject(refused(2, "CLI-003"));
  });
});

describe("A ceremony of several machines", () => {
  async function proposed(): Promise<void> {
    await makeKeys("alice", "bob", "carol");
    const keys = ["alice", "bob", "carol"].map((name) => `root:${name}=${at(`${name}.pub.pem`)}`);
    const words = [...roles(...keys), ...localRoles, "--threshold", "root=2", "--key", at("alice.pem")];
    const made = await withHome("trust", "init", ...words, "--out", at("first.json"));
    expect(made).toMatchObject({ exitCode: 0, out: expect.stringContaining("1 missing, of bob (") });
    expect(existsSync(at("home", "trust"))).toBe(false);
  }

  it("hands a proposal round until enough have signed it", async () => {
    await proposed();
    expect(await withHome("trust", "install", at("first.json"))).toMatchObject(refused(1, "TRUST-032"));
    const signed = await parmana(
      "trust",
      "sign",
      at("first.json"),
      "--key",
      at("bob.pem"),
      "--hash",
      hashOf(at("first.json")),
      "--home",
      at("bob"),
    );
    expect(signed).toMatchObject({ exitCode: 0, out: expect.stringContaining("complete") });
    // What he signed was said first, in words.
    expect(signed.notes).toMatch(/^Trust root version 1, sha256:\w+\n {2}It is in force from .*\n {2}Role /);
    expect(existsSync(at("bob"))).toBe(false);
    const installed = await withHome("trust", "install", at("first.json"), "--json");
    expect(parseStrict(installed.out)).toMatchObject({
      kind: "trust-root",
      hash: hashOf(at("first.json")),
      needs: [{ trustRootVersion: 1, threshold: 2, missing: 0 }],
    });
    expect(await withHome("trust", "verify")).toMatchObject(done);
    expect(await withHome("trust", "install", at("first.json"))).toMatchObject(done);
  });

  it("asks a person who watches, and signs only after a yes", async () => {
    await proposed();
    const before = readFileSync(at("first.json"));
    const words = ["trust", "sign", at("first.json"), "--key", at("bob.pem"), "--home", at("bob")];
    const questions: string[] = [];
    const answering = (answer: boolean) => ({
      ask: (question: string) => {
        questions.push(question);
        return Promise.resolve(answer);
      },
    });
    expect(await parmanaWith(answering(false), ...words)).toMatchObject(refused(2, "CLI-022"));
    expect(await parmana(...words)).toMatchObject(refused(2, "CLI-022"));
    expect(readFileSync(at("first.json"))).toEqual(before);
    expect(await parmanaWith(answering(true), ...words)).toMatchObject(done);
    expect(questions).toEqual(["Sign this?", "Sign this?"]);
  });

  it("refuses another hash than the document's, and a key that nobody asked for", async () => {
    await proposed();
    await makeKeys("mallory");
    const sign = (hash: string, name: string) =>
      parmana(
        "trust",
        "sign",
        at("first.json"),
        "--key",
        at(`${name}.pem`),
        "--hash",
        hash,
        "--home",
        at("bob"),
      );
    const before = readFileSync(at("first.json"));
    expect(await sign(sha256("another"), "bob")).toMatchObject(refused(2, "CLI-022"));
    expect(await sign("yes", "bob")).toMatchObject(refused(2, "CLI-001"));
    expect(await sign(hashOf(at("first.json")), "mallory")).toMatchObject(refused(1, "TRUST-034"));
    expect(readFileSync(at("first.json"))).toEqual(before);
  });

  it("merges copies, whoever signed them, and refuses those of another document", async () => {
    await proposed();
    for (const name of ["bob", "carol"]) {
      const copy = at(`${name}.json`);
      copyFileSync(at("first.json"), copy);
      const words = ["--key", at(`${name}.pem`), "--hash", hashOf(copy), "--home", at(name)];
      expect(await parmana("trust", "sign", copy, ...words)).toMatchObject(done);
    }
    const copies = [at("bob.json"), at("carol.json")];
    const merged = await withHome("trust", "merge", at("first.json"), ...copies, "--json");
    expect(merged).toMatchObject(done);
    expect((parseStrict(merged.out) as { signatures: string[] }).signatures.sort()).toEqual(
      [await keyId("alice"), await keyId("bob"), await keyId("carol")].sort(),
    );
    rmSync(at("home"), { recursive: true });
    const other = roles(`root:alice=${at("alice.pub.pem")}`, `root:bob=${at("bob.pub.pem")}`);
    await withHome("trust", "init", ...other, "--threshold", "root=2", "--out", at("other.json"));
    const refusal = await withHome("trust", "merge", at("first.json"), at("other.json"));
    expect(refusal).toMatchObject(refused(1, "TRUST-041"));
  });
});

describe("parmana trust rotate", () => {
  it("does it all with one command where one key suffices", async () => {
    expect(await withHome("init", "--days", "30")).toMatchObject(done);
    const before = await show();
    const rotated = await withHome("trust", "rotate", "--days", "365", "--key-days", "365", "--install");
    expect(rotated).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("Installed trust root version 2"),
    });
    const after = await show();
    expect(after).toMatchObject({ version: 2, firstVersionHash: before.hash });
    const lives = Object.entries(after.roles).map(([role, { keyids }]) => [
      role,
      keyids.map((id) => after.keys[id]?.daysLeft),
    ]);
    expect(Object.fromEntries(lives)).toEqual({
      ...{ root: [729], policy: [364], release: [364], log: [364], runtime: [364] },
    });
    expect(readdirSync(at("home", "trust"))).toEqual([
      "root.pub",
      "trust-root.1.json",
      "trust-root.1.sig",
      "trust-root.json",
      "trust-root.sig",
    ]);
  });

  it("replaces keys, and everything goes on with the new ones", async () => {
    expect(await withHome("init")).toMatchObject(done);
    const old = await show();
    for (const role of ["root", "policy", "release", "runtime"]) {
      const [id = ""] = old.roles[role]?.keyids ?? [];
      const words = ["--add", `${role}:local`, `--retire=${id}`, "--install"];
      expect(await withHome("trust", "rotate", ...words)).toMatchObject(done);
    }
    expect(readdirSync(at("home", "keys")).sort()).toEqual([
      ...["log.pem", "policy.2.pem", "policy.pem", "release.2.pem", "release.pem"],
      ...["root.2.pem", "root.pem", "runtime.2.pem", "runtime.pem"],
    ]);
    expect(await withHome("policy", "sign", sampleFolder("claims-approval"))).toMatchObject(done);
    expect(await withHome("release", "build")).toMatchObject(done);
    const signals = ["claim_amount=1200", "risk_score=12", "vip_customer=false"];
    const executed = await withHome(
      "execute",
      "claims-approval",
      ...signals.flatMap((signal) => ["--signal", signal]),
      "--json",
      "--out",
      at("result"),
    );
    expect(executed).toMatchObject(done);
    const { roles: named } = await show();
    const { keyId: signer } = parseStrict(executed.out) as { keyId: string };
    expect(signer).toBe(named["runtime"]?.keyids[1]);
    expect(await withHome("verify", at("result", "attestation.json"))).toMatchObject(done);
    // The trust root goes on as well: with the second root key alone.
    expect(await withHome("trust", "rotate", "--days", "365", "--install")).toMatchObject(done);
    expect((await show()).version).toBe(6);
  });

  it("writes a proposal that says, for the old threshold and the new, who is missing", async () => {
    await sharedHome();
    await makeKeys("carol");
    const words = [
      "--add",
      `root:carol=${at("carol.pub.pem")}`,
      "--threshold",
      "root=3",
      "--key",
      at("alice.pem"),
    ];
    const made = await withHome("trust", "rotate", ...words, "--out", at("next.json"));
    expect(made).toMatchObject(done);
    expect(made.out).toContain("Role root demands 3 signatures, and no longer 2.");
    expect(made.out).toMatch(
      /Trust root version 1 asks for 2 of its role root: signed by alice \(.*\); 1 missing, of bob/,
    );
    expect(made.out).toMatch(
      /Trust root version 2 asks for 3 of its role root: signed by alice \(.*\); 2 missing, of/,
    );
    expect((await show()).version).toBe(1);
    const again = await withHome("trust", "rotate", ...words, "--out", at("next.json"));
    expect(again).toMatchObject(refused(2, "CLI-004"));
    const sign = (name: string) =>
      withHome(
        "trust",
        "sign",
        at("next.json"),
        "--key",
        at(`${name}.pem`),
        "--hash",
        hashOf(at("next.json")),
      );
    expect(await sign("bob")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("1 missing, of carol"),
    });
    expect(await withHome("trust", "install", at("next.json"))).toMatchObject(refused(1, "TRUST-032"));
    expect(await sign("carol")).toMatchObject(done);
    expect(await withHome("trust", "install", at("next.json"))).toMatchObject(done);
    expect((await show()).roles["root"]?.threshold).toBe(3);
  });

  it("refuses a signer that nobody asks for", async () => {
    await sharedHome();
    await makeKeys("mallory");
    const words = ["--days", "10", "--key", at("mallory.pem"), "--out", at("next.json")];
    expect(await withHome("trust", "rotate", ...words)).toMatchObject(refused(1, "TRUST-034"));
    expect(existsSync(at("next.json"))).toBe(false);
  });

  it("makes no key and writes nothing when signatures are missing for --install", async () => {
    await sharedHome();
    const before = readdirSync(at("home", "keys"));
    const words = ["--add", "policy:local", "--key", at("alice.pem"), "--install"];
    expect(await withHome("trust", "rotate", ...words)).toMatchObject(refused(1, "TRUST-032"));
    expect(readdirSync(at("home", "keys"))).toEqual(before);
    expect((await show()).version).toBe(1);
  });

  it.each([
    ["nothing to change", [], 2, "CLI-001"],
    ["a key that is not there", ["--retire", "abc"], 1, "TRUST-050"],
    ["a time in words", ["--retire", "abc@tomorrow"], 2, "CANONICAL-017"],
    ["a role left empty", ["--drop-role", "root"], 1, "TRUST-013"],
    ["days that are none", ["--days", "0"], 2, "CLI-001"],
  ])("refuses %s", async (_what, words, exitCode, code) => {
    expect(await withHome("init")).toMatchObject(done);
    expect(await withHome("trust", "rotate", ...words, "--install")).toMatchObject(refused(exitCode, code));
    expect((await show()).version).toBe(1);
  });

  it("is refused on a version that lies in the place of a newer one (threat 22)", async () => {
    expect(await withHome("init")).toMatchObject(done);
    expect(await withHome("policy", "sign", sampleFolder("claims-approval"))).toMatchObject(done);
    const old = at("old");
    cpSync(at("home", "trust"), old, { recursive: true });
    expect(await withHome("trust", "rotate", "--days", "100", "--install")).toMatchObject(done);
    rmSync(at("home", "trust"), { recursive: true });
    cpSync(old, at("home", "trust"), { recursive: true });
    const forked = await withHome("trust", "rotate", "--days", "200", "--install");
    expect(forked).toMatchObject(refused(1, "TRUST-026"));
    expect(await withHome("trust", "verify")).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining("✗ [TRUST-026]"),
    });
  });
});

describe("parmana trust revoke", () => {
  async function published(): Promise<string> {
    expect(await withHome("init")).toMatchObject(done);
    expect(await withHome("policy", "sign", sampleFolder("claims-approval"))).toMatchObject(done);
    return (await show()).roles["policy"]?.keyids[0] ?? "";
  }

  it("ends a key, says what fell with it, and countersigning brings that back under another key", async () => {
    const lost = await published();
    const words = [
      "--reason",
      "laptop lost",
      "--add",
      "policy:local",
      "--install",
      "--home",
      at("home"),
      "--",
      lost,
    ];
    const revoked = await parmana("trust", "revoke", ...words);
    expect(revoked).toMatchObject(done);
    expect(revoked.out).toContain("(laptop lost): nothing it signed verifies any more");
    expect(revoked.notes).toContain("The policy index no longer verifies: [TRUST-037]");
    expect(await withHome("policy", "list")).toMatchObject(refused(1, "TRUST-037"));
    const again = await withHome("trust", "countersign");
    expect(again).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("Signed again: claims-approval@1.0.0"),
    });
    expect(await withHome("policy", "list")).toMatchObject(done);
    expect(await withHome("policy", "sign", sampleFolder("claims-approval"))).toMatchObject(done);
    expect((await withHome("trust", "show")).out).toContain("revoked since");
  });

  it("refuses a time to come, and a key that is not there", async () => {
    const lost = await published();
    const revoke = (at_: string, id: string) =>
      parmana("trust", "revoke", "--reason", "x", "--at", at_, "--install", "--home", at("home"), "--", id);
    expect(await revoke("2999-01-01T00:00:00.000Z", lost)).toMatchObject(refused(1, "TRUST-050"));
    expect(await revoke("2026-01-01T00:00:00.000Z", "nobody")).toMatchObject(refused(1, "TRUST-050"));
    expect(await revoke("yesterday", lost)).toMatchObject(refused(2, "CANONICAL-017"));
  });

  it("countersigns nothing where nobody remembers which index was in force", async () => {
    await published();
    rmSync(at("home", "ledger.db"));
    expect(await withHome("trust", "countersign")).toMatchObject(refused(2, "CLI-008"));
  });
});

describe("parmana trust propose", () => {
  /** Policies need alice, whose key is in the home, and bob. */
  async function twoPolicyKeys(): Promise<void> {
    await makeKeys("root", "bob");
    const words = [`root:root=${at("root.pub.pem")}`, "policy:alice", `policy:bob=${at("bob.pub.pem")}`];
    const made = await withHome(
      "trust",
      "init",
      ...roles(...words, "release:alice", "runtime:alice"),
      "--threshold",
      "policy=2",
      "--key",
      at("root.pem"),
    );
    expect(made).toMatchObject({ exitCode: 0, notes: expect.stringContaining("trust propose index") });
    mkdirSync(at("bob"));
    cpSync(at("home", "trust"), at("bob", "trust"), { recursive: true });
  }

  async function passOn(file: string, ...words: string[]) {
    return parmana(
      "trust",
      "sign",
      file,
      "--key",
      at("bob.pem"),
      "--hash",
      hashOf(file),
      "--home",
      at("bob"),
      ...words,
    );
  }

  it("takes an index, a bundle and its publication to two machines and back", async () => {
    await twoPolicyKeys();
    const source = sampleFolder("claims-approval");
    const steps: [string[], string[]][] = [
      [["index"], []],
      [
        ["bundle", source],
        ["--source", source],
      ],
      [["publish", "claims-approval@1.0.0"], []],
      [["deprecate", "claims-approval@1.0.0"], []],
      [["revoke", "claims-approval@1.0.0"], []],
    ];
    for (const [[what = "", ...subject], files] of steps) {
      const file = at(`${what}.json`);
      const made = await withHome("trust", "propose", what, ...subject, "--out", file);
      expect(made).toMatchObject({ exitCode: 0, out: expect.stringContaining("1 missing, of bob") });
      expect(await withHome("trust", "install", file, ...files)).toMatchObject(refused(1, "TRUST-032"));
      expect(await passOn(file, ...files)).toMatchObject(done);
      expect(await withHome("trust", "install", file, ...files)).toMatchObject(done);
    }
    expect(readdirSync(at("home", "policies")).filter((name) => name.startsWith("index."))).toEqual(
      ["1", "2", "3"]
        .flatMap((version) => [`index.${version}.json`, `index.${version}.sig`])
        .concat("index.json", "index.sig"),
    );
  });

  it("lets nobody sign or install a bundle without its files", async () => {
    await twoPolicyKeys();
    const source = sampleFolder("claims-approval");
    const file = at("bundle.json");
    expect(await withHome("trust", "propose", "bundle", source, "--out", file)).toMatchObject(done);
    expect(await passOn(file)).toMatchObject(refused(2, "CLI-021"));
    expect(await passOn(file, "--source", sampleFolder("loan-approval"))).toMatchObject(
      refused(1, "POL-036"),
    );
    const edited = at("claims-approval", "1.0.0");
    cpSync(source, edited, { recursive: true });
    writeFileSync(join(edited, "notes.txt"), "x");
    expect(await passOn(file, "--source", edited)).toMatchObject(refused(1, "POL-035"));
    expect(await passOn(file, "--source", source)).toMatchObject(done);
    expect(await withHome("trust", "install", file)).toMatchObject(refused(2, "CLI-021"));
  });

  it("runs the policy's tests where it is proposed and where it is signed, as policy sign does", async () => {
    await twoPolicyKeys();
    const source = at("claims-approval", "1.0.0");
    cpSync(sampleFolder("claims-approval"), source, { recursive: true });
    const policy = readFileSync(join(source, "policy.json"), "utf8");
    writeFileSync(join(source, "policy.json"), policy.replace('"greater_than": 80', '"greater_than": 79'));
    const file = at("bundle.json");
    const propose = (...words: string[]) =>
      withHome("trust", "propose", "bundle", source, "--out", file, ...words);
    expect(await propose()).toMatchObject(refused(1, "POL-065"));
    expect(await propose("--unsafe-skip-tests")).toMatchObject(done);
    expect(await passOn(file, "--source", source)).toMatchObject(refused(1, "POL-065"));
  });

  it("takes both keys at once where they are in one place", async () => {
    await twoPolicyKeys();
    const keys = ["--key", at("home", "keys", "policy.pem"), "--key", at("bob.pem")];
    expect(await withHome("trust", "propose", "index", ...keys, "--install")).toMatchObject(done);
    expect(await withHome("policy", "sign", sampleFolder("claims-approval"), ...keys)).toMatchObject(done);
    expect(await withHome("policy", "sign", sampleFolder("loan-approval"))).toMatchObject(
      refused(1, "TRUST-032"),
    );
  });

  it("proposes a release, which is archived when it is installed", async () => {
    expect(await withHome("init")).toMatchObject(done);
    const made = await withHome("trust", "propose", "release", "--out", at("release.json"));
    expect(made).toMatchObject({ exitCode: 0, out: expect.stringContaining("complete") });
    expect(existsSync(at("home", "release-manifest.json"))).toBe(false);
    expect(await withHome("trust", "install", at("release.json"))).toMatchObject(done);
    expect(readdirSync(at("home", "releases"))).toHaveLength(2);
  });

  it("is refused without a home, and for an index where the ledger that remembers it is missing", async () => {
    expect(await withHome("trust", "propose", "index")).toMatchObject(refused(3, "CLI-002"));
    expect(await withHome("init")).toMatchObject(done);
    expect(await withHome("policy", "sign", sampleFolder("claims-approval"))).toMatchObject(done);
    rmSync(at("home", "ledger.db"));
    expect(await withHome("trust", "propose", "publish", "claims-approval")).toMatchObject(
      refused(2, "CLI-001"),
    );
    expect(await withHome("trust", "propose", "publish", "../x@1.0.0")).toMatchObject(refused(2, "CLI-008"));
    const words = ["propose", "revoke", "claims-approval@1.0.0", "--out", at("x.json")];
    expect(await withHome("trust", ...words)).toMatchObject(refused(2, "CLI-008"));
  });
});

describe("parmana trust show and verify", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.useRealTimers();
  });

  it("show says roles, operators, keys at hand and days left", async () => {
    await sharedHome();
    const { exitCode, out, notes } = await withHome("trust", "show");
    expect({ exitCode, notes }).toEqual({ exitCode: 0, notes: "" });
    expect(out).toContain("Role root: 2 of 2");
    expect(out).toContain(`  ${await keyId("alice")}  alice`);
    expect(out).toContain(`private key: ${at("home", "keys", "policy.pem")}`);
    expect(out).toMatch(/expires .*\(364 days\)/);
    expect(out).toContain((await show()).firstVersionHash);
  });

  it("verify names who signed each version and who accepted it", async () => {
    await sharedHome();
    const words = ["--key", at("alice.pem"), "--key", at("bob.pem"), "--days", "100", "--install"];
    expect(await withHome("trust", "rotate", ...words)).toMatchObject(done);
    const { out } = await withHome("trust", "verify");
    expect(out).toMatch(/^VERIFIED/);
    expect(out).toMatch(/✓ .*root\.pub pins key/);
    expect(out).toMatch(
      /✓ Version 1, sha256:\w+: 2 of its own root keys must sign, and did: alice .*, bob .*; the pinned key is among them/,
    );
    expect(out).toMatch(/✓ Version 2, .*; 2 of version 1: alice .*, bob/);
  });

  it("verify shows how far it holds when it does not, and ends with 1", async () => {
    await sharedHome();
    const words = ["--key", at("alice.pem"), "--key", at("bob.pem"), "--days", "100", "--install"];
    expect(await withHome("trust", "rotate", ...words)).toMatchObject(done);
    const file = at("home", "trust", "trust-root.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"alice"', '"alicf"'));
    const { exitCode, out } = await withHome("trust", "verify");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^REFUSED/);
    expect(out).toMatch(/✓ Version 1/);
    expect(out).toMatch(/✗ \[TRUST-031\]/);
    const json = parseStrict((await withHome("trust", "verify", "--json")).out);
    expect(json).toMatchObject({
      verdict: "refused",
      steps: expect.arrayContaining([expect.objectContaining({ code: "TRUST-031" })]),
    });
  });

  it("verify judges as of a time, and ends with 3 without a trust root", async () => {
    expect(await withHome("trust", "verify")).toMatchObject(refused(3, "CLI-002"));
    expect(await withHome("init")).toMatchObject(done);
    const late = await withHome("trust", "verify", "--at", "2090-01-01T00:00:00.000Z");
    expect(late).toMatchObject({ exitCode: 1, out: expect.stringContaining("✗ [TRUST-024]") });
  });

  it("every command holds to the pinned hash", async () => {
    expect(await withHome("init")).toMatchObject(done);
    const { hash } = await show();
    vi.stubEnv("PARMANA_TRUST_ROOT_HASH", hash);
    expect(await withHome("trust", "verify")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining(`has the hash that is pinned, ${hash}`),
    });
    vi.stubEnv("PARMANA_TRUST_ROOT_HASH", sha256("another"));
    expect(await withHome("trust", "verify")).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining("✗ [TRUST-018]"),
    });
    expect(await withHome("trust", "show")).toMatchObject(refused(1, "TRUST-018"));
    expect(await withHome("policy", "sign", sampleFolder("claims-approval"))).toMatchObject(
      refused(1, "TRUST-018"),
    );
    vi.stubEnv("PARMANA_TRUST_ROOT_HASH", "sha256:short");
    expect(await withHome("trust", "show")).toMatchObject(refused(1, "SYS-009"));
  });

  it("what ends within 30 days is noted, by show, verify and execute", async () => {
    expect(await withHome("init", "--days", "20")).toMatchObject(done);
    const warning = /Warning: Trust root version 1 expires in 19 days, at .*: rotate it/;
    expect((await withHome("trust", "show")).notes).toMatch(warning);
    expect((await withHome("trust", "verify")).notes).toMatch(warning);
    expect(await withHome("policy", "sign", sampleFolder("claims-approval"))).toMatchObject(done);
    expect(await withHome("release", "build")).toMatchObject(done);
    const signals = ["claim_amount=1200", "risk_score=12", "vip_customer=false"];
    const executed = await withHome(
      "execute",
      "claims-approval",
      ...signals.flatMap((signal) => ["--signal", signal]),
    );
    expect(executed).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^APPROVED/) });
    expect(executed.notes).toMatch(warning);
    expect(executed.notes).toMatch(/Warning: The policy index expires in 19 days/);
    expect(executed.notes).toMatch(/Warning: Key .* of local expires in 19 days/);
  });
});

describe("An attestation of an earlier time", () => {
  it("still verifies after the index went on, and by the archived one as in force then", async () => {
    expect(await withHome("init")).toMatchObject(done);
    expect(await withHome("policy", "sign", sampleFolder("claims-approval"))).toMatchObject(done);
    expect(await withHome("release", "build")).toMatchObject(done);
    const signals = ["claim_amount=1200", "risk_score=12", "vip_customer=false"];
    const words = signals.flatMap((signal) => ["--signal", signal]);
    expect(await withHome("execute", "claims-approval", ...words, "--out", at("result"))).toMatchObject(done);
    expect(await withHome("policy", "sign", sampleFolder("loan-approval"))).toMatchObject(done);
    const verify = async () => {
      const { out } = await withHome("verify", at("result", "attestation.json"), "--json");
      const { verdict, checks } = parseStrict(out) as unknown as {
        verdict: string;
        checks: readonly { id: string; status: string }[];
      };
      return [verdict, checks.find(({ id }) => id === "policy-index.in-force")?.status];
    };
    expect(await verify()).toEqual(["verified", "pass"]);
    rmSync(at("home", "policies", "index.2.json"));
    expect(await verify()).toEqual(["verified", "not_checked"]);
  });
});

describe("Commands whose line is wrong", () => {
  it.each([
    ["trust", "sign"],
    ["trust", "merge"],
    ["trust", "install"],
    ["trust", "revoke"],
    ["trust", "revoke", "abc"],
    ["trust", "frobnicate"],
  ])("%s %s end with 2", async (...words) => {
    expect(await withHome(...words)).toMatchObject({ exitCode: 2 });
  });

  it.each([["sign"], ["install"], ["merge"]])(
    "a file that is no proposal is refused by trust %s",
    async (command) => {
      writeFileSync(at("x.json"), "{}");
      expect(await withHome("trust", command, at("x.json"))).toMatchObject(refused(1, "TRUST-040"));
      expect(await withHome("trust", command, at("absent.json"))).toMatchObject(refused(2, "CLI-004"));
    },
  );

  it("explain themselves", async () => {
    for (const words of [
      ["trust"],
      ["trust", "init"],
      ["trust", "rotate"],
      ["trust", "propose"],
      ["trust", "propose", "bundle"],
      ["key"],
      ["key", "new"],
    ]) {
      expect(await parmana(...words, "--help")).toMatchObject({
        exitCode: 0,
        out: expect.stringContaining("Usage: parmana"),
      });
    }
  });
});
