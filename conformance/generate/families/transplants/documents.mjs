import { refused } from "../../kit.mjs";
import { checkpointText, noteLine, pathOf, proofFile } from "../../log.mjs";
import { newKey } from "../../new-key.mjs";
import { pae, payloadTypes } from "../../packages.mjs";
import { detached } from "../../sign.mjs";

/** Signature files of one document beside another. */
export function documents({ kit, world, bundled, bundles, evidenceBundle, policyBundle }, execution) {
  const { keys, release, trustRoot } = world;
  const index = world.index({ version: 3 });
  const own = policyBundle(bundles.claims);
  const cases = {
    "index-signed-as-bundle": [
      {
        policyIndex: {
          document: index.document,
          signature: detached(payloadTypes.policyBundle, index.document, [keys.policy]),
        },
      },
      { "policy-index.authentic": "TRUST-030" },
    ],
    "index-signed-as-bundle-and-renamed": [
      {
        policyIndex: {
          document: index.document,
          signature: detached(payloadTypes.policyBundle, index.document, [keys.policy], {
            payloadType: payloadTypes.policyIndex,
          }),
        },
      },
      { "policy-index.authentic": "TRUST-031" },
    ],
    "bundle-signed-by-the-release-key": [
      {
        policyBundle: {
          ...own,
          signature: detached(payloadTypes.policyBundle, own.manifest, [keys.release]),
        },
      },
      { "bundle.authentic": "TRUST-032" },
    ],
    "bundle-signed-by-the-runtime-key": [
      {
        policyBundle: {
          ...own,
          signature: detached(payloadTypes.policyBundle, own.manifest, [keys.runtime]),
        },
      },
      { "bundle.authentic": "TRUST-032" },
    ],
    "bundle-with-the-signature-of-another": [
      { policyBundle: { ...own, signature: bundles.deprecated.signature } },
      { "bundle.authentic": "TRUST-031" },
    ],
    "release-signed-by-the-policy-key": [
      {
        release: {
          document: release.document,
          signature: detached(payloadTypes.releaseManifest, release.document, [keys.policy]),
        },
      },
      { "release.authentic": "TRUST-032" },
    ],
    "release-with-the-bundle-s-signature": [
      { release: { document: release.document, signature: bundles.claims.signature } },
      { "release.authentic": "TRUST-030" },
    ],
    "index-where-the-release-belongs": [{ release: index }, { "release.authentic": "INV-040" }],
    "release-where-the-index-belongs": [
      { policyIndex: { document: release.document, signature: release.signature } },
      { "policy-index.authentic": "POL-040" },
    ],
    "trust-root-signed-by-the-policy-key": [
      {
        trustRoot: {
          document: trustRoot.document,
          signature: detached(payloadTypes.trustRoot, trustRoot.document, [keys.policy]),
          predecessors: [],
        },
      },
      { "trust-root.authentic": "TRUST-017" },
    ],
    "trust-root-signed-under-another-type": [
      {
        trustRoot: {
          document: trustRoot.document,
          signature: detached(payloadTypes.policyIndex, trustRoot.document, [keys.root], {
            payloadType: payloadTypes.trustRoot,
          }),
          predecessors: [],
        },
      },
      { "trust-root.authentic": "TRUST-031" },
    ],
  };
  for (const [name, [changes, failures]] of Object.entries(cases)) {
    kit.add("transplants", name, {
      why: `A signature or a document where another belongs: ${name.replaceAll("-", " ")}.`,
      threats: [14],
      arguments: bundled,
      inputs: [{ file: evidenceBundle(execution, changes), expect: refused(failures) }],
    });
  }
}

export function checkpoints({ kit, world, bundled, evidenceBundle }, execution) {
  const leaves = [execution.leaf];
  const text = checkpointText(leaves);
  const proof = (line) =>
    proofFile({ extra: leaves[0], index: 0, hashes: pathOf(0, leaves), checkpoint: `${text}\n${line}` });
  const { keys } = world;
  const paeLine = () => {
    const own = noteLine(keys.log, text);
    const [dash, name, encoded] = own.trimEnd().split(" ");
    const bytes = Buffer.from(encoded, "base64");
    const signed = keys.log.sign(pae(payloadTypes.attestation, new TextEncoder().encode(text)));
    return `${dash} ${name} ${Buffer.concat([bytes.subarray(0, 4), signed]).toString("base64")}\n`;
  };
  kit.add("transplants", "checkpoints", {
    why: "A checkpoint that another key signed, or the log key under another form, is not the log's.",
    threats: [14, 44],
    arguments: bundled,
    inputs: Object.entries({
      "by the runtime key": [noteLine(keys.runtime, text), "SIG-019"],
      "by a stranger": [noteLine(newKey(), text), "SIG-019"],
      "by the log key in another name": [
        noteLine(keys.log, text, { name: "parmana.example.com/log2" }),
        "SIG-019",
      ],
      "by the log key as a witness": [noteLine(keys.log, text, { seconds: 1795176002 }), "SIG-019"],
      "by the log key over PAE": [paeLine(), "SIG-008"],
    }).map(([name, [line, code]]) => ({
      name,
      file: evidenceBundle({ ...execution, logProof: proof(line) }),
      expect: refused({ "log.checkpoint": code }),
    })),
  });
}
