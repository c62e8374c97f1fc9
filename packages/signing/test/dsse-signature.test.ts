import { describe, expect, it } from "vitest";
import { encodeBase64, parseSignature } from "../src/index.js";
import { expectCode } from "./expect-code.js";

const keyid = "A".repeat(43);
const sig = encodeBase64(new Uint8Array(64));

describe("one signature", () => {
  it("is a thumbprint and 64 bytes, as a frozen copy", () => {
    const given = { keyid, sig };
    const signature = parseSignature(given);
    given.sig = "";
    expect(signature).toEqual({ keyid, sig });
    expect(Object.isFrozen(signature)).toBe(true);
  });

  it.each([
    ["SIG-003", "nothing", null],
    ["SIG-003", "a list", [keyid, sig]],
    ["SIG-003", "a third member (threat 19)", { keyid, sig, alg: "none" }],
    ["SIG-003", "an accessor", Object.defineProperty({ sig }, "keyid", { get: () => keyid })],
    ["SIG-003", "an inherited keyid", Object.assign(Object.create({ keyid }), { sig })],
    ["SIG-004", "a keyid of another shape (threat 17)", { keyid: "B".repeat(43), sig }],
    ["SIG-006", "63 bytes (threat 11)", { keyid, sig: encodeBase64(new Uint8Array(63)) }],
    ["SIG-001", "base64 that is not strict (threat 11)", { keyid, sig: `${sig.slice(0, 85)}B==` }],
  ])("is refused with %s for %s", (code, _what, value) => {
    expectCode(code, () => parseSignature(value));
  });
});
