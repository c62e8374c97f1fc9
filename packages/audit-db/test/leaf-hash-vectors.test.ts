import { decodeHex, parseStrict } from "@parmanasystems/canonical";
import { findVectors, readBytes } from "@parmanasystems/testkit/vectors";
import { describe, expect, it } from "vitest";
import { leafHash } from "../src/index.js";

interface ReferenceTree {
  readonly leaf_inputs_hex: readonly string[];
  readonly leaf_hashes_hex: readonly string[];
}

const folder = findVectors("rfc6962");

describe.runIf(folder !== undefined)("leaf hashes are those of RFC 6962, section 2.1 (threat 45)", () => {
  it("for every leaf of the reference tree", () => {
    const tree = parseStrict(readBytes(folder ?? "", "reference-tree.json")) as unknown as ReferenceTree;
    const hashes = tree.leaf_inputs_hex.map((input) => leafHash(decodeHex(input)));
    expect(hashes).toHaveLength(8);
    expect(hashes).toEqual(tree.leaf_hashes_hex.map((hex) => `sha256:${hex}`));
  });
});
