import { refused, verified } from "../kit.mjs";
import { small } from "../policies.mjs";
import { json, text } from "../sign.mjs";
import { accepted } from "./policy-documents/accepted.mjs";
import { base, condition } from "./policy-documents/changes.mjs";
import { refusedConditions } from "./policy-documents/refused-conditions.mjs";
import { refusedRules } from "./policy-documents/refused-rules.mjs";

/** Policies that are signed and listed, and that must not load, or must. */
export function policyDocuments({ kit, world, bundled, bundles, evidenceBundle, policyBundle }) {
  const decided = { decision: "approved", rule_id: "catch-all", action: "yes", reason: "because" };
  const execution = world.execute(bundles.claims, small);
  const identity = { policyId: "policy-documents", policyVersion: "1.0.0" };
  let version = 0;

  /** Beside an attestation of another bundle: one that does not open is compared with nothing. */
  const refusedInput = (name, policy, code) => ({
    name,
    file: evidenceBundle(execution, {
      policyBundle: policyBundle(
        world.publish(bytesOf(policy, identity), { manifest: identity, listed: false }),
      ),
    }),
    expect: refused({ "bundle.authentic": code }),
  });

  function acceptedInput(name, policy) {
    version += 1;
    const own = { ...identity, policyVersion: `1.0.${version}` };
    const bundle = world.publish(bytesOf(policy, own), { manifest: own });
    const entry = { replayIdentity: policy.replay?.identity ?? "fingerprint" };
    const execution = world.execute(bundle, small, { decided, entry });
    return { name, file: evidenceBundle(execution), expect: verified() };
  }

  for (const [code, policies] of Object.entries({ ...refusedConditions, ...refusedRules })) {
    kit.add("policy-documents", code.toLowerCase(), {
      why: `A policy that does not load decides nothing, whoever signed it (${code}).`,
      threats: [19, 32],
      arguments: bundled,
      inputs: Object.entries(policies).map(([name, policy]) => refusedInput(name, policy, code)),
    });
  }
  kit.add("policy-documents", "accepted", {
    why: "What is just within the limits loads.",
    arguments: bundled,
    inputs: Object.entries(accepted).map(([name, policy]) => acceptedInput(name, policy)),
  });
  const own = (changes) => JSON.stringify({ ...identity, ...base, ...changes });
  const spelt = [
    ["empty", () => "", "POL-001"],
    ["no JSON", () => "policy", "POL-002"],
    ["a member twice", () => own({}).replace('"rules":', '"rules":[],"rules":'), "POL-002"],
    ["a byte order mark", () => `\ufeff${own({})}`, "POL-002"],
    ["a comment", () => `${own({})}// end`, "POL-002"],
    ["nested 81 deep", () => `${"[".repeat(81)}${"]".repeat(81)}`, "POL-002"],
    ["nested 80 deep", () => `${"[".repeat(80)}${"]".repeat(80)}`, "POL-003"],
    ["a list", () => "[]", "POL-003"],
    ["another policyId", () => own({ policyId: "another" }), "POL-008"],
    ["another policyVersion", () => own({ policyVersion: "2.0.0" }), "POL-008"],
    [
      "an index after another name",
      () =>
        own({}).replace('"signalsSchema":{', '"signalsSchema":{"z":{"type":"none"},"7":{"type":"boolean"},'),
      "POL-010",
    ],
    ["a policyId in capitals", () => own({ policyId: "Policy" }), "POL-023"],
    ["a policyVersion with v", () => own({ policyVersion: "v1.0.0" }), "POL-022"],
  ];
  kit.add("policy-documents", "spelling", {
    why: "policy.json is strict JSON, an object, and of the name in its manifest.",
    threats: [1, 2, 28],
    arguments: bundled,
    inputs: spelt.map(([name, content, code]) => refusedInput(name, text(content()), code)),
  });
}

/** A policy as it is, with its identity; of a fragment of text, a policy around it. */
function bytesOf(policy, identity) {
  if (!(policy instanceof Uint8Array)) return json({ ...identity, ...policy });
  const content = new TextDecoder("utf-8", { ignoreBOM: true }).decode(policy);
  if (!content.startsWith('{"in"')) return policy;
  const leaf = content.replace("{", '{"signal":"risk_score",');
  return text(JSON.stringify({ ...identity, ...condition("#") }).replace('"#"', leaf));
}
