import type { JsonValue } from "@parmanasystems/canonical";
import type { ErrorObject, ValidateFunction } from "ajv";
import { GovernanceError } from "../errors.js";
import { policyDocumentSchema } from "../policy-document-schema.js";
import { shortenPointer } from "../policy/json-pointer.js";
import { createStrictAjv } from "./ajv-strict.js";

let compiled: ValidateFunction | undefined;

/**
 * Checks a policy document against the published JSON Schema: a second gate, independent of parsePolicy, that runs
 * after it. The schema is compiled once, on first use.
 * @throws GovernanceError POL-007; details: pointer, expected
 */
export function assertMatchesPolicySchema(document: JsonValue): void {
  compiled ??= createStrictAjv().compile(policyDocumentSchema);
  if (compiled(document)) return;
  const [error] = compiled.errors ?? [];
  throw refusal(error);
}

function refusal(error: ErrorObject | undefined): GovernanceError {
  const pointer = shortenPointer(error?.instancePath ?? "");
  const expected = error?.message ?? "must match the schema";
  const place = pointer === "" ? "the top level" : pointer;
  return new GovernanceError(
    "POL-007",
    `The published policy schema refuses the document at ${place}: ${expected}.`,
    {
      details: { pointer, expected },
    },
  );
}
