import { LocalSigner, LocalVerifier, PrivateKey, payloadTypes } from "@parmanasystems/signing";
import { parseDetachedSignature, signDetached, verifyThreshold } from "@parmanasystems/signing";

const file = new TextEncoder().encode('{"policies":{}}\n');
const alice = new LocalSigner(PrivateKey.generate().toPem());
const bob = new LocalSigner(PrivateKey.generate());

// One signature, over DSSE's encoding of type and payload: it means nothing under another type.
const signature = alice.signSync(payloadTypes.policyIndex, file);
const verifier = new LocalVerifier(alice.publicKey.toPem());
console.log("as policy index:", verifier.verifySync(payloadTypes.policyIndex, file, signature));
console.log("as trust root:  ", verifier.verifySync(payloadTypes.trustRoot, file, signature));

// A detached signature file by two operators, checked against a threshold of two.
const sigFile = await signDetached(payloadTypes.policyIndex, file, [alice, bob]);
const { payloadType, signatures } = parseDetachedSignature(sigFile);
const keys = new Map([
  [alice.keyId, { publicKey: alice.publicKey, operator: "alice" }],
  [bob.keyId, { publicKey: bob.publicKey, operator: "bob" }],
]);
const { satisfied } = verifyThreshold({ payloadType, payload: file, signatures, keys, threshold: 2 });
console.log("two of two:     ", satisfied);
console.log("a private key prints as", `${PrivateKey.generate()}`);
