import { type ErrorTable, ParmanaError } from "@parmanasystems/canonical";

export const serverErrors = {
  "HTTP-001": {
    meaning: "The body is not of a type that this route reads.",
    remedy: "Send it as application/json in UTF-8, without a Content-Encoding.",
  },
  "HTTP-002": {
    meaning: "The request is not as the OpenAPI document describes it.",
    remedy: "The message names the part and what it must be; /openapi.json has the whole description.",
  },
  "HTTP-003": {
    meaning: "The caller is not authenticated: credentials are missing, unknown, expired or revoked.",
    remedy:
      "Send `Authorization: Bearer` with an API key (`parmana keys new`) or a token of the OIDC provider.",
  },
  "HTTP-004": {
    meaning: "The caller is known and may not do this: another role, or another policy, is needed.",
    remedy: "Ask the operator for credentials with the role that the message names.",
  },
  "HTTP-005": {
    meaning: "There is nothing at this address.",
    remedy: "Check the path and method; /openapi.json lists them.",
  },
  "HTTP-006": {
    meaning: "The body or the headers are larger than the server reads.",
    remedy: "Send less; a batch can be sent in parts.",
  },
  "HTTP-007": {
    meaning: "The caller sends more requests than it may.",
    remedy: "Wait for as many seconds as Retry-After says.",
  },
  "HTTP-008": {
    meaning: "The server has as much work as it takes, or is being stopped.",
    remedy: "Send the same request again after Retry-After; nothing of it was done.",
  },
  "HTTP-009": {
    meaning: "The answer took longer than the server waits.",
    remedy: "Ask for the execution id before trying again: the execution may have gone through.",
  },
  "HTTP-010": {
    meaning: "The Idempotency-Key is malformed, or came where it has no meaning.",
    remedy:
      "Send 1 to 255 printable ASCII characters, quoted or not, to POST /evaluate, and no execution_id beside it.",
  },
  "HTTP-011": {
    meaning: "The Idempotency-Key was used before for another request.",
    remedy: "Use a new key for a new request; repeat an old request with all its members.",
  },
  "HTTP-012": {
    meaning: "The keys of the OIDC provider cannot be had, so no token can be checked.",
    remedy: "Check the provider and the network between; API keys work meanwhile.",
  },
  "HTTP-013": {
    meaning: "The server failed in a way that it does not know.",
    remedy: "Report it with the request id; the server's log has the details.",
  },
  "HTTP-014": {
    meaning: "An option of the server is not usable.",
    remedy: "The message names the option and what it must be.",
  },
  "HTTP-015": {
    meaning: "Without authentication the server serves its own machine only.",
    remedy: "Configure API keys or an OIDC provider, or listen on 127.0.0.1.",
  },
  "HTTP-016": {
    meaning: "The connection does not carry well-formed HTTP/1.1.",
    remedy:
      "Send one Content-Length or Transfer-Encoding, header lines of one spelling, and no bytes beside.",
  },
  "HTTP-017": {
    meaning: "The log has no checkpoint that covers what was asked for.",
    remedy:
      "Ask again later: checkpoints are issued from time to time, and cover all that was recorded before.",
  },
  "HTTP-020": {
    meaning:
      "The approver and another of the same execution came in different ways, so they could be one person with two credentials.",
    remedy:
      "Say whose the API key is: `parmana keys new --service` for a program, `--person oidc:<issuer>:<subject>` for a person. Or vote with credentials of the same kind.",
  },
  "HTTP-021": {
    meaning: "The signer outside the process has as much work as it takes.",
    remedy:
      "An execution id or Idempotency-Key is burnt: send the request again later with a new one, a vote as it was. Allow the signer more at once, or the server less.",
  },
  "HTTP-022": {
    meaning: "The body came too slowly while others waited for the place of its request.",
    remedy: "Send the same request again after Retry-After, all of it at once; nothing of it was done.",
  },
} as const satisfies ErrorTable;

export type ServerErrorCode = keyof typeof serverErrors;

export class ServerError extends ParmanaError<ServerErrorCode> {}
