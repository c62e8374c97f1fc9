import { malformed, refused, verified } from "../kit.mjs";
import { small } from "../policies.mjs";
import { envelopeOf, text } from "../sign.mjs";
import { DAY, MADE, NOW, rawTrustRoot, trustRootMembers } from "../world.mjs";
import { logs, runtimeKeys } from "./valid/logs-and-keys.mjs";

/** What must be verified, in every form it may take: a verifier that refuses everything fails here. */
export function valid(context) {
  const { kit, world, bundled, homed, home, bundles, evidenceBundle, flat, envelope, executions } = context;
  const { approved, rejected, pending } = executions();
  const decisions = { approved, rejected, pending };

  for (const [name, execution] of Object.entries(decisions)) {
    kit.add("valid", `bundle-${name}`, {
      why: `An evidence bundle of an execution that is ${name}: everything holds.`,
      arguments: bundled,
      inputs: [{ file: evidenceBundle(execution), expect: verified() }],
    });
  }
  kit.add("valid", "spellings", {
    why: "Flat and envelope, in any order of members, with white space and with escapes in the outer object, are one attestation.",
    home,
    arguments: homed,
    inputs: Object.entries({
      flat: flat(approved),
      envelope: envelope(approved),
      "flat, indented": text(JSON.stringify(approved.attestation, undefined, "\t \r\n")),
      "flat, members reversed": text(
        JSON.stringify(Object.fromEntries(Object.entries(approved.attestation).reverse())),
      ),
      "flat, a letter escaped": text(
        new TextDecoder().decode(flat(approved)).replace('"action"', '"\\u0061ction"'),
      ),
      "envelope, indented": text(JSON.stringify(envelopeOf(approved.attestation), undefined, 2)),
      "envelope, slashes escaped": text(new TextDecoder().decode(envelope(approved)).replaceAll("/", "\\/")),
      "envelope, space around it": text(` \n${new TextDecoder().decode(envelope(approved))}\n`),
    }).map(([name, file]) => ({ name, file, expect: verified("L2") })),
  });
  for (const [level, reached] of [
    ["L1", "L2"],
    ["L2", "L2"],
  ]) {
    kit.add("valid", `level-${level.toLowerCase()}`, {
      why: `With level ${level} required, what was supplied besides is judged and said all the same.`,
      home,
      arguments: [...homed, "--level", level],
      inputs: Object.entries(decisions).map(([name, execution]) => ({
        name,
        file: flat(execution),
        expect: verified(reached),
      })),
    });
  }
  for (const level of ["L3", "L4"]) {
    kit.add("valid", `level-${level.toLowerCase()}-not-reached`, {
      why: `What level ${level} needs was not supplied: refused, though nothing failed.`,
      home,
      arguments: [...homed, "--level", level],
      inputs: [
        {
          name: "approved",
          file: flat(approved),
          expect: { exitCode: 1, verdict: "refused", level: "L2", failed: [] },
        },
      ],
    });
  }
  kit.add("valid", "log-proof-beside", {
    why: "A log proof that lies beside the attestation is judged, whatever level is required.",
    home,
    arguments: homed,
    inputs: [
      {
        name: "flat",
        file: flat(approved),
        beside: { ".tlog-proof": approved.logProof },
        expect: verified("L3"),
      },
      {
        name: "envelope",
        file: envelope(pending),
        beside: { ".tlog-proof": pending.logProof },
        expect: verified("L3"),
      },
    ],
  });
  kit.add("valid", "log-proof-named", {
    why: "A log proof that is named raises the required level to L3.",
    home,
    arguments: [...homed, "--log-proof", rejected.logProof],
    inputs: [{ file: flat(rejected), expect: verified("L3") }],
  });
  kit.add("valid", "evidence-without-log", {
    why: "Re-decision needs no log: L4 is reached without a proof.",
    home,
    arguments: [...homed, "--evidence", approved.evidence],
    inputs: [{ file: flat(approved), expect: verified() }],
  });
  kit.add("valid", "evidence-erased", {
    why: "A bundle whose signals were erased reaches L3 and no more.",
    arguments: [...bundled, "--level", "L3"],
    inputs: [{ file: evidenceBundle({ ...approved, evidence: null }), expect: verified("L3") }],
  });
  kit.add("valid", "evidence-erased-at-l4", {
    why: "Without the signals a bundle is refused at L4, which is what a bundle claims.",
    arguments: bundled,
    inputs: [
      {
        file: evidenceBundle({ ...approved, evidence: null }),
        expect: { exitCode: 1, verdict: "refused", level: "L3", failed: [] },
      },
    ],
  });
  bound(context);
  policiesInUse(context);
  logs(context, approved);
  runtimeKeys(context);
  kit.add("valid", "first-use", {
    why: "Trust on first use takes the bundle's own root key, where that was asked for.",
    arguments: ["--unsafe-trust-on-first-use", "--at", NOW],
    inputs: [{ file: evidenceBundle(pending), expect: verified() }],
  });
  const brought = (members) => {
    const { document, signature } = rawTrustRoot(members, [world.keys.root]);
    return evidenceBundle(pending, { trustRoot: { document, signature, predecessors: [] } });
  };
  kit.add("valid", "first-use-of-no-trust-root", {
    why: "The key that is believed on first use stands in the bundle's trust root, whatever else is wrong with that.",
    arguments: ["--unsafe-trust-on-first-use", "--at", NOW],
    inputs: [
      {
        name: "a trust root that is none",
        file: brought({ ...trustRootMembers(world.trustRoot), extra: 1 }),
        expect: refused({ "trust-root.authentic": "TRUST-011" }),
      },
      { name: "no key", file: brought({}), expect: malformed },
    ],
  });
  kit.add("valid", "bundle-by-the-home", {
    why: "Without a root key named, a bundle is judged by that of the home.",
    home,
    arguments: homed,
    inputs: [{ file: evidenceBundle(world.execute(bundles.claims, small)), expect: verified() }],
  });
}

