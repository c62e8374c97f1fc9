import { createHash } from "node:crypto";
import { encodeBase64, pae, payloadTypes } from "../packages.mjs";
import { malformed, refused } from "../kit.mjs";
import { noteLine, checkpointText, pathOf, proofFile } from "../log.mjs";
import { newKey } from "../new-key.mjs";
import { ecdsaSignature } from "../other-schemes.mjs";
import { small } from "../policies.mjs";
import { detached, envelopeOf, json, signature, statementOf } from "../sign.mjs";

/** Genuine signatures where they do not belong (threats 13 to 15). */
export function transplants(context) {
  const { kit, world, homed, home, bundles } = context;
  const { keys } = world;
  const execution = world.execute(bundles.claims, small);
  const statement = json(statementOf(execution.attestation));
  const withSignature = (sig) => json({ ...execution.attestation, signature: sig });
  const bad = refused({ "attestation.signature": "INV-065" });

  kit.add("transplants", "payload-types", {
    why: "The runtime key signed the right statement under another payload type.",
    threats: [14, 15],
    home,
    arguments: homed,
    inputs: Object.entries(payloadTypes)
      .filter(([, type]) => type !== payloadTypes.attestation)
      .map(([name, type]) => ({
        name,
        file: withSignature(signature(keys.runtime, type, statement)),
        expect: bad,
      })),
  });
  kit.add("transplants", "not-over-pae", {
    why: "Signatures by the right key over the statement itself, over its hash, or over a PAE that is not quite it.",
    threats: [13],
    home,
    arguments: homed,
    inputs: Object.entries({
      "the raw payload": statement,
      "its SHA-256": createHash("sha256").update(statement).digest(),
      "its SHA-512": createHash("sha512").update(statement).digest(),
      "a PAE with the type's length missing": Buffer.from(
        `DSSEv1 ${payloadTypes.attestation} ${statement.length} ${Buffer.from(statement)}`,
      ),
      "a PAE of version 2": Buffer.from(
        `DSSEv2 28 ${payloadTypes.attestation} ${statement.length} ${Buffer.from(statement)}`,
      ),
      "a PAE with a final newline": Buffer.concat([
        pae(payloadTypes.attestation, statement),
        Buffer.from("\n"),
      ]),
      "the flat object": pae(payloadTypes.attestation, json(execution.attestation)),
      "the envelope's base64": pae(payloadTypes.attestation, Buffer.from(encodeBase64(statement))),
    }).map(([name, message]) => ({
      name,
      file: withSignature(encodeBase64(keys.runtime.sign(message))),
      expect: bad,
    })),
  });
  otherKeys(context, execution);
  otherAlgorithms(context, execution);

  kit.add("transplants", "payload-type-changed", {
    why: "The envelope says another payload type, which is no attestation's.",
    threats: [15],
    home,
    arguments: homed,
    inputs: [
      "application/json",
      "application/vnd.in-toto+json; v=1",
      "APPLICATION/VND.IN-TOTO+JSON",
      ...Object.values(payloadTypes).filter((type) => type !== payloadTypes.attestation),
    ].map((payloadType) => ({
      name: payloadType,
      file: json({ ...envelopeOf(execution.attestation), payloadType }),
      expect: malformed,
    })),
  });
  documents(context, execution);
  checkpoints(context, execution);
  kinds(context);
}

function otherKeys({ kit, world, homed, home, bundles }) {
  const names = ["root", "policy", "release", "log", "claimsDb", "ada", "stranger"];
  kit.add("transplants", "other-roles", {
    why: "A key of another role, or of nobody, signs and names itself.",
    threats: [14, 26],
    home,
    arguments: homed,
    inputs: names.map((name) => ({
      name,
      file: json(world.execute(bundles.claims, small, { key: world.keys[name] }).attestation),
      expect: refused({ "signing-key.role": "INV-064" }),
    })),
  });
  kit.add("transplants", "other-key-in-the-runtime-s-name", {
    why: "Somebody else signs an attestation that names the runtime's key.",
    threats: [17],
    home,
    arguments: homed,
    inputs: names.map((name) => ({
      name,
      file: json(
        world.execute(bundles.claims, small, {
          key: world.keys[name],
          seal: { names: false },
          keyId: world.keys.runtime.keyId,
        }).attestation,
      ),
      expect: refused({ "attestation.signature": "INV-065" }),
    })),
  });
}

/** Signatures of other schemes, in as many bytes as Ed25519 has. */
function otherAlgorithms({ kit, home, homed }, execution) {
  const message = pae(payloadTypes.attestation, json(statementOf(execution.attestation)));
  kit.add("transplants", "other-algorithms", {
    why: "64 bytes by another scheme, or by none.",
    threats: [13],
    home,
    arguments: homed,
    inputs: Object.entries({
      "ECDSA P-256": ecdsaSignature(message),
      "zero bytes": Buffer.alloc(64),
      "bytes of ff": Buffer.alloc(64, 0xff),
      "the message's own hash": createHash("sha512").update(message).digest(),
    }).map(([name, sig]) => ({
      name,
      file: json({ ...execution.attestation, signature: encodeBase64(sig) }),
      expect: refused({ "attestation.signature": "INV-065" }),
    })),
  });
}

/** Signature files of one document beside another. */
function documents({ kit, world, bundled, bundles, evidenceBundle, policyBundle }, execution) {
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

function checkpoints({ kit, world, bundled, evidenceBundle }, execution) {
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

/** An attestation that calls itself a resolution, and the other way round. */
function kinds({ kit, world, home, homed, bundles }) {
  const { attestation } = world.execute(bundles.claims, small);
  const statement = statementOf(attestation);
  const wrapped = (changed) => json({ ...envelopeOf(attestation), payload: encodeBase64(json(changed)) });
  kit.add("transplants", "predicate-types", {
    why: "The predicate type is part of what is signed, and decides which members there may be.",
    threats: [15, 19],
    home,
    arguments: homed,
    inputs: Object.entries({
      "a resolution's": "https://parmana.systems/attestation/resolution/v1",
      "version 2": "https://parmana.systems/attestation/execution/v2",
      "SLSA provenance": "https://slsa.dev/provenance/v1",
      empty: "",
    }).map(([name, predicateType]) => ({
      name,
      file: wrapped({ ...statement, predicateType }),
      expect: malformed,
    })),
  });
}
