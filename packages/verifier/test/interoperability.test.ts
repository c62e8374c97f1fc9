import { createPublicKey } from "node:crypto";
import { bundleFromJSON } from "@sigstore/bundle";
import { toSignedEntity, VerificationError, Verifier } from "@sigstore/verify";
import { parseStrict } from "@parmanasystems/canonical";
import {
  attestationHash,
  attestationPayload,
  toEnvelope,
  toResolutionEnvelope,
} from "@parmanasystems/execution";
import { decodeBase64, type DsseEnvelope, payloadTypes, signEnvelope } from "@parmanasystems/signing";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyAttestation } from "../src/index.js";
import { verificationSummary, verificationSummaryBytes } from "../src/summary/index.js";
import { createWorld, signers, type World } from "./fixture.js";
import { createEnded } from "./resolution-fixture.js";
import { breachesOf, isObject, summaryBreaches } from "./statement-rules.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

/** Judges an envelope as Sigstore's own clients do one that was signed with a key of one's own: "verified", or their code. */
function verdictOfSigstore(envelope: DsseEnvelope, pem: string): string {
  const bundle = bundleFromJSON({
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { publicKey: { hint: envelope.signatures[0]?.keyid } },
    dsseEnvelope: envelope,
  });
  const publicKey = createPublicKey(pem);
  const trust = {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey: () => ({ publicKey, validFor: () => true }),
  };
  const thresholds = { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 };
  try {
    new Verifier(trust, thresholds).verify(toSignedEntity(bundle));
    return "verified";
  } catch (error) {
    if (error instanceof VerificationError) return error.code;
    throw error;
  }
}

const runtimePem = () => signers.runtime.publicKey.toPem();

function changed(envelope: DsseEnvelope, from: string, to: string): DsseEnvelope {
  const text = Buffer.from(envelope.payload, "base64").toString();
  expect(text).toContain(from);
  return { ...envelope, payload: Buffer.from(text.replace(from, to)).toString("base64") };
}

describe("an attestation as a DSSE envelope", () => {
  it("is verified by an implementation of others", () => {
    expect(verdictOfSigstore(toEnvelope(world.attestation), runtimePem())).toBe("verified");
  });

  it("is refused by it when anything was changed: payload, type, signature or key", () => {
    const envelope = toEnvelope(world.attestation);
    const [signature] = envelope.signatures;
    const sig = Buffer.from(signature?.sig ?? "", "base64");
    sig[3] = (sig[3] ?? 0) ^ 1;
    const forgeries = [
      changed(envelope, '"decision":"approved"', '"decision":"rejected"'),
      { ...envelope, payloadType: "application/vnd.in-toto+JSON" },
      { ...envelope, signatures: [{ keyid: signature?.keyid ?? "", sig: sig.toString("base64") }] },
    ];
    for (const forgery of forgeries) expect(verdictOfSigstore(forgery, runtimePem())).toBe("SIGNATURE_ERROR");
    expect(verdictOfSigstore(envelope, signers.policy.publicKey.toPem())).toBe("SIGNATURE_ERROR");
  });

  it("holds a Statement as in-toto v1 demands, and so does that of a resolution", async () => {
    const { resolution } = await createEnded();
    for (const envelope of [toEnvelope(world.attestation), toResolutionEnvelope(resolution)]) {
      const statement = parseStrict(decodeBase64(envelope.payload));
      expect(breachesOf(statement)).toEqual([]);
      expect(breachesOf({ ...(isObject(statement) ? statement : {}), subject: [] })).not.toEqual([]);
      expect(verdictOfSigstore(envelope, runtimePem())).toBe("verified");
    }
    expect(decodeBase64(toEnvelope(world.attestation).payload)).toEqual(
      attestationPayload(world.attestation),
    );
  });
});

describe("a verification summary", () => {
  const verifier = { id: "https://audit.example.com/parmana", version: { parmana: "0.0.0" } };
  const timeVerified = Date.UTC(2026, 10, 21, 12);
  const summaryOf = (change: object = {}) => {
    const report = verifyAttestation(world.attestation, { ...world.options, ...change });
    return verificationSummary({ statement: world.attestation, report, verifier, timeVerified });
  };

  it("says of which execution what was verified, when and by whom", () => {
    const { provenance, execution_id, execution_fingerprint, policyId, policyVersion } = world.attestation;
    const hash = attestationHash(world.attestation);
    expect(summaryOf()).toEqual({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: `execution:${execution_id}`, digest: { sha256: execution_fingerprint.slice(7) } }],
      predicateType: "https://slsa.dev/verification_summary/v1",
      predicate: {
        verifier,
        timeVerified: "2026-11-21T12:00:00.000Z",
        resourceUri: `execution:${execution_id}`,
        policy: {
          uri: `policy:${policyId}@${policyVersion}`,
          digest: { sha256: provenance.policyHash.slice(7) },
        },
        inputAttestations: [{ uri: `attestation:${hash}`, digest: { sha256: hash.slice(7) } }],
        verificationResult: "PASSED",
        verifiedLevels: ["PARMANA_L4"],
        slsaVersion: "1.0",
      },
    });
  });

  it("is as in-toto and SLSA demand, whatever the result, also of a resolution", async () => {
    const { resolution } = await createEnded();
    const refused = summaryOf({ bundle: undefined, requiredLevel: "L4" });
    expect(refused.predicate).toMatchObject({ verificationResult: "FAILED", verifiedLevels: ["FAILED"] });
    const report = verifyAttestation(world.attestation, world.options);
    const ended = verificationSummary({ statement: resolution, report, verifier, timeVerified });
    expect(ended.predicate.inputAttestations[0].uri).not.toBe(summaryOf().predicate.inputAttestations[0].uri);
    for (const summary of [summaryOf(), refused, ended]) {
      expect(breachesOf(summary)).toEqual([]);
      expect(summaryBreaches(summary.predicate)).toEqual([]);
    }
  });

  it("is signed as a DSSE envelope that others verify, and that is no attestation of an execution", async () => {
    const report = verifyAttestation(world.attestation, world.options);
    const bytes = verificationSummaryBytes({ statement: world.attestation, report, verifier, timeVerified });
    const envelope = await signEnvelope(payloadTypes.attestation, bytes, [signers.policy]);
    expect(verdictOfSigstore(envelope, signers.policy.publicKey.toPem())).toBe("verified");
    expect(verifyAttestation(envelope, world.options)).toMatchObject({ verdict: "refused", level: "none" });
  });

  it.each(["", "audit", "//audit.example.com", "https://audit example", "1a:b", 'https://a"b'])(
    "refuses %j as the id of the verifier (INV-060)",
    (id) => {
      const report = verifyAttestation(world.attestation, world.options);
      expect(() =>
        verificationSummary({ statement: world.attestation, report, verifier: { id }, timeVerified }),
      ).toThrow(expect.objectContaining({ code: "INV-060" }));
    },
  );
});