function bound({ kit, world, bundled, bundles, evidenceBundle }) {
  const values = {
    "requester, audience and actionHash": {
      requester: "agent-7",
      audience: "payments",
      actionHash: `sha256:${"0f".repeat(32)}`,
    },
    "a requester in another script": { requester: "Łucja 株式会社 🚀" },
    "a requester of 256 code units": { requester: "x".repeat(256) },
    "an id of 128 characters": { execution_id: `${"Aa0._:-".repeat(18)}zz` },
    "the date of the last millisecond of the trust root's first day": {
      issuedAt: "2026-11-01T23:59:59.999Z",
    },
  };
  kit.add("valid", "bound-members", {
    why: "Optional members and the ends of every grammar.",
    arguments: bundled,
    inputs: Object.entries(values).map(([name, members]) => ({
      name,
      file: evidenceBundle(world.execute(bundles.claims, small, members)),
      expect: verified(),
    })),
  });
}

function policiesInUse({ kit, world, bundled, bundles, evidenceBundle }) {
  const deprecated = world.execute(bundles.deprecated, small);
  const revoked = world.execute(bundles.revoked, small);
  const former = world.execute(bundles.claims, small, { provenance: { policyIndexVersion: 2 } });
  const index = world.index({ version: 2, expiresAt: MADE + 30 * DAY });
  kit.add("valid", "policy-index", {
    why: "A deprecated version counts, a revoked one does not; a former index shows what was in force.",
    arguments: bundled,
    inputs: [
      { name: "deprecated", file: evidenceBundle(deprecated), expect: verified() },
      {
        name: "revoked since",
        file: evidenceBundle(revoked),
        expect: refused({ "policy-index.listed": "POL-043" }),
      },
      {
        name: "made under a former index",
        file: evidenceBundle(former, { formerPolicyIndexes: [index] }),
        expect: verified(),
      },
      { name: "the former index is not there", file: evidenceBundle(former), expect: verified() },
    ],
  });
}
