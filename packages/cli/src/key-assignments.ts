import type { TrustRoleInput } from "@parmanasystems/governance/node";
import { readPublicKey } from "@parmanasystems/governance/node";
import type { PublicKey } from "@parmanasystems/signing";
import { CliError } from "./errors.js";

/** One key for one role, as it is typed: `root:alice=alice.pub.pem`, or `policy:alice` for a key to be made here. */
export interface KeyAssignment {
  readonly role: string;
  readonly operator: string;
  /** Undefined for a key to be made. */
  readonly publicKey: PublicKey | undefined;
}

const ASSIGNMENT = /^((?:approver|source):[^:=]+|(?!approver:|source:)[^:=]+):([^=]+)(?:=(.+))?$/su;

/** @throws CliError CLI-001; what reading the key file throws */
export async function readKeyAssignment(text: string, option: string): Promise<KeyAssignment> {
  const [, role, operator, file] = ASSIGNMENT.exec(text) ?? [];
  if (role === undefined || operator === undefined) {
    throw new CliError(
      "CLI-001",
      `${option} must be like root:alice=alice.pub.pem, or policy:alice for a key to be made here, not ${text.slice(0, 80)}.`,
    );
  }
  return { role, operator, publicKey: file === undefined ? undefined : await readPublicKey(file) };
}

/** `root=2` → ["root", 2]. @throws CliError CLI-001 */
export function readThresholds(texts: readonly string[]): Readonly<Record<string, number>> {
  const thresholds = texts.map((text) => {
    const [, role, count] = /^([^=]+)=([1-9][0-9]{0,2})$/.exec(text) ?? [];
    if (role === undefined) {
      throw new CliError("CLI-001", `--threshold must be like root=2, not ${text.slice(0, 80)}.`);
    }
    return [role, Number(count)] as const;
  });
  if (new Set(thresholds.map(([role]) => role)).size < thresholds.length) {
    throw new CliError("CLI-001", "--threshold names a role twice.");
  }
  return Object.fromEntries(thresholds);
}

/** Role by role, in the order in which the keys were named. @throws CliError CLI-001 for the threshold of a role without keys */
export function rolesOf(
  assignments: readonly KeyAssignment[],
  thresholds: Readonly<Record<string, number>>,
): Readonly<Record<string, TrustRoleInput>> {
  const roles = new Map<string, TrustRoleInput>();
  for (const { role, operator, publicKey } of assignments) {
    const keys = roles.get(role)?.keys ?? [];
    const key = publicKey === undefined ? { operator } : { operator, publicKey };
    roles.set(role, { keys: [...keys, key], threshold: thresholds[role] ?? 1 });
  }
  const without = Object.keys(thresholds).find((role) => !roles.has(role));
  if (without !== undefined)
    throw new CliError("CLI-001", `--threshold names ${without}, and no key has that role.`);
  return Object.fromEntries(roles);
}
