import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generatePrivateKey } from "@parmanasystems/signing";
import { formatEvidenceBundle, parseEvidenceBundle } from "@parmanasystems/verifier";
import { beforeAll, describe, expect, it } from "vitest";
import { auditHome } from "./audit-home.js";
import { parmana } from "./run-parmana.js";

const { directory, home, run, execute } = auditHome();
const file = join(directory, "c-1.evidence.json");
const rootKey = join(directory, "root.pub");
const nowhere = join(directory, "nowhere");
/** As the home was before its trust root was changed. */
const fork = join(directory, "fork");
const small = [
  "--signal",
  "claim_amount=1207",
  "--signal",
  "risk_score=12",
  "--signal",
  "vip_customer=false",
];

/** On a machine that has nothing but the file. */
const verify = (path: string, ...words: string[]) => parmana("verify", path, ...words, "--home", nowhere);
const pinned = (path: string, ...words: string[]) => verify(path, "--root-key", rootKey, ...words);
const refused = (exitCode: number, code: string) => ({
  exitCode,
  notes: expect.stringContaining(`[${code}]`) as unknown,
});

interface Report {
  readonly verdict: string;
  readonly level: string;
  readonly trustOnFirstUse?: string;
  readonly resolution?: Report;
  readonly checks: readonly { readonly id: string; readonly status: string }[];
}
const reportOf = ({ out }: { readonly out: string }) => JSON.parse(out) as Report;

beforeAll(async () => {
  await execute("c-1", 1200);
  await execute("c-2", 1201);
  await execute("c-3", 900_000);
  cpSync(home, fork, { recursive: true });
  writeFileSync(rootKey, readFileSync(join(home, "trust/root.pub")));
  const exported = await run("audit", "export", "c-1", "--out", file);
  expect(exported).toMatchObject({ exitCode: 0, out: `Wrote ${file}` });
  expect(exported.notes).toContain("No checkpoint covered it yet");
});

