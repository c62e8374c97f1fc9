import type { RetiredKey, TrustRoot } from "@parmanasystems/governance";
import { keyValidUntil } from "@parmanasystems/governance";
import { parseTimestamp } from "@parmanasystems/canonical";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { readThresholds } from "../key-assignments.js";
import { DAY_MS, readDays } from "../lifetimes.js";
import type { Output } from "../output.js";
import { rotate, type RotationOptions } from "../rotation.js";

export interface TrustRotateOptions extends RotationOptions {
  /** keyid, or keyid@time. */
  readonly retire?: readonly string[];
  readonly remove?: readonly string[];
  readonly dropRole?: readonly string[];
  readonly threshold?: readonly string[];
  /** How long every active key is valid from now on. */
  readonly keyDays?: string;
}

/** `parmana trust rotate`: the next version of the trust root. */
export async function trustRotateCommand(
  home: Home,
  options: TrustRotateOptions,
  output: Output,
): Promise<ExitCode> {
  const { add = [], retire = [], remove = [], dropRole = [], threshold = [], days, keyDays } = options;
  const lists = [add, retire, remove, dropRole, threshold];
  if (lists.every((list) => list.length === 0) && days === undefined && keyDays === undefined) {
    throw new CliError("CLI-001", "Nothing is to be changed: see parmana trust rotate --help.");
  }
  const retired = retire.map(readRetired);
  const gone = new Set([...retired.map(({ keyId }) => keyId), ...remove]);
  await rotate(home, options, output, (trustRoot, now) => ({
    changes: {
      retire: retired,
      remove,
      dropRoles: dropRole,
      thresholds: readThresholds(threshold),
      extend: keyDays === undefined ? [] : extendAll(trustRoot, gone, now, readDays(keyDays, "--key-days")),
    },
  }));
  return exitCodes.done;
}

function readRetired(text: string): RetiredKey {
  const at = text.indexOf("@");
  if (at === -1) return { keyId: text };
  return { keyId: text.slice(0, at), until: parseTimestamp(text.slice(at + 1)) };
}

/** Every active key that would end sooner; root keys twice as long, as when they were made. */
function extendAll(
  trustRoot: TrustRoot,
  gone: ReadonlySet<string>,
  now: number,
  days: number,
): { readonly keyId: string; readonly validUntil: number }[] {
  return [...trustRoot.roles].flatMap(([role, { keyids }]) =>
    keyids.flatMap((keyId) => {
      const key = trustRoot.keys.get(keyId);
      const validUntil = keyValidUntil(role, now, now + days * DAY_MS);
      if (key?.status !== "active" || gone.has(keyId) || key.validUntil >= validUntil) return [];
      return [{ keyId, validUntil }];
    }),
  );
}
