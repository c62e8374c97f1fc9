import { type JsonValue, ParmanaError, parseStrict } from "@parmanasystems/canonical";
import {
  type ExecutionAttestation,
  fromEnvelope,
  fromResolutionEnvelope,
  parseAttestation,
  parseResolution,
  RESOLUTION_PREDICATE_TYPE,
  type ResolutionAttestation,
} from "@parmanasystems/execution";
import { decodeBase64, parseEnvelope } from "@parmanasystems/signing";
import type { AttestationInput, ResolutionInput } from "@parmanasystems/verifier";
import { CliError } from "./errors.js";
import { nameOfInput, placeInFile } from "./parse-file.js";

/** What a file to verify holds, by its form alone. */
export type PresentedFile =
  | {
      readonly kind: "attestation";
      readonly statement: ExecutionAttestation;
      /** What is verified: an envelope as it is, and of the flat form what was read of it, so that it is read once. */
      readonly input: AttestationInput;
    }
  | {
      readonly kind: "resolution";
      readonly statement: ResolutionAttestation;
      readonly input: ResolutionInput;
    };

/** Where it was read. */
export interface FileSource {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Malformed input is told apart from what is refused: it ends with exit code 2. @throws CliError CLI-006 */
export function presentFile(value: JsonValue, source: FileSource): PresentedFile {
  const isEnvelope = memberOf(value, "payloadType") !== undefined;
  try {
    return isEnvelope ? presentEnvelope(value) : presentFlat(value);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : "it has another form";
    // A pointer into an envelope's payload has no place in the file.
    const place = isEnvelope ? nameOfInput(source.path) : placeOf(source, cause);
    throw new CliError("CLI-006", `${place} is no attestation and no resolution: ${problem}`, { cause });
  }
}

function presentEnvelope(value: JsonValue): PresentedFile {
  const { payload } = parseEnvelope(value);
  return memberOf(parseStrict(decodeBase64(payload)), "predicateType") === RESOLUTION_PREDICATE_TYPE
    ? { kind: "resolution", statement: fromResolutionEnvelope(value), input: value }
    : { kind: "attestation", statement: fromEnvelope(value), input: value };
}

function presentFlat(value: JsonValue): PresentedFile {
  if (memberOf(value, "resolution") === undefined) {
    const statement = parseAttestation(value);
    return { kind: "attestation", statement, input: statement };
  }
  const statement = parseResolution(value);
  return { kind: "resolution", statement, input: statement };
}

function placeOf({ path, bytes }: FileSource, cause: unknown): string {
  const pointer = ParmanaError.isInstance(cause) ? cause.details["pointer"] : undefined;
  return typeof pointer === "string" ? placeInFile(path, bytes, pointer) : nameOfInput(path);
}

/** What it claims, as the end of a sentence. */
export function claimOf(presented: PresentedFile): string {
  const { execution_id, policyId, policyVersion } = presented.statement;
  const policy = `${policyId}@${policyVersion}`;
  switch (presented.kind) {
    case "attestation": {
      const { decision, rule_id } = presented.statement;
      return `${execution_id} was ${decision} by rule ${rule_id} of ${policy}`;
    }
    case "resolution": {
      const { resolution, approvals } = presented.statement;
      return `${execution_id}, which ${policy} left to people, ended as ${resolution} with ${String(approvals)} approvals`;
    }
  }
}

function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([member]) => member === name)?.[1];
}
