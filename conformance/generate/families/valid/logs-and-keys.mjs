import { refused, verified } from "../../kit.mjs";
import { checkpointText, entryOf, leafOf, noteLine, pathOf, proofFile, proofOf } from "../../log.mjs";
import { newKey } from "../../new-key.mjs";
import { large, small } from "../../policies.mjs";
import { text, without } from "../../sign.mjs";
import { DAY, LOGGED, MADE, NOW, factsOf, listedKey, signedTrustRoot } from "../../world.mjs";

export function logs({ kit, world, bundled, evidenceBundle }, approved) {
  const facts = factsOf(approved.attestation);
  const other = (seq) => leafOf(entryOf({ ...facts, execution_id: `other-${seq}` }, { seq, time: LOGGED }));
  const sizes = [1, 2, 3, 4, 5, 7, 8, 13];
  kit.add("valid", "log-positions", {
    why: "Every position in trees of several sizes, full and ragged.",
    arguments: bundled,
    inputs: sizes.flatMap((size) =>
      Array.from({ length: size }, (_, seq) => {
        const leaves = Array.from({ length: size }, (_unused, place) =>
          place === seq ? leafOf(entryOf(facts, { seq, time: LOGGED })) : other(place),
        );
        return {
          name: `${seq} of ${size}`,
          file: evidenceBundle({ ...approved, logProof: proofOf(seq, leaves, world.keys.log) }),
          expect: verified(),
        };
      }),
    ),
  });
  const leaves = [leafOf(entryOf(facts, { time: LOGGED }))];
  const checkpoint = checkpointText(leaves);
  const withLines = (lines, head = checkpoint) =>
    proofFile({ extra: leaves[0], index: 0, hashes: pathOf(0, leaves), checkpoint: `${head}\n${lines}` });
  const own = noteLine(world.keys.log, checkpoint);
  const extended = `${checkpoint}an extension\n`;
  kit.add("valid", "checkpoints", {
    why: "Signatures of unknown keys and witnesses are ignored; extension lines mean nothing.",
    arguments: bundled,
    inputs: Object.entries({
      "a witness after the log": withLines(
        own + noteLine(newKey(), checkpoint, { name: "witness.example", seconds: 1795176002 }),
      ),
      "a witness before the log": withLines(
        noteLine(newKey(), checkpoint, { name: "witness.example", seconds: 1795176002 }) + own,
      ),
      "an unknown key of the same name": withLines(noteLine(newKey(), checkpoint) + own),
      "an unknown kind of signature": withLines(
        `— somebody ${Buffer.alloc(100, 7).toString("base64")}\n${own}`,
      ),
      "extension lines": withLines(noteLine(world.keys.log, extended), extended),
    }).map(([name, logProof]) => ({
      name,
      file: evidenceBundle({ ...approved, logProof }),
      expect: verified(),
    })),
  });
}

export function runtimeKeys({ kit, world, bundles, evidenceBundle }) {
  const { keys, listed, roles } = world;
  const others = without(roles, "runtime");
  const own = signedTrustRoot(
    { keys: listed.filter(({ publicKey }) => publicKey.keyId !== keys.runtime.keyId), roles: others },
    [keys.root],
  );
  const provenance = { trustRootHash: own.hash };
  const trustRoot = { document: own.document, signature: own.signature, predecessors: [] };
  const runtime = newKey();
  const execution = world.execute(bundles.claims, large, { key: runtime, provenance });
  const pem = text(runtime.publicKey.toPem());
  const root = text(keys.root.publicKey.toPem());
  const words = ["--root-key", root, "--at", NOW];
  kit.add("valid", "pinned-runtime-key", {
    why: "A trust root without the role runtime leaves the choice of runtime keys to the verifier.",
    arguments: ["--runtime-key", pem, ...words],
    inputs: [{ file: evidenceBundle(execution, { trustRoot }), expect: verified() }],
  });
  kit.add("valid", "no-runtime-key-pinned", {
    why: "Without the role and without a pinned key nobody is trusted.",
    threats: [27],
    arguments: words,
    inputs: [
      { file: evidenceBundle(execution, { trustRoot }), expect: refused({ "signing-key.role": "INV-064" }) },
    ],
  });
  kit.add("valid", "pinned-key-does-not-replace-the-role", {
    why: "Where the trust root declares the role, a pinned key adds nothing.",
    arguments: ["--runtime-key", pem, ...words],
    inputs: [
      {
        file: evidenceBundle(world.execute(bundles.claims, small, { key: runtime })),
        expect: refused({ "signing-key.role": "INV-064" }),
      },
    ],
  });
  const retired = newKey();
  const withRetired = signedTrustRoot(
    {
      keys: [
        ...listed,
        listedKey(retired, "runtime-operator", { status: "retired", validUntil: MADE + 25 * DAY }),
      ],
      roles: { ...roles, runtime: { keyids: [keys.runtime.keyId, retired.keyId], threshold: 1 } },
    },
    [keys.root],
  );
  kit.add("valid", "retired-key", {
    why: "A retired key verifies what is dated inside its validity.",
    arguments: words,
    inputs: [
      {
        name: "inside",
        file: evidenceBundle(
          world.execute(bundles.claims, small, {
            key: retired,
            provenance: { trustRootHash: withRetired.hash },
          }),
          {
            trustRoot: { document: withRetired.document, signature: withRetired.signature, predecessors: [] },
          },
        ),
        expect: verified(),
      },
    ],
  });
}
