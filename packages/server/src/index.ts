export type { Authentication } from "./authentication/authenticate.js";
export type { Caller } from "./authentication/caller.js";
export type { OidcOptions } from "./authentication/oidc.js";
export { createServer } from "./create-server.js";
export { ServerError, type ServerErrorCode, serverErrors } from "./errors.js";
export { limitedSigner, type SignerLimits } from "./limited-signer.js";
export { signerProbe } from "./readiness.js";
export type {
  ExecutionSearch,
  LogStream,
  Probe,
  RecordedEntry,
  ServerAudit,
  ServerLimits,
  ServerOptions,
  ServerRecords,
} from "./server-options.js";
export { getRuntimePaths } from "@parmanasystems/execution-runtime";