describe("parmana audit export", () => {
  it("writes one file that verifies at L4, and L3 with it, where nothing else is", async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const verified = await pinned(file);
    expect(verified).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^VERIFIED at level L4: c-1 was approved by rule small-claim/) as unknown,
      notes: "",
    });
    expect(verified.out).toMatch(/✓ L3 log\.inclusion/);
    const report = reportOf(await pinned(file, "--json"));
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    const passed = report.checks.filter(({ status }) => status === "pass").map(({ id }) => id);
    expect(passed).toEqual(expect.arrayContaining(["log.form", "log.checkpoint", "log.inclusion"]));
    expect(existsSync(nowhere)).toBe(false);
  });

  it("is judged by the origin and the checkpoint that its reader knows", async () => {
    const checkpoint = join(directory, "checkpoint");
    writeFileSync(checkpoint, readFileSync(join(home, "audit/checkpoint")));
    const name = readFileSync(join(home, "audit/origin"), "utf8").trimEnd();
    const known = await pinned(file, "--origin", name, "--remembered", checkpoint);
    expect(known).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/✓ L3 log\.consistency/) as unknown,
    });
    expect(await pinned(file, "--origin", "log.example.com")).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/✗ L3 log\.checkpoint +\[INV-085\]/) as unknown,
    });
    const { out } = await parmana("init", "--home", join(directory, "stranger"), "--json");
    expect(JSON.parse(out)).toMatchObject({ trustRootVersion: 1 });
    expect(await parmana("audit", "checkpoint", "--home", join(directory, "stranger"))).toMatchObject({
      exitCode: 0,
    });
    const other = join(directory, "stranger/audit/checkpoint");
    expect(await pinned(file, "--remembered", other)).toMatchObject({ exitCode: 1 });
  });

  it("takes the root key as text, and standard names in a directory", async () => {
    expect(await verify(file, "--root-key", readFileSync(rootKey, "utf8"))).toMatchObject({ exitCode: 0 });
    const folder = join(directory, "folder");
    mkdirSync(folder);
    const { out } = await run("audit", "export", "c-2", "--out", folder, "--json");
    const path = join(folder, "c-2.evidence.json");
    expect(JSON.parse(out)).toEqual({ executionId: "c-2", file: path, level: "L4" });
    expect(await pinned(path, "--level", "L3")).toMatchObject({ exitCode: 0 });
  });

  it("overwrites nothing, and knows what was attested", async () => {
    expect(await run("audit", "export", "c-1", "--out", file)).toMatchObject(refused(2, "CLI-004"));
    expect(await run("audit", "export", "nobody", "--out", join(directory, "x"))).toMatchObject(
      refused(2, "CLI-054"),
    );
    expect(await run("audit", "export", "c-1")).toMatchObject({ exitCode: 2 });
  });

  it("brings along how an override ended, and its votes", async () => {
    const vote = ["--approver", "ada", "--reason", "called the customer"];
    expect(await run("review", "approve", "c-3", ...vote)).toMatchObject({ exitCode: 0 });
    const path = join(directory, "c-3.evidence.json");
    await run("audit", "export", "c-3", "--out", path);
    const verified = await pinned(path);
    expect(verified).toMatchObject({ exitCode: 0 });
    expect(verified.out).toMatch(/^VERIFIED at level L4: c-3 was pending_override/);
    expect(verified.out).toMatch(/^VERIFIED at level .*c-3.* ended as approved/m);
    for (const level of ["L3", "L4"]) {
      const { resolution, ...attestation } = reportOf(await pinned(path, "--json", "--level", level));
      for (const report of [attestation, resolution]) {
        expect(report).toMatchObject({ verdict: "verified", level: "L4" });
        expect(report?.checks).toContainEqual(
          expect.objectContaining({ id: "log.inclusion", status: "pass" }),
        );
      }
    }
    const bundle = parseEvidenceBundle(readFileSync(path));
    const end = bundle.resolution;
    if (end === undefined) throw new Error("no resolution");
    const proven = await run("audit", "prove", "c-3", "--resolution", "--json");
    expect(JSON.parse(proven.out)).toMatchObject({
      executionId: "c-3",
      of: "resolution",
      logProof: new TextDecoder().decode(end.logProof),
    });
    expect(await run("audit", "prove", "c-1", "--resolution")).toMatchObject(refused(2, "CLI-054"));
    const swapped = join(directory, "swapped.evidence.json");
    writeFileSync(
      swapped,
      formatEvidenceBundle({ ...bundle, resolution: { ...end, logProof: bundle.logProof } }),
    );
    expect(await pinned(swapped)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/✗ L3 log\.inclusion +\[INV-086\]/) as unknown,
    });
    const forged = join(directory, "forged.evidence.json");
    const votes = new TextEncoder().encode(new TextDecoder().decode(end.votes).replace("ada", "eve"));
    writeFileSync(forged, formatEvidenceBundle({ ...bundle, resolution: { ...end, votes } }));
    expect(await pinned(forged)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/^REFUSED/m) as unknown,
    });
  });
});

