import { canonicalize, type JsonValue, parseStrict, sha256 } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import { parseRuntimeProvenance, type RuntimeProvenance } from "../src/index.js";
import { expectCode } from "./expect-code.js";

const good: RuntimeProvenance = {
  runtimeVersion: "1.0.0",
  runtimeHash: sha256("runtime"),
  policyHash: sha256("policy"),
  bundleHash: sha256("bundle"),
  releaseManifestHash: sha256("release"),
  trustRootVersion: 1,
  trustRootHash: sha256("trust root"),
  policyIndexVersion: 7,
  schemaVersion: "1.0.0",
  evaluatorSemantics: "parmana-policy/1",
  signalsHash: sha256("signals"),
  signalProvenanceHash: sha256("{}"),
};
const names = Object.keys(good);
const withMember = (name: string, value: unknown): JsonValue => ({ ...good, [name]: value });

describe("runtime provenance", () => {
  it("is the twelve members and nothing else, frozen", () => {
    const parsed = parseRuntimeProvenance(parseStrict(canonicalize(good)));
    expect(parsed).toEqual(good);
    expect(Object.isFrozen(parsed)).toBe(true);
    expect(names).toHaveLength(12);
  });

  it("is refused with a missing or an unknown member (threat 19)", () => {
    for (const name of names) {
      const rest = Object.fromEntries(Object.entries(good).filter(([each]) => each !== name));
      expectCode("INV-030", () => parseRuntimeProvenance(rest));
    }
    expectCode("INV-030", () => parseRuntimeProvenance(withMember("extra", 1)));
    expectCode("INV-030", () =>
      parseRuntimeProvenance(parseStrict(canonicalize(good).replace("{", '{"__proto__":1,'))),
    );
  });

  it("is refused when it is no plain object", () => {
    const accessor = Object.defineProperty({ ...good }, "policyHash", {
      get: () => good.policyHash,
      enumerable: true,
    });
    const inherited: unknown = Object.create(good);
    const revoked = Proxy.revocable({ ...good }, {});
    revoked.revoke();
    const others: readonly unknown[] = [null, undefined, [], "x", 1, accessor, inherited, revoked.proxy];
    for (const value of others) expectCode("INV-030", () => parseRuntimeProvenance(value as JsonValue));
  });

  it("is refused with a malformed hash", () => {
    const hashes = names.filter((name) => name.endsWith("Hash"));
    expect(hashes).toHaveLength(7);
    for (const name of hashes) {
      for (const value of [
        "",
        "0".repeat(64),
        good.policyHash.toUpperCase(),
        `${good.policyHash} `,
        1,
        null,
      ]) {
        const error = expectCode("INV-031", () => parseRuntimeProvenance(withMember(name, value)));
        expect(error.message).toContain(name);
      }
    }
  });

  it("is refused with a malformed version number", () => {
    for (const name of ["trustRootVersion", "policyIndexVersion"]) {
      for (const value of [0, -1, 1.5, 2 ** 53, Number.NaN, "1", null]) {
        expectCode("INV-032", () => parseRuntimeProvenance(withMember(name, value)));
      }
    }
  });

  it("is refused with a malformed name", () => {
    for (const name of ["runtimeVersion", "schemaVersion", "evaluatorSemantics"]) {
      for (const value of ["", "a b", "a\n", "é", "v".repeat(129), 1, null]) {
        expectCode("INV-033", () => parseRuntimeProvenance(withMember(name, value)));
      }
    }
  });
});
