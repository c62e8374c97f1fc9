import { payloadTypes } from "@parmanasystems/signing";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createNextTrustRoot, type SignedDocument, type TrustRootChanges } from "../../src/index.js";
import {
  createTrust,
  installTrustRoot,
  proposeTrust,
  readTrustRoot,
  type TrustRootPaths,
} from "../../src/node/index.js";
import { DAY_MS, EXPIRES, NOW, signAs, signerOf, signTrustRoot, draftTrustRoot } from "../signed-fixtures.js";
import { readTree, refused, temporaryDirectory } from "./environment-fixtures.js";
import { signedDocumentOf, signProposal } from "../../src/index.js";

const LATER = NOW + DAY_MS;

interface Setup {
  readonly directory: string;
  readonly paths: TrustRootPaths;
}

/** Version 1, by one root key named "root". */
async function setup(): Promise<Setup> {
  const directory = join(temporaryDirectory(), "trust");
  const root = { operator: "Acme", publicKey: signerOf("root").publicKey, signer: signerOf("root") };
  const paths = await createTrust({
    trustDir: directory,
    roles: {
      root: { keys: [root] },
      policy: { keys: [{ operator: "Acme", publicKey: signerOf("policy").publicKey }] },
    },
    now: NOW,
    expiresAt: EXPIRES,
  });
  return { directory, paths };
}

async function nextOf(
  { paths }: Setup,
  changes: TrustRootChanges = {},
  ...names: readonly string[]
): Promise<SignedDocument> {
  const { value } = await readTrustRoot(paths);
  const document = createNextTrustRoot(value, changes, LATER);
  return signAs(payloadTypes.trustRoot, document, names.length === 0 ? ["root"] : names);
}

const install = ({ paths }: Setup, signed: SignedDocument, now = LATER) =>
  installTrustRoot({ paths, signed, now, remembered: undefined });

describe("Installing the next version", () => {
  it("archives the pair in force and puts the new one in its place", async () => {
    const made = await setup();
    const before = readTree(made.directory);
    const signed = await nextOf(made);
    const opened = await install(made, signed);
    expect(opened.value.version).toBe(2);
    expect(opened.chain).toHaveLength(2);
    const after = readTree(made.directory);
    expect(Object.keys(after)).toEqual([
      "root.pub",
      "trust-root.1.json",
      "trust-root.1.sig",
      "trust-root.json",
      "trust-root.sig",
    ]);
    expect(after["trust-root.1.json"]).toBe(before["trust-root.json"]);
    expect(after["trust-root.1.sig"]).toBe(before["trust-root.sig"]);
    expect(after["trust-root.json"]).toBe(Buffer.from(signed.document).toString("latin1"));
  });

  it("changes nothing when it is done again", async () => {
    const made = await setup();
    const signed = await nextOf(made);
    await install(made, signed);
    const before = readTree(made.directory);
    expect((await install(made, signed)).value.version).toBe(2);
    expect(readTree(made.directory)).toEqual(before);
  });

  it("is possible after the version in force has expired, while its root keys are valid", async () => {
    const made = await setup();
    const { value } = await readTrustRoot(made.paths);
    const later = EXPIRES + DAY_MS;
    const document = createNextTrustRoot(value, { expiresAt: later + DAY_MS }, later);
    const signed = await signAs(payloadTypes.trustRoot, document, ["root"]);
    expect((await install(made, signed, later)).value.expiresAt).toBe(later + DAY_MS);
  });

  it("lets one of two at once win, and leaves a chain that opens", async () => {
    const made = await setup();
    const one = await nextOf(made);
    const two = await nextOf(made, { expiresAt: EXPIRES + 1 });
    const results = await Promise.allSettled([install(made, one), install(made, two)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "TRUST-021" },
    });
    expect((await readTrustRoot(made.paths)).chain).toHaveLength(2);
  });

  it("does not read what the caller changes meanwhile", async () => {
    const made = await setup();
    const signed = await nextOf(made);
    const mine = { document: Uint8Array.from(signed.document), signature: Uint8Array.from(signed.signature) };
    const pending = install(made, mine);
    mine.document.fill(0);
    mine.signature.fill(0);
    expect((await pending).signed).toEqual(signed);
  });
});