describe("the root key of an evidence bundle", () => {
  it("never comes from the bundle itself (exit 3)", async () => {
    expect(await verify(file)).toMatchObject(refused(3, "CLI-002"));
  });

  it("is taken from the bundle where that is asked for, and said out loud", async () => {
    const { exitCode, out, notes } = await verify(file, "--unsafe-trust-on-first-use");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^VERIFIED at level L4/);
    expect(notes).toMatch(/^WARNING: the root key \S+ was taken from the bundle itself\./);
    const { keyId } = JSON.parse((await parmana("key", "show", rootKey, "--json")).out) as { keyId: string };
    const report = reportOf(await verify(file, "--unsafe-trust-on-first-use", "--json"));
    expect(report.trustOnFirstUse).toBe(keyId);
    expect(reportOf(await pinned(file, "--json")).trustOnFirstUse).toBeUndefined();
  });

  it("is refused when it is another one", async () => {
    const stranger = generatePrivateKey().publicKey.toPem();
    expect(await verify(file, "--root-key", stranger)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/^REFUSED/) as unknown,
    });
    expect(await verify(file, "--root-key", join(directory, "none"))).toMatchObject(refused(2, "CLI-004"));
    expect(await verify(file, "--root-key", file)).toMatchObject({ exitCode: 1 });
    const marked = join(directory, "marked.pub");
    writeFileSync(marked, `\ufeff${readFileSync(rootKey, "utf8")}`);
    expect(await verify(file, "--root-key", marked)).toMatchObject(refused(1, "KEY-002"));
  });

  it("and other options that contradict each other are refused (CLI-001)", async () => {
    const attestation = join(directory, "attestation.json");
    writeFileSync(attestation, parseEvidenceBundle(readFileSync(file)).attestation);
    for (const words of [
      [file, "--root-key", rootKey, "--unsafe-trust-on-first-use"],
      [file, "--root-key", rootKey, "--evidence", file],
      [file, "--root-key", rootKey, "--votes", file],
      [file, "--root-key", rootKey, "--log-proof", file],
      [file, "--root-key", rootKey, "--consistency", file],
      [attestation, "--unsafe-trust-on-first-use"],
    ])
      expect(await parmana("verify", ...words, "--home", home)).toMatchObject(refused(2, "CLI-001"));
    expect(await parmana("verify", attestation, "--root-key", rootKey, "--home", home)).toMatchObject({
      exitCode: 0,
    });
  });
});

describe("an evidence bundle that was changed", () => {
  const changed = (name: string, change: (members: Record<string, unknown>) => unknown) => {
    const path = join(directory, `${name}.evidence.json`);
    const members = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...members, ...(change(members) as object) }));
    return path;
  };

  it("is refused whatever was swapped for that of another execution", async () => {
    await run("audit", "export", "c-2", "--out", join(directory, "c-2.json"));
    const other = JSON.parse(readFileSync(join(directory, "c-2.json"), "utf8")) as Record<string, unknown>;
    for (const name of ["attestation", "evidence", "logProof"]) {
      const path = changed(`swapped-${name}`, () => ({ [name]: other[name] }));
      expect(await pinned(path)).toMatchObject({
        exitCode: 1,
        out: expect.stringMatching(/^REFUSED/) as unknown,
      });
    }
  });

  it("is refused when a byte of any document is another", async () => {
    const flip = (text: string) => {
      const bytes = Buffer.from(text, "base64");
      const at = Math.floor(bytes.length / 2);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes.toString("base64");
    };
    for (const name of ["policyIndex", "release", "trustRoot"]) {
      const path = changed(`flipped-${name}`, (members) => {
        const part = members[name] as { document: string };
        return { [name]: { ...part, document: flip(part.document) } };
      });
      expect({ name, ...(await pinned(path)) }).toMatchObject({ name, exitCode: 1 });
    }
    for (const name of ["evidence", "logProof"]) {
      const path = changed(`flipped-${name}`, (members) => ({ [name]: flip(String(members[name])) }));
      expect({ name, ...(await pinned(path)) }).toMatchObject({ name, exitCode: 1 });
    }
  });

  it("is malformed when it is cut, of another version, or holds no attestation (exit 2)", async () => {
    const cut = join(directory, "cut.evidence.json");
    writeFileSync(cut, readFileSync(file).subarray(0, -10));
    expect(await pinned(cut)).toMatchObject({ exitCode: 2 });
    const newer = changed("newer", () => ({ type: "parmana/evidence-bundle/v2" }));
    expect(await pinned(newer)).toMatchObject(refused(2, "CLI-006"));
    const none = changed("none", () => ({ attestation: Buffer.from("{}").toString("base64") }));
    expect(await pinned(none)).toMatchObject(refused(2, "CLI-006"));
    const keyless = changed("keyless", ({ trustRoot }) => ({
      trustRoot: { ...(trustRoot as object), document: Buffer.from("{}").toString("base64") },
    }));
    expect(await verify(keyless, "--unsafe-trust-on-first-use")).toMatchObject(refused(2, "CLI-006"));
  });
});

