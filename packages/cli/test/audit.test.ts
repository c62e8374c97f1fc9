import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPrivateKey, writePrivateKey } from "@parmanasystems/governance/node";
import {
  createVerifierKey,
  formatVerifierKey,
  generatePrivateKey,
  importPrivateKey,
  noteAlgorithms,
  parseNote,
  type VerifierKey,
  verifyNote,
} from "@parmanasystems/signing";
import { startWitness } from "@parmanasystems/testkit";
import { parseCheckpoint, parseLogProof } from "@parmanasystems/verifier";
import { beforeAll, describe, expect, it } from "vitest";
import { auditHome, tamper } from "./audit-home.js";
import { parmana, parmanaWith } from "./run-parmana.js";

const { directory, home, ledger, checkpoint, run, execute } = auditHome();
const origin = () => readFileSync(join(home, "audit/origin"), "utf8").trimEnd();
const logKey = (): VerifierKey =>
  createVerifierKey({
    name: origin(),
    algorithm: noteAlgorithms.ed25519,
    publicKey: importPrivateKey(readFileSync(join(home, "keys/log.pem"), "utf8")).publicKey,
  });
const refusal = (code: string): unknown => expect.objectContaining({ code });
const sizeOf = (note: string) => parseCheckpoint(parseNote(note).text).size;
const json = async (...words: string[]) => JSON.parse((await run(...words, "--json")).out) as unknown;
const refused = (exitCode: number, code: string) => ({
  exitCode,
  notes: expect.stringContaining(`[${code}]`) as unknown,
});

beforeAll(async () => {
  expect(await execute("c-1", 1200)).toMatchObject({ exitCode: 0 });
  expect(await execute("c-2", 1300, 90)).toMatchObject({ exitCode: 4 });
  expect(await execute("c-3", 900_000)).toMatchObject({ exitCode: 5 });
  expect(await execute("c-4", 1200)).toMatchObject(refused(1, "INV-013"));
});

describe("parmana init", () => {
  it("makes a key for the log, and names the log after it", () => {
    expect(statSync(join(home, "keys/log.pem")).mode & 0o777).toBe(0o600);
    expect(origin()).toMatch(/^parmana\.local\/[0-9a-f]{16}$/);
  });

  it("names the log as it is told, or makes nothing", async () => {
    const named = join(directory, "named");
    const made = await parmana("init", "--home", named, "--origin", "log.example.com/claims", "--json");
    expect(JSON.parse(made.out)).toMatchObject({ origin: "log.example.com/claims" });
    expect(readFileSync(join(named, "audit/origin"), "utf8")).toBe("log.example.com/claims\n");
    for (const bad of ["", "a b", "a+b", "x".repeat(256)]) {
      const fresh = join(directory, "unnamed");
      expect(await parmana("init", "--home", fresh, "--origin", bad)).toMatchObject(refused(2, "CLI-001"));
      expect(existsSync(fresh)).toBe(false);
    }
  });
});

