import { encodeBase64, encodeBase64Url, keyIdOf, pae, payloadTypes } from "../packages.mjs";
import {
  bytesOf,
  fittingSignature,
  L,
  little,
  P,
  Point,
  pointOf,
  smallOrderPoints,
  torsionPoint,
} from "../curve.mjs";
import { refused, verified } from "../kit.mjs";
import { newKey } from "../new-key.mjs";
import { publicKeyPems } from "../other-schemes.mjs";
import { small } from "../policies.mjs";
import { json, statementOf, text } from "../sign.mjs";
import { keyMembers, NOW, rawTrustRoot, trustRootMembers } from "../world.mjs";

/** Keys and signatures at the edges of Ed25519, and keys of other kinds (threats 10 to 12). */
export function keys(context) {
  keysOfTheTrustRoot(context);
  signatures(context);
  pinnedKeys(context);
}

/** Encodings that are no key, by what is wrong with them. */
function badKeys() {
  const points = smallOrderPoints();
  const mixed = Point.fromBytes(newKey().publicKey.raw, false).add(torsionPoint());
  const good = newKey().publicKey.raw;
  const offCurve = [2n, 3n, 4n, 5n, 6n, 7n, 8n].find((y) => pointOf(y) === undefined);
  const signBit = (bytes) => Buffer.from([...bytes.subarray(0, 31), bytes[31] | 0x80]);
  return {
    ...Object.fromEntries(points.map((point, place) => [`small order ${place}`, point.toBytes()])),
    "mixed order": mixed.toBytes(),
    "mixed order, of order 2": Point.fromBytes(newKey().publicKey.raw, false).add(points[4]).toBytes(),
    "y is p": bytesOf(P),
    "y is p + 1": bytesOf(P + 1n),
    "y is p - 1 with the sign bit": signBit(bytesOf(P - 1n)),
    "y is p + 1 with the sign bit": signBit(bytesOf(P + 1n)),
    "y is 1 with the sign bit": signBit(bytesOf(1n)),
    "y is 2^255 - 1": bytesOf(2n ** 255n - 1n),
    "y above p, of a point on the curve": firstAbove(),
    "not on the curve": bytesOf(offCurve),
    "ff everywhere": Buffer.alloc(32, 0xff),
    "31 bytes": good.subarray(0, 31),
    "33 bytes": Buffer.concat([good, Buffer.alloc(1)]),
  };
}

/** A y between p and 2^255 whose residue is on the curve and of large order. */
function firstAbove() {
  for (let residue = 3n; residue < 19n; residue += 1n) {
    if (pointOf(residue)?.isSmallOrder() === false) return bytesOf(residue + P);
  }
  throw new Error("no such point");
}

function keysOfTheTrustRoot({ kit, world, bundled, bundles, evidenceBundle }) {
  const execution = world.execute(bundles.claims, small);
  const members = trustRootMembers(world.trustRoot);
  const spoilt = (name, publicKey) => {
    const changed = {
      ...members,
      keys: { ...members.keys, [name]: { ...keyMembers(world.keys.stranger, "edge"), publicKey } },
    };
    const { document, signature } = rawTrustRoot(changed, [world.keys.root]);
    return evidenceBundle(execution, { trustRoot: { document, signature, predecessors: [] } });
  };
  const nameOf = (raw) => (raw.length === 32 ? keyIdOf(raw) : world.keys.stranger.keyId);
  const own = newKey();
  const encoded = encodeBase64Url(own.publicKey.raw);
  const spellings = {
    "base64 with padding": encodeBase64(own.publicKey.raw),
    "base64url with padding": `${encoded}=`,
    "unused bits": `${encoded.slice(0, -1)}${String.fromCharCode(encoded.charCodeAt(42) + 1)}`,
    hexadecimal: Buffer.from(own.publicKey.raw).toString("hex"),
    "a space before it": ` ${encoded.slice(1)}`,
  };
  kit.add("keys", "of-the-trust-root", {
    why: "A trust root with a key that is not admitted is refused, also where no role has the key.",
    threats: [10],
    arguments: bundled,
    inputs: [
      ...Object.entries(badKeys()).map(([name, raw]) => [
        name,
        nameOf(Buffer.from(raw)),
        encodeBase64Url(Buffer.from(raw)),
      ]),
      ...Object.entries(spellings).map(([name, publicKey]) => [name, own.keyId, publicKey]),
      ["a key under another's id", world.keys.stranger.keyId, encoded],
    ].map(([name, keyId, publicKey]) => ({
      name,
      file: spoilt(keyId, publicKey),
      expect: refused({ "trust-root.authentic": "TRUST-012" }),
    })),
  });
}

