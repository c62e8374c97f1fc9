import { malformed, refused } from "../../kit.mjs";
import { entryOf, leafOf, proofOf } from "../../log.mjs";
import { encodeBase64 } from "../../packages.mjs";
import { small } from "../../policies.mjs";
import { evidenceOf, json, text, without } from "../../sign.mjs";
import { LOGGED, factsOf } from "../../world.mjs";

export function evidence({ kit, world, bundled, bundles: { claims: bundle }, evidenceBundle }) {
  const execution = world.execute(bundle, small);
  const own = evidenceOf(execution.attestation.execution_id, small);
  const cases = {
    "a member more": [{ ...own, extra: 1 }, "INV-034"],
    "type missing": [without(own, "type"), "INV-034"],
    "version 2": [{ ...own, type: "parmana/evidence/v2" }, "INV-034"],
    "signals missing": [without(own, "signals"), "INV-034"],
    "signals in an array": [{ ...own, signals: [small] }, "VAL-020"],
    "an id that is none": [{ ...own, execution_id: "a b" }, "INV-035"],
    "provenance of a signal that is not there": [
      { ...own, signalProvenance: { other: { source: "x" } } },
      "INV-036",
    ],
    "provenance in an array": [{ ...own, signalProvenance: [] }, "INV-034"],
    "a member of a record more": [
      { ...own, signalProvenance: { claim_id: { source: "x", extra: 1 } } },
      "VAL-028",
    ],
    "a record without source": [{ ...own, signalProvenance: { claim_id: {} } }, "VAL-028"],
    "a signal that is null": [{ ...own, signals: { ...small, vip_customer: null } }, "VAL-023"],
    "a governed signal": [
      { ...own, signals: { ...small, claim_id: { value: "C-1", provenance: { source: "x" } } } },
      "INV-034",
    ],
    "an object": [{ ...own, signals: { ...small, claim_id: { value: "C-1" } } }, "INV-034"],
    "null, and then an object": [{ ...own, signals: { a: null, b: {} } }, "INV-034"],
    "an index after another name": [
      text(JSON.stringify({ ...own, signals: "#" }).replace('"#"', '{"a":null,"1":[null]}')),
      "VAL-026",
    ],
    "too heavy, and then null": [heavy(own, "", ',"z":null'), "VAL-022"],
    "null, and then too heavy": [heavy(own, '"a":null,', ""), "VAL-023"],
    "a list in a list": [{ ...own, signals: { ...small, claim_id: [["C-1"]] } }, "VAL-026"],
    "257 signals": [
      { ...own, signals: Object.fromEntries(Array.from({ length: 257 }, (_, place) => [`s${place}`, 1])) },
      "VAL-022",
    ],
  };
  kit.add("unknown-members", "evidence", {
    why: "The evidence file is closed and of one version.",
    threats: [19],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, [value, code]]) => ({
      name,
      file: evidenceBundle({ ...execution, evidence: isPart(value) ? value : json(value) }),
      expect: refused({ "evidence.form": code }),
    })),
  });
}

const isPart = (value) => value instanceof Uint8Array || "concat" in value;

/** Evidence with a list of eight texts of 64 KiB, which weighs a little more than signals may. */
function heavy(own, before, after) {
  const [head, tail] = JSON.stringify({ ...own, signals: "#" }).split('"#"');
  const texts = Array.from({ length: 8 }, (_, place) => [
    { text: place === 0 ? '"' : ',"' },
    { text: "y", times: 65536 },
    { text: '"' },
  ]);
  return {
    concat: [{ text: `${head}{${before}"list":[` }, ...texts.flat(), { text: `]${after}}${tail}` }],
  };
}

export function logEntries({ kit, world, bundled, bundles: { claims: bundle }, evidenceBundle }) {
  const execution = world.execute(bundle, small);
  const entry = entryOf(factsOf(execution.attestation), { time: LOGGED });
  const spelt = (value) => new TextEncoder().encode(value);
  const canonical = new TextDecoder().decode(leafOf(entry));
  const cases = {
    "a member more": leafOf({ ...entry, extra: 1 }),
    "a member missing": leafOf(without(entry, "code")),
    "version 2": leafOf({ ...entry, type: "parmana/log-entry/v2" }),
    "an event that is none": leafOf({ ...entry, event: "approved" }),
    "seq as text": leafOf({ ...entry, seq: "0" }),
    "a space": spelt(canonical.replace(":", ": ")),
    "a newline after it": spelt(`${canonical}\n`),
    "members in another order": spelt(JSON.stringify(entry)),
    "a letter escaped": spelt(canonical.replace('"seq"', '"se\\u0071"')),
    "an identity that is none": leafOf({ ...entry, replayIdentity: "caller" }),
    "an attested entry that consumes nothing": leafOf({ ...entry, replayIdentity: null }),
    "another event that consumes the facts": leafOf({ ...entry, event: "failed" }),
    "a code in lower case": leafOf({ ...entry, code: "inv-013" }),
    "no JSON": spelt("attested"),
    empty: spelt(" "),
  };
  kit.add("unknown-members", "log-entry", {
    why: "A leaf that is in the log is an entry only in its one spelling.",
    threats: [19, 46],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, leaf]) => ({
      name,
      file: evidenceBundle({ ...execution, logProof: proofOf(0, [leaf], world.keys.log) }),
      expect: refused({ "log.form": "INV-028" }),
    })),
  });
}

/** The evidence bundle itself. */
export function bundles({ kit, world, bundled, bundles: { claims: bundle }, evidenceBundle }) {
  const execution = world.execute(bundle, small);
  const cases = {
    "a member more": { extra: { value: 1 } },
    "a pinned key": { pinnedKey: { value: world.keys.root.publicKey.toPem() } },
    "version 2": { type: { value: "parmana/evidence-bundle/v2" } },
    "a member of the trust root more": {
      trustRoot: {
        document: world.trustRoot.document,
        signature: world.trustRoot.signature,
        predecessors: [],
        pinnedKey: { value: "" },
      },
    },
    "logProof null": { logProof: null },
    "release null": { release: null },
    "an attestation that is no base64": { attestation: { value: "????" } },
    "an attestation without padding": { attestation: { value: "eyJ9".slice(0, 3) } },
    "an attestation that is no attestation": { attestation: { json: { hello: 1 } } },
    "an empty attestation": { attestation: { text: "" } },
  };
  kit.add("unknown-members", "evidence-bundle", {
    why: "The evidence bundle is closed, of one version, and brings no key that vouches for it.",
    threats: [19],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, changes]) => ({
      name,
      file: evidenceBundle(execution, changes),
      expect: malformed,
    })),
  });
  kit.add("unknown-members", "evidence-bundle-without-a-member", {
    why: "Nothing of an evidence bundle may be left out.",
    threats: [19],
    arguments: bundled,
    inputs: [
      "evidence",
      "policyIndex",
      "formerPolicyIndexes",
      "release",
      "trustRoot",
      "logProof",
      "resolution",
    ].map((name) => ({
      name,
      file: json(
        without(
          {
            type: "parmana/evidence-bundle/v1",
            attestation: encodeBase64(json(execution.attestation)),
            evidence: null,
            policyBundle: null,
            policyIndex: null,
            formerPolicyIndexes: [],
            release: null,
            trustRoot: null,
            logProof: "",
            resolution: null,
          },
          name,
        ),
      ),
      expect: malformed,
    })),
  });
}
