import { malformed, refused } from "../kit.mjs";
import { ecdsaSignature } from "../other-schemes.mjs";
import { encodeBase64, pae, payloadTypes } from "../packages.mjs";
import { small } from "../policies.mjs";
import { envelopeOf, json, signature, statementOf } from "../sign.mjs";
import { checkpoints, documents } from "./transplants/documents.mjs";
import { createHash } from "node:crypto";

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