describe("Installing refuses and writes nothing", () => {
  const other = { role: "root", operator: "Other", publicKey: signerOf("other").publicKey };
  const takeOver: TrustRootChanges = { add: [other], remove: [signerOf("root").keyId] };

  it.for<[string, (made: Setup) => Promise<SignedDocument>, Parameters<typeof refused>[0]]>([
    ["signed by the old threshold alone (threat 21)", (made) => nextOf(made, takeOver, "root"), "TRUST-032"],
    ["signed by the new threshold alone (threat 21)", (made) => nextOf(made, takeOver, "other"), "TRUST-032"],
    ["signed by a stranger", (made) => nextOf(made, {}, "stranger"), "TRUST-032"],
    [
      "with a version skipped (threat 22)",
      async () => signTrustRoot(draftTrustRoot({ version: 3, previous: `sha256:${"0".repeat(64)}` }), "root"),
      "TRUST-020",
    ],
    [
      "of another chain (threat 22)",
      async () =>
        signTrustRoot(
          draftTrustRoot({ version: 2, previous: `sha256:${"0".repeat(64)}`, issuedAt: LATER }),
          "root",
        ),
      "TRUST-022",
    ],
    [
      "of the same version with other content (threat 22)",
      async () => signTrustRoot(draftTrustRoot({ expiresAt: EXPIRES + 1 }), "root"),
      "TRUST-021",
    ],
    [
      "that is no trust root",
      async (made) => ({ ...(await nextOf(made)), document: new Uint8Array() }),
      "TRUST-010",
    ],
  ])("one %s", async ([, make, code]) => {
    const made = await setup();
    const signed = await make(made);
    const before = readTree(made.directory);
    await expect(install(made, signed)).rejects.toThrow(refused(code));
    expect(readTree(made.directory)).toEqual(before);
  });

  it("one that has expired, or is dated in the future (threat 23)", async () => {
    const made = await setup();
    const signed = await nextOf(made);
    await expect(install(made, signed, EXPIRES)).rejects.toThrow(refused("TRUST-024"));
    await expect(install(made, signed, LATER - 1)).rejects.toThrow(refused("TRUST-025"));
    expect((await readTrustRoot(made.paths)).value.version).toBe(1);
  });

  it("to build on a version that was put in the place of a newer one (threat 22)", async () => {
    const made = await setup();
    const old = readTree(made.directory);
    const { value: remembered } = await install(made, await nextOf(made));
    for (const name of ["trust-root.json", "trust-root.sig"]) {
      writeFileSync(join(made.directory, name), old[name] ?? "", "latin1");
    }
    const fork = await nextOf(made, { expiresAt: EXPIRES + 1 });
    const terms = { paths: made.paths, signed: fork, now: LATER };
    await expect(installTrustRoot({ ...terms, remembered })).rejects.toThrow(refused("TRUST-026"));
    // @ts-expect-error a caller in plain JavaScript that does not say
    await expect(installTrustRoot(terms)).rejects.toThrow(refused("TRUST-050"));
  });

  it("to overwrite another document that lies under the version's name: it is evidence", async () => {
    const made = await setup();
    const path = join(made.directory, "trust-root.1.json");
    for (const content of ["{}", "x".repeat(100_000)]) {
      writeFileSync(path, content);
      await expect(install(made, await nextOf(made))).rejects.toThrow(refused("TRUST-051"));
      expect(readFileSync(path, "utf8")).toBe(content);
      expect((await readTrustRoot(made.paths)).value.version).toBe(1);
    }
  });

  it("to work on files that everybody may write (threat 24)", async () => {
    const made = await setup();
    const signed = await nextOf(made);
    chmodSync(made.paths.trustRootPath, 0o666);
    await expect(install(made, signed)).rejects.toThrow(refused("TRUST-004"));
  });
});