describe("parmana audit list", () => {
  it("shows the newest first", async () => {
    const { exitCode, out } = await run("audit", "list");
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /replay_refused +INV-013 .*c-4[^]*rejected .*c-2[^]*approved .*c-1\n[^]*policy-index:2$/,
    );
  });

  it.each([
    [["--decision", "rejected"], ["c-2"]],
    [
      ["--event", "attested"],
      ["c-3", "c-2", "c-1"],
    ],
    [["--code", "INV-013"], ["c-4"]],
    [["--policy", "claims-approval@1.0.0", "--decision", "approved"], ["c-1"]],
    [
      ["--policy", "claims-approval", "--event", "attested", "--limit", "2"],
      ["c-3", "c-2"],
    ],
    [["--policy", "claims-approval@9.9.9"], []],
    [["--since", "2020-01-01", "--event", "replay_refused"], ["c-4"]],
    [["--until", "2020-01-01T00:00:00+01:00"], []],
  ])("finds what is asked for: %j", async (words, ids) => {
    const { entries } = (await json("audit", "list", ...words)) as { entries: { execution_id: string }[] };
    expect(entries.map((entry) => entry.execution_id)).toEqual(ids);
  });

  it("goes on where a page ended", async () => {
    const seen: number[] = [];
    let cursor: string[] = [];
    for (;;) {
      const page = (await json("audit", "list", "--limit", "1", ...cursor)) as {
        entries: { seq: number }[];
        cursor: number | null;
      };
      seen.push(...page.entries.map(({ seq }) => seq));
      if (page.cursor === null) break;
      cursor = ["--cursor", String(page.cursor)];
    }
    expect(seen.length).toBeGreaterThanOrEqual(4);
    expect(seen).toEqual([...seen.keys()].reverse());
    expect((await run("audit", "list", "--limit", "1")).out).toMatch(
      /There may be older ones: --cursor \d+$/,
    );
    expect((await run("audit", "list", "--code", "NOPE-1")).out).toBe("No entry of the log is like that.");
  });

  it.each([
    ["--decision", "maybe"],
    ["--event", "atested"],
    ["--since", "yesterday"],
    ["--since", "2026-02-30"],
    ["--until", "2026-02-01T25:00:00Z"],
    ["--until", "2026-02-01T10:00:00"],
    ["--limit", "0"],
    ["--limit", "1001"],
    ["--cursor", "-1"],
    ["--policy", "@1.0.0"],
    ["--policy", "claims-approval@"],
  ])("refuses %s %s", async (option, value) => {
    expect(await run("audit", "list", `${option}=${value}`)).toMatchObject(refused(2, "CLI-001"));
  });
});

describe("parmana audit show and stats", () => {
  it("tells the life of an execution", async () => {
    const { exitCode, out } = await run("audit", "show", "c-1");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^APPROVED: small claim\n/);
    expect(out).toMatch(/policy +claims-approval@1\.0\.0, rule small-claim/);
    expect(out).toMatch(/evidence +stored/);
    expect(out).toMatch(/Timeline:\n +\d+ {2}\S+ {2}attested {2}approved {2}c-1$/);
  });

  it("tells what was refused, and what nobody knows", async () => {
    expect(await json("audit", "show", "c-4")).toMatchObject({
      attestation: null,
      position: null,
      evidence: false,
      timeline: [{ event: "replay_refused", code: "INV-013" }],
    });
    expect((await run("audit", "show", "c-4")).out).toMatch(/^c-4 was not attested\nTimeline:/);
    for (const id of ["nobody", "no execution id"])
      expect(await run("audit", "show", id)).toMatchObject(refused(2, "CLI-054"));
  });

  it("counts", async () => {
    expect(await json("audit", "stats")).toMatchObject({ evidence: 3, checkpointed: null });
    const { out } = await run("audit", "stats");
    expect(out).toMatch(/^\d+ entries in the log\n/);
    expect(out).toMatch(/1 {2}attested +rejected +claims-approval@1\.0\.0/);
    expect(out).toMatch(/1 {2}replay_refused +INV-013/);
  });

  it("needs no runtime key", async () => {
    const runtime = join(home, "keys/runtime.pem");
    const key = readFileSync(runtime);
    writeFileSync(runtime, "no key");
    for (const words of [["list"], ["stats"], ["show", "c-1"], ["verify"]])
      expect(await run("audit", ...words)).toMatchObject({ exitCode: 0 });
    writeFileSync(runtime, key);
  });

  it("needs a home (CLI-002)", async () => {
    const nowhere = join(directory, "nowhere");
    for (const words of [["list"], ["stats"], ["verify"], ["checkpoint"]])
      expect(await parmana("audit", ...words, "--home", nowhere)).toMatchObject(refused(3, "CLI-002"));
    expect(existsSync(nowhere)).toBe(false);
  });
});

