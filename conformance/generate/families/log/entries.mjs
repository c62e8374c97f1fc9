import { refused, verified } from "../../kit.mjs";
import { ORIGIN, checkpointOf, entryOf, leafOf, noteLine, pathOf, proofFile, proofOf } from "../../log.mjs";
import { encodeBase64, leafHash, nodeHash } from "../../packages.mjs";
import { large } from "../../policies.mjs";
import { LOGGED, factsOf } from "../../world.mjs";

export const notIncluded = refused({ "log.inclusion": "INV-087" });

export function inclusion({ kit, world, bundled, evidenceBundle, execution, leaves, place }) {
  const good = {
    extra: leaves[place],
    index: place,
    hashes: pathOf(place, leaves),
    checkpoint: checkpointOf(leaves, world.keys.log),
  };
  const [first, second, third] = good.hashes;
  const withProof = (changes) =>
    evidenceBundle({ ...execution, logProof: proofFile({ ...good, ...changes }) });
  const cases = {
    "the index of another": { index: 2 },
    "an index beyond the size": { index: 7 },
    "index 2^53 - 1": { index: 9007199254740991 },
    "a hash missing": { hashes: [first, second] },
    "no hashes": { hashes: [] },
    "a hash more": { hashes: [...good.hashes, first] },
    "hashes in another order": { hashes: [second, first, third] },
    "a hash changed": { hashes: [Buffer.from(first).fill(7, 0, 1), second, third] },
    "an entry changed after it was logged": {
      extra: Buffer.from(
        Buffer.from(leaves[place]).toString().replace(LOGGED, LOGGED.replace("01.000Z", "01.001Z")),
      ),
    },
    "the path of another leaf": { hashes: pathOf(2, leaves) },
    "64 hashes": { hashes: Array.from({ length: 64 }, () => first) },
    "the root of a smaller tree": { checkpoint: checkpointOf(leaves.slice(0, 4), world.keys.log) },
    "a tree whose entries stand otherwise": {
      checkpoint: checkpointOf([...leaves].reverse(), world.keys.log),
    },
  };
  kit.add("log", "inclusion", {
    why: "The path leads from exactly this leaf, at exactly this place, to the signed root.",
    threats: [42, 44],
    arguments: bundled,
    inputs: [
      { name: "the genuine one", file: withProof({}), expect: verified() },
      ...Object.entries(cases).map(([name, changes]) => ({
        name,
        file: withProof(changes),
        expect: notIncluded,
      })),
    ],
  });
  // A tree in which the entry is hashed without the leaf's prefix, or two hashes are taken for a leaf.
  const inner = Buffer.concat([leafHash(leaves[0]), leafHash(leaves[1])]);
  const node = nodeHash(leafHash(leaves[0]), leafHash(leaves[1]));
  const text1 = `${ORIGIN}\n1\n${encodeBase64(node)}\n`;
  const forged = proofFile({
    extra: execution.leaf,
    index: 0,
    hashes: [],
    checkpoint: `${text1}\n${noteLine(world.keys.log, text1)}`,
  });
  kit.add("log", "prefixes", {
    why: "Leaves and nodes are hashed with different prefixes, so that neither passes for the other.",
    threats: [45],
    arguments: bundled,
    inputs: [
      {
        name: "a root that is another node",
        file: evidenceBundle({ ...execution, logProof: forged }),
        expect: notIncluded,
      },
      {
        name: "two hashes as leaf data",
        file: evidenceBundle({ ...execution, logProof: proofOf(0, [inner], world.keys.log) }),
        expect: refused({ "log.form": "INV-028" }),
      },
      {
        name: "sorted pairs",
        file: evidenceBundle({ ...execution, logProof: sortedTree(world, execution) }),
        expect: notIncluded,
      },
    ],
  });
}

/** A tree that hashes children in the order of their bytes, where that is not their order. */
function sortedTree(world, execution) {
  const own = leafHash(execution.leaf);
  let other = own;
  for (let byte = 0; Buffer.compare(other, own) >= 0; byte += 1) other = leafHash(Uint8Array.of(byte));
  const text1 = `${ORIGIN}\n2\n${encodeBase64(nodeHash(other, own))}\n`;
  return proofFile({
    extra: execution.leaf,
    index: 0,
    hashes: [other],
    checkpoint: `${text1}\n${noteLine(world.keys.log, text1)}`,
  });
}

/** Entries that are in the log, and not those of this attestation. */
export function entries({ kit, world, bundled, evidenceBundle, execution, bundles }) {
  const { attestation } = execution;
  const facts = factsOf(attestation);
  const other = world.execute(bundles.claims, large);
  const proof = (changes, time = LOGGED, seq = 0) =>
    proofOf(0, [leafOf(entryOf({ ...facts, ...changes }, { seq, time }))], world.keys.log);
  const foreign = refused({ "log.inclusion": "INV-086" });
  const cases = {
    "of another attestation": [proofOf(0, [other.leaf], world.keys.log), foreign],
    "another attestationHash": [
      proof({ attestationHash: factsOf(other.attestation).attestationHash }),
      foreign,
    ],
    "no attestationHash": [proof({ attestationHash: null }), foreign],
    "another execution": [proof({ execution_id: "claim-9999" }), foreign],
    "another fingerprint": [
      proof({ execution_fingerprint: factsOf(other.attestation).execution_fingerprint }),
      foreign,
    ],
    "another decision": [proof({ decision: "rejected" }), foreign],
    "no decision": [proof({ decision: null }), foreign],
    "a code": [proof({ code: "INV-013" }), foreign],
    "an execution that failed": [proof({ event: "failed", replayIdentity: null }), foreign],
    "a replay that was refused": [proof({ event: "replay_refused", replayIdentity: null }), foreign],
    "a resolution's": [proof({ event: "override_resolved", replayIdentity: null }), foreign],
    "another identity than the policy's": [proof({ replayIdentity: "execution" }), foreign],
    "written too long before the attestation": [proof({}, "2026-11-20T11:54:59.999Z"), foreign],
    "written five minutes before it": [proof({}, "2026-11-20T11:55:00.000Z"), verified()],
    "written after the verification": [proof({}, "2026-11-21T00:05:00.001Z"), foreign],
    "written five minutes after it": [proof({}, "2026-11-21T00:05:00.000Z"), verified()],
    "of another place": [proof({}, LOGGED, 1), notIncluded],
  };
  kit.add("log", "entries", {
    why: "The entry is in the log, and must be that of this very attestation.",
    threats: [46, 49],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, [logProof, expect]]) => ({
      name,
      file: evidenceBundle({ ...execution, logProof }),
      expect,
    })),
  });
}
