import { type JsonValue, ParmanaError, parseStrict } from "@parmanasystems/canonical";
import {
  type ExecutionAttestation,
  fromEnvelope,
  fromResolutionEnvelope,
  parseAttestation,
  parseResolution,
  type ResolutionAttestation,
} from "@parmanasystems/execution";

/** What the attestation says, in either spelling; undefined when it is malformed. */
export function readAttestation(bytes: Uint8Array): ExecutionAttestation | undefined {
  return unlessMalformed(() => {
    const json = parseStrict(bytes);
    return isEnvelope(json) ? fromEnvelope(json) : parseAttestation(json);
  });
}

/** What the resolution says, in either spelling; undefined when it is malformed. */
export function readResolution(bytes: Uint8Array): ResolutionAttestation | undefined {
  return unlessMalformed(() => {
    const json = parseStrict(bytes);
    return isEnvelope(json) ? fromResolutionEnvelope(json) : parseResolution(json);
  });
}

/** Undefined for what a parser or check of ours refuses: why, the report says. */
export function unlessMalformed<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (ParmanaError.isInstance(error)) return undefined;
    throw error;
  }
}

function isEnvelope(json: JsonValue): boolean {
  return typeof json === "object" && json !== null && Object.hasOwn(json, "payloadType");
}
