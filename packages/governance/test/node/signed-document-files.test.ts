import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createPolicyIndexDocument,
  openPolicyIndex,
  type PolicyIndex,
  type SignedDocument,
} from "../../src/index.js";
import {
  discardUnfinished,
  openSignedDocument,
  recoverSignedDocument,
  signedPathsOf,
  type SignedPaths,
  writeSignedDocument,
} from "../../src/node/signed-document-files.js";
import { payloadTypes } from "@parmanasystems/signing";
import { times } from "../policy-arbitrary.js";
import { DAY_MS, NOW, openedTrustRoot, signAs } from "../signed-fixtures.js";
import { refused, temporaryDirectory } from "./environment-fixtures.js";

const trustRoot = await openedTrustRoot();
const terms = { maxBytes: 1024, noun: "The policy index" };

async function versionOf(version: number): Promise<SignedDocument> {
  const draft = { version, issuedAt: NOW, expiresAt: NOW + DAY_MS, policies: new Map() };
  return signAs(payloadTypes.policyIndex, createPolicyIndexDocument(draft), ["policy"]);
}

const [first, second] = [await versionOf(1), await versionOf(2)];
const open = (signed: SignedDocument): PolicyIndex => openPolicyIndex(signed, trustRoot);
const read = async (paths: SignedPaths): Promise<number> =>
  (await openSignedDocument(paths, terms, open)).value.version;
const opens = (signed: SignedDocument): boolean => {
  try {
    return open(signed).version > 0;
  } catch {
    return false;
  }
};

/** Version 1 in place, and the steps that lead to version 2 as a crash may cut them off. */
async function started(): Promise<{ paths: SignedPaths; steps: (() => void)[] }> {
  const paths = signedPathsOf(join(temporaryDirectory(), "index.json"));
  await writeSignedDocument(paths, first);
  const { documentPath, signaturePath } = paths;
  const steps = [
    () => {
      writeFileSync(`${signaturePath}.next`, second.signature.slice(0, 50));
    },
    () => {
      writeFileSync(`${signaturePath}.next`, second.signature);
    },
    () => {
      writeFileSync(`${documentPath}.next`, second.document.slice(0, 50));
    },
    () => {
      writeFileSync(`${documentPath}.next`, second.document);
    },
    () => {
      renameSync(`${signaturePath}.next`, signaturePath);
    },
    () => {
      renameSync(`${documentPath}.next`, documentPath);
    },
  ];
  return { paths, steps };
}

describe("A signed pair is replaced as one", () => {
  it("and can be read", async () => {
    const { paths } = await started();
    await writeSignedDocument(paths, second);
    const opened = await openSignedDocument(paths, terms, open);
    expect(opened).toMatchObject({ value: { version: 2 }, signed: second });
    expect(existsSync(`${paths.documentPath}.next`)).toBe(false);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])(
    "and a crash after step %d leaves the old version or the new one",
    async (count) => {
      const { paths, steps } = await started();
      for (const step of steps.slice(0, count)) step();
      const version = count < 5 ? 1 : 2;
      expect(await read(paths)).toBe(version);
      await recoverSignedDocument(paths, opens);
      expect(await read(paths)).toBe(version);
      expect([paths.documentPath, paths.signaturePath].some((path) => existsSync(`${path}.next`))).toBe(
        false,
      );
      await writeSignedDocument(paths, await versionOf(3));
      expect(await read(paths)).toBe(3);
    },
  );

  it("also while readers read", async () => {
    const paths = signedPathsOf(join(temporaryDirectory(), "index.json"));
    await writeSignedDocument(paths, await versionOf(1));
    const versions: number[] = [];
    const reader = (async () => {
      while (versions.at(-1) !== 30) versions.push(await read(paths));
    })();
    for (const version of times(29, (index) => index + 2)) {
      await writeSignedDocument(paths, await versionOf(version));
    }
    await reader;
    expect(versions).toEqual([...versions].sort((left, right) => left - right));
    expect(versions.length).toBeGreaterThan(1);
  });
});

describe("What lies beside a pair is not trusted more than the pair", () => {
  it("a document that the signature does not cover is never taken", async () => {
    const { paths } = await started();
    writeFileSync(paths.documentPath, "{}");
    await expect(read(paths)).rejects.toThrow(refused("POL-040"));
    writeFileSync(paths.documentPath, second.document);
    await expect(read(paths)).rejects.toThrow(refused("TRUST-031"));
    writeFileSync(`${paths.documentPath}.next`, second.document);
    await expect(read(paths)).rejects.toThrow(refused("TRUST-031"));
    await expect(recoverSignedDocument(paths, opens)).rejects.toThrow(refused("TRUST-052"));
    await expect(read(paths)).rejects.toThrow(refused("TRUST-031"));
    writeFileSync(paths.documentPath, first.document);
    await recoverSignedDocument(paths, opens);
    expect(existsSync(`${paths.documentPath}.next`)).toBe(false);
    expect(await read(paths)).toBe(1);
  });

  it("a change cut short is not undone by who cannot open it: it is the only copy", async () => {
    const { paths, steps } = await started();
    for (const step of steps.slice(0, 5)) step();
    await expect(recoverSignedDocument(paths, () => false)).rejects.toThrow(refused("TRUST-052"));
    expect(await read(paths)).toBe(2);
    await recoverSignedDocument(paths, opens);
    expect(await read(paths)).toBe(2);
  });

  it("what is about to be replaced anyway is dropped", async () => {
    const { paths, steps } = await started();
    for (const step of steps.slice(0, 5)) step();
    await discardUnfinished(paths);
    await writeSignedDocument(paths, await versionOf(3));
    expect(await read(paths)).toBe(3);
  });

  it("a defect of the program is not taken for a refusal", async () => {
    const { paths } = await started();
    const defect = new TypeError("x is not a function");
    const broken = (): never => {
      throw defect;
    };
    await expect(openSignedDocument(paths, terms, broken)).rejects.toBe(defect);
  });

  it("writing fails with a code where it cannot", async () => {
    const paths = signedPathsOf(join(temporaryDirectory(), "absent", "index.json"));
    await expect(writeSignedDocument(paths, first)).rejects.toThrow(refused("TRUST-052"));
  });
});

describe("The signature file", () => {
  it("lies beside the document unless it is named", () => {
    expect(signedPathsOf("a/x.json")).toEqual({ documentPath: "a/x.json", signaturePath: "a/x.sig" });
    expect(signedPathsOf("a/x")).toEqual({ documentPath: "a/x", signaturePath: "a/x.sig" });
    expect(signedPathsOf("a/x.json", "b/y")).toEqual({ documentPath: "a/x.json", signaturePath: "b/y" });
  });
});
