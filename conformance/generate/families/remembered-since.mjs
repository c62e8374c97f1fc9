import { formatTimestamp } from "../packages.mjs";
import { refused, verified } from "../kit.mjs";
import { checkpointOf } from "../log.mjs";
import { small } from "../policies.mjs";
import { text } from "../sign.mjs";
import { at, DAY, ISSUED, signedTrustRoot } from "../world.mjs";

/** A key that is revoked proves what a checkpoint covers that was kept before (threat 25). */
export function rememberedSince({ kit, world, bundles, bundled, evidenceBundle }) {
  const { keys, listed, roles } = world;
  const revokedAt = at(ISSUED) + DAY / 4;
  const trustRoot = signedTrustRoot(
    {
      keys: listed.map((key) =>
        key.publicKey.keyId === keys.runtime.keyId ? { ...key, status: "revoked", revokedAt } : key,
      ),
      roles,
    },
    [keys.root],
  );
  const execution = world.execute(bundles.claims, small, { provenance: { trustRootHash: trustRoot.hash } });
  const { document, signature } = trustRoot;
  const file = evidenceBundle(execution, { trustRoot: { document, signature, predecessors: [] } });
  const covering = text(checkpointOf([execution.leaf], keys.log));
  const since = (time) => ["--remembered-since", formatTimestamp(time)];
  const unproven = refused({ "signing-key.validity": "INV-102" });
  const cases = {
    before: [covering, since(revokedAt - 1), verified()],
    "the-revocation": [covering, since(revokedAt), unproven],
    "nobody-knows-when": [covering, [], unproven],
    "without-the-entry": [text(checkpointOf([], keys.log)), since(revokedAt - 1), unproven],
  };
  for (const [name, [remembered, words, expect]] of Object.entries(cases)) {
    kit.add("log", `remembered-since-${name}`, {
      why: `What a revoked key signed is believed where a checkpoint that was kept before covers it: ${name.replaceAll("-", " ")}.`,
      threats: [25],
      arguments: [...bundled, "--remembered", remembered, ...words],
      inputs: [{ file, expect }],
    });
  }
}
