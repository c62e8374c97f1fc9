import type { JsonValue } from "@parmanasystems/canonical";
import type { ProvenanceRequirement, SignalDeclaration } from "../policy.js";
import { isPolicyId } from "./identity.js";
import { pointerTo } from "./json-pointer.js";
import { closedObject, isJsonArray, member } from "./members.js";
import { suggestion } from "./nearest-name.js";
import { PolicyDefect } from "./policy-defect.js";
import { policyLimits } from "./policy-limits.js";

const provenanceMembers = ["sources", "maxAgeSeconds", "signed", "subject"] as const;

/** What one value can name a subject: of a kind that has one spelling. */
const SUBJECT_TYPES: readonly string[] = ["string", "enum", "integer"];

/** Reads what a declaration demands of the signal's origin; `requireSubjects` checks the subject afterwards. */
export function readProvenanceRequirement(
  value: JsonValue | undefined,
  pointer: string,
): { provenance?: ProvenanceRequirement } {
  if (value === undefined) return {};
  const terms = closedObject(value, pointer, { required: [], optional: provenanceMembers }, "POL-029");
  if (Object.keys(terms).length === 0) {
    throw new PolicyDefect(
      "POL-029",
      pointer,
      `provenance needs at least one of ${provenanceMembers.join(", ")}`,
    );
  }
  const signed = member(terms, "signed");
  if (signed !== undefined && signed !== true) {
    throw new PolicyDefect(
      "POL-029",
      pointerTo(pointer, "signed"),
      "signed can only be true; leave it out where no signature is demanded",
    );
  }
  return {
    provenance: {
      ...readSources(member(terms, "sources"), pointerTo(pointer, "sources")),
      ...readMaxAge(member(terms, "maxAgeSeconds"), pointerTo(pointer, "maxAgeSeconds")),
      ...(signed && { signed }),
      ...readSubject(member(terms, "subject"), pointerTo(pointer, "subject"), signed === true),
    },
  };
}

/** Every subject names another signal that is always there and can name something. */
export function requireSubjects(declarations: ReadonlyMap<string, SignalDeclaration>, pointer: string): void {
  for (const [name, { provenance }] of declarations) {
    const subject = provenance?.subject;
    if (subject === undefined) continue;
    const problem = problemOfSubject(name, subject, declarations);
    if (problem === undefined) continue;
    const place = pointerTo(pointerTo(pointerTo(pointer, name), "provenance"), "subject");
    throw new PolicyDefect("POL-029", place, problem);
  }
}

function problemOfSubject(
  name: string,
  subject: string,
  declarations: ReadonlyMap<string, SignalDeclaration>,
): string | undefined {
  const declaration = declarations.get(subject);
  if (declaration === undefined) {
    return `the subject must be a signal of signalsSchema${suggestion(subject, declarations.keys())}`;
  }
  if (subject === name) return "a signal cannot be its own subject";
  if (declaration.optional) return `the subject "${subject}" is optional, so it could be absent`;
  if (SUBJECT_TYPES.includes(declaration.type)) return undefined;
  return `the subject "${subject}" is ${declaration.type}; it must be one of ${SUBJECT_TYPES.join(", ")}`;
}

function readSources(value: JsonValue | undefined, pointer: string): { sources?: readonly string[] } {
  if (value === undefined) return {};
  if (!isJsonArray(value) || value.length === 0 || value.length > policyLimits.sources) {
    throw new PolicyDefect("POL-029", pointer, `sources must list 1 to ${policyLimits.sources} sources`);
  }
  const sources = new Set<string>();
  value.forEach((source, index) => {
    const place = pointerTo(pointer, index);
    if (!isPolicyId(source)) {
      throw new PolicyDefect(
        "POL-029",
        place,
        "a source is 1 to 64 lower-case letters, digits and hyphens, not starting with a hyphen",
      );
    }
    if (sources.has(source)) {
      throw new PolicyDefect("POL-029", place, `the source "${source}" is listed twice`);
    }
    sources.add(source);
  });
  return { sources: [...sources] };
}

function readMaxAge(value: JsonValue | undefined, pointer: string): { maxAgeSeconds?: number } {
  if (value === undefined) return {};
  const most = policyLimits.maxAgeSeconds;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) {
    return { maxAgeSeconds: value };
  }
  throw new PolicyDefect("POL-029", pointer, `maxAgeSeconds must be a whole number from 1 to ${most}`);
}

function readSubject(value: JsonValue | undefined, pointer: string, signed: boolean): { subject?: string } {
  if (value === undefined) return {};
  if (typeof value !== "string") {
    throw new PolicyDefect("POL-029", pointer, "subject must be the name of a signal");
  }
  if (!signed) {
    throw new PolicyDefect("POL-029", pointer, 'only a signature names a subject: add "signed": true');
  }
  return { subject: value };
}
