// Runs in a process of its own: node child.mjs <trustDir> <keyFile>. Rotates the trust root until it is killed.
import { LocalSigner, payloadTypes } from "@parmanasystems/signing";
import { join } from "node:path";
import { createNextTrustRoot, createProposal, signedDocumentOf, signProposal } from "../../../src/index.js";
import { installTrustRoot, readPrivateKey, readTrustRoot } from "../../../src/node/index.js";

const [directory = "", keyFile = ""] = process.argv.slice(2);
const paths = {
  trustRootPath: join(directory, "trust-root.json"),
  trustPublicKeyPath: join(directory, "root.pub"),
};
const signer = new LocalSigner(await readPrivateKey(keyFile));

for (;;) {
  const { value } = await readTrustRoot(paths);
  const document = createNextTrustRoot(value, { expiresAt: value.expiresAt + 1 }, Date.now());
  const proposal = await signProposal(createProposal(payloadTypes.trustRoot, document), [signer]);
  // Told before it may be in force, and after it must be.
  process.stdout.write(`begin ${String(value.version + 1)}\n`);
  await installTrustRoot({
    paths,
    signed: signedDocumentOf(proposal),
    now: Date.now(),
    remembered: { version: value.version, hash: value.hash },
  });
  process.stdout.write(`end ${String(value.version + 1)}\n`);
}
