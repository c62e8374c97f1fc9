export type * from "./api.js";
export { createClient, type ExecutionsQuery, type ParmanaClient, type Verification } from "./client.js";
export type { CallOptions, ClientOptions } from "./client-options.js";
export { type ClientErrorCode, clientErrors, ParmanaApiError, ParmanaClientError } from "./errors.js";
export type { EvaluateOptions, Evaluation } from "./evaluate.js";
