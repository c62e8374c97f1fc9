import { describe, expect, it } from "vitest";
import { canonicalBytes, canonicalize, encodeUtf8 } from "@parmanasystems/canonical";
import { payloadTypes, type Signer, type Verifier } from "@parmanasystems/signing";
import {
  attestationPayload,
  executeDecision,
  type ExecuteDecisionInput,
  issueExecutionToken,
  LocalSigner,
  verifyAttestationSignature,
} from "../src/index.js";
import { codeOfAsync } from "./code-of.js";
import {
  attest,
  bound,
  claims,
  copyOf,
  decision,
  inputFor,
  issue,
  issuedAt,
  otherSigner,
  provenance,
  signals,
  signer,
  tokenFields,
  verifier,
  without,
} from "./fixtures.js";
import { flip } from "./flip.js";

function remote(sign: (payloadType: string, payload: Uint8Array) => Promise<Uint8Array>): Signer {
  return { keyId: signer.keyId, sign };
}

describe("executeDecision attests exactly what the token permits", () => {
  it("every member, in the order of the published form", async () => {
    const attestation = await attest();
    expect(Object.entries(attestation)).toEqual([
      ["execution_id", "claim-2026-000017"],
      ["execution_fingerprint", tokenFields.execution_fingerprint],
      ["policyId", "claims-approval"],
      ["policyVersion", "1.0.0"],
      ["decision", "approved"],
      ["rule_id", "small-claim"],
      ["action", "approve"],
      ["reason", "small claim"],
      ["execution_state", "completed"],
      ["issuedAt", issuedAt],
      ["provenance", provenance],
      ["keyId", signer.keyId],
      ["signature", attestation.signature],
    ]);
    expect(verifyAttestationSignature(attestation, signer.publicKey)).toBe(true);
  });

  it("with requester, audience and actionHash where they are given", async () => {
    const attestation = await attest(bound);
    expect(attestation).toMatchObject(bound);
    expect(verifyAttestationSignature(attestation, signer.publicKey)).toBe(true);
  });

  it("as pending while a person has to decide", async () => {
    const pending = claims.decide({ ...signals, claim_amount: 200_000 });
    const token = await issue({ decision: pending.decision, rule_id: pending.rule_id });
    const attestation = await attest({ token, decision: pending });
    expect(attestation).toMatchObject({ decision: "pending_override", execution_state: "pending_override" });
  });

  it("as completed when it is rejected", async () => {
    const rejected = claims.decide({ ...signals, risk_score: 100 });
    const token = await issue({ decision: rejected.decision, rule_id: rejected.rule_id });
    expect(await attest({ token, decision: rejected })).toMatchObject({
      decision: "rejected",
      execution_state: "completed",
    });
  });

  it("deep frozen", async () => {
    const attestation = await attest(bound);
    expect(Object.isFrozen(attestation)).toBe(true);
    expect(Object.isFrozen(attestation.provenance)).toBe(true);
  });

  it("at the time it is told, inside the token's lifetime", async () => {
    const later = "2026-11-20T22:00:59.999Z";
    expect(await attest({ issuedAt: later })).toMatchObject({ issuedAt: later });
  });
});

describe("executeDecision is a pure function of its input (threat 33)", () => {
  it("byte for byte, signature included, 200 times", async () => {
    const texts = new Set<string>();
    for (let run = 0; run < 200; run += 1) texts.add(canonicalize(await attest(bound)));
    expect(texts.size).toBe(1);
  });

  it("whatever the order of members", async () => {
    const input = await inputFor(bound);
    const reversed = (value: object): object => Object.fromEntries(Object.entries(value).reverse());
    const shuffled = reversed({
      ...input,
      token: reversed(input.token),
      decision: reversed(input.decision),
      provenance: reversed(input.provenance),
    });
    const attestation = await executeDecision(shuffled as ExecuteDecisionInput, signer, verifier);
    expect(attestation).toEqual(await attest(bound));
    expect(attestationPayload(attestation)).toEqual(attestationPayload(await attest(bound)));
  });

  it("as it was when the call started (threat 9)", async () => {
    const input = { ...(await inputFor()), decision: { ...decision }, provenance: { ...provenance } };
    const pending = executeDecision(
      input,
      remote((type, payload) => Promise.resolve().then(() => signer.signSync(type, payload))),
      verifier,
    );
    Object.assign(input.decision, { decision: "rejected", reason: "changed" });
    Object.assign(input.provenance, { trustRootVersion: 99 });
    Object.assign(input, { requester: "mallory" });
    expect(await pending).toEqual(await attest());
  });

  it("and the signed bytes are canonical JSON", async () => {
    const signed: Uint8Array[] = [];
    const watching: Signer = {
      keyId: signer.keyId,
      sign: (type, payload) => {
        signed.push(payload.slice());
        return signer.sign(type, payload);
      },
    };
    const attestation = await executeDecision(await inputFor(bound), watching, verifier);
    const [payload = new Uint8Array()] = signed;
    expect(payload).toEqual(attestationPayload(attestation));
    expect(payload).toEqual(canonicalBytes(JSON.parse(new TextDecoder().decode(payload))));
  });
});

