import type { JsonValue } from "@parmanasystems/canonical";
import type { OverrideTerms, ReplayTerms, Rule } from "../policy.js";
import { isPolicyId } from "./identity.js";
import { pointerTo } from "./json-pointer.js";
import { closedObject, isJsonArray, member } from "./members.js";
import { PolicyDefect } from "./policy-defect.js";
import { policyLimits } from "./policy-limits.js";

/** Reads `replay`; without it, equal facts execute once. */
export function readReplayTerms(value: JsonValue | undefined, pointer: string): ReplayTerms {
  if (value === undefined) return { identity: "fingerprint" };
  const identity = member(closedObject(value, pointer, { required: ["identity"] }), "identity");
  if (identity === "fingerprint" || identity === "execution") return { identity };
  throw new PolicyDefect(
    "POL-006",
    pointerTo(pointer, "identity"),
    "identity must be fingerprint or execution",
  );
}

/** Reads `override`, which a policy with a pending_override rule must have. */
export function readOverrideTerms(
  value: JsonValue | undefined,
  pointer: string,
  rules: readonly Rule[],
): { override?: OverrideTerms } {
  if (value === undefined) {
    const pending = rules.find((rule) => rule.outcome.decision === "pending_override");
    if (pending === undefined) return {};
    throw new PolicyDefect(
      "POL-024",
      "",
      `rule "${pending.id}" decides pending_override, but nobody may resolve it: the member "override" is missing`,
    );
  }
  const names = ["approverRoles", "quorum", "expiresAfterSeconds"];
  const terms = closedObject(value, pointer, { required: names, optional: ["signed"] }, "POL-026");
  const signed = Object.hasOwn(terms, "signed") ? member(terms, "signed") : false;
  if (typeof signed !== "boolean") {
    throw new PolicyDefect("POL-026", pointerTo(pointer, "signed"), "signed must be true or false");
  }
  return {
    override: {
      approverRoles: readRoles(member(terms, "approverRoles"), pointerTo(pointer, "approverRoles")),
      quorum: readCount(member(terms, "quorum"), pointerTo(pointer, "quorum"), "quorum", policyLimits.quorum),
      expiresAfterSeconds: readCount(
        member(terms, "expiresAfterSeconds"),
        pointerTo(pointer, "expiresAfterSeconds"),
        "expiresAfterSeconds",
        policyLimits.expiresAfterSeconds,
      ),
      signed,
    },
  };
}

function readRoles(value: JsonValue | undefined, pointer: string): readonly string[] {
  if (!isJsonArray(value) || value.length === 0 || value.length > policyLimits.approverRoles) {
    throw new PolicyDefect(
      "POL-026",
      pointer,
      `approverRoles must list 1 to ${policyLimits.approverRoles} roles`,
    );
  }
  const roles = new Set<string>();
  value.forEach((role, index) => {
    const place = pointerTo(pointer, index);
    if (!isPolicyId(role)) {
      throw new PolicyDefect("POL-023", place, "a role is 1 to 64 lower-case letters, digits and hyphens");
    }
    if (roles.has(role)) throw new PolicyDefect("POL-026", place, `the role "${role}" is listed twice`);
    roles.add(role);
  });
  return [...roles];
}

function readCount(value: JsonValue | undefined, pointer: string, name: string, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new PolicyDefect("POL-026", pointer, `${name} must be a whole number from 1 to ${most}`);
}
