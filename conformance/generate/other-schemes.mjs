// Keys and signatures of other schemes than Ed25519, the same in every run.
import { createECDH, createHash, createPrivateKey, createPublicKey, verify } from "node:crypto";
import { bytesNamed } from "./new-key.mjs";

/** The order of P-256's base point, FIPS 186-4 appendix D.1.2.3. */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const numberOf = (bytes) => BigInt(`0x${bytes.toString("hex")}`);
const bytes32 = (number) => Buffer.from(number.toString(16).padStart(64, "0"), "hex");

/** PEM of a public key, by the name of its kind. */
export const publicKeyPems = {
  rsa: () => pemOf(rsa()),
  "rsa-pss": () => pemOf(rsaPss()),
  "p-256": () => pemOf(p256("a pinned key").publicKey),
  x25519: () => montgomeryOrEdwards("302e020100300506032b656e04220420", 32),
  ed448: () => montgomeryOrEdwards("3047020100300506032b6571043b0439", 57),
  x448: () => montgomeryOrEdwards("3046020100300506032b656f043a0438", 56),
};

const pemOf = (key) => key.export({ format: "pem", type: "spki" });

/** A modulus whose factors nobody knows: a public key needs none. */
function rsa() {
  const modulus = Buffer.concat(["a", "b", "c", "d"].map((part) => bytesNamed(`modulus ${part}`, 64)));
  modulus[0] |= 0x80;
  modulus[255] |= 1;
  const n = modulus.toString("base64url");
  return createPublicKey({ key: { kty: "RSA", n, e: "AQAB" }, format: "jwk" });
}

/** The same under the object identifier of RSASSA-PSS and without parameters, RFC 4055 section 1.2. */
function rsaPss() {
  const hex = rsa().export({ format: "der", type: "spki" }).toString("hex");
  const der = hex.replace(/^30820122300d06092a864886f70d0101010500/, "30820120300b06092a864886f70d01010a");
  return createPublicKey({ key: Buffer.from(der, "hex"), format: "der", type: "spki" });
}

/** @param {string} head of PKCS #8, RFC 8410 section 7, up to the secret */
function montgomeryOrEdwards(head, length) {
  const secret = bytesNamed(`a key of ${length} bytes`, length);
  const key = Buffer.concat([Buffer.from(head, "hex"), secret]);
  return pemOf(createPublicKey(createPrivateKey({ key, format: "der", type: "pkcs8" })));
}

function p256(name) {
  const curve = createECDH("prime256v1");
  const secret = bytesNamed(name);
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  return { secret: numberOf(secret), x: numberOf(point.subarray(1, 33)), publicKey };
}

/** ECDSA with P-256 and SHA-256, FIPS 186-4 section 6.4, with a nonce that is always the same: Node takes another each time. */
export function ecdsaSignature(message) {
  const [{ secret, publicKey }, nonce] = [p256("a key that signs"), p256("its nonce")];
  const hash = numberOf(createHash("sha256").update(message).digest());
  const r = nonce.x % N;
  const s = (inverse(nonce.secret) * (hash + r * secret)) % N;
  const signature = Buffer.concat([bytes32(r), bytes32(s)]);
  if (!verify("sha256", message, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature))
    throw new Error("the ECDSA signature does not hold");
  return signature;
}

/** By Fermat: N is a prime. */
function inverse(number) {
  let result = 1n;
  for (const bit of (N - 2n).toString(2)) {
    result = (result * result) % N;
    if (bit === "1") result = (result * number) % N;
  }
  return result;
}
