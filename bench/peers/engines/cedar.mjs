import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import { claimsFile, versionOf } from "../lib/contestant.mjs";

// Node 20 now and then aborts ("unreachable code" in V8's deoptimizer, no fault of Cedar's) where it had inlined a call of
// WebAssembly: 3 of 12 runs of n-version.mjs with 1,000 policies, none of 20 with this flag.
setFlagsFromString("--no-turbo-inline-js-wasm-calls");

export const label = "Cedar";
export const version = versionOf("@cedar-policy/cedar-wasm");

/** Policies and schema are parsed once and kept by name, as a service would. */
export function claimsContestants() {
  const id = "claims";
  const schema = readFileSync(claimsFile("claims.cedarschema"), "utf8");
  const policies = { staticPolicies: readFileSync(claimsFile("claims.cedar"), "utf8") };
  requireSuccess(cedar.preparsePolicySet(id, policies));
  requireSuccess(cedar.preparseSchema(id, schema));
  requireSuccess(
    cedar.validate({ schema, policies }),
    ({ validationErrors }) => validationErrors.length === 0,
  );
  return [
    { label, validates: false, ...claimsDecider(id, {}) },
    {
      label: `${label} + schema`,
      validates: true,
      ...claimsDecider(id, { preparsedSchemaName: id, validateRequest: true }),
    },
  ];
}

/** `decide` believes the decision, as the API gives it; `remarks` tells of policies that failed beside it. */
function claimsDecider(preparsedPolicySetId, schemaOptions) {
  let remarks = [];
  let requests = 0;
  const isAllowed = (action, context) => {
    requests += 1;
    const answer = cedar.statefulIsAuthorized({
      principal: { type: "Agent", id: "claims-agent" },
      action: { type: "Action", id: action },
      resource: { type: "Claim", id: "claim" },
      context,
      preparsedPolicySetId,
      entities: [],
      ...schemaOptions,
    });
    requireSuccess(answer);
    const { decision, diagnostics } = answer.response;
    if (diagnostics.errors.length > 0) remarks = diagnostics.errors.map(({ error }) => error.message);
    return decision === "allow";
  };
  return {
    decide: (context) => {
      remarks = [];
      if (isAllowed("pay", context)) return "approved";
      return isAllowed("review", context) ? "pending_override" : "rejected";
    },
    remarks: () => remarks,
    requests: () => requests,
  };
}

/**
 * Cedar has no order of policies: each one permits where its own condition holds and none before it, and its id is read
 * from the reasons. Nothing permitted is the catch-all.
 */
export function translate(document) {
  const rules = document.rules.slice(0, -1).map(({ id, condition }) => ({ id, when: express(condition) }));
  const texts = rules.map(({ id, when }, index) => {
    const earlier = rules.slice(0, index).map((rule) => `!(${rule.when})`);
    return [id, `permit (principal, action, resource) when { ${[...earlier, `(${when})`].join(" && ")} };`];
  });
  return ruleDecider("translated", Object.fromEntries(texts), (signals) => ({
    resource: { type: "Thing", id: "thing" },
    context: signals,
  }));
}

/** The account is the resource, so that each policy names it in its scope. */
export function table(rows) {
  const texts = rows.map(({ account, limit }) => [
    `row-${account}`,
    `permit (principal, action == Action::"pay", resource == Account::"${account}") when { context.amount <= ${limit} };`,
  ]);
  return ruleDecider("table", Object.fromEntries(texts), ({ account, amount }) => ({
    resource: { type: "Account", id: String(account) },
    context: { amount },
  }));
}

function ruleDecider(preparsedPolicySetId, staticPolicies, request) {
  requireSuccess(cedar.preparsePolicySet(preparsedPolicySetId, { staticPolicies }));
  return (signals) => {
    const answer = cedar.statefulIsAuthorized({
      principal: { type: "Agent", id: "agent" },
      action: { type: "Action", id: "pay" },
      ...request(signals),
      preparsedPolicySetId,
      entities: [],
    });
    requireSuccess(answer, ({ response }) => response.diagnostics.errors.length === 0);
    return answer.response.diagnostics.reason[0] ?? "catch-all";
  };
}

/** @returns {string} a Cedar expression */
function express(condition) {
  if (condition.all !== undefined) return condition.all.map((part) => `(${express(part)})`).join(" && ");
  if (condition.any !== undefined) return condition.any.map((part) => `(${express(part)})`).join(" || ");
  if (condition.not !== undefined) return `!(${express(condition.not)})`;
  const { signal, ...operation } = condition;
  const [[operator, operand]] = Object.entries(operation);
  const value = `context.${signal}`;
  switch (operator) {
    case "between":
      return `${value} >= ${operand[0]} && ${value} <= ${operand[1]}`;
    case "in":
      return `[${operand.map(literal).join(", ")}].contains(${value})`;
    case "not_in":
      return `!([${operand.map(literal).join(", ")}].contains(${value}))`;
    default:
      return `${value} ${symbols[operator]} ${operand.signal === undefined ? literal(operand) : `context.${operand.signal}`}`;
  }
}

const symbols = {
  equals: "==",
  not_equals: "!=",
  greater_than: ">",
  greater_than_or_equal: ">=",
  less_than: "<",
  less_than_or_equal: "<=",
};

/** The texts of the generator need no other escapes than JSON's. */
const literal = (value) => JSON.stringify(value);

function requireSuccess(answer, isSound = () => true) {
  if (answer.type === "success" && isSound(answer)) return;
  const [error] = answer.errors ?? answer.validationErrors ?? answer.response.diagnostics.errors;
  throw new Error(error.message ?? error.error.message);
}
