import { canonicalBytes, encodeUtf8, type JsonValue } from "@parmanasystems/canonical";
import { encodeBase64Url, generatePrivateKey } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import { keyToPin } from "../src/judge/root-key.js";

const { publicKey } = generatePrivateKey();
const { publicKey: other } = generatePrivateKey();
const signed = (document: Uint8Array) => ({ document, signature: encodeUtf8("{}") });
const rootWith = (keyids: readonly JsonValue[], keys: Readonly<Record<string, JsonValue>>) =>
  signed(canonicalBytes({ keys, roles: { root: { keyids: [...keyids], threshold: 1 } } }));
const entryOf = ({ raw }: typeof publicKey) => ({ publicKey: encodeBase64Url(raw) });
const byFingerprint = { kind: "fingerprint", keyId: publicKey.keyId } as const;

describe("a root key that is given by its fingerprint", () => {
  const keys = { [publicKey.keyId]: entryOf(publicKey), [other.keyId]: entryOf(other) };

  it("is the key of that thumbprint among those of the root role", () => {
    const first = rootWith([other.keyId, publicKey.keyId], keys);
    expect(keyToPin(byFingerprint, first)?.keyId).toBe(publicKey.keyId);
    expect(keyToPin({ kind: "unsafe" }, first)?.keyId).toBe(other.keyId);
  });

  it.each([
    ["is not of the root role", rootWith([other.keyId], keys)],
    [
      "goes under a name that is not its own",
      rootWith([publicKey.keyId], { [publicKey.keyId]: entryOf(other) }),
    ],
    ["is inherited", rootWith(["toString", publicKey.keyId], {})],
    ["is no key", rootWith([publicKey.keyId], { [publicKey.keyId]: { publicKey: "AAAA" } })],
    ["lies in what is no trust root", signed(encodeUtf8("[]"))],
    ["lies in what is no JSON", signed(encodeUtf8("{"))],
  ])("is refused where it %s (TRUST-017)", (_, first) => {
    expect(() => keyToPin(byFingerprint, first)).toThrow(expect.objectContaining({ code: "TRUST-017" }));
  });

  it("is looked up once, however often a hostile root repeats its keys", () => {
    const keyids = Array.from({ length: 20_000 }, () => other.keyId);
    const started = process.cpuUsage();
    const first = rootWith(keyids, keys);
    expect(() => keyToPin(byFingerprint, first)).toThrow(expect.objectContaining({ code: "TRUST-017" }));
    expect(keyToPin({ kind: "unsafe" }, first)?.keyId).toBe(other.keyId);
    // Admitting a key takes a fifth of a millisecond or more, so that all of them took twenty seconds and more.
    expect(process.cpuUsage(started).user).toBeLessThan(1_500_000);
  });
});
