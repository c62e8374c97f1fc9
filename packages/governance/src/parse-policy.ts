import { decodeUtf8, type JsonValue, ParmanaError, parseStrict, sha256 } from "@parmanasystems/canonical";
import { GovernanceError } from "./errors.js";
import type { Policy } from "./policy.js";
import { deepFreeze } from "./policy/deep-freeze.js";
import { shortenPointer } from "./policy/json-pointer.js";
import { locatePointer } from "./policy/locate-pointer.js";
import { type ExpectedIdentity, readPolicyDocument } from "./policy/policy-document.js";
import { PolicyDefect } from "./policy/policy-defect.js";
import { policyLimits } from "./policy/policy-limits.js";

/** Where the bytes came from: the directory names the policy must match, and the file that messages name. */
export interface PolicySource extends ExpectedIdentity {
  readonly file?: string;
}

/**
 * Parses, type-checks and deep-freezes a policy.json. A policy that loads always decides.
 * @throws GovernanceError POL-001 to POL-006 and POL-008 to POL-029; details: file, pointer, line, column
 */
export function parsePolicy(bytes: Uint8Array, source: PolicySource = {}): Policy {
  requireSize(bytes, source);
  const document = parseDocument(bytes, source);
  try {
    return deepFreeze({ ...readPolicyDocument(document, source), policyHash: sha256(bytes) });
  } catch (error) {
    if (error instanceof PolicyDefect) throw locate(error, bytes, source);
    throw error;
  }
}

function requireSize(bytes: Uint8Array, source: PolicySource): void {
  // A caller in plain JavaScript may hand over text or nothing at all.
  const size: unknown = (bytes as Partial<Uint8Array> | null | undefined)?.byteLength;
  if (typeof size === "number" && size > 0 && size <= policyLimits.fileBytes) return;
  throw new GovernanceError(
    "POL-001",
    `${nameOf(source)} must be a Uint8Array of 1 to ${policyLimits.fileBytes} bytes.`,
    { details: detailsOf(source, {}) },
  );
}

function parseDocument(bytes: Uint8Array, source: PolicySource): JsonValue {
  try {
    return parseStrict(bytes, { maxBytes: policyLimits.fileBytes, maxDepth: policyLimits.jsonDepth });
  } catch (cause) {
    if (!ParmanaError.isInstance(cause)) throw cause;
    const { line, column, pointer } = cause.details;
    throw new GovernanceError("POL-002", `${nameOf(source)} is not strict JSON: ${cause.message}`, {
      cause,
      details: detailsOf(source, { line, column, pointer }),
    });
  }
}

function locate(defect: PolicyDefect, bytes: Uint8Array, source: PolicySource): GovernanceError {
  const { line, column } = locatePointer(decodeUtf8(bytes), defect.pointer);
  const pointer = shortenPointer(defect.pointer);
  const place = pointer === "" ? "top level" : pointer;
  return new GovernanceError(
    defect.code,
    `${nameOf(source)}:${line}:${column} (${place}): ${defect.message}.`,
    {
      details: detailsOf(source, { pointer, line, column }),
    },
  );
}

function nameOf({ file }: PolicySource): string {
  return file ?? "policy";
}

function detailsOf({ file }: PolicySource, place: Record<string, unknown>): Record<string, unknown> {
  return { ...(file !== undefined && { file }), ...place };
}
