import { toEnvelope } from "@parmanasystems/execution";
import { beforeAll, describe, expect, it } from "vitest";
import { createAttestationVerifier, verifyAttestation } from "../src/index.js";
import { createWorld, jsonBytes, type World } from "./fixture.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

describe("a polluted Object.prototype (threat 58)", () => {
  const names = [
    "requiredLevel now evidence bundle policyIndex release runtimeKeys pinnedKey predecessors document signature files manifest",
    "payloadType payload signatures keyid sig kty raw required known value status level code detail because",
    "threshold keyids keys roles runtime policy validUntil optional exists all any not",
    "requester audience actionHash toJSON then constructor claims-approval 1.0.0 active claim_amount vip_customer",
    "cause details source observedAt override description length key type format",
  ].flatMap((line) => line.split(" "));
  // Optional inputs of lower packages, and what the language itself relies on: these may stop the verifier, and nothing else.
  const stopping = [
    "revokedAt previous maxBytes maxDepth numbers",
    "get set writable enumerable configurable toString valueOf hasOwnProperty",
  ].flatMap((line) => line.split(" "));

  /** Runs with the names on Object.prototype, each with the value, and always cleans up. */
  const polluted = <T>(polluting: readonly string[], value: unknown, act: () => T): T => {
    const before = new Map(
      polluting.map((name) => [name, Object.getOwnPropertyDescriptor(Object.prototype, name)]),
    );
    // Made before anything is polluted, and without a prototype: a polluted `get` would spoil every descriptor after it.
    const descriptor: PropertyDescriptor = Object.assign(Object.create(null) as object, {
      value,
      configurable: true,
      writable: true,
      enumerable: true,
    });
    try {
      for (const name of polluting) Object.defineProperty(Object.prototype, name, descriptor);
      return act();
    } finally {
      for (const name of polluting) Reflect.deleteProperty(Object.prototype, name);
      for (const [name, original] of before)
        if (original !== undefined) Object.defineProperty(Object.prototype, name, original);
    }
  };

  const values: readonly unknown[] = [
    "L1",
    true,
    0,
    [],
    new Uint8Array(32),
    "approved",
    null,
    () => "verified",
  ];

  it("changes no verdict and no check", () => {
    const judge = judgeOf();
    const clean = judge();
    expect(clean.map((line) => line.slice(0, 8))).toEqual([
      "verified",
      "verified",
      "verified",
      "refused ",
      "refused ",
    ]);
    for (const value of values) expect(polluted(names, value, judge)).toEqual(clean);
  });

  it("verifies nothing more, whatever it breaks", () => {
    const judge = judgeOf();
    const [, , , ...forged] = judge();
    expect(forged).toHaveLength(2);
    for (const name of stopping) {
      for (const value of values)
        for (const line of polluted([name], value, judge).slice(3)) expect(line).toMatch(/^refused /);
    }
  });

  it("supplies no missing option", () => {
    const { trustRoot } = world.material;
    const judge = (): object => {
      const { verdict, level } = verifyAttestation(world.attestation, { trustRoot, requiredLevel: "L2" });
      return { verdict, level };
    };
    expect(judge()).toEqual({ verdict: "refused", level: "L1" });
    for (const value of values)
      expect(polluted(names, value, judge)).toEqual({ verdict: "refused", level: "L1" });
  });

  /** Genuine and forged inputs, made before anything is polluted; one line for each report. */
  function judgeOf(): () => readonly string[] {
    const forged = { ...world.attestation, reason: "forged" };
    const inputs = [
      world.attestation,
      jsonBytes(world.attestation),
      jsonBytes(toEnvelope(world.attestation)),
      forged,
      jsonBytes(forged),
    ];
    const { evidence } = world.options;
    return () => {
      const verifier = createAttestationVerifier(world.material);
      return inputs.map((input) => {
        const { verdict, level, checks } = verifier.verify(input, { evidence });
        return `${verdict} ${level} ${checks.map(({ id, status }) => `${id} ${status}`).join(", ")}`;
      });
    };
  }
});