describe("Installing the first version", () => {
  const roles = {
    root: {
      threshold: 2,
      keys: ["alice", "bob", "carol"].map((name) => ({
        operator: name,
        publicKey: signerOf(name).publicKey,
        ...(name === "bob" ? { signer: signerOf(name) } : {}),
      })),
    },
    policy: { keys: [{ operator: "alice" }] },
  };
  const place = (): Setup => {
    const directory = join(temporaryDirectory(), "deep", "trust");
    const paths = {
      trustRootPath: join(directory, "trust-root.json"),
      trustPublicKeyPath: join(directory, "root.pub"),
    };
    return { directory, paths };
  };

  it("takes what several parties signed, and pins the first root key among them", async () => {
    const keysDir = join(temporaryDirectory(), "keys");
    const { proposal, keys } = await proposeTrust({ roles, now: NOW, expiresAt: EXPIRES, keysDir });
    expect(keys.map(({ privateKeyPath }) => privateKeyPath)).toEqual([
      null,
      null,
      null,
      join(keysDir, "policy.pem"),
    ]);
    expect(existsSync(join(keysDir, "policy.pem"))).toBe(true);
    const made = place();
    const alone = signedDocumentOf(proposal);
    await expect(install(made, alone)).rejects.toThrow(refused("TRUST-032"));
    expect(existsSync(made.paths.trustRootPath)).toBe(false);
    const signed = signedDocumentOf(await signProposal(proposal, [signerOf("carol")]));
    expect((await install(made, signed)).pinnedKey.keyId).toBe(signerOf("bob").keyId);
    expect((await install(made, signed)).value.version).toBe(1);
  });

  it("keeps a pinned key that lies there already, and refuses what that key did not sign", async () => {
    const made = place();
    const { proposal } = await proposeTrust({ roles, now: NOW, expiresAt: EXPIRES });
    const signed = signedDocumentOf(await signProposal(proposal, [signerOf("carol")]));
    mkdirSync(made.directory, { recursive: true });
    writeFileSync(made.paths.trustPublicKeyPath, signerOf("alice").publicKey.toPem());
    await expect(install(made, signed)).rejects.toThrow(refused("TRUST-017"));
    writeFileSync(made.paths.trustPublicKeyPath, signerOf("carol").publicKey.toPem());
    expect((await install(made, signed)).pinnedKey.keyId).toBe(signerOf("carol").keyId);
  });

  it("refuses another version, one that nobody signed, and one older than remembered", async () => {
    const second = await signTrustRoot(
      draftTrustRoot({ version: 2, previous: `sha256:${"0".repeat(64)}` }),
      "root",
    );
    await expect(install(place(), second)).rejects.toThrow(refused("TRUST-027"));
    const first = await signTrustRoot(draftTrustRoot(), "root");
    const byStranger = await signTrustRoot(draftTrustRoot(), "stranger");
    await expect(install(place(), byStranger)).rejects.toThrow(refused("TRUST-032"));
    const remembered = { version: 2, hash: `sha256:${"0".repeat(64)}` } as const;
    const { paths } = place();
    await expect(installTrustRoot({ paths, signed: first, now: NOW, remembered })).rejects.toThrow(
      refused("TRUST-026"),
    );
  });
});

describe("The pinned hash", () => {
  it("must be that of a version on the chain, wherever it is read", async () => {
    const made = await setup();
    const { value: first } = await readTrustRoot(made.paths);
    await install(made, await nextOf(made));
    const { value: second } = await readTrustRoot(made.paths);
    for (const { hash } of [first, second]) {
      expect((await readTrustRoot({ ...made.paths, trustRootHash: hash })).value.version).toBe(2);
    }
    const forged = { ...made.paths, trustRootHash: `sha256:${"0".repeat(64)}` } as const;
    await expect(readTrustRoot(forged)).rejects.toThrow(refused("TRUST-018"));
  });

  it("shuts out another version 1 by the holder of the pinned key, and a chain that was cut back", async () => {
    const made = await setup();
    const { value: genuine } = await readTrustRoot(made.paths);
    const { value: newer } = await install(made, await nextOf(made));
    const forgery = await signTrustRoot(draftTrustRoot({ issuedAt: NOW + 1 }), "root");
    rmSync(join(made.directory, "trust-root.1.json"));
    writeFileSync(made.paths.trustRootPath, forgery.document);
    writeFileSync(join(made.directory, "trust-root.sig"), forgery.signature);
    expect((await readTrustRoot(made.paths)).value.version).toBe(1);
    for (const { hash } of [genuine, newer]) {
      await expect(readTrustRoot({ ...made.paths, trustRootHash: hash })).rejects.toThrow(
        refused("TRUST-018"),
      );
    }
  });

  it("is checked before anything is installed", async () => {
    const made = await setup();
    const signed = await nextOf(made);
    const paths = { ...made.paths, trustRootHash: `sha256:${"0".repeat(64)}` } as const;
    await expect(install({ ...made, paths }, signed)).rejects.toThrow(refused("TRUST-018"));
    const fresh = join(temporaryDirectory(), "trust");
    renameSync(made.directory, fresh);
    expect(existsSync(join(fresh, "trust-root.1.json"))).toBe(false);
  });
});
