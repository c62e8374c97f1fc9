import { existsSync } from "node:fs";
import { join } from "node:path";
import { formatTimestamp } from "@parmanasystems/canonical";
import { type ApiKeyRecord, type CallerRole, callerRoles, createApiKey } from "@parmanasystems/governance";
import { changeApiKeys, readApiKeys } from "@parmanasystems/governance/node";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, requireHome } from "../home.js";
import { DAY_MS, readDays } from "../lifetimes.js";
import { columns, type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";

export interface KeysNewOptions extends JsonOption {
  readonly name: string;
  readonly service?: boolean;
  readonly person?: string;
  readonly role: readonly string[];
  readonly approverRole?: readonly string[];
  readonly policy?: readonly string[];
  readonly days?: string;
}

/** `parmana keys new`: an API key of the server, shown this once; its hash is kept. @throws CliError CLI-001, CLI-065 */
export async function keysNewCommand(home: Home, options: KeysNewOptions, output: Output): Promise<ExitCode> {
  requireHome(home);
  const now = Date.now();
  const { key, record } = createApiKey({
    name: options.name,
    holder: readHolder(options),
    roles: options.role.map(readRole),
    approverRoles: options.approverRole ?? [],
    policies: options.policy ?? null,
    createdAt: now,
    expiresAt: options.days === undefined ? null : now + readDays(options.days) * DAY_MS,
  });
  const records = await changeApiKeys(home.apiKeys, (before) => [...before, record]);
  print(output, options.json, { key, ...described(record) }, [key]);
  for (const doubt of doubtsAbout(record, records, home, now)) output.note(doubt);
  output.note(`This is the only time that the key is shown. Its id is ${record.id}.`);
  return exitCodes.done;
}

/** `parmana keys list` */
export async function keysListCommand(home: Home, { json }: JsonOption, output: Output): Promise<ExitCode> {
  requireHome(home);
  const records = existsSync(home.apiKeys) ? await readApiKeys(home.apiKeys) : [];
  const lines = records.length === 0 ? ["There are no API keys."] : columns(records.map(row));
  print(output, json, records.map(described), lines);
  return exitCodes.done;
}

/** `parmana keys revoke`: ends a key for good. The record stays, so that the list tells what there was. @throws CliError CLI-060 */
export async function keysRevokeCommand(
  home: Home,
  id: string,
  { json }: JsonOption,
  output: Output,
): Promise<ExitCode> {
  requireHome(home);
  const now = Date.now();
  const records = existsSync(home.apiKeys) ? await readApiKeys(home.apiKeys) : [];
  if (!records.some((record) => record.id === id))
    throw new CliError("CLI-060", `There is no API key with the id ${id} in ${home.apiKeys}.`);
  await changeApiKeys(home.apiKeys, (before) =>
    before.map((record) => (record.id === id ? { ...record, revokedAt: record.revokedAt ?? now } : record)),
  );
  print(output, json, { id, revoked: true }, [
    `Revoked ${id}; a running server refuses it from its next reload on.`,
  ]);
  return exitCodes.done;
}

/** What may be meant so, and is more often a slip. */
function doubtsAbout(
  { id, name, policies }: ApiKeyRecord,
  records: readonly ApiKeyRecord[],
  { environment }: Home,
  now: number,
): string[] {
  const inForce = (record: ApiKeyRecord) => record.revokedAt === null && (record.expiresAt ?? Infinity) > now;
  const twin = records.find((record) => record.name === name && record.id !== id && inForce(record));
  const unknown = (policies ?? []).filter(
    (policy) => !existsSync(join(environment.policiesRootPath, policy)),
  );
  return [
    ...unknown.map((policy) => `No version of the policy ${policy} is published in this home yet.`),
    ...(twin === undefined
      ? []
      : [`The key ${twin.id} has the same name: who calls with either is the same caller.`]),
  ];
}

/** @throws CliError CLI-065 */
function readHolder({ service = false, person }: KeysNewOptions): string | null {
  if (!service) return person ?? null;
  if (person === undefined) return "service";
  throw new CliError("CLI-065", "A key is either of a service or of a person: give --service or --person.");
}

/** @throws CliError CLI-001 */
function readRole(text: string): CallerRole {
  const role = callerRoles.find((candidate) => candidate === text);
  if (role !== undefined) return role;
  throw new CliError("CLI-001", `--role must be one of ${callerRoles.join(", ")}.`);
}

/** Without the hash, which is of no use to a reader. */
function described(record: ApiKeyRecord): object {
  const { id, name, holder, roles, approverRoles, policies, createdAt, expiresAt, revokedAt } = record;
  return {
    id,
    name,
    holder,
    roles,
    approverRoles,
    policies,
    createdAt: formatTimestamp(createdAt),
    expiresAt: expiresAt === null ? null : formatTimestamp(expiresAt),
    revokedAt: revokedAt === null ? null : formatTimestamp(revokedAt),
  };
}

function row(record: ApiKeyRecord): string[] {
  const { id, name, holder, roles, approverRoles, policies, expiresAt, revokedAt } = record;
  const end = expiresAt === null ? "no end" : `until ${formatTimestamp(expiresAt)}`;
  return [
    id,
    holder === null ? name : `${name} (${holder})`,
    [...roles, ...approverRoles.map((role) => `approver:${role}`)].join(" "),
    policies === null ? "every policy" : policies.join(" "),
    revokedAt === null ? end : "revoked",
  ];
}
