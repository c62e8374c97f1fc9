import { formatEvidenceBundle } from "@parmanasystems/verifier";
import { describe, expect, it } from "vitest";
import { giveFiles, type GivenFile } from "../src/given/given-files.js";
import { MAX_FILE_BYTES } from "../src/given/read-file.js";

const MIB = 1_048_576;
const json = (name: string, bytes: number): File => new File([`"${"x".repeat(bytes - 2)}"`], name);
const codesOf = (files: readonly GivenFile[]) => files.map(({ problem }) => problem?.code);

describe("what the page reads", () => {
  it("is 32 MiB in all, however many files there are and whenever they come (INV-061)", async () => {
    const files = [json("a", 4 * MIB), ...Array.from({ length: 8 }, (_, at) => json(String(at), 4 * MIB))];
    const unread = await giveFiles(files.slice(0, 1), "own", []);
    // Nothing that the page knows, so that it keeps nothing of them.
    expect(codesOf(unread)).toEqual(["INV-020"]);
    const checkpoint = `log.example.com\n1\n${"A".repeat(43)}=\n`;
    const large = (name: string, bytes: number) => new File([checkpoint, new Uint8Array(bytes)], name);
    const first = await giveFiles([large("a", 20 * MIB), large("b", 11 * MIB)], "presented", []);
    expect(codesOf(first)).toEqual([undefined, undefined]);
    const more = await giveFiles([large("c", MIB), large("d", 1_000)], "own", first);
    expect(codesOf(more)).toEqual(["INV-061", undefined]);
    expect(more[0]?.problem?.sentence).toContain(`at most ${MAX_FILE_BYTES} are read in all`);
    expect(codesOf(await giveFiles([large("c", MIB)], "own", first.slice(1)))).toEqual([undefined]);
  });

  it.each(["[],", "{},", "[[[[[[]]]]]],", '{"":0},', "1,"])(
    "is not JSON that takes a hundred times the memory: %s",
    async (unit) => {
      const text = `[${unit.repeat(Math.floor((6 * MIB) / unit.length))}0]`;
      const [given] = await giveFiles([new File([text], "x.json")], "presented", []);
      expect(given?.problem?.code).toBe("CANONICAL-013");
    },
  );

  it("has room for an evidence bundle with as many documents as one may have", async () => {
    const bytes = new Uint8Array(3 * MIB);
    const signed = { document: bytes.subarray(0, 2_000), signature: bytes.subarray(0, 500) };
    const former = Array.from({ length: 1_024 }, () => signed);
    const files = new Map(
      Array.from({ length: 1_024 }, (_, at) => [`case, ${at}.json`, bytes.subarray(0, 99)]),
    );
    const bundle = formatEvidenceBundle({
      attestation: bytes.subarray(0, 9),
      evidence: bytes,
      bundle: { manifest: bytes, signature: bytes.subarray(0, 9), files },
      policyIndex: signed,
      formerPolicyIndexes: former,
      release: signed,
      trustRoot: { ...signed, predecessors: former },
      logProof: bytes.subarray(0, 9),
      resolution: undefined,
    });
    expect(bundle.length).toBeGreaterThan(8 * MIB);
    const [given] = await giveFiles([new File([Buffer.from(bundle)], "x.evidence.json")], "presented", []);
    expect(given?.presented?.kind).toBe("evidence-bundle");
  });
});
