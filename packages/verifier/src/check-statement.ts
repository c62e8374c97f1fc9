import type { PublicKey } from "@parmanasystems/signing";
import type { Checklist } from "./checklist.js";
import type { Known } from "./known.js";
import type { OpenedMaterial } from "./opened-material.js";
import { checkSigningKey } from "./signing-key-checks.js";
import {
  checkBinding,
  checkDate,
  checkForm,
  checkSignature,
  type StatementInput,
} from "./statement-checks.js";
import type { Presented, RuntimeStatement, StatementKind } from "./statement-kind.js";
import { checkTrustRootNamed } from "./trust-root-checks.js";

export interface SignedStatement<Statement extends RuntimeStatement> {
  readonly presented: Known<Presented<Statement>>;
  /** Whether it was in force then is for `checkKeyInForce`, when the log was looked at. */
  readonly key: Known<PublicKey>;
}

/** It is what it should be, what is signed is what it shows, and a trusted key signed it. */
export function checkStatement<Statement extends RuntimeStatement>(
  checks: Checklist,
  kind: StatementKind<Statement>,
  input: Known<StatementInput<Statement>>,
  opened: OpenedMaterial,
): SignedStatement<Statement> {
  const presented = checkForm(checks, kind, input);
  const payload = checkBinding(checks, kind, presented);
  checkDate(checks, kind, presented, opened.now);
  checkTrustRootNamed(checks, presented, opened.chain);
  const key = checkSigningKey(checks, presented, opened.trustRoot, opened.runtimeKeys);
  checkSignature(checks, kind, presented, payload, key);
  return { presented, key };
}
