import type { JsonObject } from "@parmanasystems/canonical";

/** What a new policy starts from: the members of policy.json and policy.test.json below its name. */
export interface PolicyTemplate {
  readonly summary: string;
  readonly policy: JsonObject;
  readonly tests: JsonObject;
}
