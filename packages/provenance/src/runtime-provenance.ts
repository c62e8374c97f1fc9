import { isSha256, type JsonValue, type Sha256 } from "@parmanasystems/canonical";
import { ProvenanceError } from "./errors.js";
import { readClosed } from "./plain-object.js";

/** What decided, as an attestation binds it: which build, which policy, which trust, which facts. Frozen. */
export interface RuntimeProvenance {
  readonly runtimeVersion: string;
  readonly runtimeHash: Sha256;
  readonly policyHash: Sha256;
  readonly bundleHash: Sha256;
  readonly releaseManifestHash: Sha256;
  readonly trustRootVersion: number;
  readonly trustRootHash: Sha256;
  readonly policyIndexVersion: number;
  readonly schemaVersion: string;
  readonly evaluatorSemantics: string;
  readonly signalsHash: Sha256;
  readonly signalProvenanceHash: Sha256;
}

const memberNames: readonly (keyof RuntimeProvenance)[] = [
  "runtimeVersion",
  "runtimeHash",
  "policyHash",
  "bundleHash",
  "releaseManifestHash",
  "trustRootVersion",
  "trustRootHash",
  "policyIndexVersion",
  "schemaVersion",
  "evaluatorSemantics",
  "signalsHash",
  "signalProvenanceHash",
];

const token = /^[!-~]{1,128}$/;

/** A frozen copy with exactly these members. @throws INV-030 to INV-033 */
export function parseRuntimeProvenance(value: JsonValue | RuntimeProvenance): RuntimeProvenance {
  const members = readClosed(value, memberNames);
  if (members === undefined) {
    throw new ProvenanceError(
      "INV-030",
      `The runtime provenance must be an object of exactly ${memberNames.join(", ")}.`,
    );
  }
  const hash = (name: keyof RuntimeProvenance): Sha256 => readHash(members, name);
  const version = (name: keyof RuntimeProvenance): number => readVersion(members, name);
  const text = (name: keyof RuntimeProvenance): string => readToken(members, name);
  return Object.freeze({
    runtimeVersion: text("runtimeVersion"),
    runtimeHash: hash("runtimeHash"),
    policyHash: hash("policyHash"),
    bundleHash: hash("bundleHash"),
    releaseManifestHash: hash("releaseManifestHash"),
    trustRootVersion: version("trustRootVersion"),
    trustRootHash: hash("trustRootHash"),
    policyIndexVersion: version("policyIndexVersion"),
    schemaVersion: text("schemaVersion"),
    evaluatorSemantics: text("evaluatorSemantics"),
    signalsHash: hash("signalsHash"),
    signalProvenanceHash: hash("signalProvenanceHash"),
  });
}

function readHash(members: ReadonlyMap<string, unknown>, name: keyof RuntimeProvenance): Sha256 {
  const value = members.get(name);
  if (isSha256(value)) return value;
  throw new ProvenanceError(
    "INV-031",
    `The member ${name} must be sha256: and 64 lower-case hexadecimal digits.`,
  );
}

function readVersion(members: ReadonlyMap<string, unknown>, name: keyof RuntimeProvenance): number {
  const value = members.get(name);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw new ProvenanceError("INV-032", `The member ${name} must be a whole number from 1.`);
}

function readToken(members: ReadonlyMap<string, unknown>, name: keyof RuntimeProvenance): string {
  const value = members.get(name);
  if (typeof value === "string" && token.test(value)) return value;
  throw new ProvenanceError(
    "INV-033",
    `The member ${name} must be 1 to 128 printable ASCII characters without spaces.`,
  );
}