describe("executeDecision refuses", () => {
  const refusal = async (changes: Partial<ExecuteDecisionInput>): Promise<string | undefined> =>
    codeOfAsync(() => attest(changes));

  it("every tampered token (threats 14 and 39)", async () => {
    const token = await issue();
    for (const name of Object.keys(token)) {
      const tampered = flip(token, [name]) as typeof token;
      expect(await refusal({ token: tampered }), name).toMatch(/^INV-0(0[1-5]|50|51)$/);
    }
    expect(await refusal({ token: { ...token, extra: 1 } as typeof token })).toBe("INV-001");
    expect(await refusal({ token: undefined as unknown as typeof token })).toBe("INV-001");
    expect(await refusal({ token: null as unknown as typeof token })).toBe("INV-001");
  });

  it("a token of another issuer (INV-003) or for another runtime (INV-005)", async () => {
    expect(await refusal({ token: await issueExecutionToken(tokenFields, otherSigner) })).toBe("INV-003");
    expect(await refusal({ token: await issue({ audience: otherSigner.keyId }) })).toBe("INV-005");
    const input = await inputFor();
    expect(await codeOfAsync(() => executeDecision(input, otherSigner, verifier))).toBe("INV-005");
  });

  it("a time outside the token's lifetime (threat 39)", async () => {
    expect(await refusal({ issuedAt: "2026-11-20T21:59:59.999Z" })).toBe("INV-006");
    expect(await refusal({ issuedAt: "2026-11-20T22:01:00.000Z" })).toBe("INV-007");
    expect(await refusal({ issuedAt: "never" })).toBe("INV-052");
  });

  it.each([
    ["decision", { decision: "rejected" }],
    ["rule", { rule_id: "high-risk" }],
  ])("another %s than the token's (INV-050)", async (_, changes) => {
    expect(await refusal({ decision: { ...decision, ...changes } as typeof decision })).toBe("INV-050");
  });

  it("the provenance of another bundle (INV-051)", async () => {
    expect(await refusal({ provenance: { ...provenance, bundleHash: provenance.policyHash } })).toBe(
      "INV-051",
    );
  });

  it.each([
    ["requester", ""],
    ["requester", "a".repeat(257)],
    ["requester", "a\nb"],
    ["requester", "\u202eadmin"],
    ["requester", "\ud800"],
    ["audience", 7],
    ["actionHash", "sha256:00"],
    ["issuedAt", "2026-11-20T22:00:00+00:00"],
    ["decision", null],
    ["decision", { ...decision, decision: "denied" }],
    ["decision", { ...decision, action: "" }],
    ["decision", { ...decision, reason: "a\u0000b" }],
    ["decision", { ...decision, extra: 1 }],
    ["unknown", 1],
    ["actionhash", provenance.bundleHash],
  ])("%s = %j (INV-052)", async (name, value) => {
    expect(await refusal({ [name]: value })).toBe("INV-052");
  });

  it("a provenance that is not complete", async () => {
    const incomplete: unknown = without(provenance, "signalsHash");
    expect(await refusal({ provenance: incomplete as typeof provenance })).toMatch(/^INV-03/);
  });

  it("a payload above 3,584 bytes (INV-022)", async () => {
    const wide = { requester: "\u20ac".repeat(256), audience: "\u20ac".repeat(256) };
    expect(await refusal({ ...wide, decision: { ...decision, reason: "x".repeat(1024) } })).toBe("INV-022");
    expect(await refusal({ ...bound, decision: { ...decision, reason: "x".repeat(1024) } })).toBe(undefined);
  });
});

