import * as execution from "./execution.js";
import * as governance from "./governance.js";
import * as operation from "./operation.js";
import * as review from "./review.js";
import * as verification from "./verification.js";

/** Every shape, once: for validation, for the types and for the OpenAPI document. */
export function allSchemas(maxBatchItems: number): readonly object[] {
  const { batchRequest, ...ofExecution } = execution;
  return [
    ...Object.values(ofExecution),
    batchRequest(maxBatchItems),
    ...Object.values(governance),
    ...Object.values(operation),
    ...Object.values(review),
    ...Object.values(verification),
  ];
}
