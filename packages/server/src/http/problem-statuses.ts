import type { ServerErrorCode } from "../errors.js";

/** The statuses that problems have; a route documents those it can give. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 408 | 409 | 413 | 415 | 422 | 429 | 431 | 500 | 503;

const own: Readonly<Record<ServerErrorCode, ProblemStatus>> = {
  "HTTP-001": 415,
  "HTTP-002": 400,
  "HTTP-003": 401,
  "HTTP-004": 403,
  "HTTP-005": 404,
  "HTTP-006": 413,
  "HTTP-007": 429,
  "HTTP-008": 503,
  "HTTP-009": 503,
  "HTTP-010": 400,
  "HTTP-011": 422,
  "HTTP-012": 503,
  "HTTP-013": 500,
  "HTTP-014": 500,
  "HTTP-015": 403,
  "HTTP-016": 400,
  "HTTP-017": 404,
  "HTTP-020": 403,
  "HTTP-021": 503,
  "HTTP-022": 503,
};

/** Codes of the other packages whose status is not that of their family. */
const single: Readonly<Record<string, ProblemStatus>> = {
  // The caller's document.
  "CANONICAL-013": 413,
  "INV-016": 400,
  "INV-020": 400,
  "INV-021": 400,
  "INV-023": 400,
  "INV-024": 400,
  "INV-025": 400,
  "INV-026": 400,
  "INV-027": 400,
  "INV-034": 400,
  "INV-035": 400,
  "INV-036": 400,
  "INV-044": 400,
  // Single use.
  "INV-013": 409,
  "INV-014": 409,
  "INV-018": 409,
  "INV-015": 422,
  // What is signed would not fit: audience and execution id are the caller's.
  "INV-022": 422,
  // Reviews.
  "INV-019": 409,
  "INV-090": 403,
  "INV-091": 403,
  "INV-092": 422,
  "INV-093": 422,
  "INV-094": 409,
  "INV-095": 409,
  "INV-096": 409,
  "INV-097": 409,
  "INV-106": 409,
  // Which policy is the caller's choice; that signed documents are out of date or damaged is the server's trouble.
  "POL-030": 422,
  "POL-038": 422,
  "POL-042": 422,
  "POL-043": 422,
  "SYS-006": 422,
  // The program that signs for the runtime.
  "SIG-012": 503,
  "SIG-013": 503,
  "SIG-014": 503,
  "SIG-015": 503,
  "SIG-016": 503,
};

const families: Readonly<Record<string, ProblemStatus>> = {
  CANONICAL: 400,
  SIG: 400,
  KEY: 400,
  VAL: 422,
  POL: 503,
  TRUST: 503,
  INV: 503,
  SYS: 503,
};

/** The status of a code; what is unknown is a defect. */
export function problemStatus(code: string): ProblemStatus {
  const known: Readonly<Record<string, ProblemStatus>> = Object.hasOwn(own, code) ? own : single;
  if (Object.hasOwn(known, code)) return known[code] ?? 500;
  const family = code.slice(0, code.indexOf("-"));
  return Object.hasOwn(families, family) ? (families[family] ?? 500) : 500;
}
