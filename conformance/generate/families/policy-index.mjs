import { formatVerifierKey } from "../packages.mjs";
import { refused, verified } from "../kit.mjs";
import { checkpointText, noteLine, pathOf, proofFile } from "../log.mjs";
import { newKey } from "../new-key.mjs";
import { small } from "../policies.mjs";
import { at, ISSUED, NOW } from "../world.mjs";

/** Which policies were in use, then and now (threats 23 and 31). */
export function policyIndex({ kit, world, bundled, bundles, evidenceBundle }) {
  const execution = world.execute(bundles.claims, small);
  const former = (version) =>
    world.execute(bundles.claims, small, { provenance: { policyIndexVersion: version } });
  const { bundleHash } = bundles.claims;
  const listing = (status, hash = bundleHash) => {
    const versions = { active: new Map(), deprecated: new Map(), revoked: new Map() };
    versions[status].set("1.0.0", hash);
    return { policies: new Map([["claims-approval", versions]]) };
  };
  const judged = (name, changes, expect, made = execution, more = {}) => ({
    name,
    file: evidenceBundle(made, { policyIndex: world.index({ ...listing("active"), ...changes }), ...more }),
    expect,
  });
  const now = at(NOW);
  const issued = at(ISSUED);
  const old = (changes) => ({
    formerPolicyIndexes: [world.index({ ...listing("active"), version: 2, ...changes })],
  });
  kit.add("policy-index", "cases", {
    why: "The index supplied is no older than the one named, in force now, and allows the version; the one named allowed it then.",
    threats: [23, 31],
    arguments: bundled,
    inputs: [
      judged("in force", {}, verified()),
      judged("expires a millisecond after the verification", { expiresAt: now + 1 }, verified()),
      judged(
        "expires at the verification",
        { expiresAt: now },
        refused({ "policy-index.unexpired": "POL-045" }),
      ),
      judged(
        "expired when it was issued",
        { expiresAt: issued },
        refused({ "policy-index.unexpired": "POL-045", "policy-index.in-force": "POL-045" }),
      ),
      judged(
        "issued after the attestation",
        { issuedAt: issued + 1 },
        refused({ "policy-index.in-force": "POL-046" }),
      ),
      judged("issued with the attestation", { issuedAt: issued }, verified()),
      judged("last week's", { version: 2 }, refused({ "policy-index.version": "INV-071" })),
      judged("a later one", { version: 9, issuedAt: now - 1 }, verified()),
      judged("deprecated", listing("deprecated"), verified()),
      judged("revoked", listing("revoked"), refused({ "policy-index.listed": "POL-043" })),
      judged(
        "revoked with another bundle",
        listing("revoked", `sha256:${"ab".repeat(32)}`),
        refused({ "policy-index.listed": "POL-043" }),
      ),
      judged(
        "another bundle",
        listing("active", `sha256:${"ab".repeat(32)}`),
        refused({ "policy-index.listed": "POL-044" }),
      ),
      judged("an empty index", { policies: new Map() }, refused({ "policy-index.listed": "POL-042" })),
      judged("a former one that listed it", {}, verified(), former(2), old({})),
      judged(
        "a former one that did not list it",
        {},
        refused({ "policy-index.in-force": "POL-042" }),
        former(2),
        old({ policies: new Map() }),
      ),
      judged(
        "a former one that had expired",
        {},
        refused({ "policy-index.in-force": "POL-045" }),
        former(2),
        old({ expiresAt: issued }),
      ),
      judged(
        "a former one by a stranger is as if it were not there",
        {},
        verified(),
        former(2),
        old({ policies: new Map(), signers: [world.keys.stranger] }),
      ),
      judged(
        "the former one has the number of the newest",
        { version: 3 },
        refused({ "policy-index.version": "POL-048" }),
        execution,
        old({ version: 3, policies: new Map() }),
      ),
    ],
  });
  witnesses({ kit, world, bundled, evidenceBundle, execution });
}

/** Who else saw the checkpoint (threat 47). */
function witnesses({ kit, world, bundled, evidenceBundle, execution }) {
  const leaves = [execution.leaf];
  const head = checkpointText(leaves);
  const [one, two, three] = ["one", "two", "three"].map((name) => ({
    name: `witness-${name}.example`,
    key: newKey(),
  }));
  const seconds = at(ISSUED) / 1000 + 5;
  const own = noteLine(world.keys.log, head);
  const by = ({ name, key }, time = seconds) => noteLine(key, head, { name, seconds: time });
  const proof = (lines) =>
    evidenceBundle({
      ...execution,
      logProof: proofFile({
        extra: leaves[0],
        index: 0,
        hashes: pathOf(0, leaves),
        checkpoint: `${head}\n${own}${lines}`,
      }),
    });
  const word = ({ name, key }, operator) => [
    "--witness",
    `${formatVerifierKey({ name, algorithm: 4, publicKey: key.publicKey })}=${operator}`,
  ];
  const few = refused({ "log.witnesses": "INV-089" });
  const spoilt = by(one).replace(/.{4}\n$/, (end) =>
    end.startsWith("A") ? `B${end.slice(1)}` : `A${end.slice(1)}`,
  );
  const moved = noteLine(one.key, checkpointText([...leaves, ...leaves]), { name: one.name, seconds });
  const demands = {
    "two-operators": [
      [...word(one, "first"), ...word(two, "second")],
      [
        ["both", by(one) + by(two), verified()],
        ["one of them", by(one), few],
        ["none", "", few],
        ["one twice, in another name", by(one) + by({ ...one, name: "other.example" }), few],
        ["one that nobody asked for", by(one) + by(three), few],
        ["later than the verification", by(one) + by(two, at(NOW) / 1000 + 301), few],
        ["five minutes later", by(one) + by(two, at(NOW) / 1000 + 300), verified()],
        ["a bad one", by(two) + spoilt, refused({ "log.witnesses": "SIG-008" })],
        ["one of another checkpoint", by(two) + moved, refused({ "log.witnesses": "SIG-008" })],
        ["one in the log's way", by(two) + noteLine(one.key, head, { name: one.name }), few],
      ],
    ],
    "one-of-two": [
      [...word(one, "first"), ...word(two, "second"), "--threshold", "1"],
      [
        ["the first", by(one), verified()],
        ["none", "", few],
      ],
    ],
    "one-operator-with-two-keys": [
      [...word(one, "same"), ...word(two, "same"), ...word(three, "other"), "--threshold", "2"],
      [
        ["both of the same", by(one) + by(two), few],
        ["one and another", by(one) + by(three), verified()],
      ],
    ],
  };
  for (const [name, [words, inputs]] of Object.entries(demands)) {
    kit.add("log", `witnesses-${name}`, {
      why: `Independent witnesses cosigned: ${name.replaceAll("-", " ")}.`,
      threats: [47, 49],
      arguments: [...bundled, ...words],
      inputs: inputs.map(([title, lines, expect]) => ({ name: title, file: proof(lines), expect })),
    });
  }
}
