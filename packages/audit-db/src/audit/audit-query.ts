import type { DecisionOutcome } from "@parmanasystems/execution";
import type { AuditEvent } from "@parmanasystems/execution-runtime";

/** What to search entries for. Members that are absent narrow nothing. */
export interface AuditQuery {
  readonly event?: AuditEvent | undefined;
  readonly policyId?: string | undefined;
  readonly policyVersion?: string | undefined;
  readonly decision?: DecisionOutcome | undefined;
  /** Of the error that ended it, such as INV-013. */
  readonly code?: string | undefined;
  /** The earliest and the first too late, in milliseconds since 1970. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

type SqlValue = string | number;

/** How the query reads in SQL over the catalogue. @param placeholder of the nth value, from 1 */
export function conditionsOf(
  query: AuditQuery,
  values: SqlValue[],
  placeholder: (nth: number) => string,
): string {
  const { event, policyId, policyVersion, decision, code, since, until } = query;
  const conditions: string[] = [];
  const add = (comparison: string, value: SqlValue | undefined): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(`${comparison} ${placeholder(values.length)}`);
  };
  add("event =", event);
  add("policy_id =", policyId);
  add("policy_version =", policyVersion);
  add("decision =", decision);
  add("code =", code);
  add("time >=", since);
  add("time <", until);
  return conditions.map((condition) => ` AND ${condition}`).join("");
}