/** By the runtime key's own secret scalar: each would be accepted by some verifier that is less strict. */
function signatures({ kit, world, home, homed, bundles }) {
  const { attestation } = world.execute(bundles.claims, small);
  const message = pae(payloadTypes.attestation, json(statementOf(attestation)));
  const { seed, keys: own } = world;
  const publicKey = own.runtime.publicKey.raw;
  const genuine = Buffer.from(attestation.signature, "base64");
  const [r, s] = [genuine.subarray(0, 32), little(genuine.subarray(32))];
  const fitting = (nonce, encoded) =>
    fittingSignature({ seed, publicKey, message, r: nonce, encoded: Buffer.from(encoded) });
  const nonce = little(r) % L;
  const base = Point.BASE.multiply(nonce);
  const points = smallOrderPoints();
  const edges = {
    "S + L": Buffer.concat([r, bytesOf(s + L)]),
    "S + 2L": Buffer.concat([r, bytesOf(s + 2n * L)]),
    "S + 8L": s + 8n * L < 2n ** 256n ? Buffer.concat([r, bytesOf(s + 8n * L)]) : undefined,
    "S is L": Buffer.concat([r, bytesOf(L)]),
    "S is 0": Buffer.concat([r, Buffer.alloc(32)]),
    "S negated": Buffer.concat([r, bytesOf(L - s)]),
    "S of ff": Buffer.concat([r, Buffer.alloc(32, 0xff)]),
    "R and S swapped": Buffer.concat([genuine.subarray(32), r]),
    "R negated": Buffer.concat([Buffer.from([...r.subarray(0, 31), r[31] ^ 0x80]), genuine.subarray(32)]),
    "R the identity, S fitting": fitting(0n, bytesOf(1n)),
    "R the identity as p + 1, S fitting": fitting(0n, bytesOf(P + 1n)),
    "R the identity with the sign bit, S fitting": fitting(0n, Buffer.from([1, ...Buffer.alloc(30), 0x80])),
    ...Object.fromEntries(
      points
        .slice(1)
        .map((point, place) => [
          `R of small order ${place + 1}, S fitting up to it`,
          fitting(0n, point.toBytes()),
        ]),
    ),
    ...Object.fromEntries(
      points
        .slice(1)
        .map((point, place) => [
          `R with a part of small order ${place + 1}, S fitting up to it`,
          fitting(nonce, base.add(point).toBytes()),
        ]),
    ),
    "R not on the curve": Buffer.concat([Buffer.from([2, ...Buffer.alloc(31)]), genuine.subarray(32)]),
  };
  const signed = (sig) => json({ ...attestation, signature: encodeBase64(sig) });
  kit.add("keys", "signatures", {
    why: "S below L, R canonical and not the identity, and the equation without cofactor.",
    threats: [11],
    home,
    arguments: homed,
    inputs: [
      { name: "the genuine one", file: signed(genuine), expect: verified("L2") },
      { name: "another nonce", file: signed(fitting(nonce, base.toBytes())), expect: verified("L2") },
      ...Object.entries(edges)
        .filter(([, sig]) => sig !== undefined)
        .map(([name, sig]) => ({
          name,
          file: signed(sig),
          expect: refused({ "attestation.signature": "INV-065" }),
        })),
    ],
  });
}

/** PEM files in the place of the pinned root key. */
function pinnedKeys({ kit, world, home, bundles }) {
  const file = json(world.execute(bundles.claims, small).attestation);
  const own = world.keys.root.publicKey.toPem();
  const ofOthers = Object.entries(publicKeyPems).map(([kind, pem]) => [kind, [pem(), "KEY-005"]]);
  const der = Buffer.from(own.split("\n")[1], "base64");
  const pem = (bytes, label = "PUBLIC KEY") =>
    `-----BEGIN ${label}-----\n${bytes.toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END ${label}-----\n`;
  const raw = (bytes) => Buffer.concat([der.subarray(0, 12), Buffer.from(bytes)]);
  const files = {
    ...Object.fromEntries(ofOthers),
    "certificate-label": [pem(der, "CERTIFICATE"), "KEY-003"],
    "two-blocks": [`${own}${own}`, "KEY-002"],
    "text-before": [`# the root key\n${own}`, "KEY-002"],
    "text-after": [`${own}x`, "KEY-002"],
    "short-lines": [
      `-----BEGIN PUBLIC KEY-----\n${der.toString("base64").replace(/.{32}(?=.)/g, "$&\n")}\n-----END PUBLIC KEY-----\n`,
      "KEY-002",
    ],
    "trailing-bytes": [pem(Buffer.concat([der, Buffer.alloc(1)])), "KEY-004"],
    "long-form-length": [pem(Buffer.concat([Buffer.from("30812a", "hex"), der.subarray(2)])), "KEY-004"],
    "no-pem": [encodeBase64Url(world.keys.root.publicKey.raw), "KEY-002"],
    empty: ["", "KEY-002"],
    "byte-order-mark": [`\ufeff${own}`, "KEY-002"],
    "small-order": [pem(raw(bytesOf(1n))), "KEY-012"],
    "mixed-order": [
      pem(raw(Point.fromBytes(newKey().publicKey.raw, false).add(torsionPoint()).toBytes())),
      "KEY-013",
    ],
    "not-canonical": [pem(raw(bytesOf(P + 3n))), "KEY-011"],
    "windows-lines": [own.replaceAll("\n", "\r\n"), undefined],
    "no-final-newline": [own.trimEnd(), undefined],
  };
  for (const [name, [content, code]] of Object.entries(files)) {
    kit.add("keys", `pinned-${name}`, {
      why:
        code === undefined
          ? `The pinned root key with ${name.replaceAll("-", " ")} is one.`
          : `This is no Ed25519 public key in its one form: ${name.replaceAll("-", " ")}.`,
      threats: [12],
      home,
      arguments: ["--at", NOW, "--root-key", text(content)],
      inputs: [{ file, expect: code === undefined ? verified("L2") : { never: "verified" } }],
    });
  }
  const labelled = own.replaceAll("PUBLIC KEY", "#");
  const pieces = labelled
    .split("#")
    .flatMap((piece, place) =>
      place === 0 ? [{ text: piece }] : [{ text: "PRIV" }, { text: "ATE KEY" }, { text: piece }],
    );
  kit.add("keys", "pinned-private-key", {
    why: "A private key's label where a public key is meant.",
    threats: [12],
    home,
    // In pieces, so that nobody takes the file for a secret.
    arguments: ["--at", NOW, "--root-key", { file: { concat: pieces } }],
    inputs: [{ file, expect: { never: "verified" } }],
  });
}
