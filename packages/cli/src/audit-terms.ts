import { shorten } from "@parmanasystems/canonical";
import { type DecisionOutcome, isDecisionOutcome } from "@parmanasystems/execution";
import { type AuditEvent, auditEvents } from "@parmanasystems/execution-runtime";
import { isPolicyId, suggestion } from "@parmanasystems/governance";
import { CliError } from "./errors.js";

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
// RFC 3339 section 5.6, leap seconds aside.
const TIME =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** An instant in milliseconds since 1970: RFC 3339, or a date, whose day begins in UTC. @throws CliError CLI-001 */
export function readInstant(text: string, option: string): number {
  const date = TIME.exec(text)?.[1] ?? text;
  if (isDate(date)) return Date.parse(text);
  throw new CliError(
    "CLI-001",
    `${option} must be a date such as 2026-11-20 or a time such as 2026-11-20T12:00:00Z, not ${shorten(text)}.`,
  );
}

/** The built-in parser would take 30 February for 2 March. */
function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** `claims-approval`, or one version of it. The index need not list it any more. @throws CliError CLI-001 */
export function readPolicyTerm(text: string): { readonly policyId: string; readonly policyVersion?: string } {
  const at = text.indexOf("@");
  const policyId = at === -1 ? text : text.slice(0, at);
  const policyVersion = at === -1 ? undefined : text.slice(at + 1);
  if (!isPolicyId(policyId) || policyVersion === "")
    throw new CliError(
      "CLI-001",
      `--policy must be <policyId> or <policyId>@<version>, not ${shorten(text)}.`,
    );
  return policyVersion === undefined ? { policyId } : { policyId, policyVersion };
}

/** @throws CliError CLI-001 */
export function readDecision(text: string): DecisionOutcome {
  if (isDecisionOutcome(text)) return text;
  throw new CliError(
    "CLI-001",
    `--decision must be approved, rejected or pending_override, not ${shorten(text)}.`,
  );
}

/** @throws CliError CLI-001 */
export function readEvent(text: string): AuditEvent {
  const event = auditEvents.find((known) => known === text);
  if (event !== undefined) return event;
  throw new CliError(
    "CLI-001",
    `There is no event ${shorten(text)}${suggestion(text, auditEvents)}; there are ${auditEvents.join(", ")}.`,
  );
}

/** @throws CliError CLI-001 */
export function readCount(text: string, option: string, least: number, most: number): number {
  const count = Number(text);
  if (/^[0-9]{1,16}$/.test(text) && count >= least && count <= most) return count;
  throw new CliError("CLI-001", `${option} must be a whole number from ${String(least)} to ${String(most)}.`);
}
