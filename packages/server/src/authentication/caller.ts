import type { CallerRole } from "@parmanasystems/governance";

/** Who sent a request, as its credentials say. */
export interface Caller {
  /** The `requester` of attestations and the `approver` of votes: source and name, as identity.ts spells them. */
  readonly name: string;
  readonly roles: ReadonlySet<CallerRole>;
  /** In which roles of policies the caller may vote. */
  readonly approverRoles: readonly string[];
  /** Which policies the caller may evaluate; null for all. */
  readonly policies: ReadonlySet<string> | null;
}