describe("an evidence bundle without its evidence", () => {
  it("is verified at L3 where that is enough, and nowhere else", async () => {
    expect(await run("audit", "erase", "c-2", "--yes")).toMatchObject({ exitCode: 0 });
    const path = join(directory, "erased.evidence.json");
    const exported = await run("audit", "export", "c-2", "--out", path);
    expect(exported.notes).toContain("Its evidence was erased");
    expect(await pinned(path)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/^REFUSED: level L4/) as unknown,
    });
    expect(await pinned(path, "--level", "L3")).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^VERIFIED at level L3/) as unknown,
    });
  });
});

describe("a home that knows more than the bundle", () => {
  it("judges by what was revoked since", async () => {
    expect(await run("verify", file)).toMatchObject({ exitCode: 0 });
    expect(await run("policy", "revoke", "claims-approval@1.0.0")).toMatchObject({ exitCode: 0 });
    expect(await run("verify", file)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/✗ L2 policy-index\.listed/) as unknown,
    });
    expect(await pinned(file)).toMatchObject({ exitCode: 0 });
  });

  it("judges by its own, newer trust root", async () => {
    const { roles } = JSON.parse((await run("trust", "show", "--json")).out) as {
      roles: { runtime: { keyids: string[] } };
    };
    const words = [
      "--reason",
      "stolen",
      "--at",
      "2020-01-01T00:00:00.000Z",
      "--add",
      "runtime:local",
      "--install",
    ];
    const revoked = await parmana(
      "trust",
      "revoke",
      ...words,
      "--home",
      home,
      "--",
      roles.runtime.keyids[0] ?? "",
    );
    expect(revoked).toMatchObject({ exitCode: 0 });
    expect(await run("verify", file)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/✗ L1 signing-key\.validity/) as unknown,
    });
  });

  it("believes no longer chain that lacks its own version: old root keys could have made it", async () => {
    const forked = (...words: string[]) => parmana(...words, "--home", fork);
    for (const words of [
      ["trust", "rotate", "--days", "200", "--install"],
      ["trust", "rotate", "--days", "201", "--install"],
      ["execute", "claims-approval", ...small, "--execution-id", "f-1"],
    ])
      expect(await forked(...words)).toMatchObject({ exitCode: 0 });
    const path = join(directory, "f-1.evidence.json");
    expect(await forked("audit", "export", "f-1", "--out", path)).toMatchObject({ exitCode: 0 });
    expect(await forked("verify", path)).toMatchObject({ exitCode: 0 });
    expect(await run("verify", path)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/✗ L1 trust-root\.version +\[INV-066\]/) as unknown,
    });
  });

  it("says so where the bundle's index is none, and does not put its own in its place", async () => {
    const path = join(directory, "no-index.evidence.json");
    const bundle = parseEvidenceBundle(readFileSync(join(directory, "f-1.evidence.json")));
    const policyIndex = { ...bundle.policyIndex, document: new TextEncoder().encode("{}") };
    writeFileSync(path, formatEvidenceBundle({ ...bundle, policyIndex }));
    expect(await parmana("verify", path, "--home", fork)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/✗ L2 policy-index\.authentic +\[POL-040\]/) as unknown,
    });
  });

  it("believes its own key, and not that of a bundle from elsewhere", async () => {
    const other = join(directory, "other-home");
    expect(await parmana("init", "--home", other)).toMatchObject({ exitCode: 0 });
    expect(await parmana("verify", file, "--home", other)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/✗ L1 trust-root\.authentic/) as unknown,
    });
  });
});
