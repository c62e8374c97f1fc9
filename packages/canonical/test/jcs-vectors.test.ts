import { findVectors, readBytes, readText } from "@parmanasystems/testkit/vectors";
import { describe, expect, it } from "vitest";
import { canonicalBytes, canonicalize, encodeHex, parseStrict, sha256, sha256Bytes } from "../src/index.js";

const jcs = findVectors("jcs");
const documents = ["arrays", "french", "structures", "unicode", "values", "weird"];

describe.runIf(jcs !== undefined)("the published RFC 8785 vectors hold", () => {
  const folder = jcs ?? "";

  it.each(documents)("%s.json: input gives output, byte for byte", (name) => {
    const value = parseStrict(readBytes(folder, "input", `${name}.json`), { numbers: "any-double" });
    expect(canonicalBytes(value)).toEqual(readBytes(folder, "output", `${name}.json`));
    expect(encodeHex(canonicalBytes(value))).toBe(
      readText(folder, "outhex", `${name}.txt`).replace(/\s/g, ""),
    );
  });

  it.each(documents)("%s.json: the output is its own canonical form", (name) => {
    const output = readText(folder, "output", `${name}.json`);
    expect(canonicalize(parseStrict(output, { numbers: "any-double" }))).toBe(output);
  });

  it("3,000 numbers: the text of each double, and the double of each text", () => {
    const lines = readNumberLines(folder);
    expect(lines.length).toBe(3000);
    for (const line of lines) {
      const [bits = "", text = ""] = line.split(",");
      const number = doubleOf(BigInt(`0x${bits}`));
      expect(canonicalize(number)).toBe(text);
      expect(parseStrict(text, { numbers: "any-double" })).toBe(number === 0 ? 0 : number);
    }
  });

  it("100,000 numbers: the SHA-256 checkpoints of the published sequence", () => {
    const { checkpoints } = parseStrict(readBytes(folder, "es6-checkpoints.json")) as {
      checkpoints: Record<string, { sha256: string; bytes: number }>;
    };
    const prefix = readNumberLines(folder);
    let text = "";
    let count = 0;
    for (const line of publishedSequence(prefix, 100_000)) {
      text += line;
      count += 1;
      const checkpoint = checkpoints[count];
      if (checkpoint === undefined) continue;
      expect(text.length).toBe(checkpoint.bytes);
      expect(sha256(text)).toBe(`sha256:${checkpoint.sha256}`);
    }
    expect(count).toBe(100_000);
  });
});

function readNumberLines(folder: string): string[] {
  return readText(folder, "es6-numbers-first-3000.txt").trimEnd().split("\n");
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/** Lines of the published sequence: fixed values (taken from the file), then a SHA-256 chain read as little-endian doubles. */
function* publishedSequence(prefix: readonly string[], total: number): Generator<string> {
  let block = sha256Bytes(new Uint8Array(32));
  const fixedLines = prefix.findIndex((line) => line.startsWith(`${littleEndian(block, 0).toString(16)},`));
  const fixed = prefix.slice(0, fixedLines).map((line) => BigInt(`0x${line.split(",")[0] ?? ""}`));
  for (const bits of fixed) yield `${bits.toString(16)},${canonicalize(doubleOf(bits))}\n`;
  for (let count = fixed.length; ; block = sha256Bytes(block)) {
    for (let offset = 0; offset < 32; offset += 8) {
      const bits = littleEndian(block, offset);
      const number = doubleOf(bits);
      if (!Number.isFinite(number) || number === 0) continue;
      yield `${bits.toString(16)},${canonicalize(number)}\n`;
      count += 1;
      if (count === total) return;
    }
  }
}

function littleEndian(block: Uint8Array, offset: number): bigint {
  return new DataView(block.buffer, block.byteOffset, block.byteLength).getBigUint64(offset, true);
}