describe("parmana audit prove and checkpoint", () => {
  it("proves, and signs a checkpoint first where none covers the entry", async () => {
    expect(existsSync(checkpoint)).toBe(false);
    const file = join(directory, "c-1.tlog-proof");
    const first = await run("audit", "prove", "c-1", "--out", file);
    expect(first).toMatchObject({ exitCode: 0, out: `Wrote ${file}` });
    expect(first.notes).toContain("No checkpoint covered it yet");
    const proof = parseLogProof(readFileSync(file));
    expect(verifyNote(parseNote(proof.checkpoint), [logKey()])).toHaveLength(1);
    expect(readFileSync(checkpoint, "utf8")).toBe(proof.checkpoint);
    const again = await run("audit", "prove", "c-1");
    expect(again).toMatchObject({ exitCode: 0, notes: "" });
    expect(`${again.out}\n`).toBe(readFileSync(file, "utf8"));
    expect(await run("audit", "prove", "c-1", "--out", file)).toMatchObject(refused(2, "CLI-004"));
    expect((await run("audit", "show", "c-1")).out).toMatch(
      /checkpoint +the latest, of \d+ entries, covers it/,
    );
    for (const id of ["c-4", "nobody"])
      expect(await run("audit", "prove", id)).toMatchObject(refused(2, "CLI-054"));
  });

  it("signs what the log is, and remembers it outside the ledger", async () => {
    await execute("c-5", 1205);
    expect((await run("audit", "show", "c-5")).out).toContain("does not cover it yet");
    const { exitCode, out, notes } = await run("audit", "checkpoint");
    expect(exitCode).toBe(0);
    expect(notes).toContain(checkpoint);
    expect(readFileSync(checkpoint, "utf8")).toBe(`${out}\n`);
    expect(out.startsWith(`${origin()}\n`)).toBe(true);
    expect(await json("audit", "checkpoint")).toMatchObject({ checkpoint: `${out}\n`, cosigned: [] });
  });

  it("takes a key of the log role only", async () => {
    const stranger = join(directory, "stranger.pem");
    await writePrivateKey(stranger, generatePrivateKey());
    expect(await run("audit", "checkpoint", "--key", stranger)).toMatchObject({ exitCode: 1 });
    expect(await run("audit", "checkpoint", "--key", join(home, "keys/runtime.pem"))).toMatchObject({
      exitCode: 1,
    });
    expect(await run("audit", "checkpoint", "--key", join(home, "keys/log.pem"))).toMatchObject({
      exitCode: 0,
    });
  });

  it("keeps the name of the log", async () => {
    const path = join(home, "audit/origin");
    const name = readFileSync(path);
    writeFileSync(path, "two words\n");
    expect(await run("audit", "checkpoint")).toMatchObject(refused(2, "CLI-051"));
    writeFileSync(path, "other.example.com\n");
    expect(await run("audit", "checkpoint")).toMatchObject(refused(1, "SYS-037"));
    writeFileSync(path, name);
    expect(await run("audit", "checkpoint")).toMatchObject({ exitCode: 0 });
  });

  it("has witnesses cosign, and counts operators", async () => {
    const ann = await startWitness({ name: "witness.example.com/ann", log: logKey() });
    const bob = await startWitness({ name: "witness.example.com/bob", log: logKey() });
    const named = (url: string, key: VerifierKey, operator: string) =>
      `${url}=${formatVerifierKey(key)}=${operator}`;
    const both = [
      ["--witness", named(ann.url, ann.verifierKey, "ann")],
      ["--witness", named(bob.url, bob.verifierKey, "bob")],
    ].flat();
    const { publicKey } = generatePrivateKey();
    const carol = createVerifierKey({ name: "carol", algorithm: noteAlgorithms.cosignatureV1, publicKey });
    const dead = ["--witness", named("http://127.0.0.1:9", carol, "carol")];
    try {
      // The log did not grow since the last checkpoint, which nobody cosigned: its note gains signatures.
      const before = readFileSync(checkpoint, "utf8");
      expect(await run("audit", "checkpoint", ...both, ...dead)).toMatchObject(refused(1, "SYS-038"));
      expect(readFileSync(checkpoint, "utf8")).toBe(before);
      const gained = await run("audit", "checkpoint", ...both);
      expect(gained).toMatchObject({ exitCode: 0, notes: expect.stringContaining("Cosigned by ann, bob") });
      expect(gained.out.startsWith(before.replace(/\n$/, ""))).toBe(true);
      expect(readFileSync(checkpoint, "utf8")).toBe(`${gained.out}\n`);
      await execute("c-6", 1206);
      expect(await run("audit", "checkpoint", ...both, ...dead)).toMatchObject(refused(1, "SYS-038"));
      const { exitCode, out, notes } = await run("audit", "checkpoint", ...both, ...dead, "--threshold", "2");
      expect(exitCode).toBe(0);
      expect(notes).toContain("Cosigned by ann, bob");
      const keys = [logKey(), ann.verifierKey, bob.verifierKey];
      expect(verifyNote(parseNote(`${out}\n`), keys)).toHaveLength(3);
      expect(await run("audit", "checkpoint", ...both)).toMatchObject({ exitCode: 0 });
      expect(await run("audit", "checkpoint", ...both, ...both)).toMatchObject(refused(2, "CLI-001"));
      expect(await run("audit", "checkpoint", ...both, "--threshold", "3")).toMatchObject(
        refused(2, "CLI-001"),
      );
    } finally {
      await ann.close();
      await bob.close();
    }
  });

  it.each([
    ["--witness", "https://witness.example.com"],
    ["--witness", "ftp://witness.example.com=w+12345678+AAAA=ann"],
    ["--witness", "https://witness.example.com=no-key=ann"],
    ["--threshold", "1"],
  ])("refuses %s %s", async (option, value) => {
    expect(await run("audit", "checkpoint", option, value)).toMatchObject(refused(2, "CLI-001"));
  });

  it("refuses the key of a log for that of a witness", async () => {
    const witness = `https://witness.example.com=${formatVerifierKey(logKey())}=ann`;
    expect(await run("audit", "checkpoint", "--witness", witness)).toMatchObject(refused(2, "CLI-001"));
  });

  it("says what to do in a home without a log key", async () => {
    const named = ["--home", join(directory, "named")];
    const rotate = (...words: string[]) => parmana("trust", "rotate", "--install", ...words, ...named);
    rmSync(join(directory, "named/audit"), { recursive: true });
    expect(await rotate("--drop-role", "log")).toMatchObject({ exitCode: 0 });
    const { exitCode, notes } = await parmana("audit", "checkpoint", ...named);
    expect({ exitCode, notes }).toMatchObject(refused(2, "CLI-050"));
    expect(notes).toContain("parmana trust rotate --add log:<operator> --install");
    expect(await rotate("--add", "log:local")).toMatchObject({ exitCode: 0 });
    const signed = await parmana("audit", "checkpoint", ...named);
    expect(signed).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^parmana\.local\/[0-9a-f]{16}\n1\n/),
    });
    expect(existsSync(join(directory, "named/audit/origin"))).toBe(true);
  });

  it("goes on under the same name with the next key", async () => {
    const before = sizeOf(readFileSync(checkpoint, "utf8"));
    const name = origin();
    const words = ["--add", "log:local", "--retire", logKey().publicKey.keyId, "--install"];
    expect(await run("trust", "rotate", ...words)).toMatchObject({ exitCode: 0 });
    await execute("c-7", 1207);
    const signed = await run("audit", "checkpoint");
    expect(signed).toMatchObject({ exitCode: 0 });
    expect(signed.out.startsWith(`${name}\n`)).toBe(true);
    expect(sizeOf(`${signed.out}\n`)).toBeGreaterThan(before);
    expect(() => verifyNote(parseNote(`${signed.out}\n`), [logKey()])).toThrow(refusal("SIG-019"));
  });
});

