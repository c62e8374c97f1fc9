import { small } from "../policies.mjs";

const never = { never: "verified" };

/** Every byte of an attestation, changed in turn. */
export function byteFlips({ kit, world, homed, home, bundles, flat, envelope }) {
  const execution = world.execute(bundles.claims, small, {
    requester: "agent-7",
    audience: "payments",
    actionHash: `sha256:${"0f".repeat(32)}`,
  });
  const spellings = { flat: flat(execution), envelope: envelope(execution) };
  for (const [name, bytes] of Object.entries(spellings)) {
    kit.add("byte-flips", name, {
      why: "No byte of an attestation can be changed: each is outside the grammar, or breaks the signature.",
      threats: [20],
      home,
      arguments: [...homed, "--level", "L1"],
      inputs: [{ name, flips: { of: bytes, masks: [0x01, 0x20] }, expect: never }],
    });
  }
}
