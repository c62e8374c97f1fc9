import { type ErrorTable, ParmanaError } from "@parmanasystems/canonical";

/** Every code this package throws: VAL-02x for signals as data, INV-03x for provenance, evidence and what sources sign. */
export const provenanceErrors = {
  "VAL-020": {
    meaning: "The signals are not a plain object.",
    remedy: "Pass an object literal or parsed JSON; no array, Map, Date or class instance.",
  },
  "VAL-021": {
    meaning: "A signal is not an ordinary member: an accessor, a symbol, hidden, or reading it threw.",
    remedy: "Copy the values into a plain object before the call.",
  },
  "VAL-022": {
    meaning: "There are too many signals, or they are too large together.",
    remedy: "Stay below 256 signals and 512 Ki characters in all; bind large documents by their hash.",
  },
  "VAL-023": {
    meaning: "A value is neither a string, number, boolean nor a list of them.",
    remedy: "Leave an absent signal out; null and undefined are not values.",
  },
  "VAL-024": {
    meaning: "A number is not finite, or beyond ±(2^53 - 1).",
    remedy: "Use a smaller unit, or a decimal signal written as a string.",
  },
  "VAL-025": {
    meaning: "A string is longer than 64 KiB in UTF-8, or holds half a surrogate pair.",
    remedy: "Shorten it, or bind the text by its hash.",
  },
  "VAL-026": {
    meaning: "A list is not a plain dense array of at most 1024 scalars.",
    remedy: "Fill every place with a string, number or boolean; lists do not nest.",
  },
  "VAL-027": {
    meaning: "An object in a signal's place is not a governed signal of plain members.",
    remedy: 'Write {"value": …, "provenance": {…}} with exactly these members, or the plain value.',
  },
  "VAL-028": {
    meaning: "The provenance of a signal is malformed.",
    remedy:
      "Give source, and where known observedAt (RFC 3339 UTC, milliseconds), evidenceHash (sha256:…), subject and attestation (keyid, sig).",
  },
  "VAL-029": {
    meaning: "The name of a signal is longer than 256 characters, or holds half a surrogate pair.",
    remedy: "Use the names that the policy declares.",
  },
  "INV-030": {
    meaning: "The runtime provenance has a missing or unknown member.",
    remedy: "Use exactly the twelve members of the format.",
  },
  "INV-031": {
    meaning: "A hash in the runtime provenance is malformed.",
    remedy: "Write sha256: and 64 lower-case hexadecimal digits.",
  },
  "INV-032": {
    meaning: "A version number in the runtime provenance is malformed.",
    remedy: "Versions of the trust root and the policy index are whole numbers from 1.",
  },
  "INV-033": {
    meaning: "A name in the runtime provenance is malformed.",
    remedy: "Use 1 to 128 printable ASCII characters without spaces.",
  },
  "INV-034": {
    meaning: "The evidence has a missing, unknown or mistyped member.",
    remedy: "Use exactly type, execution_id, signals and signalProvenance.",
  },
  "INV-035": {
    meaning: "The evidence's execution_id is malformed.",
    remedy: "Use 1 to 128 of the characters A-Z a-z 0-9 . _ : -",
  },
  "INV-036": {
    meaning: "The evidence has provenance for a signal it does not have.",
    remedy: "Do not edit evidence files.",
  },
  "INV-037": {
    meaning: "What a source is to sign is incomplete, or is not for exactly one execution or subject.",
    remedy: "Give signal, value, source and observedAt, and either executionId or subject.",
  },
} as const satisfies ErrorTable;

export type ProvenanceErrorCode = keyof typeof provenanceErrors;

/** Thrown by every function of this package. */
export class ProvenanceError extends ParmanaError<ProvenanceErrorCode> {}