describe("parmana audit erase", () => {
  it("asks first, and erases nothing without a yes", async () => {
    const asked: string[] = [];
    const answer = (yes: boolean) => ({
      ask: async (question: string) => {
        asked.push(question);
        return Promise.resolve(yes);
      },
    });
    const erase = ["audit", "erase", "c-2", "--home", home];
    expect(await parmana(...erase)).toMatchObject(refused(2, "CLI-053"));
    expect(await parmanaWith(answer(false), ...erase)).toMatchObject(refused(2, "CLI-053"));
    expect((await run("audit", "show", "c-2")).out).toMatch(/evidence +stored/);
    const erased = await parmanaWith(answer(true), ...erase);
    expect(erased).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("Erased the evidence of 1 execution;"),
    });
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain("the execution c-2 for good");
    const shown = (await run("audit", "show", "c-2")).out;
    expect(shown).toMatch(/^REJECTED/);
    expect(shown).toMatch(/evidence +erased/);
    expect(shown).toMatch(/attested {2}.*\n.*evidence_erased/);
    expect(await run("audit", "erase", "c-2", "--yes")).toMatchObject({
      exitCode: 0,
      out: "No evidence was stored, so nothing was erased.",
    });
  });

  it("erases what is older than a time, and leaves a record of each", async () => {
    expect(await json("audit", "erase", "--before", "2020-01-01", "--yes")).toEqual({ erased: 0 });
    const { evidence } = (await json("audit", "stats")) as { evidence: number };
    expect(await json("audit", "erase", "--before", "2999-01-01", "--yes")).toEqual({ erased: evidence });
    expect(await json("audit", "stats")).toMatchObject({ evidence: 0 });
    const { entries } = (await json("audit", "list", "--event", "evidence_erased")) as { entries: unknown[] };
    expect(entries).toHaveLength(evidence + 1);
    expect(await run("audit", "verify")).toMatchObject({ exitCode: 0 });
  });

  it("wants to know whose", async () => {
    for (const words of [[], ["c-1", "--before", "2020-01-01"], ["--before", "soon"]])
      expect(await run("audit", "erase", ...words, "--yes")).toMatchObject(refused(2, "CLI-001"));
    for (const id of ["c-4", "nobody", "no id"])
      expect(await run("audit", "erase", id, "--yes")).toMatchObject(refused(2, "CLI-054"));
  });
});