describe("a remote signer", () => {
  it("signs the same attestation", async () => {
    const far = remote((type, payload) => signer.sign(type, payload));
    expect(await executeDecision(await inputFor(bound), far, verifier)).toEqual(await attest(bound));
  });

  it.each([
    ["a flipped bit", (signature: Uint8Array) => signature.with(0, (signature[0] ?? 0) ^ 1)],
    ["zeros", () => new Uint8Array(64)],
    ["63 bytes", (signature: Uint8Array) => signature.slice(1)],
    ["text", () => "signature" as unknown as Uint8Array],
    ["nothing", () => undefined as unknown as Uint8Array],
  ])("that returns %s is refused (INV-053, threats 51 and 62)", async (_, change) => {
    const broken = remote(async (type, payload) => change(await signer.sign(type, payload)));
    const input = await inputFor();
    expect(await codeOfAsync(() => executeDecision(input, broken, verifier))).toBe("INV-053");
  });

  it("is not believed because it answers at once (INV-053, threat 62)", async () => {
    const flipping: Signer = {
      keyId: signer.keyId,
      sign: signer.sign.bind(signer),
      signSync: (type, payload) => {
        const signature = signer.signSync(type, payload);
        return signature.with(63, (signature[63] ?? 0) ^ 1);
      },
    };
    const input = await inputFor();
    expect(await codeOfAsync(() => executeDecision(input, flipping, verifier))).toBe("INV-053");
  });

  it("that signs with another key or another payload is refused (INV-053)", async () => {
    const input = await inputFor();
    const otherKey = remote((type, payload) => otherSigner.sign(type, payload));
    expect(await codeOfAsync(() => executeDecision(input, otherKey, verifier))).toBe("INV-053");
    const otherPayload = remote((type) => signer.sign(type, encodeUtf8("{}")));
    expect(await codeOfAsync(() => executeDecision(input, otherPayload, verifier))).toBe("INV-053");
    const otherType = remote((_, payload) => signer.sign(payloadTypes.executionToken, payload));
    expect(await codeOfAsync(() => executeDecision(input, otherType, verifier))).toBe("INV-053");
  });

  it("that changes the payload it was handed changes nothing else", async () => {
    const scribbling = remote(async (type, payload) => {
      const signature = await signer.sign(type, payload);
      payload.fill(0);
      return signature;
    });
    expect(await executeDecision(await inputFor(), scribbling, verifier)).toEqual(await attest());
  });

  it("is refused when nothing can check it (INV-054)", async () => {
    const runtimeKey = new LocalSigner(new Uint8Array(32).fill(7));
    const far: Signer = { keyId: runtimeKey.keyId, sign: (type, payload) => runtimeKey.sign(type, payload) };
    const input = await inputFor({ token: await issue({ audience: runtimeKey.keyId }) });
    expect(await codeOfAsync(() => executeDecision(input, far, verifier))).toBe("INV-054");
    const unused: Signer = {
      keyId: runtimeKey.keyId,
      sign: () => Promise.reject(new Error("It was asked.")),
    };
    expect(await codeOfAsync(() => executeDecision(input, unused, verifier))).toBe("INV-054");
    // Near, the runtime key may differ from the issuer's.
    const attestation = await executeDecision(input, runtimeKey, verifier);
    expect(attestation.keyId).toBe(runtimeKey.keyId);
    expect(verifyAttestationSignature(attestation, runtimeKey.publicKey)).toBe(true);
  });

  it("that fails is heard", async () => {
    const failing = remote(() => Promise.reject(new Error("throttled")));
    await expect(executeDecision(await inputFor(), failing, verifier)).rejects.toThrow("throttled");
  });
});

describe("a verifier that does not say true is a refusal (threat 36)", () => {
  it.each([false, undefined, 1, "true"])("%s", async (answer) => {
    const odd: Verifier = { keyId: signer.keyId, verify: () => Promise.resolve(answer as boolean) };
    const input = await inputFor({ token: copyOf(await issue()) });
    expect(await codeOfAsync(() => executeDecision(input, signer, odd))).toBe("INV-004");
  });
});