describe("parmana audit verify", () => {
  it("reads the whole log, or what came after a checkpoint", async () => {
    const { exitCode, out } = await run("audit", "verify");
    expect({ exitCode, out }).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^INTACT: the log holds, and it continues the remembered checkpoint\n/),
    });
    expect(out).toMatch(/signatures +checked/);
    const size = sizeOf(readFileSync(checkpoint, "utf8"));
    expect(await json("audit", "verify", "--incremental")).toMatchObject({ verdict: "intact", from: size });
    const kept = join(directory, "kept");
    writeFileSync(kept, readFileSync(checkpoint));
    await execute("c-8", 1208);
    await run("audit", "checkpoint");
    expect(await json("audit", "verify", "--incremental", "--remembered", kept)).toMatchObject({
      from: size,
    });
    expect(await json("audit", "verify", "--remembered", kept)).toMatchObject({ verdict: "intact", from: 0 });
  });

  it("shows a terminal how far it is", async () => {
    const shown: string[] = [];
    const progress = (text: string) => {
      shown.push(text);
    };
    expect(await parmanaWith({ progress }, "audit", "verify", "--home", home)).toMatchObject({ exitCode: 0 });
    expect(shown.at(-1)).toBe("");
  });

  it("refuses what is no checkpoint, another log's, and --incremental without any", async () => {
    const other = join(directory, "other");
    writeFileSync(other, "no note");
    expect(await json("audit", "verify", "--remembered", other)).toMatchObject({
      error: { code: "SYS-036" },
    });
    writeFileSync(other, readFileSync(checkpoint, "utf8").replace(/\n\d+\n/, "\n999\n"));
    expect(await run("audit", "verify", "--remembered", other)).toMatchObject({ exitCode: 1 });
    expect(await run("audit", "verify", "--remembered", join(directory, "none"))).toMatchObject(
      refused(2, "CLI-004"),
    );
    const named = join(directory, "named");
    rmSync(join(named, "audit/checkpoint"));
    expect(await parmana("audit", "verify", "--incremental", "--home", named)).toMatchObject(
      refused(2, "CLI-001"),
    );
  });

  it("says what is not proven of a key that was revoked since, and what proves it (threat 25)", async () => {
    expect(await run("audit", "verify", "--remembered-since", "2026-01-01")).toMatchObject(
      refused(2, "CLI-001"),
    );
    await run("audit", "checkpoint");
    const kept = join(directory, "kept-before");
    writeFileSync(kept, readFileSync(checkpoint));
    const since = new Date().toISOString();
    const { publicKey } = await readPrivateKey(join(home, "keys/runtime.pem"));
    const words = ["--reason", "laptop lost", "--add", "runtime:local", "--install", publicKey.keyId];
    expect(await run("trust", "revoke", ...words)).toMatchObject({ exitCode: 0 });
    const { exitCode, out } = await run("audit", "verify");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^UNPROVEN: .*\n +\[SYS-045\] Position \d+ is signed by key/);
    const proven = ["--remembered", kept, "--remembered-since", since];
    expect(await run("audit", "verify", ...proven)).toMatchObject({ exitCode: 0 });
    expect(await json("audit", "verify", "--remembered", kept)).toMatchObject({ verdict: "unproven" });

    await run("audit", "checkpoint");
    const execution = "c-8";
    const judge = async (file: string, ...terms: string[]) =>
      (await parmana("verify", file, "--root-key", join(home, "trust/root.pub"), ...terms)).exitCode;
    const [old, latest] = [join(directory, "old.evidence.json"), join(directory, "latest.evidence.json")];
    const size = String(sizeOf(readFileSync(kept, "utf8")));
    expect(await run("audit", "export", execution, "--size", size, "--out", old)).toMatchObject({
      exitCode: 0,
    });
    expect(await run("audit", "export", execution, "--out", latest)).toMatchObject({ exitCode: 0 });
    expect(await judge(old)).toBe(1);
    expect(await judge(old, "--remembered", kept)).toBe(1);
    expect(await judge(old, ...proven)).toBe(0);
    expect(await judge(latest, ...proven)).toBe(1);
    expect(await run("verify", old, "--remembered-since", since)).toMatchObject(refused(2, "CLI-001"));
    const sizes = ["9999", "-1", "some"].map((size) => run("audit", "prove", execution, "--size", size));
    for (const refusal of await Promise.all(sizes)) expect(refusal).toMatchObject(refused(2, "CLI-001"));
    const prove = async (size: string) => (await run("audit", "prove", execution, "--size", size)).out;
    expect(await prove(size)).toContain(readFileSync(kept, "utf8").trimEnd());
    expect(await prove("0")).not.toBe((await run("audit", "prove", execution)).out);
  });

  it("names the first position that does not hold, and fails", async () => {
    tamper(ledger, "catalogue_update", "UPDATE catalogue SET decision = 'approved' WHERE seq = 1");
    const { exitCode, out } = await run("audit", "verify");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^DAMAGED: the log does not hold from position 1 on\n +\[SYS-013\] .*position 1/);
    expect(await json("audit", "verify")).toMatchObject({ verdict: "damaged", problem: { seq: 1 } });
  });
});
